package happen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	calloutv1 "callout/api/callout/v1"
)

// Player is the client's end of a session. One goroutine at a time.
type Player struct {
	Last  *calloutv1.Revision // with a plan
	Quiet bool                // until an event is applied
	// See, where not nil, gets every message.
	See func(*calloutv1.ReoptimizeResponse)

	stream calloutv1.PlanningService_ReoptimizeClient
	in     chan message
	err    error // why in is closed
}

type message struct {
	m  *calloutv1.ReoptimizeResponse
	at time.Time
}

// Play opens a session; its messages are received until ctx ends.
func Play(
	ctx context.Context, client calloutv1.PlanningServiceClient, start *calloutv1.DayStart, see func(*calloutv1.ReoptimizeResponse),
) (*Player, error) {
	stream, err := client.Reoptimize(ctx)
	if err != nil {
		return nil, err
	}
	p := &Player{stream: stream, in: make(chan message, 1024), See: see}
	go func() {
		defer close(p.in)
		for {
			m, err := stream.Recv()
			if err != nil {
				p.err = err
				return
			}
			select {
			case p.in <- message{m, time.Now()}:
			case <-ctx.Done():
				p.err = ctx.Err()
				return
			}
		}
	}()
	if err := stream.Send(&calloutv1.ReoptimizeRequest{Kind: &calloutv1.ReoptimizeRequest_Start{Start: start}}); err != nil {
		return nil, err
	}
	for p.Last == nil {
		if _, err := p.receive(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// receive waits for a message.
func (p *Player) receive() (message, error) {
	m, more := <-p.in
	return m, p.take(m, more)
}

// take notes a message and shows it.
func (p *Player) take(m message, more bool) error {
	if !more {
		return p.err
	}
	if r := m.m.GetRevision(); r != nil {
		p.Quiet = r.GetKind() == calloutv1.RevisionKind_REVISION_KIND_QUIET
		if r.GetPlan() != nil {
			p.Last = r
		}
	}
	if p.See != nil {
		p.See(m.m)
	}
	return nil
}

// Event sends an event, and waits for its answer; where it was applied, with the first plan that has it. It returns how long that took.
func (p *Player) Event(e *calloutv1.DayEvent) (*calloutv1.EventAnswer, time.Duration, error) {
	p.drain()
	begin := time.Now()
	if err := p.stream.Send(&calloutv1.ReoptimizeRequest{Kind: &calloutv1.ReoptimizeRequest_Event{Event: e}}); err != nil {
		return nil, 0, err
	}
	for {
		m, err := p.receive()
		if err != nil {
			return nil, 0, fmt.Errorf("after event %q: %w", e.GetId(), err)
		}
		for _, a := range m.m.GetEvents() {
			if a.GetEventId() == e.GetId() {
				return a, m.at.Sub(begin), nil
			}
		}
	}
}

// drain takes what has come meanwhile.
func (p *Player) drain() {
	for len(p.in) > 0 {
		if _, err := p.receive(); err != nil {
			return
		}
	}
}

// Wait takes what comes for so long, or until the plan is quiet.
func (p *Player) Wait(d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for !p.Quiet {
		select {
		case <-timer.C:
			return nil
		case m, more := <-p.in:
			if err := p.take(m, more); err != nil {
				return err
			}
		}
	}
	return nil
}

// Close ends the session.
func (p *Player) Close() error {
	if err := p.stream.CloseSend(); err != nil {
		return err
	}
	for {
		if _, err := p.receive(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}
