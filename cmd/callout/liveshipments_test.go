package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
)

// What leaves is told once, and again where it comes at another time.
func TestShipmentsAreShown(t *testing.T) {
	at := func(hour, minute int) *timestamppb.Timestamp {
		return timestamppb.New(time.Date(2026, 3, 2, hour, minute, 0, 0, time.UTC))
	}
	legs := []*calloutv1.SupplyLeg{{NodeId: "hub", LaneId: "run", CutOff: at(9, 0), Arrival: at(10, 30)}}
	run := &calloutv1.ShipmentState{Id: "shipment-1", Sku: "pump", Quantity: 2, NodeId: "store", JobId: "A", Legs: legs, Arrival: at(10, 30)}
	courier := &calloutv1.ShipmentState{Sku: "valve", Quantity: 1, JobId: "B", LocationId: "Main St", Legs: legs, Arrival: at(11, 0)}
	booked := &calloutv1.ShipmentState{
		Sku: "fan", Quantity: 1, JobId: "C", LocationId: "Low St", Arrival: at(12, 0),
		Legs: []*calloutv1.SupplyLeg{{NodeId: "hub", LaneId: "run", CutOff: at(9, 30), Arrival: at(12, 0)}},
	}
	lost := &calloutv1.ShipmentState{Sku: "valve", Quantity: 1, JobId: "D", LocationId: "High St", Arrival: at(11, 0), Stray: true}
	var out bytes.Buffer
	v := &liveView{out: &out, zone: time.UTC}
	v.shipments(&calloutv1.DayState{Now: at(9, 10), Shipments: []*calloutv1.ShipmentState{run, courier, booked, lost}})
	want := "         under way: 2 × pump from hub to store, there at 10:30 (shipment-1, sent for A)\n" +
		"         under way: 1 × valve from hub to Main St, there at 11:00 (sent for B)\n"
	if got := out.String(); got != want {
		t.Errorf("%s", got)
	}
	out.Reset()
	run.Arrival = at(12, 15)
	v.shipments(&calloutv1.DayState{Now: at(9, 20), Shipments: []*calloutv1.ShipmentState{run, courier}})
	if got, want := out.String(), "         now: 2 × pump from hub to store, there at 12:15 (shipment-1, sent for A)\n"; got != want {
		t.Errorf("%s", got)
	}
}

// A recorded day with a stock network shows what leaves while it is watched.
func TestWatchAStockDay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "stock.jsonl")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	rec := recorder{out: f}
	problem := city.StockDay(30, 1).GetProblem()
	start := &calloutv1.DayStart{Problem: problem, Settings: &calloutv1.DaySettings{Iterations: 20, WaysOut: -1}}
	list := []*calloutv1.ReoptimizeRequest{{Kind: &calloutv1.ReoptimizeRequest_Start{Start: start}}}
	for n := range 6 {
		list = append(list, &calloutv1.ReoptimizeRequest{Kind: &calloutv1.ReoptimizeRequest_Event{Event: &calloutv1.DayEvent{
			Id: fmt.Sprint(n), Now: timestamppb.New(problem.GetNow().AsTime().Add(time.Duration(n+1) * time.Hour)),
			What: &calloutv1.DayEvent_TimePassed{TimePassed: &calloutv1.TimePassed{}},
		}}})
	}
	for _, m := range list {
		if err := rec.write(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if text := watch(t, file); !strings.Contains(text, "under way: ") || !strings.Contains(text, "there at ") {
		t.Error(text)
	}
}
