package wire

import (
	"math"

	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/day"
	"callout/solver/model"
)

// runningPlan reads the plan that a day follows, over the problem that it was made of: what that does not know is left out and reported.
func (l *Live) runningPlan(d *day.Day, in *calloutv1.Plan) (*model.Plan, [][]day.State, []*calloutv1.Repair) {
	plan := &model.Plan{Routes: make([]model.Route, len(l.Problem.Shifts))}
	states := make([][]day.State, len(plan.Routes))
	for k := range plan.Routes {
		plan.Routes[k] = model.Route{Shift: model.ShiftIdx(k), Depart: model.NoTime, Finish: model.NoTime}
	}
	var repairs []*calloutv1.Repair
	report := func(code calloutv1.RepairCode, r *calloutv1.Route, job, node, message string) {
		if len(repairs) < maxFaults {
			repairs = append(repairs, &calloutv1.Repair{
				Code: code, TechnicianId: r.GetTechnicianId(), ShiftId: r.GetShiftId(), JobId: job, NodeId: node, Message: message,
			})
		}
	}
	visited := make(map[model.JobIdx]bool)
	stops := 0
	for _, r := range in.GetRoutes() {
		k, known := l.Context.shifts[shiftKey{r.GetTechnicianId(), r.GetShiftId()}]
		switch {
		case !known:
			report(calloutv1.RepairCode_REPAIR_CODE_UNKNOWN_SHIFT, r, "", "", "there is no such shift")
			continue
		case len(plan.Routes[k].Stops) > 0:
			report(calloutv1.RepairCode_REPAIR_CODE_DUPLICATE, r, "", "", "the shift has a route before")
			continue
		}
		out := &plan.Routes[k]
		timed, last := l.timed(r), l.at(r.GetDepart())
		for _, st := range r.GetStops() {
			if stops++; stops > l.Context.lim.PlanStops {
				break
			}
			s := model.Stop{Arrival: model.NoTime, Start: model.NoTime, End: model.NoTime}
			if arrival, start, end, ok := l.times(st, last); ok && (timed || day.State(st.GetState()) != day.ToCome) { // facts keep theirs
				s.Arrival, s.Start, s.End, last = arrival, start, end, end
			}
			if p := st.GetPickup(); p != nil {
				node, known := l.Context.nodes[p.GetNodeId()]
				if !known {
					report(calloutv1.RepairCode_REPAIR_CODE_UNKNOWN_NODE, r, "", p.GetNodeId(), "there is no such node")
					timed = false
					continue
				}
				s.Kind, s.Node = model.Pickup, node
			} else {
				id := st.GetVisit().GetJobId()
				j, known := d.Job(id)
				switch {
				case !known || !d.Open(j):
					report(calloutv1.RepairCode_REPAIR_CODE_UNKNOWN_JOB, r, id, "", "there is no such job to be done")
					timed = false
					continue
				case visited[j]:
					report(calloutv1.RepairCode_REPAIR_CODE_DUPLICATE, r, id, "", "the job is visited before")
					timed = false
					continue
				}
				visited[j] = true
				s.Job = j - model.JobIdx(len(l.Problem.Shifts))
			}
			out.Stops = append(out.Stops, s)
			states[k] = append(states[k], day.State(st.GetState()))
		}
		l.supplied(d, out, r)
		if len(out.Stops) == 0 {
			continue
		}
		if timed {
			out.Finish = l.at(r.GetFinish())
		}
		if timed || r.GetDepart() != nil && states[k][0] != day.ToCome {
			out.Depart, out.Breaks = l.at(r.GetDepart()), l.had(k, r.GetBreaks())
		}
	}
	return plan, states, repairs
}

// restoreFacts takes over what events told of stops, and what was loaded at calls.
func (l *Live) restoreFacts(d *day.Day, in *calloutv1.Plan) {
	for _, r := range in.GetRoutes() {
		k, known := l.Context.shifts[shiftKey{r.GetTechnicianId(), r.GetShiftId()}]
		if !known {
			continue
		}
		for _, st := range r.GetStops() {
			s := model.Stop{Start: l.at(st.GetStart())}
			x := day.FactState{Sure: st.GetTold(), Began: st.GetStartTold(), Ended: st.GetEndTold()}
			if p := st.GetPickup(); p != nil {
				s.Kind, x.Loads = model.Pickup, l.loaded(d, p.GetLoads())
				s.Node, known = l.Context.nodes[p.GetNodeId()]
			} else {
				s.Job, known = d.Job(st.GetVisit().GetJobId())
			}
			if known && (x.Sure || len(x.Loads) > 0) {
				d.RestoreFact(k, &s, x)
			}
		}
	}
}

