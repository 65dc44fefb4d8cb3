package search

// Temperatures as shares of the mean cost per visit in the first plan.
var (
	hotShare  = 0.1
	coldShare = 0.001
)

// calibrate derives the temperatures from the first plan.
func calibrate(s *searcher) heat {
	visits := 0
	var cost int64
	for k := range s.best.Routes {
		visits += len(s.best.Routes[k].Stops)
		cost += s.best.Routes[k].Cost()
	}
	if visits == 0 || cost == 0 {
		return heat{hot: 1, cold: 1}
	}
	mean := float64(cost) / float64(visits)
	return heat{hot: max(1, hotShare*mean), cold: max(1, coldShare*mean)}
}
