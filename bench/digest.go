package bench

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// group is what means are taken over: one set's instances of about one size, which is the first digit of their number of jobs.
type group struct {
	set  string
	jobs int
}

// digest of runs: references filled in, groups and solvers in order.
type digest struct {
	records   []Record
	reference map[instanceKey]float64
	found     map[instanceKey]bool // the reference is the best of these runs, as there is none from elsewhere
	groups    []group
	solvers   []string // ours first
	budgets   []string // by length
}

type instanceKey struct{ set, instance string }

func (r *Record) instance() instanceKey { return instanceKey{r.Set, r.Instance} }
func (r *Record) group() group          { return group{r.Set, firstDigit(r.Jobs)} }

// firstDigit makes 200 of 299.
func firstDigit(n int) int {
	if n < 10 {
		return n
	}
	return 10 * firstDigit(n/10)
}

// newDigest sorts records out. Where there is no best known cost the reference is the best of all that pool has.
func newDigest(records, pool []Record) *digest {
	d := &digest{records: records, reference: make(map[instanceKey]float64), found: make(map[instanceKey]bool)}
	for k := range pool {
		r := &pool[k]
		at := r.instance()
		if r.Best > 0 {
			d.reference[at] = r.Best
			continue
		}
		if cost, ok := r.cost(); ok && (d.reference[at] == 0 || cost < d.reference[at]) {
			d.reference[at], d.found[at] = cost, true
		}
	}
	for k := range records {
		r := &records[k]
		add(&d.groups, r.group())
		add(&d.solvers, r.Solver)
		add(&d.budgets, r.Budget)
	}
	rank := func(set string) int { return slices.Index(setOrder, set) }
	slices.SortStableFunc(d.groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(rank(a.set), rank(b.set)), cmp.Compare(a.jobs, b.jobs))
	})
	slices.SortStableFunc(d.solvers, func(a, b string) int {
		if (a == Ours) != (b == Ours) {
			return map[bool]int{true: -1, false: 1}[a == Ours]
		}
		return cmp.Compare(a, b)
	})
	slices.SortStableFunc(d.budgets, func(a, b string) int { return cmp.Or(cmp.Compare(duration(a), duration(b)), cmp.Compare(a, b)) })
	return d
}

// setOrder is how sets follow each other in tables.
var setOrder = []string{
	"solomon", "homberger", "euro_neurips", "pcvrptw", "trsp", "trsp-13", "strsp", "strsp-reduced", "fieldservice", "fieldservice-breaks",
	"day", "lunch", "vienna",
}

func add[T comparable](list *[]T, v T) {
	if !slices.Contains(*list, v) {
		*list = append(*list, v)
	}
}

// duration of a budget; iterations come after all times.
func duration(budget string) time.Duration {
	d, err := time.ParseDuration(budget)
	if err != nil {
		return 1<<63 - 1
	}
	return d
}

// gap of a run to the reference in per cent.
func (d *digest) gap(r *Record) (float64, bool) {
	cost, ok := r.cost()
	ref := d.reference[r.instance()]
	if !ok || ref <= 0 {
		return 0, false
	}
	return 100 * (cost/ref - 1), true
}

// tally sums up the runs of one group, solver and budget.
type tally struct {
	runs, valid     int // of these, with a complete plan that the checker has nothing against
	wrong           int // with a plan that the checker refuses, or none
	gaps, worst     float64
	firsts          float64
	withFirst       int
	share, least    float64 // CPU time over wall time: sum, least
	longest         float64 // seconds
	instances       map[string]bool
	seeds           map[uint64]bool
	fewest, most    int  // jobs
	inventedBest    bool // some reference is the best of the runs themselves
	leftOut, served int
}

func (d *digest) tally(g group, solver, budget string) *tally {
	c := &tally{instances: make(map[string]bool), seeds: make(map[uint64]bool)}
	for k := range d.records {
		r := &d.records[k]
		if r.group() != g || r.Solver != solver || r.Budget != budget {
			continue
		}
		if c.runs++; c.runs == 1 {
			c.fewest = r.Jobs
		}
		c.fewest, c.most = min(c.fewest, r.Jobs), max(c.most, r.Jobs)
		c.instances[r.Instance], c.seeds[r.Seed] = true, true
		c.share += r.share()
		if c.runs == 1 || r.share() < c.least {
			c.least = r.share()
		}
		c.longest = max(c.longest, r.Wall)
		c.leftOut, c.served = c.leftOut+r.Unassigned, c.served+r.Jobs-r.Unassigned
		if r.Checked != checkedOK {
			c.wrong++
		}
		if r.First >= 0 {
			c.firsts += r.First
			c.withFirst++
		}
		if gap, ok := d.gap(r); ok {
			if c.valid == 0 || gap > c.worst {
				c.worst = gap
			}
			c.valid++
			c.gaps += gap
			c.inventedBest = c.inventedBest || d.found[r.instance()]
		}
	}
	return c
}

// size is the number of jobs, or the range of it.
func (c *tally) size() string {
	if c.fewest < c.most {
		return fmt.Sprintf("%d–%d", c.fewest, c.most)
	}
	return strconv.Itoa(c.most)
}

func (c *tally) mean() float64 { return c.gaps / float64(max(1, c.valid)) }
