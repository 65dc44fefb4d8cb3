package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
)

// A live day shows its events, what came of them and what became of the plan; what it recorded can be watched again.
func TestLiveDemoAndWatch(t *testing.T) {
	for _, tt := range []struct {
		name, flag string
		want       []string
	}{
		{"streets", "--streets", []string{"TravelChanged 1 rules of traffic", "TravelChanged free flow"}},
		{"straight lines", "--no-streets", nil},
	} {
		t.Run(tt.name, func(t *testing.T) { liveDemoAndWatch(t, tt.flag, tt.want) })
	}
}

func liveDemoAndWatch(t *testing.T, flag string, shows []string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "day.jsonl")
	code, out, errs := callout(t, "", "demo", "--live", "--jobs=40", "--technicians=6", "--time=300ms", "--workers=1",
		flag, "--pause=50ms",
		"--report="+filepath.Join(dir, "day.html"), "--record="+file)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	recorded, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	events := bytes.Count(recorded, []byte("\n")) - 1
	if events != demoEvents {
		t.Errorf("%d events came", events)
	}
	shown := regexp.MustCompile(`(?m)^\d\d:\d\d {2}[A-Z]`)
	for name, text := range map[string]string{"demo": out, "watch": watch(t, file)} {
		if n := len(shown.FindAllString(text, -1)); n != events {
			t.Errorf("%s: %d of %d events are shown:\n%s", name, n, events, text)
		}
		for _, want := range append([]string{
			"JobAdded", "repaired after", "visits, ", "Planned against happened:", "home, planned",
			"T01 ", "by who was planned",
		}, shows...) {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", name, want, text)
			}
		}
	}
	// What happens can be seen in the plan: the job that came first is in somebody's route, or left out.
	if !strings.Contains(string(recorded), `"jobAdded"`) {
		t.Error("no job came")
	}
}

func watch(t *testing.T, file string) string {
	t.Helper()
	code, out, errs := callout(t, "", "watch", file, "--pause=50ms", "--zone=Europe/Vienna")
	if code != 0 {
		t.Fatalf("watch: exit %d: %s", code, errs)
	}
	return out
}

func TestWatchRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for name, args := range map[string][]string{
		"no file":             {filepath.Join(dir, "none")},
		"nothing":             {write("empty", "")},
		"no start":            {write("event", `{"event":{"id":"e"}}`+"\n")},
		"no JSON":             {write("text", "hello\n")},
		"no such zone":        {write("zone", ""), "--zone=Moon/Base"},
		"a start of no sense": {write("odd", `{"start":{}}`+"\n")},
		"other roads":         {write("roads", `{"start":{"problem":{"profiles":[{"id":"v","roadNetwork":{"networkDigest":"00"}}]}}}`+"\n")},
		"no such network":     {write("away", `{"start":{}}`+"\n"), "--network=" + filepath.Join(dir, "none.road")},
	} {
		if code, _, errs := callout(t, "", append([]string{"watch"}, args...)...); code == 0 || errs == "" {
			t.Errorf("%s: exit %d, %q", name, code, errs)
		}
	}
}

// What is told of two plans, by hand.
func TestTold(t *testing.T) {
	at := func(h int) *timestamppb.Timestamp {
		return timestamppb.New(time.Date(2026, 3, 2, h, 0, 0, 0, time.UTC))
	}
	type visit struct {
		job  string
		hour int
	}
	route := func(technician string, finish int, visits ...visit) *calloutv1.Route {
		r := &calloutv1.Route{TechnicianId: technician, Finish: at(finish)}
		for _, v := range visits {
			r.Stops = append(r.Stops, &calloutv1.Stop{Kind: &calloutv1.Stop_Visit{Visit: &calloutv1.Visit{JobId: v.job}}, Start: at(v.hour)})
		}
		return r
	}
	planned := &calloutv1.Plan{Routes: []*calloutv1.Route{
		route("ann", 12, visit{"a", 8}, visit{"b", 9}, visit{"c", 10}), route("bob", 11, visit{"d", 9}),
	}}
	happened := &calloutv1.Plan{Routes: []*calloutv1.Route{
		route("ann", 13, visit{"a", 8}, visit{"e", 11}), route("bob", 14, visit{"d", 10}, visit{"b", 12}),
	}}
	var out strings.Builder
	if err := told(&out, planned, happened, time.UTC); err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(` +`).ReplaceAllString(out.String(), " ")
	for _, want := range []string{
		" ann 3 2 1 0 1 12:00 13:00", " bob 1 2 1 1 0 11:00 14:00", "2 visits by who was planned, 1 by others, 1 not at all, 1 that came up",
		"began 1h20m0s from",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
