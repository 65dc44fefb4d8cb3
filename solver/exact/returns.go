package exact

import (
	"slices"

	"callout/solver/model"
	"callout/solver/ortools/cpsat"
)

// held is what the technician of a shift hands in from the start that lands in it.
func (b *builder) held(s *shift) []model.Return {
	if b.landing[s.Tech] != s.index {
		return nil
	}
	return b.p.Technicians[s.Tech].Returns
}

// lands tells whether anything may land at a node on a shift with some visits.
func (b *builder) lands(s *shift, n model.NodeIdx, visits []*stop) bool {
	may := func(x model.Return) bool { return x.LandsAt(n) }
	return slices.ContainsFunc(b.held(s), may) || slices.ContainsFunc(visits, func(v *stop) bool {
		return slices.ContainsFunc(b.p.Jobs[v.job].Returns, may)
	})
}

// comeBack: what comes back on a route lands at a call behind the visit, all units of a return at the same one, as soon as that may be.
func (b *builder) comeBack() {
	b.ashore = make(map[*stop]cpsat.Expr)
	b.lighter = make(map[*stop][]landing)
	for _, s := range b.shifts {
		behind := make(map[[2]*stop]cpsat.Lit)
		b.land(s, b.held(s), s.used, func(*stop) cpsat.Lit { return s.used })
		for _, v := range s.stops {
			if v.kind == model.Visit {
				b.land(s, b.p.Jobs[v.job].Returns, v.here, func(c *stop) cpsat.Lit { return b.behind(s, behind, v, c) })
			}
		}
	}
}

// landing is whether units land at a call.
type landing struct {
	what *model.Return
	here cpsat.Lit
}

// land has returns land at calls of a shift if they have to, each where it is allowed to.
func (b *builder) land(s *shift, list []model.Return, must cpsat.Lit, may func(c *stop) cpsat.Lit) {
	for k := range list {
		x := &list[k]
		if len(x.Nodes) == 0 {
			continue
		}
		var choice []cpsat.Lit
		for _, c := range s.calls() {
			if !x.LandsAt(c.node) {
				continue
			}
			here := b.m.Bool()
			b.m.Implies(here, c.here, may(c), must)
			choice = append(choice, here)
			b.ashore[c] = b.ashore[c].PlusLit(1, here)
			b.lighter[c] = append(b.lighter[c], landing{x, here})
		}
		b.m.AnyOf(choice, must)
		b.m.AtMostOne(choice...)
	}
}

// inTurn has calls like one another come in their order.
func (b *builder) inTurn() {
	for _, s := range b.shifts {
		for _, c := range s.calls() {
			if c.prior != nil {
				b.m.Implies(c.here, c.prior.here)
				b.m.AtLeast(cpsat.Sum(c.start).Plus(-1, c.prior.start), c.dur, c.here)
			}
		}
	}
}
