package search

import (
	"slices"
	"time"
)

// The temperatures come from what steps really lose: the median loss of a sample of steps, each rolled back, is what the hot
// end accepts now and then. Travel alone would not do as the scale: the same legs stand beside cheap or dear penalties,
// waiting and working time. Steps that leave out more jobs say nothing: what they lose is the price of a job, which may be
// anything.
const (
	lossShare    = 0.75 // hot end, as a share of the median loss
	legShare     = 0.3  // least hot end, as a share of the mean cost of a leg
	jobShare     = 2    // most that the losses may make of it, in costs of the plan per job
	coldShare    = 0.04 // cold end, as a share of the hot end
	sampleSteps  = 300
	sampleBudget = 0.05 // most of the budget that sampling may take
)

// calibrate descends for a while from the first plan and derives the temperatures from the losses that it meets. Its steps
// count as iterations. offer is called where the best plan changed. It returns how many steps per job the budget is for.
func (s *searcher) calibrate(l *limits, offer func(*searcher)) (stepsPerJob float64) {
	var losses []float64
	begin, from := time.Now(), s.iter
	for step := range sampleSteps {
		if x, _ := l.spent(s.iter); x > sampleBudget || l.stop.Load() {
			break
		}
		if loss, fewer := s.step(0); loss > 0 && !fewer && step >= sampleSteps/3 {
			losses = append(losses, float64(loss))
		}
		if s.improved {
			offer(s)
		}
	}
	s.temper(losses)
	stepsPerJob = l.expect(s.iter-from, time.Since(begin)) / float64(s.in.NJobs)
	s.heat.later = cycles(stepsPerJob)
	return stepsPerJob
}

// temper derives the temperatures from losses.
func (s *searcher) temper(losses []float64) {
	hot := legShare * s.in.MeanLegCost()
	if len(losses) > 0 {
		slices.Sort(losses)
		// In large problems a poor step sends a job far away, which costs many of the legs that good ones are about.
		most := jobShare * float64(s.best.Cost()) / float64(s.in.NJobs)
		hot = max(hot, min(lossShare*losses[len(losses)/2], most))
	}
	hot = max(1, hot)
	s.heat = heat{hot: hot, cold: max(1, coldShare*hot)}
}
