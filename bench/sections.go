package bench

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"callout/bench/plot"
)

// Latest keeps the records of the build that the last one is of, or of the build named.
func Latest(records []Record, build string) []Record {
	if build == "" && len(records) > 0 {
		build = records[len(records)-1].Build
	}
	var out []Record
	for k := range records {
		if records[k].Build == build {
			out = append(out, records[k])
		}
	}
	return out
}

// QualitySection is a table of our runs: what plans cost above the best known, by set, size and budget, beside the goals.
func QualitySection(records, pool []Record, goals Goals) string {
	ours := only(records, func(r *Record) bool { return r.Solver == Ours })
	var workers []int
	for k := range ours {
		add(&workers, ours[k].Workers)
	}
	slices.Sort(workers)
	var b strings.Builder
	for _, n := range workers {
		qualityTable(&b, only(ours, func(r *Record) bool { return r.Workers == n }), pool, goals, n)
	}
	return b.String()
}

func qualityTable(b *strings.Builder, ours, pool []Record, goals Goals, workers int) {
	d := newDigest(ours, pool)
	b.WriteString("| set | jobs | budget | instances | seeds | mean gap | worst | goal | others earlier | first complete plan | " +
		"jobs left out | CPU share, mean (least) | refused |\n")
	b.WriteString("|---|---:|---:|---:|---:|---:|---:|---:|---|---:|---:|---:|---:|\n")
	invented := false
	for _, g := range d.groups {
		for _, budget := range d.budgets {
			c := d.tally(g, Ours, budget)
			if c.runs == 0 {
				continue
			}
			invented = invented || c.inventedBest
			most, others := "", ""
			if o := goals.of(g, "", budget, workers); o != nil {
				most, others = fmt.Sprintf("%g %%", o.most), o.others
			}
			fmt.Fprintf(b, "| %s | %s | %s | %d | %d | %s | %s | %s | %s | %s | %.1f %% | %.2f (%.2f) | %d |\n", g.set, c.size(), budget,
				len(c.instances), len(c.seeds), gapText(c), worstText(c), most, others, firstText(c),
				100*float64(c.leftOut)/float64(max(1, c.leftOut+c.served)), c.share/float64(c.runs), c.least, c.wrong)
		}
	}
	if invented {
		b.WriteString("\n" + inventedNote + "\n")
	}
	b.WriteString("\n" + provenance(ours) + "\n\n")
}

const inventedNote = "¹ For some instances there is no best known cost: the gap is to the best cost that any run here found."

// gapText is the mean gap, and of how many of the runs where it is not all.
func gapText(c *tally) string {
	if c.valid == 0 {
		return "–"
	}
	text := fmt.Sprintf("%.2f %%", c.mean())
	if c.inventedBest {
		text += " ¹"
	}
	if c.valid < c.runs {
		text += fmt.Sprintf(" (%d of %d)", c.valid, c.runs)
	}
	return text
}

func worstText(c *tally) string {
	if c.valid == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f %%", c.worst)
}

func firstText(c *tally) string {
	if c.withFirst == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f ms", 1000*c.firsts/float64(c.withFirst))
}

// PeersSection compares the solvers on the instances that another solver than ours was run on.
func PeersSection(records, pool []Record) string {
	d := newDigest(shared(records), pool)
	var b strings.Builder
	b.WriteString("| set | jobs | budget | instances |")
	for _, s := range d.solvers {
		fmt.Fprintf(&b, " %s |", s)
	}
	b.WriteString("\n|---|---:|---:|---:|" + strings.Repeat("---:|", len(d.solvers)) + "\n")
	invented := false
	for _, g := range d.groups {
		for _, budget := range d.budgets {
			line, size, instances := "", "", 0
			for _, s := range d.solvers {
				c := d.tally(g, s, budget)
				invented = invented || c.inventedBest
				if len(c.instances) > instances {
					instances, size = len(c.instances), c.size()
				}
				line += " " + gapText(c) + " |"
			}
			if instances > 0 {
				fmt.Fprintf(&b, "| %s | %s | %s | %d |%s\n", g.set, size, budget, instances, line)
			}
		}
	}
	b.WriteString("\nMean gap over the runs with a complete plan that `solver/check` has nothing against; in brackets, how many of how " +
		"many, where that is not all. –: none, or not asked.")
	if invented {
		b.WriteString(" " + inventedNote)
	}
	b.WriteString("\n\n" + d.against())
	b.WriteString("\n" + d.conduct())
	b.WriteString("\n" + provenance(d.records) + "\n")
	return b.String()
}

// conduct is a table of how the solvers kept the rules of the comparison.
func (d *digest) conduct() string {
	var b strings.Builder
	b.WriteString("| solver | budget | runs | no valid plan | CPU share, mean (least) | longest time in the solver |\n" +
		"|---|---:|---:|---:|---:|---:|\n")
	for _, s := range d.solvers {
		for _, budget := range d.budgets {
			var runs, valid int
			var share, longest float64
			least := 0.0
			for _, g := range d.groups {
				c := d.tally(g, s, budget)
				if c.runs == 0 {
					continue
				}
				if runs == 0 || c.least < least {
					least = c.least
				}
				runs, valid, share, longest = runs+c.runs, valid+c.valid, share+c.share, max(longest, c.longest)
			}
			if runs > 0 {
				fmt.Fprintf(&b, "| %s | %s | %d | %d | %.2f (%.2f) | %.2f s |\n", s, budget, runs, runs-valid, share/float64(runs), least, longest)
			}
		}
	}
	return b.String() + d.failures()
}

