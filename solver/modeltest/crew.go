package modeltest

import "callout/solver/model"

// technician adds a technician and his shifts.
func (g *generator) technician() {
	p := g.p
	t := model.Technician{
		ID:        name("tech-", len(p.Technicians)),
		Tools:     some[model.ToolIdx](g, len(p.Tools), 0.5),
		VisitCost: g.between(0, 5) * euro,
	}
	for s := range p.Skills {
		if g.chance(0.7) {
			t.Skills = append(t.Skills, model.TechSkill{
				Skill: model.SkillIdx(s), Level: int32(g.between(1, 4)), Multiplier: int32(g.between(16, 28) * 50),
			})
		}
	}
	for c := range p.Certificates {
		if !g.chance(0.7) {
			continue
		}
		cert := model.Certificate{Cert: model.CertIdx(c), Until: int64(g.o.Days) * day}
		switch g.IntN(4) {
		case 0: // expires in mid-horizon
			cert.Until = g.between(0, cert.Until)
		case 1: // begins in mid-horizon
			cert.From = g.between(0, cert.Until)
		}
		t.Certificates = append(t.Certificates, cert)
		if cert.From > 0 && g.chance(0.5) { // an older one that may or may not fill the gap
			t.Certificates = append(t.Certificates, model.Certificate{Cert: cert.Cert, Until: g.between(0, cert.From)})
		}
	}
	for k := range p.SKUs {
		if g.chance(0.5) {
			t.Stock = append(t.Stock, model.Quantity{SKU: model.SKUIdx(k), Qty: g.between(1, 5)})
		}
	}
	if g.chance(g.o.Areas) {
		t.Area = g.area()
	}
	p.Technicians = append(p.Technicians, t)
	g.shifts(model.TechIdx(len(p.Technicians) - 1))
}

// shifts adds one shift per working day, all from the same home, and always at least one.
func (g *generator) shifts(t model.TechIdx) {
	home := g.placeWithin(g.p.Technicians[t].Area)
	start, end := home, home
	if g.chance(g.o.OpenEnds) {
		start = model.NoLoc
	}
	if g.chance(g.o.OpenEnds) {
		end = model.NoLoc
	} else if g.chance(0.1) {
		end = g.place()
	}
	base := model.Shift{
		Tech: t, Profile: model.ProfileIdx(g.IntN(len(g.p.Profiles))), Start: start, End: end,
		Fixed: g.between(0, 60) * euro, TravelRate: g.price(0, 30), DistRate: g.between(0, 600), WorkRate: g.price(20, 60),
	}
	had := false
	for d := range g.o.Days {
		if d == g.o.Days-1 && !had || !g.chance(g.o.DaysOff) {
			had = true
			g.shift(base, int64(d)*day)
		}
	}
}

// shift adds one shift on the day that begins at the given time.
func (g *generator) shift(s model.Shift, morning model.Time) {
	s.ID = name("shift-", len(g.p.Shifts))
	s.Earliest = morning + g.between(13, 18)*30*minute
	s.RegularEnd = s.Earliest + g.between(12, 18)*30*minute
	s.LatestEnd = s.RegularEnd + g.between(0, 6)*30*minute
	s.MaxWork, s.MaxDrive, s.MaxSpell = model.NoCap, model.NoCap, model.NoCap
	if g.chance(g.o.Caps) {
		s.MaxWork = g.between(10, 18) * 30 * minute
	}
	if g.chance(g.o.Caps) {
		s.MaxDrive = g.between(6, 20) * 15 * minute
	}
	if g.chance(g.o.Spells) {
		s.MaxSpell = g.between(8, 12) * 30 * minute
	}
	for k := range 3 {
		if !g.chance(g.o.Breaks) {
			continue
		}
		from := s.Earliest + int64(90+150*k)*minute
		s.Breaks = append(s.Breaks, model.Break{
			ID: name("break-", k), Earliest: from + g.between(0, 2)*15*minute, Latest: from + g.between(2, 8)*15*minute,
			Duration: g.between(1, 4) * 15 * minute, Paid: g.chance(0.4),
		})
	}
	if g.chance(g.o.Overtime) {
		after := model.Duration(0)
		if g.chance(0.2) { // the first minutes are free
			after = g.between(1, 30) * minute
		}
		for range 1 + g.IntN(3) {
			s.Overtime = append(s.Overtime, model.OvertimeTier{After: after, Rate: g.price(10, 120)})
			after += g.between(15, 90) * minute
		}
	}
	g.p.Shifts = append(g.p.Shifts, s)
}
