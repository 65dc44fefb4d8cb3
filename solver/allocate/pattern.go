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
