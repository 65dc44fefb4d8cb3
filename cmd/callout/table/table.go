// Package table writes a plan as text that a dispatcher can read: the parts that are short, each technician's day line by line, what is
// picked up at each node, the jobs left out with their reasons, then what it all costs.
package table

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	calloutv1 "callout/api/callout/v1"
	"callout/cmd/callout/report/digest"
)

// Options of the text.
type Options struct {
	Width int  // columns of the terminal: lines are cut there; 0: they are not
	Style bool // bold and dim, for terminals that know them
}

// Write writes the plan.
func Write(w io.Writer, problem *calloutv1.Problem, plan *calloutv1.Plan, o Options) error {
	t := &table{d: digest.New(problem, plan), o: o, out: bufio.NewWriter(w)}
	t.shortages()
	for _, r := range t.d.Routes {
		if r.Used() {
			t.route(r)
		}
	}
	t.idle()
	t.picks()
	t.shipments()
	t.unassigned()
	t.cost()
	if err := t.out.Flush(); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

type table struct {
	d   *digest.Digest
	o   Options
	out *bufio.Writer
}

const (
	bold = "\x1b[1m"
	dim  = "\x1b[2m"
	off  = "\x1b[0m"
)

// line writes a line of printable text, cut to the width.
func (t *table) line(style, text string) {
	text = strings.TrimRight(Printable(text), " ")
	if t.o.Width > 0 && utf8.RuneCountInString(text) > t.o.Width {
		text = string([]rune(text)[:max(0, t.o.Width-1)]) + "…"
	}
	if t.o.Style && style != "" {
		text = style + text + off
	}
	fmt.Fprintln(t.out, text)
}

// Printable replaces what could steer a terminal: ids are somebody else's.
func Printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, s)
}

// pad fills a text up to a width in characters.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

// widest is the width of a column that holds a text of each item.
func widest[T any](items []T, text func(T) string) (width int) {
	for _, x := range items {
		width = max(width, utf8.RuneCountInString(text(x)))
	}
	return width
}

func (t *table) clock(s digest.Span) string {
	return digest.Clock(s.From, t.d.Zone) + "–" + digest.Clock(s.To, t.d.Zone)
}

// moment is a time of day, and on which day where there are several.
func (t *table) moment(at time.Time) string {
	if len(t.d.Days) > 1 {
		return at.In(t.d.Zone).Format("Mon 15:04")
	}
	return digest.Clock(at, t.d.Zone)
}

// route writes a shift: a head, then a line per stop and break.
func (t *table) route(r *digest.Route) {
	jobs := 0
	for _, s := range r.Stops {
		if !s.IsPickup {
			jobs++
		}
	}
	head := []string{r.Technician}
	if len(t.d.Days) > 1 {
		head = append(head, t.d.Days[r.Day].Date.Format("Mon 2 Jan"))
	}
	if r.Profile != "" {
		head = append(head, r.Profile)
	}
	head = append(head,
		t.clock(digest.Span{From: r.Depart, To: r.Finish}), digest.Plural(jobs, "job"),
		digest.Duration(r.Metrics.GetTravel().AsDuration())+" driving", digest.Distance(r.Metrics.GetDistance()))
	if r.Late > 0 {
		head = append(head, digest.Plural(r.Late, "promise")+" missed")
	}
	t.line(bold, strings.Join(head, "  "))

	names, places := widest(r.Stops, func(s *digest.Stop) string { return s.Name }), widest(r.Stops, where)
	row := func(style, time, what, at, drive, note string) {
		t.line(style, "  "+pad(time, 11)+"  "+pad(what, names)+"  "+pad(at, places)+"  "+pad(drive, 8)+"  "+note)
	}
	from := "starts at the first stop"
	if r.Start.ID != "" {
		from = "leaves " + r.Start.ID
	}
	t.line(dim, "  "+pad(digest.Clock(r.Depart, t.d.Zone), 11)+"  "+from)
	for _, s := range r.Spans {
		switch s.Kind {
		case digest.Service, digest.Pickup:
			row("", t.clock(s), s.Stop.Name, where(s.Stop), digest.Duration(s.Stop.Drive), note(s.Stop, t.d.Zone))
		case digest.Break:
			t.line(dim, "  "+t.clock(s)+"  "+s.Break+" break")
		case digest.Wait:
			if s.To.Sub(s.From).Minutes() >= 1 {
				t.line(dim, "  "+t.clock(s)+"  waits")
			}
		case digest.Travel:
		}
	}
	to := "ends with the last stop"
	if r.End.ID != "" {
		to = "reaches " + r.End.ID
	}
	t.line(dim, "  "+pad(digest.Clock(r.Finish, t.d.Zone), 11)+"  "+to)
	t.line("", "")
}

