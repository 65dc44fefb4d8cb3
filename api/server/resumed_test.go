package server_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/bench/happen"
	"callout/bench/rig"
	"callout/engine"
	dayof "callout/solver/day"
	"callout/solver/model"
)

// inside plays a day without a server between, so that the day itself can be looked at.
type inside struct {
	t     *testing.T
	start *calloutv1.DayStart
	wire  *wire.Live
	note  string
	seen  map[string]int
	ids   int
}

// outing is a day over two days, with shifts that have breaks, caps, overtime and open ends, in which time has a price.
func outing(jobs, technicians int, seed uint64) *calloutv1.Problem {
	rng := rand.New(rand.NewPCG(seed, 0x6f75))
	p := day(jobs, technicians)
	for k, t := range p.GetTechnicians() {
		base := t.GetShifts()[0]
		t.Shifts = nil
		for n := range 2 {
			from := 24*n + 8
			s := &calloutv1.Shift{
				Id: fmt.Sprint("shift-", n), StartLocationId: base.GetStartLocationId(),
				EarliestStart: at(from, 0), RegularEnd: at(from+8, 0), LatestEnd: at(from+9, 0),
				Breaks: []*calloutv1.Break{
					{Id: "coffee", EarliestStart: at(from+1, 30), LatestStart: at(from+2, 30), Duration: minutes(15), Paid: true},
					{Id: "lunch", EarliestStart: at(from+3, 30), LatestStart: at(from+5, 0), Duration: minutes(30)},
				},
			}
			if (k+n)%4 == 3 {
				s.OpenEnd = true
			} else {
				s.EndLocationId = p.GetLocations()[rng.IntN(len(p.GetLocations()))].GetId()
			}
			switch rng.IntN(4) {
			case 0:
				s.MaxWork = minutes(60 * (5 + rng.IntN(4)))
			case 1:
				s.MaxDrive = minutes(60 + rng.IntN(120))
			case 2:
				s.MaxTimeBetweenBreaks = minutes(150 + rng.IntN(120))
			}
			t.Shifts = append(t.Shifts, s)
		}
		if k%3 == 2 { // nobody says that they come in order
			slices.Reverse(t.GetShifts())
		}
	}
	return p
}

func (x *inside) play(seed uint64, events int) {
	x.t.Helper()
	w, d, err := rig.Open(x.t.Context(), x.start, wire.DefaultLimits())
	if err != nil {
		x.t.Fatal(err)
	}
	x.wire = w
	rng := rand.New(rand.NewPCG(seed, 3))
	teller := happen.NewTeller(x.start.GetProblem(), seed, "e")
	teller.Pass(time.Hour)
	in := make(chan engine.LiveEvent, 1)
	n := 0
	set := engine.LiveSettings{Seed: seed, Iterations: 10}
	err = engine.RunLive(x.t.Context(), d, set, in, func(o *engine.LiveOut) error {
		var last *calloutv1.Revision
		if r := o.Revision; r != nil && r.Kind != engine.RevisionQuiet {
			last = &calloutv1.Revision{
				Number: r.Number, Now: w.Context.Time(r.Day.Now()), LastEventId: r.LastEvent,
				Plan: w.PlanOut(r.Day, r.Whole, r.States, r.Terms), State: w.State(r.Day, r.Number, r.LastEvent),
			}
			x.look(r, last)
		}
		if o.Revision != nil && o.Revision.Kind != engine.RevisionQuiet {
			return nil
		}
		if n == events {
			close(in)
			return nil
		}
		whole, states := d.Whole()
		plan := w.PlanOut(d, whole, states, model.Terms{})
		var e *calloutv1.DayEvent
		for e == nil {
			teller.Pass(time.Duration(rng.IntN(900)) * time.Second)
			if rng.IntN(20) == 0 { // the night, or a long meeting
				teller.Pass(time.Duration(rng.IntN(6*3600)) * time.Second)
			}
			e = teller.Event(happen.Kinds[rng.IntN(len(happen.Kinds))], plan)
		}
		n++
		x.note = fmt.Sprintf("seed %d, event %d, %v", seed, n, e)
		in <- engine.LiveEvent{
			ID: e.GetId(), Arrived: time.Now(),
			Read: func(d *dayof.Day) (*dayof.Event, []dayof.Refusal) { return w.Event(d, e, nil) },
			Told: func(a *engine.LiveAnswer) {
				if a.Verdict == dayof.Applied {
					w.Note(e)
				}
			},
		}
		return nil
	})
	if err != nil {
		x.t.Fatalf("%s: %v", x.note, err)
	}
}

// look compares the day with what a second server makes of a revision, as of now, and after some time.
func (x *inside) look(r *engine.Revision, sent *calloutv1.Revision) {
	x.t.Helper()
	here := r.Day.Clone()
	_, there, err := rig.Open(x.t.Context(), rig.Continued(x.start, sent), wire.DefaultLimits())
	if err != nil {
		x.t.Fatalf("%s: %v", x.note, err)
	}
	for _, s := range here.ShiftStates() {
		if s.Home {
			x.seen["at home"]++
		}
	}
	for _, after := range []model.Duration{0, 1800, 5400} {
		x.ids++
		for _, d := range []*dayof.Day{here, there} {
			e := &dayof.Event{ID: fmt.Sprint("look-", x.ids), Now: r.Day.Now() + after, Kind: dayof.TimePassed}
			if _, why := d.Apply(e); why != nil {
				x.t.Fatalf("%s: %v", x.note, why)
			}
		}
		if diff := gocmp.Diff(asOf(here), asOf(there)); diff != "" {
			x.t.Fatalf("%s: elsewhere, %d s later: %s", x.note, after, diff)
		}
	}
}

