package matrix

import (
	"testing"

	"callout/solver/model"
)

// A straight line with factors of its speed becomes a series: a matrix for each speed, named by it, so that the cache knows them
// from profiles without factors as well.
func TestResolveSpeeds(t *testing.T) {
	c := newTestCache(t, 64<<20)
	slow := lines(40, 0)
	slow.Profiles[0].StraightLine.Speed = 5
	half := resolve(t, c.Space("a"), slow)
	p := lines(40, 0)
	p.Profiles[0].Speeds = []model.SpeedFactor{{Factor: 1}, {From: 100, Factor: 0.5}, {From: 200, Factor: 1}}
	misses := c.Stats().Misses
	if resolve(t, c.Space("a"), p) != nil {
		t.Error("a matrix beside the series")
	}
	s := p.Profiles[0].Series
	if len(s) != 3 || s[0].Matrix != s[2].Matrix || s[1].Matrix != half || s[1].From != 100 || s[2].From != 200 {
		t.Errorf("series %v", s)
	}
	if got := c.Stats().Misses - misses; got != 1 {
		t.Errorf("%d matrices computed, want the one at full speed", got)
	}
	free, rush := s[0].Matrix.Duration(0, 1), s[1].Matrix.Duration(0, 1)
	if rush != 2*free && rush != 2*free-1 { // both are rounded up
		t.Errorf("%d s at half the speed, %d s at full speed", rush, free)
	}
	again := *p
	again.Profiles = []model.Profile{p.Profiles[0]}
	if resolve(t, c.Space("a"), &again); &again.Profiles[0].Series[0] != &s[0] {
		t.Error("a series was made again")
	}
}
