package wire

import (
	"math"
	"slices"
	"testing"

	"callout/solver/model"
)

// sound checks what solver/model promises of a problem: indices that exist, sorted lists, times within bounds.
func sound(t *testing.T, p *model.Problem) {
	t.Helper()
	for k := range p.Profiles {
		pr := &p.Profiles[k]
		kinds := 0
		for _, given := range []bool{pr.Matrix != nil, pr.Series != nil, pr.StraightLine != nil} {
			if given {
				kinds++
			}
		}
		if kinds != 1 || pr.Speeds != nil && pr.StraightLine == nil || len(pr.Series) == 1 || len(pr.Speeds) == 1 {
			t.Errorf("profile %d has %d kinds of travel, %d speeds, %d buckets", k, kinds, len(pr.Speeds), len(pr.Series))
		}
		shape := func(m *model.Matrix) {
			if m.N != len(p.Locations) || len(m.Durations) != m.N*m.N || m.Distances != nil && len(m.Distances) != m.N*m.N {
				t.Errorf("profile %d has a matrix of the wrong shape", k)
			}
		}
		if pr.Matrix != nil {
			shape(pr.Matrix)
		}
		for i, b := range pr.Series {
			shape(b.Matrix)
			if !timely(b.From) || i > 0 && b.From <= pr.Series[i-1].From {
				t.Errorf("profile %d: bucket %d from %d on", k, i, b.From)
			}
		}
		for i, s := range pr.Speeds {
			if !timely(s.From) || i > 0 && s.From <= pr.Speeds[i-1].From || !(s.Factor >= minFactor && s.Factor <= maxFactor) {
				t.Errorf("profile %d: factor %g from %d on", k, s.Factor, s.From)
			}
		}
	}
	for k := range p.Jobs {
		soundJob(t, p, &p.Jobs[k])
	}
	for k := range p.Technicians {
		soundTechnician(t, p, &p.Technicians[k])
	}
	for k := range p.Shifts {
		soundShift(t, p, &p.Shifts[k])
	}
	for k := range p.Nodes {
		n := &p.Nodes[k]
		within(t, p.Locations, n.Location)
		for i, o := range n.Open {
			if o.From > o.To || i > 0 && o.From <= n.Open[i-1].To || !timely(o.From, o.To) {
				t.Errorf("node %s is open %v", n.ID, n.Open)
			}
		}
		increasing(t, p.SKUs, n.Stock, func(s model.NodeStock) model.SKUIdx { return s.SKU })
		increasing(t, p.Tools, n.Tools, func(s model.NodeTool) model.ToolIdx { return s.Tool })
		positive(t, n.Handling, n.Fixed)
	}
	for _, tier := range p.Objective.Tier {
		if tier >= model.MaxTiers {
			t.Errorf("tier %d", tier)
		}
	}
	positive(t, p.Now, p.Objective.Balance, p.Objective.SurplusPerLevel)
}

func soundJob(t *testing.T, p *model.Problem, j *model.Job) {
	t.Helper()
	within(t, p.Locations, j.Location)
	skill := func(s model.SkillLevel) model.SkillIdx { return s.Skill }
	increasing(t, p.Skills, j.AllOf, skill)
	increasing(t, p.Skills, j.AnyOf, skill)
	increasing(t, p.Tools, j.Tools, func(x model.ToolIdx) model.ToolIdx { return x })
	increasing(t, p.SKUs, j.Parts, func(q model.Quantity) model.SKUIdx { return q.SKU })
	for _, list := range [][]model.TechIdx{j.Required, j.Excluded, j.Preferred} {
		increasing(t, p.Technicians, list, func(x model.TechIdx) model.TechIdx { return x })
	}
	for _, c := range j.Certificates {
		within(t, p.Certificates, c)
	}
	for _, w := range j.Windows {
		if w.From > w.To || w.From < 0 || !timely(w.From, w.To) || w.Kind >= model.NumWindowKinds {
			t.Errorf("job %s has window %+v", j.ID, w)
		}
		positive(t, w.Early, w.Late)
	}
	for _, q := range j.Parts {
		if q.Qty < 1 || q.Qty > maxQuantity {
			t.Errorf("job %s needs %d parts", j.ID, q.Qty)
		}
	}
	for i, r := range j.Risk {
		positive(t, r.Cost, r.Rate)
		if !timely(r.From) || i == 0 && r.From != 0 || i > 0 && (r.From <= j.Risk[i-1].From || r.Cost < j.Risk[i-1].Cost) {
			t.Errorf("job %s has risk %v", j.ID, j.Risk)
		}
	}
	positive(t, j.Service, j.Release, j.Unassigned, j.Response, j.NotPreferred)
}

