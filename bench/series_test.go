package bench

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// dataFolder is laid out as the published sets are.
func dataFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	put := func(path, text string) {
		t.Helper()
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for to, from := range map[string]string{
		"solomon/RAYS10.txt": "rays.txt", "solomon/RAYS9.txt": "rays.txt", "homberger/H1.txt": "rays.txt",
		"trsp_pillac/crew25/T1.25-2.txt": "towns.txt", "trsp_pillac/crew13/T1.txt": "towns.txt",
		"fieldservice_gen/fs_8.json": "crews.json", "fieldservice_gen/fs_7.json": "meridian.json",
		"fieldservice_gen/fs_8_b.json": "crews.json", "pcvrptw/P4.vrp": "prizes.vrp", "euro_neurips2022/O3.txt": "oneway.txt",
		"strsp_kovacs/tasks_noTeam/fields.txt":                          "strsp/tasks_noTeam/fields.txt",
		"strsp_kovacs/technicians_noTeam/technicians_fields.txt":        "strsp/technicians_noTeam/technicians_fields.txt",
		"strsp_kovacs/techniciansReduced_noTeam/technicians_fields.txt": "strsp/techniciansReduced_noTeam/technicians_fields.txt",
	} {
		text, err := os.ReadFile(filepath.Join("testdata", from))
		if err != nil {
			t.Fatal(err)
		}
		put(to, string(text))
	}
	put("solomon/bks.csv", "instance,n,dimacs_cost,dimacs_status\nRAYS9,9,600,\"proven, by hand\"\nRAYS10,9,,\n")
	put("trsp_pillac/pillac-minwt.sol",
		"#comment=1\nT1.25-2=250.0000\nT1.25-2-A=somebody\nT1.25-2-K=15\nT1.25-2-Opt=false\nT1.25-2-S=<1,2|>\n")
	put("fieldservice_gen/best.csv", "instance,cost,how\nfs_8,1550,by hand\n")
	put("pcvrptw/P4.sol", "Route #1: 1 2 4\nCost: 499\n")
	put("euro_neurips2022/O3.sol", "Route 1 : 2 3\nRoute 2 : 1\r\nCost 61\r\n")
	return dir
}

// volatile fields of records differ from run to run.
func masked(records []Record) []Record {
	out := slices.Clone(records)
	for k := range out {
		out[k].First, out[k].Wall, out[k].CPU, out[k].Curve, out[k].Machine = 0, 0, 0, nil, ""
	}
	return out
}

func TestSeries(t *testing.T) {
	b := []Budget{{Iterations: 300}}
	choices := func(seeds ...uint64) []Choice {
		return []Choice{
			{Set: "solomon", Instances: []string{"RAYS?"}, Budgets: b, Seeds: seeds},
			{Set: "trsp", Instances: []string{"T*"}, Budgets: b, Seeds: seeds},
			{Set: "fieldservice", Instances: []string{"fs_8"}, Budgets: b, Seeds: seeds},
		}
	}
	s := &Series{
		Data: dataFolder(t), Choices: choices(1, 2), Workers: 1, Build: "one", Out: filepath.Join(t.TempDir(), "new", "out.csv"),
	}
	var told []string
	s.Progress = func(r *Record) { told = append(told, r.Instance) }
	got, err := s.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	row := func(set, instance string, jobs, crew int, seed uint64, cost string, best float64, out int) Record {
		return Record{
			Set: set, Instance: instance, Jobs: jobs, Technicians: crew, Solver: "callout", Build: "one", Workers: 1, Seed: seed,
			Budget: "300it", Cost: cost, Best: best, Unassigned: out, Iterations: 300, Complete: true, Checked: "ok",
		}
	}
	want := []Record{
		row("solomon", "RAYS9", 9, 3, 1, "617", 600, 0), row("solomon", "RAYS9", 9, 3, 2, "617", 600, 0),
		row("trsp", "T1.25-2", 8, 2, 1, "260", 250, 0), row("trsp", "T1.25-2", 8, 2, 2, "260", 250, 0),
		row("fieldservice", "fs_8", 8, 2, 1, "1550", 1550, 2), row("fieldservice", "fs_8", 8, 2, 2, "1550", 1550, 2),
	}
	if diff := cmp.Diff(want, masked(got)); diff != "" {
		t.Fatalf("records differ (-want +got):\n%s", diff)
	}

	// What the file has is not run again, and reads as it was written.
	s.Choices, told = choices(2, 3), nil
	again, err := s.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"RAYS9", "T1.25-2", "fs_8"}, told); diff != "" {
		t.Errorf("runs differ (-want +got):\n%s", diff)
	}
	for k := range 3 {
		written, read := got[2*k+1].row(), again[2*k].row()
		written[18], read[18] = "", "" // the quotient of two times, which are rounded in between
		if diff := cmp.Diff(written, read); diff != "" {
			t.Errorf("a row differs (-written +read):\n%s", diff)
		}
	}
	all, err := readRecords(s.Out)
	if err != nil || len(all) != 9 {
		t.Errorf("the file has %d rows (%v), want 9", len(all), err)
	}

	// Another build is another result.
	s.Build, s.Choices, told = "two", choices(2), nil
	if _, err := s.Run(t.Context()); err != nil || len(told) != 3 {
		t.Errorf("another build runs %v (%v)", told, err)
	}
	if all, err := ReadRecords(s.Out, s.Out); err != nil || len(all) != 12 || len(Latest(all, "")) != 3 || len(Latest(all, "one")) != 9 {
		t.Errorf("the file has %d rows (%v), of these %d and %d", len(all), err, len(Latest(all, "")), len(Latest(all, "one")))
	}
}

