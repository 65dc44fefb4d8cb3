package server_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/api/wire"
	"callout/bench/happen"
	"callout/bench/rig"
	"callout/engine/matrix"
	"callout/engine/road"
	solverday "callout/solver/day"
	"callout/solver/model"
)

// travelDays are days whose travel comes from roads, from roads by the hour, and from straight lines by the hour.
func travelDays(n *road.Network) map[string]*calloutv1.Problem {
	free, rush, lines := roadDay(n), roadDay(n), roadDay(n)
	free.GetProfiles()[0].GetRoadNetwork().Traffic = nil
	lines.Profiles[0].Travel = &calloutv1.TravelProfile_StraightLine{StraightLine: &calloutv1.StraightLine{
		Speed: new(6.0),
		SpeedFactors: []*calloutv1.SpeedFactor{
			{Factor: 1}, {Start: at(8, 0), Factor: 0.6}, {Start: at(10, 0), Factor: 1}, {Start: at(15, 0), Factor: 0.5},
		},
	}}
	lines.Jobs = slices.Delete(lines.GetJobs(), 3, 4) // far away
	return map[string]*calloutv1.Problem{"roads": free, "roads by the hour": rush, "lines by the hour": lines}
}

// Days whose travel is computed go on at a second server from every revision: with the same travel to every stop to come, whatever rules, factors, cells
// and places came, and each before the checker.
func TestComputedTravelGoesOnElsewhere(t *testing.T) {
	n := roadCity(t)
	seeds, events := uint64(3), 50
	if testing.Short() {
		seeds, events = 1, 30
	}
	options := func() server.Options { return server.Options{Networks: matrix.NewNetworks(1<<26, n)} }
	servers := [2]*running{start(t, options()), start(t, options())}
	reader := server.New(options()).Reader(t.Context(), "")
	kinds := slices.Concat(happen.Kinds, happen.RoadKinds, happen.RoadKinds, happen.RoadKinds, []string{"travel factor", "travel cells"})
	for name, problem := range travelDays(n) {
		applied := map[string]int{}
		for seed := range seeds {
			rng := rand.New(rand.NewPCG(seed, 3))
			first := &calloutv1.DayStart{Problem: problem, Settings: &calloutv1.DaySettings{
				Seed: seed, Iterations: 15, WaysOut: -1, Diversion: seed%2 == 0, Frozen: durationpb.New(time.Duration(seed%2) * 20 * time.Minute),
			}}
			d := openDay(t, servers[0], first)
			d.settle()
			teller := happen.NewTeller(problem, seed, "e")
			teller.Pass(50 * time.Minute)
			cut := 0
			for k := range events {
				teller.Pass(time.Duration(rng.IntN(900)) * time.Second)
				kind := kinds[rng.IntN(len(kinds))]
				e := teller.Event(kind, d.last.GetPlan())
				if e == nil {
					continue
				}
				a := d.event(e)
				if a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
					continue
				}
				applied[kind]++
				note := fmt.Sprintf("%s, seed %d, event %d, %v", name, seed, k, e)
				goesOn(t, note, first, d.last, reader)
				if rng.IntN(8) > 0 {
					continue
				}
				was := d.last
				d.close()
				cut++
				d = openDay(t, servers[cut%2], rig.Continued(first, was))
				d.settle()
				goesOn(t, note, first, d.last, reader)
				if x, y := known(was.GetPlan()), known(d.last.GetPlan()); len(x) != len(y) {
					t.Fatalf("%s: %d jobs, and then %d", note, len(x), len(y))
				}
			}
			d.close()
		}
		for _, kind := range happen.RoadKinds {
			if applied[kind] == 0 && (kind == "job at a new place" || name != "lines by the hour") {
				t.Errorf("%s: no %q was applied", name, kind)
			}
		}
	}
}

// goesOn has a revision judged as a second server sees it, which must have the same travel.
func goesOn(t *testing.T, note string, first *calloutv1.DayStart, r *calloutv1.Revision, reader *wire.Intake) {
	t.Helper()
	d, err := rig.ResumeAt(t.Context(), first, r, reader)
	if err != nil {
		t.Fatalf("%s: %v", note, err)
	}
	if _, _, err := rig.JudgeDay(d); err != nil {
		t.Fatalf("%s: %v", note, err)
	}
	sameTravel(t, note, d, r.GetPlan())
}

// sameTravel compares the legs of a plan with the travel of a day.
func sameTravel(t *testing.T, note string, d *solverday.Day, plan *calloutv1.Plan) {
	t.Helper()
	profile := &d.Known().Profiles[0]
	epoch := at(7, 0).GetSeconds() // now is the earliest time of the problem
	held := make(map[string][]solverday.Leaving)
	for k := range d.Known().Shifts {
		sh := &d.Known().Shifts[k]
		held[d.Known().Technicians[sh.Tech].ID+sh.ID] = d.Leavings(model.ShiftIdx(k))
	}
	for _, route := range plan.GetRoutes() {
		from, ready := "depot", route.GetDepart().GetSeconds()-epoch
		for i, s := range route.GetStops() {
			for _, l := range held[route.GetTechnicianId()+route.GetShiftId()] {
				if l.Stop == i {
					from, ready = d.Known().Locations[l.At].ID, l.From
				}
			}
			a, known := d.Location(from)
			b, too := d.Location(s.GetLocationId())
			if !known || !too {
				t.Fatalf("%s: %s or %s is no place", note, from, s.GetLocationId())
			}
			if l := s.GetLeg(); l != nil && s.GetState() == calloutv1.StopState_STOP_STATE_UNSPECIFIED {
				seconds, metres := profile.Leg(a, b, ready)
				if seconds != l.GetDuration().GetSeconds() || float64(metres) != l.GetDistance() {
					t.Fatalf("%s: %s to %s at %v: %v, elsewhere %d s, %d m", note, from, s.GetLocationId(), ready, l, seconds, metres)
				}
			}
			from, ready = s.GetLocationId(), s.GetEnd().GetSeconds()-epoch
		}
	}
}
