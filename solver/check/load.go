package check

import "callout/solver/model"

// move is units that come into the van or go out of it.
type move struct {
	sku model.SKUIdx
	qty int64
}

// moves are, per stated stop, what happens to the load there, in this order.
type moves struct {
	landed, picked []move // at a call
	used, returned []move // at a visit
}

// loads follows what is in the van, stop by stop.
func (c *checker) loads(r *route) {
	at := make([]moves, len(r.stated))
	land := func(list []model.Landing) {
		for _, l := range list {
			if l.Qty > 0 && l.At >= 0 && int(l.At) < len(at) {
				at[l.At].landed = append(at[l.At].landed, move{l.SKU, l.Qty})
			}
		}
	}
	land(r.landings)
	for k := range r.stops {
		s := &r.stops[k]
		m := &at[s.index]
		for _, q := range s.Parts {
			if q.Qty <= 0 || q.From == model.CourierSource {
				continue
			}
			if q.From != model.VanSource {
				if _, ok := c.source(r, s, q.From); !ok {
					continue
				}
				at[q.From].picked = append(at[q.From].picked, move{q.SKU, q.Qty})
			}
			m.used = append(m.used, move{q.SKU, q.Qty})
		}
		if s.Kind == model.Visit {
			for _, x := range c.p.Jobs[s.Job].Returns {
				m.returned = append(m.returned, move{x.SKU, x.Qty})
			}
		}
		land(s.Returns)
	}
	load := c.p.VanLoad(r.Tech)
	for _, x := range r.tech.Returns {
		load = load.Plus(x.Qty, c.p.SizeOf(x.SKU))
	}
	for k := range at {
		load = c.out(load, at[k].landed)
		load = c.in(r, k, load, at[k].picked)
		load = c.out(load, at[k].used)
		load = c.in(r, k, load, at[k].returned)
	}
}

// out is a load without what goes out of the van.
func (c *checker) out(load model.Size, list []move) model.Size {
	for _, m := range list {
		less := model.Size{}.Plus(m.qty, c.p.SizeOf(m.sku))
		for i := range load {
			load[i] = max(load[i]-less[i], -model.NoLimit)
		}
	}
	return load
}

// in is a load with what comes in at a stop, which must not be more than the van carries.
func (c *checker) in(r *route, stop int, load model.Size, list []move) model.Size {
	var more model.Size
	for _, m := range list {
		more = more.Plus(m.qty, c.p.SizeOf(m.sku))
	}
	for i := range load {
		load[i] = min(load[i]+more[i], model.NoLimit)
		if over := load[i] - r.tech.Capacity[i]; over > 0 && more[i] > 0 {
			w := r.whole()
			if w.Stop = stop; r.stated[stop].Kind == model.Pickup {
				w.Node = r.stated[stop].Node
			} else {
				w.Job = r.stated[stop].Job
			}
			c.flagf([model.NumSizes]Code{VanWeight, VanVolume}[i], w, over, "%s: behind stop %d the van holds %d, %d at most",
				r.ID, stop, load[i], r.tech.Capacity[i])
		}
	}
	return load
}