func soundTechnician(t *testing.T, p *model.Problem, x *model.Technician) {
	t.Helper()
	increasing(t, p.Skills, x.Skills, func(s model.TechSkill) model.SkillIdx { return s.Skill })
	increasing(t, p.Tools, x.Tools, func(i model.ToolIdx) model.ToolIdx { return i })
	increasing(t, p.SKUs, x.Stock, func(q model.Quantity) model.SKUIdx { return q.SKU })
	for _, s := range x.Skills {
		if s.Multiplier < 1 {
			t.Errorf("technician %s has multiplier %d", x.ID, s.Multiplier)
		}
	}
	for _, c := range x.Certificates {
		within(t, p.Certificates, c.Cert)
		if !timely(c.From, c.Until) {
			t.Errorf("technician %s has certificate %+v", x.ID, c)
		}
	}
	if a := x.Area; a != nil && a.RadiusM == 0 && len(a.Polygon) < 3 {
		t.Errorf("technician %s has a service area without bounds", x.ID)
	}
	positive(t, x.VisitCost)
}

func soundShift(t *testing.T, p *model.Problem, s *model.Shift) {
	t.Helper()
	within(t, p.Technicians, s.Tech)
	within(t, p.Profiles, s.Profile)
	for _, l := range []model.LocIdx{s.Start, s.End} {
		if l != model.NoLoc {
			within(t, p.Locations, l)
		}
	}
	if s.RegularEnd > s.LatestEnd || !timely(s.Earliest, s.LatestEnd) || s.Earliest < 0 {
		t.Errorf("shift %s from %d to %d, %d", s.ID, s.Earliest, s.RegularEnd, s.LatestEnd)
	}
	for i, b := range s.Breaks {
		if b.Earliest > b.Latest || b.Duration < 1 || i > 0 && (b.Earliest < s.Breaks[i-1].Earliest || b.Latest < s.Breaks[i-1].Latest) {
			t.Errorf("shift %s has breaks %+v", s.ID, s.Breaks)
		}
	}
	for i, o := range s.Overtime {
		if positive(t, o.After, o.Rate); i > 0 && o.After <= s.Overtime[i-1].After {
			t.Errorf("shift %s has overtime %+v", s.ID, s.Overtime)
		}
	}
	positive(t, s.MaxWork, s.MaxDrive, s.MaxSpell, s.Fixed, s.TravelRate, s.DistRate, s.WorkRate)
}

// soundPlan checks that a plan speaks of what there is.
func soundPlan(t *testing.T, p *model.Problem, plan *model.Plan) {
	t.Helper()
	if plan == nil {
		return
	}
	if len(plan.Routes) != len(p.Shifts) {
		t.Fatalf("%d routes for %d shifts", len(plan.Routes), len(p.Shifts))
	}
	for k := range plan.Routes {
		r := &plan.Routes[k]
		if int(r.Shift) != k {
			t.Errorf("route %d is of shift %d", k, r.Shift)
		}
		for i := range r.Stops {
			s := &r.Stops[i]
			if s.Kind == model.Pickup {
				within(t, p.Nodes, s.Node)
			} else {
				within(t, p.Jobs, s.Job)
			}
			for _, q := range s.Parts {
				within(t, p.SKUs, q.SKU)
				if q.From != model.VanSource && (int(q.From) >= i || r.Stops[q.From].Kind != model.Pickup) {
					t.Errorf("stop %d takes parts from stop %d", i, q.From)
				}
			}
		}
		for _, b := range r.Breaks {
			within(t, p.Shifts[k].Breaks, b.Break)
		}
	}
	if !slices.IsSorted(plan.Unassigned) {
		t.Error("the jobs left out are not in order")
	}
}

func within[T any, I ~int32](t *testing.T, list []T, i I) {
	t.Helper()
	if i < 0 || int(i) >= len(list) {
		t.Errorf("index %d into %d elements", i, len(list))
	}
}

// increasing checks that a list is sorted by an index, each once.
func increasing[T, E any, I ~int32](t *testing.T, of []T, list []E, key func(E) I) {
	t.Helper()
	last := I(math.MinInt32)
	for _, x := range list {
		within(t, of, key(x))
		if key(x) <= last {
			t.Errorf("index %d after %d", key(x), last)
		}
		last = key(x)
	}
}

func timely(times ...model.Time) bool {
	return slices.Min(times) >= -1 && slices.Max(times) <= model.MaxTime
}

func positive(t *testing.T, numbers ...int64) {
	t.Helper()
	if slices.Min(numbers) < 0 {
		t.Errorf("negative among %v", numbers)
	}
}

func TestSound(t *testing.T) {
	p, _ := smallProblem(t)
	sound(t, p)
	soundPlan(t, p, smallPlan())
}
