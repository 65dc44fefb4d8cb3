package route

import (
	"sort"

	"callout/solver/model"
)

const never int64 = model.NoTime

// nextStart is the earliest feasible start of stop s at or after t when it lasts dur, or never.
func (in *Instance) nextStart(s int32, dur, t int64) int64 {
	if !in.multi[s] {
		if t > in.late[s] {
			return never
		}
		return max(t, in.early[s])
	}
	best := never
	for _, w := range in.windows[s] {
		from, to := w.span(dur)
		if x := max(t, from); x <= to {
			best = min(best, x)
		}
	}
	return best
}

// prevStart is the latest feasible start of stop s at or before t when it lasts dur, or -never.
func (in *Instance) prevStart(s int32, dur, t int64) int64 {
	if !in.multi[s] {
		if t < in.early[s] {
			return -never
		}
		return min(t, in.late[s])
	}
	best := -never
	for _, w := range in.windows[s] {
		from, to := w.span(dur)
		if x := min(t, to); x >= from {
			best = max(best, x)
		}
	}
	return best
}

// hardWindow is one of several windows of a stop, or one that binds the end.
type hardWindow struct {
	from, to int64
	release  int64
	end      bool // binds the end of service
}

// span is from the earliest to the latest start that w allows a stop that lasts dur.
func (w *hardWindow) span(dur int64) (from, to int64) {
	if w.end {
		return max(w.from-dur, w.release), w.to - dur
	}
	return max(w.from, w.release), w.to
}

// hardWindows lists the windows of a multi stop.
func (in *Instance) hardWindows(s int32) []hardWindow {
	var out []hardWindow
	j := in.Job(s)
	if j < 0 {
		for _, o := range in.nodeAt(s).Open {
			out = append(out, hardWindow{from: o.From, to: o.To, release: in.waits(s)})
		}
		return out
	}
	job := &in.P.Jobs[j]
	release := max(job.Release, in.waits(s))
	for _, w := range job.Windows {
		if w.Kind == model.Availability {
			out = append(out, hardWindow{from: w.From, to: w.To, release: release, end: w.Binds == model.BindEnd})
		}
	}
	return out
}

// softCost is the unweighted Lateness, ResponseTime, PlanChange and Risk cost of starting visit j at start.
func (in *Instance) softCost(j int32, dur, start int64) (late, response, change, risk int64) {
	job := &in.P.Jobs[in.Job(j)]
	if kept := job.Kept; kept != nil {
		change = max(0, max(start-kept.Start, kept.Start-start)-kept.Slack) * kept.Moved
	}
	if job.Response != 0 {
		response = (start - job.Release) * job.Response
	}
	if n := len(job.Risk); n > 0 {
		k := max(0, sort.Search(n, func(k int) bool { return job.Risk[k].From > start })-1)
		risk = job.Risk[k].Cost + job.Risk[k].Rate*max(0, start-job.Risk[k].From)
	}
	var best [model.NumWindowKinds]int64
	var seen [model.NumWindowKinds]bool
	for k := range job.Windows {
		w := &job.Windows[k]
		if w.Kind == model.Availability {
			continue
		}
		t := start
		if w.Binds == model.BindEnd {
			t += dur
		}
		var c int64
		switch {
		case t < w.From:
			c = (w.From - t) * w.Early
		case t > w.To:
			c = (t - w.To) * w.Late
		}
		if !seen[w.Kind] || c < best[w.Kind] {
			best[w.Kind], seen[w.Kind] = c, true
		}
	}
	for _, c := range best {
		late += c
	}
	return late, response, change, risk
}

// softScalar is softCost as a search cost.
func (in *Instance) softScalar(j int32, dur, start int64) int64 {
	late, response, change, risk := in.softCost(j, dur, start)
	return late*in.weight[model.Lateness] + response*in.weight[model.ResponseTime] + change*in.weight[model.PlanChange] +
		risk*in.weight[model.Risk]
}
