package hierarchy

import (
	"cmp"
	"slices"
)

// A part is cut where few vertices separate what lies at one end of it from what lies at the other. The ends are the first and the last
// quarter in the order of a direction; the fewest vertices between them are a greatest flow through vertices that carry one unit each.
//
//	in(v) ──1──▶ out(v) ──∞──▶ in(w) for all neighbours w
//
// States 2v and 2v+1 are in(v) and out(v). A vertex that carries flow knows from where (before) and to where (after).

// flow works on one part, with vertices numbered from 0.
type flow struct {
	first, head []int32
	end         []int8 // 1 at the source's end, 2 at the sink's, else 0
	before      []int32
	after       []int32
	level       []int32 // of states
	at          []int32 // what is next to be tried, of states
	stack       []int32
	order       []int32

	side, best []int8 // 0 before the cut, 1 in it, 2 behind it
}

const (
	idle   = -2 // carries nothing
	border = -1 // from the source, or to the sink
)

// directions in which a part is looked at.
var directions = [...][2]int64{{1, 0}, {0, 1}, {1, 1}, {1, -1}}

// separate reorders a part of more than leaf vertices that hang together: a vertices first, then b vertices that none of these is next
// to, then what separates them.
func (d *dissection) separate(part []int32) (a, b int) {
	f := &d.flow
	f.load(d, part)
	bestScore, n := -1.0, len(part)
	for _, dir := range directions {
		slices.SortFunc(f.order, func(i, j int32) int {
			v, w := part[i], part[j]
			p := dir[0]*int64(d.x[v]) + dir[1]*int64(d.y[v])
			q := dir[0]*int64(d.x[w]) + dir[1]*int64(d.y[w])
			return cmp.Or(cmp.Compare(p, q), cmp.Compare(v, w))
		})
		f.run(n / 4)
		for _, cut := range []func(){f.nearSource, f.nearSink} {
			cut()
			var sizes [3]int
			for _, s := range f.side {
				sizes[s]++
			}
			if score := float64(min(sizes[0], sizes[2])) / float64(sizes[1]); score > bestScore {
				bestScore = score
				f.best = append(f.best[:0], f.side...)
			}
		}
	}
	sorted := f.order[:0]
	for _, want := range []int8{0, 2, 1} {
		for i, s := range f.best {
			if s == want {
				sorted = append(sorted, part[i])
			}
		}
		switch want {
		case 0:
			a = len(sorted)
		case 2:
			b = len(sorted) - a
		}
	}
	copy(part, sorted)
	return a, b
}

// load the part as a graph of its own.
func (f *flow) load(d *dissection, part []int32) {
	n := len(part)
	for i, v := range part {
		d.local[v] = int32(i)
	}
	f.first, f.head = f.first[:0], f.head[:0]
	for _, v := range part {
		f.first = append(f.first, int32(len(f.head)))
		for _, u := range d.adjacent[v] {
			if at := d.local[u]; at >= 0 {
				f.head = append(f.head, at)
			}
		}
	}
	f.first = append(f.first, int32(len(f.head)))
	for _, v := range part {
		d.local[v] = -1
	}
	f.end, f.side = resize(f.end, n), resize(f.side, n)
	f.before, f.after, f.order = resize(f.before, n), resize(f.after, n), resize(f.order, n)
	f.level, f.at = resize(f.level, 2*n), resize(f.at, 2*n)
	for i := range f.order {
		f.order[i] = int32(i)
	}
}

func resize[T any](s []T, n int) []T {
	return slices.Grow(s[:0], n)[:n]
}

// run finds a greatest flow from the first to the last so many vertices of the order (Dinic's algorithm).
func (f *flow) run(ends int) {
	n := len(f.order)
	for i, v := range f.order {
		f.before[v], f.after[v], f.end[v] = idle, idle, 0
		if i < ends {
			f.end[v] = 1
		} else if i >= n-ends {
			f.end[v] = 2
		}
	}
	for f.levels() {
		for s := range f.at {
			f.at[s] = 0
		}
		for _, v := range f.order[:ends] {
			if f.before[v] != border {
				f.augment(2 * v)
			}
		}
	}
}

