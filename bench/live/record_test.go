package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callout/bench/happen"
)

// What is written is read back, and the tables have the means.
func TestRecords(t *testing.T) {
	records := []record{
		{day: 1, event: 0, kind: "job added", applied: true, took: 5 * time.Millisecond},
		{
			day: 1, event: 1, kind: "job added", applied: true, took: 15 * time.Millisecond, sampled: true,
			live: outcome{102, 0, shift{1, 2, 3}}, free: outcome{101, 4, shift{4, 5, 6}}, scratch: outcome{100, 1, shift{7, 8, 9}},
		},
		{day: 1, event: 2, kind: "time passed"},
	}
	file := filepath.Join(t.TempDir(), "live.csv")
	if err := write(file, records); err != nil {
		t.Fatal(err)
	}
	back, err := read(file)
	if err != nil || len(back) != len(records) {
		t.Fatalf("%v, %v", back, err)
	}
	for k := range back {
		if back[k] != records[k] {
			t.Errorf("%+v, want %+v", back[k], records[k])
		}
	}
	if !has(back, 1) || has(back, 2) || fewest(back, happen.Kinds) != 0 {
		t.Error("which days and kinds there are")
	}
	text := tables(back, &options{kinds: happen.Kinds})
	for _, want := range []string{
		"| job added | 2 | 0 | 5.0 | 15.0 | 15.0 | 1 | +2.00 % | +2.00 % |", "| time passed | 0 | 1 |",
		"| changes have a price | 1.0 | 2.0 | 3.0 | +2.00 % | 0 |", "| changes are free | 4.0 | 5.0 | 6.0 | +1.00 % | 4 |",
		"| from scratch | 7.0 | 8.0 | 9.0 | +0.00 % | 1 |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestShifts(t *testing.T) {
	before := map[string]place{"a": {"ann", "", 0}, "b": {"ann", "a", 1000}, "c": {"bob", "", 0}, "gone": {"bob", "c", 0}}
	after := map[string]place{"a": {"ann", "", 600}, "b": {"bob", "c", 1601}, "c": {"bob", "x", 0}, "new": {"ann", "a", 5}}
	if got := shifts(before, after); got != (shift{reassigned: 1, moved: 1, shifted: 1}) {
		t.Errorf("%+v", got)
	}
}
