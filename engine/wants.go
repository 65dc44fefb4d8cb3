package engine

import (
	"context"
	"slices"
	"time"

	"callout/solver/model"
)

// wantsLimits bound the work on what left-out jobs lack, which is done between the last improvement and the next event.
var wantsLimits = ExplainLimits{Jobs: mostAlerts, Pairs: 400, Time: 200 * time.Millisecond}

// shortages finds the parts that left-out jobs with alerts lack.
func (l *Live) shortages(ctx context.Context, plan *model.Plan, alerts []Alert) {
	p := l.day.Problem()
	asked := *plan
	asked.Unassigned = nil
	of := make(map[model.JobIdx]*Alert)
	for k := range alerts {
		if a := &alerts[k]; a.Job >= 0 && a.Shift < 0 && l.day.Open(a.Job) && len(p.Jobs[a.Job].Parts) > 0 && len(of) < wantsLimits.Jobs {
			of[a.Job] = a
			asked.Unassigned = append(asked.Unassigned, a.Job)
		}
	}
	if len(of) == 0 || l.set.WaysOut <= 0 || l.stop.Load() || l.pressed() {
		return
	}
	slices.Sort(asked.Unassigned)
	why := Explain(ctx, p, &asked, wantsLimits)
	for k := range why.Jobs {
		of[why.Jobs[k].Job].Shortages = why.Jobs[k].Shortages
	}
}
