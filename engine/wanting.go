package engine

import (
	"cmp"
	"math/bits"
	"slices"

	"callout/solver/check"
	"callout/solver/model"
)

// wanting is a job that wants a technician.
type wanting struct {
	JobReasons
	book *book
	// The best relaxation so far: how many rules it lifts, and its costs.
	rules    int
	cost     model.Vec
	possible bool
}

// ask finds the reason of one technician, and the relaxations that would do. It is false where his routes could not be put on
// again, as happens when what they take from the nodes depends on the order in which routes are supplied.
func (w *wanting) ask(t model.TechIdx) bool {
	x := w.book.cut(t, w.Job, false)
	reason := Reason{Tech: t, Shift: NoShift}
	if len(x.Shifts) == 0 {
		w.Reasons = append(w.Reasons, reason)
		return true
	}
	if place := x.try(0); place != nil {
		reason.Shift, reason.Extra = x.shifts[place.shift], place.terms.Total()
		reason.Verdict = Possible
		if x.dearer(place) {
			reason.Verdict = Dearer
			w.offer(x, t, place)
		}
		w.possible = w.possible || reason.Verdict == Possible
		w.Reasons = append(w.Reasons, reason)
		return true
	}
	if !x.loaded {
		return false
	}
	alone := w.book.cut(t, w.Job, true)
	var found *trial
	if alone.try(0) == nil {
		reason.Verdict = Incompatible
		found = alone.narrow()
		if found != nil {
			w.offerLifted(x, t, found)
			x = alone
		}
	} else {
		reason.Verdict = NoRoom
		for _, l := range liftsInTurn {
			if place := x.try(l); place != nil {
				if found == nil {
					found = place
				}
				w.offer(x, t, place)
			}
		}
		if found == nil {
			if found = x.try(liftsOfTime); found != nil {
				w.offer(x, t, found)
			}
		}
		if found == nil {
			found = x.try(liftsAll &^ liftsFixed)
		}
	}
	switch {
	case found != nil:
		reason.Shift, reason.Violations = x.shifts[found.shift], x.translate(found.violations)
	case reason.Verdict == Incompatible:
		reason.Shift, reason.Violations = alone.hopeless()
	default:
		reason.Violations = []check.Violation{{
			Code: NoTime, Where: check.Where{Tech: -1, Shift: NoShift, Stop: -1, Break: -1, Job: w.Job, Node: -1}, Unit: check.Seconds,
			Detail: "no place leaves enough time",
		}}
	}
	w.Reasons = append(w.Reasons, reason)
	return true
}

// narrow finds the fewest rules that keep the job from the technician even when he has nothing else to do: the fixed ones that
// he fails, and one more where they are not all. It is nil where lifting all of them does not help.
func (x *excerpt) narrow() *trial {
	all := x.try(liftsAll)
	if all == nil {
		return nil
	}
	must := all.lifts() & liftsFixed
	if must != 0 {
		if place := x.try(must); place != nil {
			return place
		}
	}
	for _, l := range liftsInTurn {
		if place := x.try(must | l); place != nil {
			return place
		}
	}
	return all
}

// dearer tells whether a plan with the job costs more than one without.
func (x *excerpt) dearer(t *trial) bool {
	var without model.Terms
	without[model.Unassigned] = x.Jobs[x.job].Unassigned
	return !x.Objective.Vec(&t.terms).Less(x.Objective.Vec(&without))
}

// offerLifted offers a place on the technician's real routes where a single rule has to be lifted, given what has to be when he
// has nothing else to do: no less. Where his day is full as well, overtime comes on top.
func (w *wanting) offerLifted(x *excerpt, t model.TechIdx, alone *trial) {
	set := alone.lifts()
	if set&(set-1) != 0 || w.Relaxation != nil && len(alone.violations) > w.rules {
		return
	}
	place := x.try(set)
	for _, l := range [...]lift{liftEnd, liftWindows, liftsOfTime} {
		if place == nil && (w.Relaxation == nil || w.rules > bits.OnesCount16(uint16(l))) {
			place = x.try(set | l)
		}
	}
	if place != nil {
		w.offer(x, t, place)
	}
}

// offer takes a place as the relaxation if it is better than the one so far: fewer rules, then lower cost, then asked before.
func (w *wanting) offer(x *excerpt, t model.TechIdx, place *trial) {
	if place.set&^liftsOffered != 0 {
		return
	}
	lifted := x.translate(place.violations)
	rules := len(lifted)
	if x.dearer(place) {
		rules++
		lifted = append(lifted, check.Violation{
			Code: UnassignedCost, Where: check.Where{Tech: -1, Shift: NoShift, Stop: -1, Break: -1, Job: w.Job, Node: -1}, Unit: Millionths,
			Size: max(1, place.terms.Total()-x.Jobs[x.job].Unassigned), Detail: "leaving the job out costs less",
		})
	}
	cost := x.Objective.Vec(&place.terms)
	if w.Relaxation != nil && (rules > w.rules || rules == w.rules && !cost.Less(w.cost)) {
		return
	}
	w.rules, w.cost = rules, cost
	w.Relaxation = &Relaxation{Tech: t, Shift: x.shifts[place.shift], Lifted: lifted, Extra: place.terms.Total()}
}

// conclude sorts the reasons by technician, and drops the relaxation where none is needed.
func (w *wanting) conclude() JobReasons {
	slices.SortFunc(w.Reasons, func(a, b Reason) int { return cmp.Compare(a.Tech, b.Tech) })
	if w.possible {
		w.Relaxation = nil
	}
	return w.JobReasons
}

// translate gives violations the indices of the whole problem. Stops keep the number they have with the job on the route.
func (x *excerpt) translate(list []check.Violation) []check.Violation {
	out := make([]check.Violation, len(list))
	for k, v := range list {
		if v.Tech >= 0 {
			v.Tech = x.tech
		}
		if v.Shift >= 0 {
			v.Shift = x.shifts[v.Shift]
		}
		if v.Job >= 0 {
			v.Job = x.jobs[v.Job]
		}
		if v.Node >= 0 {
			v.Node = x.nodes[v.Node]
		}
		out[k] = v
	}
	return out
}

// hopeless is what stands in the way where lifting rules does not help: no way there, or far too little time. It is the shift
// with the fewest violations when the job is its only one, done as early as it may.
func (x *excerpt) hopeless() (model.ShiftIdx, []check.Violation) {
	shift := NoShift
	var least []check.Violation
	p := x.relaxed(liftReturns) // there is no call for them on such a route
	for k := range x.Shifts {
		plan := x.routes
		plan.Routes = slices.Clone(plan.Routes)
		r := &plan.Routes[k]
		r.Stops = []model.Stop{{Kind: model.Visit, Job: x.job}}
		plan.Unassigned = nil
		newLedger(&x.Problem, &plan).supply(r, 0)
		forwardPass(&x.Problem, r)
		report := check.Plan(p, &plan)
		if shift == NoShift || len(report.Violations) < len(least) {
			shift, least = x.shifts[k], report.Violations
		}
	}
	return shift, x.translate(least)
}
