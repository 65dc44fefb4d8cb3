package server_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/credentials"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
)

// thin is a listener whose connections buffer little of what is sent.
type thin struct{ net.Listener }

func (l thin) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok {
		err = tcp.SetWriteBuffer(4 << 10)
	}
	return conn, err
}

// site is a server with its web side.
type site struct {
	*running

	tb      testing.TB
	address string
	client  *http.Client
}

func startSite(tb testing.TB, o server.Options, transport server.Transport, secure *tls.Config) *site {
	tb.Helper()
	r := startWith(tb, o, transport)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	web, err := server.NewWeb(r.server, secure)
	if err != nil {
		tb.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- web.Serve(thin{l}) }()
	s := &site{running: r, tb: tb, address: l.Addr().String(), client: &http.Client{Transport: &http.Transport{}}}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), 5*time.Second)
		defer cancel()
		s.client.CloseIdleConnections()
		if err := web.Shutdown(ctx); err != nil {
			tb.Error(err)
		}
		if err := <-served; err != nil {
			tb.Error(err)
		}
	})
	return s
}

func (s *site) url(method string) string {
	return "http://" + s.address + "/callout.v1.PlanningService/" + method
}

func body(tb testing.TB, m proto.Message) []byte {
	tb.Helper()
	b, err := protojson.Marshal(m)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// reply is an answer that has been read.
type reply struct {
	code   int
	header http.Header
}

// post sends a body, and returns the whole answer.
func (s *site) post(method string, body []byte, headers ...string) (head reply, answer string) {
	s.tb.Helper()
	req, err := http.NewRequestWithContext(s.tb.Context(), http.MethodPost, s.url(method), bytes.NewReader(body))
	if err != nil {
		s.tb.Fatal(err)
	}
	for k := 0; k < len(headers); k += 2 {
		req.Header.Set(headers[k], headers[k+1])
	}
	res, err := s.client.Do(req)
	if err != nil {
		s.tb.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.tb.Fatal(err)
	}
	return reply{res.StatusCode, res.Header}, string(text)
}

// A search by HTTP streams the same messages as by gRPC, a line each; checks answer with one; faults come with their paths.
func TestWeb(t *testing.T) {
	s := startSite(t, server.Options{}, server.Transport{}, nil)
	request := &calloutv1.SolveRequest{RequestId: "web", Problem: day(20, 3), Settings: &calloutv1.SolveSettings{MaxIterations: 200, Seed: 1}}
	res, answer := s.post("Solve", body(t, request))
	if res.code != http.StatusOK || res.header.Get("X-Request-ID") != "web" {
		t.Errorf("%d, id %q", res.code, res.header.Get("X-Request-ID"))
	}
	var last *calloutv1.SolveResponse
	for line := range strings.Lines(answer) {
		var wrapped struct {
			Result json.RawMessage `json:"result"`
		}
		if err := json.Unmarshal([]byte(line), &wrapped); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		last = new(calloutv1.SolveResponse)
		if err := protojson.Unmarshal(wrapped.Result, last); err != nil {
			t.Fatal(err)
		}
	}
	stream, err := s.running.client.Solve(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	want, err := drain(stream)
	if err != nil {
		t.Fatal(err)
	}
	if last.GetKind() != calloutv1.SolveKind_SOLVE_KIND_FINAL || !proto.Equal(last.GetPlan(), want[len(want)-1].GetPlan()) {
		t.Errorf("the last plan differs from that by gRPC: kind %v, cost %v", last.GetKind(), last.GetPlan().GetCost().GetTotal())
	}
	res, answer = s.post("Evaluate", body(t, &calloutv1.EvaluateRequest{Problem: request.GetProblem(), Plan: last.GetPlan()}))
	if res.code != http.StatusOK || !strings.Contains(answer, `"feasible":true`) {
		t.Errorf("Evaluate: %d, %.200s", res.code, answer)
	}
	res, answer = s.post("Solve", []byte(`{"problem": {"jobs": [{"id": "a"}]}, "settings": {"max_iterations": 1}}`))
	if res.code != http.StatusBadRequest || !strings.Contains(answer, "problem.jobs[0].location_id") {
		t.Errorf("a fault: %d, %.200s", res.code, answer)
	}
	res, answer = s.post("Solve", body(t, request), "Grpc-Timeout", "60S")
	if res.code != http.StatusOK || !strings.Contains(answer, "STOP_REASON_ITERATION_BUDGET") {
		t.Errorf("with a deadline: %d", res.code)
	}
}

// What is too large, packed, swelling or nonsense is refused with a status that says so, and costs little.
func TestHostileBodies(t *testing.T) {
	s := startSite(t, server.Options{}, server.Transport{MessageSize: 1 << 20, RequestBytes: 32 << 20}, nil)
	for name, x := range map[string]struct {
		body    []byte
		want    int
		headers []string
	}{
		"oversized":      {bytes.Repeat([]byte(" "), 2<<20), http.StatusRequestEntityTooLarge, nil},
		"swelling":       {[]byte(`{"problem":{"jobs":[{}` + strings.Repeat(",{}", 200_000) + `]}}`), http.StatusBadRequest, nil},
		"packed":         {[]byte("x"), http.StatusUnsupportedMediaType, []string{"Content-Encoding", "gzip"}},
		"no JSON":        {[]byte("{"), http.StatusBadRequest, nil},
		"unknown field":  {[]byte(`{"nonsense": 1}`), http.StatusBadRequest, nil},
		"deep":           {bytes.Repeat([]byte("["), 100_000), http.StatusBadRequest, nil},
		"deep, of a map": {[]byte(strings.Repeat(`{"problem":`, 20_000)), http.StatusBadRequest, nil},
		"timeout":        {[]byte("{}"), http.StatusBadRequest, []string{"Grpc-Timeout", "soon"}},
	} {
		t.Run(name, func(t *testing.T) {
			if res, answer := s.post("Validate", x.body, x.headers...); res.code != x.want || !strings.Contains(answer, `"message"`) {
				t.Errorf("%d, want %d: %.300s", res.code, x.want, answer)
			}
		})
	}
	if n := s.metric(t, "callout_request_bytes"); n != 0 {
		t.Errorf("%v bytes are still taken", n)
	}
	s.sane(t)
}

// A busy server says when to come back, in the header that is made for it.
func TestWebBusy(t *testing.T) {
	s := startSite(t, server.Options{Workers: 1}, server.Transport{}, nil)
	s.occupy(t, "", 1)
	res, _ := s.post("Solve", body(t, &calloutv1.SolveRequest{Problem: day(5, 1), Settings: &calloutv1.SolveSettings{MaxIterations: 1}}))
	if after := res.header.Get("Retry-After"); res.code != http.StatusTooManyRequests || after == "" || after == "0" {
		t.Errorf("%d, retry after %q", res.code, after)
	}
}

// More requests at once than the connection within has room for are refused, not kept waiting.
func TestWebCrowd(t *testing.T) {
	s := startSite(t, server.Options{}, server.Transport{Streams: 1, Receiving: 2}, nil)
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	until(t, 5*time.Second, "the first is read", func() bool { return s.metric(t, "callout_receiving") == 1 })
	if res, answer := s.post("Validate", []byte("{}")); res.code != http.StatusTooManyRequests {
		t.Errorf("the second: %d, %.200s", res.code, answer)
	}
	conn.Close()
	until(t, 5*time.Second, "the next is answered", func() bool {
		res, _ := s.post("Validate", []byte("{}"))
		return res.code == http.StatusOK
	})
}

// Tokens are asked for before a body is read, and bind the tenant; TLS is asked of those outside.
func TestWebTokens(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tokens")
	const token = "0123456789abcdef-web"
	if err := os.WriteFile(file, []byte(token+" acme\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tokens, err := server.ReadTokens(file)
	if err != nil {
		t.Fatal(err)
	}
	lender := httptest.NewTLSServer(http.NotFoundHandler())
	defer lender.Close()
	secure := &tls.Config{Certificates: lender.TLS.Certificates, MinVersion: tls.VersionTLS12}
	s := startSite(t, server.Options{}, server.Transport{Tokens: tokens, Credentials: credentials.NewTLS(secure)}, secure.Clone())
	s.client = lender.Client()
	try := func(want int, headers ...string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+s.address+"/callout.v1.PlanningService/Validate",
			strings.NewReader(`{"tenant": "acme"}`))
		if err != nil {
			t.Fatal(err)
		}
		for k := 0; k < len(headers); k += 2 {
			req.Header.Set(headers[k], headers[k+1])
		}
		res, err := s.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.StatusCode != want {
			answer, _ := io.ReadAll(res.Body)
			t.Errorf("%v: %s, want %d: %s", headers, res.Status, want, answer)
		}
	}
	try(http.StatusOK, "Authorization", "Bearer "+token)
	try(http.StatusUnauthorized)
	try(http.StatusUnauthorized, "Authorization", "Bearer "+token+"x")
	s.client.CloseIdleConnections()

	// Plain text does not get as far as a request.
	if res, err := http.Get(s.url("Validate")); err == nil {
		defer res.Body.Close()
		if res.StatusCode != http.StatusBadRequest {
			t.Errorf("plain text: %s", res.Status)
		}
	}
}

// Those who stall while they send make room for others, and those who do not read their answer hold nothing for long.
func TestSlowWebClients(t *testing.T) {
	s := startSite(t, server.Options{Workers: 1}, server.Transport{
		Receiving: 1, Slow: 300 * time.Millisecond, Stall: 500 * time.Millisecond,
	}, nil)
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const half = "POST /callout.v1.PlanningService/Validate HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"
	if _, err := io.WriteString(conn, half); err != nil {
		t.Fatal(err)
	}
	until(t, 5*time.Second, "the slow one is read", func() bool { return s.metric(t, "callout_receiving") == 1 })
	if res, _ := s.post("Validate", []byte("{}")); res.code != http.StatusOK {
		t.Errorf("beside a slow one: %d", res.code)
	}
	if res, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || res.StatusCode != http.StatusGatewayTimeout {
		t.Errorf("the slow one: %v, %v", res, err)
	} else {
		res.Body.Close()
	}

	problem := day(1000, 60)
	for _, job := range problem.GetJobs() {
		job.Id += strings.Repeat("x", 240)
	}
	request := body(t, &calloutv1.SolveRequest{Problem: problem, Settings: &calloutv1.SolveSettings{
		TimeBudget: durationpb.New(time.Minute), MinImprovementInterval: durationpb.New(time.Millisecond),
	}})
	reader, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := reader.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil { //nolint:errcheck // it is one
		t.Fatal(err)
	}
	head := "POST /callout.v1.PlanningService/Solve HTTP/1.1\r\nHost: x\r\nContent-Length: " + strconv.Itoa(len(request)) + "\r\n\r\n"
	if _, err := reader.Write(append([]byte(head), request...)); err != nil {
		t.Fatal(err)
	}
	until(t, 20*time.Second, "the search runs", func() bool { return s.metric(t, "callout_first_plan_seconds") > 0 })
	until(t, 40*time.Second, "the search of one who does not read ends", func() bool { return s.metric(t, "callout_busy_workers") == 0 })
	s.sane(t)
}

// A client that goes away ends its search.
func TestWebClientGone(t *testing.T) {
	s := startSite(t, server.Options{Workers: 2}, server.Transport{}, nil)
	took := s.leave(t)
	t.Logf("workers free %v after", took)
}

// How long the searchers of a client that goes away stay busy. As in `callout serve`, Go has a processor more than there are searchers.
func BenchmarkWebClientGone(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	s := startSite(b, server.Options{Workers: 2}, server.Transport{}, nil)
	var total, worst time.Duration
	n := 0
	for b.Loop() {
		took := s.leave(b)
		total, worst, n = total+took, max(worst, took), n+1
	}
	b.ReportMetric(float64(total.Microseconds())/1000/float64(n), "ms-busy/kill")
	b.ReportMetric(float64(worst.Microseconds())/1000, "ms-busy-worst")
}

// leave starts a search, goes away, and returns how long its searchers stay busy.
func (s *site) leave(tb testing.TB) time.Duration {
	tb.Helper()
	ctx, cancel := context.WithCancel(tb.Context())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url("Solve"), bytes.NewReader(body(tb, &calloutv1.SolveRequest{
		Problem: day(200, 20), Settings: &calloutv1.SolveSettings{TimeBudget: durationpb.New(time.Minute), Workers: 2},
	})))
	if err != nil {
		tb.Fatal(err)
	}
	res, err := s.client.Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := bufio.NewReader(res.Body).ReadString('\n'); err != nil {
		tb.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	if busy := s.metric(tb, "callout_busy_workers"); busy != 2 {
		tb.Fatalf("%v workers are busy", busy)
	}
	cancel()
	return until(tb, 5*time.Second, "busy workers back to 0", func() bool { return s.metric(tb, "callout_busy_workers") == 0 })
}
