package day

import (
	"maps"
	"slices"

	"callout/solver/model"
)

// Shipment is units on their way, or brought to a site, or sent for by a fact.
type Shipment struct {
	ID        string // of what goes to a node
	SKU       model.SKUIdx
	Qty, Left int64        // Left of what goes to a node: nobody is on the way to fetch them
	Job       model.JobIdx // it was sent for; model.NoJob: that is not to be done any more
	JobID     string
	Legs      []model.Leg
	To        model.NodeIdx // model.NoNode: to the site
	Site      model.LocIdx
	Arrives   model.Time
	Lost      bool // nobody at the site needs it any more
	// Inbound is the id of the supply to come that it was taken from. Tier and Break, or Kept for Job alone, say what it was reserved for, and is at a node
	// that it goes to.
	Inbound string
	Tier    model.TierIdx
	Break   model.Cost
	Kept    bool
}

// Shipments calls f with all that is under way, brought to sites, or sent for by facts. What is only frozen is not sent for.
func (d *Day) Shipments(f func(x *Shipment)) {
	taken, frozen := d.taken(), d.onlyFrozen()
	lots := make(map[string]*model.Lot)
	for n := range d.known.Nodes {
		for k := range d.known.Nodes[n].Lots {
			lots[d.known.Nodes[n].Lots[k].ID] = &d.known.Nodes[n].Lots[k]
		}
	}
	tell := func(x *shipment) {
		if !x.gone && (x.to != model.NoNode && frozen.ids[x.id] || x.to == model.NoNode && frozen.jobs[x.job]) {
			return
		}
		out := Shipment{
			ID: x.id, SKU: x.sku, Qty: x.qty, Job: x.job, JobID: x.jobID, Legs: x.legs, To: x.to, Site: x.site, Arrives: x.arrives,
			Inbound: x.key.id, Tier: x.key.tier, Break: x.breach, Kept: x.key.who != 0,
		}
		if l := lots[x.id]; x.to != model.NoNode && l != nil {
			out.Left = l.Qty + taken[atNode(x.to, x.sku, keyOf(l))]
		}
		f(&out)
	}
	for k := range d.sent {
		tell(&d.sent[k])
	}
	for _, j := range slices.Sorted(maps.Keys(d.brought)) {
		d.forSite(j, tell)
	}
	for k := range d.strays {
		x := &d.strays[k]
		f(&Shipment{SKU: x.sku, Qty: x.qty, Job: model.NoJob, JobID: x.job, To: model.NoNode, Site: x.site, Arrives: x.arrives, Lost: true})
	}
}

// frozenly are the shipments to nodes, and the jobs, that what is only frozen has sent for.
type frozenly struct {
	ids  map[string]bool
	jobs map[model.JobIdx]bool
}

func (d *Day) onlyFrozen() frozenly {
	out := frozenly{make(map[string]bool), make(map[model.JobIdx]bool)}
	for k := range d.shifts {
		for i := range d.shifts[k].facts {
			f := &d.shifts[k].facts[i]
			if !f.Frozen {
				continue
			}
			for _, l := range f.loaded {
				out.ids[l.key.id] = true
			}
			if f.Kind == model.Visit {
				out.jobs[f.Job] = true
			}
		}
	}
	return out
}

// RestoreShipment is to be called before Begin.
func (d *Day) RestoreShipment(x *Shipment) {
	s := shipment{
		id: x.ID, sku: x.SKU, qty: x.Qty, job: x.Job, jobID: x.JobID, legs: x.Legs, key: lotKey{id: x.Inbound, tier: x.Tier}, breach: x.Break,
		to: x.To, site: x.Site, arrives: x.Arrives, gone: len(x.Legs) > 0 && x.Legs[0].Leaves < d.now,
	}
	if x.Lost || len(x.Legs) == 0 {
		d.lose(&s)
		return
	}
	if s.from = d.known.Lanes[x.Legs[0].Lane].From; x.Kept {
		s.key.who = keptFor(x.Job)
	}
	if x.To != model.NoNode {
		d.list(&s, x.Left)
	} else {
		d.touch(x.Job)
	}
	d.add(s)
}

// Serial is how many shipments had names so far.
func (d *Day) Serial() int64 { return d.serial }

// RestoreSerial is to be called before Begin.
func (d *Day) RestoreSerial(n int64) { d.serial = max(d.serial, n) }

