package modeltest

import (
	"slices"

	"callout/solver/model"
)

// job adds one job. Its sponsor is the technician it is made for; one job in ten has none and may fit nobody.
func (g *generator) job() {
	p := g.p
	shift := &p.Shifts[g.IntN(len(p.Shifts))]
	sponsor := &p.Technicians[shift.Tech]
	sponsored := g.chance(0.9)
	j := model.Job{
		ID:         name("job-", len(p.Jobs)),
		Service:    g.between(2, 18) * 5 * minute,
		Unassigned: g.between(40, 400) * euro,
		Priority:   int32(g.IntN(4)),
	}
	if g.chance(0.03) {
		j.Service = 0
	}
	switch {
	case len(p.Jobs) > 0 && g.chance(0.1): // several jobs at one address
		j.Location = p.Jobs[g.IntN(len(p.Jobs))].Location
	case sponsored:
		j.Location = g.placeWithin(sponsor.Area)
	default:
		j.Location = g.place()
	}
	if g.chance(g.o.Releases) {
		j.Release = max(0, shift.Earliest+g.between(-6, 6)*hour)
	}
	if g.chance(g.o.Responses) {
		j.Response = g.price(1, 30)
	}
	g.windows(&j, shift)
	if sponsored {
		g.needs(&j, sponsor, shift)
	} else {
		g.needs(&j, &p.Technicians[g.IntN(len(p.Technicians))], shift)
		g.needSkillLevel(&j)
	}
	g.staffing(&j, shift.Tech)
	p.Jobs = append(p.Jobs, j)
}

// windows draws the job's windows; the first hard one meets the shift.
func (g *generator) windows(j *model.Job, s *model.Shift) {
	if g.chance(g.o.HardWindows) {
		from := max(s.Earliest+g.between(0, (s.LatestEnd-s.Earliest)*2/3), j.Release)
		j.Windows = append(j.Windows, g.window(model.Availability, from))
		for range g.IntN(3) {
			if w := g.window(model.Availability, g.anytime()); !g.o.OneWindow {
				j.Windows = append(j.Windows, w)
			}
		}
	}
	for kind := model.Promise; kind < model.NumWindowKinds; kind++ {
		if !g.chance(g.o.SoftWindows) {
			continue
		}
		for range 1 + g.IntN(2) {
			from := g.anytime()
			if g.chance(0.7) {
				from = s.Earliest + g.between(0, s.LatestEnd-s.Earliest)
			}
			w := g.window(kind, from)
			late := g.IntN(3)
			if late != 0 {
				w.Late = g.price(5, 100)
			}
			if late != 1 {
				w.Early = g.price(5, 60)
			}
			if g.o.NoEarly {
				w.Early = 0
			}
			j.Windows = append(j.Windows, w)
		}
	}
	g.Shuffle(len(j.Windows), func(a, b int) { j.Windows[a], j.Windows[b] = j.Windows[b], j.Windows[a] })
}

func (g *generator) window(kind model.WindowKind, from model.Time) model.Window {
	w := model.Window{Kind: kind, From: from, To: from + g.between(2, 16)*15*minute}
	if g.chance(g.o.BindEnd) {
		w.Binds = model.BindEnd
	}
	return w
}

// anytime is a daytime hour of some day.
func (g *generator) anytime() model.Time {
	return g.between(0, int64(g.o.Days)-1)*day + g.between(7*4, 17*4)*15*minute
}

// needs draws what the job asks for out of what the technician has on that shift.
func (g *generator) needs(j *model.Job, t *model.Technician, s *model.Shift) {
	if g.chance(g.o.Skills) {
		for _, has := range t.Skills {
			if len(j.AllOf) < 2 && g.chance(0.4) {
				j.AllOf = append(j.AllOf, model.SkillLevel{Skill: has.Skill, Level: int32(g.between(1, int64(has.Level)))})
			}
		}
	}
	if g.chance(g.o.AnyOf) && len(t.Skills) > 0 {
		sure := t.Skills[g.IntN(len(t.Skills))]
		for k := range g.p.Skills {
			switch {
			case model.SkillIdx(k) == sure.Skill:
				j.AnyOf = append(j.AnyOf, model.SkillLevel{Skill: sure.Skill, Level: int32(g.between(1, int64(sure.Level)))})
			case g.chance(0.4):
				j.AnyOf = append(j.AnyOf, model.SkillLevel{Skill: model.SkillIdx(k), Level: int32(g.between(1, 4))})
			}
		}
	}
	if g.chance(g.o.Certificates) {
		for _, c := range t.Certificates {
			if c.From <= s.Earliest && s.LatestEnd <= c.Until && !slices.Contains(j.Certificates, c.Cert) && g.chance(0.7) {
				j.Certificates = append(j.Certificates, c.Cert)
			}
		}
	}
	if g.chance(g.o.Tools) {
		for k := range g.p.Tools {
			tool := model.ToolIdx(k)
			if len(j.Tools) < 2 && (slices.Contains(t.Tools, tool) || g.lent(tool)) && g.chance(0.4) {
				j.Tools = append(j.Tools, tool)
			}
		}
	}
	if g.chance(g.o.Parts) {
		for k := range g.p.SKUs {
			if len(j.Parts) < 3 && g.chance(0.35) {
				j.Parts = append(j.Parts, model.Quantity{SKU: model.SKUIdx(k), Qty: g.between(1, 3)})
			}
		}
	}
}

// substitutes draws what will do instead of a job's parts, at up to a price.
func (g *generator) substitutes(j *model.Job, chance float64, most model.Cost) {
	for i := range j.Parts {
		for q := chance; g.chance(q); q /= 2 {
			sku := model.SKUIdx(g.IntN(len(g.p.SKUs)))
			if used, _ := j.Serves(sku); used < 0 {
				j.Substitutes = append(j.Substitutes, model.Substitute{Part: int32(i), SKU: sku, Price: g.between(0, most)})
			}
		}
	}
}

// lent tells whether some node lends the tool.
func (g *generator) lent(tool model.ToolIdx) bool {
	return slices.ContainsFunc(g.p.Nodes, func(n model.Node) bool { return n.ToolsOf(tool) > 0 })
}

// needSkillLevel adds a skill at a level that few have, if any.
func (g *generator) needSkillLevel(j *model.Job) {
	if len(j.AllOf) == 0 && g.chance(g.o.Skills) {
		j.AllOf = []model.SkillLevel{{Skill: model.SkillIdx(g.IntN(len(g.p.Skills))), Level: int32(g.between(3, 5))}}
	}
}

// staffing draws the lists of technicians; the sponsor stays allowed.
func (g *generator) staffing(j *model.Job, sponsor model.TechIdx) {
	n := len(g.p.Technicians)
	if g.chance(g.o.Staffing) {
		j.Required = some[model.TechIdx](g, n, 0.4)
		if at, found := slices.BinarySearch(j.Required, sponsor); !found {
			j.Required = slices.Insert(j.Required, at, sponsor)
		}
	}
	if g.chance(g.o.Staffing) {
		j.Excluded = slices.DeleteFunc(some[model.TechIdx](g, n, 0.3), func(t model.TechIdx) bool { return t == sponsor })
	}
	if g.chance(g.o.Staffing) {
		j.Preferred = some[model.TechIdx](g, n, 0.4)
		j.NotPreferred = g.between(1, 30) * euro
	}
}
