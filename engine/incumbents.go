package engine

import (
	"context"
	"sync"
	"time"

	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/search"
)

// Kind says what an incumbent is in the stream of plans.
type Kind uint8

// The kinds, in the order in which they occur: one first, any number of improved, one final.
const (
	First Kind = iota
	Improved
	Final
)

// Incumbent is a plan on its way out, judged and feasible.
type Incumbent struct {
	Kind     Kind
	Sequence int64 // 1, 2, 3, …
	// Waiting: made while the request waited for its turn.
	Waiting bool
	// Problem that the plan is of, with its travel.
	Problem    *model.Problem
	Plan       *model.Plan
	Terms      model.Terms
	Vec        model.Vec
	RouteTerms []model.Terms // per shift
	Elapsed    time.Duration // since the search began
	Iterations int64         // of all workers
}

// draft is a plan on its way to the judge.
type draft struct {
	*search.Incumbent

	ahead *model.Problem // a copy of the problem with travel, where the plan was made ahead of the search; else nil
}

// mailbox takes plans from the search and never makes it wait: of what the consumer was too slow for only the newest is kept,
// beside the first, which always goes out. Any number of goroutines may use it at once.
type mailbox struct {
	wake chan struct{} // holds a token while there is something to take

	mu     sync.Mutex
	first  *draft // not taken yet
	newest *draft // newer than first, not taken yet
	opened bool   // the first was put
}

func newMailbox() *mailbox { return &mailbox{wake: make(chan struct{}, 1)} }

// put adds a plan and returns at once.
func (m *mailbox) put(inc *search.Incumbent) { m.add(&draft{Incumbent: inc}) }

func (m *mailbox) add(d *draft) {
	m.mu.Lock()
	if m.opened {
		m.newest = d
	} else {
		m.first, m.opened = d, true
	}
	m.mu.Unlock()
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// take returns the first plan, later the newest one, or nil. There may be more to take only after a first one.
func (m *mailbox) take() *draft {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d := m.first; d != nil {
		m.first = nil
		return d
	}
	d := m.newest
	m.newest = nil
	return d
}

// stream judges plans and hands them to emit, in order, from one goroutine.
type stream struct {
	p     *model.Problem
	box   *mailbox
	emit  func(*Incumbent) error
	pause time.Duration // least time between two improved plans
	sent  int64
	last  model.Vec
	begin time.Time
	first time.Duration // when the first plan was out
}

// run sends what comes until finished is closed or ctx ends: the first plan at once, then never two within the pause. What is
// left in the mailbox then is either part of the final plan or unwanted. It returns the first error of emit or of the judge.
func (s *stream) run(ctx context.Context, finished <-chan struct{}) error {
	for {
		select {
		case <-finished:
			return s.opening(ctx)
		case <-ctx.Done():
			<-finished
			return s.opening(ctx)
		case <-s.box.wake:
		}
		for d := s.box.take(); d != nil; d = s.box.take() {
			if err := s.send(d); err != nil {
				return err
			}
			if !sleep(s.pause, finished) {
				return nil
			}
		}
	}
}

// opening sends the first plan if it has not gone out yet and there is still somebody to send it to.
func (s *stream) opening(ctx context.Context) error {
	if s.sent > 0 || (ctx.Err() != nil && ended(ctx) == StopCancelled) {
		return nil
	}
	if d := s.box.take(); d != nil {
		return s.send(d)
	}
	return nil
}

func (s *stream) send(found *draft) error {
	kind := Improved
	if s.sent == 0 {
		kind = First
	} else if !found.Vec.Less(s.last) {
		return nil // no news
	}
	inc, err := s.prepare(found, kind)
	if err != nil {
		return err
	}
	if err := s.emit(inc); err != nil {
		return err
	}
	if kind == First {
		s.first = time.Since(s.begin)
	}
	return nil
}

// prepare judges a plan and gives it its place in the stream.
func (s *stream) prepare(found *draft, kind Kind) (*Incumbent, error) {
	p := s.p
	if found.ahead != nil {
		p = found.ahead
	}
	report, err := judge(p, found.Plan, &found.Terms, "sending a plan")
	if err != nil {
		return nil, err
	}
	s.sent++
	s.last = report.Vec
	return &Incumbent{
		Kind: kind, Sequence: s.sent, Waiting: found.ahead != nil, Problem: p, Plan: found.Plan,
		Terms: report.Terms, Vec: report.Vec, RouteTerms: report.RouteTerms,
		Elapsed: found.Elapsed, Iterations: found.Iterations,
	}, nil
}

// priced is a plan found without the search, with what the checker says it costs.
func priced(p *model.Problem, plan *model.Plan) *search.Incumbent {
	report := check.Plan(p, plan)
	return &search.Incumbent{Plan: plan, Terms: report.Terms, Vec: report.Vec}
}

// sleep reports whether d went by before finished was closed.
func sleep(d time.Duration, finished <-chan struct{}) bool {
	if d <= 0 {
		select {
		case <-finished:
			return false
		default:
			return true
		}
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-finished:
		return false
	case <-timer.C:
		return true
	}
}
