package wire

import (
	"context"
	"strconv"

	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/day"
	"callout/solver/model"
)

// rememberedIDs is how many ids of events a state has.
const rememberedIDs = 1000

// State is what a day has come to, beside problem and plan.
func (l *Live) State(d *day.Day, number int64, last string) *calloutv1.DayState {
	out := &calloutv1.DayState{
		Now: l.Context.Time(d.Now()), EventIds: d.Remembered(rememberedIDs), LastEventId: last, Revision: number,
	}
	add := func(e *calloutv1.DayEvent) {
		e.Now = out.GetNow()
		if e.GetId() == "" {
			e.Id = "state-" + strconv.Itoa(len(out.GetEvents()))
		}
		out.Events = append(out.Events, e)
	}
	out.Events = l.log.events(out.GetEvents())
	known := d.Known()
	for _, t := range l.ways.of(d, l.view) {
		add(&calloutv1.DayEvent{What: &calloutv1.DayEvent_TravelChanged{TravelChanged: t}})
	}
	d.Pins(func(j model.JobIdx, pin day.Pin) {
		p := &calloutv1.VisitPinned{
			JobId: known.Jobs[j].ID, Scope: calloutv1.PinScope(pin.Scope), TechnicianId: known.Technicians[pin.Tech].ID,
			Origin: calloutv1.PinOrigin(pin.Origin), PinnedBy: pin.By,
		}
		if pin.Scope >= day.ByStart {
			p.Start = l.Context.Time(pin.Start)
		}
		add(&calloutv1.DayEvent{What: &calloutv1.DayEvent_VisitPinned{VisitPinned: p}})
	})
	d.Dropped(func(j model.JobIdx) { out.DroppedJobIds = append(out.DroppedJobIds, known.Jobs[j].ID) })
	d.Astray(func(j model.JobIdx, _, was model.ShiftIdx, before []model.JobIdx) {
		sh := &known.Shifts[was]
		at := &calloutv1.PinnedPlace{JobId: known.Jobs[j].ID, TechnicianId: known.Technicians[sh.Tech].ID, ShiftId: sh.ID}
		for _, b := range before {
			at.BeforeJobIds = append(at.BeforeJobIds, known.Jobs[b].ID)
		}
		out.Places = append(out.Places, at)
	})
	for t := range known.Technicians {
		if d.Sick(model.TechIdx(t)) {
			sick := &calloutv1.TechnicianSick{TechnicianId: known.Technicians[t].ID}
			add(&calloutv1.DayEvent{What: &calloutv1.DayEvent_TechnicianSick{TechnicianSick: sick}})
		}
	}
	l.stateOfShifts(out, d)
	return out
}

func (l *Live) stateOfShifts(out *calloutv1.DayState, d *day.Day) {
	known := d.Known()
	for _, x := range d.ShiftStates() {
		sh := &known.Shifts[x.Shift]
		s := &calloutv1.ShiftState{TechnicianId: known.Technicians[sh.Tech].ID, ShiftId: sh.ID, Earliest: l.Context.Time(x.Earliest)}
		if x.Driven > 0 {
			s.Driven = lasting(x.Driven)
		}
		if x.At != model.NoLoc {
			s.LocationId, s.Ready, s.Begun = known.Locations[x.At].ID, l.Context.Time(x.Ready), l.Context.Time(x.Begun)
			for _, b := range x.Breaks {
				s.Breaks = append(s.Breaks, &calloutv1.BreakTaken{
					BreakId: sh.Breaks[b.Break].ID, Start: l.Context.Time(b.Start), End: l.Context.Time(b.End),
				})
			}
			if x.Home {
				s.HomeSince = l.Context.Time(x.Since)
			}
		}
		out.Shifts = append(out.Shifts, s)
	}
	stocks := map[string]*calloutv1.StockState{}
	of := func(tech model.TechIdx, node model.NodeIdx) *calloutv1.StockState {
		s := &calloutv1.StockState{}
		if tech >= 0 {
			s.TechnicianId = known.Technicians[tech].ID
		} else {
			s.NodeId = known.Nodes[node].ID
		}
		key := s.GetTechnicianId() + "\x00" + s.GetNodeId()
		if stocks[key] == nil {
			stocks[key] = s
			out.Stocks = append(out.Stocks, s)
		}
		return stocks[key]
	}
	d.Stocks(l.Problem, func(tech model.TechIdx, node model.NodeIdx, sku model.SKUIdx, qty int64) {
		s := of(tech, node)
		s.Items = append(s.Items, &calloutv1.StockItem{Sku: known.SKUs[sku], Quantity: qty})
	})
	d.Tools(l.Problem, func(tech model.TechIdx, node model.NodeIdx, tool model.ToolIdx, qty int64) {
		s := of(tech, node)
		s.Tools = append(s.Tools, &calloutv1.ToolCount{Tool: known.Tools[tool], Quantity: qty})
	})
	d.Leftovers(func(tech model.TechIdx, sku model.SKUIdx, qty int64) {
		s := of(tech, -1)
		s.Leftovers = append(s.Leftovers, &calloutv1.StockItem{Sku: known.SKUs[sku], Quantity: qty})
	})
	d.PickedUp(func(tech model.TechIdx, sku model.SKUIdx, qty int64) {
		s := of(tech, -1)
		s.PickedUp = append(s.PickedUp, &calloutv1.StockItem{Sku: known.SKUs[sku], Quantity: qty})
	})
	l.stateOfSupply(out, d, of)
}

