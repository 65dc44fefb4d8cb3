package digest

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
)

// parse reads a problem or plan; "10:00" stands for 10 o'clock on some day.
func parse[T proto.Message](t *testing.T, into T, text string) T {
	t.Helper()
	text = regexp.MustCompile(`"(\d\d:\d\d)"`).ReplaceAllString(text, `"2026-03-17T$1:00Z"`)
	if err := protojson.Unmarshal([]byte(text), into); err != nil {
		t.Fatal(err)
	}
	return into
}

const problem = `{
  "currencyCode": "EUR",
  "locations": [{"id": "home"}, {"id": "a"}, {"id": "b"}, {"id": "store"}],
  "jobs": [
    {"id": "A", "locationId": "a", "parts": [{"sku": "pump", "quantity": 1}], "windows": [
      {"kind": "WINDOW_KIND_PROMISE", "start": "08:00", "end": "09:00"},
      {"kind": "WINDOW_KIND_PROMISE", "start": "14:00", "end": "15:00"}]},
    {"id": "B", "locationId": "b", "windows": [{"kind": "WINDOW_KIND_SLA", "end": "13:00", "binds": "WINDOW_BINDS_SERVICE_END"}]},
    {"id": "C", "locationId": "b", "skills": {"allOf": [{"skill": "gas", "minLevel": 3}]}, "certificates": ["pass"]}
  ],
  "technicians": [{"id": "T", "skills": [{"skill": "gas", "level": 2}], "shifts": [{"id": "S", "earliestStart": "07:00",
    "regularEnd": "16:00", "latestEnd": "17:00", "startLocationId": "home", "endLocationId": "home",
    "breaks": [{"id": "lunch", "paid": true}]}]},
    {"id": "U", "shifts": [{"id": "S", "earliestStart": "07:00", "latestEnd": "17:00"}]}],
  "nodes": [{"id": "N", "locationId": "store"}]
}`

const plan = `{
  "routes": [{"technicianId": "T", "shiftId": "S", "depart": "08:00", "finish": "14:00",
    "breaks": [{"breakId": "lunch", "start": "11:30", "end": "12:00"}],
    "stops": [
      {"pickup": {"nodeId": "N", "parts": [{"sku": "pump", "quantity": 1}]}, "arrival": "08:20", "start": "08:20", "end": "08:30"},
      {"visit": {"jobId": "A", "parts": [{"sku": "pump", "quantity": 1, "nodeId": "N"}]},
       "arrival": "09:00", "start": "09:18", "end": "10:00"},
      {"visit": {"jobId": "B"}, "arrival": "12:10", "start": "12:20", "end": "13:20"}]}],
  "unassigned": [{"jobId": "C", "cost": 200, "reasons": [
     {"technicianId": "T", "verdict": "VERDICT_INCOMPATIBLE", "violations": [
       {"code": "CONSTRAINT_CODE_SKILL_LEVEL", "subject": "gas"}]},
     {"technicianId": "U", "verdict": "VERDICT_INCOMPATIBLE", "violations": [
       {"code": "CONSTRAINT_CODE_SKILL_LEVEL", "subject": "gas"}, {"code": "CONSTRAINT_CODE_CERTIFICATE", "subject": "pass"}]}],
     "cheapestRelaxation": {"technicianId": "T", "extraCost": 31.5, "lifted": [
       {"code": "CONSTRAINT_CODE_SKILL_LEVEL", "subject": "gas", "size": 1}]}}]
}`

func read(t *testing.T) *Digest {
	t.Helper()
	return New(parse(t, new(calloutv1.Problem), problem), parse(t, new(calloutv1.Plan), plan))
}

