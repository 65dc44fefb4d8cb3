package route

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// slow is a curve second by second, NoPlace where it cannot be.
type slow []int64

func (c curve) slow(n int) slow {
	out := make(slow, n)
	for t := range out {
		if out[t] = NoPlace; len(c) > 0 && int64(t) >= c[0].from {
			out[t] = c.at(int64(t))
		}
	}
	return out
}

// level makes of a list its least value so far.
func (s slow) level() slow {
	for t := 1; t < len(s); t++ {
		s[t] = min(s[t], s[t-1])
	}
	return s
}

func (s slow) get(t int64) int64 {
	if t < 0 {
		return NoPlace
	}
	return s[min(t, int64(len(s)-1))]
}

// anyCurve draws a curve whose last piece begins before n.
func anyCurve(rng *rand.Rand, n int64) curve {
	p := newPen(nil)
	cost := 100 + rng.Int64N(100)
	for t := rng.Int64N(n / 2); t < n && rng.IntN(6) > 0; {
		to := min(n, t+1+rng.Int64N(n/2))
		p.draw(t, to, cost, -rng.Int64N(4))
		t, cost = to, p.low-rng.Int64N(2)*rng.Int64N(20)
	}
	return p.done()
}

func anyOpenings(rng *rand.Rand, n int64) []opening {
	var out []opening
	for t := rng.Int64N(n / 2); t < n && len(out) < 4; {
		to := min(n-1, t+rng.Int64N(n/3))
		out = append(out, opening{from: t, to: to, cost: rng.Int64N(40), slope: rng.Int64N(9) - 4})
		t = to + 1 + rng.Int64N(2)*rng.Int64N(n/4)
	}
	return out
}

// What is done with curves is what is done second by second.
func TestCurves(t *testing.T) {
	const n, m = 40, 160
	check := func(what string, seed uint64, got curve, want slow) {
		t.Helper()
		for k, p := range got {
			if p.slope > 0 || (k > 0 && got[k-1].from >= p.from) || (k+1 == len(got) && p.slope != 0) {
				t.Fatalf("seed %d: %s is no curve: %v", seed, what, got)
			}
		}
		if !slices.Equal(got.slow(len(want)), want) {
			t.Fatalf("seed %d: %s: %v\n%v, want\n%v", seed, what, got, got.slow(len(want)), want)
		}
	}
	for seed := range uint64(20000) {
		rng := rand.New(rand.NewPCG(seed, 2))
		a, b, open := anyCurve(rng, n), anyCurve(rng, n), anyOpenings(rng, n)
		x, y := a.slow(m), b.slow(m)
		delta, dur := rng.Int64N(8), rng.Int64N(8)
		floor, last := -never, never
		if rng.IntN(2) == 0 {
			floor, last = rng.Int64N(n), rng.Int64N(n)
		}

		want := make(slow, m)
		for k := range int64(m) {
			if want[k] = NoPlace; k >= floor {
				want[k] = x.get(min(k-delta, last))
			}
		}
		check("over", seed, a.over(nil, delta, floor, last), want)

		for k := range want {
			want[k] = NoPlace
		}
		for _, o := range open {
			for s := o.from; s <= o.to; s++ {
				if c := x.get(s - delta); c < NoPlace {
					want[s+dur] = min(want[s+dur], c+o.cost+o.slope*(s-o.from))
				}
			}
		}
		check("serve", seed, a.serve(nil, delta, open, dur), want.level())

		for k := range want {
			want[k] = min(x[k], y[k])
		}
		check("lower", seed, lower(nil, a, b), want)

		if len(a) > 0 {
			for cost := a.least() - 1; cost <= a[0].cost; cost++ {
				got := a.first(cost)
				if got < never && (a.at(got) > cost || (got > a[0].from && a.at(got-1) <= cost)) || (got == never) != (cost < a.least()) {
					t.Fatalf("seed %d: %v comes down to %d at %d", seed, a, cost, got)
				}
			}
		}

		// b runs against time from second 2n on.
		turn := func(c curve) curve {
			out := slices.Clone(c)
			for k := range out {
				out[k].from -= 2 * n
			}
			return out
		}
		in, out := gap{delta, last, floor}, gap{dur, never, -never}
		if rng.IntN(2) == 0 {
			out.last, out.floor = rng.Int64N(n), rng.Int64N(2*n)
		}
		limit := 100 + rng.Int64N(300)
		least := limit
		for _, o := range open {
			for s := o.from; s <= o.to; s++ {
				if s > out.last || s < in.floor {
					continue
				}
				before, behind := x.get(min(s-in.delta, in.last)), y.get(2*n-max(s+out.delta, out.floor))
				if before < NoPlace && behind < NoPlace {
					least = min(least, before+behind+o.cost+o.slope*(s-o.from))
				}
			}
		}
		if got := meet(a, in, open, turn(b), out, limit); got != least {
			t.Fatalf("seed %d: %v meets %v in %v over %v and %v: %d, want %d", seed, a, turn(b), open, in, out, got, least)
		}
	}
}
