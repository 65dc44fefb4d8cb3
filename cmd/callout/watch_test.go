package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
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

// record writes a day for watch, with so much time between two events.
func record(t *testing.T, step time.Duration, start *calloutv1.DayStart, events ...*calloutv1.DayEvent) (file string) {
	t.Helper()
	var out bytes.Buffer
	rec := recorder{out: &out}
	list := []*calloutv1.ReoptimizeRequest{{Kind: &calloutv1.ReoptimizeRequest_Start{Start: start}}}
	for n, e := range events {
		e.Id, e.Now = fmt.Sprint("e", n), timestamppb.New(start.GetProblem().GetNow().AsTime().Add(time.Duration(n+1)*step))
		list = append(list, &calloutv1.ReoptimizeRequest{Kind: &calloutv1.ReoptimizeRequest_Event{Event: e}})
	}
	for _, m := range list {
		if err := rec.write(m); err != nil {
			t.Fatal(err)
		}
	}
	file = filepath.Join(t.TempDir(), "day.jsonl")
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// The table knows which jobs came, changed and went, where they are, and which promises they miss. A wish is a question with its price, and changes
// nothing; a day that ends with one is over at once.
func TestWatchKnowsTheDay(t *testing.T) {
	problem := city.Generate(city.Options{Jobs: 12, Technicians: 4, Seed: 1}).GetProblem()
	jobs, now := problem.GetJobs(), problem.GetNow()
	late := func(id, place string) *calloutv1.Job { // what is promised cannot be kept
		return &calloutv1.Job{Id: id, LocationId: place, UnassignedCost: new(1e5), Windows: []*calloutv1.TimeWindow{{
			Kind: calloutv1.WindowKind_WINDOW_KIND_PROMISE, Start: now, End: timestamppb.New(now.AsTime().Add(time.Minute)),
		}}}
	}
	site := proto.CloneOf(problem.GetLocations()[0])
	site.Id = "new site"
	added := &calloutv1.JobAdded{Job: late("came-up", site.GetId()), Location: &calloutv1.NewLocation{Location: site}}
	changed := &calloutv1.JobChanged{Job: late(jobs[10].GetId(), jobs[10].GetLocationId())}
	cancelled := func(k int) *calloutv1.DayEvent_JobCancelled {
		return &calloutv1.DayEvent_JobCancelled{JobCancelled: &calloutv1.JobCancelled{JobId: jobs[k].GetId()}}
	}
	moved := &calloutv1.VisitMoved{JobId: "came-up", TechnicianId: problem.GetTechnicians()[1].GetId()}
	begin := time.Now()
	text := watch(t, record(t, 10*time.Minute, &calloutv1.DayStart{Problem: problem, Settings: &calloutv1.DaySettings{Iterations: 50}},
		&calloutv1.DayEvent{What: &calloutv1.DayEvent_JobAdded{JobAdded: added}},
		&calloutv1.DayEvent{What: &calloutv1.DayEvent_JobChanged{JobChanged: changed}},
		&calloutv1.DayEvent{What: cancelled(7)}, &calloutv1.DayEvent{What: cancelled(9)},
		&calloutv1.DayEvent{What: &calloutv1.DayEvent_VisitMoved{VisitMoved: moved}, Wish: true},
	))
	if took := time.Since(begin); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
	for _, want := range []string{
		`came-up +new site .*! .* late for the promised slot`, jobs[10].GetId() + ` .*! .* late for the promised slot`, ` of 11 done in `,
		`06:50  what if VisitMoved came-up to ` + moved.GetTechnicianId() + `\?\n +would cost [+-]\d+\.\d\d: \d+ changes, \d+ rules broken`,
	} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// Of a day without a running plan the one that the session made is what was planned, not the first of its tries.
func TestPlannedIsWhatTheSessionMade(t *testing.T) {
	problem := city.Generate(city.Options{Jobs: 40, Technicians: 6, Seed: 2}).GetProblem()
	text := watch(t, record(t, 10*time.Minute, &calloutv1.DayStart{Problem: problem, Settings: &calloutv1.DaySettings{Iterations: 2000}}))
	if !strings.Contains(text, "improved after") || !strings.Contains(text, " 0 by others, 0 not at all, 0 that came up") {
		t.Error(text)
	}
}

// Alerts are shown with the revision that has them first, ways out when they come, and what comes late before the next event; no id steers the terminal.
func TestAlertsAreShown(t *testing.T) {
	at := func(day, hour int) *timestamppb.Timestamp {
		return timestamppb.New(time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC))
	}
	var out strings.Builder
	v := newView(&out, time.UTC, &calloutv1.Problem{Technicians: []*calloutv1.Technician{
		{Shifts: []*calloutv1.Shift{{EarliestStart: at(2, 8)}, {EarliestStart: at(3, 8)}}},
	}})
	revise := func(kind calloutv1.RevisionKind, alerts ...*calloutv1.Alert) {
		v.message(&calloutv1.ReoptimizeResponse{Revision: &calloutv1.Revision{Kind: kind, Alerts: alerts}})
	}
	event := func(id string) *calloutv1.DayEvent {
		e := &calloutv1.DayEvent{Id: id, Now: at(2, 9), What: &calloutv1.DayEvent_JobCancelled{JobCancelled: &calloutv1.JobCancelled{JobId: id}}}
		v.event(e)
		return e
	}
	applied := func(id string, alerts ...*calloutv1.Alert) {
		v.message(&calloutv1.ReoptimizeResponse{
			Events:   []*calloutv1.EventAnswer{{EventId: id, Verdict: calloutv1.EventVerdict_EVENT_VERDICT_APPLIED}},
			Revision: &calloutv1.Revision{Kind: calloutv1.RevisionKind_REVISION_KIND_REPAIRED, Alerts: alerts},
		})
	}
	old, late := &calloutv1.Alert{Message: "old"}, &calloutv1.Alert{Message: "j\x1b[2J is late"}
	ways := []*calloutv1.WayOut{{
		Kind: calloutv1.WayKind_WAY_KIND_ANOTHER_TECHNICIAN, TechnicianId: "ann\x1b", Start: at(3, 10),
		Extra: &calloutv1.CostBreakdown{Total: 2},
	}}
	event("a")
	applied("a", old, late)
	revise(calloutv1.RevisionKind_REVISION_KIND_IMPROVED, old, late)
	event("b\x1b")
	revise(calloutv1.RevisionKind_REVISION_KIND_QUIET, old, &calloutv1.Alert{Message: late.GetMessage(), Ways: ways})
	applied("b\x1b", old)
	revise(calloutv1.RevisionKind_REVISION_KIND_QUIET, old, &calloutv1.Alert{Message: "new", Ways: ways})
	revise(calloutv1.RevisionKind_REVISION_KIND_QUIET, old, &calloutv1.Alert{Message: "new", Ways: ways})
	const want = "Mon 2 Mar 09:00  JobCancelled a\n" +
		"       ! old\n" +
		"       ! j\uFFFD[2J is late\n" +
		"       ways out: j\uFFFD[2J is late\n" +
		"           another technician: ann\uFFFD Tue 3 Mar 10:00, +2.00\n" +
		"Mon 2 Mar 09:00  JobCancelled b\uFFFD\n" +
		"       ! new\n" +
		"           another technician: ann\uFFFD Tue 3 Mar 10:00, +2.00\n"
	if got := out.String(); got != want {
		t.Errorf("%s", got)
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
		route("ann", 12, visit{"a", 8}, visit{"b", 9}, visit{"c", 10}), route("bob\x1b", 11, visit{"d", 9}),
	}}
	happened := &calloutv1.Plan{Routes: []*calloutv1.Route{
		route("ann", 13, visit{"a", 8}, visit{"e", 11}), route("bob\x1b", 14, visit{"d", 10}, visit{"b", 12}),
	}}
	var out strings.Builder
	if err := told(&out, planned, happened, clockFor(time.UTC, nil)); err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(` +`).ReplaceAllString(out.String(), " ")
	for _, want := range []string{
		" ann 3 2 1 0 1 12:00 13:00", " bob\uFFFD 1 2 1 1 0 11:00 14:00",
		"2 visits by who was planned, 1 by others, 1 not at all, 1 that came up", "began 1h20m0s from",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// Changes of several days are told with the date, and no id steers the terminal.
func TestCompared(t *testing.T) {
	at := func(day int) *timestamppb.Timestamp {
		return timestamppb.New(time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC))
	}
	var out strings.Builder
	compare(&out, &calloutv1.WishPrice{
		Changes: []*calloutv1.PlanChange{{
			JobId: "j\x1b", Kind: calloutv1.ChangeKind_CHANGE_KIND_RETIMED, FromTechnicianId: "ann", ToTechnicianId: "ann",
			FromStart: at(2), ToStart: at(3),
		}},
		Broken: []*calloutv1.EventFault{{Code: "late", Message: "j\x1b is late"}},
	}, "EUR")
	for _, want := range []string{"  breaks late: j\uFFFD is late\n", "  j\uFFFD retimed: ann Mon 2 Mar 09:00, now ann Tue 3 Mar 09:00\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}
