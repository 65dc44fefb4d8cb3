package route

import (
	"cmp"
	"context"
	"slices"

	"callout/solver/model"
)

// Parts that are shipped, reserved or to come need no stops of their own kind: what is there from a time on, at a node or at the site of
// a job, makes a stop that does not begin before. So a node has a call for each of the times from which there is more to be had, and a job
// that couriers can serve has visits that wait for them; thresholds, curves and all that stands on them know such stops by their openings.

// offer is stock that can be had at a stop: of a pool, by a haul or without. unit and fixed are unweighted, beyond the pool's price.
type offer struct {
	pool  int32
	haul  int32 // index in shipping.hauls; -1: it is there by itself
	at    int64 // from when on
	unit  int64
	fixed int64 // per shipment
}

// lotFacts is the node and the lot that a pool stands for, and for whom it is.
type lotFacts struct {
	node   int32
	lot    int32 // as in model.Supply
	tier   model.TierIdx
	breach int64 // per unit, unweighted, for other tiers
	from   int64 // when it is there
	kept   bool  // for some jobs
}

// shipping is what is known of lots and lanes.
type shipping struct {
	ships   bool // there are some
	hauls   []haul
	onHand  []offer    // by pool: it, by itself
	lots    []lotFacts // by pool; of vans and tools node is -1
	several []bool     // per technician: he has several shifts
	calls   []callFacts
	sent    []int32     // per stop behind the jobs: the job of a further visit, -1 for a call
	awaits  []int64     // per stop behind the jobs: it does not begin before
	visits  [][]int32   // per job: its further stops, that use substitutes or wait for couriers; of one choice the earliest first
	chosen  []choiceOf  // per further stop of a job, in order: what it needs
	more    [][]offer   // [call*nSKU+sku]: what there is besides the node's stock
	brings  [][][]offer // per further stop of a job, in order, and part that it needs: what couriers bring by then
}

// callFacts is a call at a node that does not begin before a time.
type callFacts struct {
	node int32
	from int64
}

// maxTimes bounds the times from which a node, or a job's couriers, have more: the calls at it, the visits that wait.
const (
	maxTimes = 8
	maxTable = 1 << 22 // entries by call and SKU
)

// compileShipping finds what can be had where and from when on, and numbers the stops. Pools of stock on hand and of lots are known.
func (in *Instance) compileShipping(ctx context.Context) error {
	sh, ps := &in.shipping, &in.pools
	sh.ships = len(in.P.Lanes) > 0
	for n := range in.P.Nodes {
		sh.ships = sh.ships || len(in.P.Nodes[n].Lots) > 0
		sh.calls = append(sh.calls, callFacts{node: int32(n)})
	}
	sh.visits = make([][]int32, in.NJobs)
	var atNode [][]offer // [node*nSKU+sku]
	for pool := range ps.cap {
		sh.onHand = append(sh.onHand, offer{pool: int32(pool), haul: -1})
	}
	if sh.ships {
		c := &shipper{in: in, haulage: newHaulage(in.P), needed: make([]int64, ps.nSKU), named: make(map[int32]int32)}
		var err error
		if atNode, err = c.atNodes(ctx); err != nil {
			return err
		}
		sh.calls = c.calls(atNode)
		if err := c.visits(ctx); err != nil {
			return err
		}
	} else {
		for j := range int32(in.NJobs) {
			if len(in.P.Jobs[j].Substitutes) > 0 {
				for _, w := range in.choices(j)[1:] {
					sh.addVisit(j, w, 0, make([][]offer, len(w.parts)))
				}
			}
		}
	}
	in.NStops = in.NJobs + len(sh.calls) + len(sh.sent)
	sh.sent = append(slices.Repeat([]int32{-1}, len(sh.calls)), sh.sent...)
	for j := range sh.visits {
		for k := range sh.visits[j] {
			sh.visits[j][k] += int32(in.NJobs + len(sh.calls))
		}
	}
	from := make([]int64, len(sh.calls), len(sh.sent))
	for k, c := range sh.calls {
		from[k] = c.from
	}
	sh.awaits = append(from, sh.awaits...)
	if sh.ships {
		sh.more = make([][]offer, len(sh.calls)*ps.nSKU)
		for k, c := range sh.calls {
			for sku := range ps.nSKU {
				for _, o := range atNode[int(c.node)*ps.nSKU+sku] {
					if o.at <= c.from {
						sh.more[k*ps.nSKU+sku] = append(sh.more[k*ps.nSKU+sku], o)
					}
				}
			}
		}
	}
	return nil
}

