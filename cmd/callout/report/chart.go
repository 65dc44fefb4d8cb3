package report

import (
	"fmt"
	"strings"
	"time"

	"callout/cmd/callout/report/digest"
)

// chart is the Gantt chart of one day. Times in it are seconds from its left edge.
type chart struct {
	Day   int
	Label string
	Span  int
	Hours []hour
	Rows  []row
}

type hour struct {
	At    int
	Label string
	Odd   bool // left out where it is narrow
}

// row is one shift.
type row struct {
	Route                int // index, names the route across the page
	Look                 look
	Technician, Note     string
	Summary              string // for those who do not see the chart
	Late                 int
	Used                 bool
	From, Regular, Until int // the shift, its regular and its latest end
	Bars                 []bar
	Slots                []bar // promised and agreed windows
}

// bar is a span in a row.
type bar struct {
	Kind     string
	From, To int
	Stop     int // number; 0: none
	Late     bool
	Tip      string // lines; the first is the title
}

// Len is how long the bar is.
func (b bar) Len() int { return b.To - b.From }

func newChart(d *digest.Digest, day int, looks []look) chart {
	at := d.Days[day]
	c := chart{Day: day, Label: at.Date.Format("Monday 2 January"), Span: int(at.To.Sub(at.From).Seconds())}
	for t := at.From; t.Before(at.To); t = t.Add(time.Hour) {
		h := t.In(d.Zone).Hour()
		c.Hours = append(c.Hours, hour{At: c.at(at, t), Label: fmt.Sprintf("%02d", h), Odd: h%2 == 1})
	}
	for k, r := range d.Routes {
		if r.Day == day {
			c.Rows = append(c.Rows, c.row(d, at, k, r, looks[k]))
		}
	}
	return c
}

// at is where an instant stands, kept within the chart.
func (c *chart) at(day digest.Day, t time.Time) int {
	return max(0, min(c.Span, int(t.Sub(day.From).Seconds())))
}

func (c *chart) row(d *digest.Digest, day digest.Day, k int, r *digest.Route, l look) row {
	out := row{
		Route: k, Look: l, Technician: r.Technician, Late: r.Late, Used: r.Used(),
		From: c.at(day, r.From), Regular: c.at(day, r.RegularEnd), Until: c.at(day, r.To),
	}
	if !r.Used() {
		out.Note, out.Summary = "not used", r.Technician+": not used"
		return out
	}
	jobs := 0
	for _, s := range r.Stops {
		if !s.IsPickup {
			jobs++
		}
	}
	out.Note = fmt.Sprint(jobs)
	out.Summary = fmt.Sprintf("%s: %s, %s to %s", r.Technician, digest.Plural(jobs, "job"),
		digest.Clock(r.Depart, d.Zone), digest.Clock(r.Finish, d.Zone))
	if r.Late > 0 {
		out.Summary += fmt.Sprintf(", %d missed", r.Late)
	}
	for _, s := range r.Spans {
		b := bar{Kind: string(s.Kind), From: c.at(day, s.From), To: c.at(day, s.To), Tip: tip(d, s)}
		if s.Stop != nil && (s.Kind == digest.Service || s.Kind == digest.Pickup) {
			b.Stop, b.Late = s.Stop.Number, s.Stop.Miss != ""
		}
		out.Bars = append(out.Bars, b)
	}
	for _, s := range r.Stops {
		out.Slots = append(out.Slots, c.slots(day, s)...)
	}
	return out
}

// slots are a stop's promised windows, open ends at the chart's edges.
func (c *chart) slots(day digest.Day, s *digest.Stop) []bar {
	var out []bar
	for _, w := range s.Windows {
		if w.Hard || w.Wish {
			continue
		}
		b := bar{From: 0, To: c.Span, Stop: s.Number, Late: s.Miss != ""}
		if !w.From.IsZero() {
			b.From = c.at(day, w.From)
		}
		if !w.To.IsZero() {
			b.To = c.at(day, w.To)
		}
		if b.To > b.From {
			out = append(out, b)
		}
	}
	return out
}

// tip is the text of a bar's tooltip.
func tip(d *digest.Digest, s digest.Span) string {
	span := digest.Clock(s.From, d.Zone) + "–" + digest.Clock(s.To, d.Zone) + ", " + digest.Duration(s.To.Sub(s.From))
	switch {
	case s.Kind == digest.Break:
		name := "Break: " + s.Break
		if s.Paid {
			name += " (paid)"
		}
		return name + "\n" + span
	case s.Kind == digest.Travel && s.Stop == nil:
		return "Drive to the end\n" + span
	case s.Kind == digest.Travel:
		return fmt.Sprintf("Drive to %s\n%s, %s", s.Stop.Name, span, digest.Distance(s.Stop.Metres))
	case s.Kind == digest.Wait:
		return "Wait for " + s.Stop.Name + "\n" + span
	default:
		return strings.Join(append([]string{fmt.Sprintf("%d · %s", s.Stop.Number, s.Stop.Name), span}, stopLines(d, s.Stop)...), "\n")
	}
}

// stopLines tell what there is to know of a stop besides its times.
func stopLines(d *digest.Digest, s *digest.Stop) []string {
	var out []string
	if s.Place.ID != "" && s.Place.ID != s.Name {
		out = append(out, s.Place.ID)
	}
	for _, w := range s.Windows {
		out = append(out, w.In(d.Zone))
	}
	if s.Miss != "" {
		out = append(out, "⚠ "+s.Miss)
	}
	if s.Risk != "" {
		out = append(out, s.Risk)
	}
	if items := itemList(s, d.Zone); items != "" {
		out = append(out, items)
	}
	return out
}

// itemList tells parts and tools, and where they come from.
func itemList(s *digest.Stop, zone *time.Location) string {
	var words []string
	for _, it := range s.Items {
		word := it.Name
		if !it.Tool {
			word = fmt.Sprintf("%d × %s", it.Qty, it.Name)
		}
		if it.For != "" {
			word += " in place of " + it.For
		}
		switch {
		case it.From != "":
			word += " (from " + it.From + ")"
		case !it.Courier.IsZero():
			word += " (by courier, " + digest.Clock(it.Courier, zone) + ")"
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}
