package server

import (
	"strings"
	"testing"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/engine"
	"callout/solver/check"
	"callout/solver/model"
)

// Every code of the checker that a plan from the wire can bring has a message's code, a unit and a sentence.
func TestEveryCodeHasItsMessage(t *testing.T) {
	// What the conversion of plans leaves no room for.
	structural := map[check.Code]bool{
		check.RouteCount: true, check.RouteShift: true, check.UnusedShift: true, check.UnknownStop: true, check.UnknownBreak: true,
		check.TimeRange: true, check.UnassignedOrder: true, check.UnassignedVisited: true, check.UnassignedMissing: true,
	}
	table := append([]check.Entry{
		{Code: engine.NoTime, Unit: check.Seconds}, {Code: engine.UnassignedCost, Unit: engine.Millionths},
	}, check.Table...)
	w := writer{p: new(model.Problem), ctx: new(wire.Context)}
	for _, e := range table {
		if structural[e.Code] {
			continue
		}
		v := w.violation(&engine.Violation{
			Code: e.Code, Unit: e.Unit, Size: 2, Where: check.Where{Tech: -1, Shift: -1, Stop: -1, Break: -1, Job: -1, Node: -1},
		})
		if v.GetCode() == calloutv1.ConstraintCode_CONSTRAINT_CODE_UNSPECIFIED || v.GetUnit() == calloutv1.Unit_UNIT_UNSPECIFIED {
			t.Errorf("%s: code %v, unit %v", e.Code, v.GetCode(), v.GetUnit())
		}
		if v.GetMessage() == "" || strings.Contains(v.GetMessage(), "%!") {
			t.Errorf("%s: message %q", e.Code, v.GetMessage())
		}
	}
}

func TestViolation(t *testing.T) {
	p := &model.Problem{
		Jobs: []model.Job{{ID: "J1"}}, Technicians: []model.Technician{{ID: "T1"}}, Nodes: []model.Node{{ID: "N1"}},
		Shifts: []model.Shift{{ID: "S1", Breaks: []model.Break{{ID: "lunch"}}}},
	}
	w := writer{p: p, ctx: &wire.Context{Currency: "EUR"}}
	nowhere := check.Where{Tech: -1, Shift: -1, Stop: -1, Break: -1, Job: -1, Node: -1}
	pumps := nowhere
	pumps.Subject = "pump"
	tests := map[string]struct {
		v    engine.Violation
		want string
		size float64
	}{
		"all ids": {
			engine.Violation{Code: check.BreakInWork, Unit: check.Seconds, Size: 5400},
			"technician T1, shift S1, job J1, node N1, break lunch: a break interrupts work for 1 h 30 min", 5400,
		},
		"none": {
			engine.Violation{Code: check.NodeStock, Unit: check.Pieces, Size: 1, Where: nowhere},
			"1 piece more are taken from the node than it has", 1,
		},
		"a subject": {
			engine.Violation{Code: check.PartsShort, Unit: check.Pieces, Size: 2, Where: pumps},
			"pump: parts are short by 2 pieces", 2,
		},
		"metres": {
			engine.Violation{Code: check.ServiceArea, Unit: check.Metres, Size: 12345, Where: nowhere},
			"the job lies 12.3 km outside the technician's service area", 12345,
		},
		"money": {
			engine.Violation{Code: engine.UnassignedCost, Unit: engine.Millionths, Size: 12_500_000, Where: nowhere},
			"leaving the job out costs 12.50 EUR less than doing it", 12.5,
		},
		"very little money": {
			engine.Violation{Code: engine.UnassignedCost, Unit: engine.Millionths, Size: 1, Where: nowhere},
			"leaving the job out costs 0.000001 EUR less than doing it", 0.000001,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := w.violation(&tt.v)
			if got.GetSubject() != tt.v.Subject {
				t.Errorf("subject %q, want %q", got.GetSubject(), tt.v.Subject)
			}
			if got.GetMessage() != tt.want || got.GetSize() != tt.size {
				t.Errorf("%q of size %v, want %q of %v", got.GetMessage(), got.GetSize(), tt.want, tt.size)
			}
		})
	}
}

func TestSpan(t *testing.T) {
	for seconds, want := range map[int64]string{
		0: "0 s", 59: "59 s", 60: "1 min", 61: "1 min 1 s", 3600: "1 h", 3661: "1 h 1 min", 3601: "1 h", 90000: "1 d 1 h", 86460: "1 d",
	} {
		if got := span(seconds); got != want {
			t.Errorf("span(%d) = %q, want %q", seconds, got, want)
		}
	}
}
