package wire

import (
	"fmt"
	"testing"

	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
)

// TestMemory converts requests that take much room for few bytes.
func TestMemory(t *testing.T) {
	lim := DefaultLimits()
	for name, fill := range map[string]func(*calloutv1.Problem){
		"empty jobs":             func(p *calloutv1.Problem) { p.Jobs = repeat(lim.Jobs, new(calloutv1.Job)) },
		"more jobs than allowed": func(p *calloutv1.Problem) { p.Jobs = repeat(lim.Jobs+1, new(calloutv1.Job)) },
		"empty shifts":           func(p *calloutv1.Problem) { p.Technicians[0].Shifts = repeat(lim.Shifts, new(calloutv1.Shift)) },
		"many shifts": func(p *calloutv1.Problem) {
			p.Technicians = repeat(lim.Technicians, &calloutv1.Technician{Shifts: repeat(500, new(calloutv1.Shift))})
		},
		"windows": func(p *calloutv1.Problem) {
			p.Jobs = repeat(1000, &calloutv1.Job{Windows: repeat(lim.Windows, new(calloutv1.TimeWindow))})
		},
		"skills": func(p *calloutv1.Problem) {
			p.Technicians = repeat(1000, &calloutv1.Technician{Skills: repeat(lim.ListItems, new(calloutv1.TechnicianSkill))})
		},
		"locations without the matrix for them": func(p *calloutv1.Problem) {
			p.Locations = repeat(lim.Locations, new(calloutv1.Location))
			p.Profiles = repeat(lim.Profiles, &calloutv1.TravelProfile{Travel: &calloutv1.TravelProfile_Matrix{Matrix: new(calloutv1.Matrix)}})
		},
		"6,000 locations without the matrix for them": func(p *calloutv1.Problem) {
			p.Locations = repeat(6000, new(calloutv1.Location))
			p.Profiles = []*calloutv1.TravelProfile{{Travel: &calloutv1.TravelProfile_Matrix{Matrix: new(calloutv1.Matrix)}}}
		},
		"time zones": func(p *calloutv1.Problem) {
			for i := range lim.Locations {
				p.Locations = append(p.Locations, &calloutv1.Location{TimeZone: fmt.Sprintf("Europe/Town%d", i)})
			}
		},
	} {
		in := monday()
		fill(in)
		t.Run(name, func(t *testing.T) {
			thrifty(t, in, func() {
				if _, _, faults := Problem(in, lim); len(faults) == 0 {
					t.Error("no faults")
				}
			})
		})
	}
}

func repeat[T proto.Message](n int, m T) []T {
	list := make([]T, n)
	for i := range list {
		list[i] = m
	}
	return list
}

// aDay is a sound problem with n jobs, each at its own place.
func aDay(n int) *calloutv1.Problem {
	in := monday()
	in.Jobs = nil
	for i := range n {
		id := fmt.Sprintf("site-%d", i)
		in.Locations = append(in.Locations, &calloutv1.Location{
			Id: id, Position: &calloutv1.LatLng{Latitude: 48 + float64(i%97)/100, Longitude: 16 + float64(i%89)/100}, TimeZone: "Europe/Vienna",
		})
		in.Jobs = append(in.Jobs, &calloutv1.Job{
			Id: fmt.Sprintf("job-%d", i), LocationId: id, Priority: int32(i % 100), Tools: []string{"ladder"},
			Windows: []*calloutv1.TimeWindow{
				{Start: clock(8, 0), End: clock(16, 0)}, {Kind: calloutv1.WindowKind_WINDOW_KIND_PROMISE, End: clock(10+i%4, 0)},
			},
			Skills: &calloutv1.SkillRequirements{AllOf: []*calloutv1.SkillRequirement{{Skill: fmt.Sprint("skill-", i%7), MinLevel: 1}}},
			Parts:  []*calloutv1.PartRequirement{{Sku: fmt.Sprint("sku-", i%50), Quantity: 1}},
		})
	}
	return in
}

func BenchmarkProblem(b *testing.B) {
	for _, n := range []int{100, 1000, 5000} {
		in := aDay(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, faults := Problem(in, DefaultLimits()); len(faults) > 0 {
					b.Fatal(faults)
				}
			}
		})
	}
}
