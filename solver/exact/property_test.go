package exact_test

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"callout/solver/check"
	"callout/solver/exact"
	"callout/solver/model"
	"callout/solver/modeltest"
)

// kinds of problems, from those for which the schedules promise the best times to those with all that there is.
var kinds = []struct {
	name string
	o    func(o *modeltest.Options)
}{
	{"settled", func(o *modeltest.Options) { o.Metric, o.Unreachable, o.OneWindow, o.NoEarly = true, 0, true, true }},
	{"metric", func(o *modeltest.Options) { o.Metric, o.Unreachable = true, 0 }},
	{"rich", func(*modeltest.Options) {}},
	{"shipped", func(o *modeltest.Options) {
		o.Jobs, o.Technicians, o.Days, o.Nodes, o.Parts, o.Lanes = 6+o.Jobs%3, 3, 1, 3, 0.9, 0.4
		o.Metric, o.Unreachable, o.OneWindow, o.NoEarly, o.Tools = true, 0, true, true, 0.1
		o.Balance, o.Spells, o.Breaks, o.Tiers = 0, 0, 0.3, 0.1
	}},
	{"tight", func(o *modeltest.Options) {
		o.Jobs, o.Technicians, o.Days, o.Nodes, o.Parts, o.Room = 5+o.Jobs%3, 2, 1, 2, 0.9, 0.9
		o.Metric, o.Unreachable, o.OneWindow, o.NoEarly, o.Tools = true, 0, true, true, 0.1
		o.Balance, o.Spells, o.Breaks, o.Tiers = 0, 0, 0.3, 0.1
	}},
	{"returned", func(o *modeltest.Options) {
		o.Jobs, o.Technicians, o.Days, o.Nodes, o.Parts, o.Returns, o.Room = 5+o.Jobs%3, 2, 1, 2, 0.5, 0.6, 0.4
		o.Metric, o.Unreachable, o.OneWindow, o.NoEarly, o.Tools = true, 0, true, true, 0.1
		o.Balance, o.Spells, o.Breaks, o.Tiers = 0, 0, 0.3, 0.1
	}},
	{"swapped", func(o *modeltest.Options) {
		o.Jobs, o.Technicians, o.Days, o.Nodes, o.Parts, o.Substitutes = 6+o.Jobs%3, 3, 1, 2, 0.9, 0.6
		o.Metric, o.Unreachable, o.OneWindow, o.NoEarly, o.Tools = true, 0, true, true, 0.1
		o.Balance, o.Spells, o.Breaks, o.Tiers = 0, 0, 0.3, 0.1
	}},
}

// small is a problem with two to eight jobs.
func small(seed uint64, shape func(*modeltest.Options)) *model.Problem {
	rng := rand.New(rand.NewPCG(seed, 0x4558_4143))
	o := modeltest.Mixed(2+rng.IntN(7), 1+rng.IntN(3), 1+rng.IntN(3))
	shape(&o)
	return modeltest.Random(rng, o)
}

// The search is never better than what is proven, and mostly as good. How many problems: CALLOUT_EXACT_PROBLEMS of each kind,
// from seed CALLOUT_EXACT_FROM on.
func TestAgainstSearch(t *testing.T) {
	needSolver(t)
	problems := 8
	if n, err := strconv.Atoi(os.Getenv("CALLOUT_EXACT_PROBLEMS")); err == nil {
		problems = n
	}
	first, _ := strconv.ParseUint(os.Getenv("CALLOUT_EXACT_FROM"), 10, 64)
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			seen := map[string]int{}
			proven, equal := 0, 0
			for seed := first; seed < first+uint64(problems); seed++ {
				p := small(seed, kind.o)
				hint := searched(t, p, 5000)
				r, err := exact.Solve(t.Context(), p, exact.Options{Hint: hint.Plan, Work: 8})
				if err != nil { // also where the search is better than anything that the model allows
					t.Fatalf("seed %d: %v", seed, err)
				}
				report := check.Plan(p, r.Plan)
				if err := report.Err(); err != nil || report.Terms != r.Terms {
					t.Fatalf("seed %d: costs %v, said %v: %v", seed, report.Terms, r.Terms, err)
				}
				if !r.Proven {
					t.Logf("seed %d: not proven", seed)
					continue
				}
				proven++
				if r.Vec == hint.Vec {
					equal++
				} else {
					t.Logf("seed %d: search %v, best %v", seed, hint.Vec, r.Vec)
				}
				notice(seen, p, r.Plan)
			}
			t.Logf("of %d problems %d are proven; the search finds the best plan of %d; seen %v", problems, proven, equal, seen)
			if problems >= 100 {
				with := modeltest.Options{Balance: 1}
				if kind.o(&with); with.Balance == 0 {
					delete(seen, "balance") // which it has nowhere
				}
				for feature, n := range seen {
					if n == 0 {
						t.Errorf("never seen: %s", feature)
					}
				}
			}
			least := 9 // of ten
			if kind.name == "shipped" || kind.name == "returned" {
				least = 8
			}
			if 10*proven < least*problems {
				t.Errorf("only %d of %d problems are proven", proven, problems)
			}
		})
	}
}