// where is the place of a stop, unless its name says it.
func where(s *digest.Stop) string {
	if s.Place.ID == s.Name {
		return ""
	}
	return s.Place.ID
}

// note is what a technician must know: a missed promise, what to pick up, what to bring.
func note(s *digest.Stop, zone *time.Location) string {
	var out []string
	if s.Miss != "" {
		out = append(out, "! "+s.Miss)
	}
	if s.Risk != "" {
		out = append(out, s.Risk)
	}
	var items []string
	for _, it := range s.Items {
		if it.Tool {
			items = append(items, it.Name)
			continue
		}
		text := fmt.Sprintf("%d × %s", it.Qty, it.Name)
		if it.For != "" {
			text += " in place of " + it.For
		}
		if !it.Courier.IsZero() {
			text += " (by courier, " + digest.Clock(it.Courier, zone) + ")"
		}
		items = append(items, text)
	}
	if len(items) > 0 {
		text := strings.Join(items, ", ")
		if s.IsPickup {
			text = "picks up " + text
		}
		out = append(out, text)
	}
	if len(s.Returns) > 0 {
		out = append(out, returned(s))
	}
	return strings.Join(out, "; ")
}

// returned tells what lands at a call, or is taken out of a machine.
func returned(s *digest.Stop) string {
	var items []string
	for _, it := range s.Returns {
		text := fmt.Sprintf("%d × %s", it.Qty, it.Name)
		if it.To != "" {
			text += " (to " + it.To + ")"
		}
		items = append(items, text)
	}
	if s.IsPickup {
		return "lands " + strings.Join(items, ", ")
	}
	return "brings back " + strings.Join(items, ", ")
}

