package server

import (
	"context"
	"time"

	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/engine"
	"callout/solver/day"
)

// events are what comes on a stream, until it ends or ctx does.
func (l *liveCall) events(ctx context.Context, recv func() (*calloutv1.ReoptimizeRequest, error)) <-chan engine.LiveEvent {
	out := make(chan engine.LiveEvent, waitingEvents)
	go func() {
		defer close(out)
		for {
			m, err := recv()
			if err != nil {
				return // the stream's context tells why
			}
			in, arrived := m.GetEvent(), time.Now()
			said := l.ask(ctx, in)
			e := engine.LiveEvent{
				ID: in.GetId(), Arrived: arrived, Wish: in.GetWish(),
				Read: func(d *day.Day) (*day.Event, []day.Refusal) { return l.read(ctx, d, in, said) },
				Told: func(a *engine.LiveAnswer) {
					if a.Verdict == day.Applied && a.Wish == nil {
						l.wire.Note(in)
						l.roads.Store(l.wire.View())
					}
				},
			}
			select {
			case out <- e:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// ask the roads about an event that has just come, while the search goes on; events behind it wait. Where nobody can work for it now, the session
// asks when it comes to the event.
func (l *liveCall) ask(ctx context.Context, in *calloutv1.DayEvent) *wire.RoadAnswer {
	v := l.roads.Load()
	if !v.Asks(in) || proto.Size(in) > eventBytes {
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
	switch {
	case in == nil:
		return nil, []day.Refusal{{Field: "event", Code: wire.Required, Message: "the session has started: messages are events"}}
	case proto.Size(in) > eventBytes:
		return nil, []day.Refusal{{Field: "event", Code: wire.TooLarge, Message: "the event takes more than a mebibyte"}}
	}
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
