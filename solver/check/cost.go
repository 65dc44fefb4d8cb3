package check

import (
	"math"
	"math/bits"
	"slices"

	"callout/solver/model"
)

// cost prices a route; the parts it takes are priced where they are booked.
func (c *checker) cost(r *route) {
	t := &c.report.RouteTerms[r.shift]
	t[model.Travel] = r.drive * r.TravelRate
	t[model.Distance] = r.metres * r.DistRate
	t[model.WorkingTime] = r.worked() * r.WorkRate
	t[model.Overtime] = overtime(r.Overtime, r.finish-r.RegularEnd)
	t[model.Fixed] = r.Fixed
	t[model.Balance] = balance(r.worked(), c.p.Objective.Balance)
	before := model.NoJob
	for k := range r.stops {
		s := &r.stops[k]
		if s.Kind == model.Pickup {
			t[model.Parts] += c.p.Nodes[s.Node].Fixed
			continue
		}
		job := &c.p.Jobs[s.Job]
		for kind := model.Availability + 1; kind < model.NumWindowKinds; kind++ {
			t[model.Lateness] += lateness(job.Windows, kind, s)
		}
		t[model.ResponseTime] += max(0, s.Start-job.Release) * job.Response
		t[model.SkillSurplus] += surplus(job, r.tech) * c.p.Objective.SurplusPerLevel
		t[model.Rating] += r.tech.VisitCost
		if len(job.Preferred) > 0 && !slices.Contains(job.Preferred, r.Tech) {
			t[model.Preference] += job.NotPreferred
		}
		t[model.PlanChange] += changed(job.Kept, r.Tech, s.Start, before)
		t[model.Risk] += risk(job.Risk, s.Start)
		before = s.Job
	}
}

// overtime prices the time past the regular end, each second at the rate of the tier it falls in.
func overtime(tiers []model.OvertimeTier, past model.Duration) model.Cost {
	var sum model.Cost
	for k, tier := range tiers {
		end := past
		if k+1 < len(tiers) {
			end = min(end, tiers[k+1].After)
		}
		sum += max(0, end-tier.After) * tier.Rate
	}
	return sum
}

// lateness is the price of the visit under the cheapest of the kind's windows; 0 where there are none.
func lateness(windows []model.Window, kind model.WindowKind, s *stop) model.Cost {
	least := model.Cost(math.MaxInt64)
	for _, w := range windows {
		if w.Kind == kind {
			at := bound(w, s)
			least = min(least, max(0, w.From-at)*w.Early+max(0, at-w.To)*w.Late)
		}
	}
	if least == math.MaxInt64 {
		return 0
	}
	return least
}

// changed is the price of a visit that is not where the running plan has it.
func changed(kept *model.Kept, tech model.TechIdx, start model.Time, before model.JobIdx) model.Cost {
	if kept == nil {
		return 0
	}
	var sum model.Cost
	switch {
	case tech != kept.Tech:
		sum = kept.Reassign
	case before != kept.Before:
		sum = kept.Resequence
	}
	return sum + max(0, distance(start, kept.Start)-kept.Slack)*kept.Moved
}

// risk is the price of a failure before a visit that starts at a time.
func risk(pieces []model.Rise, start model.Time) model.Cost {
	var cost model.Cost
	for k, r := range pieces {
		if k == 0 || r.From <= start {
			cost = r.Cost + r.Rate*max(0, start-r.From)
		}
	}
	return cost
}

// surplus counts the technician's levels above the job's minimum.
func surplus(job *model.Job, t *model.Technician) int64 {
	var sum int64
	for _, need := range job.AllOf {
		if has := t.Skill(need.Skill); has != nil {
			sum += max(0, int64(has.Level)-int64(need.Level))
		}
	}
	return sum
}

// balance is worked² × price ÷ 3600², rounded down. The product takes 128 bits; a result beyond a Cost is cut to the largest.
func balance(worked model.Duration, price model.Cost) model.Cost {
	const perHour2 = 3600 * 3600
	hi, lo := bits.Mul64(uint64(worked)*uint64(worked), uint64(max(0, price)))
	if hi >= perHour2 {
		return math.MaxInt64
	}
	q, _ := bits.Div64(hi, lo, perHour2)
	return model.Cost(min(q, math.MaxInt64))
}
