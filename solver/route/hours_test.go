package route

import (
	"math/rand/v2"
	"testing"

	"callout/solver/model"
)

// randomSeries is travel between two places, from 0 to 1, in up to six buckets of at least a second; some are closed.
func randomSeries(rng *rand.Rand) model.Series {
	var s model.Series
	t := int64(rng.IntN(60) - 30)
	for range 1 + rng.IntN(6) {
		d := int32(rng.IntN(80))
		if rng.IntN(8) == 0 {
			d = model.Unreachable
		}
		s = append(s, model.Bucket{From: t, Matrix: &model.Matrix{
			N: 2, Durations: []int32{0, d, 1, 0}, Distances: []int32{0, int32(rng.IntN(9)), 1, 0},
		}})
		t += 1 + int64(rng.IntN(60))
	}
	return s
}

// Arrivals are what the definition says: the least of u + f(u) over all u from t on, second by second; they never get earlier with t;
// and the latest departure is the last one that arrives in time. The model says the same of drives and metres.
func TestHoursAgainstDefinition(t *testing.T) {
	const pair, first, last = 1, -60, 500 // seconds looked at; the last bucket begins before 360
	rng := rand.New(rand.NewPCG(1, 1))
	waits, closed := 0, 0
	for range 300 {
		s := randomSeries(rng)
		h := compileHours(s, int64(rng.IntN(400)))
		f := func(u int64) int64 {
			k := 0
			for k+1 < len(s) && s[k+1].From <= u {
				k++
			}
			return int64(s[k].Matrix.Durations[pair])
		}
		before := -never
		for at := int64(first); at < last; at++ {
			want, leave := never, at
			for u := at; u < last; u++ {
				if a := u + f(u); a < want {
					want, leave = a, u
				}
			}
			got, bucket := h.arrive(pair, at)
			drive, metres := s.Leg(0, 1, at)
			if want >= at+model.Unreachable {
				closed++
				if got-at < model.Unreachable || drive < model.Unreachable {
					t.Fatalf("%v: at %d arrival %d, drive %d; there is no way", s, at, got, drive)
				}
				continue
			}
			if got != want || drive != want-at || h.bucket(leave) != bucket || metres != int64(h.m[bucket][pair]) {
				t.Fatalf("%v: at %d arrival %d in bucket %d, drive %d, %d m; want %d by leaving at %d", s, at, got, bucket, drive, metres, want, leave)
			}
			if got < before {
				t.Fatalf("%v: at %d arrival %d, a second before %d", s, at, got, before)
			}
			if leave > at {
				waits++
			}
			before = got
		}
		for r := int64(first + 100); r < last; r++ {
			want := -never
			for u := r; u >= first && want == -never; u-- {
				if a, _ := h.arrive(pair, u); a <= r {
					want = u
				}
			}
			if got := h.leave(pair, r); got != want && (want != -never || got >= first) {
				t.Fatalf("%v: by %d leave at %d, want %d", s, r, got, want)
			}
		}
	}
	if waits < 1000 || closed < 1000 {
		t.Errorf("only %d departures that wait, %d without a way", waits, closed)
	}
}

// The least that is said of a drive is no more than any drive that a shift can make.
func TestLeastIsLeast(t *testing.T) {
	const minute = 60
	m := func(d int32) *model.Matrix { return &model.Matrix{N: 2, Durations: []int32{0, d, d, 0}} }
	for name, c := range map[string]struct {
		series   model.Series
		from, to int64 // window of the job at place 1, which takes ten minutes
		out, in  int64 // least drive there and back
	}{
		"at night nobody drives": {
			model.Series{{From: 0, Matrix: m(100)}, {From: 480 * minute, Matrix: m(900)}, {From: 1080 * minute, Matrix: m(100)}},
			0, model.MaxTime, 900, 900,
		},
		"back before noon": { // done by 11:40, and an hour's way: a wait for the better hours would cost more
			model.Series{{From: 0, Matrix: m(3600)}, {From: 720 * minute, Matrix: m(3000)}}, 0, 690 * minute, 3000, 3600,
		},
		"a wait may pay": { // done by 11:40, twenty minutes' wait, five minutes' way
			model.Series{{From: 0, Matrix: m(3600)}, {From: 720 * minute, Matrix: m(300)}}, 0, 690 * minute, 300, 1500,
		},
	} {
		p := &model.Problem{
			Locations: make([]model.Location, 2), Profiles: []model.Profile{{Series: c.series}}, Technicians: make([]model.Technician, 1),
			Jobs: []model.Job{{Location: 1, Service: 10 * minute, Windows: []model.Window{{From: c.from, To: c.to}}}},
			Shifts: []model.Shift{{
				Earliest: 480 * minute, RegularEnd: 1020 * minute, LatestEnd: 1020 * minute,
				MaxWork: model.NoCap, MaxDrive: model.NoCap, MaxSpell: model.NoCap, TravelRate: 1,
			}},
		}
		in, err := Compile(p)
		if err != nil {
			t.Fatal(err)
		}
		f := &in.shifts[0]
		if f.leg(0, 1) != c.out || f.leg(1, 0) != c.in || f.dt[2] != f.d[1] {
			t.Errorf("%s: at least %d s there and %d s back, want %d and %d", name, f.leg(0, 1), f.leg(1, 0), c.out, c.in)
		}
	}
}

