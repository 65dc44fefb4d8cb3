package check

import "callout/solver/model"

// loads follows what is in the van, pick-up by pick-up.
func (c *checker) loads(r *route) {
	// What comes in and goes out at each stop, in units: a supply comes in where it was picked up and goes out at the visit.
	type move struct {
		sku model.SKUIdx
		qty int64
	}
	in, out := make([][]move, len(r.stated)), make([][]move, len(r.stated))
	for k := range r.stops {
		s := &r.stops[k]
		for _, q := range s.Parts {
			if q.Qty <= 0 || q.From == model.CourierSource {
				continue
			}
			if q.From != model.VanSource {
				if _, ok := c.source(r, s, q.From); !ok {
					continue
				}
				in[q.From] = append(in[q.From], move{q.SKU, q.Qty})
			}
			out[s.index] = append(out[s.index], move{q.SKU, q.Qty})
		}
	}
	load := c.p.VanLoad(r.Tech)
	for k := range r.stated {
		var more model.Size
		for _, m := range in[k] {
			more = more.Plus(m.qty, c.p.SizeOf(m.sku))
		}
		for i := range load {
			load[i] = min(load[i]+more[i], model.NoLimit)
			if over := load[i] - r.tech.Capacity[i]; over > 0 && more[i] > 0 {
				w := r.whole()
				w.Stop, w.Node = k, r.stated[k].Node
				c.flagf([model.NumSizes]Code{VanWeight, VanVolume}[i], w, over, "%s: behind stop %d the van holds %d, %d at most",
					r.ID, k, load[i], r.tech.Capacity[i])
			}
		}
		for _, m := range out[k] {
			less := model.Size{}.Plus(m.qty, c.p.SizeOf(m.sku))
			for i := range load {
				load[i] = max(load[i]-less[i], -model.NoLimit)
			}
		}
	}
}
