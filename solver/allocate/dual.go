package allocate

import (
	"math"
	"slices"
	"sync/atomic"

	"callout/solver/stock"
)

// dual bounds the cost of every allocation from below.
//
// That a demand sends nothing by a departure that is not paid for is let go of, at a price: each unit of demand d on departure a pays w(d,a)
// towards a's fixed cost, and no more is collected than that cost, Σ most(d,a)·w(d,a) ≤ fixed(a), where most is how many units of d can go
// with a. Then every allocation pays at least what
// it pays at these prices without fixed costs; and that is a problem of transport for each SKU by itself, which is solved exactly, over
// the cheapest ways at these prices. What they cost together is the bound, in whole numbers, whatever the prices are.
//
// Later, demands choose patterns (pattern.go), and the bound is as much higher as they then pay more.
//
// The prices follow a projected subgradient: demands that use a departure bid more for it, and where more is bid than it costs all bids
// fall alike (held onto the simplex). The step is Polyak's, from the best allocation known.
type dual struct {
	c     *network
	stop  *atomic.Bool
	nets  []*subnet      // by demand
	w     [][]stock.Cost // by demand and arc
	moved [][]float32    // by demand and arc: momentum
	bids  [][]bid        // by departure: who pays for it

	Best  stock.Cost // the best bound so far
	value stock.Cost // of the last step
	used  []usage    // of the last step
	tight []int32    // demands that would rather go beyond their reach

	arc        []stock.Cost
	leasts     [][]stock.Cost // by demand of the SKU at hand
	tr         transport
	path       []int32
	touched    []int32 // departures
	from       []uint64
	mark       []bool
	shrink     float64 // of Polyak's step
	stale      int     // steps without a better bound
	share      []float64
	work       int64 // arcs looked at so far
	iterations int
	sharp      *sharpener                    // from some iteration on
	keep       func(sku int32, t *transport) // where not nil, sees each solved problem of transport
}

// bid is a demand's price for a departure.
type bid struct{ demand, arc int32 }

// usage is a departure in the solution of the last step: so many of the demand's units, as a share.
type usage struct {
	demand, arc int32
	share       float64
}

func newDual(c *network, nets []*subnet, stop *atomic.Bool) *dual {
	u := &dual{
		stop: stop, tr: transport{stop: stop},
		c: c, nets: nets, w: make([][]stock.Cost, len(nets)), bids: make([][]bid, len(c.origin)), moved: make([][]float32, len(nets)),
		mark: make([]bool, len(c.origin)), shrink: 1,
	}
	for d, s := range nets {
		if stop.Load() {
			break
		}
		u.limit(s)
		u.w[d] = make([]stock.Cost, len(s.dep))
		u.moved[d] = make([]float32, len(s.dep))
	}
	return u
}

// evaluate solves all problems of transport at the prices at hand. It reports whether it was let.
func (u *dual) evaluate() bool {
	u.value, u.used, u.tight = 0, u.used[:0], u.tight[:0]
	for s := range u.c.lots {
		u.value += u.sku(int32(s))
		if u.stop.Load() {
			return false
		}
	}
	if u.value > u.Best {
		u.Best = u.value
		u.stale = 0
	} else {
		u.stale++
	}
	return true
}

// sku is a lower bound of what one SKU's demands cost.
func (u *dual) sku(s int32) stock.Cost {
	c, t := u.c, &u.tr
	demands, lots := c.demands[s], c.lots[s]
	if len(demands) == 0 {
		return 0
	}
	t.reset(len(demands), len(lots))
	u.leasts = resize(u.leasts, len(demands))
	for l, lot := range lots {
		t.have[l] = c.Lots[lot].Qty
	}
	for k, d := range demands {
		net := u.nets[d]
		u.leasts[k] = resize(u.leasts[k], len(net.dep))
		u.arc = resize(u.arc, len(net.dep))
		for a, dep := range net.dep {
			u.arc[a] = c.unit[dep] + u.w[d][a]
		}
		net.values(u.arc, u.leasts[k])
		u.work += int64(len(net.dep))
		t.need[k], t.loss[k] = c.Demands[d].Qty, c.Demands[d].Loss
		for l := range net.lots {
			o := &net.lots[l]
			t.cost[k][l] = min(o.value(u.leasts[k]), o.reach) + o.brk
		}
	}
	total := t.solve()
	if u.keep != nil {
		u.keep(s, t)
		return total
	}
	if u.sharp != nil {
		return total + u.sharp.sku(s, t)
	}
	for k, d := range demands {
		u.paths(int32(k), d)
	}
	return total
}

