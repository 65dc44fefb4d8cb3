package wire

import "callout/solver/model"

// bound refuses a given plan that, breaking rules, could cost more than the problem's dearest feasible plan is allowed to.
func (r *planReader) bound() {
	bill := newBill(r.p)
	for k := range r.out.Routes {
		r.charge(bill, &r.out.Routes[k])
	}
	for k := range r.p.Jobs {
		bill.terms[model.Unassigned] += float64(r.p.Jobs[k].Unassigned)
	}
	if term, over := bill.dearest(); over {
		r.fault("", CostOverflow, "the plan could cost too much to be added exactly, most of it %s", term)
	}
}

// charge a route, at the times that it states or else the latest that a schedule could give it.
func (r *planReader) charge(bill *bill, route *model.Route) {
	if len(route.Stops) == 0 {
		return
	}
	shift := &r.p.Shifts[route.Shift]
	legs := float64(len(route.Stops) + 1)
	metres := legs * float64(r.ctx.reach.distance)
	var start, end float64
	if Timed(route) {
		start, end = extremes(route)
	}
	drive := legs * r.ctx.reach.drive(start)
	if !Timed(route) {
		end = r.latest(route) + drive
	}
	bill.addShift(shift, end-start, end, drive, metres)
	for k := range route.Stops {
		s := &route.Stops[k]
		if s.Kind == model.Pickup {
			bill.addTaken(0, 1)
			continue
		}
		job := &r.p.Jobs[s.Job]
		bill.addVisit(job, start, end)
		for _, q := range s.Parts {
			bill.addTaken(float64(q.Qty), 0)
			bill.addShipped(float64(q.Qty), float64(len(q.Legs)))
		}
		for _, q := range job.Parts {
			bill.addTaken(float64(q.Qty), 0)
			bill.addShipped(float64(q.Qty), model.MaxLegs)
		}
	}
}

// extremes are the earliest and the latest time of a route.
func extremes(route *model.Route) (first, last float64) {
	from, to := min(route.Depart, route.Finish), max(route.Depart, route.Finish)
	for k := range route.Stops {
		s := &route.Stops[k]
		from, to = min(from, s.Arrival, s.Start, s.End), max(to, s.Arrival, s.Start, s.End)
	}
	return float64(from), float64(to)
}

// latest is when a route without times ends at the latest, driving not counted: it waits for the last thing that may begin, and
// then does all the rest.
func (r *planReader) latest(route *model.Route) float64 {
	shift := &r.p.Shifts[route.Shift]
	begin, last := max(shift.Earliest, shift.LatestEnd), model.Duration(0)
	slowest := model.Duration(1000) // the technician's largest multiplier
	for _, skill := range r.p.Technicians[shift.Tech].Skills {
		slowest = max(slowest, model.Duration(skill.Multiplier))
	}
	for k := range shift.Breaks {
		begin, last = max(begin, shift.Breaks[k].Latest), last+shift.Breaks[k].Duration
	}
	for k := range route.Stops {
		s := &route.Stops[k]
		if s.Kind == model.Pickup {
			node := &r.p.Nodes[s.Node]
			last += node.Handling
			for _, o := range node.Open {
				begin = max(begin, o.From)
			}
			continue
		}
		job := &r.p.Jobs[s.Job]
		begin, last = max(begin, job.Release), last+(job.Service*slowest+500)/1000
		for _, w := range job.Windows {
			begin = max(begin, w.From)
		}
	}
	return float64(begin + last)
}
