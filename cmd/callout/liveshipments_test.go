package main

import (
	"bytes"
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
	v := newView(&out, time.UTC, nil)
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
	problem := city.StockDay(30, 1).GetProblem()
	var events []*calloutv1.DayEvent
	for range 6 {
		events = append(events, &calloutv1.DayEvent{What: &calloutv1.DayEvent_TimePassed{TimePassed: &calloutv1.TimePassed{}}})
	}
	start := &calloutv1.DayStart{Problem: problem, Settings: &calloutv1.DaySettings{Iterations: 20, WaysOut: -1}}
	file := record(t, time.Hour, start, events...)
	if text := watch(t, file); !strings.Contains(text, "under way: ") || !strings.Contains(text, "there at ") {
		t.Error(text)
	}
}
