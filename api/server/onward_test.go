package server_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/api/wire"
	"callout/bench/city"
	"callout/bench/happen"
	"callout/bench/rig"
)

// Days as the demo has them, with areas, breaks, caps, tools, and parts that are fetched, go on from every revision at another server as they were: that
// has room for all that is planned, and begins where the technicians are.
func TestACityDayGoesOnElsewhere(t *testing.T) {
	seeds, events := []uint64{1, 3, 5, 11, 12, 20}, 90
	if testing.Short() {
		seeds, events = seeds[:2], 50
	}
	servers := [2]*running{start(t, server.Options{}), start(t, server.Options{})}
	for _, seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 7))
			first := &calloutv1.DayStart{
				Problem: city.Generate(city.Options{Jobs: 60, Technicians: 8, Seed: seed}).GetProblem(),
				Settings: &calloutv1.DaySettings{
					Seed: seed, Iterations: 20, WaysOut: -1, Diversion: seed%2 == 0,
					Frozen:       durationpb.New(time.Duration(seed%3) * 20 * time.Minute),
					ChangePrices: &calloutv1.ChangePrices{PerReassignment: 5, PerMinuteMoved: 0.1, Tolerance: minutes(10)},
				},
			}
			if seed%4 == 3 {
				first.Settings.ChangePrices.PerResequencing = 2
			}
			d := openDay(t, servers[0], first)
			d.settle()
			teller := happen.NewTeller(first.GetProblem(), seed, "e")
			teller.Pass(time.Duration(rng.IntN(3)) * time.Hour)
			step, at := 10*time.Hour/time.Duration(events), 0
			for n := range events {
				teller.Pass(time.Duration(rng.Int64N(int64(2 * step))).Truncate(time.Second))
				e := teller.Event(happen.Kinds[rng.IntN(len(happen.Kinds))], d.last.GetPlan())
				if e == nil || d.event(e).GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
					continue
				}
				next, err := rig.Resume(t.Context(), first, d.last, wire.DefaultLimits())
				if err != nil {
					t.Fatalf("event %d, %v: %v", n, e, err)
				}
				if _, _, err := rig.JudgeDay(next); err != nil {
					t.Fatalf("event %d, %v: %v", n, e, err)
				}
				if rng.IntN(20) > 0 {
					continue
				}
				d.close()
				at = 1 - at
				d = openDay(t, servers[at], rig.Continued(first, d.last))
				d.settle()
			}
			d.close()
		})
	}
}
