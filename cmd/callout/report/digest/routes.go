package digest

import (
	"time"

	calloutv1 "callout/api/callout/v1"
)

// Kind of what fills a span of a route.
type Kind string

// Kinds of spans.
const (
	Travel  Kind = "travel"
	Wait    Kind = "wait"
	Service Kind = "service"
	Pickup  Kind = "pickup"
	Break   Kind = "break"
)

// Span of a route: one thing that goes on from one instant to another.
type Span struct {
	Kind     Kind
	From, To time.Time
	Stop     *Stop  // that is served, waited for or driven to; nil for breaks and the last drive
	Break    string // id of a break
	Paid     bool   // of a break
}

// Route of a shift.
type Route struct {
	Technician, Shift string
	Number            int // of the technician, from 0; -1 if the problem does not have him
	Day               int // index into Digest.Days
	Profile           string

	From, RegularEnd, To time.Time // the shift
	Start, End           Place     // ID is empty where open

	Depart, Finish time.Time
	Stops          []*Stop // none: the shift is unused
	LastWay        []Place // on the road, from the last stop to the end; nil: not known
	Spans          []Span  // in order, without gaps as far as the plan has none
	Metrics        *calloutv1.RouteMetrics
	Cost           float64
	Late           int // visits that miss a promise or a contract's window
}

// Used tells whether anything is done in the shift.
func (r *Route) Used() bool { return len(r.Stops) > 0 }

// Stop of a route.
type Stop struct {
	Route               *Route
	Number              int // from 1
	Name                string
	Place               Place
	IsPickup            bool
	Job                 *calloutv1.Job // of a visit; nil if the problem does not have it
	Arrival, Start, End time.Time
	Drive               time.Duration
	Metres              float64
	Way                 []Place // on the road, from the place before; nil: not known
	Items               []Item  // parts and tools used or picked up
	Windows             []Window
	Miss                string // which promise is missed and by how much; "": none
	Risk                string // of predicted work; "": it is none
}

// Item is a part or tool.
type Item struct {
	Name string
	Qty  int64
	Tool bool
	From string // the node it was picked up at; "": from the van
	Call int32  // which call of the route at that node, from 1; 0: the last one before
	For  string // what the job asks for, where this is a substitute
	// Courier is when it comes to the site by itself; zero: it does not.
	Courier time.Time
}

// routes reads the routes of the plan in the order of the problem's shifts.
func (d *Digest) routes() {
	type key struct{ tech, shift string }
	given := map[key]*calloutv1.Route{}
	for _, r := range d.Plan.GetRoutes() {
		given[key{r.GetTechnicianId(), r.GetShiftId()}] = r
	}
	for n, t := range d.Problem.GetTechnicians() {
		for _, s := range t.GetShifts() {
			k := key{t.GetId(), s.GetId()}
			d.Routes = append(d.Routes, d.route(n, t, s, given[k]))
			delete(given, k)
		}
	}
	for _, r := range d.Plan.GetRoutes() { // what is left is unknown, and shown all the same
		if _, unknown := given[key{r.GetTechnicianId(), r.GetShiftId()}]; unknown {
			t := &calloutv1.Technician{Id: r.GetTechnicianId()}
			s := &calloutv1.Shift{Id: r.GetShiftId(), EarliestStart: r.GetDepart(), LatestEnd: r.GetFinish(), OpenStart: true, OpenEnd: true}
			d.Routes = append(d.Routes, d.route(-1, t, s, r))
		}
	}
}

func (d *Digest) route(number int, t *calloutv1.Technician, s *calloutv1.Shift, given *calloutv1.Route) *Route {
	r := &Route{
		Technician: t.GetId(),
		Shift:      s.GetId(),
		Number:     number,
		Profile:    s.GetProfileId(),
		From:       s.GetEarliestStart().AsTime(),
		To:         s.GetLatestEnd().AsTime(),
		Start:      d.Place(s.GetStartLocationId()),
		End:        d.Place(s.GetEndLocationId()),
		Metrics:    given.GetMetrics(),
		Cost:       given.GetCost().GetTotal(),
	}
	r.RegularEnd = r.To
	if s.GetRegularEnd() != nil {
		r.RegularEnd = s.GetRegularEnd().AsTime()
	}
	if r.Profile == "" && len(d.Problem.GetProfiles()) == 1 {
		r.Profile = d.Problem.GetProfiles()[0].GetId()
	}
	if len(given.GetStops()) == 0 {
		return r
	}
	r.LastWay = way(given.GetLastLeg().GetPolyline())
	r.Depart, r.Finish = given.GetDepart().AsTime(), given.GetFinish().AsTime()
	for k, st := range given.GetStops() {
		r.Stops = append(r.Stops, d.stop(r, k+1, st))
	}
	for _, st := range r.Stops {
		if st.Miss != "" {
			r.Late++
		}
	}
	r.Spans = spans(r, breaks(s, given))
	return r
}

