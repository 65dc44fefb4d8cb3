package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"callout/engine"
)

// Choice is a part of a series: some instances of a set, each with each budget and seed.
type Choice struct {
	Set       string
	Instances []string // patterns of names, such as "R1*"; none: all
	Sizes     []int    // numbers of jobs; none: all
	Known     bool     // only instances with a best known cost
	Budgets   []Budget
	Seeds     []uint64
	Workers   int      // 0: as the series says
	Peers     []string // those of the series' peers that run; none: all
}

// Series says what to run.
type Series struct {
	Data    string // folder that holds the sets' folders; may be empty where no set needs it
	Choices []Choice
	Workers int
	Build   string  // names what runs
	Peers   []*Peer // other solvers, each of which runs before ours on every instance, with the same budget
	Out     string  // CSV file: runs of the same build that it has are not run again; empty: none is kept
	Best    string  // folder for plans of ours that beat the best known cost; empty: none is kept
	// For, where positive, is how long new runs may begin; Run then returns ErrLater, and the next call goes on.
	For time.Duration
	// Lenient leaves out sets that the data folder does not have, and tells so.
	Lenient bool
	// Progress, where not nil, is told of each run that has ended.
	Progress func(*Record)
	// Skipped, where not nil, is told what was left out.
	Skipped func(what string, why error)

	begin   time.Time
	have    map[runKey]Record
	machine string
	out     []Record
	ran     int // runs so far, without those that the file had
}

// ErrLater says that there is more to run than there was time for.
var ErrLater = errors.New("the time is over: run it again to go on")

// Run runs what the CSV file does not have yet, one run after the other, and returns the records of the whole series. Each is in
// the file as soon as its run has ended; a run that ctx cuts short is not.
func (s *Series) Run(ctx context.Context) ([]Record, error) {
	s.begin, s.machine, s.out = time.Now(), Machine(), nil
	if err := s.recall(); err != nil {
		return nil, err
	}
	for k := range s.Choices {
		if err := s.runChoice(ctx, &s.Choices[k]); err != nil {
			return s.out, err
		}
	}
	return s.out, nil
}

// Length is how many runs the file does not have yet, and their budgets together. Reading instances comes on top, and what other
// solvers take before and beyond their budgets; on the other hand some stop early, or cannot be asked.
func (s *Series) Length() (runs int, budgets time.Duration, err error) {
	if err := s.recall(); err != nil {
		return 0, 0, err
	}
	for k := range s.Choices {
		c := &s.Choices[k]
		set, entries, err := s.open(c)
		if err != nil {
			return 0, 0, err
		}
		for _, e := range entries {
			if out, err := c.otherSize(e); out || err != nil {
				if err != nil {
					return 0, 0, err
				}
				continue
			}
			for _, b := range c.Budgets {
				for _, seed := range c.Seeds {
					n := s.missing(c, set.Name, e.name, b, seed)
					runs += n
					budgets += time.Duration(n) * b.Time
				}
			}
		}
	}
	return runs, budgets, nil
}

// missing counts the runs of one instance, budget and seed that are still to be made, and takes note of them.
func (s *Series) missing(c *Choice, set, instance string, b Budget, seed uint64) int {
	n := 0
	lacks := func(solver string, workers int) bool {
		key := runKey{set, instance, solver, s.Build, b.String(), workers, seed}
		_, have := s.have[key]
		s.have[key] = Record{}
		return !have
	}
	for _, p := range s.peers(c) {
		if lacks(p.Title(), 1) {
			n++
		}
	}
	if lacks(Ours, s.workers(c)) || n > 0 {
		n++
	}
	return n
}

// recall reads what the file has.
func (s *Series) recall() error {
	s.have = make(map[runKey]Record)
	if s.Out == "" {
		return nil
	}
	old, err := readRecords(s.Out)
	if err != nil {
		return err
	}
	for _, r := range old {
		s.have[r.key()] = r
	}
	return nil
}

func (s *Series) workers(c *Choice) int { return cmp.Or(c.Workers, s.Workers) }

// peers that run on a choice.
func (s *Series) peers(c *Choice) []*Peer {
	if len(c.Peers) == 0 {
		return s.Peers
	}
	var out []*Peer
	for _, p := range s.Peers {
		if slices.Contains(c.Peers, p.Name) {
			out = append(out, p)
		}
	}
	return out
}

func (s *Series) skip(what string, why error) {
	if s.Skipped != nil {
		s.Skipped(what, why)
	}
}

// open finds a choice's instances; there are none where the set may be lacking and is.
func (s *Series) open(c *Choice) (*Set, []entry, error) {
	set, err := OpenSet(s.Data, c.Set)
	if err != nil {
		if s.Lenient && errors.Is(err, ErrNoSet) {
			s.skip("set "+c.Set, err)
			return &Set{Name: c.Set}, nil, nil
		}
		return nil, nil, err
	}
	entries, err := set.choose(c.Instances)
	if c.Known {
		entries = slices.DeleteFunc(slices.Clone(entries), func(e entry) bool { return set.best[e.name] == 0 })
	}
	return set, entries, err
}

