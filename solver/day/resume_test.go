package day_test

import (
	"slices"
	"testing"

	"callout/solver/day"
	"callout/solver/model"
)

// lent is a day in which the first technician fetches a tool and a part for job 2 behind job 1: at the node from 4200 to 4800.
func lent(t *testing.T, cfg day.Config) (*day.Day, *model.Problem) {
	t.Helper()
	return supplied(t, cfg, 0)
}

// supplied is lent with a SKU that the van has and the node: what is asked for, 0, or its substitute, 1.
func supplied(t *testing.T, cfg day.Config, sku model.SKUIdx) (*day.Day, *model.Problem) {
	t.Helper()
	p := small()
	if sku == 1 {
		p.SKUs = append(p.SKUs, "ring")
		p.Jobs[1].Substitutes = []model.Substitute{{SKU: 1, Price: 1}}
		p.Technicians[0].Stock[0].SKU = 1
	}
	p.Tools = []string{"drill"}
	p.Jobs[1].Tools = []model.ToolIdx{0}
	p.Jobs[1].Parts = []model.Quantity{{SKU: 0, Qty: 2}}
	p.Nodes = []model.Node{{
		ID: "store", Location: 1, Handling: 600, Tools: []model.NodeTool{{Tool: 0, Qty: 1}}, Stock: []model.NodeStock{{SKU: sku, Qty: 5}},
	}}
	d, err := day.New(p, cfg)
	if err != nil {
		t.Fatal(err)
	}
	d.Begin(&model.Plan{Routes: []model.Route{{Depart: 0, Finish: 14400, Stops: []model.Stop{
		{Job: 0, Arrival: 600, Start: 600, End: 4200},
		{Kind: model.Pickup, Node: 0, Arrival: 4200, Start: 4200, End: 4800},
		{
			Job: 1, Arrival: 5400, Start: 5400, End: 9000, Tools: []model.ToolSupply{{Tool: 0, From: 1}},
			Parts: []model.Supply{{SKU: sku, Qty: 1, From: model.VanSource}, {SKU: sku, Qty: 1, From: 1}},
		},
	}}, {Shift: 1}}}, nil)
	return d, p
}

type count struct {
	tech model.TechIdx
	node model.NodeIdx
	qty  int64
}

func stocks(d *day.Day, p *model.Problem) (parts, tools []count) {
	d.Stocks(p, func(t model.TechIdx, n model.NodeIdx, _ model.SKUIdx, qty int64) {
		parts = append(parts, count{t, n, qty})
	})
	d.Tools(p, func(t model.TechIdx, n model.NodeIdx, _ model.ToolIdx, qty int64) {
		tools = append(tools, count{t, n, qty})
	})
	return parts, tools
}

// goesOn is a day that goes on elsewhere, with what the first SKU and tool tell.
func goesOn(t *testing.T, d *day.Day, p *model.Problem, now model.Time) *day.Day {
	t.Helper()
	parts, tools := stocks(d, p)
	whole, states := d.Whole()
	for k := range whole.Routes {
		for i := range whole.Routes[k].Stops {
			if st := &whole.Routes[k].Stops[i]; st.Kind == model.Visit {
				st.Job -= model.JobIdx(len(p.Shifts)) // as in the problem that the day is of
			}
		}
	}
	next, err := day.New(p, day.Config{})
	if err != nil {
		t.Fatal(err)
	}
	next.At(now)
	next.Begin(whole, states)
	for k := range whole.Routes {
		for i := range whole.Routes[k].Stops {
			st := whole.Routes[k].Stops[i]
			if st.Kind == model.Visit {
				st.Job += model.JobIdx(len(p.Shifts))
			}
			if states[k][i] != day.ToCome {
				next.RestoreFact(model.ShiftIdx(k), &st, d.FactState(model.ShiftIdx(k), i))
			}
		}
	}
	for _, c := range parts {
		next.RestoreStock(c.tech, c.node, 0, c.qty)
	}
	for _, c := range tools {
		next.RestoreTool(c.tech, c.node, 0, c.qty)
	}
	next.Restored()
	return next
}

