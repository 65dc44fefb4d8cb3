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
		if len(x.visits) > 0 {
			b.punctuality(job, x)
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
