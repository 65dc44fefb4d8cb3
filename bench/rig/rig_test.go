package rig

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/bench/city"
)

func TestParse(t *testing.T) {
	m, err := parse(strings.NewReader("# HELP a b\na 1\nb{x=\"1 2\"} 2\nb{x=\"3\"} 3.5\n"))
	if err != nil || m["a"] != 1 || m["b"] != 5.5 || len(m) != 2 {
		t.Errorf("%v, %v", m, err)
	}
	if _, err := parse(strings.NewReader("a b\n")); err == nil {
		t.Error("nonsense is taken")
	}
}

func TestQuantile(t *testing.T) {
	values := []time.Duration{5, 1, 4, 2, 3}
	for q, want := range map[float64]time.Duration{0: 1, 0.5: 3, 0.99: 5, 1: 5} {
		if got := Quantile(values, q); got != want {
			t.Errorf("%v: %d, want %d", q, got, want)
		}
	}
	if Quantile(nil, 0.5) != 0 {
		t.Error("of nothing")
	}
}

// A plan of the service passes; one that was changed does not.
func TestJudge(t *testing.T) {
	r := city.Generate(city.Options{Jobs: 20, Technicians: 4})
	r.Settings = &calloutv1.SolveSettings{MaxIterations: 10}
	var plan *calloutv1.Plan
	err := server.New(server.Options{}).SolveTo(t.Context(), r, func(m *calloutv1.SolveResponse) error {
		plan = m.GetPlan()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	judge, err := NewJudge(t.Context(), r.GetProblem())
	if err != nil {
		t.Fatal(err)
	}
	if err := judge.Plan(plan); err != nil {
		t.Error(err)
	}
	cheaper := proto.CloneOf(plan)
	cheaper.Cost.Total--
	unlike := proto.CloneOf(plan)
	for _, route := range unlike.GetRoutes() {
		for _, s := range route.GetStops() {
			s.Start.Seconds -= 3600
		}
	}
	for name, p := range map[string]*calloutv1.Plan{"none": nil, "cheaper than it is": cheaper, "with other times": unlike} {
		if judge.Plan(p) == nil {
			t.Errorf("a plan %s is accepted", name)
		}
	}
}
