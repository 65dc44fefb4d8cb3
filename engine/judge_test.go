package engine

import (
	"errors"
	"strings"
	"testing"

	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/search"
)

// A plan that breaks a rule, or is not priced as the checker prices it, is an error and not sent.
func TestJudge(t *testing.T) {
	p := modeltest.Rich(10, 2, 1)
	r := run{p: p, box: newMailbox()}
	r.giveUp(t.Context())
	good := r.found.Best
	sent := 0
	s := &stream{p: p, box: r.box, emit: func(*Incumbent) error { sent++; return nil }}
	if err := s.send(&draft{Incumbent: &good}); err != nil || sent != 1 {
		t.Fatalf("a good plan: %v", err)
	}
	dearer := good
	dearer.Terms[model.Travel]++
	broken := good
	broken.Plan = &model.Plan{Routes: good.Plan.Routes, Unassigned: good.Plan.Unassigned[1:]}
	for name, inc := range map[string]search.Incumbent{
		"travel costs":       dearer,
		"unassigned_missing": broken,
	} {
		inc.Vec[0]-- // better, so that it would be sent
		var internal *InternalError
		if err := s.send(&draft{Incumbent: &inc}); !errors.As(err, &internal) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if sent != 1 {
		t.Errorf("%d plans were sent", sent)
	}
}

// A panic of the search is an error of that request.
func TestSolvePanic(t *testing.T) {
	p := modeltest.Rich(10, 2, 1)
	p.Jobs[0].Location = 1 << 20
	searched := false
	_, err := Solve(t.Context(), p, Settings{Iterations: 1, Searched: func() { searched = true }}, func(*Incumbent) error { return nil })
	var internal *InternalError
	if !errors.As(err, &internal) || internal.Panic == nil || len(internal.Stack) == 0 {
		t.Errorf("error %v", err)
	}
	if !searched {
		t.Error("the processors were not given back")
	}
}

// However many plans come in, the first and the newest are kept.
func TestMailbox(t *testing.T) {
	m := newMailbox()
	if m.take() != nil {
		t.Error("something in an empty mailbox")
	}
	plans := make([]search.Incumbent, 5)
	for k := range plans {
		m.put(&plans[k])
	}
	for _, want := range []*search.Incumbent{&plans[0], &plans[4]} {
		if d := m.take(); d == nil || d.Incumbent != want {
			t.Error("another plan than the first, the newest")
		}
	}
	if m.take() != nil {
		t.Error("more than two")
	}
	m.put(&plans[2])
	if d := m.take(); d == nil || d.Incumbent != &plans[2] {
		t.Error("a later plan is gone")
	}
}
