package digest

import (
	"slices"
	"strings"
	"time"
)

// Pick is one call at a node: what the technician takes there, and for which jobs, and what he hands in, and from which.
type Pick struct {
	Node, Technician string
	Number           int // of the technician
	At               time.Time
	Items            []PickItem
	Lands            []PickItem
}

// PickItem is one part or tool of a call.
type PickItem struct {
	Item
	Jobs []string
}

// picks lists the calls, node by node in the problem's order.
func (d *Digest) picks() {
	for _, r := range d.Routes {
		calls := map[string]int32{}
		for k, s := range r.Stops {
			if !s.IsPickup {
				continue
			}
			calls[s.Name]++
			pick := Pick{Node: s.Name, Technician: r.Technician, Number: r.Number, At: s.Start}
			for _, item := range s.Items {
				pick.Items = append(pick.Items, PickItem{Item: item, Jobs: usersOf(item, calls[s.Name], r.Stops[k:])})
			}
			for _, item := range s.Returns {
				pick.Lands = append(pick.Lands, PickItem{Item: item, Jobs: broughtBy(item, s.Name, calls[s.Name], r.Stops[:k])})
			}
			d.Picks = append(d.Picks, pick)
		}
	}
	order := map[string]int{}
	for k, n := range d.Problem.GetNodes() {
		order[n.GetId()] = k
	}
	slices.SortStableFunc(d.Picks, func(a, b Pick) int {
		if a.Node != b.Node {
			if order[a.Node] != order[b.Node] {
				return order[a.Node] - order[b.Node]
			}
			return strings.Compare(a.Node, b.Node)
		}
		return a.At.Compare(b.At)
	})
}

// usersOf are the jobs that use an item taken at the first of the stops, which is the route's call-th at its node.
func usersOf(item Item, call int32, stops []*Stop) []string {
	var jobs []string
	last := call
	for _, s := range stops[1:] {
		if s.IsPickup {
			if s.Name == stops[0].Name {
				last++
			}
			continue
		}
		for _, use := range s.Items {
			from := use.Call
			if from == 0 {
				from = last
			}
			if use.From == stops[0].Name && from == call && use.Name == item.Name && use.Tool == item.Tool {
				jobs = append(jobs, s.Name)
			}
		}
	}
	return jobs
}

// broughtBy are the jobs before the call-th call at a node that return an item to that.
func broughtBy(item Item, node string, call int32, stops []*Stop) []string {
	var jobs []string
	passed := int32(0) // calls at the node
	for _, s := range stops {
		if s.IsPickup {
			if s.Name == node {
				passed++
			}
			continue
		}
		for _, x := range s.Returns {
			to := x.Call
			if to == 0 {
				to = passed + 1
			}
			if x.To == node && to == call && x.Name == item.Name {
				jobs = append(jobs, s.Name)
			}
		}
	}
	return jobs
}