// Where jobs may be left out they have a price, which the set trsp-13 sets: serving all costs 260 there, as with the larger crew.
func TestSeriesOfEachSet(t *testing.T) {
	s := &Series{Data: dataFolder(t), Workers: 1}
	want := map[string]Record{
		"fieldservice-breaks": {Instance: "fs_8_b", Cost: "1550", Unassigned: 2},
		"trsp-13":             {Instance: "T1", Cost: "260"},
		"pcvrptw":             {Instance: "P4", Cost: "499", Best: 499, Unassigned: 1},
		"euro_neurips":        {Instance: "O3", Cost: "61", Best: 61},
		"strsp":               {Instance: "fields", Cost: "438", Unassigned: 2},
		"strsp-reduced":       {Instance: "fields", Cost: "619", Unassigned: 3},
	}
	for set := range want {
		s.Choices = append(s.Choices, Choice{Set: set, Budgets: []Budget{{Iterations: 2000}}, Seeds: []uint64{1}})
	}
	got, err := s.Run(t.Context())
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d runs of %d sets: %v", len(got), len(want), err)
	}
	for k := range got {
		r := Record{Instance: got[k].Instance, Cost: got[k].Cost, Best: got[k].Best, Unassigned: got[k].Unassigned}
		if diff := cmp.Diff(want[got[k].Set], r); diff != "" || !got[k].Complete || got[k].Checked != checkedOK {
			t.Errorf("%s, %s, differs (-want +got):\n%s", got[k].Set, got[k].Checked, diff)
		}
	}
}

// The length counts what the file lacks, and ours again where a peer is to run.
func TestSeriesLength(t *testing.T) {
	peer := fake(t, good)
	s := &Series{
		Data: dataFolder(t), Workers: 1, Out: filepath.Join(t.TempDir(), "out.csv"),
		Choices: []Choice{{Set: "solomon", Known: true, Budgets: budgets(time.Millisecond), Seeds: []uint64{1, 2}}},
	}
	for k, c := range []struct {
		change func()
		runs   int
	}{
		{func() {}, 2}, // of RAYS9 alone the best cost is known
		{func() { s.Peers = []*Peer{peer} }, 4},
		{func() { s.Choices[0].Workers = 2 }, 4},
		{func() { s.Choices[0].Known = false }, 8},
		{func() { s.Choices[0].Sizes = []int{8} }, 0},
		{func() { s.Choices = append(s.Choices, s.Choices[0]); s.Choices[1].Sizes, s.Peers = []int{9}, nil }, 4},
		{func() { s.Choices[0].Sizes = nil }, 4}, // both choices are the same runs
		{func() {
			if _, err := s.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
		}, 0},
		{func() { s.Peers = []*Peer{peer} }, 8},
	} {
		c.change()
		runs, budgets, err := s.Length()
		if err != nil || runs != c.runs || budgets != time.Duration(runs)*time.Millisecond {
			t.Errorf("%d: %d runs, %v (%v), want %d", k, runs, budgets, err, c.runs)
		}
	}
}

