package engine

import (
	"fmt"

	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/parallel"
)

// Violation is a broken rule, as the checker reports it; reasons have codes of their own beside its.
type Violation = check.Violation

// InternalError is a defect of the engine that was caught before it could do harm.
type InternalError struct {
	// Doing is what the engine was about to do.
	Doing string
	// Violations of a plan that breaks rules of the problem.
	Violations []check.Violation
	// Found and Expected are the costs of a plan that the checker prices differently.
	Found, Expected model.Terms
	// Panic is the value of a panic, and Stack where it happened.
	Panic any
	Stack []byte
}

// Error names what is wrong by ids alone.
func (e *InternalError) Error() string {
	switch {
	case e.Panic != nil:
		return fmt.Sprintf("engine: %s: panic: %v", e.Doing, e.Panic)
	case len(e.Violations) > 0:
		return fmt.Sprintf("engine: %s: the plan breaks %d rules, first %s", e.Doing, len(e.Violations), e.Violations[0])
	}
	for k := range e.Found {
		if e.Found[k] != e.Expected[k] {
			return fmt.Sprintf("engine: %s: %s costs %d, the search says %d", e.Doing, model.Term(k), e.Found[k], e.Expected[k])
		}
	}
	return fmt.Sprintf("engine: %s", e.Doing)
}

// panicked is the error for what recover returned.
func panicked(doing string, v any) *InternalError {
	p := parallel.Caught(v)
	return &InternalError{Doing: doing, Panic: p.Value, Stack: p.Stack}
}

// judge has the checker look at a plan that is to leave the engine: it must break no rule, and cost what the search says.
func judge(p *model.Problem, plan *model.Plan, terms *model.Terms, doing string) (check.Report, error) {
	report := check.Plan(p, plan)
	if !report.Feasible() {
		return report, &InternalError{Doing: doing, Violations: report.Violations}
	}
	if report.Terms != *terms {
		return report, &InternalError{Doing: doing, Found: report.Terms, Expected: *terms}
	}
	return report, nil
}
