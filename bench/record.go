package bench

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"time"
)

// Record is one run as a row of a CSV file.
type Record struct {
	Set, Instance     string
	Jobs, Technicians int
	Workers           int
	Seed              uint64
	Budget            string // "10s", or "5000it" for iterations per worker
	Cost              string // currency units
	Best              float64
	Unassigned        int
	First             float64 // seconds until the first complete plan; negative: never
	Iterations        int64   // of all workers
	Wall              float64 // seconds
	Checked           string  // "ok", or what the checker found
}

var columns = []string{
	"set", "instance", "jobs", "technicians", "workers", "seed", "budget", "cost", "best", "gap_pct", "unassigned",
	"first_s", "iterations", "wall_s", "checked",
}

const checkedOK = "ok"

// runKey tells runs apart.
type runKey struct {
	set, instance, budget string
	workers               int
	seed                  uint64
}

func (r *Record) key() runKey { return runKey{r.Set, r.Instance, r.Budget, r.Workers, r.Seed} }

// gap to the best known cost in per cent, and whether there is one: not for a plan that is wrong or leaves out a job that has to
// be done.
func (r *Record) gap() (float64, bool) {
	cost, err := strconv.ParseFloat(r.Cost, 64)
	if err != nil || r.Best <= 0 || r.First < 0 || r.Checked != checkedOK {
		return 0, false
	}
	return 100 * (cost/r.Best - 1), true
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
		r.Set, r.Instance, strconv.Itoa(r.Jobs), strconv.Itoa(r.Technicians), strconv.Itoa(r.Workers),
		strconv.FormatUint(r.Seed, 10), r.Budget, r.Cost, best, gap, strconv.Itoa(r.Unassigned), first,
		strconv.FormatInt(r.Iterations, 10), seconds(r.Wall), r.Checked,
	}
}

func seconds(s float64) string { return strconv.FormatFloat(s, 'f', 4, 64) }

// parseRecord is the inverse of row; the gap is computed afresh.
func parseRecord(row []string) (Record, error) {
	r := Record{Set: row[0], Instance: row[1], Budget: row[6], Cost: row[7], First: -1, Checked: row[14]}
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
	r.Jobs, r.Technicians, r.Workers = integer(row[2]), integer(row[3]), integer(row[4])
	seed, err := strconv.ParseUint(row[5], 10, 64)
	r.Seed, errs = seed, append(errs, err)
	r.Best, r.Unassigned, r.First = decimal(row[8], 0), integer(row[10]), decimal(row[11], -1)
	r.Iterations, r.Wall = int64(integer(row[12])), decimal(row[13], 0)
	return r, errors.Join(errs...)
}

// readRecords reads a file of earlier runs; a file that does not exist has none. An interrupted last line is an error, so that
// nothing is ever appended to half a row.
func readRecords(path string) ([]Record, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.FieldsPerRecord = len(columns)
	var out []Record
	for line := 1; ; line++ {
		row, err := in.Read()
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, &FileError{File: path, Text: err.Error()}
		case line == 1:
			if !slices.Equal(row, columns) {
				return nil, &FileError{File: path, Line: 1, Text: fmt.Sprintf("expected the columns %v", columns)}
			}
			continue
		}
		r, err := parseRecord(row)
		if err != nil {
			return nil, &FileError{File: path, Line: line, Text: err.Error()}
		}
		out = append(out, r)
	}
}

// appendRecord adds a row to the file, which gets a heading where it is new.
func appendRecord(path string, r *Record) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644) //nolint:gosec // results are for everybody
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	out := csv.NewWriter(f)
	if info.Size() == 0 {
		_ = out.Write(columns) // errors stay until Flush
	}
	_ = out.Write(r.row())
	out.Flush()
	return errors.Join(out.Error(), f.Close())
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
