package bench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Rays cost 617 at best (TestSolveExamples).
func TestNewBest(t *testing.T) {
	data, folder := dataFolder(t), filepath.Join(t.TempDir(), "best")
	path := filepath.Join(folder, "solomon", "RAYS9.json")
	run := func(known string) string {
		t.Helper()
		bks := "instance,cost\nRAYS9," + known + "\n"
		if err := os.WriteFile(filepath.Join(data, "solomon", "bks.csv"), []byte(bks), 0o644); err != nil {
			t.Fatal(err)
		}
		s := &Series{
			Data: data, Workers: 1, Build: "b", Best: folder,
			Choices: []Choice{{Set: "solomon", Budgets: []Budget{{Iterations: 2000}}, Seeds: []uint64{3}}},
		}
		if _, err := s.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		kept, err := os.ReadFile(path)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		return string(kept)
	}
	for _, known := range []string{"616", "617", "617.0001"} {
		if kept := run(known); kept != "" {
			t.Errorf("%s is not beaten: %s", known, kept)
		}
	}
	kept := run("618")
	for _, want := range []string{
		`{"set":"solomon","instance":"RAYS9","cost":617,"best_known":618,"budget":"2000it","workers":1,"seed":3,"build":"b","routes":[[`,
		"9", "]]}\n",
	} {
		if !strings.Contains(kept, want) {
			t.Errorf("%q lacks %q", kept, want)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "solomon", "RAYS10.json")); err == nil {
		t.Error("a plan of an instance without a best known cost is kept")
	}

	// A plan gives way to a cheaper one only.
	if again := run("700"); again != kept {
		t.Errorf("as good a plan is replaced: %s", again)
	}
	if err := os.WriteFile(path, []byte(`{"cost": 617.5}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if again := run("618"); again != kept {
		t.Errorf("a dearer plan stays: %s", again)
	}
	if err := os.WriteFile(path, []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	in := example(t, "rays.txt", VRPTW)
	in.Name = "RAYS9"
	res, err := Solve(t.Context(), in, Settings{Iterations: 2000, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	r := &Record{Set: "solomon", Instance: "RAYS9", Best: 700}
	r.fill(res)
	if err := r.keepBest(folder, in.Format, res); err == nil || !strings.Contains(err.Error(), "RAYS9.json") {
		t.Errorf("a file that is no plan: %v", err)
	}

	// Nor is a plan kept that the checker refuses, or that leaves out a job.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	for _, spoil := range []func(*Record){func(r *Record) { r.Checked = "late" }, func(r *Record) { r.Complete = false }} {
		bad := *r
		spoil(&bad)
		if err := bad.keepBest(folder, in.Format, res); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%+v is kept", bad)
		}
	}
}