// next returns the k-th state that flow can go on to from a state, or -1 after the last.
func (f *flow) next(state, k int32) int32 {
	v := state / 2
	carries := f.before[v] != idle
	if state%2 == 0 {
		switch {
		case k > 0:
			return -1
		case !carries:
			return state + 1
		case f.before[v] >= 0:
			return 2*f.before[v] + 1
		default:
			return -1
		}
	}
	if at := f.first[v] + k; at < f.first[v+1] {
		return 2 * f.head[at]
	}
	if carries && k == f.first[v+1]-f.first[v] {
		return state - 1
	}
	return -1
}

// levels numbers the states by how far they are from the source, and says whether the sink can be reached.
func (f *flow) levels() bool {
	for s := range f.level {
		f.level[s] = -1
	}
	queue := f.stack[:0]
	for v, end := range f.end {
		if end == 1 {
			f.level[2*v] = 0
			queue = append(queue, int32(2*v))
		}
	}
	reached := false
	for i := 0; i < len(queue); i++ {
		s := queue[i]
		if s%2 == 1 && f.end[s/2] == 2 {
			reached = true
		}
		for k := int32(0); ; k++ {
			t := f.next(s, k)
			if t < 0 {
				break
			}
			if f.level[t] < 0 {
				f.level[t] = f.level[s] + 1
				queue = append(queue, t)
			}
		}
	}
	f.stack = queue
	return reached
}

// augment the flow by a unit that begins at a state, if the levels let it through to the sink.
func (f *flow) augment(start int32) {
	stack := append(f.stack[:0], start)
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		if s%2 == 1 && f.end[s/2] == 2 {
			f.push(stack)
			break
		}
		t := f.next(s, f.at[s])
		if t < 0 {
			f.level[s] = -1 // a dead end, in this round
			stack = stack[:len(stack)-1]
			continue
		}
		if f.level[t] == f.level[s]+1 {
			stack = append(stack, t)
		}
		f.at[s]++
	}
	f.stack = stack[:0]
}

// push a unit along a path of states, and take the path out of this round.
func (f *flow) push(path []int32) {
	v := path[0] / 2
	f.before[v] = border
	for i, s := range path {
		f.level[s] = -1
		if i == 0 {
			continue
		}
		from, to := path[i-1], s
		switch {
		case from%2 == 1 && to%2 == 0 && from/2 != to/2: // along an arc
			f.after[from/2], f.before[to/2] = to/2, from/2
		case from%2 == 1 && to%2 == 0: // back through a vertex: it carries nothing any more
			f.before[to/2], f.after[to/2] = idle, idle
		}
	}
	f.after[path[len(path)-1]/2] = border
}

// nearSink cuts as near to the sink as a smallest cut can be; there is a greatest flow.
func (f *flow) nearSink() {
	for s := range f.level {
		f.level[s] = -1
	}
	queue := f.stack[:0]
	reach := func(state int32) {
		if f.level[state] < 0 {
			f.level[state] = 0
			queue = append(queue, state)
		}
	}
	for v, end := range f.end {
		if end == 2 {
			reach(int32(2*v + 1))
		}
	}
	for i := 0; i < len(queue); i++ { //nolint:intrange // the queue grows; against the direction of next
		v := queue[i] / 2
		carries := f.before[v] != idle
		if queue[i]%2 == 0 {
			for _, w := range f.head[f.first[v]:f.first[v+1]] {
				reach(2*w + 1)
			}
			if carries {
				reach(2*v + 1)
			}
			continue
		}
		if !carries {
			reach(2 * v)
		} else if f.after[v] >= 0 {
			reach(2 * f.after[v])
		}
	}
	f.stack = queue
	for v := range f.side {
		in, out := f.level[2*v] >= 0, f.level[2*v+1] >= 0
		switch {
		case in:
			f.side[v] = 2
		case out:
			f.side[v] = 1
		default:
			f.side[v] = 0
		}
	}
}

// nearSource cuts as near to the source as a smallest cut can be; there is a greatest flow.
func (f *flow) nearSource() {
	f.levels()
	for v := range f.side {
		in, out := f.level[2*v] >= 0, f.level[2*v+1] >= 0
		switch {
		case out:
			f.side[v] = 0
		case in:
			f.side[v] = 1
		default:
			f.side[v] = 2
		}
	}
}
