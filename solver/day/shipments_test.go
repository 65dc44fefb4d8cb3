package day_test

import (
	"slices"
	"testing"

	"callout/solver/day"
	"callout/solver/model"
)

// shop is a day in which the first technician does job 1 from 600 to 4200, calls at the store, and does job 2 from 6600 with what goes from the hub to
// the store at 3000 and is there at 6000. Job 3 from 10800 waits for a courier from the hub, which leaves at 5000 and is there at 9500. The hub keeps a unit for
// job 2, and one for gold.
func shop(t *testing.T, cfg day.Config) (*day.Day, *model.Problem) {
	t.Helper()
	p := small()
	p.Tiers = []string{"", "gold"}
	p.Jobs[1].Parts = []model.Quantity{{SKU: 0, Qty: 1}}
	p.Jobs[2].Parts = []model.Quantity{{SKU: 0, Qty: 1}}
	for k := range p.Technicians {
		p.Technicians[k].Stock = nil
	}
	p.Nodes = []model.Node{
		{ID: "hub", Location: 0, Stock: []model.NodeStock{{SKU: 0, Qty: 5, Price: 7}}, Lots: []model.Lot{
			{SKU: 0, Qty: 1, Price: 7, Jobs: []model.JobIdx{1}},
			{SKU: 0, Qty: 1, Price: 7, Tier: 1, Break: 9},
			{ID: "in", SKU: 0, Qty: 2, From: 7000, Price: 7},
		}},
		{ID: "store", Location: 1, Stock: []model.NodeStock{{SKU: 0, Qty: 0, Price: 3}}},
	}
	p.Lanes = []model.Lane{
		{ID: "run", From: 0, To: 1, Fixed: 100, Departures: []model.Departure{{Leaves: 3000, Arrives: 6000}}},
		{ID: "courier", From: 0, To: model.NoNode, Fixed: 300, Lead: 4500},
	}
	d, err := day.New(p, cfg)
	if err != nil {
		t.Fatal(err)
	}
	d.Begin(&model.Plan{Routes: []model.Route{{Depart: 0, Finish: 16800, Stops: []model.Stop{
		{Job: 0, Arrival: 600, Start: 600, End: 4200},
		{Kind: model.Pickup, Node: 1, Arrival: 4200, Start: 6000, End: 6000},
		{Job: 1, Arrival: 6600, Start: 6600, End: 10200, Parts: []model.Supply{
			{SKU: 0, Qty: 1, From: 1, Lot: 1, Legs: []model.Leg{{Lane: 0, Leaves: 3000, Arrives: 6000}}},
		}},
		{Job: 2, Arrival: 10800, Start: 10800, End: 14400, Parts: []model.Supply{
			{SKU: 0, Qty: 1, From: model.CourierSource, Lot: 2, Legs: []model.Leg{{Lane: 1, Leaves: 5000, Arrives: 9500}}},
		}},
	}}, {Shift: 1}}}, nil)
	return d, p
}

func shipments(d *day.Day) (out []day.Shipment) {
	d.Shipments(func(x *day.Shipment) { out = append(out, *x) })
	return out
}

func lotAt(d *day.Day, n model.NodeIdx, id string) *model.Lot {
	lots := d.Problem().Nodes[n].Lots
	if k := slices.IndexFunc(lots, func(l model.Lot) bool { return l.ID == id }); k >= 0 {
		return &lots[k]
	}
	return nil
}

func pass(t *testing.T, d *day.Day, id string, now model.Time) {
	t.Helper()
	apply(t, d, day.Event{ID: id, Now: now, Kind: day.TimePassed}, day.Applied, "")
}

func stockAt(d *day.Day, n model.NodeIdx) int64 {
	have, _ := d.Problem().Nodes[n].StockOf(0)
	return have
}

