package bench

import (
	"encoding/json"
	"fmt"
	"strconv"

	"callout/solver/model"
)

// Answer is a plan the way programs that compare solvers read it: one JSON object.
type Answer struct {
	// Cost in currency units; nil where the plan leaves out a job that has to be done.
	Cost *json.Number `json:"cost"`
	// Routes are, by format, of VRPTW (with prizes or a matrix too) the used vehicles' lists of customer numbers, the depot being 0;
	// of TRSP lists of request numbers by technician, 0 for a call at the depot; of STRSP lists of the file's customer numbers by
	// technician; of a field-service day one list of job ids per technician, in the file's order.
	Routes any `json:"routes"`
	// SolverWall is the time spent after reading the file, in seconds.
	SolverWall float64 `json:"solver_wall"`
	// FirstFeasible is when the first plan was complete, in the same seconds; nil: never.
	FirstFeasible *float64 `json:"first_feasible_s,omitempty"`
	Iterations    int64    `json:"iterations"`
}

// NewAnswer puts a result in the form of its format.
func NewAnswer(f Format, r *Result) (*Answer, error) {
	a := &Answer{SolverWall: r.Wall.Seconds(), Iterations: r.Iterations}
	if r.Complete {
		cost := units(r.Cost)
		first := r.First.Seconds()
		a.Cost, a.FirstFeasible = &cost, &first
	}
	var err error
	switch f {
	case VRPTW, PCVRPTW, EuroNeurIPS:
		a.Routes, err = vehicleRoutes(r.Problem, r.Plan)
	case TRSP, STRSP:
		a.Routes, err = technicianRoutes(r.Problem, r.Plan)
	case FieldService:
		a.Routes = jobRoutes(r.Problem, r.Plan)
	case Unknown:
		err = ErrFormat
	}
	if err != nil {
		return nil, err
	}
	return a, nil
}

// units is a cost in currency units; whole ones stay exact however large.
func units(c model.Cost) json.Number {
	const micro = 1_000_000
	if c%micro == 0 {
		return json.Number(strconv.FormatInt(c/micro, 10))
	}
	return json.Number(strconv.FormatFloat(float64(c)/micro, 'f', -1, 64))
}

// number is a file's row number, which ids of text formats are.
func number(id string) (int, error) {
	n, err := strconv.Atoi(id)
	if err != nil {
		return 0, fmt.Errorf("job %q has no number of a row: %w", id, err)
	}
	return n, nil
}

func vehicleRoutes(p *model.Problem, plan *model.Plan) ([][]int, error) {
	routes := [][]int{}
	for k := range plan.Routes {
		var route []int
		for _, s := range plan.Routes[k].Stops {
			n, err := number(p.Jobs[s.Job].ID)
			if err != nil {
				return nil, err
			}
			route = append(route, n)
		}
		if route != nil {
			routes = append(routes, route)
		}
	}
	return routes, nil
}

func technicianRoutes(p *model.Problem, plan *model.Plan) (map[string][]int, error) {
	routes := make(map[string][]int)
	for k := range plan.Routes {
		id := p.Technicians[p.Shifts[k].Tech].ID
		for _, s := range plan.Routes[k].Stops {
			n := 0
			if s.Kind == model.Visit {
				var err error
				if n, err = number(p.Jobs[s.Job].ID); err != nil {
					return nil, err
				}
			}
			routes[id] = append(routes[id], n)
		}
	}
	return routes, nil
}

func jobRoutes(p *model.Problem, plan *model.Plan) [][]string {
	routes := make([][]string, len(p.Technicians))
	for k := range routes {
		routes[k] = []string{}
	}
	for k := range plan.Routes {
		t := p.Shifts[k].Tech
		for _, s := range plan.Routes[k].Stops {
			routes[t] = append(routes[t], p.Jobs[s.Job].ID)
		}
	}
	return routes
}