// idle names the technicians who stay at home.
func (t *table) idle() {
	var names []string
	for _, r := range t.d.Routes {
		if !r.Used() {
			name := r.Technician
			if len(t.d.Days) > 1 {
				name += " (" + t.d.Days[r.Day].Date.Format("Mon") + ")"
			}
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		t.line(bold, "Not needed")
		t.line("", "  "+strings.Join(names, ", "))
		t.line("", "")
	}
}

// shortages writes what jobs are left out for.
func (t *table) shortages() {
	if len(t.d.Shortages) == 0 {
		return
	}
	t.line(bold, "Short of parts")
	names := widest(t.d.Shortages, func(s digest.Shortage) string { return s.Name })
	for _, s := range t.d.Shortages {
		text := fmt.Sprintf("  %3d × %s  %s", s.Missing, pad(s.Name, names), strings.Join(s.Jobs, ", "))
		if s.Nearest != "" {
			text += "; nearest " + s.Nearest
		}
		if s.Offer != "" {
			text += "; " + s.Offer
		}
		t.line("", text)
	}
	t.line("", "")
}

// picks writes what is taken and handed in at each node.
func (t *table) picks() {
	if len(t.d.Picks) == 0 {
		return
	}
	t.line(bold, "Pick list")
	nodes := widest(t.d.Picks, func(p digest.Pick) string { return p.Node })
	people := widest(t.d.Picks, func(p digest.Pick) string { return p.Technician })
	for _, p := range t.d.Picks {
		var items []string
		for _, it := range p.Items {
			text := it.Name
			if !it.Tool {
				text = fmt.Sprintf("%d × %s", it.Qty, it.Name)
			}
			items = append(items, text+" ("+strings.Join(it.Jobs, ", ")+")")
		}
		for _, it := range p.Lands {
			items = append(items, fmt.Sprintf("hands in %d × %s (%s)", it.Qty, it.Name, strings.Join(it.Jobs, ", ")))
		}
		at := t.moment(p.At)
		t.line("", fmt.Sprintf("  %s  %s  %s  %s", pad(p.Node, nodes), at, pad(p.Technician, people), strings.Join(items, ", ")))
	}
	t.line("", "")
}

// shipments writes what each node hands over, and until when.
func (t *table) shipments() {
	if len(t.d.Shipments) == 0 {
		return
	}
	t.line(bold, "Shipments")
	from := widest(t.d.Shipments, func(s digest.Shipment) string { return s.Node })
	to := widest(t.d.Shipments, func(s digest.Shipment) string { return s.To })
	for _, s := range t.d.Shipments {
		var items []string
		for _, it := range s.Items {
			items = append(items, fmt.Sprintf("%d × %s (%s)", it.Qty, it.Name, strings.Join(it.Jobs, ", ")))
		}
		t.line("", fmt.Sprintf("  %s  %s  %s  → %s  %s", pad(s.Node, from), t.moment(s.CutOff)+"–"+t.moment(s.Arrives), pad(s.Lane, 7),
			pad(s.To, to), strings.Join(items, ", ")))
	}
	t.line("", "")
}

func (t *table) unassigned() {
	t.line(bold, fmt.Sprintf("Left out: %s", digest.Plural(len(t.d.Out), "job")))
	names := widest(t.d.Out, func(o digest.Out) string { return o.Name })
	places := widest(t.d.Out, func(o digest.Out) string { return o.Place.ID })
	for _, o := range t.d.Out {
		price := digest.Amount(o.Cost, t.d.Problem.GetCurrencyCode())
		t.line("", fmt.Sprintf("  %s  %s  %10s  %s", pad(o.Name, names), pad(o.Place.ID, places), price, o.Headline))
		if o.Remedy != "" {
			t.line(dim, "  "+strings.Repeat(" ", names+2)+"→ "+o.Remedy)
		}
	}
	t.line("", "")
}

func (t *table) cost() {
	t.line(bold, "Cost")
	width := widest(t.d.Terms, func(term digest.TermCost) string { return term.Name })
	row := func(style, name string, tier int, amount float64) {
		text := fmt.Sprintf("  %s  %14s", pad(name, width), digest.Amount(amount, t.d.Problem.GetCurrencyCode()))
		if tier > 0 && t.d.Tiers > 1 {
			text += fmt.Sprintf("  tier %d", tier)
		}
		t.line(style, text)
	}
	for _, term := range t.d.Terms {
		row("", term.Name, term.Tier, term.Cost)
	}
	row(bold, "Total", 0, t.d.Plan.GetCost().GetTotal())
	if m := t.d.Plan.GetMetrics(); m.GetTotals() != nil {
		t.line("", fmt.Sprintf("  %s of %d done in %s, %s driving, %s", digest.Plural(int(m.GetJobsAssigned()), "job"),
			len(t.d.Problem.GetJobs()), digest.Plural(int(m.GetShiftsUsed()), "shift"),
			digest.Duration(m.GetTotals().GetTravel().AsDuration()), digest.Distance(m.GetTotals().GetDistance())))
		if m.OnTimeShare != nil {
			t.line("", fmt.Sprintf("  %.1f %% of the promises kept", 100*m.GetOnTimeShare()))
		}
	}
}
