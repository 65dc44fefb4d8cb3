package search_test

import (
	"testing"

	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/search"
)

// Each feature by itself, and all together, gives plans that the checker accepts.
func TestFeaturesPlansAreClean(t *testing.T) {
	sets := [][]string{nil, modeltest.Features()}
	for _, name := range modeltest.Features() {
		sets = append(sets, []string{name})
	}
	for _, names := range sets {
		p := modeltest.With(40, 6, 2, names...)
		res := solve(t, compile(t, p), search.Options{Seed: 1, Iterations: 200})
		judge(t, p, &res.Best)
		if t.Failed() {
			t.Fatalf("features %v", names)
		}
	}
}

// What a feature is for is there to be met: a price that somebody pays, a call, a break.
func TestFeaturesAreMet(t *testing.T) {
	for name, met := range map[string]func(*model.Plan, *model.Terms) bool{
		"distance-price": pays(model.Distance),
		"fixed-price":    pays(model.Fixed),
		"work-price":     pays(model.WorkingTime),
		"overtime":       pays(model.Overtime),
		"balance":        pays(model.Balance),
		"late-windows":   pays(model.Lateness),
		"early-windows":  pays(model.Lateness),
		"response-time":  pays(model.ResponseTime),
		"predicted-work": pays(model.Risk),
		"skills":         pays(model.SkillSurplus),
		"wishes":         pays(model.Preference),
		"scarce-nodes":   pays(model.Parts),
		"substitutes":    pays(model.Parts),
		"node-calls":     calls,
		"tools-lent":     calls,
		"break":          rests,
		"two-breaks":     rests,
		"two-shifts":     func(p *model.Plan, _ *model.Terms) bool { return len(p.Routes) == 24 },
	} {
		days := 0
		for seed := range uint64(4) {
			p := modeltest.With(80, 12, seed, name)
			res := solve(t, compile(t, p), search.Options{Seed: 1, Iterations: 100})
			if met(res.Best.Plan, &res.Best.Terms) {
				days++
			}
		}
		if days == 0 {
			t.Errorf("%s is never met", name)
		}
	}
}

func pays(term model.Term) func(*model.Plan, *model.Terms) bool {
	return func(_ *model.Plan, t *model.Terms) bool { return t[term] > 0 }
}

func calls(p *model.Plan, _ *model.Terms) bool {
	for k := range p.Routes {
		for _, s := range p.Routes[k].Stops {
			if s.Kind == model.Pickup {
				return true
			}
		}
	}
	return false
}

func rests(p *model.Plan, _ *model.Terms) bool {
	for k := range p.Routes {
		if len(p.Routes[k].Breaks) > 0 {
			return true
		}
	}
	return false
}