// restore takes in an event of a state that changes the problem.
func (l *Live) restore(ctx context.Context, r *reader, d *day.Day, in *calloutv1.DayEvent) {
	switch in.GetWhat().(type) {
	case *calloutv1.DayEvent_JobAdded, *calloutv1.DayEvent_JobChanged, *calloutv1.DayEvent_PartDelayed, *calloutv1.DayEvent_JobCancelled,
		*calloutv1.DayEvent_TravelChanged:
	default:
		return
	}
	n := len(r.faults)
	var said *RoadAnswer
	if l.view.Asks(in) {
		said = l.view.answer(ctx, in, l.known, true)
	}
	e := l.event(r, d, in, said)
	if len(r.faults) > n {
		return
	}
	if why := d.Restore(e); why != nil {
		r.fault(why.Field, why.Code, "%s", why.Message)
		return
	}
	l.Note(in)
}

// restoreLate takes in an event of a state that is about the plan.
func (l *Live) restoreLate(r *reader, d *day.Day, in *calloutv1.DayEvent) {
	switch w := in.GetWhat().(type) {
	case *calloutv1.DayEvent_TechnicianSick:
		t, known := l.read.technicians[w.TechnicianSick.GetTechnicianId()]
		if !known {
			r.fault("technician_sick.technician_id", UnknownID, "there is no such technician")
			return
		}
		if !d.Sick(t) {
			d.RestoreSick(t)
		}
	case *calloutv1.DayEvent_VisitPinned:
		p := w.VisitPinned
		j, known := d.Job(p.GetJobId())
		t, staffed := l.read.technicians[p.GetTechnicianId()]
		switch {
		case !known || !staffed:
			r.fault("visit_pinned", UnknownID, "there is no such job, or no such technician")
		case p.GetScope() == 0: // those that there are not were refused before
			r.fault("visit_pinned.scope", Required, "must be set")
		default:
			d.RestorePin(j, day.Pin{
				Scope: day.Scope(p.GetScope()), Tech: t, Start: l.read.time(p.GetStart(), up, 0),
				Origin: int32(p.GetOrigin()), By: p.GetPinnedBy(),
			})
		}
	}
}

// restoreJobs takes in what a state says of jobs that are not in the plan, or not where they were to be.
func (l *Live) restoreJobs(r *reader, d *day.Day, state *calloutv1.DayState) {
	job := func(field, id string) (model.JobIdx, bool) {
		j, known := d.Job(id)
		if !known {
			r.fault(field, UnknownID, "there is no job %s", quote(id))
		}
		return j, known
	}
	for i, id := range state.GetDroppedJobIds() {
		if j, known := job(element("dropped_job_ids", i), id); known {
			d.RestoreDropped(j)
		}
	}
	for i, at := range state.GetPlaces() {
		r.enterAt("places", i)
		j, known := job("job_id", at.GetJobId())
		k, staffed := l.Context.shifts[shiftKey{at.GetTechnicianId(), at.GetShiftId()}]
		if !staffed {
			r.fault("shift_id", UnknownID, "there is no such shift")
		}
		var before []model.JobIdx
		for n, id := range at.GetBeforeJobIds() {
			if b, there := job(element("before_job_ids", n), id); there {
				before = append(before, b)
			}
		}
		if known && staffed {
			d.RestorePlace(j, k, before)
		}
		r.leave()
	}
}

