package wire

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/day"
	"callout/solver/model"
)

// plain is a tour on which all is so many seconds, and ten times as many metres, away.
type plain struct {
	places, seconds int
	missing         string
}

func (plain) Way(model.LocIdx, model.LocIdx, time.Time) string { return "" }

func (p plain) Approach(ctx context.Context, _, _ float64) (*Approach, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	list := slices.Repeat([]int32{int32(p.seconds)}, p.places)
	far := slices.Repeat([]int32{int32(10 * p.seconds)}, p.places)
	row := day.Row{DurationsTo: list, DurationsFrom: list, DistancesTo: far, DistancesFrom: far}
	return &Approach{Rows: []day.Row{row}, Missing: p.missing, Onward: plain{p.places + 1, p.seconds, p.missing}}, nil
}

// roadside answers with one matrix: so many seconds everywhere, as the first rule's factor says.
type roadside struct {
	asked   []string
	cells   int
	missing string
	rules   int // of the answer
	far     int // metres per second, where not 10
}

func (s *roadside) intake() *Intake {
	return &Intake{Limits: DefaultLimits(), Road: func(q *RoadQuery, _, _ time.Time, cells int) (*RoadTravel, Faults) {
		s.cells = cells
		s.asked = append(s.asked, fmt.Sprint(len(q.IDs), q.Vehicles, q.Whole))
		seconds, n := 100, len(q.IDs)
		if rules := q.Traffic.GetRules(); len(rules) > 0 {
			seconds *= int(rules[0].GetFactor())
		}
		m := &model.Matrix{N: n, Durations: make([]int32, n*n), Distances: make([]int32, n*n)}
		for k := range m.Durations {
			if k/n != k%n {
				m.Durations[k], m.Distances[k] = int32(seconds), int32(max(10, s.far)*seconds)
			}
		}
		traffic := &calloutv1.Traffic{Rules: make([]*calloutv1.TrafficRule, s.rules)}
		for k := range traffic.GetRules() {
			traffic.Rules[k] = &calloutv1.TrafficRule{WayIds: []int64{1 << 60}}
		}
		return &RoadTravel{Spans: []RoadSpan{{Matrix: m}}, Tour: plain{n, seconds, s.missing}, Traffic: traffic}, nil
	}}
}

// begun is a session on two kinds of roads and a straight line, and its day.
func (s *roadside) begun(t *testing.T, change func(*calloutv1.Problem)) (*Live, *day.Day) {
	t.Helper()
	p := monday()
	on := func(id, vehicle string) *calloutv1.TravelProfile {
		roads := &calloutv1.TravelProfile_RoadNetwork{RoadNetwork: &calloutv1.RoadNetwork{Vehicle: vehicle}}
		return &calloutv1.TravelProfile{Id: id, Travel: roads}
	}
	p.Profiles = []*calloutv1.TravelProfile{on("van", "van"), on("bike", "bicycle")}
	p.Technicians[0].Shifts[0].ProfileId = "van"
	p.Locations = append(p.Locations, &calloutv1.Location{Id: "there"})
	for k, l := range p.GetLocations() {
		l.Position = &calloutv1.LatLng{Latitude: 48 + float64(k)/100, Longitude: 16}
	}
	if change != nil {
		change(p)
	}
	l, faults := s.intake().StartDay(&calloutv1.DayStart{Problem: p})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	for k := range l.Problem.Profiles { // straight lines
		if x := &l.Problem.Profiles[k]; x.Matrix == nil {
			x.Matrix = &model.Matrix{N: 2, Durations: make([]int32, 4), Distances: make([]int32, 4)}
		}
	}
	d, _, faults, err := l.Begin(t.Context())
	if err != nil || len(faults) > 0 {
		t.Fatal(err, faults)
	}
	return l, d
}

func jammed(factor float64) *calloutv1.DayEvent {
	rule := &calloutv1.TrafficRule{Effect: &calloutv1.TrafficRule_Factor{Factor: factor}}
	return &calloutv1.DayEvent{Id: fmt.Sprint("jam ", factor), Now: clock(8, 30), What: &calloutv1.DayEvent_TravelChanged{
		TravelChanged: &calloutv1.TravelChanged{Traffic: &calloutv1.Traffic{Rules: []*calloutv1.TrafficRule{rule}}},
	}}
}

func placed(id string) *calloutv1.DayEvent {
	return &calloutv1.DayEvent{Id: id, Now: clock(8, 30), What: &calloutv1.DayEvent_JobAdded{JobAdded: &calloutv1.JobAdded{
		Job:      &calloutv1.Job{Id: "job at " + id, LocationId: id},
		Location: &calloutv1.NewLocation{Location: &calloutv1.Location{Id: id, Position: &calloutv1.LatLng{Latitude: 48, Longitude: 16}}},
	}}}
}

