package bench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInstancesSection(t *testing.T) {
	day := func(instance, solver, budget, cost string, best float64, jobs int) Record {
		r := run("fieldservice", instance, solver, budget, cost, best)
		r.Jobs = jobs
		return r
	}
	second, refused := day("fs_10", Ours, "1s", "1300", 1000, 299), day("fs_10", "peer 1", "1s", "5", 1000, 299)
	two := day("fs_10", Ours, "1s", "1", 1000, 299)
	second.Seed, second.Unassigned = 2, 3
	refused.Checked = "late"
	two.Workers = 2
	short := run("trsp-13", "x", Ours, "1s", "20010", 0)
	short.Unassigned = 2
	records := []Record{
		day("fs_10", Ours, "1s", "1100", 1000, 299), second, refused, two, run("solomon", "a", Ours, "1s", "101", 100), short,
		day("fs_9", Ours, "1s", "990", 1000, 200), day("fs_9", "peer 1", "1s", "1200", 1000, 200), day("fs_9", "peer 2", "1s", "1000", 1000, 200),
		day("fs_9", Ours, "10s", "980", 1000, 200),
	}
	goals := Goals{
		{"fieldservice", 200, "fs_10", "1s", 1, 1050, "1,400 (X)"},
		{"fieldservice", 200, "fs_9", "1s", 1, 995, "1,400 (X)"},
		{"fieldservice", 200, "", "10s", 1, 1, "no instance"},
	}
	want := `| set | instance | budget | seeds | cost | jobs left out | best known | gap | goal | cheapest of other solvers |
|---|---|---:|---:|---:|---:|---:|---:|---:|---|
| trsp-13 | x | 1s | 1 | 20,010 | 2 | 20,010 ¹ | 0.00 % |  |  |
| fieldservice | fs_9 | 1s | 1 | 990 | 0 | 1,000 | -1.00 % | 995 | 1,000 (peer 2) |
| fieldservice | fs_9 | 10s | 1 | 980 | 0 | 1,000 | -2.00 % |  |  |
| fieldservice | fs_10 | 1s | 2 | 1,200 | 1.5 | 1,000 | 20.00 % | 1,050 | 1,400 (X) |

`
	got := InstancesSection(records, records, goals)
	table, note, _ := strings.Cut(got, "\nMeans")
	if diff := cmp.Diff(want, table+"\n"); diff != "" {
		t.Errorf("differs (-want +got):\n%s", diff)
	}
	if !strings.Contains(note, "plus 10,000 for each") {
		t.Error(note)
	}
	// Sizes of one first digit are one row of means.
	if got := QualitySection(records, records, nil); !strings.Contains(got, "| fieldservice | 200–299 | 1s | 2 | 2 | 13.00 % |") {
		t.Error(got)
	}
}

// 100 and 50 alone become 99 and 60 with two workers, and 200 stays; other budgets, seeds and plans that are not valid say nothing.
func TestWorkersSection(t *testing.T) {
	var records []Record
	put := func(instance, budget, cost string, workers int, change func(*Record)) {
		r := run("solomon", instance, Ours, budget, cost, 0)
		r.Workers = workers
		if change != nil {
			change(&r)
		}
		records = append(records, r)
	}
	for _, budget := range []string{"1s", "10s"} {
		put("a", budget, "100", 1, nil)
		put("b", budget, "50", 1, nil)
		put("c", budget, "200", 1, nil)
	}
	put("a", "1s", "99", 2, nil)
	put("b", "1s", "60", 2, nil)
	put("c", "1s", "200", 2, nil)
	put("a", "1s", "1", 2, func(r *Record) { r.Seed = 2 })
	put("a", "10s", "1", 2, func(r *Record) { r.Checked = "late" })
	put("a", "10s", "1", 2, func(r *Record) { r.Solver = "peer" })
	put("b", "10s", "50", 4, nil)
	want := `| set | jobs | budget | workers | runs | above one worker, mean | worst | cheaper | as dear | dearer |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
| solomon | 50 | 1s | 2 | 3 | +6.33 % | +20.00 % | 1 | 1 | 1 |
| solomon | 50 | 10s | 4 | 1 | +0.00 % | +0.00 % | 0 | 1 | 0 |
`
	if diff := cmp.Diff(want, WorkersSection(records, records)); diff != "" {
		t.Errorf("differs (-want +got):\n%s", diff)
	}
}

// The goals that are kept belong to runs of the suite that the tables are made with.
func TestGoals(t *testing.T) {
	goals, err := ReadGoals("goals.csv")
	if err != nil || len(goals) == 0 {
		t.Fatalf("%d goals, %v", len(goals), err)
	}
	choices, err := Suite("table")
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range goals {
		found := false
		for _, c := range choices {
			for _, b := range c.Budgets {
				found = found || c.Set == g.set && b.String() == g.budget && max(1, c.Workers) == g.workers
			}
		}
		if !found || g.jobs != firstDigit(g.jobs) {
			t.Errorf("no run of the suite for %+v", g)
		}
	}
	for want, text := range map[string]string{
		":1: expected the columns set,jobs": "set,jobs\n", ":3: jobs, workers and goal": "set,jobs,instance,budget,workers,goal,others\n" +
			"a,1,,1s,1,2.5,\na,1,,1s,1,x,\n",
		"wrong number of fields": "set,jobs,instance,budget,workers,goal,others\na\n",
	} {
		file := filepath.Join(t.TempDir(), "goals.csv")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadGoals(file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %q", err, want)
		}
	}
}
