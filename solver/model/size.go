package model

// What a part takes up in a van.
const (
	Weight   = iota // millionths of a kilogram
	Volume          // millionths of a litre
	NumSizes        // how many there are
)

// Size is a weight and a volume.
type Size [NumSizes]int64

// NoLimit is the capacity of a van in a measure in which it has no limit.
const NoLimit int64 = 1 << 60

// SizeOf is what a unit of a SKU takes up.
func (p *Problem) SizeOf(sku SKUIdx) Size {
	if sku >= 0 && int(sku) < len(p.Sizes) {
		return p.Sizes[sku]
	}
	return Size{}
}

// Plus is s and n times t, NoLimit at most in each measure. n is not negative.
func (s Size) Plus(n int64, t Size) Size {
	for k := range s {
		if t[k] > 0 && n > (NoLimit-s[k])/t[k] {
			s[k] = NoLimit
		} else {
			s[k] += n * t[k]
		}
	}
	return s
}

// Less is s and n times t less.
func (s Size) Less(n int64, t Size) Size {
	for k := range s {
		s[k] -= n * t[k]
	}
	return s
}

// VanLoad is what a technician's van stock takes up.
func (p *Problem) VanLoad(t TechIdx) (load Size) {
	for _, q := range p.Technicians[t].Stock {
		load = load.Plus(q.Qty, p.SizeOf(q.SKU))
	}
	return load
}