// What leaves for a node leaves its source, is to come there for whom it was reserved, and is stock then. Until it leaves it is the plan's.
func TestAShipmentDeparts(t *testing.T) {
	d, _ := shop(t, day.Config{})
	pass(t, d, "1", 3000)
	if len(shipments(d)) > 0 || d.Problem().Nodes[0].Lots[0].Qty != 1 {
		t.Fatalf("at its cut-off it has left: %v", shipments(d))
	}
	pass(t, d, "2", 3001)
	list := shipments(d)
	if len(list) != 1 || list[0].ID != "shipment-1" || list[0].Left != 1 || list[0].Arrives != 6000 || !list[0].Kept {
		t.Fatalf("%+v", list)
	}
	if got := d.Problem().Nodes[0].Lots[0].Qty; got != 0 {
		t.Errorf("the hub keeps %d", got)
	}
	lot := lotAt(d, 1, "shipment-1")
	second, _ := d.Job("job2")
	if lot == nil || lot.From != 6000 || lot.Price != 3 || !slices.Equal(lot.Jobs, []model.JobIdx{second}) {
		t.Fatalf("to come: %+v", lot)
	}
	st := d.Ahead().Routes[0].Stops
	if q := st[2].Parts[0]; q.Legs != nil || q.Lot != 1 || q.From != 1 {
		t.Errorf("the plan has it from %+v", q)
	}
	apply(t, d, day.Event{ID: "3", Now: 3500, Kind: day.JobCancelled, JobID: "job2"}, day.Applied, "")
	if lot := lotAt(d, 1, "shipment-1"); lot == nil || lot.Qty != 1 || lot.Jobs != nil {
		t.Fatalf("of a cancelled job: %+v", lot)
	}
	pass(t, d, "4", 6000)
	if lotAt(d, 1, "shipment-1") != nil || stockAt(d, 1) != 1 {
		t.Errorf("it has come: %+v", d.Problem().Nodes[1])
	}
}

// Who is on the way to fetch something waits for it, and has it; what becomes of its job does not matter.
func TestADelayedShipment(t *testing.T) {
	d, _ := shop(t, day.Config{})
	pass(t, d, "1", 4500) // on the way to the store since 4200
	if list := shipments(d); len(list) != 1 || list[0].Left != 0 {
		t.Fatalf("%+v", list)
	}
	apply(t, d, day.Event{ID: "2", Now: 4600, Kind: day.SupplyDelayed, SupplyID: "shipment-1", SKU: -1, At: 8000}, day.Applied, "")
	whole, states := d.Whole()
	if call := whole.Routes[0].Stops[1]; call.Start != 8000 || states[0][1] == day.ToCome {
		t.Errorf("the call starts at %d, %v", call.Start, states[0])
	}
	apply(t, d, day.Event{ID: "3", Now: 4600, Kind: day.SupplyDelayed, SupplyID: "in", SKU: -1, At: 4500}, day.Refused, day.CodeContradicts)
	apply(t, d, day.Event{ID: "4", Now: 4600, Kind: day.SupplyDelayed, SupplyID: "shipment-9", At: 8000}, day.Refused, day.CodeUnknown)
	apply(t, d, day.Event{ID: "5", Now: 4700, Kind: day.SupplyDelayed, SupplyID: "in", SKU: -1, At: 9000}, day.Applied, "")
	pass(t, d, "6", 8500)
	if l := lotAt(d, 0, "in"); l == nil || l.From != 9000 {
		t.Errorf("inbound: %+v", l)
	}
	pass(t, d, "7", 9000)
	if lotAt(d, 0, "in") != nil || stockAt(d, 0) != 7 {
		t.Errorf("inbound that has come: %+v", d.Problem().Nodes[0])
	}
}

// What a courier has under way to a site is for that job, whoever does it: the job waits for it, and needs no other.
func TestACourierDeparts(t *testing.T) {
	d, _ := shop(t, day.Config{})
	pass(t, d, "1", 5001)
	third, _ := d.Job("job3")
	job := &d.Problem().Jobs[third]
	if len(job.Parts) > 0 || job.Release != 9500 {
		t.Fatalf("%+v", job)
	}
	apply(t, d, day.Event{ID: "2", Now: 5100, Kind: day.VisitMoved, JobID: "job3", TechID: "tech2"}, day.Applied, "")
	if job := &d.Problem().Jobs[third]; len(job.Parts) > 0 || job.Release != 9500 {
		t.Errorf("in other hands: %+v", job)
	}
	apply(t, d, day.Event{ID: "3", Now: 5200, Kind: day.SupplyDelayed, JobID: "job3", SKU: -1, At: 12000}, day.Applied, "")
	if whole, _ := d.Whole(); whole.Routes[1].Stops[0].Start != 12000 { // he has left for it
		t.Errorf("late: %+v", whole.Routes[1].Stops)
	}
	apply(t, d, day.Event{ID: "4", Now: 5200, Kind: day.SupplyDelayed, JobID: "job1", SKU: -1, At: 12000}, day.Refused, day.CodeContradicts)
	before := d.Balance(0)
	apply(t, d, day.Event{ID: "5", Now: 5300, Kind: day.JobCancelled, JobID: "job3"}, day.Applied, "")
	strays := 0
	d.Strays(func(job string, _ model.SKUIdx, qty int64, site model.LocIdx, arrives model.Time) {
		if strays++; job != "job3" || qty != 1 || site != 3 || arrives != 12000 {
			t.Errorf("stray: %s %d %d %d", job, qty, site, arrives)
		}
	})
	if after := d.Balance(0); strays != 1 || after != before {
		t.Errorf("%d strays, %+v, was %+v", strays, after, before)
	}
	pass(t, d, "6", 12001)
	if len(shipments(d)) > 0 {
		t.Errorf("told for ever: %+v", shipments(d))
	}
}

