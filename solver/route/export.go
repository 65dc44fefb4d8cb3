package route

import "callout/solver/model"

// Plan returns the plan with all its times and supplies. It costs a schedule per used route.
func (s *Solution) Plan() *model.Plan {
	p := &model.Plan{Routes: make([]model.Route, len(s.Routes))}
	for k := range s.Routes {
		p.Routes[k].Shift = model.ShiftIdx(k)
		if len(s.Routes[k].Stops) > 0 {
			s.export(&s.Routes[k], &p.Routes[k])
		}
	}
	for j, k := range s.RouteOf {
		if k < 0 {
			p.Unassigned = append(p.Unassigned, model.JobIdx(j))
		}
	}
	return p
}

// Route returns the route of a shift with all its times and supplies.
func (s *Solution) Route(k int32) model.Route {
	out := model.Route{Shift: model.ShiftIdx(k)}
	if len(s.Routes[k].Stops) > 0 {
		s.export(&s.Routes[k], &out)
	}
	return out
}

func (s *Solution) export(r *Route, out *model.Route) {
	in, sched, sup := s.in, s.ctx.sched, s.ctx.sup
	sched.run(r.Shift, r.Stops, Bounds{}, NoPlace)
	sched.Write(out)
	sup.record = func(pos int, sku model.SKUIdx, tool model.ToolIdx, qty int64, o source) {
		st := &out.Stops[pos]
		if tool >= 0 {
			st.Tools = append(st.Tools, model.ToolSupply{Tool: tool, From: o.from})
			return
		}
		part := model.Supply{SKU: sku, Qty: qty, From: o.from, Lot: o.lot}
		if o.haul >= 0 {
			part.Legs = in.hauls[o.haul].legs
		}
		st.Parts = append(st.Parts, part)
	}
	sup.run(r.Shift, r.Stops, nil, r.takes)
	sup.record = nil
	if in.back {
		in.P.Land(out, in.P.Held(out.Shift))
	}
}

// Write fills a route with the times of the last run that succeeded: stops, breaks, departure and finish.
func (s *Scheduler) Write(out *model.Route) {
	in, f, b := s.in, s.f, &s.best
	n := len(s.stops)
	out.Depart, out.Finish = b.depart, b.finish
	out.Stops = make([]model.Stop, n)
	out.Breaks = nil
	now := b.depart
	for i := 1; i <= n+1; i++ {
		// Drive until a break begins, then on; what is left of the leg after the last break is driven before the stop.
		drive, arrival := s.drive(i-1, now), int64(-1)
		for c := int(b.at[i-1]); c < int(b.at[i]); c++ {
			at := b.brk[c]
			if now+drive <= at && arrival < 0 {
				arrival = now + drive
			}
			drive = max(0, drive-(at-now))
			now = at + f.breaks[c].Duration
			out.Breaks = append(out.Breaks, model.BreakTaken{Break: int32(c), Start: at, End: now})
		}
		if arrival < 0 {
			arrival = now + drive
		}
		if i > n {
			break
		}
		u := s.stops[i-1]
		st := &out.Stops[i-1]
		st.Arrival, st.Start = arrival, b.start[i]
		st.End = b.start[i] + s.durs[i]
		if j := in.Job(u); j >= 0 {
			st.Kind, st.Job = model.Visit, model.JobIdx(j)
		} else {
			st.Kind, st.Node = model.Pickup, model.NodeIdx(in.calls[int(u)-in.NJobs].node)
		}
		now = st.End
	}
}
