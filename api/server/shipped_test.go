package server_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"

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
