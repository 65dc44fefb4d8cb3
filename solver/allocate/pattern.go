package allocate

import (
	"cmp"
	"slices"

	"callout/solver/stock"
)

// A demand whose units come from several lots uses several ways, but as departures are priced by unit it pays for a share of each. So each demand
// pays w·most for a departure that it uses, once, instead of w for each unit: no allocation avoids that, it is what may be collected anyway. It
// then chooses the best pattern, which is how many units come from each lot; what a pattern costs is a Steiner tree through places in time
// (Dreyfus and Wagner 1971, doi 10.1002/net.3230010302). What lots have is let go of at a price per unit, so that each demand chooses for
// itself: prices begin at what the problem of transport says, where they give its value at the least, and follow a subgradient.

const (
	mostPatterns = 40 // of one demand
	mostChosen   = 6  // lots that patterns are made of
	mostUnits    = 6  // of a demand; those that ask for more are priced by unit
	lotSteps     = 24 // of the prices of lots
)

// patterns of one demand.
type patterns struct {
	demand  int32
	qty     int64
	loss    stock.Cost
	lots    []int32      // those of patterns, as places in the SKU's lots
	units   []int8       // by pattern and lot, row-major
	cost    []stock.Cost // by pattern: all that it costs but for what lots are worth, losses included
	single  []stock.Cost // by lot of the SKU: what a unit costs by unit prices
	outside []int32      // lots that are in no pattern
	at      choice       // the best at the prices of lots at hand
	kept    choice       // the same at the best of these prices
}

// choice of a demand: a pattern, or, where other is a lot, a unit of that one and all others of the cheapest lot (none: short), priced by unit.
type choice struct{ pattern, other, cheap int32 }

// sharpener has room for the work on one SKU.
type sharpener struct {
	u *dual

	all     []patterns
	ranked  []int32
	key     []int64 // by pattern, mixed radix
	index   []int32 // by key
	splits  []int32 // pairs of patterns
	from    []int32 // by pattern: its splits
	size    []int64 // by pattern: units
	table   []stock.Cost
	sink    []stock.Cost
	pred    []int32 // by place and pattern, while a tree is traced; the sink's follow
	stack   [][2]int32
	most    []int64 // by lot of patterns
	tracing bool
	price   []stock.Cost // by lot
	dearest stock.Cost   // loss of a demand
	surplus []int64      // by lot
}

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

// choose picks the lots of a demand's patterns: the cheapest, as many as there is room for. It leaves what they have in most.
func (s *sharpener) choose(p *patterns, have []int64) {
	s.ranked = s.ranked[:0]
	for l, c := range p.single {
		if c < inf && have[l] > 0 {
			s.ranked = append(s.ranked, int32(l))
		}
	}
	s.most = s.most[:0]
	if p.qty > mostUnits {
		p.outside = slices.Clone(s.ranked)
		return
	}
	slices.SortStableFunc(s.ranked, func(a, b int32) int {
		return cmp.Compare(p.single[a]+s.price[a], p.single[b]+s.price[b])
	})
	n := min(len(s.ranked), mostChosen)
	for _, l := range s.ranked[:n] {
		s.most = append(s.most, have[l])
	}
	for p.enumerate(s.ranked[:n], s.most) > mostPatterns {
		n--
	}
	s.most = s.most[:n]
	p.lots, p.outside = slices.Clone(s.ranked[:n]), slices.Clone(s.ranked[n:])
}

// enumerate lists the patterns of some lots, the fewest units first, up to one more than there is room for. It returns how many there are.
func (p *patterns) enumerate(lots []int32, most []int64) int {
	p.units = p.units[:0]
	n := len(lots)
	row := make([]int8, n)
	count := 0
	var fill func(l int, left int64)
	fill = func(l int, left int64) {
		if count > mostPatterns {
			return
		}
		if l == n {
			if left == 0 {
				p.units = append(p.units, row...)
				count++
			}
			return
		}
		for q := range min(left, most[l]) + 1 {
			row[l] = int8(q)
			fill(l+1, left-q)
		}
		row[l] = 0
	}
	for total := range p.qty + 1 {
		fill(0, total)
	}
	return count
}