// What there is no time for is left to the next call.
func TestSeriesStopsAndGoesOn(t *testing.T) {
	s := &Series{
		Data:    dataFolder(t),
		Choices: []Choice{{Set: "solomon", Budgets: []Budget{{Iterations: 1}}, Seeds: []uint64{1}}},
		Workers: 1, Out: filepath.Join(t.TempDir(), "out.csv"), For: time.Nanosecond,
	}
	if got, err := s.Run(t.Context()); !errors.Is(err, ErrLater) || len(got) != 0 {
		t.Errorf("%d records and %v", len(got), err)
	}
	s.For = time.Hour
	if got, err := s.Run(t.Context()); err != nil || len(got) != 2 {
		t.Errorf("%d records and %v", len(got), err)
	}
	s.For = time.Nanosecond // nothing is left to begin
	if got, err := s.Run(t.Context()); err != nil || len(got) != 2 {
		t.Errorf("%d records and %v", len(got), err)
	}
}

func TestSeriesLeavesOutWhatThereIsNot(t *testing.T) {
	empty := t.TempDir()
	b, seeds := []Budget{{Iterations: 1}}, []uint64{1}
	var left []string
	s := &Series{
		Data: empty, Lenient: true, Workers: 1,
		Choices: []Choice{
			{Set: "solomon", Budgets: b, Seeds: seeds},
			{Set: "day", Instances: []string{"day_50_1"}, Budgets: b, Seeds: seeds},
		},
		Skipped: func(what string, why error) {
			if errors.Is(why, ErrNoSet) {
				left = append(left, what)
			}
		},
	}
	got, err := s.Run(t.Context())
	if err != nil || len(got) != 1 || got[0].Instance != "day_50_1" {
		t.Errorf("ran %v (%v)", got, err)
	}
	if diff := cmp.Diff([]string{"set solomon"}, left); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
}

func TestSeriesChooses(t *testing.T) {
	choice := func(set string) Choice {
		return Choice{Set: set, Sizes: []int{7, 9}, Budgets: []Budget{{Iterations: 1}}, Seeds: []uint64{1}}
	}
	s := &Series{Data: dataFolder(t), Choices: []Choice{choice("fieldservice"), choice("homberger")}, Workers: 1}
	got, err := s.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for k := range got {
		names = append(names, got[k].Instance)
		if got[k].Best != 0 {
			t.Errorf("%s has a best known cost of %v", got[k].Instance, got[k].Best)
		}
	}
	if diff := cmp.Diff([]string{"fs_7", "H1"}, names); diff != "" {
		t.Errorf("instances differ (-want +got):\n%s", diff)
	}
}

