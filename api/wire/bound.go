package wire

import (
	"math"

	"callout/solver/model"
)

// Costs are added as integers without checks, and a search weighs tiers by model.TierScale. So a problem whose dearest plan
// could reach 2^60 that way is refused, and likewise a given plan that is dearer still because it breaks rules. Bounds are
// floats: they need to be high enough, not exact.

// reach is the longest leg over all profiles. Where a way is closed for some time, the wait for a drive may last until then.
type reach struct {
	duration model.Duration
	distance model.Meters
	until    model.Time
}

// drive is the longest one of whoever leaves at a time or later.
func (r *reach) drive(from float64) float64 {
	return float64(r.duration) + max(0, float64(r.until)-from)
}

func (b *builder) measure() reach {
	var far reach
	apart := extent(b.out.Locations)
	for k := range b.out.Profiles {
		p := &b.out.Profiles[k]
		var d model.Duration
		var l model.Meters
		switch {
		case p.Matrix != nil:
			d, l, _ = longest(p.Matrix)
		case p.Series != nil:
			seen := make(map[*model.Matrix]bool)
			for _, bucket := range p.Series {
				if !seen[bucket.Matrix] {
					seen[bucket.Matrix] = true
					d1, l1, closed := longest(bucket.Matrix)
					d, l = max(d, d1), max(l, l1)
					if closed {
						far.until = max(far.until, p.Series[len(p.Series)-1].From)
					}
				}
			}
		case p.Wide != nil:
			for _, span := range p.Wide {
				d1, l1, closed := span.Journeys.Longest()
				d, l = max(d, d1), max(l, l1)
				if closed {
					far.until = max(far.until, p.Wide[len(p.Wide)-1].From)
				}
			}
		case p.StraightLine != nil:
			way, speed := apart*p.StraightLine.Detour, p.StraightLine.Speed
			for _, s := range p.Speeds {
				speed = min(speed, p.StraightLine.Speed*s.Factor)
			}
			d, l = int64(math.Ceil(way/speed)), int64(math.Ceil(way))
		}
		far.duration, far.distance = max(far.duration, d), max(far.distance, l)
	}
	return far
}

// extent is at least the greatest distance between two locations in metres: along their bounding box, or half round the Earth.
func extent(list []model.Location) float64 {
	south, north, west, east := 90.0, -90.0, 180.0, -180.0
	for _, l := range list {
		if l.HasCoord {
			south, north, west, east = min(south, l.Lat), max(north, l.Lat), min(west, l.Lon), max(east, l.Lon)
		}
	}
	degrees := min(180, max(0, north-south)+max(0, east-west))
	return degrees * math.Pi / 180 * model.EarthRadiusM
}

// bill is an upper bound of a plan's cost per term.
type bill struct {
	p     *model.Problem
	terms [model.NumTerms]float64
	// Facts of the problem.
	level, visit, fixed, price float64
	legUnit, legFixed          float64 // of the dearest lanes
}

func newBill(p *model.Problem) *bill {
	b := &bill{p: p}
	for k := range p.Technicians {
		b.visit = max(b.visit, float64(p.Technicians[k].VisitCost))
		for _, s := range p.Technicians[k].Skills {
			b.level = max(b.level, float64(s.Level))
		}
	}
	for k := range p.Nodes {
		b.fixed = max(b.fixed, float64(p.Nodes[k].Fixed))
		for _, s := range p.Nodes[k].Stock {
			b.price = max(b.price, float64(s.Price))
		}
		for _, l := range p.Nodes[k].Lots {
			b.price = max(b.price, float64(l.Price)+float64(l.Break))
		}
	}
	for k := range p.Lanes {
		b.legUnit, b.legFixed = max(b.legUnit, float64(p.Lanes[k].Unit)), max(b.legFixed, float64(p.Lanes[k].Fixed))
	}
	return b
}

