package city

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
)

func TestSameOptionsSameRequest(t *testing.T) {
	a, b := Generate(Options{Seed: 7}), Generate(Options{Seed: 7})
	if !proto.Equal(a, b) {
		t.Error("two runs with the same options differ")
	}
	if other := Generate(Options{Seed: 8}); proto.Equal(a.GetProblem(), other.GetProblem()) {
		t.Error("another seed gives the same problem")
	}
}

// The API takes every day as it is.
func TestNoFaults(t *testing.T) {
	for _, o := range []Options{
		{},
		{Seed: 1},
		{Jobs: 1, Technicians: 1},
		{Jobs: 37, Technicians: 5, Days: 4, Seed: 2},
		{Jobs: 1000, Technicians: 120, Seed: 3},
		{Jobs: 50, Technicians: 8, Days: 3, Date: time.Date(2026, time.March, 28, 0, 0, 0, 0, time.UTC)}, // the clocks change
		{Jobs: 50, Technicians: 8, Days: 3, Date: time.Date(2026, time.March, 28, 0, 0, 0, 0, time.UTC), Rush: true},
		{Seed: 4, Returns: true},
		{Jobs: 60, Technicians: 8, Seed: 5, Network: true, Returns: true},
	} {
		if _, faults := wire.Solve(Generate(o), wire.DefaultLimits()); len(faults) > 0 {
			t.Errorf("%+v: %v", o, faults)
		}
	}
}

// With returns a day is the same day: they can be taken away again.
func TestReturnsAreAll(t *testing.T) {
	for _, network := range []bool{false, true} {
		o := Options{Jobs: 60, Technicians: 8, Seed: 6, Network: network}
		want := Generate(o).GetProblem()
		o.Returns = true
		p, returns, held := Generate(o).GetProblem(), 0, 0
		for _, j := range p.GetJobs() {
			returns += len(j.GetReturns())
			j.Returns = nil
		}
		for _, tech := range p.GetTechnicians() {
			held += len(tech.GetReturns())
			tech.Returns, tech.VanCapacity = nil, nil
		}
		p.Parts = nil
		if !proto.Equal(p, want) || returns < 10 || held == 0 {
			t.Errorf("network %v: %d returns of jobs, %d from the start", network, returns, held)
		}
	}
}

func TestSizes(t *testing.T) {
	for _, o := range []Options{
		{Jobs: 1, Technicians: 1}, {Jobs: 12, Technicians: 2, Seed: 3}, {}, {Jobs: 90, Technicians: 60, Days: 3, Seed: 9},
	} {
		p := Generate(o).GetProblem()
		o = o.withDefaults()
		shifts := 0
		for _, tech := range p.GetTechnicians() {
			shifts += len(tech.GetShifts())
		}
		if len(p.GetJobs()) != o.Jobs || len(p.GetTechnicians()) != o.Technicians || shifts < o.Technicians {
			t.Errorf("%+v: %d jobs, %d technicians, %d shifts", o, len(p.GetJobs()), len(p.GetTechnicians()), shifts)
		}
	}
}

// The day is a believable one: these are the proportions that make the demo worth looking at.
func TestProportions(t *testing.T) {
	for seed := range uint64(5) {
		p := Generate(Options{Seed: seed}).GetProblem()
		jobs := float64(len(p.GetJobs()))
		var scarce, promised, hard, released float64
		for _, j := range p.GetJobs() {
			if needsScarce(p, j) {
				scarce++
			}
			if j.GetReleaseTime() != nil {
				released++
			}
			kinds := map[calloutv1.WindowKind]bool{}
			for _, w := range j.GetWindows() {
				kinds[w.GetKind()] = true
			}
			if kinds[calloutv1.WindowKind_WINDOW_KIND_PROMISE] {
				promised++
			}
			if kinds[calloutv1.WindowKind_WINDOW_KIND_AVAILABILITY] {
				hard++
			}
		}
		for _, share := range []struct {
			what        string
			got, lo, hi float64
		}{
			{"jobs with a part that most vans lack", scarce / jobs, 0.15, 0.25},
			{"jobs with a promise", promised / jobs, 0.35, 0.65},
			{"jobs with hard windows", hard / jobs, 0.1, 0.3},
			{"jobs with a release", released / jobs, 0.1, 0.35},
		} {
			if share.got < share.lo || share.got > share.hi {
				t.Errorf("seed %d: %s: %.3f, want %.2f to %.2f", seed, share.what, share.got, share.lo, share.hi)
			}
		}
	}
}

