package wire

import (
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
)

// Defaults of the settings.
const (
	defaultTimeBudget  = 10 * time.Second
	defaultMinInterval = 100 * time.Millisecond
)

// Settings say how long and how hard to search, with the defaults filled in.
type Settings struct {
	TimeBudget  time.Duration // 0: none
	Iterations  int64         // of each searcher; 0: no limit
	Seed        uint64
	Workers     int           // at least 1
	MinInterval time.Duration // between two improvements
	Stagnation  time.Duration // 0: do not stop on it
}

// SolveSettings converts settings; nil stands for the defaults.
func SolveSettings(s *calloutv1.SolveSettings, lim Limits) (Settings, Faults) {
	r := newReader(lim, "settings")
	if s != nil {
		r.structure(s.ProtoReflect())
	}
	out := Settings{
		TimeBudget:  r.span("time_budget", s.GetTimeBudget(), true, lim.TimeBudget),
		Iterations:  s.GetMaxIterations(),
		Seed:        s.GetSeed(),
		Workers:     int(s.GetWorkers()),
		MinInterval: defaultMinInterval,
		Stagnation:  r.span("stagnation_time", s.GetStagnationTime(), true, lim.TimeBudget),
	}
	if s.GetMinImprovementInterval() != nil {
		out.MinInterval = r.span("min_improvement_interval", s.GetMinImprovementInterval(), false, lim.TimeBudget)
	}
	r.budget("max_iterations", out.Iterations, lim.Iterations)
	r.budget("workers", int64(out.Workers), int64(lim.Workers))
	out.Workers = max(1, out.Workers)
	if s.GetTimeBudget() == nil && out.Iterations == 0 {
		out.TimeBudget = min(defaultTimeBudget, lim.TimeBudget)
	}
	return out, r.done()
}

// span is a duration of computing; 0 where absent.
func (r *reader) span(field string, d *durationpb.Duration, positive bool, limit time.Duration) time.Duration {
	if d == nil || d.CheckValid() != nil {
		return 0
	}
	v := d.AsDuration()
	switch {
	case v < 0 || positive && v == 0:
		r.fault(field, OutOfRange, "%v is too short", v)
	case v > limit:
		r.fault(field, TooLarge, "%v is more than %v", v, limit)
	}
	return v
}

func (r *reader) budget(field string, v, limit int64) {
	switch {
	case v < 0:
		r.fault(field, OutOfRange, "%d is negative", v)
	case v > limit:
		r.fault(field, TooLarge, "%d is more than %d", v, limit)
	}
}

// ToProto is the message for settings in force.
func (s Settings) ToProto() *calloutv1.SolveSettings {
	out := &calloutv1.SolveSettings{
		MaxIterations: s.Iterations, Seed: s.Seed, Workers: int32(s.Workers), MinImprovementInterval: durationpb.New(s.MinInterval),
	}
	if s.TimeBudget > 0 {
		out.TimeBudget = durationpb.New(s.TimeBudget)
	}
	if s.Stagnation > 0 {
		out.StagnationTime = durationpb.New(s.Stagnation)
	}
	return out
}
