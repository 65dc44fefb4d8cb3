package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const base = `tiny

VEHICLE
NUMBER     CAPACITY
  2         20

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      40         50          0          0       400          0
    1      45         68         10          0       300         10
    2      45         70         10         20       300         10
    3      42         20         10          0       300         10
    4      10         50         10          0       300         10
`

const release = "# Instance tiny\nDyn   Stat\n2     2\nID    RD\n1     -1\n2     5\n3     -1\n4     30\n"

// A day is played to its end in all ways, no job is lost, and nobody knows what is to come.
func TestRun(t *testing.T) {
	data := t.TempDir()
	for name, text := range map[string]string{"lackner/tiny.txt": base, "lackner_rd/tiny_rd_50.txt": release} {
		file := filepath.Join(data, "dvrptw_lackner", name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := options{data: data, budgets: budgets{first: 50, iterations: 20, static: 200, seed: 1}}
	r, err := o.run(t.Context(), dayKey{"lackner", "tiny", 50})
	if err != nil {
		t.Fatal(err)
	}
	if r.jobs != 4 || r.atOnce.left != 0 || r.inTime.left != 0 || r.insertion.left != 0 || r.static.left != 0 {
		t.Errorf("%+v", r)
	}
	if r.atOnce.cost < r.static.cost || r.inTime.cost < r.static.cost || r.insertion.cost < r.atOnce.cost {
		t.Errorf("knowing less is cheaper: %+v", r)
	}
	file := filepath.Join(data, "out.csv")
	if err := write(file, []record{*r}); err != nil {
		t.Fatal(err)
	}
	back, err := read(file)
	if err != nil || len(back) != 1 || !has(back, r.dayKey) || back[0].static.left != 0 {
		t.Errorf("%v, %v", back, err)
	}
	if text := table(back); !strings.Contains(text, "| lackner | 50 % | 1 | 100.0 % | 100.0 % | 100.0 % | 100.0 % | +") {
		t.Error(text)
	}
	if _, err := o.run(t.Context(), dayKey{"lackner", "tiny", 51}); err == nil {
		t.Error("a day without a file is played")
	}
}

func TestReleases(t *testing.T) {
	got, err := releases([]byte(release))
	if err != nil || len(got) != 4 || got["2"] != 5 || got["3"] != -1 {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"ID RD\n1 x\n", "ID RD\n1\n", "ID RD\n1 2\n1 3\n", "ID RD\n1 NaN\n", "ID RD\n1 -7\n"} {
		if got, err := releases([]byte(bad)); err == nil {
			t.Errorf("%q: %v", bad, got)
		}
	}
}