// notice counts the features that play a part in the best plan.
func notice(seen map[string]int, p *model.Problem, plan *model.Plan) {
	mark := func(feature string, here bool) {
		seen[feature] += 0
		if here {
			seen[feature]++
		}
	}
	var courier, transfer, coming, kept, landed bool
	var calls, breaks, several, soft, capped, tools, parts, overtime, bound, swapped bool
	for _, r := range plan.Routes {
		if len(r.Stops) == 0 {
			continue
		}
		s := &p.Shifts[r.Shift]
		breaks = breaks || len(r.Breaks) > 0
		landed = landed || len(r.Returns) > 0
		capped = capped || s.MaxWork < model.NoCap || s.MaxDrive < model.NoCap || s.MaxSpell < model.NoCap
		overtime = overtime || len(s.Overtime) > 0 && r.Finish > s.RegularEnd
		for _, st := range r.Stops {
			if st.Kind == model.Pickup {
				calls = true
				continue
			}
			hard := 0
			for _, w := range p.Jobs[st.Job].Windows {
				if w.Kind == model.Availability {
					hard++
					bound = bound || w.Binds == model.BindEnd
				} else {
					soft = true
				}
			}
			several = several || hard > 1
			parts = parts || len(st.Parts) > 0
			landed = landed || slices.ContainsFunc(st.Returns, func(l model.Landing) bool { return l.At >= 0 })
			for _, q := range st.Parts {
				_, price := p.Jobs[st.Job].Serves(q.SKU)
				swapped = swapped || price > 0
				courier = courier || q.From == model.CourierSource
				transfer = transfer || q.From >= 0 && len(q.Legs) > 0
				if l := lotOf(p, &r, &q); l != nil {
					coming = coming || l.From > 0
					kept = kept || l.From == 0
				}
			}
			tools = tools || len(st.Tools) > 0
		}
	}
	mark("calls", calls)
	if p.HasReturns() {
		mark("returns", landed)
	}
	if slices.ContainsFunc(p.Jobs, func(j model.Job) bool { return len(j.Substitutes) > 0 }) {
		mark("substitutes", swapped)
	}
	if len(p.Lanes) > 0 {
		mark("couriers", courier)
		mark("transfers", transfer)
		mark("inbound supply", coming)
		mark("reservations", kept)
	}
	mark("breaks", breaks)
	mark("soft windows", soft)
	mark("windows that bind the end", bound)
	mark("caps", capped)
	mark("tools", tools)
	mark("parts", parts)
	mark("overtime", overtime)
	mark("tiers", p.Objective.Tier != [model.NumTerms]uint8{})
	mark("balance", p.Objective.Balance > 0)
	if several {
		seen["several windows"]++
	}
}

// lotOf is the lot that a supply is taken from, nil where that is the van or stock on hand.
func lotOf(p *model.Problem, r *model.Route, q *model.Supply) *model.Lot {
	switch {
	case q.Lot == 0:
		return nil
	case len(q.Legs) > 0:
		return &p.Nodes[p.Lanes[q.Legs[0].Lane].From].Lots[q.Lot-1]
	}
	return &p.Nodes[r.Stops[q.From].Node].Lots[q.Lot-1]
}