// splitting lists for each pattern the pairs that add up to it, and its units.
func (s *sharpener) splitting(p *patterns) (count int) {
	n := len(p.lots)
	base := p.qty + 1
	s.key, s.size = s.key[:0], s.size[:0]
	radix := int64(1)
	for range n {
		radix *= base
	}
	s.index = resize(s.index, int(radix))
	for k := range s.index {
		s.index[k] = none
	}
	count = 1
	if n > 0 {
		count = len(p.units) / n
	}
	for k := range count {
		var key, size int64
		for _, q := range p.units[k*n : k*n+n] {
			key, size = key*base+int64(q), size+int64(q)
		}
		s.key, s.size = append(s.key, key), append(s.size, size)
		s.index[key] = int32(k)
	}
	s.splits, s.from = s.splits[:0], append(s.from[:0], 0)
	for k := range count {
		for a := 1; a < k; a++ { // what is part of a pattern has fewer units, and stands before it
			b := s.index[max(0, s.key[k]-s.key[a])]
			if b >= int32(a) && s.size[a]+s.size[b] == s.size[k] && p.within(a, k) {
				s.splits = append(s.splits, int32(a), b)
			}
		}
		s.from = append(s.from, int32(len(s.splits)))
	}
	return count
}

// within tells whether a pattern is a part of another.
func (p *patterns) within(a, k int) bool {
	n := len(p.lots)
	for l := range n {
		if p.units[a*n+l] > p.units[k*n+l] {
			return false
		}
	}
	return true
}

// steiner prices the patterns of a demand.
func (s *sharpener) steiner(p *patterns, most []int64) {
	u, net := s.u, s.u.nets[p.demand]
	w := u.w[p.demand]
	n, count := len(p.lots), s.splitting(p)
	arcs := len(net.dep)
	s.table = resize(s.table, arcs*count)
	for k := range s.table {
		s.table[k] = inf
	}
	s.sink = resize(s.sink, count)
	for k := range s.sink {
		s.sink[k] = inf
	}
	s.sink[0] = 0
	if s.tracing {
		s.pred = resize(s.pred, (arcs+1)*count)
		for k := range s.pred {
			s.pred[k] = none
		}
	}
	for l, lot := range p.lots {
		o := &net.lots[lot]
		place := int64(1)
		for range n - 1 - l {
			place *= p.qty + 1
		}
		for q := int64(1); q <= min(p.qty, most[l]); q++ {
			k := s.index[q*place]
			if o.start != none {
				s.table[int(o.start)*count+int(k)] = 0
			}
			if v := min(o.direct, o.reach); v < inf {
				s.sink[k] = q * v
			}
		}
	}
	for a := arcs - 1; a >= 0; a-- { // the earliest first
		here := s.table[a*count : a*count+count]
		s.merge(here, a*count)
		var later, there []stock.Cost
		if b := net.prev[a]; b != none {
			later = s.table[int(b)*count : int(b)*count+count]
		}
		if b := net.next[a]; b != none {
			there = s.table[int(b)*count : int(b)*count+count]
		}
		unit, once, home := u.c.unit[net.dep[a]], w[a]*stock.Cost(net.most[a]), net.home[a]
		for k := 1; k < count; k++ {
			v := here[k]
			if v >= inf {
				continue
			}
			if later != nil && v < later[k] {
				later[k] = v
				s.note(int(net.prev[a])*count+k, waits|int32(a))
			}
			v += once + s.size[k]*unit
			if there != nil && v < there[k] {
				there[k] = v
				s.note(int(net.next[a])*count+k, goes|int32(a))
			}
			if home < inf && v+s.size[k]*home < s.sink[k] {
				s.sink[k] = v + s.size[k]*home
				s.note(arcs*count+k, goes|int32(a))
			}
		}
	}
	s.merge(s.sink, arcs*count)
	u.work += int64(arcs)
	p.cost = make([]stock.Cost, count)
	for k := range count {
		v := s.sink[k]
		for l, lot := range p.lots {
			v += stock.Cost(p.units[k*n+l]) * net.lots[lot].brk
		}
		p.cost[k] = min(v+(p.qty-s.size[k])*p.loss, inf)
	}
}

