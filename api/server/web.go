package server

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"

	gateway "callout/api/gateway/callout/v1"
	"callout/api/wire"
)

// Web serves the API as JSON over HTTP: POST /callout.v1.PlanningService/Solve with the request as body. A stream is answered as one
// JSON object a line. Each request becomes a call of the server's own gRPC service, over a connection within the process, so that
// all that holds for calls holds for it. What comes before the call is bounded here: who asks, the size of the body, the time that it
// may take, and the memory that it and what is decoded from it take.
type Web struct {
	server *Server
	inside insiders
	conn   *grpc.ClientConn
	mux    *runtime.ServeMux
	http   *http.Server
	calls  atomic.Int64 // under way
}

// NewWeb returns the web side of a server, on plain text or, with a configuration, on TLS. It has to be shut down, before or after the
// server.
func NewWeb(s *Server, secure *tls.Config) (*Web, error) {
	w := &Web{server: s, inside: newInsiders()}
	go s.grpc.Serve(w.inside) //nolint:errcheck // ends with the server, or with its listener
	var err error
	most := s.transport.MessageSize
	if w.conn, err = w.inside.dial(grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(most), grpc.MaxCallSendMsgSize(most))); err != nil {
		return nil, err
	}
	w.mux = runtime.NewServeMux(
		runtime.WithErrorHandler(answerError),
		runtime.WithStreamErrorHandler(func(ctx context.Context, err error) *status.Status {
			tellRetry(ctx, err)
			return status.Convert(err)
		}),
		runtime.WithMarshalerOption(runtime.MIMEWildcard, &runtime.JSONPb{
			MarshalOptions: protojson.MarshalOptions{UseProtoNames: true},
		}),
		runtime.WithIncomingHeaderMatcher(func(name string) (string, bool) {
			return requestIDHeader, http.CanonicalHeaderKey(requestIDHeader) == name // the token is passed on in any case
		}),
		runtime.WithOutgoingHeaderMatcher(func(name string) (string, bool) { return name, name == requestIDHeader }),
		runtime.WithOutgoingTrailerMatcher(func(string) (string, bool) { return "", false }),
	)
	ctx := context.Background() // it ends the connection, which Shutdown does
	err = errors.Join(gateway.RegisterPlanningServiceHandler(ctx, w.mux, w.conn), gateway.RegisterTravelServiceHandler(ctx, w.mux, w.conn),
		gateway.RegisterPartsServiceHandler(ctx, w.mux, w.conn))
	if err != nil {
		return nil, err
	}
	t := s.transport
	w.http = &http.Server{
		Handler: http.HandlerFunc(w.serve), TLSConfig: secure, ErrorLog: slog.NewLogLogger(s.service.log.Handler(), slog.LevelInfo),
		ReadHeaderTimeout: t.Handshake, IdleTimeout: t.Idle, MaxHeaderBytes: t.HeaderSize,
	}
	return w, nil
}

// Serve answers requests on a listener until Shutdown; then it returns nil.
func (w *Web) Serve(l net.Listener) error {
	l = &narrow{Listener: l, most: int64(w.server.most), metrics: w.server.service.metrics}
	var err error
	if w.http.TLSConfig != nil {
		err = w.http.ServeTLS(l, "", "")
	} else {
		err = w.http.Serve(l)
	}
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve HTTP on %s: %w", l.Addr(), err)
	}
	return nil
}

// Shutdown waits for answers under way, until ctx ends, and lets go of everything. It may be called once.
func (w *Web) Shutdown(ctx context.Context) error {
	err := w.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, w.http.Close())
	}
	return errors.Join(err, w.conn.Close(), w.inside.Close())
}