// shiftState reads what of a shift its stops do not tell.
func (l *Live) shiftState(r *reader, d *day.Day, k model.ShiftIdx, in *calloutv1.ShiftState) day.ShiftState {
	x := day.ShiftState{Shift: k, Earliest: l.read.time(in.GetEarliest(), up, 0), At: model.NoLoc}
	x.Driven = r.duration("driven", in.GetDriven(), up, seconds(l.Context.lim.Horizon))
	id := in.GetLocationId()
	if id == "" {
		return x
	}
	at, known := d.Location(id)
	if !known {
		r.fault("location_id", UnknownID, "there is no location %s", quote(id))
		return x
	}
	x.At, x.Ready, x.Begun = at, l.read.time(in.GetReady(), up, 0), l.read.time(in.GetBegun(), up, 0)
	x.Breaks = l.had(k, in.GetBreaks())
	if x.Home = in.GetHomeSince() != nil; x.Home {
		x.Since = min(x.Ready, l.read.time(in.GetHomeSince(), up, 0))
	}
	return x
}

func (l *Live) restoreShifts(r *reader, d *day.Day, state *calloutv1.DayState) {
	for i, s := range state.GetShifts() {
		r.enterAt("shifts", i)
		k, known := l.Context.shifts[shiftKey{s.GetTechnicianId(), s.GetShiftId()}]
		if !known {
			r.fault("shift_id", UnknownID, "there is no such shift")
			r.leave()
			continue
		}
		d.RestoreShift(l.shiftState(r, d, k, s))
		r.leave()
	}
	for i, s := range state.GetStocks() {
		r.enterAt("stocks", i)
		t, van := l.read.technicians[s.GetTechnicianId()]
		n, node := l.Context.nodes[s.GetNodeId()]
		if van == node {
			r.fault("node_id", UnknownID, "there is no such van or node")
		}
		if van {
			n = -1
		} else {
			t = -1
		}
		for _, q := range s.GetItems() {
			sku, known := l.Context.skus[q.GetSku()]
			if !known {
				r.fault("items", UnknownID, "the problem has no part %s", quote(q.GetSku()))
				continue
			}
			if van != node {
				d.RestoreStock(t, n, sku, r.integer("items", q.GetQuantity(), 0, maxQuantity))
			}
		}
		for _, list := range []struct {
			name    string
			items   []*calloutv1.StockItem
			restore func(model.TechIdx, model.SKUIdx, int64)
		}{{"leftovers", s.GetLeftovers(), d.RestoreLeftover}, {"picked_up", s.GetPickedUp(), d.RestorePickedUp}} {
			for _, q := range list.items {
				sku, known := l.Context.skus[q.GetSku()]
				switch {
				case !known:
					r.fault(list.name, UnknownID, "the problem has no part %s", quote(q.GetSku()))
				case !van || node:
					r.fault(list.name, Conflict, "are in vans only")
				default:
					list.restore(t, sku, r.integer(list.name, q.GetQuantity(), 1, maxQuantity))
				}
			}
		}
		for _, q := range s.GetTools() {
			tool, known := l.Context.tools[q.GetTool()]
			if !known {
				r.fault("tools", UnknownID, "the problem has no tool %s", quote(q.GetTool()))
				continue
			}
			if van != node {
				d.RestoreTool(t, n, tool, r.integer("tools", q.GetQuantity(), 0, maxQuantity))
			}
		}
		r.leave()
	}
}

// PlanOut is the plan of the whole day, with the cost of what is still to come.
func (l *Live) PlanOut(d *day.Day, plan *model.Plan, states [][]day.State, terms model.Terms) *calloutv1.Plan {
	out := PlanOut(d.Known(), l.Context, plan, Cost{Terms: terms, Leavings: d.Leavings})
	n := 0
	for k := range states {
		if len(plan.Routes[k].Stops) == 0 {
			continue
		}
		for i, s := range states[k] {
			st := out.GetRoutes()[n].GetStops()[i]
			st.State = calloutv1.StopState(s)
			x := d.FactState(model.ShiftIdx(k), i)
			st.Told, st.StartTold, st.EndTold = x.Sure, x.Began, x.Ended
			if p := st.GetPickup(); p != nil {
				p.Loads = l.loads(d.Known(), x.Loads)
			}
		}
		n++
	}
	return out
}

// Breakdown of costs by the problem's tiers.
func (l *Live) Breakdown(t model.Terms) *calloutv1.CostBreakdown { return Breakdown(l.Problem, t) }

// Breakdown of costs, or of a difference between costs, by the problem's tiers.
func Breakdown(p *model.Problem, t model.Terms) *calloutv1.CostBreakdown {
	return breakdown(&p.Objective, &t)
}

// Lasting is a number of seconds as a message.
func Lasting(d model.Duration) *durationpb.Duration { return lasting(d) }
