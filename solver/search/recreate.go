package search

import (
	"cmp"
	"slices"

	"callout/solver/model"
	"callout/solver/route"
)

// orders are the keys by which jobs are put back, each with the weight of being chosen. A key that is the same for all jobs
// is left out.
type orders struct {
	keys    [][]int64 // per order, per job; smaller goes first. nil: random
	weights []int
	total   int
}

func newOrders(in *route.Instance) *orders {
	o := &orders{}
	n := in.NJobs
	add := func(weight int, key func(j int) int64) {
		k := make([]int64, n)
		same := true
		for j := range k {
			k[j] = key(j)
			same = same && k[j] == k[0]
		}
		if same {
			return
		}
		o.keys, o.weights, o.total = append(o.keys, k), append(o.weights, weight), o.total+weight
	}
	o.keys, o.weights, o.total = append(o.keys, nil), append(o.weights, 4), 4
	size := func(j int) int64 {
		var q int64
		for _, part := range in.P.Jobs[j].Parts {
			q += part.Qty
		}
		if q == 0 {
			q = in.P.Jobs[j].Service
		}
		return q
	}
	far := make([]int64, n)
	for j := range far {
		far[j] = in.Remoteness(int32(j))
	}
	// The first plans try the orders one by one, these two first: mostly one of them is best.
	add(1, func(j int) int64 { return far[j] })
	add(2, func(j int) int64 { return -far[j] })
	add(4, func(j int) int64 { return -size(j) })
	add(2, func(j int) int64 { from, to := hull(in, j); return to - from })
	add(2, func(j int) int64 { from, _ := hull(in, j); return from })
	add(2, func(j int) int64 { _, to := hull(in, j); return -to })
	add(4, func(j int) int64 { return -in.Lost(int32(j)) })
	return o
}

// hull is from the earliest to the latest start of service that the hard windows allow.
func hull(in *route.Instance, j int) (from, to int64) {
	job := &in.P.Jobs[j]
	from, to = model.MaxTime, -1
	for k := range job.Windows {
		if w := &job.Windows[k]; w.Kind == model.Availability {
			from, to = min(from, w.From), max(to, w.To)
		}
	}
	if to < 0 {
		from, to = job.Release, model.MaxTime
	}
	return max(from, job.Release), to
}

// sort puts jobs into an order drawn at random.
func (s *searcher) sort(jobs []int32) {
	s.rng.Shuffle(len(jobs), func(a, b int) { jobs[a], jobs[b] = jobs[b], jobs[a] })
	draw := s.rng.IntN(s.orders.total)
	k := 0
	for draw >= s.orders.weights[k] {
		draw -= s.orders.weights[k]
		k++
	}
	if key := s.orders.keys[k]; key != nil {
		slices.SortStableFunc(jobs, byKey(key))
	}
}

// byKey compares jobs by a key.
func byKey(key []int64) func(a, b int32) int {
	return func(a, b int32) int { return cmp.Compare(key[a], key[b]) }
}

// With many routes most are too far from a job to be its best: then only those of its nearest neighbours are looked at, but
// for a few steps. Long routes count for more: each takes longer to look through, and has more of the neighbours.
const (
	manyRoutes = 40
	nearEnough = 40
	manyLong   = 15 // of long routes
	nearLong   = 25
	longRoute  = 20 // stops, in the mean
	allRoutes  = 0.05
)

// recreate puts the removed jobs back one by one, each at its cheapest place, or leaves it out where that is cheaper. In a
// venture it may cost more.
func (s *searcher) recreate() {
	s.sort(s.removed)
	enough := 0
	switch {
	case s.routes > manyLong && s.stops > longRoute*s.routes:
		enough = nearLong
	case s.routes > manyRoutes:
		enough = nearEnough
	}
	if enough > 0 && s.rng.Float64() < allRoutes {
		enough = 0
	}
	for _, j := range s.removed {
		var near []int32
		if enough > 0 {
			near = s.near.Of(j)
			near = near[:min(len(near), enough)]
		}
		loss := s.loss(j)
		k, ins := s.cur.BestAtLoss(j, near, loss)
		if k < 0 && near != nil && !s.again[j] { // who was left out before waits for a step that looks everywhere
			k, ins = s.cur.BestAtLoss(j, nil, loss)
		}
		if s.again[j] = false; k >= 0 {
			s.cur.Insert(k, j, ins)
		}
	}
	s.venture.on = false
}

// sortForStart orders jobs for the first plan: the dearest to leave out first, then by how early the window closes.
func (s *searcher) sortForStart(jobs []int32) {
	slices.SortStableFunc(jobs, func(a, b int32) int {
		if c := cmp.Compare(s.in.Lost(b), s.in.Lost(a)); c != 0 {
			return c
		}
		_, x := hull(s.in, int(a))
		_, y := hull(s.in, int(b))
		return cmp.Or(cmp.Compare(x, y), cmp.Compare(a, b))
	})
}
