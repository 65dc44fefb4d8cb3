package search

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"callout/solver/model"
	"callout/solver/ortools/highs"
	"callout/solver/route"
)

const (
	// firstSupply and supplyEvery are the rounds at whose ends the parts of the best plan are allocated anew: late, as before the search itself
	// gains more.
	firstSupply, supplyEvery = 23, 4
	// supplyShare is the most that one allocation may take of a time budget, supplyNodes bounds its tree, maxChoices its size: of a larger plan it
	// is about some routes.
	supplyShare = 0.01
	supplyNodes = 20
	maxChoices  = 800
)

// allocator gives the parts of all visits of a plan to them anew: where each comes from, with which calls and couriers, while all jobs stay in their
// order. The search decides that visit by visit, as it inserts them; here it is one integer programme over all that share stocks, calls and
// shipments. What calls and couriers do to times it knows one by one, so the plan that comes of it is priced as any other.
type allocator struct {
	in    *route.Instance
	trial *route.Solution
	next  int // round
}

// newAllocator returns nil where it cannot be of use: no solver, or no choice of sources.
func newAllocator(in *route.Instance, l *limits) *allocator {
	if !in.Ships() || l.budget > 0 && l.budget < leastBudget || highs.Available() != nil {
		return nil
	}
	return &allocator{in: in, next: firstSupply}
}

// due tells whether to allocate after a round.
func (a *allocator) due(round int) bool { return a != nil && round >= a.next && round < rounds }

// run allocates the parts of best anew, for routes that rng draws, and reports whether trial is a better plan.
func (a *allocator) run(ctx context.Context, round int, best *route.Solution, limit time.Duration, rng *rand.Rand) bool {
	a.next = round + supplyEvery
	if a.trial == nil {
		a.trial = route.NewBest(a.in)
	}
	a.trial.CopyFrom(best)
	p := programme{unit: max(1, float64(best.Cost())) / scale}
	size := 0
	for _, k := range rng.Perm(a.in.NShifts()) {
		if m := a.trial.Menu(int32(k)); m != nil {
			if size += m.Columns(); size > maxChoices {
				break
			}
			p.menus = append(p.menus, m)
		}
	}
	if len(p.menus) == 0 {
		return false
	}
	p.state(a.trial.Left(p.menus))
	res, err := p.model.SolveMIP(ctx, highs.MIPOptions{Prompt: true, TimeLimit: limit, Nodes: supplyNodes, RelativeGap: 1e-7})
	if err != nil || res.X == nil {
		return false
	}
	a.adopt(p.orders(res.X))
	return a.trial.Cost() < best.Cost()
}

// adopt takes over all orders at once, or else one by one those by which the plan gets better.
func (a *allocator) adopt(orders []route.Order) {
	try := func(orders []route.Order) bool {
		before := a.trial.Cost()
		if !a.trial.Serve(orders) {
			return false
		}
		if a.trial.Cost() >= before {
			a.trial.Rollback()
			return false
		}
		a.trial.Commit()
		return true
	}
	if !try(orders) {
		for i := range orders {
			try(orders[i : i+1])
		}
	}
}

// programme chooses from menus.
type programme struct {
	menus []*route.Menu
	unit  float64
	model highs.Model
	calls [][]int   // columns, by menu and call
	picks [][]int   // by menu and visit
	units [][]chose // by menu
}

// chose is a column with the units that an offer gives to a want.
type chose struct {
	col   int
	stock int32
}

// shipment is what goes by one haul to one call or visit.
type shipment struct{ call, visit, haul int }

// state the programme, with so much left of the stocks.
func (p *programme) state(left []int64) {
	stock := make(map[int32][]highs.Term)
	var stocks []int32
	for _, m := range p.menus {
		var calls, picks []int
		for _, c := range m.Calls {
			col := highs.Column{Cost: p.cost(c.Cost), Upper: 1, Integer: true}
			if c.Needs {
				col.Lower = 1
			}
			calls = append(calls, p.model.AddColumn(col))
		}
		var one []highs.Term
		for v := range m.Visits {
			picks = append(picks, p.model.AddColumn(highs.Column{Cost: p.cost(m.Visits[v].Cost), Upper: 1, Integer: true}))
			one = append(one, highs.Term{Col: picks[v], Value: 1})
			if v+1 == len(m.Visits) || m.Visits[v+1].Job != m.Visits[v].Job {
				p.model.AddRow(1, 1, one...)
				one = one[:0]
			}
		}
		p.calls, p.picks, p.units = append(p.calls, calls), append(p.picks, picks), append(p.units, nil)
		sent := make(map[shipment]int)
		for v := range m.Visits {
			for _, want := range m.Visits[v].Wants {
				for _, t := range p.want(v, &want, sent) {
					if stock[t.stock] == nil {
						stocks = append(stocks, t.stock)
					}
					stock[t.stock] = append(stock[t.stock], highs.Term{Col: t.col, Value: 1})
				}
			}
		}
	}
	slices.Sort(stocks)
	for _, s := range stocks {
		if left[s] < model.Unlimited {
			p.model.AddRow(math.Inf(-1), float64(left[s]), stock[s]...)
		}
	}
}

func (p *programme) cost(c int64) float64 { return float64(c) / p.unit }

// want adds what serves a want of the last menu: as many units as are needed if the visit is chosen, from calls that are chosen.
func (p *programme) want(v int, want *route.Want, sent map[shipment]int) (out []chose) {
	last := len(p.calls) - 1
	need := float64(want.Qty)
	all := []highs.Term{{Col: p.picks[last][v], Value: -need}}
	for _, o := range want.Offers {
		col := p.model.AddColumn(highs.Column{Cost: p.cost(o.Unit), Upper: need, Integer: true})
		all = append(all, highs.Term{Col: col, Value: 1})
		out = append(out, chose{col, o.Stock})
		if o.Call >= 0 {
			p.model.AddRow(math.Inf(-1), 0, highs.Term{Col: col, Value: 1}, highs.Term{Col: p.calls[last][o.Call], Value: -need})
		}
		if o.Fixed == 0 {
			continue
		}
		s := shipment{o.Call, -1, int(o.Haul)}
		if o.Call < 0 {
			s.visit = v
		}
		ship, known := sent[s]
		if !known {
			ship = p.model.AddColumn(highs.Column{Cost: p.cost(o.Fixed), Upper: 1, Integer: true})
			sent[s] = ship
		}
		p.model.AddRow(math.Inf(-1), 0, highs.Term{Col: col, Value: 1}, highs.Term{Col: ship, Value: -need})
	}
	p.model.AddRow(0, 0, all...)
	p.units[last] = append(p.units[last], out...)
	return out
}

// orders are what a solution chooses.
func (p *programme) orders(x []float64) []route.Order {
	chosen := func(cols []int) (out []int) {
		for i, col := range cols {
			if x[col] > 0.5 {
				out = append(out, i)
			}
		}
		return out
	}
	var out []route.Order
	for i, m := range p.menus {
		o := route.Order{Menu: m, Calls: chosen(p.calls[i]), Visits: chosen(p.picks[i]), Takes: make(map[int32]int64)}
		for _, u := range p.units[i] {
			if q := int64(math.Round(x[u.col])); q > 0 {
				o.Takes[u.stock] += q
			}
		}
		out = append(out, o)
	}
	return out
}
