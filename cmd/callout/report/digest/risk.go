package digest

import (
	"fmt"
	"time"

	calloutv1 "callout/api/callout/v1"
)

// risk says of predicted work how likely it is that the machine fails before a visit that starts at a time; "" of other work.
func risk(p *calloutv1.Prediction, start time.Time) string {
	points := p.GetRisk()
	if len(points) == 0 {
		return ""
	}
	at := points[0].GetProbability()
	for k, next := range points[1:] {
		from, to := points[k].GetTime().AsTime(), next.GetTime().AsTime()
		if start.Before(from) {
			break
		}
		share := min(1, start.Sub(from).Seconds()/to.Sub(from).Seconds())
		at = points[k].GetProbability() + share*(next.GetProbability()-points[k].GetProbability())
	}
	return fmt.Sprintf("predicted, %.3g %% fail before", 100*at)
}
