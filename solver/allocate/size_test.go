package allocate

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"callout/api/wire"
	"callout/bench/depots"
	"callout/solver/stockcheck"
)

func env(name string, plain float64) float64 {
	if f, err := strconv.ParseFloat(os.Getenv(name), 64); err == nil {
		return f
	}
	return plain
}

func TestSizes(t *testing.T) {
	for _, share := range []float64{0.1, 0.5} {
		n, _, faults := wire.Network(depots.Generate(depots.Options{FixedShare: share, Seed: 1}), wire.DefaultLimits())
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		last := time.Duration(0)
		res, err := Solve(t.Context(), n, Options{Budget: time.Duration(env("SECS", 10) * float64(time.Second)), Workers: int(env("WORKERS", 2)), OnIncumbent: func(i *Incumbent) {
			if i.Elapsed-last > 500*time.Millisecond {
				last = i.Elapsed
				fmt.Println(i.Elapsed, i.Rounds, i.Cost/1e6, i.Bound/1e6)
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		r := stockcheck.Allocation(n, res.Best.Allocation)
		if r.Err() != nil || r.Terms.Total() != res.Best.Cost {
			t.Error(r.Err(), r.Terms.Total(), res.Best.Cost)
		}
		fmt.Printf("share %g: UB %d LB %d gap %.2f %% rounds %d %v %+v\n", share, res.Best.Cost/1e6, res.Best.Bound/1e6, 100*float64(res.Best.Cost-res.Best.Bound)/float64(res.Best.Cost), res.Best.Rounds, res.Best.Elapsed, r.Terms)
	}
}