// paths adds what a demand uses to the direction.
func (u *dual) paths(k, d int32) {
	net, t, least := u.nets[d], &u.tr, u.leasts[k]
	for l := range net.lots {
		q := t.flow[k][l]
		if q == 0 {
			continue
		}
		o := &net.lots[l]
		if o.value(least) > o.reach {
			u.tight = append(u.tight, d)
			continue
		}
		u.path = net.path(o, least, u.path[:0])
		for _, a := range u.path {
			u.used = append(u.used, usage{d, a, float64(q) / float64(net.most[a])})
		}
	}
}

const (
	momentum = 0.6
	patience = 5 // steps without a better bound, until they get shorter
)

// step moves the prices, given what an allocation costs that is known.
func (u *dual) step(target stock.Cost) {
	if u.stale >= patience {
		u.stale, u.shrink = 0, u.shrink*0.75
	}
	var norm float64
	for _, x := range u.used {
		norm += x.share * x.share
	}
	if norm == 0 {
		return
	}
	gap := max(float64(target-u.value), 1e-3*float64(target))
	length := u.shrink * gap / norm
	u.touched = u.touched[:0]
	for _, x := range u.used {
		dep := u.nets[x.demand].dep[x.arc]
		if u.c.fixed[dep] == 0 {
			continue
		}
		if u.w[x.demand][x.arc] == 0 && u.moved[x.demand][x.arc] == 0 {
			u.bids[dep] = append(u.bids[dep], bid{x.demand, x.arc})
		}
		u.moved[x.demand][x.arc] += float32(length * x.share)
		if !u.mark[dep] {
			u.mark[dep] = true
			u.touched = append(u.touched, dep)
		}
	}
	for dep := range u.bids {
		if len(u.bids[dep]) > 0 {
			u.project(int32(dep))
		}
	}
	for _, dep := range u.touched {
		u.mark[dep] = false
	}
}

// most is how many units of its demand a bid is about.
func (u *dual) most(b bid) stock.Cost { return stock.Cost(u.nets[b.demand].most[b.arc]) }

// project moves the bids for a departure and brings them back to what is allowed: none negative, together no more than the fixed cost.
func (u *dual) project(dep int32) {
	bids := u.bids[dep]
	fixed := float64(u.c.fixed[dep])
	share := u.share[:0]
	sum := 0.0
	for _, b := range bids {
		m := u.moved[b.demand][b.arc]
		v := float64(u.w[b.demand][b.arc])*float64(u.most(b)) + float64(m)
		u.moved[b.demand][b.arc] = m * momentum
		v = max(0, v)
		share = append(share, v)
		sum += v
	}
	u.share = share
	if sum > fixed {
		cut := waterline(share, fixed)
		for k := range share {
			share[k] = max(0, share[k]-cut)
		}
	}
	kept := bids[:0]
	for k, b := range bids {
		w := stock.Cost(share[k]) / u.most(b)
		u.w[b.demand][b.arc] = w
		if w == 0 {
			u.moved[b.demand][b.arc] = 0
			continue
		}
		kept = append(kept, b)
	}
	u.bids[dep] = kept
	var collected stock.Cost
	for _, b := range kept {
		collected += u.w[b.demand][b.arc] * u.most(b)
	}
	for collected > u.c.fixed[dep] { // what rounding may leave: never more than a few millionths
		for _, b := range kept {
			if u.w[b.demand][b.arc] > 0 {
				u.w[b.demand][b.arc]--
				collected -= u.most(b)
			}
		}
	}
}

// waterline is what to take off all, so that what is left above zero adds up to most.
func waterline(values []float64, most float64) float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	sum, cut := 0.0, 0.0
	for k, v := range slices.Backward(sorted) {
		sum += v
		next := (sum - most) / float64(len(sorted)-k)
		if next >= v {
			break
		}
		cut = next
	}
	return math.Max(0, cut)
}
