package bench

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Record is one run as a row of a CSV file.
type Record struct {
	Set, Instance     string
	Jobs, Technicians int
	Solver            string // Ours, or a peer with its version
	Build             string // what of Callout ran, or ran beside the peer
	Workers           int
	Seed              uint64
	Budget            string // "10s", or "5000it" for iterations per worker
	Cost              string // currency units
	Best              float64
	Unassigned        int
	First             float64 // seconds until the first complete plan; negative: never, or not told
	Iterations        int64   // of all workers
	Wall              float64 // seconds
	CPU               float64 // seconds of the process while it solved
	Complete          bool    // nothing is left out that has to be done
	Checked           string  // "ok", or what the checker found
	Curve             Curve
	Machine           string
}

// Ours is Callout's name among the solvers.
const Ours = "callout"

var columns = []string{
	"set", "instance", "jobs", "technicians", "solver", "build", "workers", "seed", "budget", "cost", "best", "gap_pct",
	"unassigned", "complete", "first_s", "iterations", "wall_s", "cpu_s", "cpu_share", "checked", "curve", "machine",
}

const checkedOK = "ok"

// runKey tells runs apart.
type runKey struct {
	set, instance, solver, build, budget string
	workers                              int
	seed                                 uint64
}

func (r *Record) key() runKey {
	return runKey{r.Set, r.Instance, r.Solver, r.Build, r.Budget, r.Workers, r.Seed}
}

// cost of the plan, and whether it counts: not of a plan that is wrong or leaves out a job that has to be done.
func (r *Record) cost() (float64, bool) {
	cost, err := strconv.ParseFloat(r.Cost, 64)
	return cost, err == nil && r.Complete && r.Checked == checkedOK
}

// gap to the best known cost in per cent, and whether there is one.
func (r *Record) gap() (float64, bool) {
	cost, ok := r.cost()
	if !ok || r.Best <= 0 {
		return 0, false
	}
	return 100 * (cost/r.Best - 1), true
}

// share is CPU time over wall time; 0 where it is not known. Far below the number of workers the machine was busy with other
// things, and the run says less.
func (r *Record) share() float64 {
	if r.Wall <= 0 {
		return 0
	}
	return r.CPU / r.Wall
}

func (r *Record) row() []string {
	best, gap, first := "", "", ""
	if r.Best > 0 {
		best = strconv.FormatFloat(r.Best, 'f', -1, 64)
	}
	if g, ok := r.gap(); ok {
		gap = strconv.FormatFloat(g, 'f', 3, 64)
	}
	if r.First >= 0 {
		first = seconds(r.First)
	}
	return []string{
		r.Set, r.Instance, strconv.Itoa(r.Jobs), strconv.Itoa(r.Technicians), r.Solver, r.Build, strconv.Itoa(r.Workers),
		strconv.FormatUint(r.Seed, 10), r.Budget, r.Cost, best, gap, strconv.Itoa(r.Unassigned), strconv.FormatBool(r.Complete), first,
		strconv.FormatInt(r.Iterations, 10), seconds(r.Wall), seconds(r.CPU), strconv.FormatFloat(r.share(), 'f', 2, 64), r.Checked,
		r.Curve.String(), r.Machine,
	}
}

func seconds(s float64) string { return strconv.FormatFloat(s, 'f', 4, 64) }

// parseRecord is the inverse of row; gap and CPU share are computed afresh.
func parseRecord(row []string) (Record, error) {
	r := Record{
		Set: row[0], Instance: row[1], Solver: row[4], Build: row[5], Budget: row[8], Cost: row[9], Checked: row[19], Machine: row[21],
	}
	var errs []error
	integer := func(text string) int {
		v, err := strconv.Atoi(text)
		errs = append(errs, err)
		return v
	}
	decimal := func(text string, absent float64) float64 {
		if text == "" {
			return absent
		}
		v, err := strconv.ParseFloat(text, 64)
		errs = append(errs, err)
		return v
	}
	r.Jobs, r.Technicians, r.Workers = integer(row[2]), integer(row[3]), integer(row[6])
	seed, err := strconv.ParseUint(row[7], 10, 64)
	r.Seed, errs = seed, append(errs, err)
	complete, err := strconv.ParseBool(row[13])
	r.Complete, errs = complete, append(errs, err)
	curve, err := parseCurve(row[20])
	r.Curve, errs = curve, append(errs, err)
	r.Best, r.Unassigned, r.First = decimal(row[10], 0), integer(row[12]), decimal(row[14], -1)
	r.Iterations, r.Wall, r.CPU = int64(integer(row[15])), decimal(row[16], 0), decimal(row[17], 0)
	return r, errors.Join(errs...)
}

// Curve is what the best complete plan cost at some times of one run: not what runs with these budgets would have found, as the
// temperatures of a run follow its budget.
type Curve []Mark

// Mark is a point of a curve.
type Mark struct {
	Seconds float64
	Cost    string
}

// marks are the times, in seconds, at which a curve is read.
var marks = []float64{0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 60}

func (c Curve) String() string {
	parts := make([]string, len(c))
	for k, m := range c {
		parts[k] = strconv.FormatFloat(m.Seconds, 'f', -1, 64) + ":" + m.Cost
	}
	return strings.Join(parts, " ")
}

func parseCurve(text string) (Curve, error) {
	var c Curve
	for part := range strings.FieldsSeq(text) {
		at, cost, found := strings.Cut(part, ":")
		s, err := strconv.ParseFloat(at, 64)
		if !found || err != nil {
			return nil, fmt.Errorf("curve has %q: expected seconds:cost", part)
		}
		c = append(c, Mark{s, cost})
	}
	return c, nil
}

// Budget of a run: time or iterations.
type Budget struct {
	Time       time.Duration
	Iterations int64
}

func (b Budget) String() string {
	if b.Iterations > 0 {
		return strconv.FormatInt(b.Iterations, 10) + "it"
	}
	return b.Time.String()
}
