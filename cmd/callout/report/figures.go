package report

import (
	"fmt"
	"math"
	"strings"
	"time"

	"callout/cmd/callout/report/digest"
)

// figure is one number at the head of the page.
type figure struct {
	Name, Value, Unit, Note string
	Bad                     bool
}

func (v *view) figures() {
	served, all := 0, len(v.Problem.GetJobs())
	used, shifts := 0, len(v.Routes)
	for _, r := range v.Routes {
		if r.Used() {
			used++
		}
		for _, s := range r.Stops {
			if !s.IsPickup {
				served++
			}
		}
	}
	v.add(figure{
		Name: "Jobs served", Value: digest.Count(int64(served)), Unit: "of " + digest.Count(int64(all)),
		Note: digest.Plural(len(v.Out), "job") + " left out",
	})
	if m := v.Plan.GetMetrics(); m != nil && m.OnTimeShare != nil {
		late := v.Late()
		v.add(figure{
			Name: "On time", Value: percent(m.GetOnTimeShare()), Unit: "%", Note: digest.Plural(late, "promise") + " missed",
			Bad: m.GetOnTimeShare() < 0.9,
		})
	}
	if c := v.Plan.GetCost(); c != nil {
		note := "nothing for jobs left out"
		var out float64
		for _, u := range v.Out {
			out += u.Cost
		}
		if out > 0 {
			note = v.Money(out) + " for jobs left out"
		}
		v.add(figure{Name: "Cost", Value: v.Money(c.GetTotal()), Note: note})
	}
	if m := v.Plan.GetMetrics().GetTotals(); m != nil {
		v.add(figure{
			Name: "Driving", Value: hours(m.GetTravel().AsDuration()), Unit: "h",
			Note: fmt.Sprintf("%s a job, %s", each(m.GetTravel().AsDuration(), served), digest.Distance(m.GetDistance())),
		})
		note := "no overtime"
		if over := m.GetOvertime().AsDuration(); over > 0 {
			note = digest.Duration(over) + " overtime"
		}
		v.add(figure{Name: "Working", Value: hours(m.GetWorking().AsDuration()), Unit: "h", Note: note})
	}
	v.add(figure{Name: "Shifts used", Value: fmt.Sprint(used), Unit: fmt.Sprintf("of %d", shifts), Note: perShift(served, used)})
	if v.FirstPlan > 0 {
		value, unit, _ := strings.Cut(seconds(v.FirstPlan), " ")
		v.add(figure{Name: "First plan after", Value: value, Unit: unit, Note: "the last after " + seconds(v.Elapsed)})
	}
}

func (v *view) add(f figure) { v.Figures = append(v.Figures, f) }

func percent(share float64) string {
	if share > 0.999 && share < 1 { // never round a miss away
		return "99.9"
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", 100*share), ".0")
}

func hours(d time.Duration) string {
	if d.Hours() < 10 {
		return fmt.Sprintf("%.1f", d.Hours())
	}
	return digest.Count(int64(math.Round(d.Hours())))
}

func each(d time.Duration, n int) string {
	return digest.Duration(d / time.Duration(max(n, 1)))
}

func perShift(jobs, shifts int) string {
	return fmt.Sprintf("%.1f jobs each", float64(jobs)/float64(max(shifts, 1)))
}

// spark is the cost of the best plan over time as a line, on a logarithmic clock: half of what there is to gain comes early.
type spark struct {
	Path, Area string
	Gain       string // in per cent
	From, To   string // times
	Plans      int
}

const sparkW, sparkH = 240.0, 56.0

func newSpark(trace []Sample) *spark {
	if len(trace) < 2 {
		return nil
	}
	first, last := trace[0], trace[len(trace)-1]
	low, high := last.Cost, last.Cost
	for _, s := range trace {
		low, high = min(low, s.Cost), max(high, s.Cost)
	}
	if high <= low {
		return nil
	}
	const soonest = 0.001 // seconds
	at := func(s Sample) float64 { return math.Log(max(soonest, s.Elapsed.Seconds())) }
	width := max(at(last)-at(first), 1e-9)
	var line strings.Builder
	for k, s := range trace {
		x := sparkW * (at(s) - at(first)) / width
		y := 3 + (sparkH-6)*(high-s.Cost)/(high-low)
		if k == 0 {
			fmt.Fprintf(&line, "M%.1f %.1f", x, y)
		} else { // a plan stands until the next one
			fmt.Fprintf(&line, "H%.1fV%.1f", x, y)
		}
	}
	return &spark{
		Path:  line.String(),
		Area:  line.String() + fmt.Sprintf("V%.0fH0Z", sparkH),
		Gain:  fmt.Sprintf("−%.0f %%", 100*(first.Cost-last.Cost)/max(first.Cost, 1e-9)),
		From:  seconds(first.Elapsed),
		To:    seconds(last.Elapsed),
		Plans: len(trace),
	}
}