// The roads are asked once per event and profile, with all places that there are; their answer holds until there are others, or other rules.
func TestAnswersOfTheRoads(t *testing.T) {
	s := new(roadside)
	l, d := s.begun(t, nil)
	n := d.Places()
	take := func(in *calloutv1.DayEvent, said *RoadAnswer) {
		t.Helper()
		e, refused := l.Event(d, in, said)
		if len(refused) > 0 {
			t.Fatal(refused)
		}
		if _, why := d.Apply(e); why != nil {
			t.Fatal(why)
		}
		l.Note(in)
	}
	if l.View().Asks(&calloutv1.DayEvent{}) || l.View().Asks(nil) || (*RoadView)(nil).Asks(jammed(2)) {
		t.Error("the roads are asked for nothing")
	}
	before := l.View()
	jam, place := before.Answer(t.Context(), jammed(3), s.intake()), before.Answer(t.Context(), placed("new"), s.intake())
	want := []string{fmt.Sprint(n, []string{"van"}, true), fmt.Sprint(n, []string{"bicycle"}, true)}
	if !slices.Equal(s.asked[2:], want) {
		t.Errorf("asked %v, want %v", s.asked[2:], want)
	}
	if most := DefaultLimits().MatrixCells; s.cells != most-n*n {
		t.Errorf("%d pairs for the second profile, want %d", s.cells, most-n*n)
	}
	take(placed("new"), place)
	if now := l.View(); jam.Of(now) || place.Of(now) || !jam.Of(before) || (*RoadAnswer)(nil).Of(now) {
		t.Error("an answer without the new place still holds")
	}
	asked := len(s.asked)
	take(jammed(3), l.View().Answer(t.Context(), jammed(3), s.intake()))
	if len(s.asked) != asked+2 {
		t.Errorf("the roads were asked %d times", len(s.asked)-asked)
	}
	for k := range d.Known().Profiles {
		seconds, metres := d.Known().Profiles[k].Leg(0, model.LocIdx(n), 0)
		if seconds != 300 || metres != 3000 {
			t.Errorf("profile %d: %d s and %d m to the new place", k, seconds, metres)
		}
	}
	if l.Context.reach.distance != 3000 {
		t.Errorf("the longest way is %d m", l.Context.reach.distance)
	}
	state := l.State(d, 1, "jam").GetEvents()
	if c := state[len(state)-1].GetTravelChanged(); c == nil || c.GetTraffic() == nil || c.GetProfileId() != "" {
		t.Errorf("of travel the state says %v", state)
	}
}