// Whoever is on the way has his courier sent for: others cannot have it. What has not left when he is called back does not leave.
func TestACourierIsBooked(t *testing.T) {
	p := small()
	p.Jobs[0].Parts = []model.Quantity{{SKU: 0, Qty: 1}}
	p.Technicians[0].Stock = nil
	p.Nodes = []model.Node{{ID: "hub", Stock: []model.NodeStock{{SKU: 0, Qty: 1}}}}
	p.Lanes = []model.Lane{{ID: "courier", To: model.NoNode, Lead: 1000}}
	d, err := day.New(p, day.Config{})
	if err != nil {
		t.Fatal(err)
	}
	d.Begin(&model.Plan{Routes: []model.Route{{Depart: 1400, Finish: 6200, Stops: []model.Stop{
		{Job: 0, Arrival: 2000, Start: 2500, End: 6100, Parts: []model.Supply{
			{SKU: 0, Qty: 1, From: model.CourierSource, Legs: []model.Leg{{Lane: 0, Leaves: 1500, Arrives: 2500}}},
		}},
	}}, {Shift: 1}}}, nil)
	pass(t, d, "1", 1450)
	if list := shipments(d); stockAt(d, 0) != 0 || len(list) != 1 || list[0].Qty != 1 {
		t.Fatalf("on the way: %d left, %+v", stockAt(d, 0), list)
	}
	clone := d.Clone()
	apply(t, clone, day.Event{ID: "2", Now: 1490, Kind: day.JobCancelled, JobID: "job1"}, day.Applied, "")
	if stockAt(clone, 0) != 1 || len(shipments(clone)) > 0 {
		t.Errorf("it has left: %+v", shipments(clone))
	}
	apply(t, d, day.Event{ID: "2", Now: 1600, Kind: day.JobCancelled, JobID: "job1"}, day.Applied, "")
	if list := shipments(d); stockAt(d, 0) != 0 || len(list) != 1 || !list[0].Lost {
		t.Errorf("it has not left: %+v", list)
	}
}

// What is counted has reservations in it: they go last, those for jobs last of all.
func TestACountMeetsReservations(t *testing.T) {
	d, _ := shop(t, day.Config{})
	count := func(id string, qty, stock, job, gold int64) {
		t.Helper()
		apply(t, d, day.Event{ID: id, Now: 100, Kind: day.StockChanged, NodeID: "hub", Quantity: qty}, day.Applied, "")
		lots := d.Problem().Nodes[0].Lots
		if stockAt(d, 0) != stock || lots[0].Qty != job || lots[1].Qty != gold || lots[2].Qty != 2 {
			t.Errorf("%d counted: %d, %+v", qty, stockAt(d, 0), lots)
		}
	}
	count("1", 9, 7, 1, 1)
	count("2", 2, 0, 1, 1)
	count("3", 1, 0, 1, 0)
	count("4", 0, 0, 0, 0)
	count("5", 3, 3, 0, 0)
}

// Frozen visits keep their shipments; nobody else sees that as having happened.
func TestFrozenShipments(t *testing.T) {
	d, p := shop(t, day.Config{Frozen: 8 * 3600})
	pass(t, d, "1", 100)
	if len(shipments(d)) > 0 {
		t.Errorf("%+v", shipments(d))
	}
	d.Lots(p, func(x *day.LotState) { t.Errorf("told: %+v", x) })
	whole, _ := d.Whole()
	stops := whole.Routes[0].Stops
	for _, st := range stops[2:] {
		if len(st.Parts) != 1 || len(st.Parts[0].Legs) != 1 {
			t.Errorf("%+v", st)
		}
	}
	if lots := d.Problem().Nodes[0].Lots; lots[0].Qty != 0 || lots[1].Qty != 0 {
		t.Errorf("others may take it: %+v", lots)
	}
	pass(t, d, "2", 5001)
	if list := shipments(d); len(list) != 2 {
		t.Errorf("%+v", list)
	}
}

