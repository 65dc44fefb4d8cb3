package allocate

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"callout/solver/parallel"
	"callout/solver/stock"
)

// ErrNoBudget is returned by Solve where neither time nor rounds are limited.
var ErrNoBudget = errors.New("allocate: no time budget and no rounds")

// Options of one allocation. At least one of Rounds and Budget must be positive.
type Options struct {
	Seed    uint64
	Rounds  int64         // of search and proof; 0: no limit. With Budget 0 the result depends on nothing but the request.
	Budget  time.Duration // 0: no limit
	Gap     float64       // enough, as a share of the cost
	Workers int           // 2 or more: search and proof side by side
	// OnIncumbent, where not nil, receives the first allocation and each better one, from one goroutine at a time. The search waits for it.
	OnIncumbent func(*Incumbent)

	alone bool // small networks are not solved whole
}

// Incumbent is the best allocation so far, and the best bound. It is not changed.
type Incumbent struct {
	Allocation *stock.Allocation
	Cost       stock.Cost
	Bound      stock.Cost // no allocation costs less
	Elapsed    time.Duration
	Rounds     int64
}

// Stop says why Solve ended.
type Stop uint8

// Reasons for stopping.
const (
	StopBudget Stop = iota
	StopRounds
	StopProven // the gap is as asked for
	StopCancelled
)

// Result of Solve.
type Result struct {
	Best Incumbent
	Stop Stop
}

// Solve looks for a cheap allocation and a bound until a limit is reached, the gap is proven, or ctx ends; it then returns the best, at the
// least that everything is short. All goroutines have ended when it returns. Cancelling takes effect within some milliseconds once the
// network is compiled. Same network, seed and rounds, and no time limit: same allocation, whatever Workers says.
//
// Errors: ErrNoBudget.
func Solve(ctx context.Context, n *stock.Network, o Options) (*Result, error) {
	if o.Rounds <= 0 && o.Budget <= 0 {
		return nil, ErrNoBudget
	}
	working, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &solver{o: o, begin: time.Now(), ctx: working}
	unhook := context.AfterFunc(working, func() { s.stop.Store(true) })
	defer unhook()
	if o.Budget > 0 {
		timer := time.AfterFunc(o.Budget, cancel)
		defer timer.Stop()
	}
	if s.c = compile(n, &s.stop); s.c == nil {
		return s.nothing(ctx, n), nil
	}
	s.prepare()
	for s.goesOn() {
		s.round()
		s.report()
	}
	s.finish(ctx)
	s.report()
	res := &Result{Best: s.incumbent}
	res.Best.Bound, res.Best.Rounds, res.Best.Elapsed = s.bound(), s.rounds, time.Since(s.begin)
	switch {
	case s.proven():
		res.Stop = StopProven
	case ctx.Err() != nil:
		res.Stop = StopCancelled
	case s.stop.Load():
		res.Stop = StopBudget
	default:
		res.Stop = StopRounds
	}
	return res, nil
}

// solver is one call of Solve.
type solver struct {
	o     Options
	c     *network
	begin time.Time
	stop  atomic.Bool
	ctx   context.Context //nolint:containedctx // of the call, for native solves

	lookers   []*builder     // one per worker
	price     [][]stock.Cost // by SKU and lot: what subnets were made at
	worth     []stock.Cost   // by demand: how far its subnet reaches
	all       []*subnet      // by demand: the largest so far
	full      []bool         // by demand: there is no room for a larger one
	arcs      int            // of all
	label     []stock.Cost
	search    *search
	dual      *dual
	cores     int // how often the search got new subnets
	nextCore  int
	rounds    int64
	incumbent Incumbent
}

// nothing is what there is when Solve is stopped before it has begun.
func (s *solver) nothing(ctx context.Context, n *stock.Network) *Result {
	res := &Result{Best: Incumbent{Allocation: new(stock.Allocation), Elapsed: time.Since(s.begin)}, Stop: StopBudget}
	for k := range n.Demands {
		res.Best.Cost += n.Demands[k].Qty * n.Demands[k].Loss
	}
	if ctx.Err() != nil {
		res.Stop = StopCancelled
	}
	return res
}

const (
	mostArcs = 8_000_000 // of all subnets; 36 bytes each
	mostEach = 40_000    // of one
)

// parallel calls f for each SKU, by workers of their own. Which worker has which SKU is no matter of time.
func (s *solver) parallel(f func(worker int, sku int32)) {
	var all parallel.Group
	workers := max(1, min(2, s.o.Workers))
	for w := range workers {
		do := func() {
			for sku := w; sku < len(s.c.SKUs) && !s.stop.Load(); sku += workers {
				f(w, int32(sku))
			}
		}
		if w == workers-1 {
			do()
		} else {
			all.Go(do)
		}
	}
	all.Wait()
}

// subnets makes a subnet for each demand, of at most so many arcs. It reports whether all together keep to mostArcs: else they are not complete.
func (s *solver) subnets(nets []*subnet, each int) bool {
	c := s.c
	var arcs atomic.Int64
	transports := make([]transport, len(s.lookers))
	for w := range transports {
		transports[w].stop = &s.stop
	}
	s.parallel(func(w int, sku int32) {
		b := s.lookers[w]
		s.price[sku] = make([]stock.Cost, len(c.lots[sku]))
		b.prices(sku, &transports[w], s.worth, s.price[sku])
		for k, d := range c.demands[sku] {
			if k == 0 {
				b.depart(sku, s.price[sku])
			}
			if s.stop.Load() || arcs.Load() > mostArcs {
				break
			}
			nets[d] = b.build(d, s.worth[d], s.price[sku], each)
			s.full[d] = nets[d].reach < s.worth[d]
			arcs.Add(int64(len(nets[d].dep)))
		}
	})
	return arcs.Load() <= mostArcs
}

