package server_test

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/api/wire"
	"callout/bench/city"
	"callout/bench/happen"
	"callout/bench/rig"
)

// supplies are what a state tells of stocks, lots and shipments, in an order of its own.
func supplies(problem *calloutv1.Problem, s *calloutv1.DayState) (map[string]int64, []*calloutv1.LotState, []*calloutv1.ShipmentState) {
	items := map[string]int64{}
	for _, n := range problem.GetNodes() {
		for _, q := range n.GetStock() {
			for _, r := range n.GetReservations() {
				if r.GetSku() == q.GetSku() {
					items[n.GetId()+" "+q.GetSku()] -= r.GetQuantity()
				}
			}
			items[n.GetId()+" "+q.GetSku()] += q.GetQuantity()
		}
	}
	for _, t := range problem.GetTechnicians() {
		for _, q := range t.GetVanStock() {
			items[t.GetId()+" "+q.GetSku()] = q.GetQuantity()
		}
	}
	var lots []*calloutv1.LotState
	for _, x := range s.GetStocks() {
		for _, q := range x.GetItems() {
			items[x.GetNodeId()+x.GetTechnicianId()+" "+q.GetSku()] = q.GetQuantity()
		}
		lots = append(lots, x.GetLots()...)
	}
	for id, n := range items {
		if n == 0 {
			delete(items, id)
		}
	}
	slices.SortFunc(lots, func(a, b *calloutv1.LotState) int { return cmp.Compare(lotKey(a), lotKey(b)) })
	shipments := slices.Clone(s.GetShipments())
	slices.SortFunc(shipments, func(a, b *calloutv1.ShipmentState) int { return cmp.Compare(shipmentKey(a), shipmentKey(b)) })
	return items, lots, shipments
}

func lotKey(x *calloutv1.LotState) string {
	return fmt.Sprint(x.GetSku(), x.GetInboundId(), x.GetTier(), x.GetJobId(), x.GetQuantity())
}

func shipmentKey(x *calloutv1.ShipmentState) string {
	key := fmt.Sprint(x.GetId(), x.GetJobId(), x.GetSku(), x.GetArrival().AsTime(), x.GetQuantity())
	for _, leg := range x.GetLegs() {
		key += fmt.Sprint(leg.GetNodeId(), leg.GetLaneId(), leg.GetCutOff().AsTime())
	}
	return key
}

// told compares what a second server would tell of parts with what the first one has.
func told(t *testing.T, first *calloutv1.DayStart, r *calloutv1.Revision, note string) {
	t.Helper()
	w, d, err := rig.Open(t.Context(), rig.Continued(first, r), wire.DefaultLimits())
	if err != nil {
		t.Fatalf("%s: %v", note, err)
	}
	items, lots, shipments := supplies(first.GetProblem(), r.GetState())
	again, lots2, shipments2 := supplies(first.GetProblem(), w.State(d, r.GetNumber(), r.GetLastEventId()))
	if diff := gocmp.Diff(items, again); diff != "" {
		t.Fatalf("%s: stocks\n%s", note, diff)
	}
	if diff := gocmp.Diff(lots, lots2, protocmp.Transform()); diff != "" {
		t.Fatalf("%s: lots\n%s", note, diff)
	}
	if diff := gocmp.Diff(shipments, shipments2, protocmp.Transform()); diff != "" {
		t.Fatalf("%s: shipments\n%s", note, diff)
	}
}

