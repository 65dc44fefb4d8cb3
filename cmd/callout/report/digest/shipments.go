package digest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	calloutv1 "callout/api/callout/v1"
)

// Shipment is what goes with one departure of a lane: whoever keeps the node hands it over until the cut-off.
type Shipment struct {
	Node, Lane      string
	To              string // a node, or the place of a job
	Courier         bool   // to a job
	CutOff, Arrives time.Time
	Origin, Target  Place
	Items           []PickItem
}

// shipments lists what the supplies of the plan ship, node by node in the problem's order, then by cut-off.
func (d *Digest) shipments() {
	type key struct {
		node, lane, to string
		cutOff, arrive time.Time
	}
	at := map[key]int{}
	for _, r := range d.Plan.GetRoutes() {
		for _, st := range r.GetStops() {
			job := st.GetVisit().GetJobId()
			for _, p := range st.GetVisit().GetParts() {
				for _, leg := range p.GetLegs() {
					s := d.shipment(leg, d.jobs[job])
					k := key{s.Node, s.Lane, s.To, s.CutOff, s.Arrives}
					n, known := at[k]
					if !known {
						n = len(d.Shipments)
						at[k] = n
						d.Shipments = append(d.Shipments, s)
					}
					d.Shipments[n].add(p, job)
				}
			}
		}
	}
	order := map[string]int{}
	for k, n := range d.Problem.GetNodes() {
		order[n.GetId()] = k
	}
	slices.SortStableFunc(d.Shipments, func(a, b Shipment) int {
		return cmp.Or(order[a.Node]-order[b.Node], strings.Compare(a.Node, b.Node), a.CutOff.Compare(b.CutOff), strings.Compare(a.To, b.To))
	})
}

// shipment is a leg without what goes by it.
func (d *Digest) shipment(leg *calloutv1.SupplyLeg, job *calloutv1.Job) Shipment {
	node := d.nodes[leg.GetNodeId()]
	s := Shipment{
		Node: leg.GetNodeId(), Lane: leg.GetLaneId(), CutOff: leg.GetCutOff().AsTime(), Arrives: leg.GetArrival().AsTime(),
		Origin: d.Place(node.GetLocationId()), Courier: true,
	}
	for _, l := range node.GetLanes() {
		if l.GetId() == leg.GetLaneId() && l.GetToNodeId() != "" {
			s.To, s.Courier = l.GetToNodeId(), false
			s.Target = d.Place(d.nodes[s.To].GetLocationId())
		}
	}
	if s.Courier {
		s.To = job.GetLocationId()
		s.Target = d.Place(s.To)
	}
	return s
}

// add a supply, with others of the same part.
func (s *Shipment) add(p *calloutv1.PartSupply, job string) {
	k := slices.IndexFunc(s.Items, func(x PickItem) bool { return x.Name == p.GetSku() })
	if k < 0 {
		k = len(s.Items)
		s.Items = append(s.Items, PickItem{Item: Item{Name: p.GetSku()}})
	}
	s.Items[k].Qty += p.GetQuantity()
	if !slices.Contains(s.Items[k].Jobs, job) {
		s.Items[k].Jobs = append(s.Items[k].Jobs, job)
	}
}