// loads of a call, as a message.
func (l *Live) loads(p *model.Problem, list []day.Load) (out []*calloutv1.Load) {
	for _, x := range list {
		in := &calloutv1.Load{
			Quantity: x.Qty, InboundId: x.Inbound, ReservedTier: p.Tiers[x.Tier], ReservedForJob: x.Kept, BreakCost: currency(x.Break),
		}
		if x.Job != model.NoJob {
			in.JobId = p.Jobs[x.Job].ID
		}
		if x.Tool >= 0 {
			in.Tool = p.Tools[x.Tool]
		} else {
			in.Sku = p.SKUs[x.SKU]
		}
		out = append(out, in)
	}
	return out
}

// loaded reads the loads of a call, as far as the problem knows them.
func (l *Live) loaded(d *day.Day, list []*calloutv1.Load) (out []day.Load) {
	for _, in := range list {
		x := day.Load{
			Tool: -1, Qty: in.GetQuantity(), Job: model.NoJob, Inbound: in.GetInboundId(), Tier: l.read.tiers.index[in.GetReservedTier()],
			Break: model.Cost(math.Round(micro * min(max(0, in.GetBreakCost()), maxCosts/micro))),
		}
		var known bool
		if in.GetSku() == "" {
			x.Tool, known = l.Context.tools[in.GetTool()]
		} else {
			x.SKU, known = l.Context.skus[in.GetSku()]
		}
		if j, there := d.Job(in.GetJobId()); there {
			x.Job, x.Kept = j, in.GetReservedForJob()
		}
		if known && x.Qty > 0 && x.Qty <= maxQuantity {
			out = append(out, x)
		}
	}
	return out
}

// supplied takes over where parts and tools come from, where all stops are as they were; else the search finds out.
func (l *Live) supplied(d *day.Day, out *model.Route, in *calloutv1.Route) {
	if len(out.Stops) != len(in.GetStops()) {
		return
	}
	calls := map[string][]int32{}
	source := func(node string, call int32) int32 {
		at := calls[node]
		switch {
		case node == "" || len(at) == 0:
			return model.VanSource
		case call >= 1 && int(call) <= len(at):
			return at[call-1]
		}
		return at[len(at)-1]
	}
	for i, st := range in.GetStops() {
		if p := st.GetPickup(); p != nil {
			calls[p.GetNodeId()] = append(calls[p.GetNodeId()], int32(i))
			continue
		}
		behind := st.GetState() != calloutv1.StopState_STOP_STATE_UNSPECIFIED
		for _, q := range st.GetVisit().GetParts() {
			if supply, ok := l.supply(d, out.Stops[i].Job+model.JobIdx(len(l.Problem.Shifts)), q, behind, source); ok {
				out.Stops[i].Parts = append(out.Stops[i].Parts, supply)
			}
		}
		for _, q := range st.GetVisit().GetTools() {
			if tool, known := l.Context.tools[q.GetTool()]; known {
				out.Stops[i].Tools = append(out.Stops[i].Tools, model.ToolSupply{Tool: tool, From: source(q.GetNodeId(), q.GetCall())})
			}
		}
	}
}

// timed tells whether a route has all its times, in order.
func (l *Live) timed(r *calloutv1.Route) bool {
	if r.GetDepart() == nil || r.GetFinish() == nil {
		return false
	}
	last := l.at(r.GetDepart())
	for _, st := range r.GetStops() {
		_, _, end, ok := l.times(st, last)
		if !ok {
			return false
		}
		last = end
	}
	return true
}

// times of a stop; false where one is missing, or they are out of order.
func (l *Live) times(st *calloutv1.Stop, last model.Time) (arrival, start, end model.Time, ok bool) {
	arrival, start, end = l.at(st.GetArrival()), l.at(st.GetStart()), l.at(st.GetEnd())
	ok = st.GetArrival() != nil && st.GetStart() != nil && st.GetEnd() != nil && last <= arrival && arrival <= start && start <= end
	return arrival, start, end, ok
}

// at is a time, within what there is.
func (l *Live) at(t *timestamppb.Timestamp) model.Time { return l.read.time(t, down, 0) }

// had are breaks of a shift, in order, as far as it has them.
func (l *Live) had(k model.ShiftIdx, in []*calloutv1.BreakTaken) (out []model.BreakTaken) {
	list := l.Problem.Shifts[k].Breaks
	next := 0
	for _, b := range in {
		for k := next; k < len(list); k++ {
			if list[k].ID == b.GetBreakId() && b.GetStart() != nil && b.GetEnd() != nil {
				out = append(out, model.BreakTaken{Break: int32(k), Start: l.at(b.GetStart()), End: l.at(b.GetEnd())})
				next = k + 1
				break
			}
		}
	}
	return out
}