// serve a request: its body is read and weighed, then it is a call.
func (w *Web) serve(res http.ResponseWriter, req *http.Request) {
	out := &patientWriter{ResponseWriter: res, control: http.NewResponseController(res), stall: w.server.transport.Stall}
	req = req.WithContext(context.WithValue(req.Context(), headerKey{}, out.Header()))
	if tokens := w.server.door.tokens; tokens != nil {
		if _, ok := tokens.identify(bearer(map[string][]string{"authorization": req.Header.Values("Authorization")})); !ok {
			w.server.door.metrics.refused(refusedToken)
			w.fail(out, req, errToken)
			return
		}
	}
	defer w.calls.Add(-1)
	if w.calls.Add(1) > int64(w.server.transport.Streams) { // more would wait for the one connection, unseen by anybody
		w.server.door.metrics.refused(refusedCalls)
		w.fail(out, req, busy("the server is busy: too many requests by HTTP are under way", leastRetry))
		return
	}
	body, taken, err := w.receive(out, req)
	defer w.server.reception.give(taken)
	if err != nil {
		w.fail(out, req, err)
		return
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	w.mux.ServeHTTP(out, req)
}

func (w *Web) fail(out http.ResponseWriter, req *http.Request, err error) {
	_, marshaler := runtime.MarshalerForRequest(w.mux, req)
	answerError(req.Context(), w.mux, marshaler, out, req, err)
}

// receive reads the body, and sets aside what it will take. The error is a status.
func (w *Web) receive(out *patientWriter, req *http.Request) (body []byte, taken int64, err error) {
	if req.Header.Get("Content-Encoding") != "" {
		return nil, 0, errEncoded
	}
	hurry := func() { _ = out.control.SetReadDeadline(time.Now()) } // fails only where the connection has gone
	leave, err := w.server.reception.enter(req.Context(), hurry)
	if err != nil {
		return nil, 0, err
	}
	defer leave()
	_ = out.control.SetReadDeadline(time.Now().Add(out.stall)) // likewise
	most := int64(w.server.transport.MessageSize)
	body, err = io.ReadAll(http.MaxBytesReader(out.ResponseWriter, req.Body, most))
	if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, 0, &runtime.HTTPStatusError{
			HTTPStatus: http.StatusRequestEntityTooLarge,
			Err:        status.Errorf(codes.ResourceExhausted, "the body is larger than %d bytes", large.Limit),
		}
	}
	if err != nil {
		return nil, 0, errTooSlow
	}
	_ = out.control.SetReadDeadline(time.Time{}) // likewise
	taken = wire.JSONWeight(body)
	if err := w.server.reception.take(taken); err != nil {
		return nil, 0, err
	}
	return body, taken, nil
}

var errEncoded = &runtime.HTTPStatusError{
	HTTPStatus: http.StatusUnsupportedMediaType,
	Err:        status.Error(codes.InvalidArgument, "a body is taken as it is, without Content-Encoding"),
}

// answerError answers with the status as JSON.
func answerError(
	ctx context.Context, mux *runtime.ServeMux, marshaler runtime.Marshaler, out http.ResponseWriter, req *http.Request, err error,
) {
	tellRetry(ctx, err)
	runtime.DefaultHTTPErrorHandler(ctx, mux, marshaler, out, req, err)
}

type headerKey struct{}

// tellRetry puts into the answer's header, which the context has, when to come back.
func tellRetry(ctx context.Context, err error) {
	header, ok := ctx.Value(headerKey{}).(http.Header)
	for _, d := range status.Convert(err).Details() {
		if retry, is := d.(*errdetails.RetryInfo); is && ok {
			seconds := int64((retry.GetRetryDelay().AsDuration() + time.Second - 1) / time.Second)
			header.Set("Retry-After", strconv.FormatInt(seconds, 10))
		}
	}
}

// patientWriter gives a client so long to take each part of the answer.
type patientWriter struct {
	http.ResponseWriter

	control *http.ResponseController
	stall   time.Duration
}

// Unwrap is for http.ResponseController.
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Write sends a part.
func (w *patientWriter) Write(p []byte) (int, error) {
	_ = w.control.SetWriteDeadline(time.Now().Add(w.stall)) // fails only where the connection has gone
	return w.ResponseWriter.Write(p)
}

// Flush sends what is buffered.
func (w *patientWriter) Flush() {
	_ = w.control.SetWriteDeadline(time.Now().Add(w.stall))
	_ = w.control.Flush()
}