// failures tells why runs have no valid plan.
func (d *digest) failures() string {
	var reasons []string
	count := make(map[string]int)
	for k := range d.records {
		r := &d.records[k]
		if _, ok := r.cost(); ok {
			continue
		}
		why := r.Checked
		if why == checkedOK {
			why = "jobs are left out that have to be done"
		}
		why = r.Solver + ": " + why
		add(&reasons, why)
		count[why]++
	}
	if len(reasons) == 0 {
		return ""
	}
	slices.Sort(reasons)
	var b strings.Builder
	b.WriteString("\nNo valid plan:\n\n")
	for _, why := range reasons {
		fmt.Fprintf(&b, "- %s (%d)\n", cell(why), count[why])
	}
	return b.String()
}

// CurvesSection shows what single runs of the longest budget had found on the way.
func CurvesSection(records, pool []Record) string {
	d := newDigest(only(records, func(r *Record) bool { return r.Solver == Ours && len(r.Curve) > 0 }), pool)
	var b strings.Builder
	b.WriteString("| instance | budget |")
	for _, at := range marks {
		fmt.Fprintf(&b, " %g s |", at)
	}
	b.WriteString(" end |\n|---|---:|" + strings.Repeat("---:|", len(marks)+1) + "\n")
	if len(d.budgets) == 0 {
		return "No runs with a curve.\n"
	}
	longest := d.budgets[len(d.budgets)-1]
	for k := range d.records {
		r := &d.records[k]
		if r.Budget != longest {
			continue
		}
		fmt.Fprintf(&b, "| %s | %s |", r.Instance, r.Budget)
		for _, at := range marks {
			b.WriteString(" " + d.curveText(r, at) + " |")
		}
		end := "–"
		if gap, ok := d.gap(r); ok {
			end = fmt.Sprintf("%.2f %%", gap)
		}
		fmt.Fprintf(&b, " %s |\n", end)
	}
	return b.String()
}

// curveText is the gap of a run at a mark.
func (d *digest) curveText(r *Record, at float64) string {
	for _, m := range r.Curve {
		if m.Seconds == at {
			then := *r
			then.Cost = m.Cost
			if gap, ok := d.gap(&then); ok {
				return fmt.Sprintf("%.2f %%", gap)
			}
		}
	}
	return ""
}

// GapPlot is the comparison as a figure: a panel per set and size, a line per solver, a point per budget.
func GapPlot(records, pool []Record) *plot.Figure {
	d := newDigest(shared(records), pool)
	f := &plot.Figure{
		Title: "Gap of plans after a time budget, one thread", XLabel: "time budget, s", YLabel: "mean gap, %",
		Floor: 0.01, Ceiling: 200, Columns: 4,
		Names: d.solvers,
		Note: "Separate runs per budget. Hollow: not all instances were solved. At the upper edge: 200 % and more. " +
			"Where no best cost is known (day, lunch): gap to the best of these runs.",
	}
	for _, g := range d.groups {
		p := plot.Panel{}
		instances := 0
		for _, s := range d.solvers {
			l := plot.Line{Name: s}
			for _, budget := range d.budgets {
				c := d.tally(g, s, budget)
				instances = max(instances, len(c.instances))
				if c.valid > 0 && duration(budget) < time.Hour {
					l.Points = append(l.Points, plot.Point{X: duration(budget).Seconds(), Y: c.mean(), Open: c.valid < c.runs})
				}
			}
			p.Lines = append(p.Lines, l)
		}
		p.Title = fmt.Sprintf("%s, %d jobs (%d)", g.set, g.jobs, instances)
		f.Panels = append(f.Panels, p)
	}
	return f
}

// Compared tells whether other solvers than ours are among the runs.
func Compared(records []Record) bool {
	return slices.ContainsFunc(records, func(r Record) bool { return r.Solver != Ours })
}

// shared are the runs on instances that other solvers than ours were run on, with the same budget and one worker.
func shared(records []Record) []Record {
	type key struct {
		instanceKey

		budget string
	}
	asked := make(map[key]bool)
	for k := range records {
		if r := &records[k]; r.Solver != Ours {
			asked[key{r.instance(), r.Budget}] = true
		}
	}
	return only(records, func(r *Record) bool { return r.Workers == 1 && asked[key{r.instance(), r.Budget}] })
}

func only(records []Record, keep func(*Record) bool) []Record {
	var out []Record
	for k := range records {
		if keep(&records[k]) {
			out = append(out, records[k])
		}
	}
	return out
}

// provenance says what ran where.
func provenance(records []Record) string {
	var builds, machines []string
	seeds := make(map[uint64]bool)
	workers := make(map[int]bool)
	for k := range records {
		r := &records[k]
		add(&builds, r.Build)
		add(&machines, r.Machine)
		seeds[r.Seed], workers[r.Workers] = true, true
	}
	slices.Sort(builds)
	slices.Sort(machines)
	return fmt.Sprintf("%d runs; seeds %s; workers %s. Build %s. Machine: %s.", len(records), keys(seeds), keys(workers),
		strings.Join(builds, ", "), strings.Join(machines, "; "))
}

// keys of a set of numbers, in order.
func keys[T int | uint64](set map[T]bool) string {
	var list []T
	for v := range set {
		list = append(list, v)
	}
	slices.Sort(list)
	return strings.Trim(fmt.Sprint(list), "[]")
}
