package wire

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// TestObjective replaces the preset's numbers one by one.
func TestObjective(t *testing.T) {
	in := monday()
	in.Jobs = []*calloutv1.Job{
		{Id: "low", LocationId: "here", Priority: 9},
		{Id: "high", LocationId: "here", Priority: 90, CustomerTier: "gold", PreferredTechnicianIds: []string{"T"}},
		{Id: "worthless", LocationId: "here", CustomerTier: "none", Windows: []*calloutv1.TimeWindow{
			{Kind: calloutv1.WindowKind_WINDOW_KIND_PROMISE, Start: clock(9, 0), End: clock(10, 0)},
			{Kind: calloutv1.WindowKind_WINDOW_KIND_SLA, Start: clock(9, 0), End: clock(10, 0)},
			{
				Kind: calloutv1.WindowKind_WINDOW_KIND_PREFERRED, Start: clock(9, 0), End: clock(10, 0),
				CostPerHourEarly: proto.Float64(0), CostPerHourLate: proto.Float64(36),
			},
		}},
	}
	in.Technicians[0].Rating = proto.Float64(3)
	in.Objective = &calloutv1.Objective{
		Preset: calloutv1.Preset_PRESET_RESPONSE_FIRST,
		Terms: []*calloutv1.TermWeight{
			{Term: calloutv1.Term_TERM_UNASSIGNED, Weight: proto.Float64(2)},
			{Term: calloutv1.Term_TERM_LATENESS, Weight: proto.Float64(3), Tier: 3},
			{Term: calloutv1.Term_TERM_RATING, Weight: new(0.5)},
			{Term: calloutv1.Term_TERM_BALANCE, Weight: proto.Float64(0)},
		},
		SkillSurplusCost: proto.Float64(1), RatingCost: proto.Float64(4), BalanceCost: proto.Float64(9),
		NotPreferredCost: proto.Float64(8), ResponseCostPerHour: new(3.6),
		WindowCosts: []*calloutv1.WindowCost{
			{Kind: calloutv1.WindowKind_WINDOW_KIND_SLA, CostPerHourEarly: proto.Float64(18)},
		},
		UnassignedCosts: []*calloutv1.UnassignedCost{{Priority: 50, Cost: 70}, {Priority: 10, Cost: 30}},
		CustomerTiers:   []*calloutv1.CustomerTier{{CustomerTier: "gold", Factor: 2}, {CustomerTier: "none"}},
	}
	p, _ := convert(t, in)
	low, high, worthless := &p.Jobs[0], &p.Jobs[1], &p.Jobs[2]
	for _, c := range []struct {
		what      string
		got, want int64
	}{
		{"below the table's first priority", low.Unassigned, 0},
		{"70, gold twice, weight 2", high.Unassigned, 280_000_000},
		{"a factor of 0", worthless.Unassigned, 0},
		{"not preferred", high.NotPreferred, 8_000_000},
		{"response, 3.6 per hour", low.Response, 1000},
		{"promise late by default, 60 per hour, weight 3", worthless.Windows[0].Late, 50_000},
		{"SLA early, 18 per hour, weight 3", worthless.Windows[1].Early, 15_000},
		{"SLA late by default, 100 per hour, weight 3", worthless.Windows[1].Late, 83_333},
		{"preferred early, free", worthless.Windows[2].Early, 0},
		{"preferred late, 36 per hour, weight 3", worthless.Windows[2].Late, 30_000},
		{"two points at 4, weight 0.5", p.Technicians[0].VisitCost, 4_000_000},
		{"surplus", p.Objective.SurplusPerLevel, 1_000_000},
		{"balance without weight", p.Objective.Balance, 0},
		{"tier of lateness", int64(p.Objective.Tier[model.Lateness]), 2},
		{"tier of travel", int64(p.Objective.Tier[model.Travel]), 1},
		{"tier of response", int64(p.Objective.Tier[model.ResponseTime]), 0},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
		}
	}
}

