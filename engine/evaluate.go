package engine

import (
	"context"
	"fmt"
	"slices"

	"callout/engine/matrix"
	"callout/solver/check"
	"callout/solver/model"
)

// Evaluation is the judgement on a given plan.
type Evaluation struct {
	Plan       *model.Plan // with all its times and supplies
	Violations []check.Violation
	// Soft lists the soft windows that are missed.
	Soft       []SoftViolation
	Terms      model.Terms
	Vec        model.Vec
	RouteTerms []model.Terms // per shift
}

// Feasible tells whether the plan breaks no rule.
func (e *Evaluation) Feasible() bool { return len(e.Violations) == 0 }

// Beyond lists the rules that a plan breaks and another does not, or by less, or less often.
func (e *Evaluation) Beyond(other *Evaluation) []check.Violation {
	type rule struct {
		code  check.Code
		where check.Where
	}
	of := func(v *check.Violation) rule {
		where := v.Where
		where.Stop = -1 // it moves with every stop that is put before it
		return rule{v.Code, where}
	}
	sizes := make(map[rule][]int64)
	for k := range other.Violations {
		o := &other.Violations[k]
		sizes[of(o)] = append(sizes[of(o)], o.Size)
	}
	for _, list := range sizes {
		slices.Sort(list)
	}
	var out []check.Violation
	for _, v := range e.Violations {
		r := of(&v)
		// Each of the other's stands for one: the least that is large enough.
		if at, _ := slices.BinarySearch(sizes[r], v.Size); at < len(sizes[r]) {
			sizes[r] = slices.Delete(sizes[r], at, at+1)
		} else {
			out = append(out, v)
		}
	}
	return out
}

// Evaluate judges a plan as a person gave it: sequence and staffing stay as they are. The plan has one route per shift; a route
// whose departure is model.NoTime is timed, as cheaply as the rules allow or, where they cannot be kept, with the least time
// outside them that a schedule finds. A route whose visits name no source of parts or tools is supplied: from the van first, then
// from the calls before the visit. A route that lands nothing lands its returns at the first calls behind the visits that may take them.
//
// The problem is well-formed, and its profiles are Evaluate's own until it returns: travel that is missing is filled in. The plan is not changed. Breaking rules is
// a result and no error; the errors are those of matrix.Resolve.
func Evaluate(ctx context.Context, p *model.Problem, plan *model.Plan) (*Evaluation, error) {
	if err := matrix.Resolve(ctx, p); err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	plan = completed(p, plan)
	report := check.Plan(p, plan)
	return &Evaluation{
		Plan: plan, Violations: report.Violations, Soft: softViolations(p, plan),
		Terms: report.Terms, Vec: report.Vec, RouteTerms: report.RouteTerms,
	}, nil
}

// completed is a copy of a plan with all its times and supplies. Supplies that are given are booked before any is chosen.
func completed(p *model.Problem, plan *model.Plan) *model.Plan {
	out := &model.Plan{Routes: make([]model.Route, len(plan.Routes)), Unassigned: plan.Unassigned}
	taken := newLedger(p, plan)
	for k := range plan.Routes {
		r := plan.Routes[k]
		if len(r.Stops) > 0 {
			r.Stops = append([]model.Stop(nil), r.Stops...)
			if !supplied(&r) {
				for s := range r.Stops {
					if r.Stops[s].Kind == model.Visit {
						taken.supply(&r, s)
					}
				}
			}
			if !landed(&r) {
				p.Land(&r, p.Held(r.Shift))
			}
			if r.Depart == model.NoTime {
				schedule(p, &r)
			}
		}
		out.Routes[k] = r
	}
	return out
}

// landed tells whether the route says where anything lands.
func landed(r *model.Route) bool {
	return len(r.Returns) > 0 || slices.ContainsFunc(r.Stops, func(s model.Stop) bool { return len(s.Returns) > 0 })
}

// supplied tells whether any visit of the route names a source.
func supplied(r *model.Route) bool {
	for k := range r.Stops {
		if len(r.Stops[k].Parts) > 0 || len(r.Stops[k].Tools) > 0 {
			return true
		}
	}
	return false
}
