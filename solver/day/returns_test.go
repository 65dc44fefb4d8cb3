package day_test

import (
	"slices"
	"testing"

	"callout/solver/day"
	"callout/solver/model"
)

// bringing is small with a node at the third place, to which the first job returns a pump, which the second needs, and a plan in which the first
// technician fetches one at 0, does the first job, lands and does the second: 600-4200, 5400 at the node, 6000-9600.
func bringing(t *testing.T, edit func(p *model.Problem)) *day.Day {
	t.Helper()
	p := small()
	stock := []model.NodeStock{{SKU: 0, Qty: 5}}
	p.Nodes = []model.Node{{ID: "store", Location: 3, Stock: stock}, {ID: "home", Location: 0, Stock: stock}}
	p.Technicians[0].Stock = nil
	p.Jobs[0].Returns = []model.Return{{SKU: 0, Qty: 2, Nodes: []model.NodeIdx{0}}}
	p.Jobs[1].Parts = []model.Quantity{{SKU: 0, Qty: 1}}
	edit(p)
	d, err := day.New(p, day.Config{})
	if err != nil {
		t.Fatal(err)
	}
	d.Begin(&model.Plan{Routes: []model.Route{{Finish: 10800, Stops: []model.Stop{
		{Kind: model.Pickup, Node: 1},
		{Job: 0, Arrival: 600, Start: 600, End: 4200},
		{Kind: model.Pickup, Node: 0, Arrival: 5400, Start: 5400, End: 5400},
		{Job: 1, Arrival: 6000, Start: 6000, End: 9600, Parts: []model.Supply{{SKU: 0, Qty: 1, From: 0}}},
	}}, {Shift: 1}}, Unassigned: []model.JobIdx{2}}, nil)
	return d
}

func inVan(d *day.Day) []model.Return { return d.Problem().Technicians[0].Returns }

func sameReturns(a, b []model.Return) bool {
	return slices.EqualFunc(a, b, func(x, y model.Return) bool {
		return x.SKU == y.SKU && x.Qty == y.Qty && slices.Equal(x.Nodes, y.Nodes)
	})
}

// What was taken out of a machine is in the van until a call has landed it, and what was there from the start lands along.
func TestReturnsOfADay(t *testing.T) {
	store := []model.NodeIdx{0}
	d := bringing(t, func(p *model.Problem) { p.Technicians[0].Returns = []model.Return{{SKU: 0, Qty: 1, Nodes: store}} })
	for _, step := range []struct {
		now  model.Time
		want []model.Return
	}{
		{0, []model.Return{{SKU: 0, Qty: 1, Nodes: store}}},
		{700, []model.Return{{SKU: 0, Qty: 3, Nodes: store}}}, // at work: the rest of the route begins behind that
		{4200, []model.Return{{SKU: 0, Qty: 3, Nodes: store}}},
		{4300, nil}, // on the way to the call
		{9000, nil},
	} {
		apply(t, d, day.Event{ID: string(rune('a' + step.now/100)), Now: step.now, Kind: day.TimePassed}, day.Applied, "")
		if got := inVan(d); !sameReturns(got, step.want) {
			t.Errorf("at %d: %v, want %v", step.now, got, step.want)
		}
		whole, _ := d.Whole()
		r := &whole.Routes[0]
		taken := r.Stops[1].Returns
		if len(r.Returns) != 1 || r.Returns[0].At != 2 || len(taken) != 1 || taken[0] != (model.Landing{SKU: 0, Qty: 2, At: 2}) {
			t.Errorf("at %d: %v and %v land", step.now, r.Returns, r.Stops[1].Returns)
		}
	}
}

