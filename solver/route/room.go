package route

import (
	"math"

	"callout/solver/model"
)

// vans is what vans can carry: only of technicians whose van does not hold all that they could pick up anyway there is anything to watch.
type vans struct {
	size  []model.Size // per SKU
	limit []model.Size // per technician; NoLimit where nothing is to be watched
	load  []model.Size // per technician: the stock, and what he has to hand in
	watch []bool       // per technician; nil: nobody
}

// compileVans reads what vans can carry.
func (in *Instance) compileVans() {
	p, v := in.P, &in.vans
	for t := range p.Technicians {
		limit := p.Technicians[t].Capacity
		if limit == nil || len(p.Sizes) == 0 || len(p.Nodes) == 0 && !p.HasReturns() {
			continue
		}
		if v.watch == nil {
			v.watch = make([]bool, len(p.Technicians))
			v.limit, v.load = make([]model.Size, len(v.watch)), make([]model.Size, len(v.watch))
			v.size = make([]model.Size, len(p.SKUs))
			copy(v.size, p.Sizes)
		}
		v.watch[t], v.limit[t], v.load[t] = true, *limit, p.VanLoad(model.TechIdx(t))
		for _, x := range p.Technicians[t].Returns {
			v.load[t] = v.load[t].Plus(x.Qty, p.SizeOf(x.SKU))
		}
	}
}

// watched tells whether what a technician's van carries is limited.
func (v *vans) watched(tech int32) bool { return len(v.watch) > 0 && v.watch[tech] }

// begin notes what the van holds before any stop of a route is supplied.
func (s *supplier) begin(tech int32, stops int) {
	v := &s.in.vans
	if s.limit = nil; !v.watched(tech) {
		return
	}
	s.limit = &v.limit[tech]
	s.loads = resize(s.loads, stops)
	for i := range s.loads {
		s.loads[i] = v.load[tech]
	}
}

// room is how many units of a SKU the van may hold more from the call at a position until a later stop.
func (s *supplier) room(call, pos int32, sku model.SKUIdx) int64 {
	if s.limit == nil {
		return math.MaxInt64
	}
	size, units := &s.in.size[sku], int64(math.MaxInt64)
	for k, each := range size {
		if each == 0 || s.limit[k] >= model.NoLimit {
			continue
		}
		for i := call; i < pos; i++ {
			units = min(units, (s.limit[k]-s.loads[i][k])/each)
		}
	}
	return max(0, units)
}

// carry notes units that the van holds from the call at a position until a later stop.
func (s *supplier) carry(call, pos int32, sku model.SKUIdx, units int64) {
	if s.limit == nil {
		return
	}
	for i := call; i < pos; i++ {
		s.loads[i] = s.loads[i].Plus(units, s.in.size[sku])
	}
}

// unload notes units of the van's stock that a stop takes.
func (s *supplier) unload(pos int, sku model.SKUIdx, units int64) {
	if s.limit == nil {
		return
	}
	for i := pos; i < len(s.loads); i++ {
		s.loads[i] = s.loads[i].Less(units, s.in.size[sku])
	}
}
