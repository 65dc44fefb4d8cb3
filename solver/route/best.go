package route

import (
	"cmp"
	"math/bits"
	"slices"
)

// maxCache bounds the insertion cache (entries of 48 bytes).
const maxCache = 2 << 20

// entry caches the best insertion of a job into a route; it holds while both versions do.
type entry struct {
	version, shared uint64
	ins             Insertion // where there is none, it is known to cost that much at least
}

// renew brings the cache entry of job j and shift k up to date for insertions below limit; shared is the version of the pools
// that j may draw on.
func (s *Solution) renew(e *entry, k, j int32, limit int64, shared uint64) {
	r := &s.Routes[k]
	e.ins = s.ctx.best(r, j, limit, s.used, noSkip)
	if e.ins.Pos < 0 {
		e.ins.Cost = limit
	}
	e.version, e.shared = r.Version, shared
}

// costly tells whether an insertion may need schedules or calls at nodes, so that a tight limit saves work.
func (s *Solution) costly(r *Route, j int32) bool {
	f := &s.in.shifts[r.Shift]
	if s.in.exact(f, r, j) && !f.sure {
		return true
	}
	return (len(s.in.pools.sources[j]) > 0 || len(s.in.visits[j]) > 0) && !s.in.vanSuffices(f.tech, j, s.used)
}

// sharedBy are the latest changes of a pool that j may draw on and that routes share: they name their content, as no number is used for two
// changes, or how much is left of them up to their depths.
func (s *Solution) sharedBy(j int32) (last changes) {
	for _, pool := range s.in.pools.byJob[j] {
		for g, serial := range s.changed[pool] {
			last[g] = max(last[g], serial)
		}
	}
	return last
}

// grain tells how much of what is left of pools matters to r with j. It cannot take more of the parts that j needs than that: a unit more that
// a job takes of a pool makes the others take no more than that one from elsewhere.
func (s *Solution) grain(r *Route, j int32) grain {
	if s.in.swaps(j) {
		return anyUnit
	}
	ps, least := &s.in.pools, upToOne
	for _, part := range s.in.P.Jobs[j].Parts {
		sum := part.Qty
		for _, t := range r.takes {
			if ps.sku[t.pool] == int32(part.SKU) && s.in.lots[t.pool].node >= 0 {
				sum += t.qty
			}
		}
		switch need := ps.need[part.SKU]; {
		case sum > fewJobs*need:
			return anyUnit
		case sum > need:
			least = upToFew
		}
	}
	return least
}

// BestBelow is the cheapest insertion of absent job j into shift k below a limit of the caller's, without cache and blinks.
func (s *Solution) BestBelow(k, j int32, limit int64) Insertion {
	s.ctx.forget()
	return s.ctx.best(&s.Routes[k], j, limit, s.used, noSkip)
}

// BestInsertion is the cheapest insertion of absent job j over all shifts that may do it, of unused ones of a class only
// the first, below the price of leaving it out; shift -1 where there is none. Positions blink. Routes that need schedules or
// calls at nodes come last, those with the least bound first, as long as the bound is below the best found.
//
// near, where not nil, are jobs near j: then of the used shifts only theirs are looked at, unless none will do.
func (s *Solution) BestInsertion(j int32, near []int32) (shift int32, best Insertion) {
	if shift, best = s.BestAtLoss(j, near, 0); shift < 0 && near != nil {
		return s.BestAtLoss(j, nil, 0)
	}
	return shift, best
}

// BestAtLoss is BestInsertion below the price of leaving j out and loss, of the used shifts in those of near alone, where that is not nil.
func (s *Solution) BestAtLoss(j int32, near []int32, loss int64) (shift int32, best Insertion) {
	b := s.quest(j, loss)
	open, may := s.open.all(s.in), s.in.may(j)
	if near == nil {
		for w, set := range open {
			for set &= may[w]; set != 0; set &= set - 1 {
				b.visit(int32(w<<6 + bits.TrailingZeros64(set)))
			}
		}
		b.finish()
		return b.shift, b.best
	}
	for _, o := range near {
		if k := s.RouteOf[o]; k >= 0 && s.seen[k] != s.stampNow && may.has(k) {
			s.seen[k] = s.stampNow
			b.visit(k)
		}
	}
	for w, set := range open {
		for set &= may[w] &^ s.open.used[w]; set != 0; set &= set - 1 {
			b.visit(int32(w<<6 + bits.TrailingZeros64(set)))
		}
	}
	b.finish()
	return b.shift, b.best
}

// quest is one search for the best insertion.
type quest struct {
	s      *Solution
	j      int32
	shift  int32
	best   Insertion
	most   int64 // what the insertion may cost
	limit  int64 // what it may cost to be better than best
	shared changes
	row    []entry // nil: no cache
	once   entry
}

func (s *Solution) quest(j int32, loss int64) quest {
	s.stampNow++
	s.later = s.later[:0]
	s.ctx.forget()
	most := s.in.lost[j] + loss
	b := quest{s: s, j: j, shift: -1, best: nowhere, most: most, limit: most}
	b.shared = s.sharedBy(j)
	if s.cache != nil {
		b.row = s.cache[int(j)*len(s.Routes):][:len(s.Routes)]
	}
	return b
}

// entry is the cache entry of shift k, or a passing one.
func (b *quest) entry(k int32) *entry {
	if b.row != nil {
		return &b.row[k]
	}
	b.once = entry{}
	return &b.once
}

// visit looks at shift k, or puts it off where that is costly.
func (b *quest) visit(k int32) {
	s := b.s
	e := b.entry(k)
	r := &s.Routes[k]
	shared := b.shared[anyUnit]
	switch {
	case r.pickups > 0 && s.in.watched(s.in.shifts[k].tech): // what others of its stops take at a call leaves room there
		shared = s.drawn
	case shared != b.shared[upToOne]:
		shared = b.shared[s.grain(r, b.j)]
	}
	stale := e.version != s.versions[k] || e.shared != shared
	switch {
	case !stale && (e.ins.Pos >= 0 || e.ins.Cost >= b.limit):
	case s.costly(r, b.j):
		if stale {
			e.ins = s.ctx.bound(r, b.j, b.limit, s.used)
			e.ins.Cost = min(e.ins.Cost, b.limit)
			e.version, e.shared = r.Version, shared
		}
		if e.ins.Pos < 0 {
			if e.ins.Cost < b.limit {
				s.later = append(s.later, bounded{k, e.ins.Cost})
			}
			return
		}
	default:
		s.renew(e, k, b.j, b.most, shared)
	}
	b.take(k, e)
}

// finish looks at the shifts put off.
func (b *quest) finish() {
	s := b.s
	slices.SortFunc(s.later, func(x, y bounded) int { return cmp.Or(cmp.Compare(x.bound, y.bound), cmp.Compare(x.k, y.k)) })
	for _, l := range s.later {
		if l.bound >= b.limit {
			break
		}
		e := b.entry(l.k)
		s.renew(e, l.k, b.j, b.limit, e.shared)
		b.take(l.k, e)
	}
}

// bounded is a shift with what an insertion costs there at least.
type bounded struct {
	k     int32
	bound int64
}

// take makes the insertion of e the best one if it is, and its position does not blink.
func (b *quest) take(k int32, e *entry) {
	if e.ins.Cost >= b.limit {
		return
	}
	ins := e.ins
	if b.s.ctx.blink.next() {
		if ins = b.s.ctx.best(&b.s.Routes[k], b.j, b.limit, b.s.used, ins.Pos); ins.Cost >= b.limit {
			return
		}
	}
	b.shift, b.best, b.limit = k, ins, ins.Cost
}
