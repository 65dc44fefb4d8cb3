package main

import (
	"context"
	"math"
	"slices"
	"time"

	"callout/solver/model"
	"callout/solver/ortools/highs"
)

// ahead decides where parts come from before there are routes, by an integer programme: for each part that fewer than half of the vans carry
// of those who could do the job. It may come from the vans, as many as they have together, from a node, or by shipment to a node or to the site.
// What is not known yet it guesses: a call costs the node's price and the way from there to the job; whoever fetches it calls there for
// that part alone. All other parts are left to the routes.
// It tells whether that is proven to be the best.
func ahead(ctx context.Context, p *model.Problem, limit time.Duration) (promises []promise, proven bool, err error) {
	m := new(highs.Model)
	stock := newRows(p)
	type choice struct {
		promise

		col int
	}
	var choices []choice
	leave := make(map[model.JobIdx]int)
	for j := range p.Jobs {
		job := &p.Jobs[j]
		for _, q := range job.Parts {
			x := need{model.JobIdx(j), q.SKU, q.Qty}
			able, carry := carriers(p, x)
			if 2*carry >= able {
				continue
			}
			out, known := leave[x.job]
			if !known {
				out = m.AddColumn(highs.Column{Cost: units(job.Unassigned), Upper: 1, Integer: true})
				leave[x.job] = out
			}
			one := []highs.Term{{Col: out, Value: 1}}
			take := func(cost model.Cost) int {
				col := m.AddColumn(highs.Column{Cost: units(cost), Upper: 1, Integer: true})
				one = append(one, highs.Term{Col: col, Value: 1})
				return col
			}
			if carry > 0 {
				stock.about[x.sku] = append(stock.about[x.sku], highs.Term{Col: take(0), Value: float64(x.qty)})
			}
			for _, l := range lotsOf(p, x) {
				if y, cost, ok := guess(p, x, l); ok && cost < job.Unassigned {
					col := take(cost)
					stock.lot(l.node, l.lot, x, col)
					choices = append(choices, choice{y, col})
				}
			}
			m.AddRow(1, 1, one...)
		}
	}
	if m.NumColumns() == 0 {
		return nil, true, nil
	}
	stock.add(m)
	sol, proven, err := solution(ctx, m, limit)
	if err != nil {
		return nil, false, err
	}
	var out []promise
	for _, c := range choices {
		if sol[c.col] > 0.5 {
			out = append(out, c.promise)
		}
	}
	// A job that is left out for one part keeps no other.
	return slices.DeleteFunc(out, func(x promise) bool { return sol[leave[x.job]] > 0.5 }), proven, nil
}

// carriers are the technicians who could do the job, and those of them who have the part.
func carriers(p *model.Problem, x need) (able, carry int) {
	for t := range p.Technicians {
		if qualified(p, model.TechIdx(t), x.job) {
			if able++; inVan(&p.Technicians[t], x.sku) >= x.qty {
				carry++
			}
		}
	}
	return able, carry
}

// guess is what a lot costs a job with no route known, by the cheapest way, and that way.
func guess(p *model.Problem, x need, l lot) (promise, model.Cost, bool) {
	job := &p.Jobs[x.job]
	by := latest(p, job)
	best, cost := promise{x, l.node, l.lot, model.NoNode, way{}}, model.Cost(math.MaxInt64)
	if w, ok := shipped(p, l, x.qty, model.NoNode, job.Location, by); ok {
		best.way, cost = w, w.cost
	}
	for n := range p.Nodes {
		node, s := &p.Nodes[n], &p.Shifts[0]
		there := between(p, s.Profile, node.Location, job.Location)
		if !there.ok {
			continue
		}
		fetch := node.Fixed + there.time*(s.TravelRate+s.WorkRate) + there.metres*s.DistRate + node.Handling*s.WorkRate
		if fetch >= cost {
			continue
		}
		w, ok := shipped(p, l, x.qty, model.NodeIdx(n), model.NoLoc, by-there.time-node.Handling)
		if ok && w.cost+fetch < cost {
			best.to, best.way, cost = model.NodeIdx(n), w, w.cost+fetch
		}
	}
	if cost == math.MaxInt64 {
		return best, 0, false
	}
	return best, cost + x.qty*l.price, true
}

// latest is until when parts of a job are of use: the end of its last hard or promised window, or of the last shift.
func latest(p *model.Problem, job *model.Job) model.Time {
	last := model.Time(-1)
	for _, w := range job.Windows {
		if w.Kind != model.Preferred {
			last = max(last, w.To)
		}
	}
	if last >= 0 {
		return last
	}
	for k := range p.Shifts {
		last = max(last, p.Shifts[k].LatestEnd)
	}
	return last
}
