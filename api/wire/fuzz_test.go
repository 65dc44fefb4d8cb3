package wire

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// What a conversion may allocate: a fixed part, most of it for looking up time zones, and a multiple of the message's encoding,
// in which an empty job takes two bytes.
const (
	fixedBytes = 16 << 20
	bytesEach  = 600
)

// thrifty runs a conversion and checks what it allocates.
func thrifty(t *testing.T, m proto.Message, convert func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	convert()
	runtime.ReadMemStats(&after)
	if got, bound := after.TotalAlloc-before.TotalAlloc, uint64(fixedBytes+bytesEach*proto.Size(m)); got > bound {
		t.Errorf("%d bytes allocated for a message of %d bytes, more than %d", got, proto.Size(m), bound)
	}
}

// wellFormed checks that each fault has a path, a known code and a message.
func wellFormed(t *testing.T, faults Faults) {
	t.Helper()
	if len(faults) > maxFaults+1 {
		t.Errorf("%d faults", len(faults))
	}
	for _, f := range faults {
		known := slices.ContainsFunc(Codes, func(c CodeEntry) bool { return c.Code == f.Code })
		if f.Path == "" || f.Message == "" || !known {
			t.Errorf("fault %+v", f)
		}
	}
}

func FuzzProblem(f *testing.F) {
	for _, p := range []*calloutv1.Problem{small(f).GetProblem(), predicted(f).GetProblem(), monday(), {}} {
		raw, err := proto.Marshal(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		in := new(calloutv1.Problem)
		if proto.Unmarshal(raw, in) != nil {
			return
		}
		var p *model.Problem
		var ctx *Context
		var faults Faults
		thrifty(t, in, func() { p, ctx, faults = Problem(in, DefaultLimits()) })
		wellFormed(t, faults)
		if len(faults) > 0 {
			if p != nil {
				t.Error("a problem beside its faults")
			}
			return
		}
		sound(t, p)
		everything := &model.Plan{Routes: make([]model.Route, len(p.Shifts))}
		for k := range everything.Routes {
			everything.Routes[k].Shift = model.ShiftIdx(k)
		}
		for j := range p.Jobs {
			everything.Unassigned = append(everything.Unassigned, model.JobIdx(j))
		}
		if _, faults := PlanIn(ctx, PlanOut(p, ctx, everything, Cost{})); len(faults) > 0 {
			t.Error("the empty plan does not come back:", faults)
		}
	})
}

func FuzzSolveJSON(f *testing.F) {
	raw, err := os.ReadFile(filepath.Join("testdata", "small.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	if raw, err = protojson.Marshal(predicted(f)); err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		in := new(calloutv1.SolveRequest)
		if protojson.Unmarshal(raw, in) != nil {
			return
		}
		var request *Request
		var faults Faults
		thrifty(t, in, func() { request, faults = Solve(in, DefaultLimits()) })
		wellFormed(t, faults)
		if (request == nil) != (len(faults) > 0) {
			t.Error("a request beside its faults, or neither")
		}
		if request != nil {
			sound(t, request.Problem)
			soundPlan(t, request.Problem, request.Plan)
		}
		asked := &calloutv1.EvaluateRequest{Problem: in.GetProblem(), Plan: in.GetInitialPlan()}
		thrifty(t, in, func() { request, faults = Evaluate(asked, DefaultLimits()) })
		wellFormed(t, faults)
		if request != nil {
			soundPlan(t, request.Problem, request.Plan)
		}
	})
}
