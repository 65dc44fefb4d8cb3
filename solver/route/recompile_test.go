package route

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"callout/solver/model"
	"callout/solver/modeltest"
)

// alter changes a problem as a running day does, and tells how.
func alter(p *model.Problem, rng *rand.Rand) *Change {
	c := &Change{Stock: true}
	p.Now += rng.Int64N(600)
	for range 3 {
		j := rng.IntN(len(p.Jobs))
		p.Jobs[j].Service += rng.Int64N(900)
		if o := &p.Jobs[rng.IntN(len(p.Jobs))]; rng.IntN(2) == 0 {
			p.Jobs[j].Parts, p.Jobs[j].Substitutes, p.Jobs[j].Windows = o.Parts, o.Substitutes, o.Windows
		}
		c.Jobs = append(c.Jobs, int32(j))
		if j = rng.IntN(len(p.Jobs)); p.Jobs[j].Kept != nil {
			kept := *p.Jobs[j].Kept
			kept.Start += rng.Int64N(900)
			p.Jobs[j].Kept, c.Kept = &kept, append(c.Kept, int32(j))
		}
		k := rng.IntN(len(p.Shifts))
		if sh := &p.Shifts[k]; sh.Earliest+600 < sh.LatestEnd {
			sh.Earliest += rng.Int64N(600)
			sh.Start = model.LocIdx(rng.IntN(len(p.Locations)))
			c.Shifts, c.Staff = append(c.Shifts, int32(k)), append(c.Staff, int32(k))
		}
	}
	if rng.IntN(3) == 0 {
		travel(p, c, rng)
	}
	for _, list := range []*[]int32{&c.Jobs, &c.Kept, &c.Shifts, &c.Staff} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	some := func(qty *int64) {
		if *qty < model.Unlimited && rng.IntN(3) == 0 {
			*qty = rng.Int64N(4)
		}
	}
	for t := range p.Technicians {
		for i := range p.Technicians[t].Stock {
			some(&p.Technicians[t].Stock[i].Qty)
		}
	}
	for n := range p.Nodes {
		node := &p.Nodes[n]
		for i := range node.Stock {
			some(&node.Stock[i].Qty)
		}
		for i := range node.Lots {
			some(&node.Lots[i].Qty)
		}
		if i := len(node.Lots) - 1; i >= 0 && rng.IntN(4) == 0 {
			node.Lots = node.Lots[:i]
		}
	}
	return c
}

// travel changes all travel, or that from and to some place, in place.
func travel(p *model.Problem, c *Change, rng *rand.Rand) {
	at := model.LocIdx(rng.IntN(len(p.Locations)))
	if c.Travel = rng.IntN(2) == 0; !c.Travel {
		c.Locations = []model.LocIdx{at}
	}
	by := 0.5 + rng.Float64()
	seen := make(map[*model.Matrix]bool)
	alter := func(m *model.Matrix) {
		if m == nil || seen[m] {
			return
		}
		seen[m] = true
		for i, d := range m.Durations {
			if (c.Travel || i/m.N == int(at) || i%m.N == int(at)) && d < model.Unreachable {
				m.Durations[i] = int32(float64(d) * by)
			}
		}
	}
	for k := range p.Profiles {
		alter(p.Profiles[k].Matrix)
		for _, b := range p.Profiles[k].Series {
			alter(b.Matrix)
		}
	}
	for k := range p.Shifts {
		c.Shifts, c.Staff = append(c.Shifts, int32(k)), append(c.Staff, int32(k))
	}
}

