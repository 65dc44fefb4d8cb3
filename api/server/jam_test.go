package server_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/bench/rig"
	"callout/engine/matrix"
	"callout/engine/road"
)

// jamDay is a running day on roads, with all that looks after it.
type jamDay struct {
	*running1

	r       *running
	service *server.Service
	start   *calloutv1.DayStart
	n       int
	places  []*calloutv1.Location
}

// openJam begins a day on roads in free flow, whose 21st location has no road.
func openJam(t *testing.T, change func(*calloutv1.DayStart)) (*jamDay, *road.Network) {
	t.Helper()
	n := roadCity(t)
	networks := matrix.NewNetworks(1<<26, n)
	p := roadDay(n)
	p.GetProfiles()[0].GetRoadNetwork().Traffic = nil
	first := &calloutv1.DayStart{Problem: p, Settings: &calloutv1.DaySettings{Iterations: 60, WaysOut: -1}}
	if change != nil {
		change(first)
	}
	d := &jamDay{
		r: start(t, server.Options{Networks: networks}), service: server.New(server.Options{Networks: networks}), start: first,
		places: p.GetLocations(),
	}
	d.running1 = openDay(t, d.r, first)
	d.settle()
	return d, n
}

// next sends an event, which must be applied, and has the revision judged as a second server sees it.
func (d *jamDay) next(what *calloutv1.DayEvent) {
	d.t.Helper()
	d.n++
	what.Id = fmt.Sprint("e", d.n)
	if what.GetNow() == nil {
		what.Now = at(7, 10+d.n)
	}
	if a := d.event(what); a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
		d.t.Fatalf("%v: %v", what, a)
	}
	d.judge()
}

func (d *jamDay) judge() {
	d.t.Helper()
	next, err := rig.ResumeAt(d.t.Context(), d.start, d.last, d.service.Reader(d.t.Context(), ""))
	if err != nil {
		d.t.Fatal(err)
	}
	if _, _, err := rig.JudgeDay(next); err != nil {
		d.t.Fatal(err)
	}
}

func travelled(c *calloutv1.TravelChanged) *calloutv1.DayEvent {
	return &calloutv1.DayEvent{What: &calloutv1.DayEvent_TravelChanged{TravelChanged: c}}
}

// slow rules, at some hours of Monday or at all.
func slow(factor float64, hours ...int32) *calloutv1.Traffic {
	rule := &calloutv1.TrafficRule{Effect: &calloutv1.TrafficRule_Factor{Factor: factor}}
	if len(hours) == 2 {
		rule.Hours = []*calloutv1.HourRange{{From: hours[0], Until: hours[1]}}
	}
	return &calloutv1.Traffic{Rules: []*calloutv1.TrafficRule{rule}}
}

// leg of a plan to a stop that is still to come.
type leg struct {
	from, to string
	ready    time.Time
	lasts    int32
}

// legs to stops that have not been left for.
func (d *jamDay) legs() (out []leg) {
	for _, route := range d.last.GetPlan().GetRoutes() {
		from, ready := "depot", route.GetDepart().AsTime()
		for _, s := range route.GetStops() {
			if l := s.GetLeg(); l != nil && s.GetState() == calloutv1.StopState_STOP_STATE_UNSPECIFIED {
				out = append(out, leg{from, s.GetLocationId(), ready, int32(l.GetDuration().GetSeconds())})
			}
			from, ready = s.GetLocationId(), s.GetEnd().AsTime()
		}
	}
	return out
}