// ahead is what of a problem as of now a second server has to have as well, jobs by their names.
type ahead struct {
	Dropped []string // jobs that were in the plan
	Astray  []string // visits that are not where they are pinned
	Shifts  []model.Shift
	Anchors []model.Job
	Jobs    map[string]model.Job
	Vans    [][]model.Quantity
	Returns [][]model.Return
	Tools   [][]model.ToolIdx
	Broken  []dayof.Broken
	Plan    []string
	Pins    map[string]dayof.Pin
}

func asOf(d *dayof.Day) ahead {
	p := d.Problem()
	out := ahead{Jobs: map[string]model.Job{}, Pins: map[string]dayof.Pin{}, Broken: append([]dayof.Broken{}, d.Broken()...)}
	for k := range p.Shifts {
		sh := p.Shifts[k]
		if sh.Earliest > sh.LatestEnd { // it is over
			sh = model.Shift{ID: sh.ID, Tech: sh.Tech}
		}
		sh.Breaks = slices.DeleteFunc(slices.Clone(sh.Breaks), func(b model.Break) bool { return b.Latest < sh.Earliest }) // nobody owes it
		sh.Breaks = slices.Clip(append([]model.Break{}, sh.Breaks...))
		out.Shifts = append(out.Shifts, sh)
	}
	for j := range p.Jobs {
		job := p.Jobs[j]
		job.Kept = nil
		switch {
		case d.Anchor(model.JobIdx(j)):
			out.Anchors = append(out.Anchors, job)
		case d.Open(model.JobIdx(j)):
			out.Jobs[job.ID] = job
		}
	}
	for t := range p.Technicians {
		var van []model.Quantity
		for _, q := range p.Technicians[t].Stock {
			if q.Qty > 0 {
				van = append(van, q)
			}
		}
		out.Vans = append(out.Vans, van)
		out.Returns = append(out.Returns, slices.Clip(append([]model.Return{}, p.Technicians[t].Returns...)))
		out.Tools = append(out.Tools, slices.Clip(append([]model.ToolIdx{}, p.Technicians[t].Tools...)))
	}
	d.Pins(func(j model.JobIdx, pin dayof.Pin) {
		if pin.Scope < dayof.ByStart {
			pin.Start = 0
		}
		out.Pins[d.Known().Jobs[j].ID] = pin
	})
	name := func(j model.JobIdx) string { return d.Known().Jobs[j].ID }
	d.Dropped(func(j model.JobIdx) { out.Dropped = append(out.Dropped, name(j)) })
	slices.Sort(out.Dropped)
	d.Astray(func(j model.JobIdx, is, was model.ShiftIdx, before []model.JobIdx) {
		line := fmt.Sprint(name(j), " is in ", is, ", was to be in ", was, " after")
		for _, b := range before {
			line += " " + name(b)
		}
		out.Astray = append(out.Astray, line)
	})
	slices.Sort(out.Astray)
	whole, states := d.Whole()
	for k := range whole.Routes {
		r := &whole.Routes[k]
		if len(r.Stops) == 0 {
			continue
		}
		line := fmt.Sprint(k, " ", r.Depart, " ", r.Finish, " ", r.Breaks)
		for i := range r.Stops {
			st := &r.Stops[i]
			name := fmt.Sprint("node ", st.Node)
			if st.Kind == model.Visit {
				name = d.Known().Jobs[st.Job].ID
			}
			line += fmt.Sprintf("\n%s %d %d-%d-%d", name, states[k][i], st.Arrival, st.Start, st.End)
			x := d.FactState(model.ShiftIdx(k), i)
			line += fmt.Sprint(x.Sure, x.Began, x.Ended)
			for _, l := range x.Loads {
				line += fmt.Sprint(" ", l.SKU, l.Tool, l.Qty, l.Inbound, l.Tier, l.Kept)
			}
		}
		out.Plan = append(out.Plan, line)
	}
	return out
}

// A revision says all there is of a day, somebody at home included: what is to be planned is the same elsewhere, and stays so while time passes.
func TestARevisionSaysWhatIsToBePlanned(t *testing.T) {
	seeds, events := uint64(8), 50
	if testing.Short() {
		seeds, events = 3, 40
	}
	seen := map[string]int{}
	for seed := range seeds {
		first := &calloutv1.DayStart{Problem: outing(24, 6, seed), Settings: &calloutv1.DaySettings{
			Seed: seed, Iterations: 10, WaysOut: -1, Diversion: seed%2 == 0, LeaveInTime: seed%3 == 1,
			Frozen: durationpb.New(time.Duration(seed%4) * 15 * time.Minute),
		}}
		if seed%3 == 0 {
			bringBack(first.GetProblem())
		}
		(&inside{t: t, start: first, seen: seen}).play(seed, events)
	}
	if seen["at home"] == 0 {
		t.Error("nobody went home")
	}
}
