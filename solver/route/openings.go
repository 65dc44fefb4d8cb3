package route

import (
	"cmp"
	"slices"

	"callout/solver/model"
)

// opening is a time in which a service may begin, both ends included, at cost + slope * (t - from).
type opening struct{ from, to, cost, slope int64 }

// openings are the times in which stops may begin, by technician: an index, as many share them. turned are the same in turned time.
type openings struct {
	of     []int32 // [tech*NStops+stop]
	list   [][]opening
	turned [][]opening
	free   []int32  // lists that no stop has any more
	work   struct { // scratch
		hard, price []opening
		soft, least together
	}
}

// together is what lists have been put together to.
type together struct{ list, other []opening }

func (t *together) set(list []opening) { t.list = append(t.list[:0], list...) }

// with puts another list together with it.
func (t *together) with(list []opening, f func(out []opening, x, y opening) []opening) {
	t.list, t.other = combined(t.other[:0], t.list, list, f), t.list
}

// compileOpenings fills them.
func (in *Instance) compileOpenings() {
	in.openings.of = make([]int32, len(in.dur))
	known := map[int64]int32{}
	for u := range in.NStops {
		in.open(u, known)
	}
}

// open makes the openings of a stop that has none. known is scratch.
func (in *Instance) open(u int, known map[int64]int32) {
	s := &in.openings
	clear(known)      // of the stop, by duration
	same := int32(-1) // where the duration does not matter
	if !in.multi[u] && !in.soft[u] {
		same = s.keep(in.openingsFor(int32(u), 0))
	}
	for t := range in.P.Technicians {
		at := same
		if at < 0 {
			dur := in.dur[t*in.NStops+u]
			if i, seen := known[dur]; seen {
				at = i
			} else {
				at = s.keep(in.openingsFor(int32(u), dur))
				known[dur] = at
			}
		}
		s.of[t*in.NStops+u] = at
	}
}

// keep a copy of a list, and the same turned, in room that is free.
func (s *openings) keep(list []opening) int32 {
	at := len(s.list)
	if n := len(s.free); n > 0 {
		at = int(s.free[n-1])
		s.free = s.free[:n-1]
	} else {
		s.list, s.turned = append(s.list, nil), append(s.turned, nil)
	}
	s.list[at] = append(s.list[at][:0], list...)
	turned := s.turned[at][:0]
	for _, o := range slices.Backward(list) {
		turned = append(turned, o.turn())
	}
	s.turned[at] = turned
	return int32(at)
}

// turn is o in turned time.
func (o opening) turn() opening {
	return opening{from: -o.to, to: -o.from, cost: o.cost + o.slope*(o.to-o.from), slope: -o.slope}
}

// openingsFor works out the openings of a stop that lasts dur, in order. They hold until the next call.
func (in *Instance) openingsFor(u int32, dur int64) []opening {
	w := &in.openings.work
	w.hard = append(w.hard[:0], opening{from: in.early[u], to: in.late[u]})
	if in.multi[u] {
		w.hard = w.hard[:0]
		for _, win := range in.windows[u] {
			if from, to := win.span(dur); from <= to {
				w.hard = append(w.hard, opening{from: from, to: to})
			}
		}
		slices.SortFunc(w.hard, func(a, b opening) int { return cmp.Compare(a.from, b.from) })
		w.hard = united(w.hard)
	}
	if !in.soft[u] {
		return w.hard
	}
	job := &in.P.Jobs[in.Job(u)]
	rate := job.Response * in.weight[model.ResponseTime]
	w.soft.set([]opening{{from: in.begin, to: in.end, cost: rate * (in.begin - job.Release), slope: rate}})
	for k := range model.NumWindowKinds {
		if k == model.Availability {
			continue
		}
		some := false
		for i := range job.Windows {
			win := &job.Windows[i]
			if win.Kind != k {
				continue
			}
			w.price = in.priceOf(w.price[:0], win, dur)
			if !some {
				w.least.set(w.price)
			} else {
				w.least.with(w.price, lowest)
			}
			some = true
		}
		if some {
			w.soft.with(w.least.list, sum)
		}
	}
	if kept := job.Kept; kept != nil && kept.Moved != 0 {
		w.price = in.asPlanned(w.price[:0], kept)
		w.soft.with(w.price, sum)
	}
	if len(job.Risk) > 0 {
		w.soft.with(in.atRisk(job.Risk), sum)
	}
	w.soft.with(w.hard, sum)
	return w.soft.list
}

