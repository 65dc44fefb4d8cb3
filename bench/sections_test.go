package bench

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// run is a record; first is 0.01 s and the CPU share 0.5.
func run(set, instance, solver, budget, cost string, best float64) Record {
	return Record{
		Set: set, Instance: instance, Jobs: 50, Solver: solver, Build: "b", Workers: 1, Seed: 1, Budget: budget, Cost: cost, Best: best,
		First: 0.01, Wall: 1, CPU: 0.5, Complete: true, Checked: "ok", Machine: "m",
	}
}

// With 100 known for a, and nothing for x, of which the best of all runs is 190.
func sample() (records, pool []Record) {
	incomplete := run("solomon", "b", "peer 1", "1s", "900", 100)
	incomplete.Complete, incomplete.Unassigned, incomplete.First = false, 25, -1
	refused := run("day", "x", "peer 1", "1s", "10", 0)
	refused.Checked = "a rule | broken"
	two := run("solomon", "a", Ours, "1s", "100", 100)
	two.Workers = 2
	records = []Record{
		run("day", "x", Ours, "1s", "200", 0), refused,
		run("solomon", "a", "peer 1", "1s", "120", 100), run("solomon", "a", Ours, "1s", "101", 100),
		incomplete, run("solomon", "b", Ours, "1s", "103", 100), run("solomon", "a", Ours, "100ms", "110", 100), two,
	}
	other := run("day", "x", Ours, "10s", "190", 0)
	other.Build = "a"
	return records, append([]Record{other}, records...)
}

func TestQualitySection(t *testing.T) {
	records, pool := sample()
	head := "| set | jobs | budget | instances | seeds | mean gap | worst | goal | others earlier | first complete plan | jobs left out | " +
		"CPU share, mean (least) | refused |\n" +
		"|---|---:|---:|---:|---:|---:|---:|---:|---|---:|---:|---:|---:|\n"
	// 1 and 3 % above 100; 200 is 5.26 % above 190.
	want := head + `| solomon | 50 | 100ms | 1 | 1 | 10.00 % | 10.00 % |  |  | 10.0 ms | 0.0 % | 0.50 (0.50) | 0 |
| solomon | 50 | 1s | 2 | 1 | 2.00 % | 3.00 % | 0.5 % | 2 % (HGS) | 10.0 ms | 0.0 % | 0.50 (0.50) | 0 |
| day | 50 | 1s | 1 | 1 | 5.26 % ¹ | 5.26 % |  |  | 10.0 ms | 0.0 % | 0.50 (0.50) | 0 |

` + inventedNote + `

4 runs; seeds 1; workers 1. Build b. Machine: m.

` + head + `| solomon | 50 | 1s | 1 | 1 | 0.00 % | 0.00 % | 0.1 % |  | 10.0 ms | 0.0 % | 0.50 (0.50) | 0 |

1 runs; seeds 1; workers 2. Build b. Machine: m.

`
	goals := Goals{{"solomon", 50, "", "1s", 1, 0.5, "2 % (HGS)"}, {"solomon", 50, "", "1s", 2, 0.1, ""}, {"solomon", 50, "a", "1s", 1, 9, ""}}
	if diff := cmp.Diff(want, QualitySection(records, pool, goals)); diff != "" {
		t.Errorf("differs (-want +got):\n%s", diff)
	}
}

// Only what both were asked with one worker is compared; a refused or incomplete plan has no gap.
func TestPeersSection(t *testing.T) {
	records, pool := sample()
	got := PeersSection(records, pool)
	for _, want := range []string{
		"| set | jobs | budget | instances | callout | peer 1 |\n",
		"| solomon | 50 | 1s | 2 | 2.00 % | 20.00 % (1 of 2) |\n| day | 50 | 1s | 1 | 5.26 % ¹ | – |\n",
		"| set | jobs | budget | instances | ours above the cheapest other plan, mean | worst | cheaper | as dear | dearer |\n",
		"| solomon | 50 | 1s | 1 | -15.83 % | -15.83 % | 1 | 0 | 0 |\n", // 101 against 120; the other plans of peers are not valid
		"| callout | 1s | 3 | 0 | 0.50 (0.50) | 1.00 s |\n| peer 1 | 1s | 3 | 2 | 0.50 (0.50) | 1.00 s |\n",
		"\n- peer 1: a rule \\| broken (1)\n- peer 1: jobs are left out that have to be done (1)\n",
		"6 runs; seeds 1; workers 1.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if strings.Contains(got, "100ms") {
		t.Errorf("the peer was not asked with 100 ms:\n%s", got)
	}
	if ours := only(records, func(r *Record) bool { return r.Solver == Ours }); Compared(ours) || !Compared(records) {
		t.Error("whether there are peers")
	}
}

func TestGapPlot(t *testing.T) {
	f := GapPlot(sample())
	if len(f.Panels) != 2 || f.Panels[0].Title != "solomon, 50 jobs (2)" {
		t.Fatalf("%+v", f.Panels)
	}
	ours, peer := f.Panels[0].Lines[0], f.Panels[0].Lines[1]
	if ours.Name != Ours || len(ours.Points) != 1 || ours.Points[0].X != 1 || ours.Points[0].Open {
		t.Errorf("%+v", ours)
	}
	if len(peer.Points) != 1 || !peer.Points[0].Open || len(f.Panels[1].Lines[1].Points) != 0 {
		t.Errorf("%+v, %+v", peer, f.Panels[1].Lines[1])
	}
}

