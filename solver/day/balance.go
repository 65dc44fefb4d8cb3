package day

import "callout/solver/model"

// Balance is what there is of a part, and what has become of it: the sum changes by counts alone.
type Balance struct {
	Vans     int64 // what is on its way back included
	Nodes    int64 // reservations included
	Coming   int64 // to nodes
	Couriers int64 // to sites, brought there, or lost
	Used     int64 // out of vans
}

// Balance of a SKU of which nobody has an unlimited stock.
func (d *Day) Balance(sku model.SKUIdx) (b Balance) {
	for t := range d.van {
		for _, q := range d.van[t] {
			if q.SKU == sku {
				b.Vans += q.Qty
			}
		}
		for _, l := range d.leftovers[t] {
			if l.sku == sku {
				b.Vans += l.qty
			}
		}
	}
	for n := range d.known.Nodes {
		have, _ := d.known.Nodes[n].StockOf(sku)
		b.Nodes += have
		for _, l := range d.known.Nodes[n].Lots {
			switch {
			case l.SKU != sku:
			case l.ID != "":
				b.Coming += l.Qty
			default:
				b.Nodes += l.Qty
			}
		}
	}
	for _, list := range d.brought {
		for k := range list {
			if list[k].sku == sku {
				b.Couriers += list[k].qty
			}
		}
	}
	b.Couriers += d.lost[sku]
	for k := range d.shifts {
		for i := range d.shifts[k].facts {
			for _, q := range d.shifts[k].facts[i].used {
				if q.SKU == sku {
					b.Used += q.Qty
				}
			}
		}
	}
	return b
}
