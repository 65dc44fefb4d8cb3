// Package digest reads a problem and its plan the way people do: who is where when, what a drive, a wait or a break is, which
// promise is missed, who picks up what, why a job stays out. The page of package report and the table of package table are two
// ways to show it.
//
// A plan need not be feasible, nor of this problem: what it names and the problem does not have is shown by its id.
package digest

import (
	"slices"
	"time"
	_ "time/tzdata" // plans are read on machines without zone files too

	calloutv1 "callout/api/callout/v1"
)

// Digest of a plan.
type Digest struct {
	Problem *calloutv1.Problem
	Plan    *calloutv1.Plan
	Zone    *time.Location // in which times of day are told
	Days    []Day          // with a shift, in order
	Routes  []*Route       // one per shift, used or not, in the technicians' order; then those the problem does not know
	Picks   []Pick         // by node, then by time
	// Shipments are by node, then by cut-off.
	Shipments []Shipment
	Out       []Out      // jobs left out, the dearest first
	Shortages []Shortage // parts that they lack, the dearest first
	Terms     []TermCost // that cost anything, in the objective's order
	Tiers     int        // how many strict tiers the objective has

	locations map[string]*calloutv1.Location
	jobs      map[string]*calloutv1.Job
	nodes     map[string]*calloutv1.Node
}

// Day is a date on which somebody works.
type Day struct {
	Date     time.Time // midnight
	From, To time.Time // whole hours around all that happens
}

// Place is where something happens.
type Place struct {
	ID       string
	Lat, Lon float64
	Known    bool // it has a position
}

// TermCost is what one term of the objective costs.
type TermCost struct {
	Name string
	Tier int
	Cost float64
}

// New reads a plan.
func New(p *calloutv1.Problem, plan *calloutv1.Plan) *Digest {
	d := &Digest{
		Problem:   p,
		Plan:      plan,
		Zone:      zone(p),
		locations: index(p.GetLocations()),
		jobs:      index(p.GetJobs()),
		nodes:     index(p.GetNodes()),
	}
	d.routes()
	d.days()
	d.picks()
	d.shipments()
	d.unassigned()
	d.shortages()
	d.terms()
	return d
}

func index[T interface{ GetId() string }](items []T) map[string]T {
	m := make(map[string]T, len(items))
	for _, item := range items {
		m[item.GetId()] = item
	}
	return m
}

// zone is the first zone that a location names: a report has one clock.
func zone(p *calloutv1.Problem) *time.Location {
	for _, l := range p.GetLocations() {
		if l.GetTimeZone() == "" {
			continue
		}
		if z, err := time.LoadLocation(l.GetTimeZone()); err == nil {
			return z
		}
	}
	return time.UTC
}

// Place is a location of the problem by its id.
func (d *Digest) Place(id string) Place {
	l := d.locations[id]
	pos := l.GetPosition()
	return Place{ID: id, Lat: pos.GetLatitude(), Lon: pos.GetLongitude(), Known: pos != nil}
}

// days sorts the routes into days, each by the local date on which its shift begins.
func (d *Digest) days() {
	byDate := map[time.Time]*Day{}
	for _, r := range d.Routes {
		y, m, day := r.From.In(d.Zone).Date()
		date := time.Date(y, m, day, 0, 0, 0, 0, d.Zone)
		at := byDate[date]
		if at == nil {
			at = &Day{Date: date, From: r.From, To: r.To}
			byDate[date] = at
		}
		at.From = earlier(at.From, earlier(r.From, r.Depart))
		at.To = later(at.To, later(r.RegularEnd, r.Finish))
	}
	for _, day := range byDate {
		day.From = day.From.Truncate(time.Hour)
		day.To = day.To.Add(time.Hour - 1).Truncate(time.Hour)
		d.Days = append(d.Days, *day)
	}
	slices.SortFunc(d.Days, func(a, b Day) int { return a.Date.Compare(b.Date) })
	for _, r := range d.Routes {
		y, m, day := r.From.In(d.Zone).Date()
		date := time.Date(y, m, day, 0, 0, 0, 0, d.Zone)
		r.Day = slices.IndexFunc(d.Days, func(x Day) bool { return x.Date.Equal(date) })
	}
}

// earlier ignores zero times, as does later.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (d *Digest) terms() {
	d.Tiers = max(1, len(d.Plan.GetCost().GetTiers()))
	for _, t := range d.Plan.GetCost().GetTerms() {
		if t.GetCost() != 0 {
			d.Terms = append(d.Terms, TermCost{Name: TermName(t.GetTerm()), Tier: int(t.GetTier()), Cost: t.GetCost()})
		}
	}
}

// Late counts the visits that miss a promise or a contract's window.
func (d *Digest) Late() int {
	n := 0
	for _, r := range d.Routes {
		n += r.Late
	}
	return n
}
