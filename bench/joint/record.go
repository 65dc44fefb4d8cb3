package main

import (
	"errors"
	"strconv"
	"time"

	"callout/bench/program"
)

// record is one run, a line of the file of results.
type record struct {
	jobs       int
	seed       uint64
	budget     time.Duration
	method     string
	wall       float64 // s
	cost       float64
	served     int
	parts      float64 // part of the cost
	kilometres float64
	proven     string // whether the allocation was: yes, no, or empty
}

var header = []string{"jobs", "seed", "budget", "method", "wall_s", "cost", "served", "parts_cost", "km", "proven"}

func (r *record) row() []string {
	f := func(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }
	return []string{
		strconv.Itoa(r.jobs), strconv.FormatUint(r.seed, 10), r.budget.String(), r.method, f(r.wall), f(r.cost), strconv.Itoa(r.served),
		f(r.parts), f(r.kilometres), r.proven,
	}
}

func parse(row []string) (*record, error) {
	r := &record{method: row[3], proven: row[9]}
	var errs [8]error
	r.jobs, errs[0] = strconv.Atoi(row[0])
	r.seed, errs[1] = strconv.ParseUint(row[1], 10, 64)
	r.budget, errs[2] = time.ParseDuration(row[2])
	r.wall, errs[3] = strconv.ParseFloat(row[4], 64)
	r.cost, errs[4] = strconv.ParseFloat(row[5], 64)
	r.served, errs[5] = strconv.Atoi(row[6])
	r.parts, errs[6] = strconv.ParseFloat(row[7], 64)
	r.kilometres, errs[7] = strconv.ParseFloat(row[8], 64)
	return r, errors.Join(errs[:]...)
}

// read the runs that a file has.
func read(file string) ([]*record, error) { return program.Read(file, header, parse) }

// write all runs.
func write(file string, records []*record) error {
	return program.Write(file, header, records, func(r **record) []string { return (*r).row() })
}
