package search

import (
	"math"
	"testing"
)

func TestHeatFallsInCycles(t *testing.T) {
	for steps, later := range map[float64]int{0: 0, 100: 0, 334: 1, 1000: 3, 1e6: laterCycles, math.Inf(1): laterCycles} {
		h := heat{hot: 1000, cold: 40, later: cycles(steps)}
		if h.later != later {
			t.Errorf("%v steps per job: %d later cycles, want %d", steps, h.later, later)
		}
		before, cycle := h.at(0)
		if before != h.hot || cycle != 0 {
			t.Errorf("%d later cycles: begins at %v in cycle %d", later, before, cycle)
		}
		rises := 0
		for k := 1; k <= 1000; k++ {
			now, c := h.at(float64(k) / 1000)
			switch {
			case c == cycle+1:
				if before > 1.1*h.cold || now > reheat*h.hot || now < 0.8*reheat*h.hot {
					t.Errorf("%d later cycles: from %v to %v where cycle %d begins", later, before, now, c)
				}
				rises++
			case c != cycle || now > before:
				t.Fatalf("%d later cycles: from %v in cycle %d to %v in cycle %d", later, before, cycle, now, c)
			}
			before, cycle = now, c
		}
		if math.Abs(before-h.cold) > 1e-6 || rises != later {
			t.Errorf("%d later cycles: ends at %v after %d rises", later, before, rises)
		}
	}
}