// Job is the job that a stop visits, or -1 where it is a call at a node.
func (in *Instance) Job(u int32) int32 {
	if int(u) < in.NJobs {
		return u
	}
	return in.sent[int(u)-in.NJobs]
}

// call is the number of the call that a stop is, or -1 where it is a visit.
func (in *Instance) call(u int32) int {
	if k := int(u) - in.NJobs; k >= 0 && k < len(in.calls) {
		return k
	}
	return -1
}

// nodeAt is the node of a call.
func (in *Instance) nodeAt(u int32) *model.Node {
	return &in.P.Nodes[in.calls[int(u)-in.NJobs].node]
}

// waits is when a stop begins at the earliest for what it waits for.
func (in *Instance) waits(u int32) int64 {
	if k := int(u) - in.NJobs; k >= 0 {
		return in.awaits[k]
	}
	return 0
}

// shipper compiles.
type shipper struct {
	in      *Instance
	haulage *haulage
	needed  []int64         // per SKU: units that all jobs need
	latest  int64           // no stop begins later
	named   map[int32]int32 // numbers of hauls by their ids
}

// atNodes lists what there is at each node besides its own stock on hand, in order of time.
func (c *shipper) atNodes(ctx context.Context) ([][]offer, error) {
	in := c.in
	ps, sh := &in.pools, &in.shipping
	for j := range in.P.Jobs {
		in.P.Jobs[j].Options(func(sku model.SKUIdx, qty int64) { c.needed[sku] += qty })
	}
	for s := range in.P.Shifts {
		c.latest = max(c.latest, in.P.Shifts[s].LatestEnd)
	}
	out := make([][]offer, len(in.P.Nodes)*ps.nSKU)
	for pool := range ps.cap {
		lot := &sh.lots[pool]
		if lot.node < 0 || c.needed[ps.sku[pool]] == 0 || ps.cap[pool] == 0 {
			continue
		}
		sku, from := int(ps.sku[pool]), lot.from
		if lot.lot > 0 {
			if from <= c.latest {
				k := int(lot.node)*ps.nSKU + sku
				out[k] = append(out[k], offer{pool: int32(pool), haul: -1, at: from})
			}
		}
		list, err := c.haulage.of(ctx, haulFrom{lot.node, from})
		if err != nil {
			return nil, err
		}
		for i := range list {
			if list[i].courier < 0 && list[i].arrives <= c.latest && !c.plenty(int(list[i].node), int32(pool), &list[i]) {
				k := int(list[i].node)*ps.nSKU + sku
				out[k] = append(out[k], c.offer(int32(pool), &list[i]))
			}
		}
	}
	for k := range out {
		slices.SortStableFunc(out[k], func(a, b offer) int { return cmp.Compare(a.at, b.at) })
	}
	return out, nil
}

// plenty tells whether a node has more than anybody may need of a pool's SKU itself, and no dearer.
func (c *shipper) plenty(node int, pool int32, h *haul) bool {
	ps := &c.in.pools
	own := ps.node[node*ps.nSKU+int(ps.sku[pool])]
	return own >= 0 && ps.cap[own] >= c.needed[ps.sku[pool]] && ps.price[own] <= ps.price[pool]+h.unit
}

// offer of a pool by a haul.
func (c *shipper) offer(pool int32, h *haul) offer {
	sh := &c.in.shipping
	k, known := c.named[h.id]
	if !known {
		k = int32(len(sh.hauls))
		c.named[h.id] = k
		sh.hauls = append(sh.hauls, *h)
	}
	return offer{pool: pool, haul: k, at: h.arrives, unit: h.unit, fixed: h.fixed}
}

// calls lists the calls: one per node for what is there by itself, then those for what comes at a time.
func (c *shipper) calls(atNode [][]offer) []callFacts {
	in := c.in
	calls := in.calls
	room := maxTable/max(1, in.pools.nSKU) - len(calls)
	for n := range in.P.Nodes {
		var times []int64
		for _, list := range atNode[n*in.pools.nSKU : (n+1)*in.pools.nSKU] {
			for _, o := range list {
				if o.at > 0 {
					times = append(times, o.at)
				}
			}
		}
		for _, t := range some(times, maxTimes) {
			if room > 0 {
				calls = append(calls, callFacts{node: int32(n), from: t})
				room--
			}
		}
	}
	return calls
}