// driven checks each leg to come against matrices that the server computes by rules, by the hour of departure, times a factor.
func (d *jamDay) driven(rules *calloutv1.Traffic, factor float64) {
	d.t.Helper()
	row := make(map[string]int)
	for k, l := range d.places {
		row[l.GetId()] = k
	}
	hours := make(map[int][]int32)
	legs := d.legs()
	if len(legs) < 8 {
		d.t.Fatalf("%d legs", len(legs))
	}
	for _, l := range legs {
		h := l.ready.Hour()
		if hours[h] == nil {
			_, m, err := d.r.roadMatrix(d.t, &calloutv1.ComputeMatrixRequest{
				RoadNetwork: &calloutv1.RoadNetwork{Vehicle: "van", Traffic: rules}, Locations: d.places, Departure: at(h, 0),
			})
			if err != nil {
				d.t.Fatal(err)
			}
			hours[h] = m.GetDurations()
		}
		want := int32(math.Ceil(factor * float64(hours[h][row[l.from]*len(d.places)+row[l.to]])))
		left := int32(60*60 - l.ready.Minute()*60 - l.ready.Second()) // who waits for the next hour may be there sooner
		if l.lasts != want && (l.lasts > want || l.lasts < left) {
			d.t.Fatalf("%v lasts %d s, by the rules %d s", l, l.lasts, want)
		}
	}
}

// A jam by rules slows the plan down at once, the plan changes, and it is over when new rules say so. Rules may differ by the hour, and be named by a
// digest; factor and cells hold after them, at all hours, until there are others.
func TestAJamByRules(t *testing.T) {
	d, _ := openJam(t, nil)
	defer d.close()
	d.driven(nil, 1)
	before, cost := visits(d.last.GetPlan()), d.last.GetPlan().GetCost().GetTotal()

	// A wish for a jam has its price, and nothing else happens.
	wish, number := travelled(&calloutv1.TravelChanged{Traffic: slow(12)}), d.last.GetNumber()
	wish.Id, wish.Now, wish.Wish = "wish", at(7, 5), true
	if a := d.event(wish); a.GetPrice().GetExtra().GetTotal() <= 0 || d.last.GetNumber() != number {
		t.Errorf("%v, and revision %d behind %d", a, d.last.GetNumber(), number)
	}
	d.next(&calloutv1.DayEvent{Now: at(7, 5), What: &calloutv1.DayEvent_TimePassed{TimePassed: &calloutv1.TimePassed{}}})
	d.driven(nil, 1)

	d.next(travelled(&calloutv1.TravelChanged{Traffic: slow(12)}))
	d.driven(slow(12), 1)
	changed := 0
	for job, who := range visits(d.last.GetPlan()) {
		if before[job] != who {
			changed++
		}
	}
	if changed == 0 || d.last.GetPlan().GetCost().GetTotal() <= cost {
		t.Errorf("twelve times as slow: %d visits changed, cost %v after %v", changed, d.last.GetPlan().GetCost().GetTotal(), cost)
	}
	d.next(travelled(&calloutv1.TravelChanged{Traffic: &calloutv1.Traffic{}, ProfileId: "van"}))
	d.driven(nil, 1)

	// By the hour: a digest that only this server knows.
	noon, err := d.r.travel().CustomiseTraffic(t.Context(), &calloutv1.CustomiseTrafficRequest{Traffic: slow(6, 10, 13)})
	if err != nil {
		t.Fatal(err)
	}
	d.next(travelled(&calloutv1.TravelChanged{TrafficDigest: noon.GetTrafficDigest()}))
	d.driven(slow(6, 10, 13), 1)
	d.next(travelled(&calloutv1.TravelChanged{Factor: new(1.5)}))
	d.driven(slow(6, 10, 13), 1.5)

	// A cell holds at all hours, until there are new rules.
	cells := make([]*calloutv1.TravelCell, 0, len(d.places))
	for _, l := range d.places {
		if l.GetId() != "depot" {
			cells = append(cells, &calloutv1.TravelCell{FromLocationId: "depot", ToLocationId: l.GetId(), Duration: 1000})
		}
	}
	d.next(travelled(&calloutv1.TravelChanged{Cells: cells}))
	fromDepot := func() (count int) {
		for _, l := range d.legs() {
			if l.from == "depot" && l.to != "depot" && l.lasts == 1000 {
				count++
			}
		}
		return count
	}
	if fromDepot() == 0 {
		t.Error("no cell is driven")
	}
	for _, e := range d.last.GetState().GetEvents() {
		c := e.GetTravelChanged()
		if c != nil && (len(c.GetCells()) != len(cells) || len(c.GetTraffic().GetRules()) != 1 || c.GetTrafficDigest() != "") {
			t.Errorf("the state says of travel: %d cells, %v", len(c.GetCells()), c.GetTraffic())
		}
	}
	d.next(travelled(&calloutv1.TravelChanged{Traffic: slow(2, 9, 11)}))
	d.driven(slow(2, 9, 11), 1)
	if fromDepot() > 0 {
		t.Error("cells outlive new rules")
	}
	d.next(travelled(&calloutv1.TravelChanged{Traffic: slow(2)}))
	d.driven(slow(2), 1)
}