// What a place was reached by: a split has its number, a departure one of these marks. Subnets have at most 2^29 arcs.
const (
	waits int32 = 1 << 30
	goes  int32 = 1 << 29
)

func (s *sharpener) note(at int, what int32) {
	if s.tracing {
		s.pred[at] = what
	}
}

// merge has patterns come together from their parts.
func (s *sharpener) merge(at []stock.Cost, place int) {
	for k := 1; k < len(at); k++ {
		for i := s.from[k]; i < s.from[k+1]; i += 2 {
			if v := at[s.splits[i]] + at[s.splits[i+1]]; v < at[k] {
				at[k] = v
				s.note(place+k, i)
			}
		}
	}
}

// trace adds what a demand's choice uses to the direction of the prices.
func (s *sharpener) trace(p *patterns) {
	u, net := s.u, s.u.nets[p.demand]
	if p.kept.other != none {
		s.plain(p)
		return
	}
	n := len(p.lots)
	var whole patterns // what is part of the pattern
	caps := make([]int64, 0, n)
	for l, lot := range p.lots {
		if q := p.units[int(p.kept.pattern)*n+l]; q > 0 {
			whole.lots, caps, whole.qty = append(whole.lots, lot), append(caps, int64(q)), whole.qty+int64(q)
		}
	}
	if whole.qty == 0 {
		return
	}
	whole.demand = p.demand
	whole.enumerate(whole.lots, caps)
	s.tracing = true
	s.steiner(&whole, caps)
	s.tracing = false
	arcs, count := int32(len(net.dep)), int32(len(whole.cost))
	s.stack = append(s.stack[:0], [2]int32{arcs, count - 1})
	for len(s.stack) > 0 {
		place, k := s.stack[len(s.stack)-1][0], s.stack[len(s.stack)-1][1]
		s.stack = s.stack[:len(s.stack)-1]
		switch by := s.pred[place*count+k]; {
		case by == none:
			if place == arcs {
				s.beyond(&whole, k)
			}
		case by&waits != 0:
			s.stack = append(s.stack, [2]int32{by &^ waits, k})
		case by&goes != 0:
			a := by &^ goes
			u.used = append(u.used, usage{p.demand, a, 1})
			s.stack = append(s.stack, [2]int32{a, k})
		default:
			s.stack = append(s.stack, [2]int32{place, s.splits[by]}, [2]int32{place, s.splits[by+1]})
		}
	}
}

// beyond notes a demand that would rather go beyond its reach.
func (s *sharpener) beyond(p *patterns, k int32) {
	for l, lot := range p.lots {
		o := &s.u.nets[p.demand].lots[lot]
		if p.units[int(k)*len(p.lots)+l] > 0 && o.reach < o.direct {
			s.u.tight = append(s.u.tight, p.demand)
			return
		}
	}
}

// plain is trace for a choice that is priced by unit.
func (s *sharpener) plain(p *patterns) {
	u, net := s.u, s.u.nets[p.demand]
	u.leasts[0] = resize(u.leasts[0], len(net.dep))
	u.arc = resize(u.arc, len(net.dep))
	for a, dep := range net.dep {
		u.arc[a] = u.c.unit[dep] + u.w[p.demand][a]
	}
	least := u.leasts[0]
	net.values(u.arc, least)
	use := func(lot int32, q int64) {
		if lot == none || q == 0 {
			return
		}
		o := &net.lots[lot]
		if o.value(least) > o.reach {
			u.tight = append(u.tight, p.demand)
			return
		}
		u.path = net.path(o, least, u.path[:0])
		for _, a := range u.path {
			u.used = append(u.used, usage{p.demand, a, float64(q) / float64(net.most[a])})
		}
	}
	use(p.kept.other, 1)
	use(p.kept.cheap, p.qty-1)
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
	best, at := stock.Cost(inf), 0
	for k, v := range p.cost {
		for l, lot := range p.lots {
			v += stock.Cost(p.units[k*n+l]) * s.price[lot]
		}
		if v < best {
			best, at = v, k
		}
	}
	// With a unit of another lot all units are priced one by one.
	other, lot := stock.Cost(inf), none
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
