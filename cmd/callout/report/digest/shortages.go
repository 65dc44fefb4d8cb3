package digest

import (
	"cmp"
	"fmt"
	"slices"

	calloutv1 "callout/api/callout/v1"
)

// Shortage is a part for lack of which jobs are left out: first thing to know of a day's parts.
type Shortage struct {
	Name    string   // the SKU
	Missing int64    // units, over all jobs
	Jobs    []string // that lack it, the dearest to leave out first
	Cost    float64  // of leaving these out
	Nearest string   // where the nearest unit is that nobody takes, for the first of them; "": nowhere
	Offer   string   // the earliest way to have it brought there; "": none
}

// shortages gathers what jobs left out lack, part by part, the dearest shortage first. Jobs come in the order of Out.
func (d *Digest) shortages() {
	byName := map[string]int{}
	for _, u := range slices.SortedStableFunc(slices.Values(d.Plan.GetUnassigned()), dearestFirst) {
		for _, s := range u.GetPartShortages() {
			k, known := byName[s.GetSku()]
			if !known {
				k = len(d.Shortages)
				byName[s.GetSku()] = k
				d.Shortages = append(d.Shortages, Shortage{Name: s.GetSku(), Nearest: d.nearestStock(s), Offer: d.offer(s)})
			}
			x := &d.Shortages[k]
			x.Missing += s.GetQuantity()
			x.Jobs = append(x.Jobs, u.GetJobId())
			x.Cost += u.GetCost()
		}
	}
	slices.SortStableFunc(d.Shortages, func(a, b Shortage) int { return cmp.Compare(b.Cost, a.Cost) })
}

func dearestFirst(a, b *calloutv1.UnassignedJob) int { return cmp.Compare(b.GetCost(), a.GetCost()) }

// nearestStock tells where the nearest units are, and from when on.
func (d *Digest) nearestStock(s *calloutv1.PartShortage) string {
	if s.GetNearestNodeId() == "" {
		return ""
	}
	text := fmt.Sprintf("%d at %s", s.GetNearestQuantity(), s.GetNearestNodeId())
	if from := s.GetNearestFrom(); from != nil {
		text += " from " + Clock(from.AsTime(), d.Zone)
	}
	return text
}

// offer is the earliest way to have the units brought.
func (d *Digest) offer(s *calloutv1.PartShortage) string {
	if len(s.GetOffers()) == 0 {
		return ""
	}
	o := s.GetOffers()[0]
	return fmt.Sprintf("by courier %s for %s", Clock(o.GetArrival().AsTime(), d.Zone), Money(o.GetCost(), d.currency()))
}