func TestSpans(t *testing.T) {
	d := read(t)
	var got []string
	for _, s := range d.Routes[0].Spans {
		line := fmt.Sprintf("%s %s-%s", s.Kind, Clock(s.From, d.Zone), Clock(s.To, d.Zone))
		if s.Stop != nil {
			line += " " + s.Stop.Name
		}
		got = append(got, line)
	}
	want := []string{
		"travel 08:00-08:20 N", "pickup 08:20-08:30 N", "travel 08:30-09:00 A", "wait 09:00-09:18 A", "service 09:18-10:00 A",
		"travel 10:00-11:30 B", "break 11:30-12:00", "travel 12:00-12:10 B", "wait 12:10-12:20 B", "service 12:20-13:20 B",
		"travel 13:20-14:00",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
	if s := d.Routes[0].Spans[6]; !s.Paid {
		t.Error("the paid break is not paid")
	}
}

// A: 18 min after the first promise, long before the second. B: done 20 min after the contract's deadline.
func TestMisses(t *testing.T) {
	r := read(t).Routes[0]
	if r.Late != 2 {
		t.Errorf("%d late, want 2", r.Late)
	}
	for k, want := range []string{"", "18 min late for the promised slot", "20 min late for the contract's deadline"} {
		if got := r.Stops[k].Miss; got != want {
			t.Errorf("stop %d: %q, want %q", k+1, got, want)
		}
	}
}

// A risk is told on the line between its points, and level beside them.
func TestRisk(t *testing.T) {
	for at, want := range map[string]string{
		"06:00": "10", "08:00": "10", "08:30": "12.5", "09:00": "15", "12:00": "57.5", "15:00": "100", "17:00": "100",
	} {
		p := parse(t, new(calloutv1.Problem), `{"jobs": [{"id": "A", "prediction": {"risk": [
			{"time": "08:00", "probability": 0.1}, {"time": "09:00", "probability": 0.15}, {"time": "15:00", "probability": 1}]}}],
			"technicians": [{"id": "T", "shifts": [{"id": "S"}]}]}`)
		d := New(p, parse(t, new(calloutv1.Plan), `{"routes": [{"technicianId": "T", "shiftId": "S", "stops": [
			{"visit": {"jobId": "A"}, "arrival": "`+at+`", "start": "`+at+`", "end": "`+at+`"}]}]}`))
		if got := d.Routes[0].Stops[0].Risk; got != "predicted, "+want+" % fail before" {
			t.Errorf("at %s: %q, want %s", at, got, want)
		}
	}
	for _, s := range read(t).Routes[0].Stops {
		if s.Risk != "" {
			t.Errorf("%s: %q", s.Name, s.Risk)
		}
	}
}

func TestPicks(t *testing.T) {
	d := read(t)
	if len(d.Picks) != 1 || d.Picks[0].Node != "N" || len(d.Picks[0].Items) != 1 {
		t.Fatalf("picks: %+v", d.Picks)
	}
	if diff := cmp.Diff([]string{"A"}, d.Picks[0].Items[0].Jobs); diff != "" {
		t.Errorf("jobs that the pump is for (-want +got):\n%s", diff)
	}
}

// Two jobs whose parts leave by the same departure are one shipment; what goes on by courier is another, and says so at the visit.
func TestShipments(t *testing.T) {
	d := New(parse(t, new(calloutv1.Problem), `{"locations": [{"id": "c"}, {"id": "n"}, {"id": "x"}],
		"nodes": [{"id": "C", "location_id": "c", "lanes": [{"id": "L", "to_node_id": "N"}]},
			{"id": "N", "location_id": "n", "lanes": [{"id": "courier"}]}],
		"jobs": [{"id": "A", "location_id": "x"}, {"id": "B", "location_id": "x"}]}`),
		parse(t, new(calloutv1.Plan), `{"routes": [{"technician_id": "t", "shift_id": "s", "stops": [
			{"pickup": {"node_id": "N", "parts": [{"sku": "pump", "quantity": 2}]}},
			{"visit": {"job_id": "A", "parts": [{"sku": "pump", "quantity": 2, "node_id": "N", "legs": [
				{"node_id": "C", "lane_id": "L", "cut_off": "2026-03-17T07:00:00Z", "arrival": "2026-03-17T08:00:00Z"}]}]}},
			{"visit": {"job_id": "B", "parts": [{"sku": "pump", "quantity": 1, "in_place_of": "big pump", "legs": [
				{"node_id": "C", "lane_id": "L", "cut_off": "2026-03-17T07:00:00Z", "arrival": "2026-03-17T08:00:00Z"},
				{"node_id": "N", "lane_id": "courier", "cut_off": "2026-03-17T08:30:00Z", "arrival": "2026-03-17T09:30:00Z"}]}]}}]}]}`))
	var got []string
	for _, s := range d.Shipments {
		for _, it := range s.Items {
			got = append(got, fmt.Sprintf("%s %s %s-%s %s %v %d %s %v", s.Node, s.Lane, Clock(s.CutOff, d.Zone), Clock(s.Arrives, d.Zone), s.To,
				s.Courier, it.Qty, it.Name, it.Jobs))
		}
	}
	want := []string{"C L 07:00-08:00 N false 3 pump [A B]", "N courier 08:30-09:30 x true 1 pump [B]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("shipments (-want +got):\n%s", diff)
	}
	stops := d.Routes[0].Stops
	if a, b := stops[1].Items[0], stops[2].Items[0]; !a.Courier.IsZero() || Clock(b.Courier, d.Zone) != "09:30" {
		t.Errorf("A's part by courier at %v, B's at %v; want none and 09:30", a.Courier, b.Courier)
	} else if a.For != "" || b.For != "big pump" {
		t.Errorf("A's part in place of %q, B's of %q", a.For, b.For)
	}
}

// What lands at a call is told with the jobs that it comes from: without a call, the first one behind the visit.
func TestLanding(t *testing.T) {
	d := New(parse(t, new(calloutv1.Problem), `{"locations": [{"id": "n"}, {"id": "x"}],
		"nodes": [{"id": "N", "location_id": "n"}], "jobs": [{"id": "A", "location_id": "x"}, {"id": "B", "location_id": "x"}]}`),
		parse(t, new(calloutv1.Plan), `{"routes": [{"technician_id": "t", "shift_id": "s", "stops": [
			{"pickup": {"node_id": "N", "returned": [{"sku": "held", "quantity": 1}]}},
			{"visit": {"job_id": "A", "returns": [{"sku": "pump", "quantity": 2, "node_id": "N"}, {"sku": "box", "quantity": 1}]}},
			{"pickup": {"node_id": "N", "returned": [{"sku": "pump", "quantity": 2}]}},
			{"visit": {"job_id": "B", "returns": [{"sku": "pump", "quantity": 1, "node_id": "N", "call": 3}]}},
			{"pickup": {"node_id": "N", "returned": [{"sku": "pump", "quantity": 1}]}}]}]}`))
	var got []string
	for _, p := range d.Picks {
		for _, it := range p.Lands {
			got = append(got, fmt.Sprintf("%d %s %v", it.Qty, it.Name, it.Jobs))
		}
	}
	if diff := cmp.Diff([]string{"1 held []", "2 pump [A]", "1 pump [B]"}, got); diff != "" {
		t.Errorf("landings (-want +got):\n%s", diff)
	}
	if list := d.Routes[0].Stops[1].Returns; len(list) != 2 || list[0].To != "N" || list[1].To != "" {
		t.Errorf("A returns %+v", list)
	}
}

// What jobs left out lack is gathered part by part, the dearest shortage first, with the nearest stock and the earliest offer.
func TestShortages(t *testing.T) {
	d := New(parse(t, new(calloutv1.Problem), `{"currency_code": "EUR", "jobs": [{"id": "A"}, {"id": "B"}, {"id": "C"}]}`),
		parse(t, new(calloutv1.Plan), `{"unassigned": [
			{"job_id": "A", "cost": 10, "part_shortages": [{"sku": "pump", "quantity": 2}, {"sku": "hose", "quantity": 1}]},
			{"job_id": "B", "cost": 30, "part_shortages": [{"sku": "pump", "quantity": 1, "nearest_node_id": "N", "nearest_quantity": 4,
				"nearest_from": "2026-03-17T09:00:00Z", "offers": [
				{"arrival": "2026-03-17T10:30:00Z", "cost": 45}, {"arrival": "2026-03-18T10:30:00Z"}]}]},
			{"job_id": "C", "cost": 99}]}`))
	want := []Shortage{
		{Name: "pump", Missing: 3, Jobs: []string{"B", "A"}, Cost: 40, Nearest: "4 at N from 09:00", Offer: "by courier 10:30 for €45.00"},
		{Name: "hose", Missing: 1, Jobs: []string{"A"}, Cost: 10},
	}
	if diff := cmp.Diff(want, d.Shortages); diff != "" {
		t.Errorf("shortages (-want +got):\n%s", diff)
	}
}

// Two calls at one node: what is used without a call is from the last one before.
func TestUsersOfCalls(t *testing.T) {
	use := func(name string, call int32) *Stop {
		return &Stop{Name: name, Items: []Item{{Name: "pump", Qty: 1, From: "N", Call: call}}}
	}
	call := &Stop{Name: "N", IsPickup: true}
	stops := []*Stop{call, use("A", 0), use("B", 1), call, use("C", 0), use("D", 1), use("E", 2)}
	pump := Item{Name: "pump", Qty: 1}
	if diff := cmp.Diff([]string{"A", "B", "D"}, usersOf(pump, 1, stops)); diff != "" {
		t.Errorf("first call (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"C", "E"}, usersOf(pump, 2, stops[3:])); diff != "" {
		t.Errorf("second call (-want +got):\n%s", diff)
	}
}

func TestUnassigned(t *testing.T) {
	d := read(t)
	if len(d.Out) != 1 {
		t.Fatalf("out: %+v", d.Out)
	}
	out := d.Out[0]
	if want := "Nobody can do it. Nearest: no gas at level 3."; out.Headline != want {
		t.Errorf("headline %q, want %q", out.Headline, want)
	}
	if want := "T could do it for €31.50 if that took no gas at level 3."; out.Remedy != want {
		t.Errorf("remedy %q, want %q", out.Remedy, want)
	}
	want := []Reason{
		{Text: "no gas at level 3", Technicians: []string{"T"}, Verdict: calloutv1.Verdict_VERDICT_INCOMPATIBLE},
		{Text: "no gas at level 3, no valid pass certificate", Technicians: []string{"U"}, Verdict: calloutv1.Verdict_VERDICT_INCOMPATIBLE},
	}
	if diff := cmp.Diff(want, out.Reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func TestSubjects(t *testing.T) {
	job := parse(t, new(calloutv1.Job), `{"skills": {"allOf": [{"skill": "gas", "minLevel": 3}, {"skill": "climbing"}],
		"anyOf": [{"skill": "welding", "minLevel": 2}, {"skill": "gluing"}]}}`)
	for violation, want := range map[string][2]string{
		`"SKILL_LEVEL", "subject": "gas"`:        {"no gas at level 3", "that took no gas at level 3"},
		`"SKILL_LEVEL", "subject": "climbing"`:   {"no climbing", "that took no climbing"},
		`"SKILL_LEVEL", "subject": "unheard-of"`: {"no unheard-of", "that took no unheard-of"},
		`"ANY_SKILL", "subject": "gluing"`: {
			"neither welding at level 2 nor gluing", "that took neither welding at level 2 nor gluing",
		},
		`"CERTIFICATE", "subject": "pass"`:            {"no valid pass certificate", "a valid pass certificate were held"},
		`"PARTS_SHORT", "subject": "pump", "size": 2`: {"no pump to be had", "there were 2 more pump"},
		`"TOOL_MISSING", "subject": "crane"`:          {"no crane to be had", "there were another crane"},
		`"TOOL_MISSING", "message": "no tool"`:        {"no tool", "this did not count: no tool"},
		`"SERVICE_AREA", "size": 1000`:                {"outside the service area", "the service area reached 1.0 km farther"},
	} {
		v := parse(t, new(calloutv1.Violation), `{"code": `+strings.Replace(violation, `"`, `"CONSTRAINT_CODE_`, 1)+`}`)
		if got := [2]string{obstacle(job, v), condition(job, v)}; got != want {
			t.Errorf("%s: %q, want %q", violation, got, want)
		}
	}
}

func TestHeadlines(t *testing.T) {
	reason := func(verdict, codes string, extra float64) string {
		var violations []string
		for c := range strings.FieldsSeq(codes) {
			violations = append(violations, fmt.Sprintf(`{"code":"CONSTRAINT_CODE_%s","subject":"pump"}`, c))
		}
		return fmt.Sprintf(`{"technicianId":"T","verdict":"VERDICT_%s","violations":[%s],"extraCost":%g}`,
			verdict, strings.Join(violations, ","), extra)
	}
	tests := map[string]struct{ reasons, want string }{
		"none":    {"", "Left out; no reason was given."},
		"dearer":  {reason("DEARER", "", 250), "1 technician could do it, but it costs more than it is worth."},
		"cut off": {reason("POSSIBLE", "", 20), "1 technician could still take it, had the search gone on."},
		"one rule of time": {
			reason("NO_ROOM", "FINISH_LATE", 0) + "," + reason("INCOMPATIBLE", "SERVICE_AREA", 0),
			"1 of 2 technicians could do it, but the shift ends too early.",
		},
		"many rules of time": {
			reason("NO_ROOM", "FINISH_LATE BREAK_OWED PARTS_SHORT", 0),
			"1 of 1 technician could do it, but there is no room left in the day, no pump to be had.",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := parse(t, new(calloutv1.Plan), `{"unassigned":[{"jobId":"C","cost":200,"reasons":[`+tt.reasons+`]}]}`)
			if got := New(new(calloutv1.Problem), p).Out[0].Headline; got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestDays(t *testing.T) {
	d := read(t)
	if len(d.Days) != 1 || Clock(d.Days[0].From, d.Zone) != "07:00" || Clock(d.Days[0].To, d.Zone) != "17:00" {
		t.Errorf("days: %+v", d.Days)
	}
}

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		Duration(38 * time.Second): "38 s",
		Duration(0):                "0 min",
		Duration(59*time.Minute + 45*time.Second): "1 h 00",
		Duration(65 * time.Minute):                "1 h 05",
		Distance(1234):                            "1.2 km",
		Distance(1_234_567):                       "1,235 km",
		Money(-12.345, "EUR"):                     "−€12.35",
		Money(12345.6, "EUR"):                     "€12,346",
		Money(5, "CHF"):                           "CHF 5.00",
		Money(5, ""):                              "5.00",
		Amount(1234567.891, "USD"):                "$1,234,567.89",
		Count(999):                                "999",
		Count(1000):                               "1,000",
		Plural(1, "job"):                          "1 job",
		Plural(0, "job"):                          "0 jobs",
		TermName(calloutv1.Term_TERM_OVERTIME):    "Overtime",
		TermName(99):                              "Term 99",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Each term and each window kind of the API has words.
func TestWordsAreComplete(t *testing.T) {
	for n := range calloutv1.Term_name {
		if n != 0 && termNames[calloutv1.Term(n)] == "" {
			t.Errorf("no name for %v", calloutv1.Term(n))
		}
	}
	for n := range calloutv1.WindowKind_name {
		if n != 0 && windowNames[calloutv1.WindowKind(n)] == "" {
			t.Errorf("no name for %v", calloutv1.WindowKind(n))
		}
	}
}