// With a stock network about three jobs in ten lack a part in most vans, nodes are on three levels, and lanes have cut-offs.
func TestNetwork(t *testing.T) {
	for _, o := range []Options{{Jobs: 50, Technicians: 8}, {}, {Jobs: 1000, Technicians: 143}} {
		var scarce, all float64
		for seed := range uint64(5) {
			o.Network, o.Seed = true, seed+1
			p := Generate(o).GetProblem()
			if !proto.Equal(p, Generate(o).GetProblem()) {
				t.Error("two runs with the same options differ")
			}
			if _, _, faults := wire.Problem(p, wire.DefaultLimits()); len(faults) > 0 {
				t.Errorf("%+v: %v", o, faults)
			}
			levels := make(map[string]int)
			for _, n := range p.GetNodes() {
				level := strings.Fields(n.GetId())[0]
				levels[level]++
				for _, l := range n.GetLanes() {
					if len(l.GetDepartures()) == 0 || l.GetLeadTime().AsDuration() <= 0 {
						t.Errorf("lane %s of %s has no cut-offs or takes no time", l.GetId(), n.GetId())
					}
				}
			}
			if len(levels) != 3 || levels["Central"] != 1 {
				t.Errorf("levels %v", levels)
			}
			for _, j := range p.GetJobs() {
				if all++; needsScarce(p, j) {
					scarce++
				}
			}
		}
		if share := scarce / all; share < 0.26 || share > 0.36 {
			t.Errorf("%d jobs: %.3f need a part that most vans lack, want about 0.3", o.Jobs, share)
		}
	}
}

// needsScarce tells whether fewer than half of the vans of technicians with the skills carry what the job needs.
func needsScarce(p *calloutv1.Problem, j *calloutv1.Job) bool {
	for _, need := range j.GetParts() {
		able, stocked := 0, 0
		for _, t := range p.GetTechnicians() {
			if !Qualified(t, j) {
				continue
			}
			able++
			for _, s := range t.GetVanStock() {
				if s.GetSku() == need.GetSku() && s.GetQuantity() >= need.GetQuantity() {
					stocked++
				}
			}
		}
		if 2*stocked < able {
			return true
		}
	}
	return false
}

// With rush hours a day differs in the traffic alone, and from 7 to 18 a way takes on average what it takes without.
func TestRush(t *testing.T) {
	with, without := Generate(Options{Rush: true, Days: 2}).GetProblem(), Generate(Options{Days: 2}).GetProblem()
	hours := with.GetProfiles()[0].GetStraightLine().GetSpeedFactors()
	at := func(minute int) float64 {
		now := with.GetNow().AsTime().Add(time.Duration(minute-6*60) * time.Minute) // from 6:00
		f := hours[0].GetFactor()
		for _, h := range hours {
			if !h.GetStart().AsTime().After(now) {
				f = h.GetFactor()
			}
		}
		return f
	}
	var sum float64
	for minute := 7 * 60; minute < 18*60; minute++ {
		sum += 1 / at(minute)
	}
	if mean := sum / (11 * 60); mean < 0.99 || mean > 1.01 {
		t.Errorf("ways take %.3f of the time without rush hours", mean)
	}
	if at(8*60) != at(32*60) || at(8*60) >= at(12*60) {
		t.Errorf("speed at 8:00 %g, a day later %g, at 12:00 %g", at(8*60), at(32*60), at(12*60))
	}
	for _, p := range with.GetProfiles() {
		p.GetStraightLine().SpeedFactors = nil
	}
	if !proto.Equal(with, without) {
		t.Error("more differs than the traffic")
	}
}
