package exact

import (
	"fmt"

	"callout/solver/model"
	"callout/solver/ortools/cpsat"
)

// prices states the objective, but for the parts.
func (b *builder) prices() {
	p := b.p
	for j := range p.Jobs {
		job, x := &p.Jobs[j], &b.jobs[j]
		b.payIf(model.Unassigned, job.Unassigned, x.out)
		b.response(job, x)
		for kind := model.Availability + 1; kind < model.NumWindowKinds; kind++ {
			b.lateness(job, x, kind)
		}
	}
	for _, s := range b.shifts {
		b.payIf(model.Fixed, s.Fixed, s.used)
		for _, a := range s.arcs {
			drive, metres, _ := b.drive(s, a)
			b.payIf(model.Travel, drive*s.TravelRate, a.taken)
			b.payIf(model.Distance, metres*s.DistRate, a.taken)
		}
		for _, st := range s.stops {
			if st.kind == model.Pickup {
				b.payIf(model.Parts, p.Nodes[st.node].Fixed, st.here)
				continue
			}
			surplus, rating, preference := staffing(p, &p.Jobs[st.job], s.Tech)
			b.payIf(model.SkillSurplus, surplus, st.here)
			b.payIf(model.Rating, rating, st.here)
			b.payIf(model.Preference, preference, st.here)
		}
		b.work(s)
		b.overtime(s)
	}
}

// response prices the wait from the release on.
func (b *builder) response(job *model.Job, x *job) {
	if job.Response == 0 || len(x.visits) == 0 {
		return
	}
	most := b.latest(x) - job.Release
	wait := b.m.Int(0, most)
	b.m.AtLeast(cpsat.Sum(wait).Plus(-1, x.start), -job.Release, x.out.Not())
	b.pay(model.ResponseTime, job.Response, wait, most)
}

// latest start of a job.
func (b *builder) latest(x *job) model.Time {
	latest := x.least
	for _, v := range x.visits {
		latest = max(latest, v.spans[len(v.spans)-1].to)
	}
	return latest
}

// lateness prices the seconds that the visit misses one of the windows of a kind by; which of them is free to choose.
func (b *builder) lateness(job *model.Job, x *job, kind model.WindowKind) {
	var choice []cpsat.Lit
	several := 0
	for _, w := range job.Windows {
		if w.Kind == kind {
			several++
		}
	}
	for _, w := range job.Windows {
		if w.Kind != kind || len(x.visits) == 0 {
			continue
		}
		when := []cpsat.Lit{x.out.Not()}
		if several > 1 {
			when[0] = b.m.Bool()
			choice = append(choice, when[0])
		}
		at, first, last := b.bound(x, w.Binds)
		if most := w.From - first; most > 0 && w.Early != 0 {
			early := b.m.Int(0, most)
			b.m.AtLeast(at.Plus(1, early), w.From, when...)
			b.pay(model.Lateness, w.Early, early, most)
		}
		if most := last - w.To; most > 0 && w.Late != 0 {
			at, _, _ := b.bound(x, w.Binds)
			late := b.m.Int(0, most)
			b.m.AtMost(at.Plus(-1, late), w.To, when...)
			b.pay(model.Lateness, w.Late, late, most)
		}
	}
	if several > 1 {
		b.m.AnyOf(choice, x.out.Not())
	}
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

// work prices the working time, by the second and squared.
func (b *builder) work(s *shift) {
	balance := b.p.Objective.Balance
	b.negative = b.negative || balance < 0
	if s.WorkRate == 0 && balance <= 0 || len(s.stops) == 0 {
		return
	}
	m := b.m
	most := min(s.LatestEnd-s.Earliest, max(0, s.MaxWork))
	worked := m.Int(0, most)
	m.Equal(s.worked().Plus(-1, worked), 0)
	b.pay(model.WorkingTime, s.WorkRate, worked, most)
	if balance <= 0 {
		return
	}
	// The least whole z with z·per ≥ price·worked² - (per-1) is price·worked²/per rounded down.
	g := gcd(balance, perHour2)
	price, per := balance/g, perHour2/g
	square := m.Int(0, most*most)
	m.Square(square, worked)
	z := balanceCost(most, balance)
	cost := m.Int(0, z)
	m.AtLeast(cpsat.Const(per-1).Plus(per, cost).Plus(-price, square), 0)
	b.pay(model.Balance, 1, cost, z)
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// overtime prices the time of the finish past the regular end, tier by tier. The time in a tier is the lesser of the time past
// its begin and its length; which one is free to choose, and the lesser one is cheaper.
func (b *builder) overtime(s *shift) {
	m := b.m
	for k, tier := range s.Overtime {
		begin := s.RegularEnd + tier.After
		most := s.LatestEnd - begin
		when := []cpsat.Lit{s.used}
		if most <= 0 || tier.Rate == 0 || len(s.stops) == 0 {
			continue
		}
		if k+1 < len(s.Overtime) {
			end := s.RegularEnd + s.Overtime[k+1].After
			if end <= begin {
				continue
			}
			if end < s.LatestEnd {
				most = end - begin
				full := m.Bool()
				when = append(when, full.Not())
				m.AtMost(cpsat.Sum(s.finish), end, s.used, full.Not())
				past := m.Int(0, most)
				m.Equal(cpsat.Sum(past), most, s.used, full)
				m.AtLeast(cpsat.Sum(past).Plus(-1, s.finish), -begin, when...)
				b.pay(model.Overtime, tier.Rate, past, most)
				continue
			}
		}
		past := m.Int(0, most)
		m.AtLeast(cpsat.Sum(past).Plus(-1, s.finish), -begin, when...)
		b.pay(model.Overtime, tier.Rate, past, most)
	}
}

// contradictionf is an error that says that the solution of a model is no plan.
func contradictionf(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrContradiction, fmt.Sprintf(format, args...))
}
