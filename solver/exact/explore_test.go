package exact_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"callout/solver/check"
	"callout/solver/exact"
	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/route"
	"callout/solver/search"
)

func TestExplore(t *testing.T) {
	get := func(k string, d int) int {
		if v, err := strconv.Atoi(os.Getenv(k)); err == nil {
			return v
		}
		return d
	}
	jobs, techs, n, from, useHint := get("J", 5), get("T", 2), get("N", 10), get("F", 0), get("H", 1)
	for seed := uint64(from); seed < uint64(from+n); seed++ {
		p := modeltest.Rich(jobs, techs, seed)
		if os.Getenv("PLAIN") != "" {
			p = modeltest.Plain(jobs, techs, seed)
		}
		if os.Getenv("METRIC") != "" {
			rng := rand.New(rand.NewPCG(seed, 1))
			o := modeltest.Mixed(jobs, techs, 1+rng.IntN(3))
			o.Metric, o.Unreachable = true, 0
			p = modeltest.Random(rng, o)
		}
		for k := range p.Jobs {
			j := &p.Jobs[k]
			hard := 0
			ws := j.Windows
			j.Windows = nil
			for _, w := range ws {
				if os.Getenv("NOEARLY") != "" {
					w.Early = 0
				}
				if os.Getenv("NOSOFT") != "" && w.Kind != model.Availability {
					continue
				}
				if w.Kind == model.Availability {
					hard++
					if hard > 1 && os.Getenv("SINGLE") != "" {
						continue
					}
				}
				j.Windows = append(j.Windows, w)
			}
			if os.Getenv("NORESP") != "" {
				j.Response = 0
			}
		}
		for k := range p.Nodes {
			if os.Getenv("NONODES") != "" {
				p.Nodes[k].Stock, p.Nodes[k].Tools = nil, nil
			}
			if os.Getenv("FIXED") != "" {
				p.Nodes[k].Fixed = 1e9
			}
			if os.Getenv("SINGLE") != "" && len(p.Nodes[k].Open) > 1 {
				p.Nodes[k].Open = p.Nodes[k].Open[:1]
			}
		}
		for k := range p.Shifts {
			if os.Getenv("NOSPELL") != "" {
				p.Shifts[k].MaxSpell = model.NoCap
			}
			if os.Getenv("NOWORKCAP") != "" {
				p.Shifts[k].MaxWork = model.NoCap
			}
			if os.Getenv("NOBREAKS") != "" {
				p.Shifts[k].Breaks = nil
			}
			if os.Getenv("NOOVER") != "" {
				p.Shifts[k].Overtime = nil
			}
		}
		in, err := route.Compile(p)
		if err != nil {
			t.Fatal(err)
		}
		sr, err := search.Solve(t.Context(), in, search.Options{Iterations: int64(get("I", 2000)), Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		o := exact.Options{Work: float64(get("W", 20))}
		if useHint == 1 {
			o.Hint = sr.Best.Plan
		}
		begin := time.Now()
		r, err := exact.Solve(t.Context(), p, o)
		took := time.Since(begin)
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
			continue
		}
		word := "="
		if r.Plan != nil {
			rep := check.Plan(p, r.Plan)
			if err := rep.Err(); err != nil {
				t.Errorf("seed %d: %v", seed, err)
			}
			if rep.Terms != r.Terms {
				t.Errorf("seed %d: terms %v %v", seed, rep.Terms, r.Terms)
			}
			if r.Vec.Less(sr.Best.Vec) {
				word = fmt.Sprint("EXACT BETTER ", sr.Best.Vec, r.Vec)
			}
			if sr.Best.Vec.Less(r.Vec) {
				word = fmt.Sprint("SEARCH BETTER ", sr.Best.Vec, r.Vec)
			}
		}
		idle := 0
		if r.Plan != nil {
			idle = idles(r.Plan)
		}
		if os.Getenv("SHOW") != "" && r.Plan != nil && r.Vec != sr.Best.Vec {
			fmt.Println("SEARCH", sr.Best.Terms)
			show(p, sr.Best.Plan)
			fmt.Println("EXACT", r.Terms)
			show(p, r.Plan)
		}
		fmt.Printf("seed %d shifts %d nodes %d proven %v work %.2f took %v idle %d %s\n", seed, len(p.Shifts), len(p.Nodes), r.Proven, r.Work, took, idle, word)
	}
}

func idles(p *model.Plan) int {
	n := 0
	for _, r := range p.Routes {
		for k, s := range r.Stops {
			if s.Kind != model.Pickup {
				continue
			}
			gives := false
			for _, v := range r.Stops {
				for _, x := range v.Parts {
					gives = gives || int(x.From) == k
				}
				for _, x := range v.Tools {
					gives = gives || int(x.From) == k
				}
			}
			if !gives {
				n++
			}
		}
	}
	return n
}

func show(p *model.Problem, plan *model.Plan) {
	fmt.Println("  unassigned", plan.Unassigned)
	for k, r := range plan.Routes {
		if len(r.Stops) == 0 {
			continue
		}
		s := p.Shifts[k]
		fmt.Printf("  shift %d tech %d [%d..%d] depart %d finish %d work %d drive %d spell %d start %d end %d fixed %d rates %d %d %d balance %d\n", k, s.Tech, s.Earliest, s.LatestEnd, r.Depart, r.Finish, s.MaxWork, s.MaxDrive, s.MaxSpell, s.Start, s.End, s.Fixed, s.TravelRate, s.DistRate, s.WorkRate, p.Objective.Balance)
		fmt.Printf("    breaks def %+v overtime %d %v\n", s.Breaks, s.RegularEnd, s.Overtime)
		fmt.Printf("    breaks %+v\n", r.Breaks)
		for _, st := range r.Stops {
			if st.Kind == model.Visit {
				fmt.Printf("    job %d arr %d %d-%d parts %v tools %v  windows %+v release %d response %d\n", st.Job, st.Arrival, st.Start, st.End, st.Parts, st.Tools, p.Jobs[st.Job].Windows, p.Jobs[st.Job].Release, p.Jobs[st.Job].Response)
			} else {
				fmt.Printf("    call %d arr %d %d-%d open %v\n", st.Node, st.Arrival, st.Start, st.End, p.Nodes[st.Node].Open)
			}
		}
	}
}
