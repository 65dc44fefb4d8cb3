package route

// label is a way to be done with a position when MaxSpell binds: ready to leave at t with b breaks behind, the last spell
// having begun at since. A label is dominated by one that is neither later nor has the older spell.
type label struct {
	t, since int64
	parent   int32
	b        int8
}

// forwardSpells times the route from a departure under MaxSpell, choosing anew on which legs the breaks fall; the number of
// breaks behind the start and the end stay as in t.at. The last break of a leg is taken as late as costs nothing, so that
// the next spell begins late.
func (s *Scheduler) forwardSpells(depart int64, t *timing) bool {
	n := len(s.stops)
	b0, bEnd := t.b0, int(t.at[n+1])
	s.labels = append(s.labels[:0], label{t: depart, since: depart, parent: -1, b: int8(b0)})
	lo, hi := 0, 1
	for i := 1; i <= n+1; i++ {
		for k := lo; k < hi; k++ {
			from := s.labels[k]
			for b := int(from.b); b < min(bEnd+1, s.f.mostBreaks(i == n+1, int(from.b))); b++ {
				start, since, ok := s.leg(i, &from, b, nil)
				if !ok || (i == n+1 && (b != bEnd || start-since > s.f.maxSpell || start > s.f.lastFinish(b))) {
					continue
				}
				end := start
				if i <= n {
					end += s.durs[i]
				}
				if end-since > s.f.maxSpell {
					continue
				}
				s.add(hi, label{t: end, since: since, parent: int32(k), b: int8(b)})
			}
		}
		lo, hi = hi, len(s.labels)
		if lo == hi {
			return false
		}
	}
	best := lo
	for k := lo + 1; k < hi; k++ {
		if s.labels[k].t < s.labels[best].t {
			best = k
		}
	}
	t.depart, t.finish = depart, s.labels[best].t
	for i, k := n+1, best; i >= 1; i-- {
		t.at[i] = s.labels[k].b
		k = int(s.labels[k].parent)
		from := s.labels[k]
		t.start[i], _, _ = s.leg(i, &from, int(t.at[i]), t.brk)
	}
	t.at[0] = int8(b0)
	if s.f.hours != nil {
		s.driven(t)
	}
	return true
}

// add keeps l among the labels from lo on unless it is dominated, and drops those it dominates.
func (s *Scheduler) add(lo int, l label) {
	keep := lo
	for k := lo; k < len(s.labels); k++ {
		o := s.labels[k]
		if o.b == l.b && o.t <= l.t && o.since >= l.since {
			return
		}
		if o.b != l.b || o.t < l.t || o.since > l.since {
			s.labels[keep] = o
			keep++
		}
	}
	s.labels = append(s.labels[:keep], l)
}

// leg goes from a label to position i with breaks up to b behind it: when service starts there (or the shift finishes) and
// when the spell then under way began. brk, where given, receives the break starts.
func (s *Scheduler) leg(i int, from *label, b int, brk []int64) (start, since int64, ok bool) {
	w := len(s.f.breaks) + 1
	ready := s.f.trans[int(from.b)*w+b].ready(from.t, s.drive(i-1, from.t))
	if ready >= never {
		return 0, 0, false
	}
	start = ready
	if i <= len(s.stops) {
		if start = s.begin(i, ready); start >= never {
			return 0, 0, false
		}
	}
	now, since := from.t, from.since
	for c := int(from.b); c < b; c++ {
		br := &s.f.breaks[c]
		at := max(now, br.Earliest)
		if at > since+s.f.maxSpell {
			return 0, 0, false
		}
		if c == b-1 {
			at = max(at, min(br.Latest, since+s.f.maxSpell, start-br.Duration))
		}
		if brk != nil {
			brk[c] = at
		}
		now = at + br.Duration
		since = now
	}
	return start, since, true
}
