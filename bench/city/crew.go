package city

import (
	"fmt"
	"math"

	calloutv1 "callout/api/callout/v1"
)

var surnames = []string{
	"Haddad", "Gruber", "Novak", "Yılmaz", "Steiner", "Horvat", "Bauer", "Popescu", "Maier", "Kowalski", "Berger", "Tran",
	"Wagner", "Petrović", "Fuchs", "Okafor", "Leitner", "Szabó", "Wolf", "Demir", "Eder", "Marić", "Reiter", "Ivanova", "Pichler",
	"Rossi", "Schwarz", "Nagy", "Moser", "Aydın", "Lang", "Kovač", "Auer", "Sahin", "Brunner", "Ferreira", "Huber", "Dvořák",
	"Lechner", "Rahimi",
}

// pattern of a working day, in minutes of the day.
type pattern struct {
	from, to, latest int
	lunch            int // earliest start; 0: no lunch
	tea              int // earliest start of a short paid break; 0: none
	weight           float64
}

var patterns = []pattern{
	{from: 7 * 60, to: 15*60 + 30, latest: 17*60 + 30, lunch: 11 * 60, tea: 9 * 60, weight: 9},
	{from: 8 * 60, to: 16*60 + 30, latest: 18*60 + 30, lunch: 11*60 + 30, weight: 10},
	{from: 10*60 + 30, to: 19 * 60, latest: 20*60 + 30, lunch: 13 * 60, weight: 4},
	{from: 8 * 60, to: 13 * 60, latest: 14 * 60, weight: 2},
}

func shiftCosts(fixed, worked, kilometre float64) *calloutv1.ShiftCosts {
	return &calloutv1.ShiftCosts{
		FixedCost: fixed, CostPerHourWorked: worked, CostPerKilometre: kilometre,
		Overtime: []*calloutv1.OvertimeTier{{CostPerHour: 17}, {After: minutes(60), CostPerHour: 34}},
	}
}

func (g *generator) crew() {
	order := g.Perm(g.o.Technicians)
	for k, at := range order {
		g.technician(k, mainTrade((float64(at)+0.5)/float64(g.o.Technicians)))
	}
}

// mainTrade is the trade at a quantile, so that even a small crew covers them in proportion.
func mainTrade(q float64) trade {
	var total float64
	for _, t := range trades {
		total += t.weight
	}
	left := q * total
	for _, t := range trades {
		if left -= t.weight; left < 0 {
			return t
		}
	}
	return trades[len(trades)-1]
}

func (g *generator) technician(k int, main trade) {
	t := &calloutv1.Technician{
		Id:     fmt.Sprintf("T%02d %s", k+1, surnames[k%len(surnames)]),
		Rating: new(math.Round((3.7+1.3*math.Sqrt(g.Float64()))*10) / 10),
	}
	learnt := []trade{main}
	if g.chance(0.75) {
		if second := weighted(g, trades, func(t trade) float64 { return t.weight }); second.skill != main.skill {
			learnt = append(learnt, second)
		}
	}
	for rank, tr := range learnt {
		g.learn(t, tr, rank)
	}
	home, vehicle := g.home(t, main)
	for _, tr := range learnt {
		g.load(t, tr.skill, vehicle)
	}
	if g.chance(0.2) && vehicle != bike {
		t.ServiceArea = &calloutv1.ServiceArea{Circle: &calloutv1.Circle{
			Center: home.GetPosition(), Radius: float64(g.between(9, 14)) * 1000,
		}}
	}
	g.p.Technicians = append(g.p.Technicians, t)
	g.shifts(t, home, vehicle)
}