// byHour is one technician at place 0 from 8:00 to 12:00, and jobs of ten minutes at places 1 and 2. All ways take 40 minutes until
// 9:00, and 20 minutes and 10 km from then on.
func byHour(edit func(*model.Problem)) *model.Problem {
	const minute = 60
	m := func(d, metres int32) *model.Matrix {
		return &model.Matrix{
			N: 3, Durations: []int32{0, d, d, d, 0, d, d, d, 0}, Distances: []int32{0, metres, metres, metres, 0, metres, metres, metres, 0},
		}
	}
	p := &model.Problem{
		Locations: make([]model.Location, 3),
		Profiles: []model.Profile{{
			Series: model.Series{{From: 0, Matrix: m(40*minute, 7000)}, {From: 540 * minute, Matrix: m(20*minute, 10_000)}},
		}},
		Technicians: make([]model.Technician, 1),
		Jobs:        []model.Job{{Location: 1, Service: 10 * minute}, {Location: 2, Service: 10 * minute}},
		Shifts: []model.Shift{{
			Earliest: 480 * minute, RegularEnd: 720 * minute, LatestEnd: 720 * minute,
			MaxWork: model.NoCap, MaxDrive: model.NoCap, MaxSpell: model.NoCap, TravelRate: 10, DistRate: 1,
		}},
	}
	edit(p)
	return p
}

func TestScheduleByHour(t *testing.T) {
	const minute = 60
	type result struct {
		depart, first, second, finish int64 // minutes of the day; starts of service
		drive, metres                 int64 // minutes; km
	}
	for name, c := range map[string]struct {
		edit func(*model.Problem)
		want *result // nil: infeasible
	}{
		// Leaves at 9:00: 9:20 to 9:30, 9:50 to 10:00, home at 10:20.
		"after the rush": {func(*model.Problem) {}, &result{540, 560, 590, 620, 60, 30}},
		// The second job starts by 9:20. From the first one it is 20 minutes from 9:00 on, or 40 before; ready at 8:50 it is 30 with the
		// wait. So the first one is left at 9:00 at the latest, and reached from home by 8:50 in 40 minutes: off at 8:10.
		"in the rush": {
			func(p *model.Problem) { p.Jobs[1].Windows = []model.Window{{To: 560 * minute}} }, &result{490, 530, 560, 590, 80, 27},
		},
		// Home 10 minutes from 8:00 on is too late for the first job by 8:30.
		"too late": {func(p *model.Problem) { p.Jobs[0].Windows = []model.Window{{To: 519 * minute}} }, nil},
		// Without the 80 minutes of driving in the rush the second job cannot be kept.
		"driving is capped": {
			func(p *model.Problem) {
				p.Jobs[1].Windows = []model.Window{{To: 560 * minute}}
				p.Shifts[0].MaxDrive = 79 * minute
			}, nil,
		},
		// The first job ends at 8:50, as it must not start later; ready at 8:50 the drive is 30 minutes, and lunch from 9:00 to 9:15 makes
		// the way 45: 9:35. Home from 9:45 in 20.
		"a break on the way": {
			func(p *model.Problem) {
				p.Jobs[0].Windows = []model.Window{{From: 520 * minute, To: 520 * minute}}
				p.Shifts[0].Breaks = []model.Break{{Earliest: 540 * minute, Latest: 545 * minute, Duration: 15 * minute}}
			}, &result{480, 520, 575, 605, 90, 27},
		},
		// The rest of the drive is not looked up anew after lunch: ready at 8:50 it takes 40 minutes, 30 of them after lunch from 9:00 to
		// 10:00, though the ways take 20 minutes from 9:20 on. Home from 10:40 in 20.
		"a break into better hours": {
			func(p *model.Problem) {
				p.Jobs[0].Windows = []model.Window{{From: 520 * minute, To: 520 * minute}}
				p.Profiles[0].Series[1].From = 560 * minute
				p.Shifts[0].Breaks = []model.Break{{Earliest: 540 * minute, Latest: 545 * minute, Duration: 60 * minute}}
			}, &result{480, 520, 630, 660, 100, 24},
		},
	} {
		t.Run(name, func(t *testing.T) {
			in, err := Compile(byHour(c.edit))
			if err != nil {
				t.Fatal(err)
			}
			s := NewScheduler(in)
			if ok := s.Run(0, []int32{0, 1}, Bounds{}); !ok || c.want == nil {
				if ok != (c.want != nil) {
					t.Fatalf("feasible: %v", ok)
				}
				return
			}
			var r model.Route
			s.Write(&r)
			got := result{
				r.Depart / minute, r.Stops[0].Start / minute, r.Stops[1].Start / minute, r.Finish / minute,
				s.terms[model.Travel] / (10 * minute), s.terms[model.Distance] / 1000,
			}
			if got != *c.want {
				t.Errorf("%+v, want %+v", got, *c.want)
			}
			if c.want.second*minute != r.Stops[1].Arrival {
				t.Errorf("arrival %d", r.Stops[1].Arrival)
			}
		})
	}
}
