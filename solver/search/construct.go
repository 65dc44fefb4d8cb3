package search

import (
	"slices"
	"sync/atomic"
)

// construct fills the plan greedily: every absent job once, the dearest to leave out first, then by how early its window
// closes. It stops early when stop is set.
func (s *searcher) construct(stop *atomic.Bool) {
	s.removed = append(s.removed[:0], s.cur.Absent...)
	s.sortForStart(s.removed)
	s.fill(stop)
	assertAgrees(s.cur)
	s.cur.Commit()
	s.keep(s.cur)
}

// fill puts the removed jobs back in their order.
func (s *searcher) fill(stop *atomic.Bool) {
	for _, j := range s.removed {
		if stop.Load() {
			return
		}
		if k, ins := s.cur.BestInsertion(j, nil); k >= 0 {
			s.cur.Insert(k, j, ins)
		}
	}
}

const (
	// firstShare is the share of a time budget that may go into first plans.
	firstShare = 0.05
	// firstOrders is how many other orders are tried: the near jobs first, the far ones first.
	firstOrders = 2
)

// reconstruct builds the plan anew in a few other orders and keeps the best of all; a poor first plan costs a large instance
// many steps. Each better one is offered.
func (s *searcher) reconstruct(l *limits, offer func(*searcher)) {
	for _, key := range s.orders.keys[1:min(1+firstOrders, len(s.orders.keys))] {
		if x, _ := l.spent(0); x > firstShare || l.stop.Load() {
			return
		}
		before := s.cur.Cost()
		s.cur.EmptyAll()
		s.removed = append(s.removed[:0], s.cur.Absent...)
		slices.Sort(s.removed)
		slices.SortStableFunc(s.removed, byKey(key))
		s.fill(l.stop)
		if s.cur.Cost() >= before {
			s.cur.Rollback()
			continue
		}
		if s.accept() {
			offer(s)
		}
	}
}