// otherSize tells whether the choice leaves out an instance for its size, which it has to be read for.
func (c *Choice) otherSize(e entry) (bool, error) {
	if len(c.Sizes) == 0 {
		return false, nil
	}
	in, err := e.read()
	if err != nil {
		return false, err
	}
	return !slices.Contains(c.Sizes, len(in.Problem.GetJobs())), nil
}

func (s *Series) runChoice(ctx context.Context, c *Choice) error {
	set, entries, err := s.open(c)
	if err != nil {
		return err
	}
	for _, b := range c.Budgets {
		for _, e := range entries {
			in, err := e.read()
			if err != nil {
				return err
			}
			if len(c.Sizes) > 0 && !slices.Contains(c.Sizes, len(in.Problem.GetJobs())) {
				continue
			}
			for _, seed := range c.Seeds {
				if err := s.runInstance(ctx, c, set, in, b, seed); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// runInstance runs the peers, then Callout: afresh where a peer ran, so that what is compared ran by turns.
func (s *Series) runInstance(ctx context.Context, c *Choice, set *Set, in *Instance, b Budget, seed uint64) error {
	fresh := func(solver string, workers int) Record {
		return Record{
			Set: set.Name, Instance: in.Name, Jobs: len(in.Problem.GetJobs()), Technicians: len(in.Problem.GetTechnicians()),
			Solver: solver, Build: s.Build, Workers: workers, Seed: seed, Budget: b.String(), Best: set.best[in.Name], First: -1,
			Machine: s.machine,
		}
	}
	ran := s.ran
	for _, p := range s.peers(c) {
		err := s.once(ctx, fresh(p.Title(), 1), func(r *Record) error { return r.runPeer(ctx, p, in, b) })
		if errors.Is(err, errCannot) {
			s.skip(p.Name+" on "+in.Name, err)
			continue
		}
		if err != nil {
			return err
		}
	}
	ours := fresh(Ours, s.workers(c))
	if s.ran > ran {
		delete(s.have, ours.key())
	}
	return s.once(ctx, ours, func(r *Record) error {
		result, err := r.runOurs(ctx, in, b)
		if err != nil || s.Best == "" {
			return err
		}
		return r.keepBest(s.Best, in.Format, result)
	})
}

// once runs what has not been run before, and keeps it.
func (s *Series) once(ctx context.Context, r Record, run func(*Record) error) error {
	if old, done := s.have[r.key()]; done {
		s.out = append(s.out, old)
		return nil
	}
	if s.For > 0 && time.Since(s.begin) > s.For {
		return ErrLater
	}
	if err := run(&r); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.Out != "" {
		if err := appendRecord(s.Out, &r); err != nil {
			return fmt.Errorf("keeping the result: %w", err)
		}
	}
	s.have[r.key()] = r
	s.ran++
	if s.Progress != nil {
		s.Progress(&r)
	}
	s.out = append(s.out, r)
	return nil
}

// runOurs has Callout solve the instance. There is no result where the engine holds back its plan as wrong.
func (r *Record) runOurs(ctx context.Context, in *Instance, b Budget) (*Result, error) {
	result, err := Solve(ctx, in, Settings{Budget: b.Time, Iterations: b.Iterations, Seed: r.Seed, Workers: r.Workers})
	var defect *engine.InternalError
	switch {
	case errors.As(err, &defect): // to be seen in the table; it need not end the series
		r.Checked = defect.Error()
		return nil, nil
	case err != nil:
		return nil, err
	}
	r.fill(result)
	return result, nil
}

// runPeer has another solver solve it. That it fails is a result.
func (r *Record) runPeer(ctx context.Context, p *Peer, in *Instance, b Budget) error {
	if b.Time <= 0 {
		return fmt.Errorf("%w: it has no budget in iterations", errCannot)
	}
	result, answer, err := p.solve(ctx, in, b.Time, r.Seed)
	switch {
	case errors.Is(err, errCannot) || ctx.Err() != nil:
		return errors.Join(err, ctx.Err())
	case err != nil:
		r.Checked = err.Error()
	default:
		r.fill(result)
		r.First = -1
		if answer.First != nil && r.Complete {
			r.First = *answer.First
		}
	}
	if answer != nil {
		r.Wall, r.CPU, r.Iterations = answer.Wall, answer.CPU, answer.Iterations
	}
	return nil
}

// fill takes over what a run found.
func (r *Record) fill(res *Result) {
	r.Cost, r.Unassigned, r.Complete = units(res.Cost).String(), len(res.Plan.Unassigned), res.Complete
	r.Iterations, r.Wall, r.CPU, r.Curve = res.Iterations, res.Wall.Seconds(), res.CPU.Seconds(), res.Curve
	r.First = -1
	if res.Complete {
		r.First = res.First.Seconds()
	}
	r.Checked = checkedOK
	if res.Judgement != nil {
		r.Checked = res.Judgement.Error()
	}
}