// addVisit of a job between two times.
func (b *bill) addVisit(j *model.Job, start, end float64) {
	for _, w := range j.Windows {
		b.terms[model.Lateness] += float64(w.Early)*max(0, float64(w.From)-start) + float64(w.Late)*max(0, end-float64(w.To))
	}
	b.terms[model.ResponseTime] += float64(j.Response) * max(0, end-float64(j.Release))
	b.terms[model.SkillSurplus] += float64(len(j.AllOf)) * b.level * float64(b.p.Objective.SurplusPerLevel)
	b.terms[model.Rating] += b.visit
	b.terms[model.Preference] += float64(j.NotPreferred)
	if n := len(j.Risk); n > 0 {
		b.terms[model.Risk] += float64(j.Risk[n-1].Cost) // it does not fall
	}
	for _, s := range j.Substitutes {
		b.terms[model.Parts] += float64(s.Price)
	}
}

// addShift that works for so long, ends by a time, and drives so long and so far.
func (b *bill) addShift(s *model.Shift, work, end, drive, metres float64) {
	b.terms[model.Travel] += float64(s.TravelRate) * drive
	b.terms[model.WorkingTime] += float64(s.WorkRate) * work
	b.terms[model.Distance] += float64(s.DistRate) * metres
	b.terms[model.Fixed] += float64(s.Fixed)
	b.terms[model.Balance] += float64(b.p.Objective.Balance) * work / 3600 * work / 3600
	var rate float64
	for _, t := range s.Overtime {
		rate = max(rate, float64(t.Rate))
	}
	b.terms[model.Overtime] += rate * max(0, end-float64(s.RegularEnd))
}

// addTaken parts or pick-up stops.
func (b *bill) addTaken(pieces, calls float64) {
	b.terms[model.Parts] += pieces*b.price + calls*b.fixed
}

// addShipped parts: at worst each goes alone.
func (b *bill) addShipped(pieces, legs float64) {
	b.terms[model.Parts] += pieces * legs * (b.legUnit + b.legFixed)
}

// dearest tells whether the sum reaches 2^60, and the term that counts most.
func (b *bill) dearest() (model.Term, bool) {
	last := 0
	for _, t := range b.p.Objective.Tier {
		last = max(last, int(t))
	}
	var sum, most float64
	var term model.Term
	for k, c := range b.terms {
		c *= math.Pow(model.TierScale, float64(last-int(b.p.Objective.Tier[k])))
		if sum += c; c > most {
			most, term = c, model.Term(k)
		}
	}
	return term, sum >= maxCosts
}

// bound refuses a problem whose dearest feasible plan costs too much.
func (b *builder) bound() {
	bill := newBill(b.out)
	var end, rate, pieces, legs float64
	for k := range b.out.Shifts {
		end = max(end, float64(b.out.Shifts[k].LatestEnd))
		rate = max(rate, float64(b.out.Shifts[k].DistRate))
	}
	for k := range b.out.Jobs {
		j := &b.out.Jobs[k]
		bill.addVisit(j, 0, end)
		bill.terms[model.Unassigned] += float64(j.Unassigned)
		for _, q := range j.Parts {
			pieces += float64(q.Qty)
		}
		legs += float64(1 + len(j.Parts) + len(j.Tools)) // the visit, and a call for each thing that it needs
	}
	bill.addTaken(pieces, legs)
	bill.addShipped(pieces, model.MaxLegs)
	for k := range b.out.Shifts {
		s := &b.out.Shifts[k]
		work := max(0, float64(s.LatestEnd-s.Earliest))
		bill.addShift(s, work, float64(s.LatestEnd), work, 0)
	}
	legs += float64(len(b.out.Shifts))
	bill.terms[model.Distance] = rate * legs * float64(b.ctx.reach.distance) // whoever drives them
	if term, over := bill.dearest(); over {
		b.fault("objective", CostOverflow, "the dearest plan could cost too much to be added exactly, most of it %s", term)
	}
}