// LotState is what there is of a lot that is not what it was in the problem that the day began with.
type LotState struct {
	Node  model.NodeIdx
	SKU   model.SKUIdx
	ID    string // of what is to come
	Tier  model.TierIdx
	Break model.Cost
	Kept  bool         // for Job alone
	Job   model.JobIdx // model.NoJob: for nobody
	Qty   int64
	From  model.Time
}

// Lots calls f with each lot that is not what it was in the problem that the day began with, shipments left out; of supply that has come, or is
// used up, there is none. What is frozen has taken nothing.
func (d *Day) Lots(first *model.Problem, f func(x *LotState)) {
	if !d.ships {
		return
	}
	taken, sent := d.taken(), make(map[string]bool)
	for k := range d.sent {
		sent[d.sent[k].id] = true
	}
	for n := range d.known.Nodes {
		for k := range d.known.Nodes[n].Lots {
			l := &d.known.Nodes[n].Lots[k]
			if l.ID != "" && sent[l.ID] {
				continue
			}
			x := LotState{
				Node: model.NodeIdx(n), SKU: l.SKU, ID: l.ID, Tier: l.Tier, Break: l.Break, Kept: len(l.Jobs) > 0, Job: model.NoJob,
				Qty: l.Qty, From: l.From,
			}
			if x.Kept {
				x.Job = l.Jobs[0]
			}
			if l.Qty < model.Unlimited {
				x.Qty += taken[atNode(x.Node, l.SKU, keyOf(l))]
			}
			if was := d.firstLot(first, l, n); was == nil || was.Qty != x.Qty || was.From != x.From {
				f(&x)
			}
		}
		for k := range first.Nodes[n].Lots {
			if l := &first.Nodes[n].Lots[k]; l.ID != "" && d.lotOf(model.NodeIdx(n), l.SKU, lotKey{id: l.ID}) <= 0 {
				f(&LotState{Node: model.NodeIdx(n), SKU: l.SKU, ID: l.ID, Job: model.NoJob, From: l.From})
			}
		}
	}
}

// firstLot is a lot as it was in the problem that the day began with, or nil.
func (d *Day) firstLot(first *model.Problem, l *model.Lot, n int) *model.Lot {
	lots := first.Nodes[n].Lots
	by := model.JobIdx(len(d.shifts))
	at := slices.IndexFunc(lots, func(o model.Lot) bool {
		if o.ID != l.ID || o.SKU != l.SKU || o.Tier != l.Tier || len(o.Jobs) != len(l.Jobs) {
			return false
		}
		// The number of a job is its own until it is cancelled.
		return len(o.Jobs) == 0 || o.Jobs[0] == l.Jobs[0] || o.Jobs[0] >= 0 && o.Jobs[0]+by == l.Jobs[0]
	})
	if at < 0 {
		return nil
	}
	return &lots[at]
}

// RestoreLots is to be called before Begin, and before shipments are restored.
func (d *Day) RestoreLots(list []LotState) {
	at := make(map[holding]int)
	for n := range d.known.Nodes {
		for k := range d.known.Nodes[n].Lots {
			l := &d.known.Nodes[n].Lots[k]
			at[atNode(model.NodeIdx(n), l.SKU, keyOf(l))] = k
		}
	}
	for i := range list {
		x := &list[i]
		key := lotKey{id: x.ID, tier: x.Tier}
		if x.Kept {
			key.who = keptFor(x.Job)
		}
		node := &d.known.Nodes[x.Node]
		h := atNode(x.Node, x.SKU, key)
		if k, known := at[h]; known {
			node.Lots[k].Qty, node.Lots[k].From = x.Qty, x.From
			continue
		}
		_, price := node.StockOf(x.SKU)
		at[h] = len(node.Lots)
		node.Lots = append(node.Lots, model.Lot{
			ID: x.ID, SKU: x.SKU, Qty: x.Qty, From: x.From, Price: price, Tier: x.Tier, Break: x.Break, Jobs: key.jobs(),
		})
	}
}

// LotNumber is the number of a lot as it is now, for model.Supply: 0 is what is there for anybody; -1: there is none. Of its state the quantity and the time do
// not count.
func (d *Day) LotNumber(x *LotState) int32 {
	key := lotKey{id: x.ID, tier: x.Tier}
	if x.Kept {
		key.who = keptFor(x.Job)
	}
	for n, l := range d.known.Nodes[x.Node].Lots { // of what is to come the id says all
		if x.ID != "" && l.ID == x.ID && l.SKU == x.SKU {
			return int32(n) + 1
		}
	}
	return d.lotOf(x.Node, x.SKU, key)
}
