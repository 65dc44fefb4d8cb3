package wire

import (
	"cmp"
	"slices"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// rates are the costs of a shift, weighted.
type rates struct {
	fixed, work, travel, distance model.Cost
	overtime                      []model.OvertimeTier
}

// rates converts the shift costs in a field.
func (b *builder) rates(field string, in *calloutv1.ShiftCosts) rates {
	b.enter(field)
	defer b.leave()
	w := &b.prices.weight
	rate := func(field string, price float64, term model.Term, per float64) model.Cost {
		return b.cost(field, b.price(field, price), w[term], per)
	}
	out := rates{
		fixed:    rate("fixed_cost", in.GetFixedCost(), model.Fixed, each),
		work:     rate("cost_per_hour_worked", in.GetCostPerHourWorked(), model.WorkingTime, perHour),
		travel:   rate("cost_per_hour_travelled", in.GetCostPerHourTravelled(), model.Travel, perHour),
		distance: rate("cost_per_kilometre", in.GetCostPerKilometre(), model.Distance, perKilo),
	}
	seen := make(map[model.Duration]bool, len(in.GetOvertime()))
	for i, t := range in.GetOvertime() {
		b.enterAt("overtime", i)
		after := b.duration("after", t.GetAfter(), up, model.MaxTime)
		if seen[after] {
			b.fault("after", Duplicate, "a tier after %d s is listed before", after)
		}
		seen[after] = true
		out.overtime = append(out.overtime, model.OvertimeTier{
			After: after, Rate: rate("cost_per_hour", t.GetCostPerHour(), model.Overtime, perHour),
		})
		b.leave()
	}
	slices.SortFunc(out.overtime, func(x, y model.OvertimeTier) int { return cmp.Compare(x.After, y.After) })
	return out
}

func (b *builder) readShifts(t model.TechIdx, in *calloutv1.Technician, costs *rates) {
	seen := make(map[string]bool, len(in.GetShifts()))
	for i, s := range in.GetShifts() {
		b.enterAt("shifts", i)
		if b.once("id", s.GetId(), seen) {
			b.ctx.shifts[shiftKey{in.GetId(), s.GetId()}] = model.ShiftIdx(len(b.out.Shifts))
		}
		own := costs
		if s.GetCosts() != nil {
			r := b.rates("costs", s.GetCosts())
			own = &r
		}
		b.out.Shifts = append(b.out.Shifts, b.shift(t, s, own))
		b.leave()
	}
}

func (b *builder) shift(t model.TechIdx, in *calloutv1.Shift, costs *rates) model.Shift {
	s := model.Shift{
		ID: in.GetId(), Tech: t, Profile: b.profile(in.GetProfileId()),
		Start:    b.terminal("start_location_id", in.GetStartLocationId(), "open_start", in.GetOpenStart()),
		End:      b.terminal("end_location_id", in.GetEndLocationId(), "open_end", in.GetOpenEnd()),
		MaxWork:  b.limitedBy("max_work", in.GetMaxWork()),
		MaxDrive: b.limitedBy("max_drive", in.GetMaxDrive()),
		MaxSpell: b.limitedBy("max_time_between_breaks", in.GetMaxTimeBetweenBreaks()),
		Fixed:    costs.fixed, TravelRate: costs.travel, DistRate: costs.distance, WorkRate: costs.work, Overtime: costs.overtime,
	}
	if in.GetEarliestStart() == nil {
		b.fault("earliest_start", Required, "must be set")
	}
	if in.GetLatestEnd() == nil {
		b.fault("latest_end", Required, "must be set")
	}
	b.ordered("latest_end", in.GetEarliestStart(), in.GetLatestEnd())
	b.ordered("regular_end", in.GetEarliestStart(), in.GetRegularEnd())
	s.Earliest = max(b.time(in.GetEarliestStart(), up, 0), b.now)
	s.LatestEnd = b.time(in.GetLatestEnd(), down, model.MaxTime)
	s.RegularEnd = b.time(in.GetRegularEnd(), down, s.LatestEnd)
	if s.RegularEnd > s.LatestEnd {
		b.fault("regular_end", EndBeforeStart, "the latest end is before it")
	}
	s.Breaks = b.breaks(in.GetBreaks())
	return s
}

// terminal is where a route starts or ends.
func (b *builder) terminal(field, id, openField string, open bool) model.LocIdx {
	switch {
	case open && id != "":
		b.fault(openField, Conflict, "excludes %s", field)
	case open:
		return model.NoLoc
	case id == "":
		b.fault(field, Required, "must name a location, unless %s is set", openField)
		return model.NoLoc
	}
	return refer(b, field, id, "location", b.locations)
}

func (b *builder) breaks(list []*calloutv1.Break) []model.Break {
	var out []model.Break
	seen := make(map[string]bool, len(list))
	for i, in := range list {
		b.enterAt("breaks", i)
		b.once("id", in.GetId(), seen)
		if in.GetEarliestStart() == nil {
			b.fault("earliest_start", Required, "must be set")
		}
		if in.GetLatestStart() == nil {
			b.fault("latest_start", Required, "must be set")
		}
		b.ordered("latest_start", in.GetEarliestStart(), in.GetLatestStart())
		x := model.Break{
			ID:       in.GetId(),
			Earliest: b.time(in.GetEarliestStart(), up, 0), Latest: b.time(in.GetLatestStart(), down, model.MaxTime),
			Duration: b.duration("duration", in.GetDuration(), up, seconds(b.lim.Horizon)), Paid: in.GetPaid(),
		}
		if in.GetDuration().GetSeconds() == 0 && in.GetDuration().GetNanos() == 0 {
			b.fault("duration", Required, "must be above 0")
		}
		out = append(out, x)
		b.leave()
	}
	slices.SortStableFunc(out, func(x, y model.Break) int {
		return cmp.Or(cmp.Compare(x.Earliest, y.Earliest), cmp.Compare(x.Latest, y.Latest))
	})
	for k := 1; k < len(out); k++ {
		if out[k].Latest < out[k-1].Latest {
			b.fault("breaks", BreakOrder, "%s may start earlier than %s, but has to start later",
				quote(out[k-1].ID), quote(out[k].ID))
		}
	}
	return out
}
