package report

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
	"callout/cmd/callout/report/plantest"
)

var meta = Meta{
	Title: "A day", Version: "v1.2.3", RequestID: "r-1", Seed: 7, FirstPlan: 3 * time.Millisecond, Elapsed: 2 * time.Second,
	Iterations: 12345, Stopped: "the time budget was used up", Judgement: Judgement{Made: true},
	Trace: []Sample{{Elapsed: 3 * time.Millisecond, Cost: 500}, {Elapsed: time.Second, Cost: 300}, {Elapsed: 2 * time.Second, Cost: 300}},
}

func render(t *testing.T, p *calloutv1.Problem, plan *calloutv1.Plan, m Meta) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, p, plan, m); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestStandsAlone(t *testing.T) {
	p, plan := plantest.Day(t, city.Options{Jobs: 40, Technicians: 6, Seed: 1})
	page := render(t, p, plan, meta)
	for _, outside := range []string{
		"http://", "https://", "//cdn", "@import", "url(", "<link", "<base", " src=", "srcset", "fetch(", "XMLHttp", "import(",
	} {
		if strings.Contains(page, outside) {
			t.Errorf("the page refers to the outside: %q", outside)
		}
	}
	if strings.Contains(page, "ZgotmplZ") {
		t.Error("a value was refused by the template's escaping")
	}
}

func TestSamePlanSamePage(t *testing.T) {
	p, plan := plantest.Day(t, city.Options{Jobs: 40, Technicians: 6, Seed: 1})
	if again := render(t, p, plan, meta); again != render(t, p, plan, meta) {
		t.Error("two pages of one plan differ")
	}
}

// Every stop is on the map, in the chart and in the plan; every job left out is listed and marked.
func TestNothingIsMissing(t *testing.T) {
	p, plan := plantest.Day(t, city.Options{Jobs: 60, Technicians: 6, Days: 2, Seed: 3})
	page := render(t, p, plan, meta)
	stops, visits := 0, 0
	for _, r := range plan.GetRoutes() {
		stops += len(r.GetStops())
		for _, s := range r.GetStops() {
			if s.GetVisit() != nil {
				visits++
				if !strings.Contains(page, "<b>"+s.GetVisit().GetJobId()+"</b>") {
					t.Errorf("job %s is not in the plan", s.GetVisit().GetJobId())
				}
			}
		}
	}
	if stops == 0 || visits == stops || len(plan.GetUnassigned()) == 0 {
		t.Fatalf("%d stops, %d visits, %d unassigned: the day tests too little", stops, visits, len(plan.GetUnassigned()))
	}
	for what, pattern := range map[string]string{
		"map":   `<g class="mk stop [^>]*data-stop="\d+"`,
		"chart": `<i class="bar (service|pickup)[^>]*data-stop="\d+"`,
		"plan":  `<tr data-stop="\d+"`,
	} {
		if got := len(regexp.MustCompile(pattern).FindAllString(page, -1)); got != stops {
			t.Errorf("%s: %d stops, want %d", what, got, stops)
		}
	}
	for _, u := range plan.GetUnassigned() {
		if !strings.Contains(page, `<div class="out-head"><b>`+u.GetJobId()+"</b>") {
			t.Errorf("job %s, left out, is not listed", u.GetJobId())
		}
	}
	if got := strings.Count(page, `<g class="mk out"`); got != len(plan.GetUnassigned()) {
		t.Errorf("%d jobs left out on the map, want %d", got, len(plan.GetUnassigned()))
	}
	if got := strings.Count(page, `<button type="button" data-day-tab=`); got != 2 {
		t.Errorf("%d buttons for days, want 2", got)
	}
	if got := strings.Count(page, `<div class="gantt-scroll"`); got != 2 {
		t.Errorf("%d charts, want one per day", got)
	}
}

// Shipments are listed, and drawn on the map.
func TestShipments(t *testing.T) {
	p, plan := plantest.Day(t, city.Options{Jobs: 60, Technicians: 8, Seed: 3, Network: true})
	page := render(t, p, plan, meta)
	listed := len(regexp.MustCompile(`<b>(courier|transfer) to [^<]*, there \d\d:\d\d</b>`).FindAllString(page, -1))
	drawn := strings.Count(page, `<path class="flow" d="M`) - 1 // one is in the legend
	if listed == 0 || listed != drawn {
		t.Errorf("%d shipments listed, %d on the map", listed, drawn)
	}
	if !strings.Contains(page, "(by courier, ") {
		t.Error("no visit says what comes by courier")
	}
	plantest.Rename(p, plan)
	if page := render(t, p, plan, meta); strings.Contains(page, "<img") || strings.Contains(page, "<svg/onload") {
		t.Error("an id broke out of the page")
	}
}

// The plan and the chart tell predicted work from what customers wait for.
func TestPredictedWork(t *testing.T) {
	p, plan := plantest.Day(t, city.Options{Jobs: 20, Technicians: 3, Seed: 3})
	st := plan.GetRoutes()[0].GetStops()[0]
	for _, j := range p.GetJobs() {
		if j.GetId() == st.GetVisit().GetJobId() {
			j.Prediction = &calloutv1.Prediction{Risk: []*calloutv1.RiskPoint{{Time: st.GetStart(), Probability: 0.125}}}
		}
	}
	if page := render(t, p, plan, meta); strings.Count(page, "<small>predicted, 12.5 % fail before</small>") != 1 {
		t.Error("one visit is predicted work, and the plan does not say so")
	}
}