// some are the different times, or where there are more than most, evenly chosen ones of them, the last one among these.
func some(times []int64, most int) []int64 {
	slices.Sort(times)
	times = slices.Compact(times)
	if n := len(times); n > most {
		for k := range most {
			times[k] = times[(k+1)*n/most-1]
		}
		times = times[:most]
	}
	return times
}

// addVisit adds a stop of a job, with what couriers bring by the time for which it waits.
func (sh *shipping) addVisit(j int32, w choiceOf, waits int64, by [][]offer) {
	sh.visits[j] = append(sh.visits[j], int32(len(sh.sent)))
	sh.sent, sh.awaits, sh.brings = append(sh.sent, j), append(sh.awaits, waits), append(sh.brings, by)
	sh.chosen = append(sh.chosen, w)
}

// visits makes the visits that use substitutes or wait for couriers.
func (c *shipper) visits(ctx context.Context) error {
	in := c.in
	ps := &in.pools
	bySKU := make([][]int32, ps.nSKU) // pools
	for pool := range ps.cap {
		if in.lots[pool].node >= 0 && ps.cap[pool] > 0 {
			bySKU[ps.sku[pool]] = append(bySKU[ps.sku[pool]], int32(pool))
		}
	}
	for j := range int32(in.NJobs) {
		choices := in.choices(j)
		most := maxTimes
		if len(choices) > 1 {
			most = min(most, max(minWaits, maxWaits/len(choices)))
		}
		for k, w := range choices {
			if k > 0 {
				in.addVisit(j, w, 0, make([][]offer, len(w.parts)))
			}
			if err := c.waiting(ctx, j, w, most, bySKU); err != nil {
				return err
			}
		}
	}
	return nil
}

// waiting makes at most so many visits that wait for couriers with what is chosen.
func (c *shipper) waiting(ctx context.Context, j int32, w choiceOf, most int, bySKU [][]int32) error {
	job := &c.in.P.Jobs[j]
	brings, last := make([][]offer, len(w.parts)), c.last(job)
	var times []int64
	for i, part := range w.parts {
		for _, pool := range bySKU[part.SKU] {
			list, err := c.couriers(ctx, pool, job.Location)
			if err != nil {
				return err
			}
			for _, o := range list {
				if o.at <= last && c.in.mayTake(pool, j) {
					brings[i] = append(brings[i], o)
					times = append(times, o.at)
				}
			}
		}
	}
	for _, t := range some(times, most) {
		by := make([][]offer, len(brings))
		for i := range brings {
			for _, o := range brings[i] {
				if o.at <= t {
					by[i] = append(by[i], o)
				}
			}
		}
		c.in.addVisit(j, w, t, by)
	}
	return nil
}

// last is when work at a job begins at the latest.
func (c *shipper) last(job *model.Job) int64 {
	var last int64
	hard := false
	for k := range job.Windows {
		if w := &job.Windows[k]; w.Kind == model.Availability {
			last, hard = max(last, w.To), true
		}
	}
	if !hard {
		return c.latest
	}
	return min(last, c.latest)
}

// couriers lists the ways from a pool to a site, in time for the last shift.
func (c *shipper) couriers(ctx context.Context, pool int32, site model.LocIdx) ([]offer, error) {
	lot := &c.in.lots[pool]
	list, err := c.haulage.of(ctx, haulFrom{lot.node, lot.from})
	if err != nil {
		return nil, err
	}
	var out []offer
	for i := range list {
		if h := &list[i]; h.courier >= 0 && h.arrives <= c.latest && c.in.P.Lanes[h.courier].Serves(site) {
			out = append(out, c.offer(pool, h))
		}
	}
	return out, nil
}

// mayTake tells whether a job may take of a pool.
func (in *Instance) mayTake(pool, j int32) bool {
	lot := &in.lots[pool]
	return lot.lot <= 0 || in.P.Nodes[lot.node].Lots[lot.lot-1].For(model.JobIdx(j))
}

// unitPrice is what a unit of an offer costs a job of a tier, unweighted, shipments left out.
func (in *Instance) unitPrice(o *offer, tier model.TierIdx) int64 {
	price := in.pools.price[o.pool] + o.unit
	if lot := &in.lots[o.pool]; lot.tier != model.NoTier && lot.tier != tier {
		price += lot.breach
	}
	return price
}

// Ships tells whether parts are shipped, reserved or to come: then a part may have many sources.
func (in *Instance) Ships() bool { return in.ships }