func TestRoadAnswersRefuse(t *testing.T) {
	dear := func(p *calloutv1.Problem) {
		p.Objective = &calloutv1.Objective{DefaultCosts: &calloutv1.ShiftCosts{CostPerKilometre: 1e9}}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for name, tt := range map[string]struct {
		side   *roadside
		change func(*calloutv1.Problem)
		ctx    context.Context //nolint:containedctx // of the case
		in     *calloutv1.DayEvent
		want   string
	}{
		"ways too dear":  {&roadside{far: 1000}, dear, t.Context(), jammed(20), "event.travel_changed COST_OVERFLOW"},
		"too many rules": {&roadside{rules: 150_000}, nil, t.Context(), jammed(2), "event.travel_changed.traffic_digest TOO_LARGE"},
		"nobody waits":   {&roadside{}, nil, gone, placed("new"), "event.job_added.location.location TOO_LARGE"},
		"no road by any": {
			&roadside{missing: "too far"}, nil, t.Context(), placed("new"), "event.job_added.location.location.position NOT_POSSIBLE",
		},
		"outside the world": {&roadside{}, nil, t.Context(), outside(), "event.job_added.location.location.position.latitude OUT_OF_RANGE"},
		"somewhere else":    {&roadside{}, nil, t.Context(), elsewhere(), "event.job_added.job.location_id CONFLICT"},
	} {
		t.Run(name, func(t *testing.T) {
			l, d := tt.side.begun(t, tt.change)
			_, refused := l.Event(d, tt.in, l.View().Answer(tt.ctx, tt.in, tt.side.intake()))
			if len(refused) == 0 || refused[0].Field+" "+refused[0].Code != tt.want {
				t.Errorf("%v, want %s", refused, tt.want)
			}
		})
	}
	// By straight lines one gets there all the same, and what is restored may have had a road.
	s := &roadside{missing: "too far"}
	l, d := s.begun(t, func(p *calloutv1.Problem) {
		p.Profiles = append(p.Profiles, &calloutv1.TravelProfile{
			Id: "kite", Travel: &calloutv1.TravelProfile_StraightLine{StraightLine: &calloutv1.StraightLine{}},
		})
	})
	if said := l.View().Answer(t.Context(), placed("new"), s.intake()); len(said.faults) > 0 {
		t.Error(said.faults)
	}
	l, _ = s.begun(t, nil)
	if said := l.View().answer(t.Context(), placed("new"), s.intake(), true); len(said.faults) > 0 {
		t.Error(said.faults)
	}
	if _, refused := l.Event(d, jammed(2), nil); len(refused) != 1 || refused[0].Code != Conflict {
		t.Errorf("%v", refused)
	}
}

// Cells are no more than a state can say; new rules make room.
func TestCellsAreBounded(t *testing.T) {
	s := new(roadside)
	l, d := s.begun(t, nil)
	l.Context.lim.Locations = 3
	cells := []*calloutv1.TravelCell{
		{FromLocationId: "here", ToLocationId: "there", Duration: 5}, {FromLocationId: "there", ToLocationId: "here", Duration: 6},
	}
	send := func(id string, traffic *calloutv1.Traffic) []day.Refusal {
		in := jammed(1)
		in.Id, in.What = id, &calloutv1.DayEvent_TravelChanged{TravelChanged: &calloutv1.TravelChanged{Cells: cells, Traffic: traffic}}
		var said *RoadAnswer
		if l.View().Asks(in) {
			said = l.View().Answer(t.Context(), in, s.intake())
		}
		e, refused := l.Event(d, in, said)
		if len(refused) > 0 {
			return refused
		}
		if _, why := d.Apply(e); why != nil {
			t.Fatal(why)
		}
		l.Note(in)
		return nil
	}
	if refused := send("1", nil); refused != nil {
		t.Fatal(refused)
	}
	if refused := send("2", nil); len(refused) != 1 || refused[0].Field+" "+refused[0].Code != "event.travel_changed.cells TOO_MANY" {
		t.Errorf("%v", refused)
	}
	if refused := send("3", new(calloutv1.Traffic)); refused != nil {
		t.Error(refused)
	}
}

// A day with too many locations for matrices is refused when it begins.
func TestNoWideDays(t *testing.T) {
	p := monday()
	p.GetProfiles()[0].Travel = &calloutv1.TravelProfile_RoadNetwork{RoadNetwork: new(calloutv1.RoadNetwork)}
	wide := &Intake{Limits: DefaultLimits(), Road: func(*RoadQuery, time.Time, time.Time, int) (*RoadTravel, Faults) {
		return &RoadTravel{Spans: []RoadSpan{{Journeys: &far{1000, 1000}}}}, nil
	}}
	_, faults := wide.StartDay(&calloutv1.DayStart{Problem: p})
	if got, want := brief(faults), []string{"start.problem.locations TOO_LARGE"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func outside() *calloutv1.DayEvent {
	e := placed("new")
	e.GetJobAdded().GetLocation().GetLocation().Position.Latitude = 91
	return e
}

func elsewhere() *calloutv1.DayEvent {
	e := placed("new")
	e.GetJobAdded().GetJob().LocationId = "here"
	return e
}

// A cell that leaves the distance as it was says none: -1 is no distance. In a row it stands only where there is no way.
func TestNegativeDistances(t *testing.T) {
	l, d := new(roadside).begun(t, func(p *calloutv1.Problem) {
		p.Profiles = p.GetProfiles()[:1]
		p.Profiles[0].Travel = &calloutv1.TravelProfile_Matrix{Matrix: &calloutv1.Matrix{
			LocationIds: []string{"here", "there"}, Durations: []int32{0, 5, 5, 0}, Distances: []int32{0, 50, 50, 0},
		}}
	})
	cell := &calloutv1.TravelCell{FromLocationId: "here", ToLocationId: "there", Duration: 5, Distance: new(int32(-1))}
	cells := jammed(1)
	cells.What = &calloutv1.DayEvent_TravelChanged{TravelChanged: &calloutv1.TravelChanged{Cells: []*calloutv1.TravelCell{cell}}}
	row := func(duration int32) *calloutv1.DayEvent {
		in := placed("new")
		in.GetJobAdded().GetLocation().Rows = []*calloutv1.NewRow{{
			DurationsTo: []int32{5, duration}, DurationsFrom: []int32{5, 5}, DistancesTo: []int32{50, -1}, DistancesFrom: []int32{50, 50},
		}}
		return in
	}
	for name, tt := range map[string]struct {
		in   *calloutv1.DayEvent
		want string
	}{
		"cell":            {cells, "event.travel_changed.cells[0].distance OUT_OF_RANGE"},
		"row, a way":      {row(5), "event.job_added.location.rows[0].distances_to[1] OUT_OF_RANGE"},
		"row, and no way": {row(-1), ""},
	} {
		got := ""
		_, refused := l.Event(d, tt.in, nil)
		for _, f := range refused {
			got += f.Field + " " + f.Code
		}
		if got != tt.want {
			t.Errorf("%s: %v", name, refused)
		}
	}
}