func TestIDsAreUnique(t *testing.T) {
	p, plan := plantest.Day(t, city.Options{Jobs: 60, Technicians: 6, Days: 2, Seed: 3})
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(render(t, p, plan, meta), -1) {
		if seen[m[1]] {
			t.Errorf("id %q occurs twice", m[1])
		}
		seen[m[1]] = true
	}
}

// Whatever ids are, the page has the same elements.
func TestHostileIDs(t *testing.T) {
	p, plan := plantest.Day(t, city.Options{Jobs: 40, Technicians: 6, Seed: 1})
	tame := tags(render(t, p, plan, meta))
	plantest.Rename(p, plan)
	m := meta
	m.Title, m.RequestID, m.Version, m.Stopped = plantest.Hostile, plantest.Hostile, plantest.Hostile, plantest.Hostile
	page := render(t, p, plan, m)
	if strings.Contains(page, "<img") || strings.Contains(page, "<svg/onload") {
		t.Error("an id became an element")
	}
	if hostile := tags(page); hostile != tame {
		t.Errorf("elements with tame ids: %s\nwith hostile ids: %s", tame, hostile)
	}
}

// tags counts the elements of a page, by name.
func tags(page string) string {
	count := map[string]int{}
	for _, m := range regexp.MustCompile(`<([a-z][a-z0-9]*)[\s>]`).FindAllStringSubmatch(page, -1) {
		count[m[1]]++
	}
	return fmt.Sprint(count)
}

func TestOddPlans(t *testing.T) {
	tests := map[string]struct{ problem, plan, want string }{
		"nothing at all": {`{}`, `{}`, "Every job is in the plan."},
		"no positions, no times of shifts": {
			`{"jobs":[{"id":"j","locationId":"l"}],"locations":[{"id":"l"}],"technicians":[{"id":"t","shifts":[{"id":"s"}]}]}`,
			`{"unassigned":[{"jobId":"j"}]}`,
			"Left out; no reason was given.",
		},
		"of another problem": {
			`{}`,
			`{"routes":[{"technicianId":"t","shiftId":"s","depart":"2026-01-01T08:00:00Z","finish":"2026-01-01T09:00:00Z",
			  "stops":[{"visit":{"jobId":"unheard-of"},"arrival":"2026-01-01T08:10:00Z","start":"2026-01-01T08:10:00Z",
			  "end":"2026-01-01T08:10:00Z"},{"pickup":{"nodeId":"n"}}]}]}`,
			"unheard-of",
		},
		"a stop without a kind": {`{}`, `{"routes":[{"stops":[{}]}]}`, "Plan by technician"},
		"one place": {
			`{"locations":[{"id":"l","position":{"latitude":90,"longitude":180}}],"jobs":[{"id":"j","locationId":"l"}]}`,
			`{"unassigned":[{"jobId":"j"}]}`,
			`class="mk out"`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p, plan := new(calloutv1.Problem), new(calloutv1.Plan)
			if err := protojson.Unmarshal([]byte(tt.problem), p); err != nil {
				t.Fatal(err)
			}
			if err := protojson.Unmarshal([]byte(tt.plan), plan); err != nil {
				t.Fatal(err)
			}
			// Our own script and style may say what they like.
			page := regexp.MustCompile(`(?s)<(script|style)>.*?</(script|style)>`).ReplaceAllString(render(t, p, plan, Meta{}), "")
			if !strings.Contains(page, tt.want) {
				t.Errorf("no %q in the page:\n%s", tt.want, page)
			}
			if m := regexp.MustCompile(`NaN|[+-]Inf`).FindString(page); m != "" {
				t.Errorf("%s in the page:\n%s", m, page)
			}
		})
	}
}

func TestJudgementIsTold(t *testing.T) {
	m := meta
	m.Judgement = Judgement{Made: true, Faults: []string{"stop 3 is late"}}
	if page := render(t, new(calloutv1.Problem), new(calloutv1.Plan), m); !strings.Contains(page, "<li>stop 3 is late</li>") {
		t.Error("a broken rule is not told")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestWriteFails(t *testing.T) {
	if err := Write(full{}, new(calloutv1.Problem), new(calloutv1.Plan), meta); err == nil {
		t.Error("no error where nothing could be written")
	}
}

// Where legs have their way on the road, the map has it too.
func TestStreets(t *testing.T) {
	p, plan := plantest.Day(t, city.Options{Jobs: 20, Technicians: 2, Seed: 1})
	before := render(t, p, plan, meta)
	for _, r := range plan.GetRoutes() {
		for _, s := range r.GetStops() {
			if s.GetLeg() != nil {
				s.Leg.Polyline = "_wmdHyzcdB{@yAoAx@" // Vienna: 48.2, 16.37, and on
			}
		}
	}
	after := render(t, p, plan, meta)
	lines := func(page string) int { return len(regexp.MustCompile(`L-?[0-9.]+ `).FindAllString(page, -1)) }
	stops := 0
	for _, r := range plan.GetRoutes() {
		stops += len(r.GetStops())
	}
	if more := lines(after) - lines(before); more < 3*stops-len(plan.GetRoutes()) {
		t.Errorf("%d more lines for the ways to %d stops", more, stops)
	}
}
