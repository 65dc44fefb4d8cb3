package main

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/bench"
)

// dayKey names a day.
type dayKey struct {
	set, base string
	share     int // per cent of the jobs that become known during the day
}

// instance is a day as read.
type instance struct {
	whole  *calloutv1.Problem // with all jobs
	known  *calloutv1.Problem // with those that are known when it begins
	latter []arrival          // in the order in which they become known
}

// arrival is a job that becomes known at a time, in seconds.
type arrival struct {
	job *calloutv1.Job
	at  int64
}

// source is where a set's files are, and how many seconds the readers make of a unit of time.
type source struct {
	base, release string // patterns, by base and share
	scale         float64
}

var sources = map[string]source{
	"lackner": {base: "dvrptw_lackner/lackner/%s.txt", release: "dvrptw_lackner/lackner_rd/%s_rd_%d.txt", scale: 10},
	"trsp": {
		base: "trsp_pillac/crew25/%s.100_25-5-5-5.txt", release: "trsp_pillac/crew25/dyn/%s.100_25-5-5-5_rd_%d.txt", scale: 1000,
	},
}

// open reads a day.
func open(data string, d dayKey) (*instance, error) {
	s, known := sources[d.set]
	if !known {
		return nil, fmt.Errorf("unknown set %q", d.set)
	}
	in, err := bench.ReadFile(filepath.Join(data, fmt.Sprintf(s.base, d.base)))
	if err != nil {
		return nil, err
	}
	file := filepath.Join(data, fmt.Sprintf(s.release, d.base, d.share))
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	release, err := releases(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return split(in.Problem, release, s.scale)
}

// releases reads rows of a job's number and the time at which it becomes known, -1 for known before. What comes before the heading "ID RD" is left out.
func releases(text []byte) (map[string]float64, error) {
	out := make(map[string]float64)
	table := false
	for n, lines := 1, bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		if !table || len(fields) == 0 {
			table = table || len(fields) == 2 && fields[0] == "ID"
			continue
		}
		if len(fields) != 2 {
			return nil, fmt.Errorf("line %d: %q: expected a number and a time", n, lines.Text())
		}
		id, err := strconv.Atoi(fields[0])
		at, err2 := strconv.ParseFloat(fields[1], 64)
		if err != nil || err2 != nil || math.IsNaN(at) || at > 1e6 || at < -1 {
			return nil, fmt.Errorf("line %d: %q: expected a number and a time", n, lines.Text())
		}
		if _, twice := out[strconv.Itoa(id)]; twice {
			return nil, fmt.Errorf("line %d: job %d is there twice", n, id)
		}
		out[strconv.Itoa(id)] = at
	}
	return out, nil
}

// split sets the jobs apart that become known during the day.
func split(p *calloutv1.Problem, release map[string]float64, scale float64) (*instance, error) {
	p.Now = &timestamppb.Timestamp{}
	known := &calloutv1.Problem{
		Now: p.GetNow(), Locations: p.GetLocations(), Profiles: p.GetProfiles(), Technicians: p.GetTechnicians(), Nodes: p.GetNodes(),
		Objective: p.GetObjective(), CurrencyCode: p.GetCurrencyCode(),
	}
	in := &instance{whole: p, known: known}
	for _, job := range p.GetJobs() {
		switch at, there := release[job.GetId()]; {
		case !there:
			return nil, fmt.Errorf("there is no release date of job %s", job.GetId())
		case at < 0:
			known.Jobs = append(known.Jobs, job)
		default:
			in.latter = append(in.latter, arrival{job, int64(math.Ceil(at * scale))})
		}
	}
	if len(release) != len(p.GetJobs()) {
		return nil, fmt.Errorf("%d release dates of %d jobs", len(release), len(p.GetJobs()))
	}
	slices.SortStableFunc(in.latter, func(a, b arrival) int { return cmp.Compare(a.at, b.at) })
	return in, nil
}

// event that makes a job known.
func (a *arrival) event() *calloutv1.DayEvent {
	return &calloutv1.DayEvent{
		Id: "known-" + a.job.GetId(), Now: &timestamppb.Timestamp{Seconds: a.at},
		What: &calloutv1.DayEvent_JobAdded{JobAdded: &calloutv1.JobAdded{Job: a.job}},
	}
}
