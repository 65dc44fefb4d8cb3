package check

import (
	"testing"

	"callout/solver/model"
)

// mutation breaks one rule of the fixture's plan, either in the plan or by a tighter problem.
type mutation struct {
	name  string
	code  Code
	size  int64
	where Where
	apply func(*model.Problem, *model.Plan)
}

func at(shift model.ShiftIdx) Where {
	w := nowhere()
	w.Shift = shift
	return w
}

func (w Where) of(t model.TechIdx) Where   { w.Tech = t; return w }
func (w Where) stop(k int) Where           { w.Stop = k; return w }
func (w Where) job(j model.JobIdx) Where   { w.Job = j; return w }
func (w Where) node(n model.NodeIdx) Where { w.Node = n; return w }
func (w Where) pause(k int) Where          { w.Break = k; return w }
func (w Where) about(id string) Where      { w.Subject = id; return w }

var (
	depotStop = at(monday).stop(0).node(depot)
	leakStop  = at(monday).stop(1).job(leak)
	fuseStop  = at(monday).stop(2).job(fuse)
	wayHome   = at(monday).stop(3)
	lunch     = at(monday).pause(0)
	tea       = at(monday).pause(1)
)

// day is Ann's route and shift on monday.
func day(p *model.Problem, plan *model.Plan) (*model.Shift, *model.Route) {
	return &p.Shifts[monday], &plan.Routes[monday]
}

func TestEveryCode(t *testing.T) {
	covered := map[Code]bool{}
	for _, list := range [][]mutation{
		shapeMutations, peopleMutations, timeMutations, breakMutations, supplyMutations, shipmentMutations(), returnMutations,
	} {
		for _, m := range list {
			covered[m.code] = true
			t.Run(string(m.code)+"/"+m.name, func(t *testing.T) {
				p, plan := fixture()
				m.apply(p, plan)
				r := Plan(p, plan)
				if len(r.Violations) != 1 {
					t.Fatalf("want one violation, %s: %v", m.code, r.Err())
				}
				v := r.Violations[0]
				if v.Code != m.code || v.Size != m.size || v.Where != m.where || v.Detail == "" {
					t.Errorf("got %s %+v\nwant %s of size %d %+v", v, v.Where, m.code, m.size, m.where)
				}
			})
		}
	}
	listed := map[Code]bool{}
	for _, e := range Table {
		if listed[e.Code] {
			t.Errorf("%s is listed twice", e.Code)
		}
		listed[e.Code] = true
		if !covered[e.Code] {
			t.Errorf("no mutation for %s", e.Code)
		}
		if e.Meaning == "" || e.Unit == "" {
			t.Errorf("%s lacks a meaning or a unit", e.Code)
		}
	}
	for code := range covered {
		if !listed[code] {
			t.Errorf("%s is not in the table", code)
		}
	}
}
