package wire

import (
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/day"
	"callout/solver/model"
)

// clock is a time of a Monday.
func clock(h, m int) *timestamppb.Timestamp {
	return timestamppb.New(time.Date(2026, 3, 2, h, m, 0, 0, time.UTC))
}

// monday is a problem with one job and one shift from 8 to 16.
func monday() *calloutv1.Problem {
	return &calloutv1.Problem{
		Locations: []*calloutv1.Location{{Id: "here", Position: new(calloutv1.LatLng)}},
		Profiles: []*calloutv1.TravelProfile{{
			Id: "car", Travel: &calloutv1.TravelProfile_StraightLine{StraightLine: new(calloutv1.StraightLine)},
		}},
		Jobs: []*calloutv1.Job{{Id: "J", LocationId: "here"}},
		Technicians: []*calloutv1.Technician{{Id: "T", Shifts: []*calloutv1.Shift{{
			Id: "S", StartLocationId: "here", OpenEnd: true, EarliestStart: clock(8, 0), LatestEnd: clock(16, 0),
		}}}},
	}
}

func convert(t *testing.T, in *calloutv1.Problem) (*model.Problem, *Context) {
	t.Helper()
	p, ctx, faults := Problem(in, DefaultLimits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return p, ctx
}

// TestHorizon moves second 0 about.
func TestHorizon(t *testing.T) {
	const hour = 3600
	for _, c := range []struct {
		name    string
		change  func(*calloutv1.Problem)
		epoch   *timestamppb.Timestamp
		now     model.Time
		release model.Time
		shift   model.Interval
	}{
		{"the shift alone", func(*calloutv1.Problem) {}, clock(8, 0), 0, 0, model.Interval{To: 8 * hour}},
		{
			"now before the shift", func(p *calloutv1.Problem) { p.Now = clock(7, 0) },
			clock(7, 0), 0, 0,
			model.Interval{From: hour, To: 9 * hour},
		},
		{
			"now within the shift", func(p *calloutv1.Problem) { p.Now = clock(10, 0) },
			clock(8, 0), 2 * hour, 2 * hour,
			model.Interval{From: 2 * hour, To: 8 * hour},
		},
		{
			"the shift is over", func(p *calloutv1.Problem) { p.Now = clock(17, 0) },
			clock(8, 0), 9 * hour, 9 * hour,
			model.Interval{From: 9 * hour, To: 8 * hour},
		},
		{
			"an old release", func(p *calloutv1.Problem) { p.Jobs[0].ReleaseTime = clock(5, 0) },
			clock(5, 0), 3 * hour, 0,
			model.Interval{From: 3 * hour, To: 11 * hour},
		},
		{
			"an overdue window", func(p *calloutv1.Problem) {
				p.Jobs[0].Windows = []*calloutv1.TimeWindow{{Start: clock(1, 0), End: clock(6, 0)}}
			},
			clock(6, 0), 2 * hour, 2 * hour,
			model.Interval{From: 2 * hour, To: 10 * hour},
		},
		{
			"an old start of a window", func(p *calloutv1.Problem) {
				p.Jobs[0].Windows = []*calloutv1.TimeWindow{{Start: new(timestamppb.Timestamp), End: clock(9, 0)}}
			},
			clock(8, 0), 0, 0,
			model.Interval{To: 8 * hour},
		},
		{
			"a release far off", func(p *calloutv1.Problem) {
				p.Jobs[0].ReleaseTime = timestamppb.New(time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC))
			},
			clock(8, 0), 0, model.MaxTime,
			model.Interval{To: 8 * hour},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := monday()
			c.change(in)
			p, ctx := convert(t, in)
			s := &p.Shifts[0]
			if !ctx.Epoch.Equal(c.epoch.AsTime()) || p.Now != c.now || p.Jobs[0].Release != c.release ||
				s.Earliest != c.shift.From || s.LatestEnd != c.shift.To {
				t.Errorf("epoch %v, now %d, release %d, shift %d to %d", ctx.Epoch, p.Now, p.Jobs[0].Release, s.Earliest, s.LatestEnd)
			}
			for _, w := range p.Jobs[0].Windows {
				if w.From < 0 || w.From > w.To {
					t.Errorf("window %+v", w)
				}
			}
			if got := ctx.Time(p.Now); p.Now > 0 && got.GetSeconds() != c.epoch.GetSeconds()+c.now {
				t.Errorf("now comes back as %v", got)
			}
		})
	}
}

