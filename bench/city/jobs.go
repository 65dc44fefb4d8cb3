package city

import (
	"fmt"
	"slices"

	calloutv1 "callout/api/callout/v1"
)

// work adds the jobs. One in forty is odd: nobody, or hardly anybody, can do it.
func (g *generator) work() {
	for k := range g.o.Jobs {
		kd := weighted(g, kinds, func(k kind) float64 { return k.weight })
		d := g.anywhere()
		j := g.job(k+1, kd, d)
		if k%40 == 17 {
			g.spoil(j, k)
		}
		for _, need := range j.GetParts() {
			g.demand[need.GetSku()] += need.GetQuantity()
		}
		g.p.Jobs = append(g.p.Jobs, j)
	}
}

func (g *generator) job(number int, kd kind, d district) *calloutv1.Job {
	j := &calloutv1.Job{
		Id:              fmt.Sprintf("%s-%03d", kd.code, number),
		LocationId:      g.place(fmt.Sprintf("%s %03d", d.name, number), d).GetId(),
		ServiceDuration: minutes(g.between(kd.min, kd.max) / 5 * 5),
		Skills:          &calloutv1.SkillRequirements{},
		CustomerTier:    []string{"standard", "silver", "gold"}[g.choose(6, 3, 1)],
	}
	need := func(skill string) *calloutv1.SkillRequirement {
		return &calloutv1.SkillRequirement{Skill: skill, MinLevel: int32(g.between(kd.lo, kd.hi))}
	}
	if kd.or == "" {
		j.Skills.AllOf = append(j.Skills.AllOf, need(kd.skill))
	} else {
		j.Skills.AnyOf = append(j.Skills.AnyOf, need(kd.skill), need(kd.or))
	}
	if kd.cert != "" {
		j.Certificates = append(j.Certificates, kd.cert)
	}
	if kd.tool != "" && g.chance(0.7) {
		j.Tools = append(j.Tools, kd.tool)
	}
	g.require(j, kd)
	day := g.IntN(g.o.Days)
	if g.chance(kd.urgent) {
		g.emergency(j, day)
	} else {
		g.appointment(j, day)
	}
	g.people(j)
	return j
}

// require adds the parts: a common one, a rare one, or both.
func (g *generator) require(j *calloutv1.Job, kd kind) {
	if g.chance(kd.common) {
		g.requireOne(j, pick(g, partsOf(kd.skill, true)))
	}
	rare := kd.rare
	if g.o.Network {
		rare = min(0.95, moreRare*rare)
	}
	if g.chance(rare) {
		g.requireOne(j, pick(g, partsOf(kd.skill, false)))
	}
}

func (g *generator) requireOne(j *calloutv1.Job, p part) {
	j.Parts = append(j.Parts, &calloutv1.PartRequirement{Sku: p.sku, Quantity: int64(g.between(1, p.most))})
}

// emergency came in before dawn or comes in during the morning, and the contract says how soon work must begin or end.
func (g *generator) emergency(j *calloutv1.Job, day int) {
	release := g.clock(day, 5, 30)
	if g.chance(0.6) {
		release = g.clock(day, 7, 30+5*g.between(0, 48))
	}
	j.ReleaseTime = release
	j.Priority = int32(pick(g, []int{75, 75, 100}))
	j.ResponseCostPerHour = new(float64(g.between(4, 12)))
	w := &calloutv1.TimeWindow{Kind: calloutv1.WindowKind_WINDOW_KIND_SLA, Start: release, End: later(release, 60*g.between(2, 4))}
	if g.chance(0.3) {
		w.Binds, w.End = calloutv1.WindowBinds_WINDOW_BINDS_SERVICE_END, later(w.GetEnd(), 60)
	}
	if j.GetPriority() == 100 {
		w.CostPerHourLate = new(300.0)
	}
	j.Windows = append(j.Windows, w)
}

