package main

import (
	"fmt"
	"time"

	calloutv1 "callout/api/callout/v1"
)

// shipments tells of what has left since the last revision, and of what comes at another time than was told.
func (v *liveView) shipments(s *calloutv1.DayState) {
	told := make(map[string]time.Time, len(s.GetShipments()))
	for _, x := range s.GetShipments() {
		if x.GetStray() || x.GetLegs()[0].GetCutOff().AsTime().After(s.GetNow().AsTime()) {
			continue // an alert says so, or it has not left
		}
		key, to := x.GetId(), x.GetNodeId()
		if key == "" {
			first := x.GetLegs()[0]
			key = fmt.Sprint(x.GetJobId(), "\x00", x.GetSku(), "\x00", first.GetNodeId(), first.GetCutOff().AsTime())
			to = x.GetLocationId()
		}
		arrives := x.GetArrival().AsTime()
		told[key] = arrives
		was, known := v.sent[key]
		if known && was.Equal(arrives) {
			continue
		}
		what := "under way"
		if known {
			what = "now"
		}
		name := ""
		if x.GetId() != "" {
			name = x.GetId() + ", "
		}
		v.line("         %s: %d × %s from %s to %s, there at %s (%ssent for %s)", what, x.GetQuantity(), x.GetSku(),
			x.GetLegs()[0].GetNodeId(), to, v.clock.at(arrives), name, x.GetJobId())
	}
	v.sent = told
}
