package modeltest

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"callout/solver/model"

	gocmp "github.com/google/go-cmp/cmp"
)

func TestSameSeedSameProblem(t *testing.T) {
	for seed := range uint64(20) {
		if d := gocmp.Diff(Rich(15, 4, seed), Rich(15, 4, seed)); d != "" {
			t.Fatalf("Rich, seed %d: %s", seed, d)
		}
		if d := gocmp.Diff(Plain(15, 4, seed), Plain(15, 4, seed)); d != "" {
			t.Fatalf("Plain, seed %d: %s", seed, d)
		}
		if d := gocmp.Diff(Rush(15, 4, seed), Rush(15, 4, seed)); d != "" {
			t.Fatalf("Rush, seed %d: %s", seed, d)
		}
	}
	if gocmp.Equal(Rich(15, 4, 1), Rich(15, 4, 2)) {
		t.Error("two seeds gave the same problem")
	}
}

// What model promises about the order and range of a problem's data holds.
func TestProblemsAreWellFormed(t *testing.T) {
	for seed := range uint64(200) {
		for _, p := range []*model.Problem{Rich(12, 1+int(seed%5), seed), Plain(12, 3, seed), Rush(12, 3, seed)} {
			wellFormed(t, p)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func wellFormed(t *testing.T, p *model.Problem) {
	t.Helper()
	expect := func(ok bool, format string, args ...any) {
		t.Helper()
		if !ok {
			t.Errorf(format, args...)
		}
	}
	for _, pr := range p.Profiles {
		matrix := func(m *model.Matrix) {
			t.Helper()
			expect(m != nil && m.N == len(p.Locations) && len(m.Durations) == m.N*m.N, "profile %s: matrix", pr.ID)
			expect(len(m.Distances) == 0 || len(m.Distances) == m.N*m.N, "profile %s: distances", pr.ID)
		}
		expect((pr.Matrix == nil) == pr.TimeDependent(), "profile %s: matrix and series", pr.ID)
		if pr.Matrix != nil {
			matrix(pr.Matrix)
		}
		for k, b := range pr.Series {
			matrix(b.Matrix)
			expect(k == 0 || pr.Series[k-1].From+minute <= b.From && b.From < model.MaxTime, "profile %s: bucket %d", pr.ID, k)
		}
	}
	last := model.TechIdx(0)
	for _, s := range p.Shifts {
		expect(s.Tech >= last && int(s.Tech) < len(p.Technicians), "%s: technician out of order", s.ID)
		last = s.Tech
		expect(int(s.Profile) < len(p.Profiles) && int(s.Start) < len(p.Locations) && int(s.End) < len(p.Locations), "%s: index", s.ID)
		expect(0 <= s.Earliest && s.Earliest < s.RegularEnd && s.RegularEnd <= s.LatestEnd && s.LatestEnd < model.MaxTime, "%s: times", s.ID)
		for k, b := range s.Breaks {
			expect(b.Earliest <= b.Latest && b.Duration > 0, "%s: break %d", s.ID, k)
			expect(k == 0 || s.Breaks[k-1].Earliest <= b.Earliest && s.Breaks[k-1].Latest <= b.Latest, "%s: breaks not in order", s.ID)
		}
		expect(slices.IsSortedFunc(s.Overtime, func(a, b model.OvertimeTier) int { return cmp.Compare(a.After, b.After) }), "%s: tiers", s.ID)
	}
	for _, x := range p.Technicians {
		expect(increasing(x.Skills, func(s model.TechSkill) int { return int(s.Skill) }), "%s: skills", x.ID)
		expect(increasing(x.Tools, func(s model.ToolIdx) int { return int(s) }), "%s: tools", x.ID)
		expect(increasing(x.Stock, func(s model.Quantity) int { return int(s.SKU) }), "%s: stock", x.ID)
	}
	for _, n := range p.Nodes {
		expect(increasing(n.Stock, func(s model.NodeStock) int { return int(s.SKU) }), "%s: stock", n.ID)
		expect(increasing(n.Tools, func(s model.NodeTool) int { return int(s.Tool) }), "%s: tools", n.ID)
		for k, o := range n.Open {
			expect(o.From < o.To && (k == 0 || n.Open[k-1].To < o.From), "%s: opening hours", n.ID)
		}
	}
	for _, j := range p.Jobs {
		expect(int(j.Location) < len(p.Locations) && j.Service >= 0 && j.Release >= 0, "%s", j.ID)
		expect(increasing(j.AllOf, func(s model.SkillLevel) int { return int(s.Skill) }), "%s: all of", j.ID)
		expect(increasing(j.AnyOf, func(s model.SkillLevel) int { return int(s.Skill) }), "%s: any of", j.ID)
		expect(increasing(j.Tools, func(s model.ToolIdx) int { return int(s) }), "%s: tools", j.ID)
		expect(increasing(j.Parts, func(q model.Quantity) int { return int(q.SKU) }), "%s: parts", j.ID)
		for _, list := range [][]model.TechIdx{j.Required, j.Excluded, j.Preferred} {
			expect(increasing(list, func(x model.TechIdx) int { return int(x) }), "%s: staffing", j.ID)
		}
		for _, w := range j.Windows {
			expect(0 <= w.From && w.From < w.To && w.To < model.MaxTime, "%s: window", j.ID)
		}
		expect(increasing(j.Risk, func(r model.Rise) int { return int(r.From) }), "%s: risk", j.ID)
	}
}

func increasing[T any](list []T, key func(T) int) bool {
	for k := 1; k < len(list); k++ {
		if key(list[k-1]) >= key(list[k]) {
			return false
		}
	}
	return true
}

// Most jobs have a technician with the skills and the permission for them, and every feature turns up.
func TestRichIsPlausibleAndMixed(t *testing.T) {
	seen := map[string]int{}
	var jobs, possible int
	for seed := range uint64(100) {
		p := Rich(12, 4, seed)
		for k := range p.Jobs {
			j := &p.Jobs[k]
			jobs++
			if slices.ContainsFunc(p.Shifts, func(s model.Shift) bool { return able(p, j, s) }) {
				possible++
			}
			hard := 0
			for _, w := range j.Windows {
				seen[fmt.Sprint("window kind ", w.Kind, ", binds ", w.Binds)]++
				if w.Kind == model.Availability {
					hard++
				}
			}
			mark(seen, "several hard windows", hard > 1)
			mark(seen, "release", j.Release > 0)
			mark(seen, "response", j.Response > 0)
			mark(seen, "risk", len(j.Risk) > 0)
			for i := 1; i < len(j.Risk); i++ {
				was := j.Risk[i-1]
				jump := j.Risk[i].Cost - was.Cost - was.Rate*(j.Risk[i].From-was.From)
				mark(seen, "risk that jumps", jump > 0)
				mark(seen, "risk that rises faster", was.Rate > 0 && j.Risk[i].Rate > was.Rate)
				mark(seen, "risk that rises slower", 0 < j.Risk[i].Rate && j.Risk[i].Rate < was.Rate)
			}
			mark(seen, "all of", len(j.AllOf) > 1)
			mark(seen, "any of", len(j.AnyOf) > 1)
			mark(seen, "certificate", len(j.Certificates) > 0)
			mark(seen, "tools", len(j.Tools) > 0)
			mark(seen, "parts", len(j.Parts) > 0)
			mark(seen, "required", len(j.Required) > 0)
			mark(seen, "excluded", len(j.Excluded) > 0)
			mark(seen, "preferred", len(j.Preferred) > 0)
			mark(seen, "no service time", j.Service == 0)
		}
		for _, s := range p.Shifts {
			mark(seen, "open start", s.Start == model.NoLoc)
			mark(seen, "open end", s.End == model.NoLoc)
			mark(seen, "two breaks", len(s.Breaks) > 1)
			mark(seen, "overtime tiers", len(s.Overtime) > 1)
			mark(seen, "max work", s.MaxWork < model.NoCap)
			mark(seen, "max drive", s.MaxDrive < model.NoCap)
			mark(seen, "max spell", s.MaxSpell < model.NoCap)
		}
		for _, n := range p.Nodes {
			mark(seen, "opening hours", len(n.Open) > 1)
			mark(seen, "tools to lend", len(n.Tools) > 0)
		}
		mark(seen, "several profiles", len(p.Profiles) > 1)
		mark(seen, "unreachable", slices.Contains(p.Profiles[0].Matrix.Durations, model.Unreachable))
		mark(seen, "balance", p.Objective.Balance > 0)
		mark(seen, "strict tiers", p.Objective.Tier != [model.NumTerms]uint8{})
		mark(seen, "several days", len(p.Shifts) > len(p.Technicians))
	}
	for feature, n := range seen {
		if n == 0 {
			t.Errorf("never seen: %s", feature)
		}
	}
	if 10*possible < 8*jobs {
		t.Errorf("only %d of %d jobs are possible for somebody", possible, jobs)
	}
	t.Logf("%d of %d jobs are possible for somebody", possible, jobs)
}

func mark(seen map[string]int, feature string, here bool) {
	seen[feature] += 0
	if here {
		seen[feature]++
	}
}

// able tells whether the shift could take the job as far as skills, permission, area, certificates and release go.
func able(p *model.Problem, j *model.Job, s model.Shift) bool {
	tech := &p.Technicians[s.Tech]
	holds := func(need model.SkillLevel) bool {
		has := tech.Skill(need.Skill)
		return has != nil && has.Level >= need.Level
	}
	for _, need := range j.AllOf {
		if !holds(need) {
			return false
		}
	}
	for _, c := range j.Certificates {
		if !slices.ContainsFunc(tech.Certificates, func(h model.Certificate) bool {
			return h.Cert == c && h.From <= s.Earliest && s.LatestEnd <= h.Until
		}) {
			return false
		}
	}
	at := p.Locations[j.Location]
	return (len(j.AnyOf) == 0 || slices.ContainsFunc(j.AnyOf, holds)) &&
		(len(j.Required) == 0 || slices.Contains(j.Required, s.Tech)) && !slices.Contains(j.Excluded, s.Tech) &&
		tech.Area.Contains(at.Lat, at.Lon) && j.Release < s.LatestEnd
}

// Rush has travel by the hour in many forms, and static profiles beside it.
func TestRushIsMixed(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(40) {
		p := Rush(10, 3, seed)
		for _, pr := range p.Profiles {
			mark(seen, "static", pr.Series == nil)
			for k, b := range pr.Series {
				mark(seen, "closed for an hour", k > 0 && slices.Contains(b.Matrix.Durations, model.Unreachable))
				mark(seen, "a detour for an hour", k > 0 && b.Matrix.Distances != nil && &b.Matrix.Distances[0] != &pr.Series[0].Matrix.Distances[0])
				mark(seen, "recurs", k > 1 && slices.ContainsFunc(pr.Series[:k-1], func(o model.Bucket) bool { return o.Matrix == b.Matrix }))
				mark(seen, "short", k > 0 && b.From-pr.Series[k-1].From < 10*minute)
			}
		}
	}
	for feature, n := range seen {
		if n == 0 {
			t.Errorf("never seen: %s", feature)
		}
	}
	hourly := Hourly(Plain(10, 2, 1), 1000)
	if s := hourly.Profiles[0].Series; len(s) != 11 || s[8].Matrix.Durations[1] != Plain(10, 2, 1).Profiles[0].Matrix.Durations[1] {
		t.Errorf("%d buckets, the busiest hour as %v", len(s), s[8].Matrix.Durations)
	}
}