// Tools and parts that were fetched are told, those that are only frozen are not, and a day that goes on has them.
func TestHoldings(t *testing.T) {
	frozen, p := lent(t, day.Config{Frozen: 7200})
	apply(t, frozen, day.Event{ID: "1", Now: 100, Kind: day.TimePassed}, day.Applied, "")
	parts, tools := stocks(frozen, p)
	if len(tools) > 0 || !slices.Equal(parts, []count{{0, -1, 1}, {-1, 0, 5}}) {
		t.Errorf("frozen: %v, %v", parts, tools)
	}
	d, p := lent(t, day.Config{})
	apply(t, d, day.Event{ID: "1", Now: 4500, Kind: day.TimePassed}, day.Applied, "")
	parts, tools = stocks(d, p)
	if !slices.Equal(tools, []count{{0, -1, 1}, {-1, 0, 0}}) || !slices.Equal(parts, []count{{0, -1, 2}, {-1, 0, 4}}) {
		t.Errorf("fetched: %v, %v", parts, tools)
	}
	next := goesOn(t, d, p, 4500)
	if tech := next.Problem().Technicians[0]; !slices.Equal(tech.Tools, []model.ToolIdx{0}) || tech.Stock[0].Qty != 2 {
		t.Errorf("the van has %v and %v", tech.Tools, tech.Stock)
	}
	again, lentOut := stocks(next, p)
	if !slices.Equal(again, parts) || !slices.Equal(lentOut, tools) {
		t.Errorf("%v, %v, and then %v, %v", parts, tools, again, lentOut)
	}
}

// What is counted is what lies there: what whoever is on the way takes from there included, what he is to bring not. It is free
// without that, at a server that goes on, too.
func TestACountIsWhatIsThere(t *testing.T) {
	p := small()
	p.Jobs[1].Parts = []model.Quantity{{SKU: 0, Qty: 2}}
	p.Nodes = []model.Node{{ID: "store", Location: 3, Stock: []model.NodeStock{{SKU: 0, Qty: 5}}}}
	for name, c := range map[string]struct {
		now       model.Time
		goesOn    bool
		tech      string
		qty       int64
		van, node int64
	}{
		"a van on the way to the store":   {4500, false, "tech1", 1, 2, 4},
		"that van, that goes on":          {4500, true, "tech1", 1, 2, 4},
		"that store, that goes on":        {4500, true, "", 3, 2, 2},
		"the store that he is on his way": {4500, false, "", 3, 2, 2},
		"less than he comes for":          {4500, false, "", 0, 1, 0},
		"a van on the way to the job":     {5500, false, "tech1", 3, 1, 4},
		"that goes on":                    {5500, true, "tech1", 3, 1, 4},
		"less than the job takes":         {5500, false, "tech1", 1, 0, 4},
		"the store that he has been at":   {5500, false, "", 3, 0, 3},
		"a van at work":                   {7000, false, "tech1", 3, 3, 4},
		"a van at work that goes on":      {7000, true, "tech1", 3, 3, 4},
	} {
		d, err := day.New(p, day.Config{})
		if err != nil {
			t.Fatal(err)
		}
		d.Begin(&model.Plan{Routes: []model.Route{{Finish: 10800, Stops: []model.Stop{
			{Job: 0, Arrival: 600, Start: 600, End: 4200},
			{Kind: model.Pickup, Arrival: 5400, Start: 5400, End: 5400},
			{Job: 1, Arrival: 6000, Start: 6000, End: 9600, Parts: []model.Supply{
				{SKU: 0, Qty: 1, From: model.VanSource}, {SKU: 0, Qty: 1, From: 1},
			}},
		}}, {Shift: 1}}, Unassigned: []model.JobIdx{2}}, nil)
		pass(t, d, "1", c.now)
		if c.goesOn {
			d = goesOn(t, d, p, c.now)
		}
		e := day.Event{ID: "2", Now: c.now, Kind: day.StockChanged, TechID: c.tech, Quantity: c.qty}
		if c.tech == "" {
			e.NodeID = "store"
		}
		apply(t, d, e, day.Applied, "")
		if van := d.Problem().Technicians[0].Stock[0].Qty; van != c.van || stockAt(d, 0) != c.node {
			t.Errorf("%s: %d in the van and %d at the store, want %d and %d", name, van, stockAt(d, 0), c.van, c.node)
		}
		if c.now == 5500 && c.tech != "" { // all that is there is free
			apply(t, d, day.Event{ID: "3", Now: c.now, Kind: day.TechnicianSick, TechID: c.tech}, day.Applied, "")
			if van := d.Problem().Technicians[0].Stock[0].Qty; van != c.qty {
				t.Errorf("%s: %d in the van, want %d", name, van, c.qty)
			}
		}
	}
}

