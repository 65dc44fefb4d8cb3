package exact

import (
	"callout/solver/model"
	"callout/solver/ortools/cpsat"
)

// startLoad is what is in a technician's van when a shift of his begins: in all but one of them what he has to hand in stays there.
func startLoad(p *model.Problem, t model.TechIdx) model.Size {
	load := p.VanLoad(t)
	for _, x := range p.Technicians[t].Returns {
		load = load.Plus(x.Qty, p.SizeOf(x.SKU))
	}
	return load
}

// tight tells whether the van of a shift could be asked to hold more than it can, if it picked up all that some of the visits may need.
func (b *builder) tight(s *shift, visits []*stop) bool {
	limit := b.p.Technicians[s.Tech].Capacity
	if limit == nil {
		return false
	}
	all := startLoad(b.p, s.Tech)
	for _, v := range visits {
		b.p.Jobs[v.job].Options(func(sku model.SKUIdx, qty int64) { all = all.Plus(qty, b.p.SizeOf(sku)) })
		for _, x := range b.p.Jobs[v.job].Returns {
			all = all.Plus(x.Qty, b.p.SizeOf(x.SKU))
		}
	}
	for k := range all {
		if limit[k] < model.NoLimit && all[k] > limit[k] {
			return true
		}
	}
	return false
}

// again lists so many further calls at a node like one. With one for each visit, who cannot take all at once comes back.
func (b *builder) again(c *stop, most int) []*stop {
	var out []*stop
	for range most {
		more := *c
		more.prior = c
		out = append(out, &more)
		c = &more
	}
	return out
}

// loads follows what is in the vans that may have to hold more than they can.
func (b *builder) loads() {
	for _, s := range b.shifts {
		if !s.tight {
			continue
		}
		for k, limit := range b.p.Technicians[s.Tech].Capacity {
			if limit < model.NoLimit {
				b.load(s, k, limit)
			}
		}
	}
}

// load in a measure is bounded from below: behind a stop it is no less than behind the one before it, and what is picked up for later visits and
// what the visit returns, less what it takes and what lands.
func (b *builder) load(s *shift, measure int, limit int64) {
	m, base := b.m, startLoad(b.p, s.Tech)[measure]
	load, less := make(map[*stop]cpsat.Var), make(map[*stop]cpsat.Expr)
	for _, st := range s.stops {
		load[st] = m.Int(0, limit)
	}
	for _, x := range b.supplies {
		size := b.p.SizeOf(x.sku)[measure]
		if _, own := load[x.visit]; !own || size == 0 || x.by != nil && x.call == nil {
			continue
		}
		less[x.visit] = less[x.visit].Plus(size, x.qty)
		if x.call != nil {
			less[x.call] = less[x.call].Plus(-size, x.qty)
		}
	}
	for _, st := range s.stops {
		for _, x := range b.lighter[st] {
			less[st] = less[st].PlusLit(x.what.Qty*b.p.SizeOf(x.what.SKU)[measure], x.here)
		}
		if st.kind != model.Visit {
			continue
		}
		for _, x := range b.p.Jobs[st.job].Returns {
			less[st] = less[st].PlusLit(-x.Qty*b.p.SizeOf(x.SKU)[measure], st.here)
		}
	}
	for _, a := range s.arcs {
		if a.to == depot {
			continue
		}
		behind := less[s.stops[a.to]].Plus(1, load[s.stops[a.to]])
		if a.from == depot {
			m.AtLeast(behind, base, a.taken)
		} else {
			m.AtLeast(behind.Plus(-1, load[s.stops[a.from]]), 0, a.taken)
		}
	}
}
