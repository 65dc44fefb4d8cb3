package happen

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/grpc"

	calloutv1 "callout/api/callout/v1"
)

// Where everybody is sick, events go on.
func TestNobodyIsWell(t *testing.T) {
	p := &calloutv1.Problem{Technicians: []*calloutv1.Technician{{Id: "ann"}, {Id: "bob"}}}
	teller := NewTeller(p, 1, "e")
	for range 20 {
		for _, kind := range []string{"technician sick", "technician late"} {
			if e := teller.Event(kind, nil); e == nil {
				t.Errorf("no %s", kind)
			}
		}
	}
}

// client has a stream that tells one revision, and then nothing until the call ends.
type client struct {
	calloutv1.PlanningServiceClient
}

func (client) Reoptimize(ctx context.Context, _ ...grpc.CallOption) (calloutv1.PlanningService_ReoptimizeClient, error) {
	return &stream{done: ctx.Done()}, nil
}

type stream struct {
	calloutv1.PlanningService_ReoptimizeClient

	done <-chan struct{}
	told bool
}

func (s *stream) Send(*calloutv1.ReoptimizeRequest) error { return nil }

func (s *stream) Recv() (*calloutv1.ReoptimizeResponse, error) {
	if !s.told {
		s.told = true
		return &calloutv1.ReoptimizeResponse{Revision: &calloutv1.Revision{Plan: new(calloutv1.Plan)}}, nil
	}
	<-s.done
	return nil, context.Canceled
}

// Who waits is told at once when the call ends.
func TestWaitEndsWithTheCall(t *testing.T) {
	for range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		p, err := Play(ctx, client{}, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Millisecond, cancel)
		begin := time.Now()
		if err := p.Wait(time.Second); !errors.Is(err, context.Canceled) {
			t.Fatalf("after %v: %v", time.Since(begin), err)
		}
	}
}
