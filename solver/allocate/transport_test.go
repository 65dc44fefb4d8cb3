package allocate

import (
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"callout/solver/stock"
)

// randomTransport is a small problem of transport with pairs that have no way.
func randomTransport(rng *rand.Rand, demands, lots int) *transport {
	t := &transport{stop: new(atomic.Bool)}
	t.reset(demands, lots)
	for l := range lots {
		t.have[l] = int64(rng.IntN(4))
	}
	for d := range demands {
		t.need[d], t.loss[d] = 1+int64(rng.IntN(3)), stock.Cost(rng.IntN(30))
		for l := range lots {
			if t.cost[d][l] = stock.Cost(rng.IntN(40)); rng.IntN(4) == 0 {
				t.cost[d][l] = inf
			}
		}
	}
	return t
}

// brute is the least cost, by trying where each unit comes from.
func brute(t *transport, d int, open int64, left []int64) stock.Cost {
	if d == len(t.need) {
		return 0
	}
	if open == 0 {
		next := int64(0)
		if d+1 < len(t.need) {
			next = t.need[d+1]
		}
		return brute(t, d+1, next, left)
	}
	best := t.loss[d] + brute(t, d, open-1, left)
	for l := range left {
		if left[l] > 0 && t.cost[d][l] < inf {
			left[l]--
			best = min(best, t.cost[d][l]+brute(t, d, open-1, left))
			left[l]++
		}
	}
	return best
}

func TestTransport(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for k := range 400 {
		x := randomTransport(rng, 1+rng.IntN(3), 1+rng.IntN(3))
		got := x.solve()
		want := brute(x, 0, x.need[0], append([]int64(nil), x.have...))
		if got != want {
			t.Fatalf("problem %d: %d, want %d", k, got, want)
		}
		var sum stock.Cost
		taken := make([]int64, len(x.have))
		for d := range x.need {
			open := x.need[d]
			for l, q := range x.flow[d] {
				if q < 0 || q > 0 && x.cost[d][l] >= inf {
					t.Fatalf("problem %d: %d units of lot %d", k, q, l)
				}
				open -= q
				taken[l] += q
				if q > 0 {
					sum += q * x.cost[d][l]
				}
			}
			sum += open * x.loss[d]
		}
		if sum != got {
			t.Fatalf("problem %d: the flow costs %d, said %d", k, sum, got)
		}
		price := make([]stock.Cost, len(x.have))
		x.scarcity(price)
		for l := range x.have {
			if taken[l] > x.have[l] {
				t.Fatalf("problem %d: lot %d gives %d of %d", k, l, taken[l], x.have[l])
			}
			if x.have[l] == 0 {
				continue
			}
			x.have[l]--
			less := brute(x, 0, x.need[0], append([]int64(nil), x.have...))
			x.have[l]++
			if price[l] != less-want {
				t.Fatalf("problem %d: a unit of lot %d is worth %d, want %d", k, l, price[l], less-want)
			}
		}
	}
}

func TestByTime(t *testing.T) {
	type item struct {
		time stock.Time
		k    int
	}
	rng := rand.New(rand.NewPCG(1, 1))
	list := make([]item, 2000)
	for k := range list {
		list[k] = item{stock.Time(rng.IntN(1 << uint(1+rng.IntN(28)))), k}
	}
	list = byTime(list, func(x item) stock.Time { return x.time })
	for k := 1; k < len(list); k++ {
		if a, b := list[k-1], list[k]; a.time > b.time || a.time == b.time && a.k > b.k {
			t.Fatalf("%v before %v", a, b)
		}
	}
}