// Nothing but jobs: there is no horizon to speak of, and no fault either.
func TestHorizonWithoutShifts(t *testing.T) {
	in := monday()
	in.Technicians = nil
	p, ctx := convert(t, in)
	if ctx.Epoch.Unix() != 0 || p.Now != 0 {
		t.Errorf("epoch %v", ctx.Epoch)
	}
	in.Jobs[0].Windows = []*calloutv1.TimeWindow{{End: clock(9, 0)}}
	if _, ctx := convert(t, in); !ctx.Epoch.Equal(clock(9, 0).AsTime()) {
		t.Errorf("epoch %v", ctx.Epoch)
	}
}

// TestOpening cuts, sorts and joins.
func TestOpening(t *testing.T) {
	const hour = 3600
	in := monday()
	in.Nodes = []*calloutv1.Node{{Id: "N", LocationId: "here", Opening: []*calloutv1.OpeningInterval{
		{Start: clock(12, 0), End: clock(13, 0)},
		{Start: clock(14, 0)},
		{Start: clock(9, 0), End: clock(10, 0)},
		{Start: clock(10, 0), End: clock(11, 0)},
		{Start: clock(12, 15), End: clock(12, 30)},
		{Start: clock(1, 0), End: clock(2, 0)},
		{End: clock(3, 0)},
	}}}
	p, _ := convert(t, in)
	want := []model.Interval{
		{From: -1, To: -1}, {From: hour, To: 3 * hour}, {From: 4 * hour, To: 5 * hour}, {From: 6 * hour, To: model.MaxTime},
	}
	if got := p.Nodes[0].Open; !slices.Equal(got, want) {
		t.Errorf("open %v, want %v", got, want)
	}
}

// TestCostsInherited: the shift's own, else the technician's, else the objective's, else the preset's.
func TestCostsInherited(t *testing.T) {
	in := monday()
	rate := func() model.Cost {
		p, _ := convert(t, in)
		return p.Shifts[0].WorkRate
	}
	for _, c := range []struct {
		set  func()
		want model.Cost
	}{
		{func() {}, 9722},
		{func() {
			in.Objective = &calloutv1.Objective{DefaultCosts: &calloutv1.ShiftCosts{CostPerHourWorked: 3.6}}
		}, 1000},
		{func() { in.Technicians[0].Costs = &calloutv1.ShiftCosts{CostPerHourWorked: 7.2} }, 2000},
		{func() { in.Technicians[0].Shifts[0].Costs = new(calloutv1.ShiftCosts) }, 0},
	} {
		c.set()
		if got := rate(); got != c.want {
			t.Errorf("%d per second, want %d", got, c.want)
		}
	}
}

// A job that comes later may be older than second 0: it has waited, and is late, since then.
func TestAddedJobsKeepTheirPast(t *testing.T) {
	start := &calloutv1.DayStart{Problem: monday()}
	start.Problem.Profiles[0].Travel = &calloutv1.TravelProfile_Matrix{Matrix: &calloutv1.Matrix{Durations: []int32{0}}}
	l, faults := (&Intake{Limits: DefaultLimits()}).StartDay(start)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	d, _, faults, err := l.Begin(t.Context())
	if err != nil || len(faults) > 0 {
		t.Fatal(err, faults)
	}
	job := &calloutv1.Job{Id: "K", LocationId: "here", ReleaseTime: clock(6, 0), Windows: []*calloutv1.TimeWindow{
		{Kind: calloutv1.WindowKind_WINDOW_KIND_SLA, Start: clock(5, 0), End: clock(7, 0)},
	}}
	in := &calloutv1.DayEvent{Id: "e", Now: clock(8, 30), What: &calloutv1.DayEvent_JobAdded{JobAdded: &calloutv1.JobAdded{Job: job}}}
	e, why := l.Event(d, in, nil)
	if len(why) > 0 {
		t.Fatal(why)
	}
	if verdict, refusal := d.Apply(e); verdict != day.Applied {
		t.Fatal(refusal)
	}
	j, _ := d.Job("K")
	if got := d.Problem().Jobs[j]; got.Release != -2*3600 || got.Windows[0].To != -3600 || got.Windows[0].From > -3600 {
		t.Errorf("released at %d, due by %+v", got.Release, got.Windows)
	}
	job.Id, in.Id = "L", "f"
	job.ReleaseTime = timestamppb.New(clock(6, 0).AsTime().AddDate(-2, 0, 0))
	job.Windows[0].Start, job.Windows[0].End = nil, job.GetReleaseTime()
	if _, why := l.Event(d, in, nil); len(why) != 2 || why[0].Field != "event.job_added.job.release_time" || why[0].Code != Horizon ||
		why[1].Field != "event.job_added.job.windows[0].end" || why[1].Code != Horizon {
		t.Errorf("%v", why)
	}
}