func (d *Digest) stop(r *Route, number int, st *calloutv1.Stop) *Stop {
	out := &Stop{
		Route:   r,
		Number:  number,
		Arrival: st.GetArrival().AsTime(),
		Start:   st.GetStart().AsTime(),
		End:     st.GetEnd().AsTime(),
		Drive:   st.GetLeg().GetDuration().AsDuration(),
		Metres:  st.GetLeg().GetDistance(),
		Way:     way(st.GetLeg().GetPolyline()),
	}
	where := st.GetLocationId()
	if pick := st.GetPickup(); pick != nil {
		out.Name, out.IsPickup = pick.GetNodeId(), true
		if where == "" {
			where = d.nodes[pick.GetNodeId()].GetLocationId()
		}
		for _, p := range pick.GetParts() {
			out.Items = append(out.Items, Item{Name: p.GetSku(), Qty: p.GetQuantity()})
		}
		for _, t := range pick.GetTools() {
			out.Items = append(out.Items, Item{Name: t, Qty: 1, Tool: true})
		}
	} else {
		visit := st.GetVisit()
		out.Name, out.Job = visit.GetJobId(), d.jobs[visit.GetJobId()]
		if where == "" {
			where = out.Job.GetLocationId()
		}
		for _, p := range visit.GetParts() {
			item := Item{Name: p.GetSku(), Qty: p.GetQuantity(), From: p.GetNodeId(), Call: p.GetCall(), For: p.GetInPlaceOf()}
			if n := len(p.GetLegs()); n > 0 && item.From == "" {
				item.Courier = p.GetLegs()[n-1].GetArrival().AsTime()
			}
			out.Items = append(out.Items, item)
		}
		for _, t := range visit.GetTools() {
			out.Items = append(out.Items, Item{Name: t.GetTool(), Qty: 1, Tool: true, From: t.GetNodeId(), Call: t.GetCall()})
		}
		out.Windows, out.Miss = windows(out)
		out.Risk = risk(out.Job.GetPrediction(), out.Start)
	}
	out.Place = d.Place(where)
	return out
}

func breaks(s *calloutv1.Shift, given *calloutv1.Route) []Span {
	paid := map[string]bool{}
	for _, b := range s.GetBreaks() {
		paid[b.GetId()] = b.GetPaid()
	}
	var out []Span
	for _, b := range given.GetBreaks() {
		out = append(out, Span{
			Kind: Break, Break: b.GetBreakId(), Paid: paid[b.GetBreakId()], From: b.GetStart().AsTime(), To: b.GetEnd().AsTime(),
		})
	}
	return out
}

// spans fills the route from departure to finish: what is neither service nor handling nor break is the drive until the
// arrival, and waiting after it.
func spans(r *Route, breaks []Span) []Span {
	var out []Span
	fill := func(kind Kind, from, to time.Time, stop *Stop) {
		for len(breaks) > 0 && breaks[0].From.Before(to) {
			b := breaks[0]
			breaks = breaks[1:]
			if b.From.After(from) {
				out = append(out, Span{Kind: kind, From: from, To: b.From, Stop: stop})
			}
			out = append(out, b)
			from = later(from, b.To)
		}
		if to.After(from) {
			out = append(out, Span{Kind: kind, From: from, To: to, Stop: stop})
		}
	}
	at := r.Depart
	for _, s := range r.Stops {
		fill(Travel, at, s.Arrival, s)
		fill(Wait, s.Arrival, s.Start, s)
		kind := Service
		if s.IsPickup {
			kind = Pickup
		}
		out = append(out, Span{Kind: kind, From: s.Start, To: s.End, Stop: s}) // also where it takes no time
		at = s.End
	}
	fill(Travel, at, r.Finish, nil)
	return append(out, breaks...)
}