// What a call was to bring is brought although the plan was frozen, thawed and left for in between.
func TestFrozenCallIsLoaded(t *testing.T) {
	d, p := lent(t, day.Config{Frozen: 7200})
	apply(t, d, day.Event{ID: "1", Now: 100, Kind: day.TimePassed}, day.Applied, "")
	apply(t, d, day.Event{ID: "2", Now: 4500, Kind: day.TimePassed}, day.Applied, "")
	apply(t, d, day.Event{ID: "3", Now: 6000, Kind: day.TimePassed}, day.Applied, "")
	parts, tools := stocks(d, p)
	if !slices.Equal(tools, []count{{0, -1, 1}, {-1, 0, 0}}) || !slices.Equal(parts, []count{{0, -1, 0}, {-1, 0, 4}}) {
		t.Errorf("%v, %v", parts, tools)
	}
}

// What serves in place of a part is what is frozen, brought and told, not what was asked for.
func TestHoldingsOfSubstitutes(t *testing.T) {
	d, p := supplied(t, day.Config{Frozen: 7200}, 1)
	apply(t, d, day.Event{ID: "1", Now: 100, Kind: day.TimePassed}, day.Applied, "")
	if parts, _ := stocks(d, p); !slices.Equal(parts, []count{{0, -1, 1}, {-1, 0, 5}}) {
		t.Errorf("frozen: %v", parts)
	}
	apply(t, d, day.Event{ID: "2", Now: 4500, Kind: day.TimePassed}, day.Applied, "")
	apply(t, d, day.Event{ID: "3", Now: 6000, Kind: day.TimePassed}, day.Applied, "")
	if parts, _ := stocks(d, p); !slices.Equal(parts, []count{{0, -1, 0}, {-1, 0, 4}}) {
		t.Errorf("used: %v", parts)
	}
}

// A pin of a visit that it freezes itself is still known.
func TestPinOfFrozenVisit(t *testing.T) {
	d := begun(t, day.Config{})
	apply(t, d, day.Event{ID: "1", Now: 100, Kind: day.VisitPinned, JobID: "job2", Scope: day.ByAll, At: model.NoTime}, day.Applied, "")
	n := 0
	d.Pins(func(model.JobIdx, day.Pin) { n++ })
	if n != 1 {
		t.Errorf("%d pins are known", n)
	}
}

// Nobody had his break while he was at work.
func TestBreakAfterOverrun(t *testing.T) {
	p := small()
	p.Shifts[0].Breaks = []model.Break{{ID: "lunch", Earliest: 4000, Latest: 9000, Duration: 600}}
	d, err := day.New(p, day.Config{})
	if err != nil {
		t.Fatal(err)
	}
	d.Begin(&model.Plan{Routes: []model.Route{{
		Depart: 0, Finish: 14400, Breaks: []model.BreakTaken{{Start: 4200, End: 4800}},
		Stops: []model.Stop{{Job: 0, Arrival: 600, Start: 600, End: 4200}, {Job: 1, Arrival: 5400, Start: 5400, End: 9000}},
	}, {Shift: 1}}}, nil)
	apply(t, d, day.Event{ID: "1", Now: 4300, Kind: day.TimePassed}, day.Applied, "")
	if n := len(d.Problem().Shifts[0].Breaks); n != 0 {
		t.Fatalf("%d breaks are still to come", n)
	}
	apply(t, d, day.Event{ID: "2", Now: 4300, Kind: day.VisitRunsOver, JobID: "job1", At: 5000}, day.Applied, "")
	if n := len(d.Problem().Shifts[0].Breaks); n != 1 {
		t.Errorf("%d breaks are still to come", n)
	}
}
