package wire

import (
	"math"
	"slices"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/day"
	"callout/solver/model"
)

// travel reads new travel.
func (l *Live) travel(r *reader, d *day.Day, e *day.Event, in *calloutv1.TravelChanged) {
	if id := in.GetProfileId(); id != "" {
		e.Profile = refer(&l.read, "profile_id", id, "profile", l.read.profiles)
	}
	if in.Factor != nil {
		e.Factor = int64(math.Round(1e6 * r.number("factor", in.GetFactor(), 0.05, 20)))
	}
	if renews(in) {
		l.renew(r, e)
	}
	for k := range l.Problem.Profiles {
		_, had := d.Travelled(model.ProfileIdx(k))
		if renews(in) || e.Profile >= 0 && int(e.Profile) != k || len(had)+len(in.GetCells()) <= l.Context.lim.Locations {
			continue
		}
		r.fault("cells", TooMany, "with those before there are more than %d: a state could not say them", l.Context.lim.Locations)
		break
	}
	for k, c := range in.GetCells() {
		r.enterAt("cells", k)
		cell := day.Cell{Distance: -1, Duration: int32(r.integer("duration", int64(c.GetDuration()), -1, seconds(l.Context.lim.Leg)))}
		if cell.Duration == -1 {
			cell.Duration = model.Unreachable
		}
		var from, to bool
		if cell.From, from = d.Location(c.GetFromLocationId()); !from {
			r.fault("from_location_id", UnknownID, "there is no location %s", quote(c.GetFromLocationId()))
		}
		if cell.To, to = d.Location(c.GetToLocationId()); !to {
			r.fault("to_location_id", UnknownID, "there is no location %s", quote(c.GetToLocationId()))
		}
		if from && to && cell.From == cell.To && cell.Duration >= model.Unreachable {
			r.fault("duration", OutOfRange, "there is a way from a place to itself")
		}
		if c.Distance != nil {
			cell.Distance = int32(r.integer("distance", int64(c.GetDistance()), 0, l.farthest()))
			l.far = max(l.far, model.Meters(cell.Distance))
		}
		e.Cells = append(e.Cells, cell)
		r.leave()
	}
	l.bounded(r, "")
}

// renew takes over travel under new rules of traffic.
func (l *Live) renew(r *reader, e *day.Event) {
	if l.said == nil {
		r.fault("traffic", Conflict, "no profile travels on a road network: rules of traffic say nothing to them")
		return
	}
	e.Travel = make([]model.Series, len(l.said.travel))
	for k, t := range l.said.travel {
		if t == nil {
			continue
		}
		e.Travel[k] = l.read.spans(t.Spans, l.Context.lim)
		for _, b := range e.Travel[k] {
			_, metres, _ := longest(b.Matrix)
			l.far = max(l.far, metres)
		}
	}
}

// place reads a new location.
func (l *Live) place(r *reader, d *day.Day, e *day.Event, in *calloutv1.NewLocation) {
	if in == nil {
		return
	}
	r.enter("location")
	defer r.leave()
	loc := in.GetLocation()
	r.required("location.id", loc.GetId())
	if n := d.Places() + 1; n > l.Context.lim.Locations || n*n*l.Matrices(d, e) > l.Context.lim.MatrixCells {
		r.fault("", TooMany, "there are as many locations as there may be")
	}
	e.Place = &model.Location{ID: loc.GetId()}
	if p := loc.GetPosition(); p != nil {
		e.Place.HasCoord = true
		e.Place.Lat = r.number("location.position.latitude", p.GetLatitude(), -90, 90)
		e.Place.Lon = r.number("location.position.longitude", p.GetLongitude(), -180, 180)
	}
	e.Rows = make([][]day.Row, len(l.Problem.Profiles))
	for k, row := range in.GetRows() {
		r.enterAt("rows", k)
		if k < len(e.Rows) {
			e.Rows[k] = l.rows(r, model.ProfileIdx(k), row)
		} else {
			r.fault("", OutOfRange, "there are %d profiles", len(e.Rows))
		}
		r.leave()
	}
	for k := range e.Rows {
		if l.said != nil && l.said.near[k] != nil {
			e.Rows[k] = cappedRows(l.said.near[k].Rows, l.Context.lim)
		}
		for b := range e.Rows[k] {
			for _, list := range [...][]int32{e.Rows[k][b].DistancesTo, e.Rows[k][b].DistancesFrom} {
				for _, metres := range list {
					l.far = max(l.far, model.Meters(metres))
				}
			}
		}
		if line := l.Lines[k]; line != nil && e.Place.HasCoord {
			locations := d.Known().Locations[:d.Places()]
			for o := range locations {
				way := line.Detour * model.GreatCircle(e.Place.Lat, e.Place.Lon, locations[o].Lat, locations[o].Lon)
				l.far = max(l.far, model.Meters(math.Ceil(way)))
			}
		}
	}
}

