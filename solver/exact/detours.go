package exact

import (
	"fmt"
	"slices"

	"callout/solver/model"
)

// maxTries bounds the sequences of nodes that are looked at for detours.
const maxTries = 200_000

// detours adds calls that nothing is taken at, for ways round that may be worth it, and returns the arcs through them. Each
// belongs to a pair of stops and to one place in one sequence of nodes between them.
func (b *builder) detours(s *shift) [][2]int {
	var ways [][2]int
	n := len(s.stops)
	var nodes []model.NodeIdx
	for k := range b.p.Nodes {
		if n > 0 && len(opens(&b.p.Nodes[k], s.Shift)) > 0 {
			nodes = append(nodes, model.NodeIdx(k))
		}
	}
	for from := depot; from < n; from++ {
		for to := depot; to < n; to++ {
			if from == to || len(nodes) == 0 {
				continue
			}
			d := detour{b: b, s: s, from: s.Start, to: s.End, nodes: nodes}
			if from != depot {
				d.from = s.stops[from].loc
				d.nodes = without(d.nodes, s.stops[from].node)
			}
			if to != depot {
				d.to = s.stops[to].loc
				d.nodes = without(d.nodes, s.stops[to].node)
			}
			d.search(nil)
			for _, path := range d.found {
				at := from
				for _, node := range path {
					c := b.call(s, node)
					c.detour = true
					s.stops = append(s.stops, c)
					ways = append(ways, [2]int{at, len(s.stops) - 1})
					at = len(s.stops) - 1
				}
				ways = append(ways, [2]int{at, to})
			}
		}
	}
	return ways
}

func without(nodes []model.NodeIdx, n model.NodeIdx) []model.NodeIdx {
	return slices.DeleteFunc(slices.Clone(nodes), func(m model.NodeIdx) bool { return m == n })
}

// detour looks for sequences of nodes between two places, each node once.
type detour struct {
	b        *builder
	s        *shift
	from, to model.LocIdx
	nodes    []model.NodeIdx
	found    [][]model.NodeIdx
}

// search extends a sequence in which no node is needless.
func (d *detour) search(path []model.NodeIdx) {
	for _, n := range d.nodes {
		if slices.Contains(path, n) {
			continue
		}
		if d.b.tries++; d.b.tries > maxTries {
			d.b.err = fmt.Errorf("%w: too many ways round by nodes", ErrSize)
			return
		}
		at := d.b.p.Nodes[n].Location
		if !d.way(path, at) || d.needless(path, at) {
			continue
		}
		longer := append(slices.Clone(path), n)
		if d.way(longer, d.to) && !d.needless(longer, d.to) {
			d.found = append(d.found, longer)
		}
		d.search(longer)
	}
}

// way tells whether one can get from the end of a sequence to a place.
func (d *detour) way(path []model.NodeIdx, to model.LocIdx) bool {
	from := d.from
	if len(path) > 0 {
		from = d.b.p.Nodes[path[len(path)-1]].Location
	}
	_, _, ok := d.b.leg(d.s.Shift, from, to)
	return ok
}

// needless tells whether some of the last nodes of a sequence that goes on to a place can be left out: the direct way takes no
// longer than the one by them with the handling, breaks no cap that this one does not, and costs no more.
func (d *detour) needless(path []model.NodeIdx, to model.LocIdx) bool {
	p, s := d.b.p, d.s.Shift
	var drives, handling model.Duration
	var saved model.Terms
	next := to
	for k, n := range slices.Backward(path) {
		node := &p.Nodes[n]
		drive, metres, _ := d.b.leg(s, node.Location, next)
		drives, handling = drives+drive, handling+node.Handling
		saved[model.Travel] += drive * s.TravelRate
		saved[model.Distance] += metres * s.DistRate
		saved[model.Parts] += node.Fixed
		next = node.Location
		before := d.from
		if k > 0 {
			before = p.Nodes[path[k-1]].Location
		}
		into, far, _ := d.b.leg(s, before, next)
		direct, metres, ok := d.b.leg(s, before, to)
		if !ok || direct > drives+into+handling || s.MaxDrive < model.NoCap && direct > drives+into {
			continue
		}
		change := saved
		change[model.Travel] += (into - direct) * s.TravelRate
		change[model.Distance] += (far - metres) * s.DistRate
		if v := p.Objective.Vec(&change); !v.Less(model.Vec{}) {
			return true
		}
	}
	return false
}
