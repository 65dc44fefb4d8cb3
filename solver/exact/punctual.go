package exact

import (
	"math"

	"callout/solver/model"
	"callout/solver/ortools/cpsat"
)

// punctuality prices when a job is done: Lateness, ResponseTime and Risk.
func (b *builder) punctuality(job *model.Job, x *job) {
	var late, all []priced
	for kind := model.Availability + 1; kind < model.NumWindowKinds; kind++ {
		late = append(late, b.lateness(job, x, kind)...)
	}
	all = append(all, late...)
	if job.Response != 0 {
		most := b.latest(x) - job.Release
		wait := b.m.Int(0, most)
		b.m.AtLeast(cpsat.Sum(wait).Plus(-1, x.start), -job.Release, x.out.Not())
		b.pay(model.ResponseTime, job.Response, wait, most)
		all = append(all, priced{wait, job.Response})
	}
	all = append(all, b.risk(job, x)...)
	// What the job costs at least on each shift follows from its spans, but not for the linear relaxation.
	b.atLeast(late, x, func(v *stop) model.Cost {
		return cheapest(job, v, func(t model.Time) model.Cost { return tardiness(job, t, t+v.dur) })
	})
	b.atLeast(all, x, func(v *stop) model.Cost {
		return cheapest(job, v, func(t model.Time) model.Cost {
			return tardiness(job, t, t+v.dur) + (t-job.Release)*job.Response + hazard(job, t)
		})
	})
}

// atLeast demands that the sum is no less than what the shift that does the job makes it.
func (b *builder) atLeast(sum []priced, x *job, least func(*stop) model.Cost) {
	e := cpsat.Const(0)
	for _, p := range sum {
		e = e.Plus(p.coef, p.v)
	}
	some := false
	for _, v := range x.visits {
		if c := least(v); c > 0 {
			e, some = e.PlusLit(-c, v.here), true
		}
	}
	if some {
		b.m.AtLeast(e, 0)
	}
}

// cheapest is the least of a price of a visit's start that is piecewise linear, with its minima where a window, a span or a piece of the
// risk begins or ends.
func cheapest(job *model.Job, v *stop, price func(model.Time) model.Cost) model.Cost {
	least := model.Cost(math.MaxInt64)
	look := func(t model.Time) { least = min(least, price(t)) }
	for _, sp := range v.spans {
		look(sp.from)
		look(sp.to)
		for _, w := range job.Windows {
			for _, t := range [...]model.Time{w.From, w.To} {
				if w.Binds == model.BindEnd {
					t -= v.dur
				}
				if sp.from < t && t < sp.to {
					look(t)
				}
			}
		}
		for _, r := range job.Risk {
			for _, t := range [...]model.Time{r.From - 1, r.From} {
				if sp.from < t && t < sp.to {
					look(t)
				}
			}
		}
	}
	return least
}

// lateness prices the seconds that the visit misses one of the windows of a kind by; which of them is free to choose.
func (b *builder) lateness(job *model.Job, x *job, kind model.WindowKind) []priced {
	var sum []priced
	var choice []cpsat.Lit
	several := 0
	for _, w := range job.Windows {
		if w.Kind == kind {
			several++
		}
	}
	for _, w := range job.Windows {
		if w.Kind != kind {
			continue
		}
		when := x.out.Not()
		if several > 1 {
			when = b.m.Bool()
			choice = append(choice, when)
		}
		at, first, last := b.bound(x, w.Binds)
		if most := w.From - first; most > 0 && w.Early != 0 {
			early := b.m.Int(0, most)
			b.m.AtLeast(at.Plus(1, early), w.From, when)
			b.pay(model.Lateness, w.Early, early, most)
			sum = append(sum, priced{early, w.Early})
		}
		if most := last - w.To; most > 0 && w.Late != 0 {
			at, _, _ := b.bound(x, w.Binds)
			late := b.m.Int(0, most)
			b.m.AtMost(at.Plus(-1, late), w.To, when)
			b.pay(model.Lateness, w.Late, late, most)
			sum = append(sum, priced{late, w.Late})
		}
	}
	if several > 1 {
		b.m.AnyOf(choice, x.out.Not())
	}
	return sum
}

// risk prices the start of a visit by the piece of the curve that it lies in, and how far: of the pieces one is chosen, and the time in
// all others is nothing, so that the linear relaxation knows what is between them (the multiple choice model, Croxton, Gendron and
// Magnanti 2003, doi 10.1287/mnsc.49.9.1268.16570).
func (b *builder) risk(job *model.Job, x *job) []priced {
	if len(job.Risk) == 0 {
		return nil
	}
	first, last := x.least, b.latest(x)
	cuts := []model.Time{first}
	for _, r := range job.Risk {
		if first < r.From && r.From <= last {
			cuts = append(cuts, r.From)
		}
	}
	cuts = append(cuts, last+1)
	var sum []priced
	choice := []cpsat.Lit{x.out}
	start := cpsat.Sum(x.start).PlusLit(-first, x.out)
	for k, from := range cuts[:len(cuts)-1] {
		in, length := b.m.Bool(), cuts[k+1]-1-from
		cost := hazard(job, from)
		choice = append(choice, in)
		start = start.PlusLit(-from, in)
		b.payIf(model.Risk, cost, in)
		sum = append(sum, priced{cpsat.Var(in), cost})
		if length == 0 {
			continue
		}
		rate := hazard(job, from+1) - cost
		past := b.m.Int(0, length)
		b.m.AtMost(cpsat.Sum(past).PlusLit(-length, in), 0)
		start = start.Plus(-1, past)
		b.pay(model.Risk, rate, past, length)
		sum = append(sum, priced{past, rate})
	}
	b.m.Equal(start, 0)
	b.m.ExactlyOne(choice...)
	return sum
}

// bound is the instant of a visit that a window binds, with its least and greatest value.
func (b *builder) bound(x *job, binds model.Binds) (at cpsat.Expr, first, last model.Time) {
	at, first, last = cpsat.Sum(x.start), x.least, b.latest(x)
	if binds == model.BindStart {
		return at, first, last
	}
	least, most := model.MaxTime, model.Duration(0)
	for _, v := range x.visits {
		at = at.PlusLit(v.dur, v.here)
		least, most = min(least, v.dur), max(most, v.dur)
	}
	return at, first + least, last + most
}

// latest start of a job.
func (b *builder) latest(x *job) model.Time {
	latest := x.least
	for _, v := range x.visits {
		latest = max(latest, v.spans[len(v.spans)-1].to)
	}
	return latest
}
