package search

import "sync/atomic"

// construct fills the plan greedily: every absent job once, in the order of the earliest window end, the dearest first where
// windows say nothing. It stops early when stop is set.
func (s *searcher) construct(stop *atomic.Bool) {
	s.todo = append(s.todo[:0], s.cur.Absent...)
	s.sortForStart(s.todo)
	for _, j := range s.todo {
		if stop.Load() {
			break
		}
		if k, ins := s.cur.BestInsertion(j); k >= 0 {
			s.cur.Insert(k, j, ins)
		}
	}
	assertAgrees(s.cur)
	s.cur.Commit()
	s.keep()
}