// What does not come is not waited for: its job needs another source, and who is on the way to fetch it gets nothing there.
func TestSupplyIsLost(t *testing.T) {
	d, _ := shop(t, day.Config{})
	pass(t, d, "1", 4500) // on the way to the store since 4200
	sum := func() int64 {
		b := d.Balance(0)
		return b.Vans + b.Nodes + b.Coming + b.Couriers + b.Used
	}
	all := sum()
	if got := d.Balance(0).Vans; got != 1 {
		t.Errorf("%d are loaded", got)
	}
	apply(t, d, day.Event{ID: "2", Now: 4600, Kind: day.SupplyDelayed, SupplyID: "shipment-1", Lost: true, At: model.NoTime}, day.Applied, "")
	if b := d.Balance(0); b.Vans != 0 || sum() != all || len(shipments(d)) > 0 {
		t.Errorf("%+v, %+v", b, shipments(d))
	}
	apply(t, d, day.Event{ID: "3", Now: 4600, Kind: day.SupplyDelayed, SupplyID: "in", Lost: true, At: model.NoTime}, day.Applied, "")
	if lotAt(d, 0, "in") != nil || sum() != all {
		t.Errorf("inbound: %+v", d.Problem().Nodes[0].Lots)
	}
	o, _ := shop(t, day.Config{})
	pass(t, o, "1", 5001)
	third, _ := o.Job("job3")
	apply(t, o, day.Event{ID: "2", Now: 5100, Kind: day.SupplyDelayed, JobID: "job3", Lost: true, At: model.NoTime}, day.Applied, "")
	if job := &o.Problem().Jobs[third]; len(job.Parts) != 1 || job.Release != 0 {
		t.Errorf("%+v", job)
	}
}

// A substitute that a courier brings serves the part: what is lacking is of the same kind.
func TestACourierBringsASubstitute(t *testing.T) {
	p := small()
	p.SKUs = append(p.SKUs, "ring")
	p.Jobs[1].Parts = []model.Quantity{{SKU: 0, Qty: 2}}
	p.Jobs[1].Substitutes = []model.Substitute{{SKU: 1, Price: 5}}
	p.Nodes = []model.Node{{ID: "hub", Stock: []model.NodeStock{{SKU: 1, Qty: 4}}}}
	p.Lanes = []model.Lane{{ID: "courier", To: model.NoNode, Lead: 1000}}
	p.Technicians[0].Stock = []model.Quantity{{SKU: 1, Qty: 1}}
	d, err := day.New(p, day.Config{})
	if err != nil {
		t.Fatal(err)
	}
	d.Begin(&model.Plan{Routes: []model.Route{{Depart: 4800, Finish: 10000, Stops: []model.Stop{
		{Job: 1, Arrival: 6000, Start: 6000, End: 9600, Parts: []model.Supply{
			{SKU: 1, Qty: 1, From: model.VanSource},
			{SKU: 1, Qty: 1, From: model.CourierSource, Legs: []model.Leg{{Lane: 0, Leaves: 2000, Arrives: 3000}}},
		}},
	}}, {Shift: 1}}}, nil)
	pass(t, d, "1", 2500)
	second, _ := d.Job("job2")
	job := &d.Problem().Jobs[second]
	if !slices.Equal(job.Parts, []model.Quantity{{SKU: 1, Qty: 1}}) || len(job.Substitutes) > 0 || job.Release != 3000 {
		t.Errorf("%+v", job)
	}
	pass(t, d, "2", 10000)
	if b := d.Balance(1); b.Used != 1 || b.Couriers != 1 || b.Vans != 0 {
		t.Errorf("%+v", b)
	}
}

