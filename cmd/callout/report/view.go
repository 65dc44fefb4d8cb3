package report

import (
	"fmt"
	"time"

	"callout/cmd/callout/report/digest"
)

// view is what the template shows.
type view struct {
	*digest.Digest
	Meta
	Title    string
	Subtitle []string
	Figures  []figure
	Trace    *spark
	Days     []dayTab
	Map      *cityMap
	Charts   []chart // per day
	Cards    []card
	Nodes    []nodePicks
	Senders  []nodeShipments
	Costs    []costRow
}

// dayTab is a button that chooses a day.
type dayTab struct {
	Index int
	Label string
}

// nodePicks is the pick list of one node.
type nodePicks struct {
	Node  string
	Picks []digest.Pick
}

// nodeShipments is what one node hands over.
type nodeShipments struct {
	Node      string
	Shipments []digest.Shipment
}

func newView(d *digest.Digest, meta Meta) *view {
	v := &view{Digest: d, Meta: meta, Title: meta.Title}
	looks := choose(d)
	v.subtitle()
	v.figures()
	v.Trace = newSpark(meta.Trace)
	for k, day := range d.Days {
		v.Days = append(v.Days, dayTab{Index: k, Label: day.Date.Format("Mon 2 Jan")})
		v.Charts = append(v.Charts, newChart(d, k, looks))
	}
	v.Map = newMap(d, looks)
	for k, r := range d.Routes {
		if r.Used() {
			v.Cards = append(v.Cards, newCard(d, k, looks[k]))
		}
	}
	for _, p := range d.Picks {
		if n := len(v.Nodes); n == 0 || v.Nodes[n-1].Node != p.Node {
			v.Nodes = append(v.Nodes, nodePicks{Node: p.Node})
		}
		last := &v.Nodes[len(v.Nodes)-1]
		last.Picks = append(last.Picks, p)
	}
	for _, s := range d.Shipments {
		if n := len(v.Senders); n == 0 || v.Senders[n-1].Node != s.Node {
			v.Senders = append(v.Senders, nodeShipments{Node: s.Node})
		}
		last := &v.Senders[len(v.Senders)-1]
		last.Shipments = append(last.Shipments, s)
	}
	v.costs()
	return v
}

func (v *view) subtitle() {
	if v.Title == "" {
		v.Title = "Plan"
	}
	if n := len(v.Digest.Days); n > 0 {
		when := v.Digest.Days[0].Date.Format("Monday 2 January 2006")
		if n > 1 {
			when = v.Digest.Days[0].Date.Format("Monday 2") + " to " + v.Digest.Days[n-1].Date.Format("Monday 2 January 2006")
		}
		v.Subtitle = append(v.Subtitle, when)
	}
	v.Subtitle = append(v.Subtitle,
		digest.Plural(len(v.Problem.GetJobs()), "job"),
		digest.Plural(len(v.Problem.GetTechnicians()), "technician"),
		"times in "+zoneName(v.Zone))
}

func zoneName(z *time.Location) string {
	if z == time.UTC {
		return "UTC"
	}
	return z.String()
}

// Clock is a time of day in the report's zone; with several days the day too.
func (v *view) Clock(t time.Time) string { return digest.Clock(t, v.Zone) }

// When is Clock with the day, where there are several.
func (v *view) When(t time.Time) string {
	if len(v.Days) < 2 {
		return v.Clock(t)
	}
	return t.In(v.Zone).Format("Mon 15:04")
}

// Money is an amount in the problem's currency.
func (v *view) Money(x float64) string { return digest.Money(x, v.Problem.GetCurrencyCode()) }

// Run tells what the search did, for the foot of the page.
func (v *view) Run() []string {
	var out []string
	if v.Version != "" {
		out = append(out, "Callout "+v.Version)
	}
	if v.RequestID != "" {
		out = append(out, "request "+v.RequestID)
	}
	if v.Iterations > 0 {
		out = append(out, fmt.Sprintf("seed %d", v.Seed), digest.Count(v.Iterations)+" iterations in "+seconds(v.Elapsed))
	}
	if v.Stopped != "" {
		out = append(out, "stopped: "+v.Stopped)
	}
	return out
}

// seconds tells short times precisely.
func seconds(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	default:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
}

// Amount is Money for columns, with cents whatever it is.
func (v *view) Amount(x float64) string { return digest.Amount(x, v.Problem.GetCurrencyCode()) }

type costRow struct {
	Name, Amount string
	Tier         int
	Share        int // of the dearest term, in thousandths
}

func (v *view) costs() {
	var most float64
	for _, t := range v.Terms {
		most = max(most, t.Cost)
	}
	for _, t := range v.Terms {
		v.Costs = append(v.Costs, costRow{
			Name: t.Name, Amount: v.Amount(t.Cost), Tier: t.Tier,
			Share: int(1000 * t.Cost / max(most, 1e-9)),
		})
	}
}
