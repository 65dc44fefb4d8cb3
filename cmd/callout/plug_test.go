package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// instance of package bench, whose tests derive the optimal costs.
func instance(name string) string { return filepath.Join("..", "..", "bench", "testdata", name) }

func TestPlug(t *testing.T) {
	for _, c := range []struct{ format, file, want string }{
		{"vrptw", "rays.txt", "617"},
		{"trsp", "towns.txt", "260"},
		{"fieldservice", "crews.json", "1550"},
		{"pcvrptw", "prizes.vrp", "499"},
		{"euro_neurips", "oneway.txt", "61"},
		{"strsp", filepath.Join("strsp", "tasks_noTeam", "fields.txt"), "438"},
	} {
		var out, errs strings.Builder
		code := run([]string{"plug", c.format, instance(c.file), "0.1", "1"}, streams{out: &out, err: &errs})
		if code != 0 {
			t.Fatalf("%s: code %d, %s", c.format, code, &errs)
		}
		var answer struct {
			Cost       json.Number     `json:"cost"`
			Routes     json.RawMessage `json:"routes"`
			SolverWall float64         `json:"solver_wall"`
		}
		if err := json.Unmarshal([]byte(out.String()), &answer); err != nil {
			t.Fatalf("%s: %v in %s", c.format, err, &out)
		}
		if answer.Cost.String() != c.want || len(answer.Routes) < 3 || answer.SolverWall <= 0 {
			t.Errorf("%s: %s, want a cost of %s", c.format, &out, c.want)
		}
	}
}

func TestPlugRefuses(t *testing.T) {
	for want, args := range map[string][]string{
		"is a file of format trsp, not vrptw": {"vrptw", instance("towns.txt"), "1", "1"},
		"unknown format":                      {"vrptw", "plug.go", "1", "1"},
		"neither a time budget":               {"vrptw", instance("rays.txt"), "0", "1"},
		"must be one of":                      {"tsp", instance("rays.txt"), "1", "1"},
	} {
		var out, errs strings.Builder
		code := run(append([]string{"plug"}, args...), streams{out: &out, err: &errs})
		if code == 0 || out.Len() > 0 || !strings.Contains(errs.String(), want) {
			t.Errorf("%v: code %d, output %q, %q lacks %q", args, code, &out, &errs, want)
		}
	}
}

func TestBenchWithoutSet(t *testing.T) {
	var out, errs strings.Builder
	code := run([]string{"bench", "--data", t.TempDir(), "--set", "solomon", "--iterations", "1"}, streams{out: &out, err: &errs})
	if want := "set solomon: no such folder: solomon"; code == 0 || !strings.Contains(errs.String(), want) {
		t.Errorf("code %d, %q lacks %q", code, &errs, want)
	}
}
