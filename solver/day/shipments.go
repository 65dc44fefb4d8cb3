package day

import (
	"fmt"
	"slices"

	"callout/solver/model"
)

// shipment is units under way, or booked: for a fact that waits for them. Those to a node are a lot there until they come; those to the site of a job
// are kept with it, as they are for that job alone.
type shipment struct {
	id      string
	sku     model.SKUIdx
	qty     int64
	job     model.JobIdx // it is sent for
	jobID   string
	legs    []model.Leg
	from    model.NodeIdx
	key     lotKey // of what it was taken from, at from
	breach  model.Cost
	to      model.NodeIdx // model.NoNode: to the site
	site    model.LocIdx
	arrives model.Time
	gone    bool // it has left
}

// stray is what a courier brings, or has brought, that nobody there needs any more.
type stray struct {
	sku     model.SKUIdx
	qty     int64
	job     string
	site    model.LocIdx
	arrives model.Time
	until   model.Time // told until then
}

// courier tells whether a supply is brought to the site.
func courier(q *model.Supply) bool { return q.From == model.CourierSource && len(q.Legs) > 0 }

// depart makes facts of all that the plan has leave before now.
func (d *Day) depart(now model.Time) {
	if !d.ships {
		return
	}
	d.shipments(func(x *shipment) { x.gone = x.gone || x.legs[0].Leaves < now })
	for k := range d.shifts {
		s := &d.shifts[k]
		for i := range s.ahead {
			st := &s.ahead[i]
			gone := func(q model.Supply) bool { return len(q.Legs) > 0 && q.Legs[0].Leaves < now }
			if st.Kind != model.Visit || !slices.ContainsFunc(st.Parts, gone) {
				continue
			}
			var parts []model.Supply
			for _, q := range st.Parts {
				if gone(q) {
					to := model.NoNode
					if !courier(&q) {
						to = s.ahead[q.From].Node
					}
					x := d.send(st.Job, &q, to)
					if x != nil {
						x.gone = true
					}
					if x == nil || to == model.NoNode {
						continue
					}
					q.Legs, q.Qty, q.Lot = nil, x.qty, d.lotOf(to, q.SKU, d.lotKeyOf(x))
				}
				parts = append(parts, q)
			}
			st.Parts = parts
			d.touch(st.Job)
		}
	}
}

// lotKeyOf is the key of what a shipment brings to a node.
func (d *Day) lotKeyOf(x *shipment) lotKey { return lotKey{id: x.id, tier: x.key.tier, who: x.key.who} }

// send takes a supply of a job out of the stock where its way begins, and lists the shipment. It is nil where there is nothing to send, or where that is
// not there in time.
func (d *Day) send(j model.JobIdx, q *model.Supply, to model.NodeIdx) *shipment {
	first, last := q.Legs[0], q.Legs[len(q.Legs)-1]
	from := d.known.Lanes[first.Lane].From
	key, ok := d.keyAt(from, q.SKU, q.Lot)
	var breach model.Cost
	if q.Lot > 0 && ok {
		l := &d.known.Nodes[from].Lots[q.Lot-1]
		breach, ok = l.Break, l.From <= first.Leaves
	}
	if !ok {
		return nil
	}
	qty := d.take(from, q.SKU, key, q.Qty)
	if qty == 0 {
		return nil
	}
	x := shipment{
		sku: q.SKU, qty: qty, job: j, jobID: d.known.Jobs[j].ID, legs: q.Legs, from: from, key: key, breach: breach,
		to: to, site: d.known.Jobs[j].Location, arrives: last.Arrives,
	}
	if to != model.NoNode {
		d.serial++
		x.id = fmt.Sprint("shipment-", d.serial)
		d.list(&x, qty)
	}
	return d.add(x)
}

// add lists a shipment.
func (d *Day) add(x shipment) *shipment {
	if x.to != model.NoNode {
		d.sent = append(d.sent, x)
		return &d.sent[len(d.sent)-1]
	}
	list := append(d.brought[x.job], x)
	d.brought[x.job] = list
	return &list[len(list)-1]
}

// shipments calls f with all there are, in no order.
func (d *Day) shipments(f func(x *shipment)) {
	for k := range d.sent {
		f(&d.sent[k])
	}
	for _, list := range d.brought {
		for k := range list {
			f(&list[k])
		}
	}
}

// sends tells whether what a supply says can be sent so.
func (d *Day) sends(q *model.Supply) bool {
	from := d.known.Lanes[q.Legs[0].Lane].From
	key, ok := d.keyAt(from, q.SKU, q.Lot)
	if !ok || q.Lot > 0 && d.known.Nodes[from].Lots[q.Lot-1].From > q.Legs[0].Leaves {
		return false
	}
	have := d.quantity(from, q.SKU, key)
	return have != nil && *have >= q.Qty && q.Legs[0].Leaves >= d.now
}

