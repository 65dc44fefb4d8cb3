package route

import "slices"

// bitset is a set of small numbers.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) has(k int32) bool { return b[k>>6]&(1<<(uint(k)&63)) != 0 }
func (b bitset) add(k int32)      { b[k>>6] |= 1 << (uint(k) & 63) }
func (b bitset) remove(k int32)   { b[k>>6] &^= 1 << (uint(k) & 63) }

// may is the set of shifts that may do job j.
func (in *Instance) may(j int32) bitset {
	words := (len(in.shifts) + 63) / 64
	return in.mayDo[int(j)*words:][:words]
}

// May tells whether the technician of shift k may do job j.
func (in *Instance) May(k, j int32) bool { return in.may(j).has(k) }

// openShifts are the shifts that an insertion looks at: those in use, and of the unused ones of a class only the first. With far
// more shifts than a plan uses it would take longer to pass over the rest for each job than to look at these.
type openShifts struct {
	used   bitset
	first  bitset // used, and the first unused one of each class; out of date where stale
	stale  bool
	passed []bool // per class; scratch
}

func newOpenShifts(in *Instance) openShifts {
	n := len(in.shifts)
	return openShifts{used: newBitset(n), first: newBitset(n), stale: true, passed: make([]bool, n)}
}

// set notes whether shift k is used.
func (o *openShifts) set(k int32, used bool) {
	if o.used.has(k) == used {
		return
	}
	o.stale = true
	if used {
		o.used.add(k)
	} else {
		o.used.remove(k)
	}
}

// all are the shifts to look at; they are not to be changed, and hold until a shift is first used or last.
func (o *openShifts) all(in *Instance) bitset {
	if !o.stale {
		return o.first
	}
	o.stale = false
	copy(o.first, o.used)
	clear(o.passed)
	for k, class := range in.class {
		if !o.passed[class] && !o.used.has(int32(k)) {
			o.passed[class] = true
			o.first.add(int32(k))
		}
	}
	return o.first
}

// agrees panics where the set of shifts to look at is not what it would be anew.
func (o *openShifts) agrees(in *Instance) {
	kept := slices.Clone(o.all(in))
	o.stale = true
	if !slices.Equal(kept, o.all(in)) {
		panic("the shifts to look at are out of date")
	}
}
