package modeltest

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"callout/solver/model"
)

// feature is one thing that Plain does not have.
type feature struct {
	name string
	add  func(*generator)
}

// features in the order in which they are added. Each works alone and together with all others.
var features = []feature{
	{"asymmetric-travel", (*generator).detours},
	{"two-profiles", (*generator).fastAndSlow},
	{"open-ends", (*generator).openEnds},
	{"distance-price", func(g *generator) { g.eachShift(func(s *model.Shift) { s.DistRate = 1 }) }},
	{"fixed-price", func(g *generator) { g.eachShift(func(s *model.Shift) { s.Fixed = 300 }) }},
	{"drive-cap", func(g *generator) { g.eachShift(func(s *model.Shift) { s.MaxDrive = g.between(3_000, 5_000) }) }},
	{"work-cap", func(g *generator) { g.eachShift(func(s *model.Shift) { s.MaxWork = g.between(6_000, 9_000) }) }},
	{"work-price", func(g *generator) { g.eachShift(func(s *model.Shift) { s.WorkRate = 1 }) }},
	{"overtime", (*generator).overtime},
	{"balance", func(g *generator) { g.p.Objective.Balance = 300 }},
	{"break", func(g *generator) { g.breaks(1) }},
	{"two-breaks", func(g *generator) { g.breaks(2) }},
	{"spell-cap", func(g *generator) { g.eachShift(func(s *model.Shift) { s.MaxSpell = g.between(6_000, 8_000) }) }},
	{"several-windows", (*generator).severalWindows},
	{"end-windows", (*generator).endWindows},
	{"late-windows", func(g *generator) { g.softWindows(0, 2) }},
	{"early-windows", func(g *generator) { g.softWindows(1, 2) }},
	{"response-time", (*generator).responses},
	{"skills", (*generator).skills},
	{"wishes", func(g *generator) { g.wishes() }},
	{"van-stock", (*generator).vanStock},
	{"two-shifts", (*generator).twoShifts},
	{"node-calls", (*generator).nodeCalls},
	{"scarce-nodes", (*generator).scarceNodes},
	{"tools-carried", (*generator).toolsCarried},
	{"tools-lent", (*generator).toolsLent},
	{"tiers", func(g *generator) { g.p.Objective.Tier = tiersBelow(model.Unassigned) }},
	{"shipping", (*generator).shipping},
	{"substitutes", (*generator).vanStockOrSubstitutes},
	{"van-room", (*generator).vanRoom},
	{"predicted-work", (*generator).predicted},
}

// Features are the names that With knows.
func Features() []string {
	names := make([]string, len(features))
	for k := range features {
		names[k] = features[k].name
	}
	return names
}

// With is Plain with some features added. Each draws its own random numbers, so that problems of one seed differ by their features
// only; prices are a thousand times those of Plain. It panics at a name that Features does not have.
func With(jobs, vehicles int, seed uint64, names ...string) *model.Problem {
	g := &generator{p: Plain(jobs, vehicles, seed)}
	for _, name := range names {
		if !slices.Contains(Features(), name) {
			panic(fmt.Sprintf("modeltest: no feature %q", name))
		}
	}
	for k := range features {
		if slices.Contains(names, features[k].name) {
			g.Rand = rand.New(rand.NewPCG(seed, 0x4645_4154+uint64(k)<<32))
			features[k].add(g)
		}
	}
	scale(g.p, 1000)
	return g.p
}

// scale multiplies all prices, so that those of a second are not lost in rounding beside those of squares.
func scale(p *model.Problem, by model.Cost) {
	for k := range p.Jobs {
		j := &p.Jobs[k]
		j.Unassigned *= by
		j.Response *= by
		j.NotPreferred *= by
		for i := range j.Windows {
			j.Windows[i].Early *= by
			j.Windows[i].Late *= by
		}
		for i := range j.Risk {
			j.Risk[i].Cost *= by
			j.Risk[i].Rate *= by
		}
		for i := range j.Substitutes {
			j.Substitutes[i].Price *= by
		}
	}
	for k := range p.Technicians {
		p.Technicians[k].VisitCost *= by
	}
	for k := range p.Shifts {
		s := &p.Shifts[k]
		s.Fixed *= by
		s.TravelRate *= by
		s.DistRate *= by
		s.WorkRate *= by
		s.Overtime = slices.Clone(s.Overtime)
		for i := range s.Overtime {
			s.Overtime[i].Rate *= by
		}
	}
	for k := range p.Nodes {
		n := &p.Nodes[k]
		n.Fixed *= by
		for i := range n.Stock {
			n.Stock[i].Price *= by
		}
	}
	for k := range p.Lanes {
		p.Lanes[k].Fixed *= by
		p.Lanes[k].Unit *= by
	}
	p.Objective.SurplusPerLevel *= by
	p.Objective.Balance *= by
}

func (g *generator) eachShift(f func(*model.Shift)) {
	for k := range g.p.Shifts {
		f(&g.p.Shifts[k])
	}
}

func (g *generator) eachJob(share float64, f func(*model.Job)) {
	for k := range g.p.Jobs {
		if g.chance(share) {
			f(&g.p.Jobs[k])
		}
	}
}

// tiersBelow puts one term first and all others second.
func tiersBelow(first model.Term) [model.NumTerms]uint8 {
	var t [model.NumTerms]uint8
	for k := range t {
		t[k] = 1
	}
	t[first] = 0
	return t
}

// detours makes each direction of a way up to a tenth longer, by itself.
func (g *generator) detours() {
	for k := range g.p.Profiles {
		m := g.p.Profiles[k].Matrix
		for i, d := range m.Durations {
			m.Durations[i] = d + int32(g.between(0, int64(d)/10))
		}
	}
}

// fastAndSlow gives every other vehicle a profile that takes an eighth longer.
func (g *generator) fastAndSlow() {
	m := g.p.Profiles[0].Matrix
	slow := &model.Matrix{N: m.N, Distances: m.Distances, Durations: slices.Clone(m.Durations)}
	for i, d := range slow.Durations {
		slow.Durations[i] = d + d/8
	}
	g.p.Profiles = append(g.p.Profiles, model.Profile{ID: "slow", Matrix: slow})
	for k := range g.p.Shifts {
		g.p.Shifts[k].Profile = model.ProfileIdx(k % 2)
	}
}

func (g *generator) openEnds() {
	for k := range g.p.Shifts {
		switch k % 3 {
		case 0:
			g.p.Shifts[k].End = model.NoLoc
		case 1:
			g.p.Shifts[k].Start = model.NoLoc
		}
	}
}

func (g *generator) overtime() {
	g.eachShift(func(s *model.Shift) {
		s.RegularEnd = s.LatestEnd * 3 / 4
		s.Overtime = []model.OvertimeTier{{Rate: 1}, {After: 1_000, Rate: 2}}
	})
}

func (g *generator) breaks(n int64) {
	g.eachShift(func(s *model.Shift) {
		s.Breaks = nil
		for k := range n {
			from := s.Earliest + (s.LatestEnd-s.Earliest)*(2*k+2)/(2*n+3)
			s.Breaks = append(s.Breaks, model.Break{
				ID: name("break-", int(k)), Earliest: from, Latest: from + 1_500, Duration: 400, Paid: k%2 == 1,
			})
		}
	})
}