// expects is when all has come that is shipped for a stop, the first of what is ahead of a shift.
func (d *Day) expects(s *shift, st *model.Stop) model.Time {
	if !d.ships {
		return 0
	}
	if st.Kind == model.Visit {
		at := d.Awaits(st.Job)
		for k := range st.Parts {
			if q := &st.Parts[k]; courier(q) {
				at = max(at, q.Legs[len(q.Legs)-1].Arrives)
			}
		}
		return at
	}
	at := model.Time(0)
	d.supply(s)
	for i := range s.ahead {
		for k := range s.ahead[i].Parts {
			switch q := &s.ahead[i].Parts[k]; {
			case q.From != 0:
			case len(q.Legs) > 0:
				at = max(at, q.Legs[len(q.Legs)-1].Arrives)
			case q.Lot > 0 && int(q.Lot) <= len(d.known.Nodes[st.Node].Lots):
				at = max(at, d.known.Nodes[st.Node].Lots[q.Lot-1].From)
			}
		}
	}
	return at
}

// list makes a lot of what a shipment brings to a node, as far as nobody is on the way for it.
func (d *Day) list(x *shipment, left int64) {
	node := &d.known.Nodes[x.to]
	_, price := node.StockOf(x.sku)
	node.Lots = append(node.Lots, model.Lot{
		ID: x.id, SKU: x.sku, Qty: left, From: x.arrives, Price: price, Tier: x.key.tier, Break: x.breach, Jobs: x.key.jobs(),
	})
}

// book sends for all that couriers are to bring to a visit that becomes a fact.
func (d *Day) book(st *model.Stop) {
	if !slices.ContainsFunc(st.Parts, func(q model.Supply) bool { return courier(&q) }) {
		return
	}
	var parts []model.Supply
	for _, q := range st.Parts {
		if courier(&q) {
			d.send(st.Job, &q, model.NoNode)
		} else {
			parts = append(parts, q)
		}
	}
	st.Parts = parts
}

// uncall takes back what couriers were to bring to a job, and has not left.
func (d *Day) uncall(j model.JobIdx) {
	d.keepBrought(j, func(x *shipment) bool {
		if !x.gone {
			d.put(x.from, x.sku, x.key, x.breach, x.qty)
		}
		return x.gone
	})
}

// keepBrought keeps shipments to the site of a job of which that is said.
func (d *Day) keepBrought(j model.JobIdx, keep func(*shipment) bool) {
	list := slices.DeleteFunc(d.brought[j], func(x shipment) bool { return !keep(&x) })
	if d.brought[j] = list; len(list) == 0 {
		delete(d.brought, j)
	}
}

// unbook takes back what was sent for to a node, and has not left.
func (d *Day) unbook(id string) {
	if id == "" {
		return
	}
	for k, x := range slices.Backward(d.sent) {
		if x.gone || x.id != id {
			continue
		}
		d.sent = slices.Delete(d.sent, k, k+1)
		d.put(x.from, x.sku, x.key, x.breach, x.qty)
		at := slices.IndexFunc(d.known.Nodes[x.to].Lots, func(l model.Lot) bool { return l.ID == x.id })
		if at < 0 {
			continue
		}
		d.unlist(x.to, at)
		d.renumber(x.to, func(q *model.Supply) {
			if int(q.Lot) > at+1 {
				q.Lot--
			}
		})
	}
}

// missed finds what couriers bring to sites where nobody needs it any more: the job was cancelled, or is not what it was. That is lost to the plan.
func (d *Day) missed(j model.JobIdx, cancelled bool) {
	job := &d.known.Jobs[j]
	d.keepBrought(j, func(x *shipment) bool {
		part, _ := job.Serves(x.sku)
		needed := !cancelled && x.site == job.Location && part >= 0
		if !needed {
			d.lose(x)
		}
		return needed
	})
	if cancelled { // the number goes to another one
		for k := range d.sent {
			if x := &d.sent[k]; x.job == j {
				x.job = model.NoJob
			}
		}
	}
}

// lose notes that a courier brings something in vain.
func (d *Day) lose(x *shipment) {
	d.lost[x.sku] += x.qty
	d.strays = append(d.strays, stray{x.sku, x.qty, x.jobID, x.site, x.arrives, max(x.arrives, d.now)})
}

// Strays calls f with what couriers bring to sites, or have just brought, though nobody there needs it any more.
func (d *Day) Strays(f func(job string, sku model.SKUIdx, qty int64, site model.LocIdx, arrives model.Time)) {
	for k := range d.strays {
		x := &d.strays[k]
		f(x.job, x.sku, x.qty, x.site, x.arrives)
	}
}
