// Package check judges plans. It verifies every rule of solver/model and recomputes every cost term from the times and
// supplies that a plan states. It shares no code with the search, so that it can prove it wrong.
package check

import (
	"fmt"
	"strings"

	"callout/solver/model"
)

// Report is the verdict on a plan.
type Report struct {
	// Violations in the order of shifts and stops, then those that concern several routes. Empty: the plan is feasible.
	Violations []Violation
	// Terms is the cost of the whole plan, Vec the same by tier. What cannot be priced (an unreachable leg, a stop that does
	// not exist) counts nothing.
	Terms model.Terms
	Vec   model.Vec
	// RouteTerms holds the cost of each shift's route; only Unassigned is not among it.
	RouteTerms []model.Terms
}

// Feasible tells whether the plan breaks no rule.
func (r Report) Feasible() bool { return len(r.Violations) == 0 }

// Err is nil for a feasible plan, and otherwise names its violations.
func (r Report) Err() error {
	if r.Feasible() {
		return nil
	}
	lines := make([]string, len(r.Violations))
	for k, v := range r.Violations {
		lines[k] = v.String()
	}
	return fmt.Errorf("the plan breaks %d rules:\n%s", len(lines), strings.Join(lines, "\n"))
}

// Violation is one broken rule.
type Violation struct {
	Code Code
	Where
	Size   int64 // by how much, in Unit; at least 1
	Unit   Unit
	Detail string // for people
}

// Where a rule is broken; -1 for what does not apply. Stop indexes the route's stops as stated; it is their number for the
// way to the end. Tech is for rules over all shifts of a technician, which name no shift. Subject is the id of the skill,
// certificate, tool or SKU that the rule is about; "" where there is none.
type Where struct {
	Tech  model.TechIdx
	Shift model.ShiftIdx
	Stop  int
	Break int
	Job   model.JobIdx
	Node  model.NodeIdx

	Subject string
}

func (v Violation) String() string {
	return fmt.Sprintf("%s (%d %s): %s", v.Code, v.Size, v.Unit, v.Detail)
}

// Plan judges a plan of the problem. The problem must be well-formed; the plan may be anything.
// It takes time linear in the plan, but for the few entries of each job, technician and node.
func Plan(p *model.Problem, plan *model.Plan) Report {
	if plan == nil {
		plan = new(model.Plan)
	}
	c := &checker{
		p:      p,
		visits: make([]int, len(p.Jobs)),
		van:    make(map[vanItem]int64),
		stock:  make(map[lotItem]int64),
		lent:   make(map[nodeItem]int64),

		landing: p.LandingShift(),
		report:  Report{RouteTerms: make([]model.Terms, len(p.Shifts))},
	}
	c.routeCount(plan)
	for k := range min(len(plan.Routes), len(p.Shifts)) {
		c.route(model.ShiftIdx(k), &plan.Routes[k])
	}
	c.stocks()
	c.unassigned(plan.Unassigned)
	for k := range c.report.RouteTerms {
		c.report.Terms.Add(&c.report.RouteTerms[k])
	}
	c.report.Vec = p.Objective.Vec(&c.report.Terms)
	return c.report
}

// checker collects the report, and what routes share.
type checker struct {
	p      *model.Problem
	visits []int // per job
	van    map[vanItem]int64
	stock  map[lotItem]int64  // parts taken
	lent   map[nodeItem]int64 // tools: routes that borrowed one
	report Report

	landing []model.ShiftIdx // per technician: where what he has to hand in from the start lands
}

// route judges one route.
func (c *checker) route(shift model.ShiftIdx, stated *model.Route) {
	r := c.read(shift, stated)
	if len(r.stops) == 0 {
		return
	}
	for k := range r.stops {
		s := &r.stops[k]
		if s.Kind == model.Visit {
			c.visit(r, s)
		} else {
			c.pickup(r, s)
		}
	}
	c.timing(r)
	c.breaks(r)
	c.caps(r)
	c.supplies(r)
	c.cost(r)
}

// visit judges a visit on its own: who does it, and when.
func (c *checker) visit(r *route, s *stop) {
	job := &c.p.Jobs[s.Job]
	c.visits[s.Job]++
	if c.visits[s.Job] > 1 {
		c.flagf(JobRepeated, r.at(s), 1, "%s: %s is visited again", r.ID, job.ID)
	}
	c.skills(r, s, job)
	c.certificates(r, s, job)
	c.staffing(r, s, job)
	c.area(r, s, job)
	c.windows(r, s, job)
}

// flagf records a violation.
func (c *checker) flagf(code Code, where Where, size int64, format string, args ...any) {
	c.report.Violations = append(c.report.Violations, Violation{
		Code: code, Where: where, Size: max(1, size), Unit: code.unit(), Detail: fmt.Sprintf(format, args...),
	})
}
