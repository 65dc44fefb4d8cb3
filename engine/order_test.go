package engine

import (
	"slices"
	"testing"

	"callout/solver/model"
)

// Whoever may do the job comes before whoever may not, and the near before the far.
func TestOrder(t *testing.T) {
	m := &model.Matrix{N: 3, Durations: []int32{0, 100, 200, 100, 0, 100, 200, 100, 0}}
	p := &model.Problem{
		Locations: make([]model.Location, 3), Skills: []string{"gas"}, Profiles: []model.Profile{{Matrix: m}},
		Jobs: []model.Job{{AllOf: []model.SkillLevel{{Level: 2}}, Excluded: []model.TechIdx{4}}, {Location: 1}},
		Technicians: []model.Technician{
			{}, // at the place of the job, without the skill
			{Skills: []model.TechSkill{{Level: 3}}},
			{Skills: []model.TechSkill{{Level: 2}}}, // comes by the other job
			{Skills: []model.TechSkill{{Level: 1}}},
			{},
		},
		Shifts: []model.Shift{{Tech: 0}, {Tech: 1, Start: 2}, {Tech: 2, Start: 2}, {Tech: 3, Start: 1}, {Tech: 4}},
	}
	plan := &model.Plan{Routes: make([]model.Route, 5)}
	for k := range plan.Routes {
		plan.Routes[k].Shift = model.ShiftIdx(k)
	}
	plan.Routes[2].Stops = []model.Stop{{Job: 1}}
	if got, want := newBook(p, plan).order(0), []model.TechIdx{2, 1, 0, 3, 4}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
}
