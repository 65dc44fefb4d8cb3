package modeltest

import (
	"math/rand/v2"

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
	return p
}
