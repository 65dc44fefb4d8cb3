package table

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
	"callout/cmd/callout/report/plantest"
)

func write(t *testing.T, p *calloutv1.Problem, plan *calloutv1.Plan, o Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, p, plan, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestEverythingIsThere(t *testing.T) {
	p, plan := plantest.Day(t, city.Options{Jobs: 60, Technicians: 6, Days: 2, Seed: 3})
	text := write(t, p, plan, Options{})
	picks := 0
	for _, r := range plan.GetRoutes() {
		if !strings.Contains(text, "\n"+r.GetTechnicianId()+"  ") && !strings.HasPrefix(text, r.GetTechnicianId()) {
			t.Errorf("no head for %s", r.GetTechnicianId())
		}
		for _, s := range r.GetStops() {
			if s.GetPickup() != nil {
				picks++
			} else if n := strings.Count(text, "  "+s.GetVisit().GetJobId()+"  "); n != 1 {
				t.Errorf("job %s has %d lines, want 1", s.GetVisit().GetJobId(), n)
			}
		}
	}
	if got := strings.Count(text, "picks up "); got != picks || picks == 0 {
		t.Errorf("%d pick-ups, want %d", got, picks)
	}
	for _, u := range plan.GetUnassigned() {
		if !strings.Contains(text, u.GetJobId()) {
			t.Errorf("job %s, left out, is missing", u.GetJobId())
		}
	}
	_, section, _ := strings.Cut(text, "\nPick list\n")
	section, _, _ = strings.Cut(section, "\n\n")
	if dated := regexp.MustCompile(`(?m) {2}[A-Z][a-z]{2} \d\d:\d\d {2}`); len(dated.FindAllString(section, -1)) != picks {
		t.Errorf("calls of two days, and not each says on which:\n%s", section)
	}
	for _, want := range []string{"\nLeft out: ", "\nCost\n", "\n  Total ", "  leaves ", "  reaches ", " lunch break"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(text, "\x1b") {
		t.Error("escape sequences without styles")
	}
}

// Each departure that anything is shipped by has one line, and visits say what comes by courier.
func TestShipments(t *testing.T) {
	p, plan := plantest.Day(t, city.Options{Jobs: 60, Technicians: 8, Seed: 3, Network: true})
	text := write(t, p, plan, Options{})
	legs, couriers := map[string]bool{}, 0
	for _, r := range plan.GetRoutes() {
		for _, s := range r.GetStops() {
			for _, part := range s.GetVisit().GetParts() {
				for _, leg := range part.GetLegs() {
					to := ""
					if leg.GetLaneId() == "courier" {
						to = s.GetLocationId()
					}
					legs[leg.GetNodeId()+leg.GetLaneId()+leg.GetCutOff().String()+to] = true
				}
				if len(part.GetLegs()) > 0 && part.GetNodeId() == "" {
					couriers++
				}
			}
		}
	}
	_, section, _ := strings.Cut(text, "\nShipments\n")
	section, _, _ = strings.Cut(section, "\n\n")
	if got := strings.Count(section, " → "); got != len(legs) || got == 0 {
		t.Errorf("%d shipments, want %d:\n%s", got, len(legs), section)
	}
	if got := strings.Count(text, "(by courier, "); got != couriers || got == 0 {
		t.Errorf("%d parts by courier, want %d", got, couriers)
	}
}

// Parts that are short come first, and every call has a line in the pick list.
func TestShortagesAndPicks(t *testing.T) {
	p, plan := plantest.Day(t, city.Options{Jobs: 60, Technicians: 8, Seed: 3, Network: true})
	short := map[string]bool{}
	for _, u := range plan.GetUnassigned() {
		for _, s := range u.GetPartShortages() {
			short[s.GetSku()] = true
		}
	}
	if len(short) == 0 && len(plan.GetUnassigned()) > 0 {
		u := plan.GetUnassigned()[0]
		u.PartShortages = append(u.PartShortages, &calloutv1.PartShortage{Sku: "flux capacitor", Quantity: 2, NearestNodeId: "Hill Valley"})
		short["flux capacitor"] = true
	}
	text := write(t, p, plan, Options{})
	section, _, _ := strings.Cut(text, "\n\n")
	head, lines, _ := strings.Cut(section, "\n")
	if got := 1 + strings.Count(lines, "\n"); head != "Short of parts" || got != len(short) {
		t.Errorf("%d parts are short, the text begins:\n%s", len(short), section)
	}
	calls := 0
	for _, r := range plan.GetRoutes() {
		for _, s := range r.GetStops() {
			if s.GetPickup() != nil {
				calls++
			}
		}
	}
	_, section, _ = strings.Cut(text, "\nPick list\n")
	section, _, _ = strings.Cut(section, "\n\n")
	if got := 1 + strings.Count(section, "\n"); got != calls || calls == 0 {
		t.Errorf("%d lines in the pick list, want %d:\n%s", got, calls, section)
	}
}

// Each return is told where it is taken out, and each call at which something lands says so.
func TestReturns(t *testing.T) {
	p, plan := plantest.Day(t, city.Options{Jobs: 60, Technicians: 8, Seed: 3, Returns: true})
	text := write(t, p, plan, Options{})
	visits, calls := 0, 0
	for _, r := range plan.GetRoutes() {
		for _, s := range r.GetStops() {
			if len(s.GetVisit().GetReturns()) > 0 {
				visits++
			}
			if len(s.GetPickup().GetReturned()) > 0 {
				calls++
			}
		}
	}
	if got := strings.Count(text, "brings back "); got != visits || got == 0 {
		t.Errorf("%d visits with returns, want %d", got, visits)
	}
	if got := strings.Count(text, "lands "); got != calls || got == 0 {
		t.Errorf("%d calls at which something lands, want %d", got, calls)
	}
}

// Predicted work is told from what customers wait for.
func TestPredictedWork(t *testing.T) {
	p, plan := plantest.Day(t, city.Options{Jobs: 20, Technicians: 3, Seed: 3})
	st := plan.GetRoutes()[0].GetStops()[0]
	for _, j := range p.GetJobs() {
		if j.GetId() == st.GetVisit().GetJobId() {
			j.Prediction = &calloutv1.Prediction{Risk: []*calloutv1.RiskPoint{{Time: st.GetStart(), Probability: 0.125}}}
		}
	}
	if text := write(t, p, plan, Options{}); strings.Count(text, "predicted, 12.5 % fail before") != 1 {
		t.Error("one visit is predicted work, and the text does not say so")
	}
}

// Nothing that an id may hold reaches the terminal as a command.
func TestHostileIDs(t *testing.T) {
	p, plan := plantest.Day(t, city.Options{Jobs: 40, Technicians: 6, Seed: 1})
	lines := strings.Count(write(t, p, plan, Options{}), "\n")
	plantest.Rename(p, plan)
	text := write(t, p, plan, Options{})
	if strings.Contains(text, "\x1b") {
		t.Error("an id's escape sequence is in the text")
	}
	if got := strings.Count(text, "\n"); got != lines {
		t.Errorf("%d lines with hostile ids, %d with tame ones", got, lines)
	}
}

func TestWidth(t *testing.T) {
	p, plan := plantest.Day(t, city.Options{Jobs: 40, Technicians: 6, Seed: 1})
	for line := range strings.Lines(write(t, p, plan, Options{Width: 50})) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 50 {
			t.Errorf("%d columns: %q", n, line)
		}
	}
	if text := write(t, p, plan, Options{Style: true}); !strings.HasPrefix(text, bold) || !strings.Contains(text, off) {
		t.Error("no styles where they are wanted")
	}
}