func TestCurvesSection(t *testing.T) {
	r := run("solomon", "a", Ours, "1s", "101", 100)
	r.Curve = Curve{{0.2, "150"}, {1, "102"}}
	short := run("solomon", "b", Ours, "100ms", "101", 100)
	short.Curve = Curve{{0.1, "150"}}
	got := CurvesSection([]Record{r, short}, []Record{r})
	if want := "| a | 1s |  | 50.00 % |  | 2.00 % |  |  |  |  |  |  | 1.00 % |\n"; !strings.HasSuffix(got, want) {
		t.Errorf("want %s at the end of\n%s", want, got)
	}
	if got := CurvesSection(nil, nil); got != "No runs with a curve.\n" {
		t.Error(got)
	}
}

func TestSplice(t *testing.T) {
	const doc = "a\n<!-- begin x -->\nold\n<!-- end x -->\nb\n"
	got, err := Splice(doc, "x", "new\n")
	if want := "a\n<!-- begin x -->\n\nnew\n\n<!-- end x -->\nb\n"; err != nil || got != want {
		t.Errorf("%q, %v", got, err)
	}
	if again, err := Splice(got, "x", "new"); err != nil || again != got {
		t.Errorf("a second time: %q, %v", again, err)
	}
	for name, bad := range map[string]string{
		"absent": "a\n", "twice": doc + doc, "swapped": "<!-- end x -->\n<!-- begin x -->\n", "no end": "<!-- begin x -->\n",
	} {
		if _, err := Splice(bad, "x", ""); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestPriceTable(t *testing.T) {
	const output = `goos: linux
cpu: Some CPU
BenchmarkPrice/jobs=100/with=none-2         	   100	 8113 ns/op	 1000 it/s	 0 left-out	 11.00 routes	 0 B/op	 0 allocs/op
BenchmarkPrice/jobs=100/with=none-2         	   100	 8113 ns/op	 3000 it/s	 0 left-out	 11.00 routes	 0 B/op	 0 allocs/op
BenchmarkPrice/jobs=100/with=work-price+break-2 	   100	 8113 ns/op	 500 it/s	 3.000 left-out	 12.00 routes	 0 B/op	 0 allocs/op
BenchmarkPrice/jobs=100/all-but=two-breaks-2 	   100	 8113 ns/op	 1234567 it/s	 3.000 left-out	 12.00 routes	 0 B/op	 0 allocs/op
PASS
`
	got, err := PriceTable(strings.NewReader(output))
	if err != nil {
		t.Fatal(err)
	}
	want := `| feature | 100 jobs, it/s | price | spread | routes | left out |
|---|---:|---:|---:|---:|---:|
| **plain** | 2,000 | 1.00 | 100 % | 11 | 0 |
| work price + break | 500 | 4.00 | 0 % | 12 | 3 |
| all but two breaks | 1,234,567 | 0.00 | 0 % | 12 | 3 |

Median of 2 repetitions; spread is the range over the median. Some CPU.
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differs (-want +got):\n%s", diff)
	}
	for _, bad := range []string{
		"", "BenchmarkPrice/jobs=100/with=all-2 5 1 ns/op\n", "BenchmarkPrice/jobs=100/with=all-2 5 x ns/op\n",
		"BenchmarkPrice/jobs=100/with=all-2 5 9 it/s\n",
	} {
		if _, err := PriceTable(strings.NewReader(bad)); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

func TestSuites(t *testing.T) {
	for _, name := range SuiteNames {
		choices, err := Suite(name)
		if err != nil || len(choices) == 0 {
			t.Fatalf("%s: %v", name, err)
		}
		for _, c := range choices {
			if _, known := layouts[c.Set]; len(c.Budgets) == 0 || len(c.Seeds) == 0 || !known && generated[c.Set] == nil {
				t.Errorf("%s: %+v", name, c)
			}
			if _, madeUp := generated[c.Set]; !madeUp {
				continue
			}
			set, err := OpenSet("", c.Set)
			if err != nil {
				t.Fatal(err)
			}
			for _, pattern := range c.Instances {
				if found, err := set.choose([]string{pattern}); err != nil || len(found) == 0 {
					t.Errorf("%s: nothing is like %s (%v)", name, pattern, err)
				}
			}
		}
	}
	if _, err := Suite("none"); err == nil {
		t.Error("a suite that there is not")
	}
}

func TestBuild(t *testing.T) {
	if got, err := Build("v1.2.3"); err != nil || got != "v1.2.3" {
		t.Errorf("%q, %v", got, err)
	}
	for _, v := range []string{"", "devel", "v1-dirty"} {
		if got, err := Build(v); err != nil || len(got) != len(v)+9 || !strings.HasPrefix(got, v+"+") {
			t.Errorf("%q, %v", got, err)
		}
	}
	if m := Machine(); !strings.Contains(m, "×") || strings.Contains(m, "  ") {
		t.Error(m)
	}
}