// Days that hang on parts go on from every revision at another server, where the same is under way, at nodes and in vans, and before the checker.
func TestAStockDayGoesOnElsewhere(t *testing.T) {
	seeds, events := []uint64{1, 2, 3, 4, 5, 6}, 80
	if testing.Short() {
		seeds, events = seeds[:2], 40
	}
	servers := [2]*running{start(t, server.Options{}), start(t, server.Options{})}
	toNodes, toSites, late, strays := 0, 0, 0, 0
	for _, seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 9))
		first := &calloutv1.DayStart{
			Problem: city.StockDay(50, seed).GetProblem(),
			Settings: &calloutv1.DaySettings{
				Seed: seed, Iterations: 20, WaysOut: 1, Frozen: durationpb.New(time.Duration(seed%3) * 20 * time.Minute),
				ChangePrices: &calloutv1.ChangePrices{PerReassignment: 5, PerMinuteMoved: 0.1, Tolerance: minutes(10)},
			},
		}
		d := openDay(t, servers[0], first)
		d.settle()
		teller := happen.NewTeller(first.GetProblem(), seed, "e")
		step, at := 10*time.Hour/time.Duration(events), 0
		for n := range events {
			teller.Pass(time.Duration(rng.Int64N(int64(2 * step))).Truncate(time.Second))
			kind := happen.Kinds[rng.IntN(len(happen.Kinds))]
			e := teller.Event(kind, d.last.GetPlan())
			switch rng.IntN(12) {
			case 0, 1:
				e = teller.Late(d.last)
			case 2:
				e = inVain(teller, d.last)
			}
			if e == nil || d.event(e).GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
				continue
			}
			if e.GetSupplyDelayed() != nil {
				late++
			}
			for _, s := range d.last.GetState().GetShipments() {
				switch {
				case s.GetStray():
					strays++
				case s.GetId() == "":
					toSites++
				default:
					toNodes++
				}
			}
			note := fmt.Sprintf("seed %d, event %d, %v", seed, n, e)
			next, err := rig.Resume(t.Context(), first, d.last, wire.DefaultLimits())
			if err != nil {
				t.Fatalf("%s: %v", note, err)
			}
			if _, _, err := rig.JudgeDay(next); err != nil {
				t.Fatalf("%s: %v", note, err)
			}
			told(t, first, d.last, note)
			if rng.IntN(10) > 0 {
				continue
			}
			d.close()
			at = 1 - at
			d = openDay(t, servers[at], rig.Continued(first, d.last))
			d.settle()
		}
		d.close()
	}
	if toNodes == 0 || toSites == 0 || late == 0 || strays == 0 {
		t.Errorf("in all revisions %d shipments to nodes, %d to sites, %d in vain; %d came late", toNodes, toSites, strays, late)
	}
}

// However much has been under way, or has come, a state of it is taken in.
func TestALargeStateIsTakenIn(t *testing.T) {
	const many = 501
	p := day(12, 2)
	p.Nodes[0].Stock = append(p.Nodes[0].Stock, &calloutv1.NodeStock{Sku: "board"})
	for k := range many {
		p.Inbound = append(p.Inbound, &calloutv1.InboundSupply{
			Id: fmt.Sprint("in-", k), NodeId: "depot", Sku: "board", Quantity: 1, Arrival: at(7, 30),
		})
	}
	first := &calloutv1.DayStart{Problem: p, Settings: &calloutv1.DaySettings{Iterations: 1, WaysOut: -1}}
	d := openDay(t, start(t, server.Options{}), first)
	d.settle()
	d.event(&calloutv1.DayEvent{Id: "1", Now: at(8, 0), What: &calloutv1.DayEvent_TimePassed{TimePassed: &calloutv1.TimePassed{}}})
	d.close()
	state := d.last.GetState()
	for range many {
		state.Shipments = append(state.Shipments, &calloutv1.ShipmentState{
			Sku: "board", Quantity: 1, JobId: "gone", LocationId: "depot", Arrival: at(9, 0), Stray: true,
		})
	}
	_, lots, shipments := supplies(p, state)
	if len(lots) != many || len(shipments) != many {
		t.Fatalf("%d lots, %d shipments", len(lots), len(shipments))
	}
	told(t, first, d.last, "a large state")
	state.Shipments = slices.Repeat(state.GetShipments()[:1], wire.DefaultLimits().PlanStops+1)
	if _, err := rig.Resume(t.Context(), first, d.last, wire.DefaultLimits()); err == nil || !strings.Contains(err.Error(), wire.TooMany) {
		t.Errorf("%v", err)
	}
}

// inVain cancels a job to which a courier is under way, or is nil where there is none.
func inVain(teller *happen.Teller, r *calloutv1.Revision) *calloutv1.DayEvent {
	e := teller.Event("time passed", nil)
	for _, s := range r.GetState().GetShipments() {
		if s.GetId() == "" && !s.GetStray() && s.GetArrival().AsTime().After(teller.Now) {
			e.What = &calloutv1.DayEvent_JobCancelled{JobCancelled: &calloutv1.JobCancelled{JobId: s.GetJobId()}}
			return e
		}
	}
	return nil
}

