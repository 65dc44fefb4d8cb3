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
	// waitingEvents is how many events of a session are taken off its stream before it comes to them, and waitingBytes what they may take.
	waitingEvents = 64
	waitingBytes  = 1 << 20
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

// more takes room for one that grows.
func (s *sessions) more(bytes int64) bool {
	if s.bytes.Add(bytes) > sessionBytes {
		s.bytes.Add(-bytes)
		return false
	}
	return true
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
	beside(cancel, func() {
		if err := l.out.run(ctx, stream.Send); err != nil {
			cancel(err)
		}
		close(sent) // not where it panics: then ctx ends
	})
	err = engine.RunLive(ctx, l.day, l.settings(), l.events(ctx, cancel, stream.Recv), l.emit)
	l.out.close()
	select {
	case <-sent:
	case <-ctx.Done():
	}
	goOn(ctx)
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
	bytes   atomic.Int64                  // of the room that it has taken
	roads   atomic.Pointer[wire.RoadView] // as of the last event that was applied
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
	begun := sessionSize(w.Problem, w.Matrices(nil, nil), len(w.Problem.Locations))
	leave, ok := s.sessions.enter(begun)
	if !ok {
		return nil, later(ctx, "the server is busy: as many sessions are under way as may", leastRetry)
	}
	l.bytes.Store(begun)
	vacate = func() {
		leave()
		s.sessions.bytes.Add(begun - l.bytes.Load())
	}
	if err = s.travel.Space(l.tenant).Resolve(ctx, w.Problem); err == nil {
		l.wire = w
		l.day, l.repairs, faults, err = w.Begin(ctx)
	}
	if err == nil && len(faults) == 0 {
		l.roads.Store(w.View())
		if !l.grow(w.Matrices(l.day, nil), l.day.Places()) {
			err = later(ctx, "the server is busy: as many sessions are under way as may", leastRetry)
		}
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

// cellBytes are what a pair of locations takes in a session, per matrix: by row, by column and as it was, a duration and a distance each.
const cellBytes = 24

// sessionSize is about what a session takes with so many matrices and places: these, and tables of jobs by technicians.
func sessionSize(p *model.Problem, matrices, places int) int64 {
	n := int64(places) + int64(places)/8 + 32
	jobs := int64(len(p.Jobs))*5/4 + 64 + int64(len(p.Shifts))
	return cellBytes*n*n*int64(matrices) + jobs*int64(32*len(p.Technicians)+64*len(p.Shifts)+4096)
}

// grow takes room for so many matrices and places, where that is more than the session has had yet.
func (l *liveCall) grow(matrices, places int) bool {
	more := sessionSize(l.wire.Problem, matrices, places) - l.bytes.Load()
	if more <= 0 {
		return true
	}
	if !l.s.sessions.more(more) {
		return false
	}
	l.bytes.Add(more)
	return true
}

// intake is the service's, with no more travel on roads than a session has room for.
func (l *liveCall) intake(ctx context.Context) *wire.Intake {
	in := l.s.intake(ctx, l.tenant)
	ride := in.Road
	in.Road = func(q *wire.RoadQuery, from, until time.Time, cells int) (*wire.RoadTravel, wire.Faults) {
		room := max(0, sessionBytes-l.s.sessions.bytes.Load()+l.bytes.Load()) / cellBytes
		return ride(q, from, until, min(cells, int(room)))
	}
	return in
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
	return l.out.put(m, l.unkept(o.Revision)...)
}