// priceOf appends the price of the begin of a service that lasts dur by one soft window.
func (in *Instance) priceOf(out []opening, w *model.Window, dur int64) []opening {
	from, to := w.From, w.To
	if w.Binds == model.BindEnd {
		from, to = from-dur, to-dur
	}
	weight := in.weight[model.Lateness]
	return in.around(out, from, to, w.Early*weight, w.Late*weight)
}

// asPlanned appends the price of beginning at another time than the running plan says.
func (in *Instance) asPlanned(out []opening, kept *model.Kept) []opening {
	rate := kept.Moved * in.weight[model.PlanChange]
	return in.around(out, kept.Start-kept.Slack, kept.Start+kept.Slack, rate, rate)
}

// atRisk is the price of a failure before the begin of a service.
func (in *Instance) atRisk(risk []model.Rise) []opening {
	weight := in.weight[model.Risk]
	out := []opening{{from: in.begin, to: min(risk[0].From-1, in.end), cost: risk[0].Cost * weight}}
	for k, r := range risk {
		from, to := max(r.From, in.begin), in.end
		if k+1 < len(risk) {
			to = min(to, risk[k+1].From-1)
		}
		out = append(out, opening{from: from, to: to, cost: (r.Cost + r.Rate*(from-r.From)) * weight, slope: r.Rate * weight})
	}
	return slices.DeleteFunc(out, func(o opening) bool { return o.from > o.to })
}

// around appends the price of the begin of a service that costs nothing between two times, and so much per second before or after.
func (in *Instance) around(out []opening, from, to, early, late int64) []opening {
	for _, o := range [...]opening{
		{from: in.begin, to: min(from-1, in.end), cost: (from - in.begin) * early, slope: -early},
		{from: max(from, in.begin), to: min(to, in.end)},
		{from: max(to+1, in.begin), to: in.end, cost: max(1, in.begin-to) * late, slope: late},
	} {
		if o.from <= o.to {
			out = append(out, o)
		}
	}
	return out
}

// united joins openings, by begin, that overlap or touch and cost nothing.
func united(list []opening) []opening {
	out := list[:0]
	for _, s := range list {
		if n := len(out); n > 0 && s.from <= out[n-1].to+1 {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

// cut is o between two times.
func (o opening) cut(from, to int64) opening {
	return opening{from: from, to: to, cost: o.cost + o.slope*(from-o.from), slope: o.slope}
}

// combined appends two functions put together where both are defined.
func combined(out, a, b []opening, f func(out []opening, x, y opening) []opening) []opening {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		from, to := max(a[i].from, b[j].from), min(a[i].to, b[j].to)
		if from <= to {
			out = f(out, a[i].cut(from, to), b[j].cut(from, to))
		}
		if a[i].to == to {
			i++
		} else {
			j++
		}
	}
	return out
}

// extend appends x, or lengthens the last opening where x goes on with it.
func extend(out []opening, x opening) []opening {
	if n := len(out); n > 0 {
		s := &out[n-1]
		if s.to+1 == x.from && s.slope == x.slope && s.cost+s.slope*(x.from-s.from) == x.cost {
			s.to = x.to
			return out
		}
	}
	return append(out, x)
}

func sum(out []opening, x, y opening) []opening {
	x.cost += y.cost
	x.slope += y.slope
	return extend(out, x)
}

// lowest is what is lower of two lines.
func lowest(out []opening, x, y opening) []opening {
	if y.cost < x.cost || (y.cost == x.cost && y.slope < x.slope) {
		x, y = y, x
	}
	if x.slope <= y.slope {
		return extend(out, x)
	}
	at := x.from + (y.cost-x.cost)/(x.slope-y.slope) + 1 // the first second at which y is below
	if at > x.to {
		return extend(out, x)
	}
	out = extend(out, x.cut(x.from, at-1))
	return extend(out, y.cut(at, y.to))
}
