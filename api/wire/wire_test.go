package wire

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// small is the request in testdata/small.json.
func small(tb testing.TB) *calloutv1.SolveRequest {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "small.json"))
	if err != nil {
		tb.Fatal(err)
	}
	in := new(calloutv1.SolveRequest)
	if err := protojson.Unmarshal(raw, in); err != nil {
		tb.Fatal(err)
	}
	return in
}

// smallProblem converts the problem in testdata/small.json.
func smallProblem(tb testing.TB) (*model.Problem, *Context) {
	tb.Helper()
	p, ctx, faults := Problem(small(tb).GetProblem(), DefaultLimits())
	if len(faults) > 0 {
		tb.Fatal(faults)
	}
	return p, ctx
}

// golden compares JSON with a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, got, "", "  "); err != nil {
		t.Fatal(err)
	}
	b.WriteByte('\n')
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s differs (-want +got); after a check, go test -update:\n%s", name, diff)
	}
}

// goldenProto compares a message with a file in testdata. protojson varies its white space on purpose; Indent evens it out.
func goldenProto(t *testing.T, name string, m proto.Message) {
	t.Helper()
	raw, err := protojson.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, name, raw)
}

func TestProblemGolden(t *testing.T) {
	p, ctx := smallProblem(t)
	raw, err := json.Marshal(p) //nolint:musttag // the model knows no JSON; its field names will do here
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "small.model.json", raw)
	if want := time.Date(2026, 3, 1, 18, 0, 0, 0, time.UTC); !ctx.Epoch.Equal(want) {
		t.Errorf("epoch %v, want J1's release, %v", ctx.Epoch, want)
	}
	if got := ctx.Zones[0].String(); got != "Europe/Vienna" {
		t.Errorf("zone of the depot %s", got)
	}
}

// TestProblemSmall checks by hand what the golden file would only freeze.
func TestProblemSmall(t *testing.T) {
	p, _ := smallProblem(t)
	const hour = 3600
	now := model.Time(12*hour + 1) // 06:00:00.4 rounded up, 12 hours after the epoch
	j1, j2 := &p.Jobs[0], &p.Jobs[1]
	t1, s1 := &p.Technicians[0], &p.Shifts[0]
	for _, c := range []struct {
		what      string
		got, want int64
	}{
		{"now", p.Now, now},
		{"release of J1", j1.Release, 0},
		{"release of J2 by default", j2.Release, now},
		{"J1's availability", j1.Windows[0].From, 14 * hour},
		{"J1's promise, rounded down", j1.Windows[1].To, 15 * hour},
		{"J1's promise, 72 per hour", j1.Windows[1].Late, 20_000},
		{"J1's promise, early by default 30 per hour", j1.Windows[1].Early, 8_333},
		{"J2's SLA, late by default 100 per hour", j2.Windows[0].Late, 27_778},
		{"J2's service, rounded up", j2.Service, 1801},
		{"J1 left out: priority 60 is 800, gold is 1.5 times", j1.Unassigned, 1_200_000_000},
		{"J2 left out: its own price", j2.Unassigned, 120_000_000},
		{"J1's response, 3.6 per hour", j1.Response, 1000},
		{"not preferred by default", j1.NotPreferred, 15_000_000},
		{"T1's rating: half a point at 2", t1.VisitCost, 1_000_000},
		{"T1 is at work before now", s1.Earliest, now},
		{"work, 36 per hour", s1.WorkRate, 10_000},
		{"travel, 3.6 per hour with weight 2", s1.TravelRate, 2000},
		{"distance, 0.5 per kilometre", s1.DistRate, 500},
		{"first overtime tier", s1.Overtime[0].Rate, 5000},
		{"second overtime tier", s1.Overtime[1].After, hour},
		{"no cap", s1.MaxDrive, model.NoCap},
		{"T2's regular end by default", p.Shifts[1].RegularEnd, p.Shifts[1].LatestEnd},
		{"T2's work by default, 35 per hour", p.Shifts[1].WorkRate, 9722},
		{"balance", p.Objective.Balance, 100_000},
		{"tier of distance", int64(p.Objective.Tier[model.Distance]), 1},
		{"an expired certificate", t1.Certificates[1].Until, -1},
		{"opening hours that meet are one, those past another", int64(len(p.Nodes[0].Open)), 2},
		{"matrix, depot to home", p.Profiles[0].Matrix.Duration(0, 1), 610},
		{"matrix, site-a to depot", p.Profiles[0].Matrix.Distance(2, 0), 7100},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
		}
	}
	if s1.Breaks[0].ID != "lunch" {
		t.Error("breaks are not in the order of their windows")
	}
}

func TestSettings(t *testing.T) {
	lim := DefaultLimits()
	got, faults := SolveSettings(small(t).GetSettings(), lim)
	want := Settings{
		TimeBudget: 2 * time.Second, Iterations: 5000, Seed: 7, Workers: 2,
		MinInterval: 100 * time.Millisecond, Stagnation: time.Second,
	}
	if diff := cmp.Diff(want, got); diff != "" || len(faults) > 0 {
		t.Error(diff, faults)
	}
	back, faults := SolveSettings(got.ToProto(), lim)
	if diff := cmp.Diff(want, back); diff != "" || len(faults) > 0 {
		t.Error("settings in force differ from those asked for:", diff, faults)
	}
	got, _ = SolveSettings(nil, lim)
	if got.TimeBudget != 10*time.Second || got.Workers != 1 {
		t.Errorf("defaults: %+v", got)
	}
	got, _ = SolveSettings(&calloutv1.SolveSettings{MaxIterations: 1}, lim)
	if got.TimeBudget != 0 {
		t.Errorf("an iteration budget alone comes with a time budget: %+v", got)
	}
}
