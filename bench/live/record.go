package main

import (
	"errors"
	"strconv"
	"time"

	"callout/bench/program"
)

// record is one event, a line of the file of results.
type record struct {
	day     uint64 // its seed
	event   int    // number on the day
	kind    string
	applied bool
	took    time.Duration // until the first plan that has it, or it was refused
	sampled bool
	// By which it was measured: see options.
	pause, scratchTime time.Duration
	// Of a sample: the session, one without a price of changes, and the best search from scratch.
	live, free, scratch outcome
}

// outcome is a plan after an event.
type outcome struct {
	cost float64
	pins int // pinned visits that are left out
	shift
}

var header = []string{
	"day", "event", "kind", "applied", "took_us", "pause_ms", "scratch_ms", "sampled",
	"live_cost", "live_pins", "live_reassigned", "live_moved", "live_shifted",
	"free_cost", "free_pins", "free_reassigned", "free_moved", "free_shifted",
	"scratch_cost", "scratch_pins", "scratch_reassigned", "scratch_moved", "scratch_shifted",
}

func (r *record) row() []string {
	out := []string{
		strconv.FormatUint(r.day, 10), strconv.Itoa(r.event), r.kind, strconv.FormatBool(r.applied),
		strconv.FormatInt(r.took.Microseconds(), 10), strconv.FormatInt(r.pause.Milliseconds(), 10),
		strconv.FormatInt(r.scratchTime.Milliseconds(), 10), strconv.FormatBool(r.sampled),
	}
	for _, o := range r.outcomes() {
		out = append(out, strconv.FormatFloat(o.cost, 'f', 6, 64))
		for _, n := range o.counts() {
			out = append(out, strconv.Itoa(*n))
		}
	}
	return out
}

func (r *record) outcomes() []*outcome { return []*outcome{&r.live, &r.free, &r.scratch} }

func (o *outcome) counts() []*int { return []*int{&o.pins, &o.reassigned, &o.moved, &o.shifted} }

func parse(row []string) (record, error) {
	r := record{kind: row[2]}
	var errs [4]error
	var late error
	r.day, errs[0] = strconv.ParseUint(row[0], 10, 64)
	r.event, errs[1] = strconv.Atoi(row[1])
	r.applied, errs[2] = strconv.ParseBool(row[3])
	for k, t := range []struct {
		to   *time.Duration
		unit time.Duration
	}{{&r.took, time.Microsecond}, {&r.pause, time.Millisecond}, {&r.scratchTime, time.Millisecond}} {
		n, err := strconv.ParseInt(row[4+k], 10, 64)
		*t.to = time.Duration(n) * t.unit
		late = errors.Join(late, err)
	}
	r.sampled, errs[3] = strconv.ParseBool(row[7])
	err := errors.Join(late, errors.Join(errs[:]...))
	for k, o := range r.outcomes() {
		at := row[8+5*k:]
		var wrong error
		o.cost, wrong = strconv.ParseFloat(at[0], 64)
		err = errors.Join(err, wrong)
		for i, n := range o.counts() {
			*n, wrong = strconv.Atoi(at[1+i])
			err = errors.Join(err, wrong)
		}
	}
	return r, err
}

// read the events that a file has.
func read(file string) ([]record, error) { return program.Read(file, header, parse) }

// write all events, so that a file has whole days only.
func write(file string, records []record) error {
	return program.Write(file, header, records, (*record).row)
}

func has(records []record, day uint64) bool {
	for k := range records {
		if records[k].day == day {
			return true
		}
	}
	return false
}
