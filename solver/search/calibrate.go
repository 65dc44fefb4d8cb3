package search

// Temperatures as shares of the mean cost of a leg between two jobs.
var (
	hotShare  = 0.3
	coldShare = 0.02
)

// calibrate derives the temperatures from the instance: what a leg costs sets the scale of what a step wins or loses. Where
// legs are free, the mean cost per visit of the first plan does.
func calibrate(s *searcher) heat {
	scale := s.in.MeanLegCost()
	if scale <= 0 {
		visits := 0
		var cost int64
		for k := range s.best.Routes {
			visits += len(s.best.Routes[k].Stops)
			cost += s.best.Routes[k].Cost()
		}
		scale = float64(cost) / float64(max(1, visits))
	}
	return heat{hot: max(1, hotShare*scale), cold: max(1, coldShare*scale)}
}