// prepare makes the subnets and a first allocation.
func (s *solver) prepare() {
	c := s.c
	for range max(1, min(2, s.o.Workers)) {
		s.lookers = append(s.lookers, newBuilder(c))
	}
	s.price = make([][]stock.Cost, len(c.SKUs))
	s.worth, s.full = make([]stock.Cost, len(c.Demands)), make([]bool, len(c.Demands))
	nets := make([]*subnet, len(c.Demands))
	share := mostArcs / max(1, len(c.Demands))
	if !s.subnets(nets, min(mostEach, 4*share)) {
		s.subnets(nets, min(mostEach, share))
	}
	for d := range nets {
		if nets[d] == nil { // stopped
			nets[d] = &subnet{demand: int32(d)}
		}
		s.arcs += len(nets[d].dep)
	}
	p := newDraft(c, slices.Clone(nets), &s.stop)
	for _, demands := range c.demands {
		if len(demands) > 0 && !s.stop.Load() {
			p.share(demands)
		}
	}
	s.search = newSearch(p, s.o.Seed)
	s.dual, s.all = newDual(c, slices.Clone(nets), &s.stop), nets
	if !s.stop.Load() {
		s.dual.evaluate()
	}
	s.nextCore = firstCore
	s.report()
}

// goesOn tells whether there is another round.
func (s *solver) goesOn() bool {
	return !s.stop.Load() && !s.proven() && (s.o.Rounds <= 0 || s.rounds < s.o.Rounds)
}

func (s *solver) bound() stock.Cost { return min(s.dual.Best, s.search.cost) }

func (s *solver) proven() bool {
	return float64(s.search.cost-s.dual.Best) <= s.o.Gap*float64(s.search.cost)
}

const (
	roundWork  = 12_000_000 // arcs looked at, of search and proof each
	roundSteps = 4000
	roundIters = 40
	firstCore  = 8 // iterations of the proof, until the search gets new subnets; later as many again
)

// round is one of the search and one of the proof; each sees of the other what was there before.
func (s *solver) round() {
	target := s.search.cost
	if s.o.Workers > 1 {
		var proof parallel.Group
		proof.Go(func() { s.prove(target) })
		s.improve()
		proof.Wait()
	} else {
		s.improve()
		s.prove(target)
	}
	if s.rounds++; s.rounds == 1 && !s.o.alone {
		s.whole()
	}
	if s.dual.iterations >= s.nextCore && !s.stop.Load() {
		s.core()
		s.cores++
		s.nextCore = max(2*s.nextCore, firstCore)
	}
}

func (s *solver) improve() {
	until := s.search.work + roundWork
	for k := 0; k < roundSteps && s.search.work < until && !s.stop.Load(); k++ {
		s.search.step()
	}
}

// Of the proof's iterations, subnets grow in each of the first, and are cut back to what prices say at some.
const (
	growEvery = 5

	patternsFrom = 0.25 // how short steps are when patterns begin: an iteration takes several times as long with them
)

func (s *solver) prove(target stock.Cost) {
	u := s.dual
	until := u.work + roundWork
	for k := 0; k < roundIters && u.work < until; k++ {
		if u.iterations++; u.iterations%growEvery == 0 {
			s.grow()
		}
		if u.sharp == nil && u.shrink < patternsFrom {
			u.sharp = &sharpener{u: u}
		}
		if !u.evaluate() {
			return
		}
		u.step(target)
	}
}

// report keeps and tells a better allocation.
func (s *solver) report() {
	if s.incumbent.Allocation != nil && s.search.cost >= s.incumbent.Cost {
		return
	}
	s.incumbent = Incumbent{
		Allocation: s.search.allocation(), Cost: s.search.cost, Bound: s.bound(), Elapsed: time.Since(s.begin), Rounds: s.rounds,
	}
	if s.o.OnIncumbent != nil {
		inc := s.incumbent
		s.o.OnIncumbent(&inc)
	}
}

// allocation is the draft, by demand and arrival.
func (p *draft) allocation() *stock.Allocation {
	out := new(stock.Allocation)
	for d, list := range p.pieces {
		begin := len(out.Supplies)
		for _, x := range list {
			path := make([]stock.DepartureIdx, len(x.path))
			for k, dep := range x.path {
				path[k] = p.c.origin[dep]
			}
			out.Supplies = append(out.Supplies, stock.Supply{Demand: stock.DemandIdx(d), Lot: stock.LotIdx(x.lot), Qty: x.qty, Path: path})
		}
		slices.SortStableFunc(out.Supplies[begin:], func(a, b stock.Supply) int { return cmp.Compare(p.arrival(&a), p.arrival(&b)) })
	}
	return out
}

func (p *draft) arrival(x *stock.Supply) stock.Time {
	if len(x.Path) == 0 {
		return p.c.Lots[x.Lot].From
	}
	return p.c.Departures[x.Path[len(x.Path)-1]].Arrives
}
