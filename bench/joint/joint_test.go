package main

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"callout/engine"
	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/ortools/highs"
	"callout/solver/ortools/ortoolstest"
)

// All methods make plans that the judge accepts, of the same day, and a promise is a promise: what is taken is what was promised.
func TestMethods(t *testing.T) {
	ortoolstest.Need(t, highs.Available())
	for _, pickups := range []bool{true, false} {
		p, err := day(t.Context(), 30, 3, pickups)
		if err != nil {
			t.Fatal(err)
		}
		for k := range methods {
			r, err := run(t.Context(), &methods[k], p, 1, 300*time.Millisecond)
			if err != nil {
				t.Fatal(err)
			}
			if r.served == 0 || r.cost <= 0 || r.kilometres <= 0 {
				t.Errorf("%s: %+v", methods[k].name, r)
			}
		}
	}
}

// A plan of a bound problem is, put back, one of the problem itself at the same cost, and keeps the promises.
func TestBind(t *testing.T) {
	p, err := day(t.Context(), 40, 2, false)
	if err != nil {
		t.Fatal(err)
	}
	var promises []promise
	left := make(map[lotPart]int64)
	for j := range p.Jobs {
		for _, q := range p.Jobs[j].Parts {
			x := need{model.JobIdx(j), q.SKU, q.Qty}
			for _, l := range lotsOf(p, x) {
				key := lotPart{l.node, l.lot, q.SKU}
				if _, known := left[key]; !known {
					left[key], _ = p.Nodes[l.node].StockOf(q.SKU)
					if l.lot > 0 {
						left[key] = p.Nodes[l.node].Lots[l.lot-1].Qty
					}
				}
				if left[key] >= q.Qty && (len(promises)+j)%3 == 0 {
					left[key] -= q.Qty
					promises = append(promises, promise{x, l.node, l.lot, model.NoNode, way{}})
					break
				}
			}
		}
	}
	b := bind(p, promises, false)
	res, err := engine.Solve(t.Context(), b.Problem, engine.Settings{Iterations: 300}, func(*engine.Incumbent) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	plan := b.back(res.Final.Plan)
	report := check.Plan(p, plan)
	if err := report.Err(); err != nil {
		t.Fatal(err)
	}
	if report.Terms != res.Final.Terms {
		t.Errorf("it costs %v, put back %v", res.Final.Terms, report.Terms)
	}
	kept := 0
	for _, x := range promises {
		for k := range plan.Routes {
			for _, s := range plan.Routes[k].Stops {
				if s.Kind != model.Visit || s.Job != x.job {
					continue
				}
				for _, sup := range s.Parts {
					if sup.SKU != x.sku {
						continue
					}
					if kept++; !comesFrom(p, &plan.Routes[k], &sup, x) {
						t.Errorf("%s of %s comes from elsewhere: %+v", p.SKUs[x.sku], p.Jobs[x.job].ID, sup)
					}
				}
			}
		}
	}
	if kept == 0 {
		t.Error("no promise was put to the test")
	}
}

func comesFrom(p *model.Problem, r *model.Route, s *model.Supply, x promise) bool {
	node := model.NodeIdx(-1)
	if s.From >= 0 {
		node = r.Stops[s.From].Node
	}
	if len(s.Legs) > 0 {
		node = p.Lanes[s.Legs[0].Lane].From
	}
	return node == x.node && s.Lot == x.lot
}

// What is promised to routes, and ahead of them, stays within what there is, and each need gets one promise at most.
func TestPromises(t *testing.T) {
	ortoolstest.Need(t, highs.Available())
	p, err := day(t.Context(), 60, 4, false)
	if err != nil {
		t.Fatal(err)
	}
	bare := bind(p, nil, false)
	for j := range bare.Jobs {
		bare.Jobs[j].Parts = nil
	}
	res, err := engine.Solve(t.Context(), bare.Problem, engine.Settings{Iterations: 300}, func(*engine.Incumbent) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	start, onRoute, proven, err := onRoutes(t.Context(), p, res.Final.Plan, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	first, provenAhead, err := ahead(t.Context(), p, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if !proven || !provenAhead {
		t.Errorf("proven: %v on routes, %v ahead; want both", proven, provenAhead)
	}
	for name, promises := range map[string][]promise{"on routes": onRoute, "ahead": first} {
		if len(promises) < 5 {
			t.Errorf("%s: %d promises", name, len(promises))
		}
		taken := make(map[lotPart]int64)
		seen := make(map[need]bool)
		for _, x := range promises {
			if seen[x.need] {
				t.Errorf("%s: %s gets %s twice", name, p.Jobs[x.job].ID, p.SKUs[x.sku])
			}
			seen[x.need] = true
			taken[lotPart{x.node, x.lot, x.sku}] += x.qty
		}
		for k, qty := range taken {
			has, _ := p.Nodes[k.node].StockOf(k.sku)
			if k.lot > 0 {
				has = p.Nodes[k.node].Lots[k.lot-1].Qty
			}
			if qty > has {
				t.Errorf("%s: %d of %s promised at %s, which has %d", name, qty, p.SKUs[k.sku], p.Nodes[k.node].ID, has)
			}
		}
	}
	// The routes have the same visits as before, in their order, but for those left out.
	visits := func(r *model.Route) (out []model.JobIdx) {
		for _, s := range r.Stops {
			if s.Kind == model.Visit && !slices.Contains(start.Unassigned, s.Job) {
				out = append(out, s.Job)
			}
		}
		return out
	}
	for k := range start.Routes {
		if before, after := visits(&res.Final.Plan.Routes[k]), visits(&start.Routes[k]); !slices.Equal(before, after) {
			t.Errorf("route %d: visits %v, before %v", k, after, before)
		}
	}
}

// The 95 % interval of 1 … 5 is 3 ± 2.776 · 1.5811 / √5.
func TestInterval(t *testing.T) {
	mean, half := interval([]float64{1, 2, 3, 4, 5})
	if mean != 3 || math.Abs(half-1.963) > 1e-3 {
		t.Errorf("%g ± %g, want 3 ± 1.963", mean, half)
	}
	if _, half := interval([]float64{1}); !math.IsNaN(half) {
		t.Errorf("one value has an interval: %g", half)
	}
}

// Results come back from their file, and the table pairs them by seed.
func TestTable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "joint.csv")
	var in []*record
	for seed := range uint64(2) {
		for k, name := range []string{"joint", "routes first"} {
			in = append(in, &record{
				jobs: 50, seed: seed + 1, budget: time.Second, method: name, wall: 1.02, cost: 1000*float64(seed+1) + 250*float64(k),
				served: 40 - k, parts: 12.5, kilometres: 100, proven: "yes",
			})
		}
	}
	if err := write(file, in); err != nil {
		t.Fatal(err)
	}
	got, err := read(file)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(in, got, func(a, b *record) bool { return *a == *b }) {
		t.Errorf("read %v", got)
	}
	text := table(got)
	// -250/1250 and -250/2250: -15.6 % ± 12.706 · 6.285 / √2
	if want := "| -15.6 ± 56.5 % | +1.0 ± 0.0 | 2 of 2 |"; !strings.Contains(text, want) {
		t.Errorf("no %q in\n%s", want, text)
	}
}
