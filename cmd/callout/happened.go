package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	calloutv1 "callout/api/callout/v1"
	"callout/cmd/callout/table"
)

// doing is a visit of a plan.
type doing struct {
	technician string
	start      time.Time
}

// doings are a plan's visits by job.
func doings(p *calloutv1.Plan) map[string]doing {
	all := make(map[string]doing)
	for _, r := range p.GetRoutes() {
		for _, s := range r.GetStops() {
			if id := s.GetVisit().GetJobId(); id != "" {
				all[id] = doing{r.GetTechnicianId(), s.GetStart().AsTime()}
			}
		}
	}
	return all
}

// told compares what was planned with what came of it, technician by technician and in all.
func told(out io.Writer, planned, happened *calloutv1.Plan, c clock) error {
	a, b := doings(planned), doings(happened)
	fmt.Fprintln(out, "\nPlanned against happened:")
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  \tplanned\tdone or to do\tkept\ttaken over\tnew\thome, planned\thome")
	for _, technician := range staff(planned, happened) {
		var before, after, kept, taken, fresh int
		for id, was := range a {
			if was.technician == technician {
				before++
				if b[id].technician == technician {
					kept++
				}
			}
		}
		for id, is := range b {
			if is.technician != technician {
				continue
			}
			after++
			switch was, there := a[id]; {
			case !there:
				fresh++
			case was.technician != technician:
				taken++
			}
		}
		fmt.Fprintf(w, "  %s\t%d\t%d\t%d\t%d\t%d\t%s\t%s\n", table.Printable(technician), before, after, kept, taken, fresh,
			home(planned, technician, c), home(happened, technician, c))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	sum(out, a, b)
	return nil
}

// sum tells of all together.
func sum(out io.Writer, a, b map[string]doing) {
	var kept, others, gone, fresh int
	var moved time.Duration
	for id, was := range a {
		is, there := b[id]
		switch {
		case !there:
			gone++
			continue
		case is.technician != was.technician:
			others++
		default:
			kept++
		}
		moved += is.start.Sub(was.start).Abs()
	}
	for id := range b {
		if _, there := a[id]; !there {
			fresh++
		}
	}
	fmt.Fprintf(out, "%d visits by who was planned, %d by others, %d not at all, %d that came up;\n", kept, others, gone, fresh)
	if n := kept + others; n > 0 {
		fmt.Fprintf(out, "those that were planned began %v from when they were to, on the mean.\n", (moved / time.Duration(n)).Round(time.Second))
	}
}

// staff are the technicians with a route in one of two plans, in order.
func staff(plans ...*calloutv1.Plan) []string {
	var out []string
	for _, p := range plans {
		for _, r := range p.GetRoutes() {
			out = append(out, r.GetTechnicianId())
		}
	}
	slices.SortFunc(out, cmp.Compare)
	return slices.Compact(out)
}

// home is when a technician's last route ends.
func home(p *calloutv1.Plan, technician string, c clock) string {
	at := "-"
	for _, r := range p.GetRoutes() {
		if r.GetTechnicianId() == technician && r.GetFinish() != nil {
			at = c.at(r.GetFinish().AsTime())
		}
	}
	return at
}

// follow takes what a state says of jobs, and of the places that came with them, into the problem that its session began with.
func follow(p *calloutv1.Problem, s *calloutv1.DayState) {
	at := func(id string) int {
		return slices.IndexFunc(p.GetJobs(), func(j *calloutv1.Job) bool { return j.GetId() == id })
	}
	for _, e := range s.GetEvents() {
		switch w := e.GetWhat().(type) {
		case *calloutv1.DayEvent_JobAdded:
			p.Jobs = append(p.Jobs, w.JobAdded.GetJob())
			if l := w.JobAdded.GetLocation().GetLocation(); l != nil {
				p.Locations = append(p.Locations, l)
			}
		case *calloutv1.DayEvent_JobChanged:
			if k := at(w.JobChanged.GetJob().GetId()); k >= 0 {
				p.Jobs[k] = w.JobChanged.GetJob()
			}
		case *calloutv1.DayEvent_JobCancelled:
			if k := at(w.JobCancelled.GetJobId()); k >= 0 {
				p.Jobs = slices.Delete(p.GetJobs(), k, k+1)
			}
		}
	}
}
