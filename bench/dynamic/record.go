package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// record is one day, a line of the file of results.
type record struct {
	dayKey

	jobs                    int
	perEvent                time.Duration
	live, insertion, static outcome
}

// outcome is a plan: what it costs beside the jobs that it leaves out.
type outcome struct {
	cost float64
	left int
}

var header = []string{
	"set", "base", "dynamic", "jobs", "ms_per_event", "live_cost", "live_left", "insertion_cost", "insertion_left",
	"static_cost", "static_left",
}

func (r *record) outcomes() []*outcome { return []*outcome{&r.live, &r.insertion, &r.static} }

func (r *record) row() []string {
	out := []string{r.set, r.base, strconv.Itoa(r.share), strconv.Itoa(r.jobs), strconv.FormatInt(r.perEvent.Milliseconds(), 10)}
	for _, o := range r.outcomes() {
		out = append(out, strconv.FormatFloat(o.cost, 'f', 3, 64), strconv.Itoa(o.left))
	}
	return out
}

func parse(row []string) (record, error) {
	r := record{dayKey: dayKey{set: row[0], base: row[1]}}
	var errs [3]error
	r.share, errs[0] = strconv.Atoi(row[2])
	r.jobs, errs[1] = strconv.Atoi(row[3])
	ms, err := strconv.Atoi(row[4])
	r.perEvent, errs[2] = time.Duration(ms)*time.Millisecond, err
	err = errors.Join(errs[:]...)
	for k, o := range r.outcomes() {
		var errs [2]error
		o.cost, errs[0] = strconv.ParseFloat(row[5+2*k], 64)
		o.left, errs[1] = strconv.Atoi(row[6+2*k])
		err = errors.Join(err, errs[0], errs[1])
	}
	return r, err
}

// read the days that a file has; none where there is no such file, or no name.
func read(file string) ([]record, error) {
	if file == "" {
		return nil, nil
	}
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.FieldsPerRecord = len(header)
	rows, err := in.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var out []record
	for k, row := range rows[min(1, len(rows)):] {
		r, err := parse(row)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, k+2, err)
		}
		out = append(out, r)
	}
	return out, nil
}

// write all days.
func write(file string, records []record) error {
	f, err := os.Create(file + ".part")
	if err != nil {
		return err
	}
	rows := [][]string{header}
	for k := range records {
		rows = append(rows, records[k].row())
	}
	if err := errors.Join(csv.NewWriter(f).WriteAll(rows), f.Close()); err != nil {
		return err
	}
	return os.Rename(file+".part", file)
}

func has(records []record, d dayKey) bool {
	return slices.ContainsFunc(records, func(r record) bool { return r.dayKey == d })
}

// table of means by set and share. Costs are compared where both plans serve the same number of jobs.
func table(records []record) string {
	var b strings.Builder
	b.WriteString("| set | known during the day | days | served: live | insertion | static " +
		"| cost above static: live | insertion | days compared | ms per event |\n" +
		"|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	var groups []dayKey
	for k := range records {
		if g := (dayKey{set: records[k].set, share: records[k].share}); !slices.Contains(groups, g) {
			groups = append(groups, g)
		}
	}
	for _, g := range groups {
		var n, jobs, compared int
		var left [3]int
		var above [2]float64
		var took time.Duration
		for k := range records {
			r := &records[k]
			if r.set != g.set || r.share != g.share {
				continue
			}
			n, jobs, took = n+1, jobs+r.jobs, took+r.perEvent
			for i, o := range r.outcomes() {
				left[i] += o.left
			}
			if r.live.left == r.static.left && r.insertion.left == r.static.left && r.static.cost > 0 {
				compared++
				above[0] += 100 * (r.live.cost/r.static.cost - 1)
				above[1] += 100 * (r.insertion.cost/r.static.cost - 1)
			}
		}
		served := func(i int) float64 { return 100 * float64(jobs-left[i]) / float64(max(1, jobs)) }
		gaps := " | "
		if compared > 0 {
			gaps = fmt.Sprintf("%+.2f %% | %+.2f %%", above[0]/float64(compared), above[1]/float64(compared))
		}
		fmt.Fprintf(&b, "| %s | %d %% | %d | %.1f %% | %.1f %% | %.1f %% | %s | %d | %d |\n", g.set, g.share, n,
			served(0), served(1), served(2), gaps, compared, took.Milliseconds()/int64(max(1, n)))
	}
	b.WriteString("\nCosts are without jobs left out, and compared on days on which all three serve equally many.\n")
	return b.String()
}