// rows between a new location and the others, by the different matrices of a profile's travel.
func (l *Live) rows(r *reader, k model.ProfileIdx, in *calloutv1.NewRow) []day.Row {
	p := &l.Problem.Profiles[k]
	given := len(in.GetDurationsTo())+len(in.GetDurationsFrom())+len(in.GetDistancesTo())+len(in.GetDistancesFrom()) > 0
	keeps, series := l.Context.buckets[k]
	switch {
	case !given && len(in.GetBuckets()) == 0:
		return nil
	case l.Context.road(k) != nil:
		r.fault("", Conflict, "profile %s is on a road network: the travel to a new place is computed", quote(p.ID))
		return nil
	case series == given:
		r.fault("buckets", Conflict, "rows are by the bucket for a series, and for nothing else")
		return nil
	case !series:
		return []day.Row{l.row(r, in)}
	case len(in.GetBuckets()) != keeps.of:
		r.fault("buckets", MatrixShape, "%d rows for %d buckets", len(in.GetBuckets()), keeps.of)
		return nil
	}
	all := make([]day.Row, keeps.of)
	for i, b := range in.GetBuckets() {
		r.enterAt("buckets", i)
		all[i] = l.row(r, b)
		if i > 0 && len(all[i].DistancesTo)+len(all[i].DistancesFrom) == 0 {
			all[i].DistancesTo, all[i].DistancesFrom = all[i-1].DistancesTo, all[i-1].DistancesFrom
		}
		r.leave()
	}
	var out []day.Row
	at := make(map[*model.Matrix]int)
	for i, bucket := range keeps.index {
		m := p.Matrix
		if p.Series != nil {
			m = p.Series[i].Matrix
		}
		first, known := at[m]
		switch {
		case !known:
			at[m], out = bucket, append(out, all[bucket])
		case !sameRow(&all[first], &all[bucket]):
			r.fault(element("buckets", bucket), Conflict, "the bucket has the matrix of bucket %d: their rows must be the same", first)
		}
	}
	return out
}

// fourLists is a NewRow or a BucketRow.
type fourLists interface {
	GetDurationsTo() []int32
	GetDurationsFrom() []int32
	GetDistancesTo() []int32
	GetDistancesFrom() []int32
}

func (l *Live) row(r *reader, in fourLists) day.Row {
	return day.Row{
		DurationsTo: l.cells(r, "durations_to", in.GetDurationsTo()), DurationsFrom: l.cells(r, "durations_from", in.GetDurationsFrom()),
		DistancesTo:   l.metres(r, "distances_to", in.GetDistancesTo(), in.GetDurationsTo()),
		DistancesFrom: l.metres(r, "distances_from", in.GetDistancesFrom(), in.GetDurationsFrom()),
	}
}

func sameRow(a, b *day.Row) bool {
	return slices.Equal(a.DurationsTo, b.DurationsTo) && slices.Equal(a.DurationsFrom, b.DurationsFrom) &&
		slices.Equal(a.DistancesTo, b.DistancesTo) && slices.Equal(a.DistancesFrom, b.DistancesFrom)
}

// cappedRows are rows without the ways that are longer than the limits allow.
func cappedRows(rows []day.Row, lim Limits) []day.Row {
	out := make([]day.Row, len(rows))
	both := func(seconds, metres []int32) ([]int32, []int32) {
		m := capped(&model.Matrix{Durations: seconds, Distances: metres}, lim)
		return m.Durations, m.Distances
	}
	for k := range rows {
		out[k].DurationsTo, out[k].DistancesTo = both(rows[k].DurationsTo, rows[k].DistancesTo)
		out[k].DurationsFrom, out[k].DistancesFrom = both(rows[k].DurationsFrom, rows[k].DistancesFrom)
	}
	return out
}

// Matrices is how many different ones the travel of all profiles has: in a problem that has no day yet, in a day, and with an event that may bring
// others.
func (l *Live) Matrices(d *day.Day, e *day.Event) (count int) {
	for k := range l.Problem.Profiles {
		switch {
		case d == nil:
			count += different(&l.Problem.Profiles[k])
		case e != nil && k < len(e.Travel) && e.Travel[k] != nil:
			count += different(&model.Profile{Series: e.Travel[k]})
		default:
			count += d.Layers(model.ProfileIdx(k))
		}
	}
	return count
}

// stretch makes the longest way so long, for what the dearest plan costs.
func (l *Live) stretch(metres model.Meters) {
	by := float64(metres) / float64(l.Context.reach.distance)
	if by <= 1 {
		return
	}
	l.Context.reach.distance = metres
	l.bill.terms[model.Distance] *= by
	for id, d := range l.due {
		d[model.Distance] *= by
		l.due[id] = d
	}
	l.asked[model.Distance] *= by
}

// bounded refuses ways so long that the dearest plan could cost too much.
func (l *Live) bounded(r *reader, field string) {
	was := l.bill.terms
	l.bill.terms[model.Distance] *= max(1, float64(l.far)/float64(l.Context.reach.distance))
	if term, over := l.bill.dearest(); over {
		r.fault(field, CostOverflow, "the dearest plan could cost too much to be added exactly, most of it %s", term)
	}
	l.bill.terms = was
}