func TestSeriesFails(t *testing.T) {
	good := func() *Series {
		return &Series{
			Data: dataFolder(t), Choices: []Choice{{Set: "solomon", Budgets: []Budget{{Iterations: 1}}, Seeds: []uint64{1}}}, Workers: 1,
			Out: filepath.Join(t.TempDir(), "out.csv"),
		}
	}
	header := strings.Join(columns, ",") + "\n"
	for name, c := range map[string]struct {
		spoil func(*Series) error
		want  string
	}{
		"set":     {func(s *Series) error { s.Choices[0].Set = "tsplib"; return nil }, `unknown set "tsplib": there are day, euro_neurips,`},
		"folder":  {func(s *Series) error { s.Data = "nowhere"; return nil }, `set solomon: no such folder: solomon in "nowhere"`},
		"pattern": {func(s *Series) error { s.Choices[0].Instances = []string{"["}; return nil }, "syntax error in pattern"},
		"columns": {func(s *Series) error { return os.WriteFile(s.Out, []byte("a,b\n"), 0o644) }, "out.csv"},
		"other columns": {
			func(s *Series) error { return os.WriteFile(s.Out, []byte(strings.ToUpper(header)), 0o644) }, "out.csv:1: expected the columns",
		},
		"half a row": {func(s *Series) error { return os.WriteFile(s.Out, []byte(header+"solomon,RAYS9"), 0o644) }, "wrong number of fields"},
		"bad number": {
			func(s *Series) error {
				return os.WriteFile(s.Out, []byte(header+"solomon,RAYS9,x,3,callout,b,1,1,1it,617,,,0,true,,1,0.1,0.1,1,ok,,m\n"), 0o644)
			}, "out.csv:2",
		},
		"bad curve": {
			func(s *Series) error {
				return os.WriteFile(s.Out, []byte(header+"solomon,RAYS9,9,3,callout,b,1,1,1it,617,,,0,true,,1,0.1,0.1,1,ok,5,m\n"), 0o644)
			}, `out.csv:2: curve has "5"`,
		},
		"solution": {
			func(s *Series) error {
				s.Choices[0].Set = "pcvrptw"
				return os.WriteFile(filepath.Join(s.Data, "pcvrptw", "P4.sol"), []byte("Route #1: 1\n"), 0o644)
			}, `P4.sol: expected a line with the cost`,
		},
		"cost of a solution": {
			func(s *Series) error {
				s.Choices[0].Set = "pcvrptw"
				return os.WriteFile(filepath.Join(s.Data, "pcvrptw", "P4.sol"), []byte("Cost ten\n"), 0o644)
			}, `P4.sol: cost is "ten"`,
		},
		"best known": {
			func(s *Series) error {
				return os.WriteFile(filepath.Join(s.Data, "solomon", "bks.csv"), []byte("instance,cost\nRAYS9,?\n"), 0o644)
			}, `bks.csv:2: cost is "?"`,
		},
	} {
		s := good()
		if err := c.spoil(s); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Run(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestSeriesIsCutShort(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := &Series{
		Data: dataFolder(t), Choices: []Choice{{Set: "solomon", Budgets: []Budget{{Iterations: 1}}, Seeds: []uint64{1}}}, Workers: 1,
		Out: filepath.Join(t.TempDir(), "out.csv"), Progress: func(*Record) { cancel() },
	}
	got, err := s.Run(ctx)
	if !errors.Is(err, context.Canceled) || len(got) != 1 {
		t.Errorf("%d records and %v", len(got), err)
	}
	if kept, err := readRecords(s.Out); err != nil || len(kept) != 1 {
		t.Errorf("%d rows are kept (%v), want 1", len(kept), err)
	}
}

func TestNaturally(t *testing.T) {
	names := []string{"fs_1000_1", "fs_50_2", "fs_50_1_b", "fs_50", "C2_10_1", "C1_10_1", "C1_2_1", "fs_50_1"}
	slices.SortFunc(names, naturally)
	want := []string{"C1_2_1", "C1_10_1", "C2_10_1", "fs_50", "fs_50_1", "fs_50_1_b", "fs_50_2", "fs_1000_1"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("order differs (-want +got):\n%s", diff)
	}
}

func TestBudget(t *testing.T) {
	for want, b := range map[string]Budget{"1.5s": {Time: 1500 * time.Millisecond}, "20it": {Iterations: 20}} {
		if got := b.String(); got != want {
			t.Errorf("%+v is %s, want %s", b, got, want)
		}
	}
}

func TestTable(t *testing.T) {
	ok := func(instance, cost string, best, first float64) Record {
		return Record{
			Set: "s", Instance: instance, Solver: "callout", Workers: 1, Seed: 1, Budget: "1s", Cost: cost, Best: best, First: first,
			Iterations: 5, Complete: first >= 0, Checked: "ok",
		}
	}
	wrong := ok("d", "90", 100, 0.1)
	wrong.Checked = "a|b\nc"
	lost := ok("e", "900", 100, -1)
	lost.Unassigned = 3
	other := ok("a", "100", 100, 0.5)
	other.Budget = "7it"
	var b strings.Builder
	records := []Record{ok("a", "110", 100, 0.1), ok("b", "101", 100, 0.3), ok("c", "5", 0, 0.2), wrong, lost, other}
	if err := Table(&b, records); err != nil {
		t.Fatal(err)
	}
	// Of five runs with 1s two have a gap, 10 and 1 %, and four a complete plan, after 0.1, 0.3, 0.2 and 0.1 s.
	want := `| set | instance | solver | workers | budget | seed | cost | best | gap % | left out | first plan s | iterations | checked |
|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|
| s | a | callout | 1 | 1s | 1 | 110 | 100 | 10.000 | 0 | 0.1000 | 5 | ok |
| s | b | callout | 1 | 1s | 1 | 101 | 100 | 1.000 | 0 | 0.3000 | 5 | ok |
| s | c | callout | 1 | 1s | 1 | 5 |  |  | 0 | 0.2000 | 5 | ok |
| s | d | callout | 1 | 1s | 1 | 90 | 100 |  | 0 | 0.1000 | 5 | a\|b c |
| s | e | callout | 1 | 1s | 1 | 900 | 100 |  | 3 |  | 5 | ok |
| s | a | callout | 1 | 7it | 1 | 100 | 100 | 0.000 | 0 | 0.5000 | 5 | ok |

| set | solver | workers | budget | runs | mean gap % | of | worst gap % | mean first plan s | of | checked |
|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
| s | callout | 1 | 1s | 5 | 5.500 | 2 | 10.000 | 0.1750 | 4 | 4 |
| s | callout | 1 | 7it | 1 | 0.000 | 1 | 0.000 | 0.5000 | 1 | 1 |
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("table differs (-want +got):\n%s", diff)
	}
}
