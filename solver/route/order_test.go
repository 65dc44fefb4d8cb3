package route

import (
	"math/rand/v2"
	"testing"

	"callout/solver/model"
	"callout/solver/modeltest"
)

// Orders are priced job by job: of all positions the best one is found, between calls at nodes too, where the job needs none of its own;
// and the plan costs then what was said.
func TestOrderOfVisits(t *testing.T) {
	mended, inserted, calls := 0, 0, 0
	for seed := range uint64(24) {
		names := [][]string{
			nil, {"scarce-nodes"}, {"node-calls", "substitutes"}, {"break", "node-calls"}, {"late-windows"}, {"work-price", "tools-lent"},
		}[seed%6]
		p := modeltest.With(30, 4, seed, names...)
		rng := rand.New(rand.NewPCG(seed, 11))
		follow(filled(t, p).Plan(), p, rng)
		s := filled(t, p)
		in := s.in
		if in.order == nil {
			t.Fatal("no order has a price")
		}
		for range 60 {
			j := int32(rng.IntN(in.NJobs))
			k := s.RouteOf[j]
			if k < 0 {
				continue
			}
			marked := make([]bool, in.NJobs)
			marked[j] = true
			s.Remove(k, marked)
			s.Commit()
			f, r := &in.shifts[k], &s.Routes[k]
			best, before := NoPlace, r.cost
			for i := range len(r.Stops) + 1 {
				with := insertAt(nil, r.Stops, i, j)
				s.Empty(k)
				if s.SetRoute(k, with) {
					best = min(best, s.Routes[k].cost-before)
				}
				s.Rollback()
			}
			ins := s.BestBelow(k, j, NoPlace)
			if ins.Pos < 0 {
				if best < NoPlace && !in.needs[j] {
					t.Errorf("seed %d: job %d has no place in shift %d, but one for %d", seed, j, k, best)
				}
				s.Rollback()
				continue
			}
			if ins.Cost > best && !in.needs[j] {
				t.Errorf("seed %d: job %d costs %d in shift %d, but %d elsewhere in it", seed, j, ins.Cost, k, best)
			}
			if tight := s.BestBelow(k, j, ins.Cost+1); tight.Cost != ins.Cost {
				t.Errorf("seed %d: job %d costs %d in shift %d, below %d it is %d", seed, j, ins.Cost, k, ins.Cost+1, tight.Cost)
			}
			if in.mended(f, r, j) > 0 {
				mended++
			}
			if ins.First != 0 {
				calls++
			}
			if s.Insert(k, j, ins) {
				inserted++
				if got := s.Routes[k].cost - before; got != ins.Cost {
					t.Errorf("seed %d: job %d was to cost %d in shift %d, and costs %d", seed, j, ins.Cost, k, got)
				}
			}
			s.MustAgree()
			s.Commit()
		}
	}
	if mended < 20 || inserted < 500 || calls < 20 {
		t.Errorf("only %d insertions, %d of them with a call, %d that mend an order", inserted, calls, mended)
	}
}

func filled(t *testing.T, p *model.Problem) *Solution {
	t.Helper()
	in, err := Compile(p)
	if err != nil {
		t.Fatal(err)
	}
	s := NewSolution(in, NewContext(in, nil))
	fill(s)
	s.Commit()
	return s
}

// follow gives most jobs a price for another order than a plan has, as high as some ways, and some for another one than any job.
func follow(plan *model.Plan, p *model.Problem, rng *rand.Rand) {
	for _, r := range plan.Routes {
		before := model.NoJob
		for _, st := range r.Stops {
			if st.Kind != model.Visit {
				continue
			}
			k := &model.Kept{Tech: p.Shifts[r.Shift].Tech, Before: before, Resequence: int64(rng.IntN(3)) * 400_000, Slack: model.MaxTime}
			if rng.IntN(4) == 0 {
				k.Before = model.JobIdx(rng.IntN(len(p.Jobs)+1) - 1)
			}
			p.Jobs[st.Job].Kept, before = k, st.Job
		}
	}
}

// On a street the store, job 0 and job 1 lie one behind the other, so that to call at the store and do job 0 on the way to job 1 costs the
// call's 5 alone. Job 1 had job 0 before it, and another one there costs 70: all in all it costs 65 less, and no bound hides that.
func TestOrderMendedByACall(t *testing.T) {
	for name, shape := range map[string]func(p *model.Problem){
		"a part from the store": func(p *model.Problem) {
			p.Nodes[0].Stock = []model.NodeStock{{Qty: 1}}
		},
		"a substitute from the store": func(p *model.Problem) {
			p.SKUs = append(p.SKUs, "pipe")
			p.Nodes[0].Stock = []model.NodeStock{{SKU: 1, Qty: 1}}
			p.Jobs[0].Substitutes = []model.Substitute{{SKU: 1}}
		},
	} {
		p := &model.Problem{
			Locations: make([]model.Location, 4), SKUs: []string{"tube"}, Tiers: []string{""}, Technicians: make([]model.Technician, 1),
		}
		m := &model.Matrix{N: 4}
		for a := range 4 {
			for b := range 4 {
				m.Durations = append(m.Durations, int32(max(a-b, b-a)))
			}
		}
		p.Profiles = []model.Profile{{Matrix: m}}
		p.Shifts = []model.Shift{{
			LatestEnd: 100, RegularEnd: 100, MaxWork: model.NoCap, MaxDrive: model.NoCap, MaxSpell: model.NoCap, TravelRate: 1,
		}}
		p.Nodes = []model.Node{{Location: 1, Fixed: 5}}
		p.Jobs = []model.Job{
			{Location: 2, Unassigned: 1, Parts: []model.Quantity{{Qty: 1}}},
			{Location: 3, Unassigned: 500, Kept: &model.Kept{Before: 0, Resequence: 70, Slack: 100}},
		}
		shape(p)
		in, err := Compile(p)
		if err != nil {
			t.Fatal(err)
		}
		s := NewSolution(in, NewContext(in, nil))
		if !s.SetRoute(0, []int32{1}) || s.Routes[0].cost != 76 {
			t.Fatalf("%s: without job 0 the route costs %d", name, s.Routes[0].cost)
		}
		for _, limit := range []int64{NoPlace, 1, -64} {
			if ins := s.BestBelow(0, 0, limit); ins.Cost != -65 || ins.Pos < 0 {
				t.Errorf("%s: below %d job 0 costs %d", name, limit, ins.Cost)
			}
		}
		if !s.Insert(0, 0, s.BestBelow(0, 0, NoPlace)) || s.Routes[0].cost != 11 {
			t.Errorf("%s: with job 0 the route costs %d", name, s.Routes[0].cost)
		}
		s.MustAgree()
	}
}
