package search_test

import (
	"sync/atomic"
	"testing"
	"time"

	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/search"
)

// A way out is a plan that stands before the checker, and costs what it is said to cost more.
func TestWaysCostWhatTheySay(t *testing.T) {
	tried := map[bool]int{}
	for seed := range uint64(6) {
		p := modeltest.Follow(modeltest.Rich(20, 5, seed), seed)
		var stop atomic.Bool
		l := search.NewLive(compile(t, p), seed, func(int32) bool { return false }, &stop)
		l.Repair(nil, 20, time.Time{})
		plan, terms := l.Plan()
		for j := range int32(len(p.Jobs)) {
			for _, w := range l.Ways(j, 10, func(*search.Way) bool { return true }) {
				tried[w.Other >= 0]++
				with := &model.Plan{Routes: append([]model.Route(nil), plan.Routes...)}
				for _, r := range w.Routes {
					with.Routes[r.Shift] = r
				}
				visited := make([]bool, len(p.Jobs))
				for k := range with.Routes {
					for i := range with.Routes[k].Stops {
						if st := &with.Routes[k].Stops[i]; st.Kind == model.Visit {
							visited[st.Job] = true
						}
					}
				}
				for k, v := range visited {
					if !v {
						with.Unassigned = append(with.Unassigned, model.JobIdx(k))
					}
				}
				report := check.Plan(p, with)
				if err := report.Err(); err != nil {
					t.Fatalf("seed %d, job %d, %+v: %v", seed, j, w, err)
				}
				report.Terms.Sub(&terms)
				if report.Terms != w.Extra {
					t.Fatalf("seed %d, job %d: %v more, said to be %v", seed, j, report.Terms, w.Extra)
				}
			}
		}
	}
	if tried[true] == 0 || tried[false] == 0 {
		t.Errorf("%v ways were tried", tried)
	}
}
