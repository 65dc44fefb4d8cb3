package wire

import (
	"fmt"

	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// PlanIn converts a given plan of the problem that the context belongs to, to be judged as it is: a job may be visited twice, a
// route may be late. A route without times has model.NoTime for every time (see Timed), and is to be scheduled; one whose visits
// have no supplies at all is to be supplied.
func PlanIn(ctx *Context, in *calloutv1.Plan) (*model.Plan, Faults) {
	return planIn(ctx, in, "plan")
}

func planIn(ctx *Context, in *calloutv1.Plan, root string) (*model.Plan, Faults) {
	r := newPlanReader(ctx, root, false)
	r.plan(in)
	if r.ok() {
		r.bound()
	}
	return r.out, r.done()
}

// WarmStart converts a plan to start from. What the problem does not know, and second visits, are left out and reported; times
// and breaks are not taken over, so that every route is to be scheduled.
func WarmStart(ctx *Context, in *calloutv1.Plan) (*model.Plan, []*calloutv1.Repair, Faults) {
	r := newPlanReader(ctx, "initial_plan", true)
	r.plan(in)
	return r.out, r.repairs, r.done()
}

// Timed tells whether the route states its times.
func Timed(r *model.Route) bool { return r.Depart != model.NoTime }

// planReader converts a plan.
type planReader struct {
	*reader
	ctx     *Context
	p       *model.Problem
	out     *model.Plan
	repair  bool // leave out what does not fit, and report it
	repairs []*calloutv1.Repair
	used    []bool                    // per shift: there was a route
	visited []bool                    // per job
	calls   map[model.NodeIdx][]int32 // of the route at hand: the stops at each node, in order
}

func newPlanReader(ctx *Context, root string, repair bool) *planReader {
	p := ctx.problem
	out := &model.Plan{Routes: make([]model.Route, len(p.Shifts))}
	for k := range out.Routes {
		out.Routes[k].Shift = model.ShiftIdx(k)
	}
	return &planReader{
		reader: newReader(ctx.lim, root), ctx: ctx, p: p, out: out, repair: repair,
		used: make([]bool, len(p.Shifts)), visited: make([]bool, len(p.Jobs)), calls: make(map[model.NodeIdx][]int32),
	}
}

func (r *planReader) plan(in *calloutv1.Plan) {
	if in == nil {
		r.fault("", Required, "must be set")
		return
	}
	if r.structure(in.ProtoReflect()); r.broken {
		return
	}
	stops := 0
	for _, route := range in.GetRoutes() {
		stops += len(route.GetStops())
	}
	if stops > r.lim.PlanStops {
		r.fault("routes", TooMany, "%d stops are more than %d", stops, r.lim.PlanStops)
		return
	}
	for i, route := range in.GetRoutes() {
		r.enterAt("routes", i)
		r.route(route)
		r.leave()
	}
	r.unassigned(in.GetUnassigned())
	for j, visited := range r.visited {
		if !visited {
			r.out.Unassigned = append(r.out.Unassigned, model.JobIdx(j))
		}
	}
}

func (r *planReader) route(in *calloutv1.Route) {
	technician, shift := in.GetTechnicianId(), in.GetShiftId()
	if !r.required("technician_id", technician) || !r.required("shift_id", shift) {
		return
	}
	s, known := r.ctx.shifts[shiftKey{technician, shift}]
	switch {
	case !known && r.repair:
		r.repaired(calloutv1.RepairCode_REPAIR_CODE_UNKNOWN_SHIFT, in, "", "", "there is no such shift")
		return
	case !known:
		r.fault("shift_id", UnknownID, "technician %s has no shift %s", quote(technician), quote(shift))
		return
	case r.used[s] && r.repair:
		r.repaired(calloutv1.RepairCode_REPAIR_CODE_DUPLICATE, in, "", "", "the shift has a route before")
		return
	case r.used[s]:
		r.fault("shift_id", Duplicate, "shift %s of technician %s has a route before", quote(shift), quote(technician))
		return
	}
	r.used[s] = true
	if len(in.GetStops()) == 0 {
		return
	}
	out := &r.out.Routes[s]
	timed := r.timed(in)
	out.Depart, out.Finish = r.instant("depart", in.GetDepart(), timed), r.instant("finish", in.GetFinish(), timed)
	sourced := true
	clear(r.calls)
	places := make([]int, len(in.GetStops()))
	for i, stop := range in.GetStops() {
		r.enterAt("stops", i)
		if places[i] = len(out.Stops); !r.stop(out, in, stop, timed) {
			sourced = false
		}
		if len(out.Stops) == places[i] {
			places[i] = -1
		}
		r.leave()
	}
	r.landings(out, in, places)
	if !sourced {
		for k := range out.Stops {
			out.Stops[k].Parts, out.Stops[k].Tools = nil, nil
		}
	}
	if timed {
		r.breaksTaken(out, in.GetBreaks())
	}
}

// timed tells whether a route has times, and reports one that has only some.
func (r *planReader) timed(in *calloutv1.Route) bool {
	given, all := 0, 2+3*len(in.GetStops())
	count := func(list ...*timestamppb.Timestamp) {
		for _, t := range list {
			if t != nil {
				given++
			}
		}
	}
	count(in.GetDepart(), in.GetFinish())
	for _, s := range in.GetStops() {
		count(s.GetArrival(), s.GetStart(), s.GetEnd())
	}
	switch {
	case r.repair:
		return false
	case given == all:
		return true
	case given > 0:
		r.fault("", MixedTimes, "%d of %d times are given", given, all)
	case len(in.GetBreaks()) > 0:
		r.fault("breaks", MixedTimes, "breaks are given, but no other times")
	}
	return false
}

// instant of a route that has times.
func (r *planReader) instant(field string, t *timestamppb.Timestamp, timed bool) model.Time {
	sec, ok := instant(t, down)
	if !timed || !ok {
		return model.NoTime
	}
	sec -= r.ctx.Epoch.Unix()
	if sec < -model.MaxTime || sec > model.MaxTime {
		r.fault(field, Horizon, "%s is too far from the problem's times", date(sec+r.ctx.Epoch.Unix()))
		return 0
	}
	return sec
}

// stop adds a stop to the route. It is false where a supply had to be dropped.
func (r *planReader) stop(out *model.Route, route *calloutv1.Route, in *calloutv1.Stop, timed bool) bool {
	s := model.Stop{
		Arrival: r.instant("arrival", in.GetArrival(), timed),
		Start:   r.instant("start", in.GetStart(), timed),
		End:     r.instant("end", in.GetEnd(), timed),
	}
	switch {
	case in.GetVisit() != nil:
		r.enter("visit")
		defer r.leave()
		return r.visit(out, route, in.GetVisit(), s)
	case in.GetPickup() != nil:
		r.enter("pickup")
		defer r.leave()
		r.pickup(out, route, in.GetPickup(), s)
	default:
		r.fault("kind", Required, "must be a visit or a pickup")
	}
	return true
}

func (r *planReader) pickup(out *model.Route, route *calloutv1.Route, in *calloutv1.Pickup, s model.Stop) {
	if !r.required("node_id", in.GetNodeId()) {
		return
	}
	node, known := r.ctx.nodes[in.GetNodeId()]
	switch {
	case known:
		s.Kind, s.Node = model.Pickup, node
		r.calls[node] = append(r.calls[node], int32(len(out.Stops)))
		out.Stops = append(out.Stops, s)
	case r.repair:
		r.repaired(calloutv1.RepairCode_REPAIR_CODE_UNKNOWN_NODE, route, "", in.GetNodeId(), "there is no such node")
	default:
		r.fault("node_id", UnknownID, "there is no node %s", quote(in.GetNodeId()))
	}
}

func (r *planReader) visit(out *model.Route, route *calloutv1.Route, in *calloutv1.Visit, s model.Stop) bool {
	if !r.required("job_id", in.GetJobId()) {
		return true
	}
	job, known := r.ctx.jobs[in.GetJobId()]
	switch {
	case !known && r.repair:
		r.repaired(calloutv1.RepairCode_REPAIR_CODE_UNKNOWN_JOB, route, in.GetJobId(), "", "there is no such job")
		return true
	case !known:
		r.fault("job_id", UnknownID, "there is no job %s", quote(in.GetJobId()))
		return true
	case r.visited[job] && r.repair:
		r.repaired(calloutv1.RepairCode_REPAIR_CODE_DUPLICATE, route, in.GetJobId(), "", "the job has a visit before")
		return true
	}
	r.visited[job] = true
	s.Kind, s.Job = model.Visit, job
	sourced := r.supplies(&s, in)
	if !sourced {
		r.repaired(calloutv1.RepairCode_REPAIR_CODE_SUPPLY_CHANGED, route, in.GetJobId(), "", "a source of parts or tools is gone")
	}
	out.Stops = append(out.Stops, s)
	return sourced
}

func (r *planReader) breaksTaken(out *model.Route, list []*calloutv1.BreakTaken) {
	breaks := r.p.Shifts[out.Shift].Breaks
	index := make(map[string]int32, len(breaks))
	for k := range breaks {
		index[breaks[k].ID] = int32(k)
	}
	for i, in := range list {
		r.enterAt("breaks", i)
		k, known := index[in.GetBreakId()]
		switch {
		case !r.required("break_id", in.GetBreakId()):
		case !known:
			r.fault("break_id", UnknownID, "the shift has no break %s", quote(in.GetBreakId()))
		case in.GetStart() == nil || in.GetEnd() == nil:
			r.fault("", MixedTimes, "start and end must be set")
		default:
			out.Breaks = append(out.Breaks, model.BreakTaken{
				Break: k, Start: r.instant("start", in.GetStart(), true), End: r.instant("end", in.GetEnd(), true),
			})
		}
		r.leave()
	}
}

// unassigned checks the list of jobs left out, which says no more than the routes do.
func (r *planReader) unassigned(list []*calloutv1.UnassignedJob) {
	listed := make(map[model.JobIdx]bool, len(list))
	for i, in := range list {
		r.enterAt("unassigned", i)
		job, known := r.ctx.jobs[in.GetJobId()]
		switch {
		case !r.required("job_id", in.GetJobId()) || r.repair:
		case !known:
			r.fault("job_id", UnknownID, "there is no job %s", quote(in.GetJobId()))
		case listed[job]:
			r.fault("job_id", Duplicate, "%s is listed before", quote(in.GetJobId()))
		case r.visited[job]:
			r.fault("job_id", Conflict, "%s has a visit", quote(in.GetJobId()))
		default:
			listed[job] = true
		}
		r.leave()
	}
}

// repaired reports what was left out.
func (r *planReader) repaired(code calloutv1.RepairCode, route *calloutv1.Route, job, node, message string) {
	r.repairs = append(r.repairs, &calloutv1.Repair{
		Code: code, TechnicianId: route.GetTechnicianId(), ShiftId: route.GetShiftId(), JobId: job, NodeId: node,
		Message: fmt.Sprintf("%s: %s", r.where(""), message),
	})
}
