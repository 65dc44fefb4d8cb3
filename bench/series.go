package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"callout/engine"
)

// Series says what to run: every chosen instance of the sets with each budget and seed.
type Series struct {
	Data      string   // folder that holds the sets' folders
	Sets      []string // names
	Instances []string // patterns of instance names, such as "R1*"; none: all
	Sizes     []int    // numbers of jobs; none: all
	Budgets   []Budget
	Seeds     []uint64
	Workers   int
	Out       string // CSV file: runs that it has are not run again; empty: none is kept
	// Progress, where not nil, is told of each run that has ended.
	Progress func(*Record)
}

// Run runs what the CSV file does not have yet, one run after the other, and returns the records of the whole series. Each is in
// the file as soon as its run has ended; a run that ctx cuts short is not.
func (s *Series) Run(ctx context.Context) ([]Record, error) {
	have := make(map[runKey]Record)
	if s.Out != "" {
		old, err := readRecords(s.Out)
		if err != nil {
			return nil, err
		}
		for _, r := range old {
			have[r.key()] = r
		}
	}
	var out []Record
	for _, name := range s.Sets {
		set, err := OpenSet(s.Data, name)
		if err != nil {
			return out, err
		}
		files, err := set.choose(s.Instances)
		if err != nil {
			return out, err
		}
		for _, b := range s.Budgets {
			for _, file := range files {
				records, err := s.runFile(ctx, set, file, b, have)
				out = append(out, records...)
				if err != nil {
					return out, err
				}
			}
		}
	}
	return out, nil
}

// runFile runs one instance with one budget and each seed.
func (s *Series) runFile(ctx context.Context, set *Set, file string, b Budget, have map[runKey]Record) ([]Record, error) {
	in, err := ReadFile(file)
	if err != nil {
		return nil, err
	}
	if !s.wants(len(in.Problem.GetJobs())) {
		return nil, nil
	}
	var out []Record
	for _, seed := range s.Seeds {
		r := Record{
			Set: set.Name, Instance: in.Name, Jobs: len(in.Problem.GetJobs()), Technicians: len(in.Problem.GetTechnicians()),
			Workers: s.Workers, Seed: seed, Budget: b.String(), Best: set.best[in.Name],
		}
		if old, done := have[r.key()]; done {
			out = append(out, old)
			continue
		}
		result, err := Solve(ctx, in, Settings{Budget: b.Time, Iterations: b.Iterations, Seed: seed, Workers: s.Workers})
		if err == nil {
			err = ctx.Err()
		}
		var defect *engine.InternalError
		switch {
		case errors.As(err, &defect): // to be seen in the table; it need not end the series
			r.First, r.Checked = -1, defect.Error()
		case err != nil:
			return out, err
		default:
			r.fill(result)
		}
		if s.Out != "" {
			if err := appendRecord(s.Out, &r); err != nil {
				return out, fmt.Errorf("keeping the result: %w", err)
			}
		}
		if s.Progress != nil {
			s.Progress(&r)
		}
		out = append(out, r)
	}
	return out, nil
}

func (s *Series) wants(jobs int) bool { return len(s.Sizes) == 0 || slices.Contains(s.Sizes, jobs) }

// fill takes over what a run found.
func (r *Record) fill(res *Result) {
	r.Cost, r.Unassigned = units(res.Cost).String(), len(res.Plan.Unassigned)
	r.Iterations, r.Wall = res.Iterations, res.Wall.Seconds()
	r.First = -1
	if res.Complete {
		r.First = res.First.Seconds()
	}
	r.Checked = checkedOK
	if res.Judgement != nil {
		r.Checked = res.Judgement.Error()
	}
}
