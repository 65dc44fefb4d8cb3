package digest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	calloutv1 "callout/api/callout/v1"
)

// Shipment is what goes from a node by one departure: to another node, or by courier to the site of a job.
type Shipment struct {
	Node, Lane      string
	To              string // a node; "": Jobs' site
	Leaves, Arrives time.Time
	Items           []PickItem
}

// shipments lists what is shipped for the plan, node by node in the problem's order, then by time.
func (d *Digest) shipments() {
	lanes := map[[2]string]*calloutv1.Lane{}
	order := map[string]int{}
	for k, n := range d.Problem.GetNodes() {
		order[n.GetId()] = k
		for _, l := range n.GetLanes() {
			lanes[[2]string{n.GetId(), l.GetId()}] = l
		}
	}
	for _, r := range d.Routes {
		for _, s := range r.Stops {
			for _, it := range s.Items {
				for _, leg := range it.Legs {
					d.ship(Shipment{
						Node: leg.GetNodeId(), Lane: leg.GetLaneId(), To: lanes[[2]string{leg.GetNodeId(), leg.GetLaneId()}].GetToNodeId(),
						Leaves: leg.GetCutOff().AsTime(), Arrives: leg.GetArrival().AsTime(),
					}, it, s.Name)
				}
			}
		}
	}
	slices.SortStableFunc(d.Shipments, func(a, b Shipment) int {
		return cmp.Or(cmp.Compare(order[a.Node], order[b.Node]), a.Leaves.Compare(b.Leaves), cmp.Compare(a.Lane, b.Lane))
	})
}

// ship adds an item for a job. What goes to a node is listed together, what goes to a site by job.
func (d *Digest) ship(s Shipment, it Item, job string) {
	at := slices.IndexFunc(d.Shipments, func(o Shipment) bool {
		return o.Node == s.Node && o.Lane == s.Lane && o.Leaves.Equal(s.Leaves) && o.Arrives.Equal(s.Arrives) &&
			(s.To != "" || slices.Contains(o.Items[0].Jobs, job))
	})
	if at < 0 {
		at = len(d.Shipments)
		d.Shipments = append(d.Shipments, s)
	}
	items := &d.Shipments[at].Items
	k := slices.IndexFunc(*items, func(o PickItem) bool { return o.Name == it.Name })
	if k < 0 {
		k = len(*items)
		*items = append(*items, PickItem{Item: Item{Name: it.Name}})
	}
	i := &(*items)[k]
	i.Qty += it.Qty
	if !slices.Contains(i.Jobs, job) {
		i.Jobs = append(i.Jobs, job)
	}
}

// Came tells how an item of a visit comes: from where by which lanes, and when it is there; "" where nothing is shipped.
func (d *Digest) Came(it Item) string {
	if len(it.Legs) == 0 {
		return ""
	}
	var lanes []string
	for _, l := range it.Legs {
		lanes = append(lanes, l.GetLaneId())
	}
	there := it.Legs[len(it.Legs)-1].GetArrival().AsTime()
	return "from " + it.Legs[0].GetNodeId() + " by " + strings.Join(lanes, " and ") + ", there " + Clock(there, d.Zone)
}