// learn gives a technician a trade: thoroughly the first, passably the second.
func (g *generator) learn(t *calloutv1.Technician, tr trade, rank int) {
	level := 2 + g.choose(1, 2, 1.2)
	if rank > 0 {
		level = g.between(1, 2)
	}
	// The experienced are quicker.
	pace := 1.28 - 0.1*float64(level) + 0.1*g.Float64()
	t.Skills = append(t.Skills, &calloutv1.TechnicianSkill{
		Skill: tr.skill, Level: int32(level), DurationMultiplier: new(math.Round(pace*20) / 20),
	})
	if tr.cert != "" && (rank == 0 || level > 1) {
		// One in eight ran out a few days ago, and nobody has noticed yet.
		days := g.between(40, 900)
		if g.chance(0.12) {
			days = -g.between(2, 20)
		}
		t.Certificates = append(t.Certificates, &calloutv1.TechnicianCertificate{
			Certificate: tr.cert, ValidUntil: g.clock(days, 23, 59),
		})
	}
	for _, tool := range tr.tools {
		if g.chance(0.9 - 0.5*float64(rank)) {
			t.Tools = append(t.Tools, tool)
		}
	}
}

// home places a technician and gives him a vehicle. Light trades go by bike where the city is dense.
func (g *generator) home(t *calloutv1.Technician, main trade) (*calloutv1.Location, string) {
	light := main.skill == "access" || main.skill == "network" || main.skill == "electrical"
	if light && g.chance(0.3) {
		for {
			if d := g.anywhere(); d.central() {
				t.ServiceArea = &calloutv1.ServiceArea{Circle: &calloutv1.Circle{
					Center: &calloutv1.LatLng{Latitude: 48.2085, Longitude: 16.3650}, Radius: 4200,
				}}
				return g.place("home "+t.GetId(), d), bike
			}
		}
	}
	vehicle := van
	if light && g.chance(0.4) {
		vehicle = car
	}
	if vehicle == van && g.chance(0.35) { // the van stays at the depot overnight
		return g.p.GetLocations()[g.IntN(2)], van
	}
	return g.place("home "+t.GetId(), g.anywhere()), vehicle
}

// load fills the van with the parts of a trade.
func (g *generator) load(t *calloutv1.Technician, skill, vehicle string) {
	most := map[string]int{van: 5, car: 3, bike: 2}[vehicle]
	for _, p := range partsOf(skill, true) {
		if g.chance(0.92) {
			t.VanStock = append(t.VanStock, &calloutv1.StockItem{Sku: p.sku, Quantity: int64(g.between(1, most) + p.most)})
		}
	}
	for _, p := range partsOf(skill, false) {
		if vehicle == van && g.chance(0.1) {
			t.VanStock = append(t.VanStock, &calloutv1.StockItem{Sku: p.sku, Quantity: 1})
		}
	}
}

func (g *generator) shifts(t *calloutv1.Technician, home *calloutv1.Location, vehicle string) {
	w := weighted(g, patterns, func(p pattern) float64 { return p.weight })
	openEnd, capped := g.chance(0.15), g.chance(0.2)
	for day := range g.o.Days {
		// Over several days everybody is off now and then.
		if day > 0 && g.chance(0.12) {
			continue
		}
		at := func(minute int) int { return minute - w.from }
		start := g.clock(day, w.from/60, w.from%60)
		s := &calloutv1.Shift{
			Id: g.date(day), ProfileId: vehicle,
			StartLocationId: home.GetId(), EndLocationId: home.GetId(), OpenEnd: openEnd,
			EarliestStart: start, RegularEnd: later(start, at(w.to)), LatestEnd: later(start, at(w.latest)),
			MaxWork: minutes(10 * 60), MaxTimeBetweenBreaks: minutes(6 * 60),
		}
		if openEnd {
			s.EndLocationId = ""
		}
		if capped {
			s.MaxDrive = minutes(150)
		}
		if w.tea > 0 {
			s.Breaks = append(s.Breaks, &calloutv1.Break{
				Id: "tea", EarliestStart: later(start, at(w.tea)), LatestStart: later(start, at(w.tea)+60), Duration: minutes(15), Paid: true,
			})
		}
		if w.lunch > 0 {
			s.Breaks = append(s.Breaks, &calloutv1.Break{
				Id: "lunch", EarliestStart: later(start, at(w.lunch)), LatestStart: later(start, at(w.lunch)+120), Duration: minutes(30),
			})
		}
		switch vehicle {
		case bike:
			s.Costs = shiftCosts(4, 32, 0.04)
		case car:
			s.Costs = shiftCosts(9, 33, 0.24)
		}
		t.Shifts = append(t.Shifts, s)
	}
}
