package model

// Series is travel that depends on when one leaves: each bucket's matrix from its time on until that of the next, the first
// one's before it too. What follows for arrivals is said in the package comment. Times increase, all matrices have the same N,
// and several buckets may share one.
type Series []Bucket

// Bucket is a span of time with its travel.
type Bucket struct {
	From   Time
	Matrix *Matrix
}

// At is the index of the bucket that t lies in; 0 before the first. It costs O(log buckets).
func (s Series) At(t Time) int {
	lo, hi := 0, len(s)
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; s[mid].From <= t {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

// Leg is the drive of whoever is ready to leave at t: its seconds, and its metres. Unreachable or more means that there is no
// way, then or later. It costs O(log buckets), and O(1) per bucket that begins before the arrival.
func (s Series) Leg(from, to LocIdx, t Time) (Duration, Meters) {
	k := s.At(t)
	best := t + s[k].Matrix.Duration(from, to)
	used := k
	for k++; k < len(s) && s[k].From < best; k++ {
		if at := s[k].From + s[k].Matrix.Duration(from, to); at < best {
			best, used = at, k
		}
	}
	if s[used].Matrix.Duration(from, to) >= Unreachable {
		return Unreachable, 0
	}
	return best - t, s[used].Matrix.Distance(from, to)
}

// Leg is the drive of whoever is ready to leave at t, in seconds and metres; Unreachable or more means that there is no way. The
// profile has a matrix, a series or wide travel.
func (p *Profile) Leg(from, to LocIdx, t Time) (Duration, Meters) {
	switch {
	case p.Series != nil:
		return p.Series.Leg(from, to, t)
	case p.Wide != nil:
		return p.Wide.Leg(from, to, t)
	}
	return p.Matrix.Duration(from, to), p.Matrix.Distance(from, to)
}

// TimeDependent tells whether the profile's travel depends on when it is made.
func (p *Profile) TimeDependent() bool { return p.Series != nil || p.Speeds != nil || len(p.Wide) > 1 }

// TimeDependent tells whether the travel of some shift depends on when it is made. Where it does not, Profile.Matrix is all that
// there is to know.
func (p *Problem) TimeDependent() bool {
	for k := range p.Shifts {
		if p.Profiles[p.Shifts[k].Profile].TimeDependent() {
			return true
		}
	}
	return false
}

// Wide tells whether the travel of some shift is wide.
func (p *Problem) Wide() bool {
	for k := range p.Shifts {
		if p.Profiles[p.Shifts[k].Profile].Wide != nil {
			return true
		}
	}
	return false
}
