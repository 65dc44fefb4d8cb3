package exact

import (
	"cmp"
	"slices"

	"callout/solver/model"
	"callout/solver/ortools/cpsat"
)

// plan reads a solution.
func (b *builder) plan(r *cpsat.Result) (*model.Plan, error) {
	plan := &model.Plan{Routes: make([]model.Route, len(b.shifts))}
	for j := range b.jobs {
		if r.True(b.jobs[j].out) {
			plan.Unassigned = append(plan.Unassigned, model.JobIdx(j))
		}
	}
	for k, s := range b.shifts {
		plan.Routes[k].Shift = s.index
		if !r.True(s.used) {
			continue
		}
		if err := b.route(r, s, &plan.Routes[k]); err != nil {
			return nil, err
		}
	}
	return plan, nil
}

// route reads the route of a shift that is used.
func (b *builder) route(r *cpsat.Result, s *shift, out *model.Route) error {
	out.Depart, out.Finish = r.Value(s.depart), r.Value(s.finish)
	for k := range s.pauses {
		if x := &s.pauses[k]; r.True(x.taken) {
			start := r.Value(x.start)
			out.Breaks = append(out.Breaks, model.BreakTaken{Break: int32(k), Start: start, End: start + x.Duration})
		}
	}
	next := make(map[int]arc)
	for _, a := range s.arcs {
		if r.True(a.taken) {
			next[a.from] = a
		}
	}
	place := make(map[*stop]int32)
	left := out.Depart
	for at := depot; ; {
		a, ok := next[at]
		if !ok || len(out.Stops) > len(s.stops) {
			return contradictionf("the route of %s does not end", s.ID)
		}
		if at = a.to; at == depot {
			break
		}
		st := s.stops[at]
		drive, _, _ := b.drive(s, a)
		start := r.Value(st.start)
		place[st] = int32(len(out.Stops))
		out.Stops = append(out.Stops, model.Stop{
			Kind: st.kind, Job: max(0, st.job), Node: max(0, st.node),
			Arrival: arrival(left, drive, out.Breaks), Start: start, End: start + st.dur,
		})
		left = start + st.dur
	}
	b.p.Land(out, b.held(s))
	return b.sources(r, out, place)
}

// arrival is when a drive that begins at left is over: breaks that come before its end interrupt it.
func arrival(left model.Time, drive model.Duration, breaks []model.BreakTaken) model.Time {
	for _, x := range breaks {
		if x.Start < left {
			continue
		}
		if x.Start >= left+drive {
			break
		}
		drive -= x.Start - left
		left = x.End
	}
	return left + drive
}

// sources reads where parts and tools of the route's visits come from.
func (b *builder) sources(r *cpsat.Result, out *model.Route, place map[*stop]int32) error {
	source := func(visit, call *stop) (*model.Stop, int32, error) {
		at := place[visit]
		if call == nil {
			return &out.Stops[at], model.VanSource, nil
		}
		from, ok := place[call]
		if !ok || from >= at {
			return nil, 0, contradictionf("a visit is supplied from a call that does not come before it")
		}
		return &out.Stops[at], from, nil
	}
	for _, x := range b.supplies {
		if _, ok := place[x.visit]; !ok || r.Value(x.qty) == 0 {
			continue
		}
		st, from, err := source(x.visit, x.call)
		if err != nil {
			return err
		}
		part := model.Supply{SKU: x.sku, Qty: r.Value(x.qty), From: from}
		if x.by != nil {
			part.Lot, part.Legs = x.by.lot, x.by.legs
			if x.by.at == model.NoNode {
				part.From = model.CourierSource
			}
		}
		st.Parts = append(st.Parts, part)
	}
	for _, x := range b.loans {
		if _, ok := place[x.visit]; !ok || !r.True(x.used) {
			continue
		}
		st, from, err := source(x.visit, x.call)
		if err != nil {
			return err
		}
		st.Tools = append(st.Tools, model.ToolSupply{Tool: x.tool, From: from})
	}
	for k := range out.Stops {
		slices.SortFunc(out.Stops[k].Parts, func(a, b model.Supply) int {
			return cmp.Or(cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.From, b.From))
		})
	}
	return nil
}

// fix demands the sequences and the breaks of a solution.
func (b *builder) fix(r *cpsat.Result) {
	fix := func(l cpsat.Lit) {
		if !r.True(l) {
			l = l.Not()
		}
		b.m.AnyOf([]cpsat.Lit{l})
	}
	for _, s := range b.shifts {
		fix(s.used)
		for _, a := range s.arcs {
			fix(a.taken)
		}
		for _, x := range s.pauses {
			fix(x.taken)
		}
	}
}

// lazy is how much later than need be things are, the departures earlier.
func (b *builder) lazy() cpsat.Expr {
	e := cpsat.Const(0)
	for k := range b.jobs {
		e = e.Plus(2, b.jobs[k].start)
	}
	for _, s := range b.shifts {
		e = e.Plus(2, s.finish).Plus(-1, s.depart)
		for _, st := range s.stops {
			if st.kind == model.Pickup {
				e = e.Plus(2, st.start)
			}
		}
		for _, x := range s.pauses {
			e = e.Plus(2, x.start)
		}
	}
	return e
}
