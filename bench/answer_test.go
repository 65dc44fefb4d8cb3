package bench

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"callout/solver/model"
)

// crew is a problem of three technicians with a shift each, jobs with the given ids, and one node.
func crew(ids ...string) *model.Problem {
	p := &model.Problem{Nodes: []model.Node{{ID: "0"}}}
	for k, id := range []string{"1", "2", "3"} {
		p.Technicians = append(p.Technicians, model.Technician{ID: id})
		p.Shifts = append(p.Shifts, model.Shift{Tech: model.TechIdx(k)})
	}
	for _, id := range ids {
		p.Jobs = append(p.Jobs, model.Job{ID: id})
	}
	return p
}

// stops of a route: jobs, or the node for -1.
func stops(jobs ...model.JobIdx) model.Route {
	var r model.Route
	for _, j := range jobs {
		if j < 0 {
			r.Stops = append(r.Stops, model.Stop{Kind: model.Pickup})
		} else {
			r.Stops = append(r.Stops, model.Stop{Job: j})
		}
	}
	return r
}

func TestAnswer(t *testing.T) {
	numbers := crew("4", "5", "6", "7")
	for _, c := range []struct {
		format Format
		result Result
		want   string
	}{
		{
			VRPTW,
			Result{
				Problem: numbers, Plan: &model.Plan{Routes: []model.Route{stops(1, 0), stops(), stops(3, 2)}},
				Cost: 12_345_000_000, Complete: true, First: 250 * time.Millisecond, Wall: time.Second, Iterations: 9,
			},
			`{"cost":12345,"routes":[[5,4],[7,6]],"solver_wall":1,"first_feasible_s":0.25,"iterations":9}`,
		},
		{
			VRPTW,
			Result{
				Problem: numbers, Plan: &model.Plan{Routes: []model.Route{stops(), stops(), stops()}, Unassigned: []model.JobIdx{0, 1, 2, 3}},
				Cost: 8_000_000,
			},
			`{"cost":null,"routes":[],"solver_wall":0,"iterations":0}`,
		},
		{
			TRSP,
			Result{
				Problem: numbers, Plan: &model.Plan{Routes: []model.Route{stops(), stops(-1, 0, -1, 2), stops(3)}},
				Cost: 1_234_567_000, Complete: true,
			},
			`{"cost":1234.567,"routes":{"2":[0,4,0,6],"3":[7]},"solver_wall":0,"first_feasible_s":0,"iterations":0}`,
		},
		{
			FieldService,
			Result{
				Problem: crew("j1", "j2"), Plan: &model.Plan{Routes: []model.Route{stops(), stops(1, 0), stops()}},
				Cost: 7_000_000, Complete: true,
			},
			`{"cost":7,"routes":[[],["j2","j1"],[]],"solver_wall":0,"first_feasible_s":0,"iterations":0}`,
		},
	} {
		a, err := NewAnswer(c.format, &c.result)
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != c.want {
			t.Errorf("%v: got\n%s\nwant\n%s", c.format, got, c.want)
		}
	}

	lettered := Result{Problem: crew("a"), Plan: &model.Plan{Routes: []model.Route{stops(0)}}}
	for _, f := range []Format{VRPTW, TRSP, PCVRPTW, EuroNeurIPS, STRSP} {
		if _, err := NewAnswer(f, &lettered); err == nil {
			t.Errorf("%v: a job without a number is accepted", f)
		}
	}
	if _, err := NewAnswer(Unknown, &lettered); !errors.Is(err, ErrFormat) {
		t.Errorf("unknown format: %v", err)
	}
}
