package bench

import (
	"fmt"
	"slices"
	"strings"
)

// listed are the sets of which each instance is shown: those with prices of what is left out, of which a mean gap says little.
var listed = []string{"pcvrptw", "trsp-13", "strsp", "strsp-reduced", "fieldservice", "fieldservice-breaks"}

// InstancesSection shows our plans with one worker, instance by instance, beside the goals and the cheapest plan of other solvers.
func InstancesSection(records, pool []Record, goals Goals) string {
	d := newDigest(only(records, func(r *Record) bool { return slices.Contains(listed, r.Set) && r.Workers == 1 }), pool)
	var b strings.Builder
	b.WriteString("| set | instance | budget | seeds | cost | jobs left out | best known | gap | goal | cheapest of other solvers |\n" +
		"|---|---|---:|---:|---:|---:|---:|---:|---:|---|\n")
	unserved := false
	for _, g := range d.groups {
		unserved = unserved || g.set == "trsp-13"
		for _, at := range d.instances(g) {
			for _, budget := range d.budgets {
				d.instanceRow(&b, g, at.instance, budget, goals)
			}
		}
	}
	b.WriteString("\nMeans over the seeds.")
	if unserved {
		fmt.Fprintf(&b, " Costs of trsp-13 are working time plus %s for each request left out.", thousands(UnservedPrice))
	}
	b.WriteString(" ¹ The best that any run here found. Other solvers without a budget named were asked by turns with ours.\n")
	return b.String()
}

// instances of a group, by name.
func (d *digest) instances(g group) []instanceKey {
	var out []instanceKey
	for k := range d.records {
		if r := &d.records[k]; r.group() == g {
			add(&out, r.instance())
		}
	}
	slices.SortFunc(out, func(a, b instanceKey) int { return naturally(a.instance, b.instance) })
	return out
}

// instanceRow writes nothing where there is no valid plan of ours.
func (d *digest) instanceRow(b *strings.Builder, g group, instance, budget string, goals Goals) {
	var cost, left, gaps float64
	runs := 0
	for k := range d.records {
		r := &d.records[k]
		if r.group() != g || r.Instance != instance || r.Budget != budget || r.Solver != Ours {
			continue
		}
		c, ok := r.cost()
		if !ok {
			continue
		}
		gap, _ := d.gap(r)
		cost, left, gaps = cost+c, left+float64(r.Unassigned), gaps+gap
		runs++
	}
	if runs == 0 {
		return
	}
	n := float64(runs)
	at := instanceKey{g.set, instance}
	invented := ""
	if d.found[at] {
		invented = " ¹"
	}
	most, others := "", ""
	if o := goals.of(g, instance, budget, 1); o != nil {
		most, others = thousands(o.most), o.others
	}
	if cheapest := d.cheapestOther(at, budget); cheapest != nil {
		c, _ := cheapest.cost()
		others = fmt.Sprintf("%s (%s)", thousands(c), cheapest.Solver)
	}
	fmt.Fprintf(b, "| %s | %s | %s | %d | %s | %.3g | %s%s | %.2f %% | %s | %s |\n", g.set, instance, budget, runs, thousands(cost/n), left/n,
		thousands(d.reference[at]), invented, gaps/n, most, others)
}

// cheapestOther is the cheapest valid plan of another solver than ours; nil: there is none.
func (d *digest) cheapestOther(at instanceKey, budget string) *Record {
	var out *Record
	var least float64
	for k := range d.records {
		r := &d.records[k]
		if r.Solver == Ours || r.instance() != at || r.Budget != budget {
			continue
		}
		if cost, ok := r.cost(); ok && (out == nil || cost < least) {
			out, least = r, cost
		}
	}
	return out
}

// against is a table of our plans beside the cheapest of all other solvers, which changes from instance to instance.
func (d *digest) against() string {
	var b strings.Builder
	b.WriteString("| set | jobs | budget | instances | ours above the cheapest other plan, mean | worst | cheaper | as dear | dearer |\n" +
		"|---|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, g := range d.groups {
		for _, budget := range d.budgets {
			var c contest
			for k := range d.records {
				r := &d.records[k]
				if r.Solver != Ours || r.group() != g || r.Budget != budget {
					continue
				}
				ours, ok := r.cost()
				other := d.cheapestOther(r.instance(), budget)
				if !ok || other == nil {
					continue
				}
				theirs, _ := other.cost()
				c.count(ours, theirs)
			}
			if c.n > 0 {
				fmt.Fprintf(&b, "| %s | %s | %s | %d | %s |\n", g.set, d.tally(g, Ours, budget).size(), budget, c.n, c.text())
			}
		}
	}
	return b.String()
}

// contest sums up how much dearer plans are than others of the same instances.
type contest struct {
	n, cheaper, dearer int
	above, worst       float64 // per cent: sum, most
}

func (c *contest) count(ours, theirs float64) {
	above := 100 * (ours/theirs - 1)
	if c.n == 0 || above > c.worst {
		c.worst = above
	}
	c.n++
	c.above += above
	switch {
	case ours < theirs*(1-noise):
		c.cheaper++
	case ours > theirs*(1+noise):
		c.dearer++
	}
}

// text is mean, worst, and how many are cheaper, as dear and dearer, as cells.
func (c *contest) text() string {
	return fmt.Sprintf("%+.2f %% | %+.2f %% | %d | %d | %d", c.above/float64(c.n), c.worst, c.cheaper, c.n-c.cheaper-c.dearer, c.dearer)
}

// WorkersSection compares our plans with several workers with those of one after the same wall time, instance by instance and seed by
// seed.
func WorkersSection(records, pool []Record) string {
	type runAt struct {
		instanceKey

		budget string
		seed   uint64
	}
	alone := make(map[runAt]float64)
	ours := only(records, func(r *Record) bool { return r.Solver == Ours })
	var many []int
	for k := range ours {
		r := &ours[k]
		if cost, ok := r.cost(); ok && r.Workers == 1 {
			alone[runAt{r.instance(), r.Budget, r.Seed}] = cost
		}
		if r.Workers > 1 {
			add(&many, r.Workers)
		}
	}
	slices.Sort(many)
	d := newDigest(ours, pool)
	var b strings.Builder
	b.WriteString("| set | jobs | budget | workers | runs | above one worker, mean | worst | cheaper | as dear | dearer |\n" +
		"|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, g := range d.groups {
		for _, budget := range d.budgets {
			for _, n := range many {
				var c contest
				for k := range ours {
					r := &ours[k]
					one, both := alone[runAt{r.instance(), r.Budget, r.Seed}]
					if cost, ok := r.cost(); ok && both && r.group() == g && r.Budget == budget && r.Workers == n {
						c.count(cost, one)
					}
				}
				if c.n > 0 {
					fmt.Fprintf(&b, "| %s | %s | %s | %d | %d | %s |\n", g.set, d.tally(g, Ours, budget).size(), budget, n, c.n, c.text())
				}
			}
		}
	}
	return b.String()
}