func TestObjectiveFaults(t *testing.T) {
	in := monday()
	sla := calloutv1.WindowKind_WINDOW_KIND_SLA
	in.Objective = &calloutv1.Objective{
		WindowCosts:     []*calloutv1.WindowCost{{Kind: sla}, {}, {Kind: sla}, {Kind: 99}},
		UnassignedCosts: []*calloutv1.UnassignedCost{{Priority: 3}, {Priority: 3, Cost: -1}},
		CustomerTiers:   []*calloutv1.CustomerTier{{CustomerTier: "a"}, {}, {CustomerTier: "a", Factor: -1}},
	}
	_, _, faults := Problem(in, DefaultLimits())
	want := []string{
		"problem.objective.window_costs[3].kind UNKNOWN_ENUM", "problem.objective.window_costs[1].kind OUT_OF_RANGE",
		"problem.objective.window_costs[2].kind DUPLICATE", "problem.objective.unassigned_costs[1].priority DUPLICATE",
		"problem.objective.unassigned_costs[1].cost OUT_OF_RANGE", "problem.objective.customer_tiers[1].customer_tier REQUIRED",
		"problem.objective.customer_tiers[2].customer_tier DUPLICATE", "problem.objective.customer_tiers[2].factor OUT_OF_RANGE",
	}
	if got := brief(faults); !slices.Equal(got, want) {
		t.Errorf("faults\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// TestShiftProfile: a shift may leave its profile out where there is one.
func TestShiftProfile(t *testing.T) {
	in := monday()
	convert(t, in)
	in.Profiles = append(in.Profiles, proto.CloneOf(in.GetProfiles()[0]))
	in.Profiles[1].Id = "bike"
	want := []string{"problem.technicians[0].shifts[0].profile_id REQUIRED"}
	if _, _, faults := Problem(in, DefaultLimits()); !slices.Equal(brief(faults), want) {
		t.Error("two profiles:", faults)
	}
	in.Profiles = nil
	if _, _, faults := Problem(in, DefaultLimits()); !slices.Equal(brief(faults), want) {
		t.Error("no profile:", faults)
	}
	in.Technicians = nil
	convert(t, in)
}

// TestServiceAreaNeedsPositions, even where travel does not.
func TestServiceAreaNeedsPositions(t *testing.T) {
	in := monday()
	in.Locations[0].Position = nil
	in.Profiles[0].Travel = &calloutv1.TravelProfile_Matrix{Matrix: &calloutv1.Matrix{Durations: []int32{0}}}
	in.Jobs = append(in.Jobs, &calloutv1.Job{Id: "K", LocationId: "here"})
	convert(t, in)
	in.Technicians[0].ServiceArea = &calloutv1.ServiceArea{Circle: &calloutv1.Circle{}}
	want := []string{
		"problem.technicians[0].service_area.circle.center REQUIRED", "problem.technicians[0].service_area.circle.radius REQUIRED",
		"problem.locations[0].position REQUIRED",
	}
	if _, _, faults := Problem(in, DefaultLimits()); !slices.Equal(brief(faults), want) {
		t.Error(faults)
	}
}

// The dearest changes are taken as long as all of them can be added, and refused then: at the start, and with the job that is too much.
func TestDearChangesAreBounded(t *testing.T) {
	job := func(n int) *calloutv1.Job {
		return &calloutv1.Job{Id: strconv.Itoa(n), LocationId: "here", ChangeMultiplier: proto.Float64(10)}
	}
	start := &calloutv1.DayStart{Problem: monday(), Settings: &calloutv1.DaySettings{
		ChangePrices: &calloutv1.ChangePrices{PerReassignment: maxPrice},
	}}
	start.Problem.Profiles[0].Travel = &calloutv1.TravelProfile_Matrix{Matrix: &calloutv1.Matrix{Durations: []int32{0}}}
	for n := range 115 {
		start.Problem.Jobs = append(start.Problem.Jobs, job(n))
	}
	intake := &Intake{Limits: DefaultLimits()}
	l, faults := intake.StartDay(start)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	d, _, faults, err := l.Begin(t.Context())
	if err != nil || len(faults) > 0 {
		t.Fatal(err, faults)
	}
	e := &calloutv1.DayEvent{Id: "e", Now: clock(8, 30), What: &calloutv1.DayEvent_JobAdded{JobAdded: &calloutv1.JobAdded{Job: job(200)}}}
	if _, why := l.Event(d, e, nil); len(why) != 1 || why[0].Field != "event.job_added.job" || why[0].Code != CostOverflow {
		t.Errorf("%v", why)
	}
	start.Problem.Jobs = append(start.Problem.Jobs, job(200))
	if _, faults := intake.StartDay(start); !slices.Equal(brief(faults), []string{"start.settings.change_prices COST_OVERFLOW"}) {
		t.Error(faults)
	}
}
