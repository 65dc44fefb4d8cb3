package road

import (
	"cmp"
	"context"
	"slices"

	"callout/engine/road/hierarchy"
)

// Where a turn may be banned, where one comes from matters. So a junction has a vertex for those of whom nothing need be remembered, and
// one more for each beginning of a ban that ends there:
//
//	        ban: a, then c                  d ─▶ (j)    ─▶ b, c
//	 a ─▶ j ─▶ b            becomes         a ─▶ (j, a) ─▶ b
//	 d ─▶   ─▶ c
//
// What is remembered is the longest beginning of any ban that has just been driven: these are the states of the automaton of Aho and
// Corasick (1975, doi:10.1145/360825.360855), and an arc that would complete a ban is left out. So bans may be of any length, and
// overlap. All other junctions stay one vertex.

// automaton of the bans of a profile. State 0 remembers nothing.
type automaton struct {
	next   map[move]int32
	fail   []int32
	last   []int32 // directed segment that led to the state
	banned []bool  // a ban is complete
}

type move struct{ state, segment int32 }

func newAutomaton(bans []ban, open func(segment int32) bool, p Profile) *automaton {
	a := &automaton{next: make(map[move]int32), fail: []int32{0}, last: []int32{-1}, banned: []bool{false}}
	for i := range bans {
		if bans[i].profiles&(1<<p) == 0 || slices.ContainsFunc(bans[i].path, func(d int32) bool { return !open(d) }) {
			continue
		}
		state := int32(0)
		for _, d := range bans[i].path {
			to, known := a.next[move{state, d}]
			if !known {
				to = int32(len(a.fail))
				a.next[move{state, d}] = to
				a.fail, a.last, a.banned = append(a.fail, 0), append(a.last, d), append(a.banned, false)
			}
			state = to
		}
		a.banned[state] = true
	}
	// States by their number are in the order of their making, not of their length: find the shorter ones first.
	moves := make([]move, len(a.fail))
	depth := make([]int32, len(a.fail))
	for m, to := range a.next {
		moves[to] = m
	}
	order := make([]int32, 0, len(a.fail)-1)
	for s := 1; s < len(a.fail); s++ { // a state is made after the one that it comes from
		depth[s] = depth[moves[s].state] + 1
		order = append(order, int32(s))
	}
	slices.SortStableFunc(order, func(s, t int32) int { return cmp.Compare(depth[s], depth[t]) })
	for _, s := range order {
		if from := moves[s]; from.state != 0 {
			a.fail[s] = a.step(a.fail[from.state], from.segment)
		}
		a.banned[s] = a.banned[s] || a.banned[a.fail[s]]
	}
	return a
}

// step returns the state after a directed segment.
func (a *automaton) step(state, segment int32) int32 {
	for {
		if to, ok := a.next[move{state, segment}]; ok {
			return to
		}
		if state == 0 {
			return 0
		}
		state = a.fail[state]
	}
}

// profile builds the graph of a profile and orders it.
func (b *builder) profile(ctx context.Context, p Profile, bans []ban) error {
	r := &b.net.roads[p]
	open := func(d int32) bool { return r.duration[d] != shut }
	a := newAutomaton(bans, open, p)

	// Vertices: junctions that the profile gets to, then states.
	g := hierarchy.Graph{}
	plain := make([]int32, len(b.mask))
	for j := range plain {
		plain[j] = -1
	}
	vertex := func(at Point) int32 {
		g.X, g.Y = append(g.X, b.flat(at)), append(g.Y, at.Lat)
		g.N++
		return int32(g.N - 1)
	}
	for d := range int32(len(r.duration)) {
		if !open(d) {
			continue
		}
		for k, j := range [2]int32{b.tail(d), b.head(d)} {
			if plain[j] < 0 {
				plain[j] = vertex(b.net.end(d, k == 1))
			}
		}
	}
	states := make([]int32, len(a.fail))
	at := make([][]int32, len(b.mask)) // states of a junction
	for s := int32(1); int(s) < len(states); s++ {
		if !a.banned[s] {
			j := b.head(a.last[s])
			states[s] = vertex(b.net.end(a.last[s], true))
			at[j] = append(at[j], s)
		}
	}

	// Arcs, by directed segment: first the one of those of whom nothing is remembered, then those of states that do not ban it.
	arc := func(from, state, d int32) {
		to := a.step(state, d)
		if a.banned[to] {
			return
		}
		head := plain[b.head(d)]
		if to != 0 {
			head = states[to]
		}
		g.Tail, g.Head = append(g.Tail, from), append(g.Head, head)
	}
	r.first = make([]int32, 1, len(r.duration)+1)
	for d := range int32(len(r.duration)) {
		if open(d) {
			j := b.tail(d)
			arc(plain[j], 0, d)
			for _, s := range at[j] {
				arc(states[s], s, d)
			}
		}
		r.first = append(r.first, int32(len(g.Tail)))
	}

	rank, err := hierarchy.Order(ctx, g)
	if err != nil {
		return err
	}
	for i := range g.Tail {
		g.Tail[i], g.Head[i] = rank[g.Tail[i]], rank[g.Head[i]]
	}
	r.tail, r.head = g.Tail, g.Head
	if r.graph, err = hierarchy.New(g.N, r.tail, r.head); err != nil {
		return err
	}
	r.main = r.biggestPart(func(d int32) bool { return open(d) })
	return nil
}