// A job that is cancelled when its part is in the van leaves that to be taken back; the van does not have it as stock. Taken back, it is gone.
func TestLeftovers(t *testing.T) {
	store := []model.NodeIdx{0}
	for name, c := range map[string]struct {
		leftovers [][]model.NodeIdx
		stock     int64
		want      []model.Return
	}{
		"back to the store": {[][]model.NodeIdx{store}, 0, []model.Return{{SKU: 0, Qty: 3, Nodes: store}}},
		"van stock":         {nil, 1, []model.Return{{SKU: 0, Qty: 2, Nodes: store}}},
	} {
		d := bringing(t, func(p *model.Problem) { p.Leftovers = c.leftovers })
		apply(t, d, day.Event{ID: "1", Now: 700, Kind: day.TimePassed}, day.Applied, "")
		apply(t, d, day.Event{ID: "2", Now: 800, Kind: day.JobCancelled, JobID: "job2"}, day.Applied, "")
		if got := d.Problem().Technicians[0].Stock[0].Qty; got != c.stock || !sameReturns(inVan(d), c.want) {
			t.Errorf("%s: the van has %d, and %v to hand in", name, got, inVan(d))
		}
		told := int64(0)
		d.Leftovers(func(_ model.TechIdx, _ model.SKUIdx, qty int64) { told += qty })
		whole, _ := d.Whole()
		if lands := len(whole.Routes[0].Returns); told != 1-c.stock || int64(lands) != 1-c.stock {
			t.Errorf("%s: %d left over, %d land", name, told, lands)
		}
		apply(t, d, day.Event{ID: "3", Now: 6000, Kind: day.TimePassed}, day.Applied, "")
		told = 0
		d.Leftovers(func(_ model.TechIdx, _ model.SKUIdx, qty int64) { told += qty })
		if told != 0 || len(inVan(d)) != 0 {
			t.Errorf("%s: %d left over, %v in the van, when all has landed", name, told, inVan(d))
		}
	}
}

// Where nobody can take a part any more, it stays in the van until the end of the shift, and that is said; the day goes on.
func TestReturnsThatCannotLand(t *testing.T) {
	d := bringing(t, func(p *model.Problem) { p.Nodes[0].Open = []model.Interval{{From: 0, To: 5400}} })
	apply(t, d, day.Event{ID: "1", Now: 700, Kind: day.VisitRunsOver, JobID: "job1", At: 4500}, day.Applied, "")
	if got := inVan(d); len(got) != 1 || len(got[0].Nodes) != 0 {
		t.Errorf("%v to hand in", got)
	}
	broken := d.Broken()
	if len(broken) != 1 || broken[0].Rule != "returns_missing" || broken[0].Shift != 0 {
		t.Errorf("broken: %+v", broken)
	}
	apply(t, d, day.Event{ID: "2", Now: 800, Kind: day.VisitRunsOver, JobID: "job1", At: 4200}, day.Applied, "")
	if got := inVan(d); len(got) != 1 || len(got[0].Nodes) != 1 || len(d.Broken()) != 0 {
		t.Errorf("%v to hand in, broken: %+v", got, d.Broken())
	}
}

// What a plan leaves over is found at the next event, elsewhere too, where the plan does not say that it was picked up.
func TestLeftoversOfAPlan(t *testing.T) {
	var first *model.Problem
	edit := func(p *model.Problem) { p.Leftovers, first = [][]model.NodeIdx{{0}}, p }
	here := bringing(t, edit)
	apply(t, here, day.Event{ID: "1", Now: 700, Kind: day.TimePassed}, day.Applied, "")
	plan := here.Ahead()
	plan.Routes[0].Stops = plan.Routes[0].Stops[:2] // the anchor, and the call at which returns land
	here.Follow(plan)
	whole, states := here.Whole()
	for i := range whole.Routes[0].Stops {
		if st := &whole.Routes[0].Stops[i]; st.Kind == model.Visit {
			st.Job -= model.JobIdx(len(first.Shifts)) // as in the problem that the day is of
		}
	}
	there, err := day.New(first, day.Config{})
	if err != nil {
		t.Fatal(err)
	}
	there.At(700)
	there.Begin(whole, states)
	here.Stocks(first, func(tech model.TechIdx, node model.NodeIdx, sku model.SKUIdx, qty int64) {
		there.RestoreStock(tech, node, sku, qty)
	})
	here.Leftovers(there.RestoreLeftover)
	here.PickedUp(there.RestorePickedUp)
	there.Restored()
	for name, d := range map[string]*day.Day{"here": here, "there": there} {
		if got := d.Problem().Technicians[0].Stock[0].Qty; got != 1 {
			t.Errorf("%s the van has %d before", name, got)
		}
		apply(t, d, day.Event{ID: "2", Now: 800, Kind: day.TimePassed}, day.Applied, "")
		left := int64(0)
		d.Leftovers(func(_ model.TechIdx, _ model.SKUIdx, qty int64) { left += qty })
		if got := d.Problem().Technicians[0].Stock[0].Qty; left != 1 || got != 0 {
			t.Errorf("%s %d are left over, and the van has %d", name, left, got)
		}
	}
}
