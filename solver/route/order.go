package route

import "callout/solver/model"

// prior is the job before a job in the plan that is followed, and what another one costs, where the same technician does it.
type prior struct {
	tech   int32
	before int32 // model.NoJob: none
	price  int64 // unweighted
}

// compileOrder notes what another order costs of a job. Where that costs nothing of any job there is no table, and nobody asks.
func (in *Instance) compileOrder(j int) {
	now := prior{tech: -1}
	if k := in.P.Jobs[j].Kept; k != nil && k.Resequence != 0 {
		now = prior{tech: int32(k.Tech), before: int32(k.Before), price: k.Resequence}
		if in.order == nil {
			in.order = make([]prior, in.NJobs)
			for i := range in.order {
				in.order[i].tech = -1
			}
		}
	}
	if in.order != nil {
		in.order[j] = now
	}
}

// behind is what it costs that a technician does job j right behind another one, or none.
func (in *Instance) behind(tech, before, j int32) int64 {
	if k := &in.order[j]; k.tech == tech && k.before != before {
		return k.price
	}
	return 0
}

// orderCost is what the order of a route costs, unweighted.
func (in *Instance) orderCost(tech int32, stops []int32) (sum int64) {
	before := int32(model.NoJob)
	for _, u := range stops {
		if j := in.Job(u); j >= 0 {
			sum += in.behind(tech, before, j)
			before = j
		}
	}
	return sum
}

// reorder is what the order costs more with u behind a position of a route: two visits have another one before them then.
func (in *Instance) reorder(f *shiftFacts, r *Route, i int, u int32) int64 {
	before, j := int32(model.NoJob), in.Job(u)
	for k := i - 1; k >= 0; k-- {
		if o := in.Job(r.Stops[k]); o >= 0 {
			before = o
			break
		}
	}
	sum := in.behind(f.tech, before, j)
	for _, v := range r.Stops[i:] {
		if o := in.Job(v); o >= 0 {
			sum += in.behind(f.tech, j, o) - in.behind(f.tech, before, o)
			break
		}
	}
	return sum * in.weight[model.PlanChange]
}

// mended is the most that the order of a route may cost less with u in it: some visit has its own one before it again.
func (in *Instance) mended(f *shiftFacts, r *Route, u int32) int64 {
	if in.order == nil {
		return 0
	}
	var most int64
	j := in.Job(u)
	for _, v := range r.Stops {
		if o := in.Job(v); o >= 0 && in.order[o].tech == f.tech && in.order[o].before == j {
			most = max(most, in.order[o].price)
		}
	}
	return most * in.weight[model.PlanChange]
}