// What is written in place, or made from the tables before, is what is made anew, but for what shifts were permitted before.
func TestTablesFollow(t *testing.T) {
	for name, of := range map[string]func(jobs, technicians int, seed uint64) *model.Problem{
		"shipped": modeltest.Shipped, "swapped": modeltest.Swapped, "returned": modeltest.Returned, "tight": modeltest.Tight,
		"plain": modeltest.Rich,
		"plain, by the hour": func(jobs, technicians int, seed uint64) *model.Problem {
			return modeltest.Hourly(modeltest.Rich(jobs, technicians, seed), 3600)
		},
		"by the hour": func(jobs, technicians int, seed uint64) *model.Problem {
			return modeltest.Hourly(modeltest.Shipped(jobs, technicians, seed), 3600)
		},
	} {
		for seed := range uint64(6) {
			rng := rand.New(rand.NewPCG(seed, 0x7265))
			p := modeltest.Follow(of(24, 6, seed), seed)
			in, err := Compile(p)
			if err != nil {
				t.Fatal(err)
			}
			for round := range 8 {
				c := alter(p, rng)
				if !in.Update(c) {
					if in, err = in.Recompiled(t.Context(), c); err != nil {
						t.Fatal(err)
					}
				}
				fresh, err := Compile(p)
				if err != nil {
					t.Fatal(err)
				}
				sameTables(t, fmt.Sprintf("%s, seed %d, round %d", name, seed, round), in, fresh)
			}
		}
	}
}

func sameTables(t *testing.T, note string, got, want *Instance) {
	t.Helper()
	for name, pair := range map[string][2]any{
		"stops":    {got.NStops, want.NStops},
		"places":   {got.loc, want.loc},
		"times":    {[][]int64{got.early, got.late}, [][]int64{want.early, want.late}},
		"windows":  {got.windows, want.windows},
		"kinds":    {[][]bool{got.multi, got.soft, got.needs}, [][]bool{want.multi, want.soft, want.needs}},
		"prices":   {[][]int64{got.dur, got.pair, got.lost}, [][]int64{want.dur, want.pair, want.lost}},
		"order":    {got.order, want.order},
		"pools":    {shallow(got), shallow(want)},
		"shipping": {got.shipping, want.shipping},
		"vans":     {got.vans, want.vans},
		"returns":  {got.returns, want.returns},
		"shifts":   {unreached(got), unreached(want)},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Fatalf("%s: %s: %+v, want %+v", note, name, pair[0], pair[1])
		}
	}
	for pool := range got.pools.depth {
		for g, depth := range got.pools.depth[pool] {
			if depth < want.pools.depth[pool][g] {
				t.Fatalf("%s: pool %d is told of down to %d, want %d", note, pool, depth, want.pools.depth[pool][g])
			}
		}
	}
	for k := range got.shifts {
		a, b := &got.shifts[k], &want.shifts[k]
		for i := range a.d {
			from, to := i/a.n, i%a.n
			if a.hours == nil && a.d[i] != b.d[i] || a.d[i] > b.d[i] || a.dt[to*a.n+from] != a.d[i] || len(a.m) > 0 && a.m[i] > b.m[i] {
				t.Fatalf("%s: shift %d takes at least %d from %d to %d, and back to front %d, want %d", note, k, a.d[i], from, to,
					a.dt[to*a.n+from], b.d[i])
			}
		}
	}
	for k := range got.P.Technicians {
		for u := range got.NStops {
			a, b := got.openings.of[k*got.NStops+u], want.openings.of[k*want.NStops+u]
			if !slices.Equal(got.openings.list[a], want.openings.list[b]) || !slices.Equal(got.openings.turned[a], want.openings.turned[b]) {
				t.Fatalf("%s: technician %d, stop %d: %v, want %v", note, k, u, got.openings.list[a], want.openings.list[b])
			}
		}
		for j := range got.NJobs {
			a, b := got.visit[k*got.NJobs+j], want.visit[k*want.NJobs+j]
			if (a < 0) != (b < 0) || a >= 0 && got.visitCosts[a] != want.visitCosts[b] {
				t.Fatalf("%s: technician %d, job %d costs another amount", note, k, j)
			}
		}
	}
	got.MustPermit()
}

// shallow are the pools without what jobs need at most, which is not lowered when a job is gone.
func shallow(in *Instance) pools {
	out := in.pools
	out.need, out.depth = nil, nil
	return out
}

// unreached are the facts of shifts without what ways round them tell, which changes of a day leave out, and without travel.
func unreached(in *Instance) []shiftFacts {
	out := slices.Clone(in.shifts)
	for k := range out {
		out[k].reach, out[k].roundabout, out[k].d, out[k].dt, out[k].m = nil, false, nil, nil, nil
	}
	return out
}
