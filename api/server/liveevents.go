package server

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"
	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/engine"
	"callout/solver/day"
)

// events are what comes on a stream, until it ends or ctx does. What waits is bounded by number and by what it takes in memory: beyond that nothing is
// taken off the stream.
func (l *liveCall) events(
	ctx context.Context, end context.CancelCauseFunc, recv func() (*calloutv1.ReoptimizeRequest, error),
) <-chan engine.LiveEvent {
	out := make(chan engine.LiveEvent, waitingEvents)
	beside(end, func() {
		l.receive(ctx, recv, out)
		close(out) // not where it panics: then ctx ends
	})
	return out
}

// receive events into out until the stream ends or ctx does.
func (l *liveCall) receive(ctx context.Context, recv func() (*calloutv1.ReoptimizeRequest, error), out chan<- engine.LiveEvent) {
	room := semaphore.NewWeighted(waitingBytes)
	for {
		m, err := recv()
		if err != nil {
			return // the stream's context tells why
		}
		e, bytes := l.event(ctx, m.GetEvent())
		bytes = min(bytes, waitingBytes) // what takes more waits alone
		if room.Acquire(ctx, bytes) != nil {
			return
		}
		told := e.Told
		e.Told = func(a *engine.LiveAnswer) {
			told(a)
			room.Release(bytes)
		}
		select {
		case out <- e:
		case <-ctx.Done():
			return
		}
	}
}

// event that has come, and about how many bytes it takes while it waits. One that is refused in any case does not wait, but for its id.
func (l *liveCall) event(ctx context.Context, in *calloutv1.DayEvent) (e engine.LiveEvent, bytes int64) {
	e = engine.LiveEvent{ID: l.wire.EventID(in), Arrived: time.Now(), Wish: in.GetWish(), Told: func(*engine.LiveAnswer) {}}
	refused := func(code, message string) {
		e.Read = func(*day.Day) (*day.Event, []day.Refusal) {
			return nil, []day.Refusal{{Field: "event", Code: code, Message: message}}
		}
	}
	switch {
	case in == nil:
		refused(wire.Required, "the session has started: messages are events")
		return e, 0
	case proto.Size(in) > eventBytes:
		refused(wire.TooLarge, "the event takes more than a mebibyte")
		return e, 0
	}
	said := l.ask(ctx, in)
	e.Read = func(d *day.Day) (*day.Event, []day.Refusal) { return l.read(ctx, d, in, said) }
	e.Told = func(a *engine.LiveAnswer) {
		if a.Verdict == day.Applied && a.Wish == nil {
			l.wire.Note(in)
			l.roads.Store(l.wire.View())
		}
	}
	return e, decodedBytes(in)
}

// decodedBytes are about what an event takes, as it was decoded: that may be a hundred times what was sent.
func decodedBytes(in *calloutv1.DayEvent) int64 {
	encoded, err := proto.Marshal(in)
	if err != nil {
		return waitingBytes
	}
	return wire.Weight(in.ProtoReflect().Descriptor(), encoded)
}

// ask the roads about an event that has just come, while the search goes on; events behind it wait. Where nobody can work for it now, the session
// asks when it comes to the event.
func (l *liveCall) ask(ctx context.Context, in *calloutv1.DayEvent) *wire.RoadAnswer {
	v := l.roads.Load()
	if !v.Asks(in) {
		return nil
	}
	release, err := l.turn(l.s.admit.checks, engine.Demand{Tenant: l.tenant, Workers: 1, Length: checkLength})(ctx)
	if err != nil {
		return nil
	}
	defer release()
	return v.Answer(ctx, in, l.intake(ctx))
}

// read converts an event, with what the roads said of it if nothing has changed since then.
func (l *liveCall) read(ctx context.Context, d *day.Day, in *calloutv1.DayEvent, said *wire.RoadAnswer) (*day.Event, []day.Refusal) {
	if v := l.wire.View(); !v.Asks(in) {
		said = nil
	} else if !said.Of(v) {
		said = v.Answer(ctx, in, l.intake(ctx))
	}
	e, refusals := l.wire.Event(d, in, said)
	if len(refusals) > 0 {
		return nil, refusals
	}
	places := d.Places()
	if e.Place != nil {
		places++
	}
	if !l.grow(l.wire.Matrices(d, e), places) {
		return nil, []day.Refusal{{Field: "event", Code: wire.TooLarge, Message: "the server has no room for so much travel now"}}
	}
	return e, nil
}
