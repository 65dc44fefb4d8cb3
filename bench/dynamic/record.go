package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"callout/bench/program"
)

// record is one day, a line of the file of results.
type record struct {
	dayKey

	budgets
	jobs     int
	perEvent time.Duration // of those who leave at once
	// Technicians leave as soon as they are free, or in time for their next visit.
	atOnce, inTime    outcome
	insertion, static outcome
}

// budgets of the searches, in iterations, and the seed.
type budgets struct{ first, iterations, static, seed int64 }

func (b *budgets) list() []*int64 { return []*int64{&b.first, &b.iterations, &b.static, &b.seed} }

// outcome is a plan: what it costs beside the jobs that it leaves out.
type outcome struct {
	cost float64
	left int
}

var header = []string{
	"set", "base", "dynamic", "first", "per_event", "static", "seed", "jobs",
	"ms_per_event", "at_once_cost", "at_once_left", "in_time_cost", "in_time_left",
	"insertion_cost", "insertion_left", "static_cost", "static_left",
}

// ways to play a day, without the one that knows all.
const ways = 3

func (r *record) outcomes() [ways + 1]*outcome {
	return [ways + 1]*outcome{&r.atOnce, &r.inTime, &r.insertion, &r.static}
}

func (r *record) row() []string {
	out := []string{r.set, r.base, strconv.Itoa(r.share)}
	for _, n := range r.list() {
		out = append(out, strconv.FormatInt(*n, 10))
	}
	out = append(out, strconv.Itoa(r.jobs), strconv.FormatInt(r.perEvent.Milliseconds(), 10))
	for _, o := range r.outcomes() {
		out = append(out, strconv.FormatFloat(o.cost, 'f', 3, 64), strconv.Itoa(o.left))
	}
	return out
}

func parse(row []string) (record, error) {
	r := record{dayKey: dayKey{set: row[0], base: row[1]}}
	var errs [7]error
	r.share, errs[0] = strconv.Atoi(row[2])
	for k, n := range r.list() {
		*n, errs[1+k] = strconv.ParseInt(row[3+k], 10, 64)
	}
	r.jobs, errs[5] = strconv.Atoi(row[7])
	ms, err := strconv.Atoi(row[8])
	r.perEvent, errs[6] = time.Duration(ms)*time.Millisecond, err
	err = errors.Join(errs[:]...)
	for k, o := range r.outcomes() {
		var errs [2]error
		o.cost, errs[0] = strconv.ParseFloat(row[9+2*k], 64)
		o.left, errs[1] = strconv.Atoi(row[10+2*k])
		err = errors.Join(err, errs[0], errs[1])
	}
	return r, err
}

// read the days that a file has.
func read(file string) ([]record, error) { return program.Read(file, header, parse) }

// write all days.
func write(file string, records []record) error {
	return program.Write(file, header, records, (*record).row)
}

func has(records []record, d dayKey) bool {
	return slices.ContainsFunc(records, func(r record) bool { return r.dayKey == d })
}

// table of means by set and share.
func table(records []record) string {
	var b strings.Builder
	b.WriteString("| set | known during the day | days | served: at once | in time | insertion | static " +
		"| cost per job above static: at once | in time | insertion | days on which all serve equally many " +
		"| cost above static: at once | in time | insertion | ms per event |\n" + "|---|" + strings.Repeat("---:|", 14) + "\n")
	var groups []dayKey
	for k := range records {
		if g := (dayKey{set: records[k].set, share: records[k].share}); !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	for _, g := range groups {
		var s sum
		for k := range records {
			if r := &records[k]; r.set == g.set && r.share == g.share {
				s.add(r)
			}
		}
		fmt.Fprintf(&b, "| %s | %d %% | %d ", g.set, g.share, s.days)
		for k := range ways + 1 {
			fmt.Fprintf(&b, "| %.1f %% ", s.served(k))
		}
		for k := range ways {
			fmt.Fprintf(&b, "| %+.2f %% ", s.perJob[k]/float64(s.days))
		}
		fmt.Fprintf(&b, "| %d ", s.compared)
		for k := range ways {
			if s.compared == 0 {
				b.WriteString("| ")
				continue
			}
			fmt.Fprintf(&b, "| %+.2f %% ", s.above[k]/float64(s.compared))
		}
		fmt.Fprintf(&b, "| %d |\n", s.took.Milliseconds()/int64(s.days))
	}
	b.WriteString("\nCosts are without jobs left out: by job served on all days, and as they are on those on which all four serve " +
		"equally many.\n")
	return b.String()
}

// sum of days.
type sum struct {
	days, jobs, compared int
	left                 [ways + 1]int
	above, perJob        [ways]float64 // per cent
	took                 time.Duration
}

func (s *sum) add(r *record) {
	s.days, s.jobs, s.took = s.days+1, s.jobs+r.jobs, s.took+r.perEvent
	all := r.outcomes()
	equal := !slices.ContainsFunc(all[:], func(o *outcome) bool { return o.left != r.static.left })
	if equal {
		s.compared++
	}
	each := func(o *outcome) float64 { return o.cost / float64(max(1, r.jobs-o.left)) }
	for k, o := range r.outcomes() {
		s.left[k] += o.left
		if k == ways || r.static.cost <= 0 {
			continue
		}
		if equal {
			s.above[k] += 100 * (o.cost/r.static.cost - 1)
		}
		s.perJob[k] += 100 * (each(o)/each(&r.static) - 1)
	}
}

func (s *sum) served(k int) float64 { return 100 * float64(s.jobs-s.left[k]) / float64(max(1, s.jobs)) }
