package engine

import (
	"context"
	"fmt"
	"time"

	"callout/solver/allocate"
	"callout/solver/stock"
	"callout/solver/stockcheck"
)

// AllocateSettings say how long to look for an allocation, and who wants to know.
type AllocateSettings struct {
	TimeBudget  time.Duration // from the request's turn; 0: no limit
	Rounds      int64         // 0: no limit
	Gap         float64       // enough
	MinInterval time.Duration // least time between two allocations that are sent on the way
	Workers     int
	Seed        uint64
	Turn        *Turn // what to wait for, or nil; no first plan is made meanwhile
	// Explain is how long explanations may take. Zero: none.
	Explain time.Duration
	// Searched, where not nil, is called once, when the processors are free.
	Searched func()
}

// Allocated is an allocation on its way out, judged.
type Allocated struct {
	Kind       Kind
	Sequence   int64
	Allocation *stock.Allocation
	Report     stockcheck.Report
	Bound      stock.Cost // no allocation costs less
	Elapsed    time.Duration
	Rounds     int64
}

// Gap is how much cheaper another allocation could be at most, as a share.
func (a *Allocated) Gap() float64 {
	total := a.Report.Terms.Total()
	if total <= a.Bound {
		return 0
	}
	return float64(total-a.Bound) / float64(total)
}

// AllocateResult of Allocate.
type AllocateResult struct {
	Final       Allocated // not given to emit
	Stop        Stop
	Explanation *stock.Explanation // nil: none
}

// Allocate looks for allocations of a well-formed network. It is to emit, to ctx and to Searched as Solve is. Every allocation has been
// judged by solver/stockcheck, which shares no code with the search.
//
// Errors: ErrNoBudget, *InternalError, what emit returned, and ErrLeft where ctx ended before the turn.
func Allocate(ctx context.Context, n *stock.Network, set AllocateSettings, emit func(*Allocated) error) (*AllocateResult, error) {
	searched := func() {}
	if set.Searched != nil {
		searched = set.Searched
	}
	if set.TimeBudget <= 0 && set.Rounds <= 0 {
		searched()
		return nil, ErrNoBudget
	}
	if t := set.Turn; t != nil {
		if err := t.Ticket.Wait(ctx); err != nil {
			searched()
			return nil, err
		}
		if t.Begun != nil {
			t.Begun()
		}
	}
	working, cancel := beforeDeadline(ctx)
	defer cancel()
	r := allocation{n: n, set: set, emit: emit, box: make(chan *allocate.Incumbent, 1)}
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		defer searched()
		r.search(working)
	}()
	if err := r.stream(finished); err != nil {
		cancel()
		<-finished
		return nil, err
	}
	if r.err != nil {
		return nil, r.err
	}
	return r.result(ctx, working)
}

// allocation is one call; found and err are the searching goroutine's until it has finished.
type allocation struct {
	n     *stock.Network
	set   AllocateSettings
	emit  func(*Allocated) error
	box   chan *allocate.Incumbent // of one: the newest
	sent  int64
	last  stock.Cost
	found *allocate.Result
	err   error
}

func (r *allocation) search(ctx context.Context) {
	defer func() {
		if v := recover(); v != nil {
			r.err = panicked("allocating", v)
		}
	}()
	r.found, r.err = allocate.Solve(ctx, r.n, allocate.Options{
		Seed: r.set.Seed, Rounds: r.set.Rounds, Budget: r.set.TimeBudget, Gap: r.set.Gap, Workers: r.set.Workers,
		OnIncumbent: func(inc *allocate.Incumbent) {
			select {
			case <-r.box: // nobody was quick enough for it
			default:
			}
			r.box <- inc
		},
	})
	if r.err != nil {
		r.err = fmt.Errorf("engine: %w", r.err)
	}
}

// stream sends what comes until the search has finished, never two within the least interval.
func (r *allocation) stream(finished <-chan struct{}) error {
	for {
		select {
		case <-finished:
			select {
			case inc := <-r.box:
				if r.sent == 0 && r.err == nil {
					return r.send(inc)
				}
			default:
			}
			return nil
		case inc := <-r.box:
			if err := r.send(inc); err != nil {
				return err
			}
			sleep(r.set.MinInterval, finished)
		}
	}
}

func (r *allocation) send(inc *allocate.Incumbent) error {
	kind := Improved
	if r.sent == 0 {
		kind = First
	}
	out, err := r.prepare(inc, kind)
	if err != nil {
		return err
	}
	return r.emit(out)
}

// prepare judges an allocation and gives it its place in the stream.
func (r *allocation) prepare(inc *allocate.Incumbent, kind Kind) (*Allocated, error) {
	report := stockcheck.Allocation(r.n, inc.Allocation)
	if err := report.Err(); err != nil {
		return nil, &InternalError{Doing: fmt.Sprintf("sending an allocation: %v", err)}
	}
	cost := report.Terms.Total()
	if cost != inc.Cost || cost < inc.Bound || r.sent > 0 && cost > r.last {
		return nil, &InternalError{Doing: fmt.Sprintf(
			"sending an allocation: it costs %d after %d, the search says %d, at least %d", cost, r.last, inc.Cost, inc.Bound)}
	}
	r.sent++
	r.last = cost
	return &Allocated{
		Kind: kind, Sequence: r.sent, Allocation: inc.Allocation, Report: report, Bound: inc.Bound, Elapsed: inc.Elapsed, Rounds: inc.Rounds,
	}, nil
}

func (r *allocation) result(ctx, working context.Context) (*AllocateResult, error) {
	final, err := r.prepare(&r.found.Best, Final)
	if err != nil {
		return nil, err
	}
	out := &AllocateResult{Final: *final}
	switch r.found.Stop {
	case allocate.StopBudget:
		out.Stop = StopBudget
	case allocate.StopRounds:
		out.Stop = StopIterations
	case allocate.StopProven:
		out.Stop = StopProven
	case allocate.StopCancelled:
		out.Stop = ended(working)
	}
	if limit := r.set.Explain; out.Stop != StopCancelled && limit > 0 {
		if out.Stop == StopShutdown {
			ctx, limit = context.WithoutCancel(ctx), min(limit, hastyExplain)
		} else if deadline, ok := ctx.Deadline(); ok {
			limit = min(limit, time.Until(deadline)/3)
		}
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		out.Explanation = allocate.Explain(ctx, r.n, final.Allocation)
	}
	return out, nil
}
