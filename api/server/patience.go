package server

import (
	"context"
	"errors"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// patience ends a call whose client neither sends nor takes anything for too long: a request that never comes, or an answer that
// nobody reads. It works by the call's context, on which gRPC's own reading and writing wait, so that it costs a timer.
type patience struct {
	most   time.Duration
	cancel context.CancelCauseFunc
	timer  *time.Timer
}

var errStalled = errors.New("server: the client stalled")

var errTooSlow = status.Error(codes.DeadlineExceeded, "the client took too long to send its request or to take the answer")

type patienceKey struct{}

// withPatience returns a context that ends unless the request is there in time.
func withPatience(ctx context.Context, most time.Duration) (context.Context, *patience) {
	ctx, cancel := context.WithCancelCause(ctx)
	p := &patience{most: most, cancel: cancel}
	p.timer = time.AfterFunc(most, func() { cancel(errStalled) })
	return late{context.WithValue(ctx, patienceKey{}, p)}, p
}

// late is a context that says "deadline exceeded" where the client stalled: gRPC makes the status of it.
type late struct{ context.Context } //nolint:containedctx // it is one

// Err is why the context ended, or nil.
func (l late) Err() error {
	err := l.Context.Err()
	if err != nil && errors.Is(context.Cause(l.Context), errStalled) {
		return context.DeadlineExceeded
	}
	return err
}

// patienceOf is the call's, or nil.
func patienceOf(ctx context.Context) *patience {
	p, _ := ctx.Value(patienceKey{}).(*patience)
	return p
}

// start the clock, for a message to go out.
func (p *patience) start() {
	if p != nil {
		p.timer.Reset(p.most)
	}
}

// stop the clock: the client has done its part.
func (p *patience) stop() {
	if p != nil {
		p.timer.Stop()
	}
}

// cut ends the call at once.
func (p *patience) cut() {
	if p != nil {
		p.cancel(errStalled)
	}
}

// observed is a stream with a context of its own, which is not waited for without end, and whose messages are let in by a reception.
type observed struct {
	grpc.ServerStream

	ctx       context.Context //nolint:containedctx // a stream hands out its context
	metrics   *metrics
	reception *reception
	session   bool // messages come when something happens: nobody waits for them
	opened    bool // its first message is there

	mu    sync.Mutex
	taken [2]int64 // bytes of the last two messages: a handler may still be busy with the last but one
	ended bool     // a message may come in after that, on a goroutine of the handler's
}

// Context of the call.
func (o *observed) Context() context.Context { return o.ctx }

// SendMsg sends a message, or fails where the client does not take it.
func (o *observed) SendMsg(m any) error {
	callOf(o.ctx).tell(o.ctx, nil)
	p := patienceOf(o.ctx)
	p.start()
	err := o.ServerStream.SendMsg(m)
	p.stop()
	return o.clear(err)
}

// RecvMsg receives a message.
func (o *observed) RecvMsg(m any) error {
	message, ok := m.(proto.Message)
	if !ok {
		return errInternal
	}
	var encoded frame
	var err error
	if o.session && o.opened {
		err = o.ServerStream.RecvMsg(&encoded)
	} else {
		leave, full := o.reception.enter(o.ctx, patienceOf(o.ctx).cut)
		if full != nil {
			return o.clear(full)
		}
		defer leave()
		err = o.ServerStream.RecvMsg(&encoded)
		patienceOf(o.ctx).stop()
		o.opened = true
	}
	if err != nil {
		return o.clear(err)
	}
	bytes := weigh(message, encoded)
	if err := o.reception.take(bytes); err != nil {
		return err
	}
	o.hold(bytes)
	return decode(encoded, message)
}

// hold keeps what a message has taken until the next but one, or the end of the call.
func (o *observed) hold(bytes int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended {
		o.reception.give(bytes)
		return
	}
	o.reception.give(o.taken[0])
	o.taken = [2]int64{o.taken[1], bytes}
}

// end gives back what the call has taken.
func (o *observed) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ended = true
	o.reception.give(o.taken[0] + o.taken[1])
}

func (o *observed) clear(err error) error {
	if err != nil && errors.Is(context.Cause(o.ctx), errStalled) {
		o.metrics.refused(refusedStalled)
		return errTooSlow
	}
	return err
}
