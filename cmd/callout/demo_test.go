package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDemo(t *testing.T) {
	page := filepath.Join(t.TempDir(), "new", "day.html")
	code, out, errs := callout(t, "", "demo", "--jobs=30", "--technicians=5", "--time=300ms", "--workers=1", "--report="+page)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	for _, want := range []string{"T01 ", "Left out: ", "\n  Total ", "no broken rule, and the same cost", "Report:  " + page} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in the output:\n%s", want, out)
		}
	}
	if !strings.Contains(errs, "30 jobs, 5 technicians") || !strings.Contains(errs, "cost ") {
		t.Errorf("no progress:\n%s", errs)
	}
	text, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(text), "The independent checker, which shares no code") {
		t.Errorf("the report (%v) does not tell of the checker", err)
	}
}

func TestDefaultReport(t *testing.T) {
	t.Chdir(t.TempDir())
	if got := defaultReport(); got != "callout-demo.html" {
		t.Errorf("%s, where there is no bin", got)
	}
	if err := os.Mkdir("bin", 0o755); err != nil {
		t.Fatal(err)
	}
	if got := defaultReport(); got != filepath.Join("bin", "callout-demo.html") {
		t.Errorf("%s, where there is a bin", got)
	}
}

func TestDemoRefuses(t *testing.T) {
	for _, args := range [][]string{
		{"--jobs=0"}, {"--listen=nowhere:99999999"}, {"--jobs=5", "--technicians=2", "--time=50ms", "--report=/dev/null/x.html"},
	} {
		if code, _, errs := callout(t, "", append([]string{"demo"}, args...)...); code != exitFailed || errs == "" {
			t.Errorf("%v: exit %d, %q", args, code, errs)
		}
	}
}
