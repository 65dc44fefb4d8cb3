package report

import (
	"time"

	"callout/cmd/callout/report/digest"
)

// card is the plan of one shift as a table.
type card struct {
	*digest.Route
	Index  int
	Look   look
	Jobs   int
	Lines  []line
	Driven time.Duration
	Metres float64
	Ends   string // where the route ends
}

// line of a card: a stop or a break.
type line struct {
	*digest.Stop
	Break    *digest.Span
	Waits    time.Duration
	Items    string
	Promises []string
}

func newCard(d *digest.Digest, k int, l look) card {
	r := d.Routes[k]
	c := card{
		Route: r, Index: k, Look: l, Ends: r.End.ID,
		Driven: r.Metrics.GetTravel().AsDuration(), Metres: r.Metrics.GetDistance(),
	}
	for _, s := range r.Stops {
		if !s.IsPickup {
			c.Jobs++
		}
	}
	waits := map[*digest.Stop]time.Duration{}
	for _, s := range r.Spans {
		switch s.Kind {
		case digest.Wait:
			waits[s.Stop] += s.To.Sub(s.From)
		case digest.Break:
			c.Lines = append(c.Lines, line{Break: &s})
		case digest.Service, digest.Pickup:
			c.Lines = append(c.Lines, newLine(d, s.Stop, waits[s.Stop]))
		case digest.Travel:
		}
	}
	return c
}

func newLine(d *digest.Digest, s *digest.Stop, waits time.Duration) line {
	l := line{Stop: s, Waits: waits, Items: itemList(s, d.Zone)}
	for _, w := range s.Windows {
		l.Promises = append(l.Promises, w.In(d.Zone))
	}
	if s.Risk != "" {
		l.Promises = append(l.Promises, s.Risk)
	}
	return l
}
