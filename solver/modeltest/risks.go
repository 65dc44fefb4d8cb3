package modeltest

import "callout/solver/model"

// risks makes work of some jobs predicted: by the day, or in a few steps within one, a failure becomes more likely. No longer rising, steep
// and level pieces and jumps come in any order.
func (g *generator) risks(chance float64) {
	var first, last model.Time = model.MaxTime, 0
	for k := range g.p.Shifts {
		first, last = min(first, g.p.Shifts[k].Earliest), max(last, g.p.Shifts[k].LatestEnd)
	}
	if tiers := &g.p.Objective.Tier; *tiers != [model.NumTerms]uint8{} {
		tiers[model.Risk] = uint8(g.IntN(model.MaxTiers))
	}
	for k := range g.p.Jobs {
		if !g.chance(chance) || first > last {
			continue
		}
		j := &g.p.Jobs[k]
		from, cost := max(0, first-g.between(0, 4)*hour), g.between(0, 20)*euro
		for range g.between(1, 5) {
			r := model.Rise{From: from, Cost: cost}
			if g.chance(0.8) {
				r.Rate = g.price(0, 30)
			}
			j.Risk = append(j.Risk, r)
			next := from + g.between(1, (last-first)/2+1)
			cost += r.Rate * (next - from)
			if g.chance(0.2) {
				cost += g.between(0, 10) * euro
			}
			from = next
		}
		j.Risk = append(j.Risk, model.Rise{From: from, Cost: cost})
	}
}

// predicted makes a third of the jobs such that a failure becomes more likely from hour to hour.
func (g *generator) predicted() {
	g.eachJob(0.33, func(j *model.Job) {
		hard := j.Windows[0]
		middle := (hard.From + hard.To) / 2
		j.Risk = []model.Rise{
			{From: hard.From, Cost: 10, Rate: 1},
			{From: middle, Cost: 10 + middle - hard.From, Rate: g.between(0, 3)},
			{From: hard.To + 1, Cost: 10 + 4*(hard.To+1-hard.From)},
		}
	})
}