// Whatever a state says of supply, it is taken in or refused with a field, and what is planned on it stands before the checker.
func TestStatesOfSupplyThatCannotBe(t *testing.T) {
	first := &calloutv1.DayStart{Problem: city.StockDay(40, 3).GetProblem(), Settings: &calloutv1.DaySettings{Iterations: 20, WaysOut: -1}}
	d := openDay(t, start(t, server.Options{}), first)
	d.settle()
	rng := rand.New(rand.NewPCG(1, 2))
	teller := happen.NewTeller(first.GetProblem(), 1, "e")
	var days []*calloutv1.Revision
	for range 10 {
		teller.Pass(40 * time.Minute)
		d.event(teller.Event("time passed", nil))
		days = append(days, d.last)
	}
	d.close()
	taken, refused := 0, 0
	for range 400 {
		r := proto.CloneOf(days[rng.IntN(len(days))])
		how := spoilSupply(rng, r.GetState())
		next, err := rig.Resume(t.Context(), first, r, wire.DefaultLimits())
		if err != nil {
			refused++
			if !strings.Contains(err.Error(), "start.state.") && !strings.Contains(err.Error(), "does not know") {
				t.Fatalf("%s: %v", how, err)
			}
			continue
		}
		taken++
		if _, _, err := rig.JudgeDay(next); err != nil && !errors.Is(err, rig.ErrDropped) {
			t.Fatalf("%s: %v", how, err)
		}
	}
	if taken == 0 || refused == 0 {
		t.Errorf("%d states were taken in, %d refused", taken, refused)
	}
}

// spoilSupply changes something in what a state says of supply.
func spoilSupply(rng *rand.Rand, s *calloutv1.DayState) string {
	words := []string{"", "nothing", "shipment-1", "pump", "gold", "\xff", s.GetShipments()[0].GetNodeId(), s.GetShipments()[0].GetJobId()}
	var all []proto.Message
	for _, x := range s.GetShipments() {
		all = append(all, x)
		for _, leg := range x.GetLegs() {
			all = append(all, leg)
		}
	}
	for _, x := range s.GetStocks() {
		for _, l := range x.GetLots() {
			all = append(all, l)
		}
	}
	m := all[rng.IntN(len(all))].ProtoReflect()
	fields := m.Descriptor().Fields()
	f := fields.Get(rng.IntN(fields.Len()))
	switch {
	case f.IsList() || f.Message() != nil && rng.IntN(2) == 0:
		m.Clear(f)
	case f.Message() != nil:
		then := timestamppb.New(s.GetNow().AsTime().Add(time.Duration(rng.IntN(1e6)-5e5) * time.Second))
		m.Set(f, protoreflect.ValueOfMessage(then.ProtoReflect()))
	case f.Kind() == protoreflect.StringKind:
		m.Set(f, protoreflect.ValueOfString(words[rng.IntN(len(words))]))
	case f.Kind() == protoreflect.BoolKind:
		m.Set(f, protoreflect.ValueOfBool(!m.Get(f).Bool()))
	case f.Kind() == protoreflect.DoubleKind:
		m.Set(f, protoreflect.ValueOfFloat64([]float64{-1, 3, 1e300, math.NaN()}[rng.IntN(4)]))
	default:
		m.Set(f, protoreflect.ValueOfInt64([]int64{-1, 0, 5, 1 << 40, math.MaxInt64}[rng.IntN(5)]))
	}
	if rng.IntN(3) == 0 { // twice
		s.Shipments = append(s.Shipments, proto.CloneOf(s.GetShipments()[rng.IntN(len(s.GetShipments()))]))
	}
	return fmt.Sprint(f.FullName(), " ", m.Interface())
}

// A plan with shipments, lots and couriers is followed as it is.
func TestAPlanWithShipmentsIsFollowed(t *testing.T) {
	r := start(t, server.Options{})
	for seed := range uint64(4) {
		problem := city.StockDay(50, seed+1).GetProblem()
		settings := &calloutv1.DaySettings{Iterations: 200, WaysOut: -1}
		d := openDay(t, r, &calloutv1.DayStart{Problem: problem, Settings: settings})
		d.settle()
		planned := d.last.GetPlan()
		d.close()
		d = openDay(t, r, &calloutv1.DayStart{Problem: problem, Settings: settings, RunningPlan: planned})
		d.receive()
		begun := d.last
		if begun.GetKind() != calloutv1.RevisionKind_REVISION_KIND_START {
			t.Fatalf("%v", begun.GetKind())
		}
		for _, a := range begun.GetAlerts() {
			if a.GetKind() == calloutv1.AlertKind_ALERT_KIND_RULE_BROKEN {
				t.Errorf("seed %d: %v", seed, a)
			}
		}
		if was, is := planned.GetCost().GetTotal(), begun.GetPlan().GetCost().GetTotal(); math.Abs(was-is) > 1e-6 {
			t.Errorf("seed %d: cost %v, was %v", seed, is, was)
		}
		d.settle()
		d.close()
	}
}