// What is reserved for a tier stays so where it is shipped to, and once it is there; a second server is told.
func TestAReservationTravels(t *testing.T) {
	p := small()
	p.Tiers = []string{"", "gold"}
	p.Jobs[1].Parts, p.Jobs[1].Tier = []model.Quantity{{SKU: 0, Qty: 1}}, 1
	p.Technicians[0].Stock, p.Technicians[1].Stock = nil, nil
	p.Nodes = []model.Node{
		{ID: "hub", Location: 0, Stock: []model.NodeStock{{SKU: 0, Qty: 5}}, Lots: []model.Lot{{SKU: 0, Qty: 2, Tier: 1, Break: 9}}},
		{ID: "store", Location: 1},
	}
	p.Lanes = []model.Lane{{ID: "run", From: 0, To: 1, Departures: []model.Departure{{Leaves: 3000, Arrives: 6000}}}}
	d, err := day.New(p, day.Config{})
	if err != nil {
		t.Fatal(err)
	}
	d.Begin(&model.Plan{Routes: []model.Route{{Depart: 7000, Finish: 12000, Stops: []model.Stop{
		{Kind: model.Pickup, Node: 1, Arrival: 7600, Start: 7600, End: 7600},
		{Job: 1, Arrival: 8200, Start: 8200, End: 11800, Parts: []model.Supply{
			{SKU: 0, Qty: 1, From: 0, Lot: 1, Legs: []model.Leg{{Lane: 0, Leaves: 3000, Arrives: 6000}}},
		}},
	}}, {Shift: 1}}}, nil)
	pass(t, d, "1", 4000)
	if l := lotAt(d, 1, "shipment-1"); l == nil || l.Tier != 1 || l.Break != 9 || l.PriceFor(0) != 9 {
		t.Fatalf("under way: %+v", l)
	}
	pass(t, d, "2", 6500)
	lots := d.Problem().Nodes[1].Lots
	if len(lots) != 1 || lots[0].ID != "" || lots[0].Qty != 1 || lots[0].Tier != 1 || lots[0].Break != 9 {
		t.Fatalf("there: %+v", lots)
	}
	if q := d.Ahead().Routes[0].Stops[1].Parts[0]; q.Lot != 1 || q.From != 0 {
		t.Errorf("the plan has it from %+v", q)
	}
	var told []day.LotState
	d.Lots(p, func(x *day.LotState) { told = append(told, *x) })
	o, err := day.New(p, day.Config{})
	if err != nil {
		t.Fatal(err)
	}
	o.At(6500)
	o.RestoreLots(told)
	o.Begin(&model.Plan{Routes: make([]model.Route, 2)}, nil)
	o.Restored()
	for n := range p.Nodes {
		a, b := d.Problem().Nodes[n].Lots, o.Problem().Nodes[n].Lots
		if len(a) != len(b) || len(a) > 0 && (a[0].Qty != b[0].Qty || a[0].Tier != b[0].Tier || a[0].Break != b[0].Break) {
			t.Errorf("%+v elsewhere, %+v here", b, a)
		}
	}
}

// What a day keeps of shipments is bounded by what is alive, however many come in vain.
func TestShipmentsDoNotPileUp(t *testing.T) {
	p := small()
	p.Nodes = []model.Node{{ID: "hub", Stock: []model.NodeStock{{SKU: 0, Qty: 1000}}}}
	p.Lanes = []model.Lane{{ID: "courier", To: model.NoNode, Lead: 100}}
	d, err := day.New(p, day.Config{})
	if err != nil {
		t.Fatal(err)
	}
	d.Begin(&model.Plan{Routes: []model.Route{{}, {Shift: 1}}}, nil)
	for n := range 50 {
		now, id := model.Time(1000*n+1), string(rune('A'+n))
		job := &model.Job{ID: id, Location: 1, Service: 60, Unassigned: 1e9, Parts: []model.Quantity{{SKU: 0, Qty: 1}}}
		apply(t, d, day.Event{ID: id + "+", Now: now, Kind: day.JobAdded, Job: job}, day.Applied, "")
		d.Changes()
		j, _ := d.Job(id)
		d.Follow(&model.Plan{Routes: []model.Route{{Depart: now + 800, Finish: now + 2000, Stops: []model.Stop{
			{Job: j, Arrival: now + 1400, Start: now + 1400, End: now + 1460, Parts: []model.Supply{
				{SKU: 0, Qty: 1, From: model.CourierSource, Legs: []model.Leg{{Lane: 0, Leaves: now + 100, Arrives: now + 200}}},
			}},
		}}, {Shift: 1}}})
		pass(t, d, id+"=", now+150)
		if got := len(shipments(d)); got != 1 {
			t.Fatalf("round %d: %d under way", n, got)
		}
		apply(t, d, day.Event{ID: id + "-", Now: now + 160, Kind: day.JobCancelled, JobID: id}, day.Applied, "")
		if got := shipments(d); len(got) != 1 || !got[0].Lost {
			t.Fatalf("round %d: %+v", n, got)
		}
		pass(t, d, id+"~", now+300)
		if got := shipments(d); len(got) > 0 {
			t.Fatalf("round %d: %+v", n, got)
		}
	}
	if b := d.Balance(0); b.Couriers != 50 || b.Nodes != 950 {
		t.Errorf("%+v", b)
	}
}
