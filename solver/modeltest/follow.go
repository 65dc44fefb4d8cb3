package modeltest

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"callout/solver/model"
)

// Follow gives half of a problem's jobs a place in a running plan, and prices for changing it.
func Follow(p *model.Problem, seed uint64) *model.Problem {
	rng := rand.New(rand.NewPCG(seed, 0x464f_4c4c))
	var last model.Time
	for k := range p.Shifts {
		last = max(last, p.Shifts[k].LatestEnd)
	}
	for j := range p.Jobs {
		if rng.IntN(2) == 0 || len(p.Technicians) == 0 {
			continue
		}
		p.Jobs[j].Kept = &model.Kept{
			Tech: model.TechIdx(rng.IntN(len(p.Technicians))), Start: rng.Int64N(last + 1), Slack: int64(rng.IntN(2)) * 5 * minute,
			Reassign: int64(rng.IntN(3)) * 10 * euro, Moved: int64(rng.IntN(3)) * perHour(20),
		}
	}
	// A job stands behind another one of its technician, in the order of their starts, or was the first.
	prior := make(map[model.TechIdx]model.JobIdx)
	for _, j := range byStart(p) {
		k := p.Jobs[j].Kept
		k.Before = model.NoJob
		if o, some := prior[k.Tech]; some {
			k.Before = o
		}
		prior[k.Tech], k.Resequence = j, int64(rng.IntN(3))*10*euro
	}
	return p
}

// byStart are the jobs that have a place in the running plan, by when they start there.
func byStart(p *model.Problem) (out []model.JobIdx) {
	for j := range p.Jobs {
		if p.Jobs[j].Kept != nil {
			out = append(out, model.JobIdx(j))
		}
	}
	slices.SortStableFunc(out, func(a, b model.JobIdx) int { return cmp.Compare(p.Jobs[a].Kept.Start, p.Jobs[b].Kept.Start) })
	return out
}
