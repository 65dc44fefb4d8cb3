package allocate

import (
	"slices"

	"callout/solver/stock"
)

// sku is by how much the bound of a SKU is better than its problem of transport, which t has solved. It adds what demands use to the direction.
func (s *sharpener) sku(sku int32, t *transport) stock.Cost {
	u := s.u
	demands, lots := u.c.demands[sku], u.c.lots[sku]
	var linear, units stock.Cost
	s.dearest = 0
	for k := range demands {
		linear += t.loss[k] * t.need[k]
		units, s.dearest = units+t.need[k], max(s.dearest, t.loss[k])
		for l := range lots {
			if q := t.flow[k][l]; q > 0 {
				linear += q * (t.cost[k][l] - t.loss[k])
			}
		}
	}
	if u.stop.Load() {
		return 0
	}
	if units > 0 && s.dearest > inf/units { // prices of lots might overflow
		for k, d := range demands {
			u.paths(int32(k), d)
		}
		return 0
	}
	s.price = resize(s.price, len(lots))
	t.scarcity(s.price)
	for l, p := range s.price {
		if p >= inf { // of no use to anybody
			s.price[l] = 0
		}
	}
	s.all = s.all[:0]
	for k, d := range demands {
		if u.stop.Load() {
			return 0
		}
		s.all = append(s.all, patterns{demand: d, qty: t.need[k], loss: t.loss[k], single: slices.Clone(t.cost[k][:len(lots)])})
		s.choose(&s.all[k], t.have)
		s.steiner(&s.all[k], s.most)
	}
	best := s.improve(t.have, linear)
	for k := range s.all {
		s.trace(&s.all[k])
	}
	return max(0, best-linear)
}

// improve moves the prices of lots and returns the best bound; kept choices are those it had there.
func (s *sharpener) improve(have []int64, linear stock.Cost) stock.Cost {
	best := s.bound(have)
	s.keep()
	step := float64(max(1, (best-linear)/2+linear/400))
	for range lotSteps {
		var norm float64
		for _, x := range s.surplus {
			norm += float64(x) * float64(x)
		}
		if norm == 0 {
			break
		}
		for l, x := range s.surplus {
			s.price[l] = min(s.dearest, max(0, s.price[l]+stock.Cost(step*float64(x)/norm)))
		}
		if v := s.bound(have); v > best {
			best = v
			s.keep()
		} else {
			step *= 0.75
		}
	}
	return best
}

func (s *sharpener) keep() {
	for k := range s.all {
		s.all[k].kept = s.all[k].at
	}
}

// bound is what all demands pay at least, lots at their prices, and by how much they then ask too much of each lot.
func (s *sharpener) bound(have []int64) stock.Cost {
	s.surplus = resize(s.surplus, len(have))
	var total stock.Cost
	for l, q := range have {
		s.surplus[l] = -q
		total -= q * s.price[l]
	}
	for i := range s.all {
		total += s.pick(&s.all[i])
	}
	for l := range s.surplus {
		if s.price[l] == 0 && s.surplus[l] < 0 {
			s.surplus[l] = 0
		}
	}
	return total
}

// pick is what one demand pays at least, and asks of the lots.
func (s *sharpener) pick(p *patterns) stock.Cost {
	n := len(p.lots)
	best, at := inf, 0
	for k, v := range p.cost {
		for l, lot := range p.lots {
			v += stock.Cost(p.units[k*n+l]) * s.price[lot]
		}
		if v < best {
			best, at = v, k
		}
	}
	// With a unit of another lot all units are priced one by one.
	other, lot := inf, none
	for _, l := range p.outside {
		if v := p.single[l] + s.price[l]; v < other {
			other, lot = v, l
		}
	}
	if lot != none {
		least, cheap := min(p.loss, other), none
		if other < p.loss {
			cheap = lot
		}
		for _, l := range p.lots {
			if v := p.single[l] + s.price[l]; v < least {
				least, cheap = v, l
			}
		}
		if v := other + (p.qty-1)*least; v < best {
			p.at = choice{none, lot, cheap}
			s.surplus[lot]++
			if cheap != none {
				s.surplus[cheap] += p.qty - 1
			}
			return v
		}
	}
	p.at = choice{int32(at), none, none}
	for l, lot := range p.lots {
		s.surplus[lot] += int64(p.units[at*n+l])
	}
	return best
}
