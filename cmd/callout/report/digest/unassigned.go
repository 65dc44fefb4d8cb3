package digest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	calloutv1 "callout/api/callout/v1"
)

// Out is a job left out.
type Out struct {
	Name     string
	Job      *calloutv1.Job // nil if the problem does not have it
	Place    Place
	Cost     float64  // of leaving it out
	Headline string   // why, in a sentence
	Reasons  []Reason // the nearest to possible first
	Remedy   string   // the cheapest change that would let it in; "": none known
	Parts    []string // parts that are missing: where the nearest are, what it would cost to have them brought
}

// Reason that some technicians share.
type Reason struct {
	Text        string
	Technicians []string
	Verdict     calloutv1.Verdict
	Price       string // of doing it, where it could be done; else empty
}

func (d *Digest) unassigned() {
	for _, u := range d.Plan.GetUnassigned() {
		job := d.jobs[u.GetJobId()]
		out := Out{
			Name: u.GetJobId(), Job: job, Place: d.Place(job.GetLocationId()), Cost: u.GetCost(),
			Reasons: d.reasons(job, u), Remedy: d.remedy(job, u.GetCheapestRelaxation()),
			Parts: missing(u.GetPartShortages()),
		}
		out.Headline = d.headline(out)
		d.Out = append(d.Out, out)
	}
	slices.SortStableFunc(d.Out, func(a, b Out) int { return cmp.Compare(b.Cost, a.Cost) })
}

// nearness orders verdicts: the nearest to possible first.
var nearness = map[calloutv1.Verdict]int{
	calloutv1.Verdict_VERDICT_POSSIBLE:     0,
	calloutv1.Verdict_VERDICT_DEARER:       1,
	calloutv1.Verdict_VERDICT_NO_ROOM:      2,
	calloutv1.Verdict_VERDICT_INCOMPATIBLE: 3,
	calloutv1.Verdict_VERDICT_UNSPECIFIED:  4,
}

// reasons gathers technicians whose reason reads the same.
func (d *Digest) reasons(job *calloutv1.Job, u *calloutv1.UnassignedJob) []Reason {
	var out []Reason
	least := map[calloutv1.Verdict]float64{}
	for _, r := range u.GetReasons() {
		text := reason(job, r)
		if best, seen := least[r.GetVerdict()]; !seen || r.GetExtraCost() < best {
			least[r.GetVerdict()] = r.GetExtraCost()
		}
		k := slices.IndexFunc(out, func(x Reason) bool { return x.Text == text && x.Verdict == r.GetVerdict() })
		if k < 0 {
			out = append(out, Reason{Text: text, Verdict: r.GetVerdict()})
			k = len(out) - 1
		}
		out[k].Technicians = append(out[k].Technicians, r.GetTechnicianId())
	}
	for k := range out {
		if v := out[k].Verdict; v == calloutv1.Verdict_VERDICT_DEARER || v == calloutv1.Verdict_VERDICT_POSSIBLE {
			out[k].Price = "from " + Money(least[v], d.currency())
		}
	}
	slices.SortStableFunc(out, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(nearness[a.Verdict], nearness[b.Verdict]), cmp.Compare(len(b.Technicians), len(a.Technicians)))
	})
	return out
}

func (d *Digest) currency() string { return d.Problem.GetCurrencyCode() }

func reason(job *calloutv1.Job, r *calloutv1.TechnicianReason) string {
	switch r.GetVerdict() {
	case calloutv1.Verdict_VERDICT_POSSIBLE:
		return "could still take it, had the search gone on"
	case calloutv1.Verdict_VERDICT_DEARER:
		return "could do it, but it costs more than it is worth"
	default:
	}
	words := obstacles(job, r)
	if len(words) == 0 {
		return noRoom
	}
	return strings.Join(words, ", ")
}

// headline sums the reasons up: what stands in the way of those who come nearest.
func (d *Digest) headline(o Out) string {
	if len(o.Reasons) == 0 {
		return "Left out; no reason was given."
	}
	able, total := 0, 0
	for _, r := range o.Reasons {
		total += len(r.Technicians)
		if r.Verdict != calloutv1.Verdict_VERDICT_INCOMPATIBLE {
			able += len(r.Technicians)
		}
	}
	first := o.Reasons[0]
	switch first.Verdict {
	case calloutv1.Verdict_VERDICT_POSSIBLE, calloutv1.Verdict_VERDICT_DEARER:
		return fmt.Sprintf("%s %s.", Plural(len(first.Technicians), "technician"), first.Text)
	case calloutv1.Verdict_VERDICT_NO_ROOM:
		return fmt.Sprintf("%d of %s could do it, but %s.", able, Plural(total, "technician"), first.Text)
	default:
		if len(o.Reasons) == 1 {
			return fmt.Sprintf("Nobody can do it: %s.", first.Text)
		}
		return fmt.Sprintf("Nobody can do it. Nearest: %s.", d.nearest(o, first))
	}
}

// nearest is the reason with the fewest obstacles: who has one only needs least.
func (d *Digest) nearest(o Out, best Reason) string {
	for _, r := range o.Reasons {
		if strings.Count(r.Text, ", ") < strings.Count(best.Text, ", ") {
			best = r
		}
	}
	return best.Text
}

func missing(list []*calloutv1.PartShortage) []string {
	var out []string
	for _, s := range list {
		out = append(out, s.GetMessage())
	}
	return out
}
