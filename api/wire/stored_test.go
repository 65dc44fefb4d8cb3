package wire

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

func put(t *testing.T, in *calloutv1.Problem) *Stored {
	t.Helper()
	p, faults := (&Intake{Limits: DefaultLimits()}).PutProblem(&calloutv1.PutProblemRequest{Problem: in})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return p.Problem
}

// Requests with the same handle share all of a problem but its profiles, and a plan belongs to the request's own.
func TestStored(t *testing.T) {
	s := put(t, small(t).GetProblem())
	in := &Intake{Limits: DefaultLimits(), Problem: func(h string) *Stored {
		if h == s.Handle {
			return s
		}
		return nil
	}}
	req := small(t)
	want, faults := Solve(req, DefaultLimits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	req.Problem, req.ProblemHandle = nil, s.Handle
	first, faults := in.Solve(req)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	second, _ := in.Solve(req)
	if len(first.Problem.Jobs) != len(want.Problem.Jobs) || !first.Context.Epoch.Equal(want.Context.Epoch) {
		t.Errorf("another problem: %+v", first.Problem)
	}
	if &first.Problem.Jobs[0] != &second.Problem.Jobs[0] {
		t.Error("the jobs are not shared")
	}
	first.Problem.Profiles[1].Matrix = new(model.Matrix)
	if second.Problem.Profiles[1].Matrix != nil || s.problem.Profiles[1].Matrix != nil {
		t.Error("the profiles are shared")
	}
	if first.Context.problem != first.Problem {
		t.Error("the context belongs to another problem")
	}
	if faults := in.Validate(&calloutv1.ValidateRequest{ProblemHandle: s.Handle}); len(faults) > 0 {
		t.Error(faults)
	}
	gone := in.Validate(&calloutv1.ValidateRequest{ProblemHandle: "gone"})
	if want := []string{"problem_handle UNKNOWN_HANDLE"}; !slices.Equal(brief(gone), want) {
		t.Error(gone)
	}
	if put(t, small(t).GetProblem()).Handle != s.Handle {
		t.Error("the same problem has another handle")
	}
	other := small(t).GetProblem()
	other.Jobs[0].Priority++
	if put(t, other).Handle == s.Handle {
		t.Error("another problem has the same handle")
	}
}

func TestPutProblemFaults(t *testing.T) {
	in := &Intake{Limits: DefaultLimits()}
	for name, tt := range map[string]struct {
		req  *calloutv1.PutProblemRequest
		want []string
	}{
		"nothing": {new(calloutv1.PutProblemRequest), []string{"problem REQUIRED"}},
		"both":    {&calloutv1.PutProblemRequest{Problem: new(calloutv1.Problem), Handle: "x"}, []string{"handle CONFLICT"}},
		"no time": {
			&calloutv1.PutProblemRequest{Problem: small(t).GetProblem(), TimeToLive: durationpb.New(0)}, []string{"time_to_live OUT_OF_RANGE"},
		},
		"bad problem": {
			&calloutv1.PutProblemRequest{Problem: &calloutv1.Problem{Jobs: []*calloutv1.Job{{Id: "a"}}}},
			[]string{"problem.jobs[0].location_id REQUIRED"},
		},
	} {
		if _, faults := in.PutProblem(tt.req); !slices.Equal(brief(faults), tt.want) {
			t.Errorf("%s: %q, want %q", name, brief(faults), tt.want)
		}
	}
	renewal, faults := in.PutProblem(&calloutv1.PutProblemRequest{Handle: "x", TimeToLive: durationpb.New(time.Second)})
	if len(faults) > 0 || renewal.Problem != nil || renewal.Handle != "x" || renewal.Time != time.Second {
		t.Errorf("renewal: %+v, %v", renewal, faults)
	}
}

// What a problem is said to take is about what it takes.
func TestFootprint(t *testing.T) {
	in := aDay(3000)
	live := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := live()
	p, ctx, faults := Problem(in, DefaultLimits())
	took := live() - before
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	said := footprint(p) + footprint(ctx)
	runtime.KeepAlive(in)
	// Strings are the message's own, and are counted as they outlive it.
	if said < took*9/10 || said > 3*took {
		t.Errorf("said to take %d bytes, takes %d", said, took)
	}
	shared := &model.Matrix{N: 10, Durations: make([]int32, 100)}
	one := footprint(&model.Problem{Profiles: []model.Profile{{Matrix: shared}}})
	two := footprint(&model.Problem{Profiles: []model.Profile{{Matrix: shared}, {Matrix: shared}}})
	if two-one > 200 || one < 400 {
		t.Errorf("a shared matrix counts twice: %d, %d", one, two)
	}
}

// A request whose only faults are handles is answered so that the client knows to send the content.
func TestPrecondition(t *testing.T) {
	_, faults := Solve(&calloutv1.SolveRequest{ProblemHandle: "problem-7"}, DefaultLimits())
	st := status.Convert(faults.ToStatus())
	if st.Code() != codes.FailedPrecondition || len(st.Details()) != 2 {
		t.Fatalf("%v", st)
	}
	failure, _ := st.Details()[0].(*errdetails.PreconditionFailure)
	info, _ := st.Details()[1].(*errdetails.ErrorInfo)
	if v := failure.GetViolations(); len(v) != 1 || v[0].GetType() != UnknownHandle || v[0].GetSubject() != "problem-7" {
		t.Errorf("%v", failure)
	}
	if info.GetReason() != UnknownHandle || info.GetDomain() != ErrorDomain || info.GetMetadata()["handle"] != "problem-7" ||
		info.GetMetadata()["field"] != "problem_handle" {
		t.Errorf("%v", info)
	}
	in := byHandle(t, "matrix-7")
	in.Jobs[0].LocationId = ""
	_, faults = Solve(&calloutv1.SolveRequest{Problem: in}, DefaultLimits())
	if st := status.Convert(faults.ToStatus()); st.Code() != codes.InvalidArgument {
		t.Errorf("with another fault: %v", st)
	}
}