// A new place on roads has its travel computed, by the hour too, and under the rules that came before it and those that come behind it.
func TestNewPlacesOnRoads(t *testing.T) {
	d, n := openJam(t, nil)
	defer d.close()
	least, greatest := n.Bounds()
	count := 0
	place := func(lat, lon float64) *calloutv1.DayEvent {
		count++
		id := fmt.Sprint("new-", count)
		l := &calloutv1.Location{Id: id, Position: &calloutv1.LatLng{Latitude: lat, Longitude: lon}}
		e := added("", "job at "+id, id, nil)
		e.GetJobAdded().Location = &calloutv1.NewLocation{Location: l}
		return e
	}
	somewhere := func(share float64) *calloutv1.DayEvent {
		between := func(a, b int32) float64 { return (float64(a) + share*float64(b-a)) / 1e7 }
		e := place(between(least.Lat, greatest.Lat), between(least.Lon, greatest.Lon))
		d.places = append(d.places, e.GetJobAdded().GetLocation().GetLocation())
		return e
	}
	visited := func() {
		t.Helper()
		who := visits(d.last.GetPlan())
		for k := range count {
			if id := fmt.Sprint("job at new-", k+1); who[id] == "" {
				t.Errorf("nobody goes to %s", id)
			}
		}
	}
	d.next(somewhere(0.3))
	d.driven(nil, 1)
	d.next(travelled(&calloutv1.TravelChanged{Traffic: slow(3, 9, 12)}))
	d.driven(slow(3, 9, 12), 1)
	d.next(somewhere(0.6))
	d.driven(slow(3, 9, 12), 1)
	d.next(travelled(&calloutv1.TravelChanged{Factor: new(1.25)}))
	d.next(somewhere(0.45))
	d.driven(slow(3, 9, 12), 1.25)
	d.next(travelled(&calloutv1.TravelChanged{Traffic: slow(2)}))
	d.driven(slow(2), 1)
	visited()

	// Nobody gets to the Alps.
	alps := place(47, 10)
	alps.Id, alps.Now = "alps", at(7, 30)
	a := d.event(alps)
	const want = "event.job_added.location.location.position NOT_POSSIBLE"
	if f := a.GetFaults(); len(f) != 1 || f[0].GetField()+" "+f[0].GetCode() != want || !strings.Contains(f[0].GetMessage(), `"new-4"`) {
		t.Errorf("%v", a)
	}
	count--
	// A wish for a place leaves nothing behind.
	wish := somewhere(0.5)
	wish.Id, wish.Now, wish.Wish = "wish", at(7, 30), true
	if a := d.event(wish); a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_PRICED {
		t.Errorf("%v", a)
	}
	wish = proto.CloneOf(wish)
	wish.Wish, wish.Id = false, ""
	d.next(wish)
	d.driven(slow(2), 1)
	visited()
}

