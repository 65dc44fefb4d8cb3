package allocate

import (
	"slices"

	"callout/solver/stock"
)

// growth is by how much the reach of a subnet grows that was too small.
const growth = 0.03

// grow gives demands larger subnets that had rather go beyond their reach.
func (s *solver) grow() {
	c, u, b := s.c, s.dual, s.lookers[0]
	slices.Sort(u.tight)
	for _, d := range slices.Compact(u.tight) {
		if s.stop.Load() {
			break
		}
		s.worth[d] += stock.Cost(growth * float64(s.worth[d]))
		sku := c.Demands[d].SKU
		s.full[d] = s.full[d] || s.arcs > mostArcs
		if !s.full[d] && s.beyond(d) {
			s.arcs -= len(s.all[d].dep)
			reach := s.worth[d] + stock.Cost(2*growth*float64(s.worth[d]))
			b.depart(int32(sku), s.price[sku])
			s.all[d] = b.build(d, reach, s.price[sku], mostEach)
			s.full[d] = s.all[d].reach < reach
			s.arcs += len(s.all[d].dep)
		}
		s.narrow(d)
	}
	u.tight = u.tight[:0]
}

// beyond tells whether a demand wants to look further than at all that was looked at.
func (s *solver) beyond(d int32) bool {
	price := s.price[s.c.Demands[d].SKU]
	for l := range s.all[d].lots {
		if o := &s.all[d].lots[l]; price[l] < inf && o.reach < s.worth[d]-price[l]-o.brk {
			return true
		}
	}
	return false
}

// narrow cuts a demand's subnet of the proof out of all that was looked at.
func (s *solver) narrow(d int32) {
	u, all := s.dual, s.all[d]
	sku := s.c.Demands[d].SKU
	u.arc = resize(u.arc, len(all.dep))
	for a, dep := range all.dep {
		u.arc[a] = s.c.unit[dep]
	}
	s.label = resize(s.label, len(all.lots))
	for l := range all.lots {
		s.label[l] = min(inf, s.price[sku][l]+all.lots[l].brk)
	}
	u.widen(d, s.lookers[0].narrow(all, s.worth[d], u.arc, s.label))
}
