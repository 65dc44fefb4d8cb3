package server

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/engine"
	"callout/solver/day"
	"callout/solver/model"
)

const (
	// mostSessions and sessionBytes bound what sessions take together.
	mostSessions = 256
	sessionBytes = 2 << 30
	// waitingEvents is how many events of a session are taken off its stream before it comes to them.
	waitingEvents = 64
	// eventBytes bounds an event.
	eventBytes = 1 << 20
	// turnLength is how long a session is thought to search at a time.
	turnLength = 100 * time.Millisecond
)

// sessions are those under way.
type sessions struct{ number, bytes atomic.Int64 }

// enter takes room for one.
func (s *sessions) enter(bytes int64) (leave func(), ok bool) {
	leave = func() {
		s.number.Add(-1)
		s.bytes.Add(-bytes)
	}
	if s.number.Add(1) > mostSessions || s.bytes.Add(bytes) > sessionBytes {
		if s.number.Load() > mostSessions {
			s.number.Add(-1)
			return nil, false
		}
		leave()
		return nil, false
	}
	return leave, true
}

type liveStream = grpc.BidiStreamingServer[calloutv1.ReoptimizeRequest, calloutv1.ReoptimizeResponse]

// Reoptimize answers the RPC.
func (s *Service) Reoptimize(stream liveStream) error {
	first, err := stream.Recv()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return status.Error(codes.InvalidArgument, "the first message must be the start")
		}
		return err
	}
	start := first.GetStart()
	if start == nil {
		return status.Error(codes.InvalidArgument, "the first message must be the start")
	}
	call := callOf(stream.Context())
	requestID, err := call.name(stream.Context(), start)
	if err != nil {
		return err
	}
	ctx, leave, err := s.enter(stream.Context())
	if err != nil {
		return err
	}
	defer leave()
	l := &liveCall{s: s, id: requestID, tenant: call.tenant}
	vacate, err := l.open(ctx, start)
	if err != nil {
		return err
	}
	defer vacate()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	l.out = newOutbox(requestID)
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		if err := l.out.run(ctx, stream.Send); err != nil {
			cancel(err)
		}
	}()
	err = engine.RunLive(ctx, l.day, l.settings(), l.events(ctx, stream.Recv), l.emit)
	l.out.close()
	select {
	case <-sent:
	case <-ctx.Done():
	}
	call.note(slog.Int64("events", l.seen), slog.Int64("refused", l.refused))
	if err != nil {
		if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, engine.ErrShutdown) && ctx.Err() != nil {
			if _, ok := status.FromError(cause); ok {
				return cause
			}
		}
		return s.failure(ctx, err)
	}
	return nil
}

// liveCall is one session.
type liveCall struct {
	s       *Service
	id      string
	tenant  string
	wire    *wire.Live
	day     *day.Day
	repairs []*calloutv1.Repair
	out     *outbox
	seen    int64
	refused int64
}

// open reads the start and makes the day.
func (l *liveCall) open(ctx context.Context, start *calloutv1.DayStart) (vacate func(), err error) {
	s := l.s
	ctx, done, err := s.check(ctx, "Reoptimize", l.tenant)
	if err != nil {
		return nil, err
	}
	defer done()
	w, faults := s.intake(ctx, l.tenant).StartDay(start)
	if len(faults) > 0 {
		callOf(ctx).note(slog.Int("faults", faults.Count()))
		return nil, faults.ToStatus()
	}
	vacate, ok := s.sessions.enter(sessionSize(w.Problem))
	if !ok {
		return nil, later(ctx, "the server is busy: as many sessions are under way as may", leastRetry)
	}
	if err = s.travel.Space(l.tenant).Resolve(ctx, w.Problem); err == nil {
		l.wire = w
		l.day, l.repairs, faults, err = w.Begin()
	}
	switch {
	case err != nil:
		err = s.failure(ctx, err)
	case len(faults) > 0:
		err = faults.ToStatus()
	default:
		return vacate, nil
	}
	vacate()
	return nil, err
}

// sessionSize is about what a session takes: matrices by row, by column and as they were, and tables of jobs by technicians.
func sessionSize(p *model.Problem) int64 {
	n := int64(len(p.Locations)) + int64(len(p.Locations))/8 + 32
	jobs := int64(len(p.Jobs))*5/4 + 64 + int64(len(p.Shifts))
	return 24*n*n*int64(len(p.Profiles)) + jobs*int64(32*len(p.Technicians)+64*len(p.Shifts)+4096)
}

// settings of the engine.
func (l *liveCall) settings() engine.LiveSettings {
	w := &l.wire.Settings
	improving := engine.Demand{Tenant: l.tenant, Workers: 1, Length: turnLength}
	return engine.LiveSettings{
		Seed: w.Seed, ImproveFor: w.ImproveFor, QuietAfter: w.QuietAfter, Interval: w.Interval, Iterations: w.Iterations,
		AlertSlack: w.AlertSlack, WaysOut: w.WaysOut, Revision: l.wire.Number(), LastEvent: l.wire.LastEvent(),
		Repairing: l.turn(l.s.admit.checks, engine.Demand{Tenant: l.tenant, Workers: 1, Length: checkLength}),
		Improving: l.turn(l.s.admit.searches, improving),
		Others:    func() bool { return l.s.admit.searches.Waiting() > 0 },
	}
}

func (l *liveCall) turn(slots *engine.Slots, d engine.Demand) func(context.Context) (func(), error) {
	return func(ctx context.Context) (func(), error) {
		t, err := slots.Acquire(ctx, d)
		if err != nil {
			return nil, err
		}
		return t.Release, nil
	}
}

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
			e := engine.LiveEvent{
				ID: in.GetId(), Arrived: arrived, Wish: in.GetWish(),
				Read: func(d *day.Day) (*day.Event, []day.Refusal) { return l.read(d, in) },
				Told: func(a *engine.LiveAnswer) {
					if a.Verdict == day.Applied && a.Wish == nil {
						l.wire.Note(in)
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

// read converts an event.
func (l *liveCall) read(d *day.Day, in *calloutv1.DayEvent) (*day.Event, []day.Refusal) {
	switch {
	case in == nil:
		return nil, []day.Refusal{{Field: "event", Code: wire.Required, Message: "the session has started: messages are events"}}
	case proto.Size(in) > eventBytes:
		return nil, []day.Refusal{{Field: "event", Code: wire.TooLarge, Message: "the event takes more than a mebibyte"}}
	}
	return l.wire.Event(d, in)
}

// emit writes a message of the session.
func (l *liveCall) emit(o *engine.LiveOut) error {
	m := &calloutv1.ReoptimizeResponse{RequestId: l.id}
	for k := range o.Answers {
		a := &o.Answers[k]
		l.seen++
		if a.Verdict == day.Refused {
			l.refused++
		}
		m.Events = append(m.Events, l.answer(a))
	}
	if o.Revision != nil {
		m.Revision = l.revision(o.Revision)
	}
	return l.out.put(m)
}