func TestTrafficRefusals(t *testing.T) {
	d, n := openJam(t, func(s *calloutv1.DayStart) {
		s.Problem.Profiles = append(s.Problem.Profiles, &calloutv1.TravelProfile{
			Id: "kite", Travel: &calloutv1.TravelProfile_StraightLine{StraightLine: &calloutv1.StraightLine{}},
		})
		for _, technician := range s.GetProblem().GetTechnicians() {
			technician.GetShifts()[0].ProfileId = "van"
		}
	})
	defer d.close()
	held, err := d.r.travel().CustomiseTraffic(t.Context(), &calloutv1.CustomiseTrafficRequest{Traffic: slow(2)})
	if err != nil {
		t.Fatal(err)
	}
	least, _ := n.Bounds()
	rule := func(r *calloutv1.TrafficRule) *calloutv1.TravelChanged {
		return &calloutv1.TravelChanged{ProfileId: "van", Traffic: &calloutv1.Traffic{Rules: []*calloutv1.TrafficRule{r}}}
	}
	twice := &calloutv1.TrafficRule_Factor{Factor: 2}
	here := &calloutv1.LatLng{Latitude: float64(least.Lat) / 1e7, Longitude: float64(least.Lon) / 1e7}
	for name, tt := range map[string]struct {
		what *calloutv1.TravelChanged
		want string // path and code
	}{
		"no road":          {&calloutv1.TravelChanged{ProfileId: "kite", Traffic: slow(2)}, "profile_id CONFLICT"},
		"not all on roads": {&calloutv1.TravelChanged{Traffic: slow(2)}, "profile_id CONFLICT"},
		"no such profile":  {&calloutv1.TravelChanged{ProfileId: "sledge", Traffic: slow(2)}, "profile_id UNKNOWN_ID"},
		"both": {
			&calloutv1.TravelChanged{ProfileId: "van", Traffic: slow(2), TrafficDigest: held.GetTrafficDigest()}, "traffic_digest CONFLICT",
		},
		"an unknown digest": {&calloutv1.TravelChanged{ProfileId: "van", TrafficDigest: "traffic-00"}, "traffic_digest UNKNOWN_HANDLE"},
		"no effect":         {rule(&calloutv1.TrafficRule{}), "traffic.rules[0].effect REQUIRED"},
		"a factor too high": {
			rule(&calloutv1.TrafficRule{Effect: &calloutv1.TrafficRule_Factor{Factor: 1e6}}), "traffic.rules[0].factor OUT_OF_RANGE",
		},
		"a class of boats": {
			rule(&calloutv1.TrafficRule{Effect: twice, Classes: []string{"canal"}}), "traffic.rules[0].classes[0] OUT_OF_RANGE",
		},
		"an unknown way": {rule(&calloutv1.TrafficRule{Effect: twice, WayIds: []int64{1 << 40}}), "traffic.rules[0].way_ids[0] OUT_OF_RANGE"},
		"a line, no area": {
			rule(&calloutv1.TrafficRule{Effect: twice, Polygon: []*calloutv1.LatLng{here, here}}), "traffic.rules[0].polygon OUT_OF_RANGE",
		},
		"a factor of travel": {&calloutv1.TravelChanged{ProfileId: "van", Traffic: slow(2), Factor: new(100.0)}, "factor OUT_OF_RANGE"},
	} {
		t.Run(name, func(t *testing.T) {
			e := travelled(tt.what)
			e.Id, e.Now = name, at(8, 30)
			a := d.event(e)
			if f := a.GetFaults(); len(f) != 1 || f[0].GetField()+" "+f[0].GetCode() != "event.travel_changed."+tt.want {
				t.Errorf("%v, want %s", a, tt.want)
			}
		})
	}
	// A session without roads.
	plain := openDay(t, d.r, &calloutv1.DayStart{Problem: day(4, 2), Settings: &calloutv1.DaySettings{Iterations: 1, WaysOut: -1}})
	plain.settle()
	e := travelled(&calloutv1.TravelChanged{Traffic: slow(2)})
	e.Id, e.Now = "e", timestamppb.New(monday.Add(8*time.Hour))
	if f := plain.event(e).GetFaults(); len(f) != 1 || f[0].GetField() != "event.travel_changed.traffic" || f[0].GetCode() != "CONFLICT" {
		t.Errorf("%v", f)
	}
	plain.close()
}