// appointment is promised for a slot, open in business hours only, wished for a half day, or free.
func (g *generator) appointment(j *calloutv1.Job, day int) {
	j.Priority = int32(25 * g.choose(5, 3, 1))
	span := func(kind calloutv1.WindowKind, from, to int) *calloutv1.TimeWindow {
		return &calloutv1.TimeWindow{Kind: kind, Start: g.clock(day, 0, from*60), End: g.clock(day, 0, to*60)}
	}
	hard, soft := calloutv1.WindowKind_WINDOW_KIND_AVAILABILITY, calloutv1.WindowKind_WINDOW_KIND_PREFERRED
	if g.chance(0.22) {
		closes := g.between(15, 18)
		if g.chance(0.5) { // closed at noon
			j.Windows = append(j.Windows, span(hard, 8, 12), span(hard, 13, closes))
		} else {
			j.Windows = append(j.Windows, span(hard, g.between(8, 10), closes))
		}
	}
	switch x := g.Float64(); {
	case x < 0.58:
		from := g.between(4, 8) * 2
		length := 2 + g.choose(4, 3, 2)
		w := span(calloutv1.WindowKind_WINDOW_KIND_PROMISE, from, from+length)
		if j.GetCustomerTier() == "gold" {
			w.CostPerHourLate = new(240.0)
		}
		j.Windows = append(j.Windows, w)
	case x < 0.76:
		half := pick(g, [][2]int{{8, 12}, {13, 17}})
		w := span(soft, half[0], half[1])
		w.CostPerHourEarly, w.CostPerHourLate = new(6.0), new(8.0)
		j.Windows = append(j.Windows, w)
	case x < 0.84: // the customer calls in the morning
		j.ReleaseTime = g.clock(day, 8, 5*g.between(0, 48))
	}
	if j.GetPriority() == 0 && g.chance(0.2) { // could as well be done next week
		j.UnassignedCost = new(float64(g.between(6, 18) * 5))
	}
}

// people are the technicians that customers want, or want no more. With the technicians known, some wishes are for one who
// could in fact come.
func (g *generator) people(j *calloutv1.Job) {
	crew := g.p.GetTechnicians()
	if len(crew) < 2 {
		return
	}
	able := func() string {
		for range 20 {
			if t := pick(g, crew); Qualified(t, j) {
				return t.GetId()
			}
		}
		return pick(g, crew).GetId()
	}
	switch x := g.Float64(); {
	case x < 0.08:
		j.PreferredTechnicianIds = []string{able()}
	case x < 0.12:
		j.ExcludedTechnicianIds = []string{able()}
	case x < 0.13:
		j.RequiredTechnicianIds = []string{able()}
	}
}

// Qualified tells whether a technician has the skills for a job.
func Qualified(t *calloutv1.Technician, j *calloutv1.Job) bool {
	has := func(need *calloutv1.SkillRequirement) bool {
		for _, s := range t.GetSkills() {
			if s.GetSkill() == need.GetSkill() && s.GetLevel() >= need.GetMinLevel() {
				return true
			}
		}
		return false
	}
	for _, need := range j.GetSkills().GetAllOf() {
		if !has(need) {
			return false
		}
	}
	anyOf := j.GetSkills().GetAnyOf()
	return len(anyOf) == 0 || slices.ContainsFunc(anyOf, has)
}

// spoil makes a job odd, in one of five ways by turns.
func (g *generator) spoil(j *calloutv1.Job, k int) {
	switch k / 40 % 5 {
	case 0: // a part that is on order
		j.Parts = append(j.Parts, &calloutv1.PartRequirement{Sku: "heat-exchanger-x7", Quantity: 1})
	case 1: // a site that lets nobody in before everyone has gone home
		j.ReleaseTime = nil
		day := g.IntN(g.o.Days)
		j.Windows = []*calloutv1.TimeWindow{{Start: g.clock(day, 20, 45), End: g.clock(day, 23, 0)}}
	case 2: // a master, where there are only journeymen
		for _, need := range append(j.GetSkills().GetAllOf(), j.GetSkills().GetAnyOf()...) {
			need.MinLevel = 5
		}
	case 3: // far out
		site := g.p.GetLocations()[len(g.p.GetLocations())-1]
		site.Id = fmt.Sprintf("%s %03d", faraway.name, k+1)
		site.Position = &calloutv1.LatLng{Latitude: faraway.lat, Longitude: faraway.lon}
		j.LocationId = site.GetId()
		j.UnassignedCost = new(60.0)
	case 4: // a pass for a controlled area, which nobody holds
		j.Certificates = append(j.Certificates, "airside-pass")
	}
}
