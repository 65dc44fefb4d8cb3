package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"callout/cmd/callout/report/digest"
)

// cityMap is the map of all routes, in units of its view box. The projection is equirectangular about the middle, true to
// scale there and near enough within a region.
type cityMap struct {
	W, H   float64
	Grid   []gridLine
	Scale  scaleBar
	Routes []mapRoute
	Flows  []flow
	Nodes  []mark
	Homes  []mark
	Out    []mark
}

const mapW = 1000.0

// Ratio of width to height.
func (m *cityMap) Ratio() float64 { return m.W / m.H }

// projection turns degrees into view box units; north is up.
type projection struct {
	west, north float64
	perLat      float64 // units per degree
	perLon      float64
	h           float64
}

func (p projection) xy(at digest.Place) (x, y float64) {
	return (at.Lon - p.west) * p.perLon, (p.north - at.Lat) * p.perLat
}

// mapRoute is a technician's way through a shift.
type mapRoute struct {
	Index int // as row.Route
	Day   int
	Look  look
	Name  string
	Path  string // between the stops
	Tails string // from the start and to the end
	Stops []mark
}

// mark is a point with its text.
type mark struct {
	X, Y   float64
	Label  string
	Day    int
	Route  int
	Look   look
	Late   bool
	Pickup bool
	Off    bool    // beyond the map, shown at its edge
	Turn   float64 // degrees clockwise from east in which it lies then
	Tip    string
}

// flow is a shipment, as the crow flies.
type flow struct{ Path, Tip string }

type gridLine struct {
	X1, Y1, X2, Y2 float64
	Label          string
	Meridian       bool
}

// scaleBar is drawn by the page, at a round length for the zoom.
type scaleBar struct {
	Km float64 // units per kilometre
}

// newMap is nil where nothing has a position.
func newMap(d *digest.Digest, looks []look) *cityMap {
	p, ok := project(d)
	if !ok {
		return nil
	}
	m := &cityMap{W: mapW, H: p.h, Grid: p.graticule(), Scale: p.scale()}
	homes := map[string]bool{}
	for k, r := range d.Routes {
		if r.Used() {
			m.route(d, p, k, r, looks[k])
		}
		for _, home := range []digest.Place{r.Start, r.End} {
			if home.Known && r.Used() && !homes[home.ID] {
				homes[home.ID] = true
				m.Homes = append(m.Homes, p.mark(mark{Route: k, Look: looks[k], Tip: home.ID}, home))
			}
		}
	}
	for _, n := range d.Problem.GetNodes() {
		if at := d.Place(n.GetLocationId()); at.Known {
			m.Nodes = append(m.Nodes, p.mark(mark{Label: n.GetId(), Tip: n.GetId()}, at))
		}
	}
	for _, s := range d.Shipments {
		if s.Origin.Known && s.Target.Known {
			m.Flows = append(m.Flows, flow{Path: p.path(s.Origin, s.Target), Tip: flowTip(d, &s)})
		}
	}
	for _, o := range d.Out {
		if o.Place.Known {
			m.Out = append(m.Out, p.mark(mark{Label: o.Name, Tip: o.Name + ", left out\n" + o.Place.ID + "\n" + o.Headline}, o.Place))
		}
	}
	return m
}

func flowTip(d *digest.Digest, s *digest.Shipment) string {
	lines := []string{s.Node + " → " + s.To, digest.Clock(s.CutOff, d.Zone) + "–" + digest.Clock(s.Arrives, d.Zone)}
	for _, it := range s.Items {
		lines = append(lines, fmt.Sprintf("%d × %s", it.Qty, it.Name))
	}
	return strings.Join(lines, "\n")
}

func (m *cityMap) route(d *digest.Digest, p projection, k int, r *digest.Route, l look) {
	out := mapRoute{Index: k, Day: r.Day, Look: l, Name: r.Technician}
	var path, first []digest.Place // between the stops, with the streets where they are known; and to the first
	for _, s := range r.Stops {
		if !s.Place.Known {
			continue
		}
		if len(path) > 0 {
			path = append(path, s.Way...)
		} else {
			first = s.Way
		}
		path = append(path, s.Place)
		at := mark{Label: fmt.Sprint(s.Number), Route: k, Look: l, Late: s.Miss != "", Pickup: s.IsPickup}
		lines := append([]string{
			fmt.Sprintf("%d · %s", s.Number, s.Name),
			r.Technician + ", " + digest.Clock(s.Start, d.Zone) + "–" + digest.Clock(s.End, d.Zone),
		}, stopLines(d, s)...)
		at.Tip = strings.Join(lines, "\n")
		out.Stops = append(out.Stops, p.mark(at, s.Place))
	}
	if len(path) > 0 {
		out.Path = p.path(path...)
		if r.Start.Known {
			out.Tails += p.path(slices.Concat([]digest.Place{r.Start}, first, path[:1])...)
		}
		if r.End.Known {
			out.Tails += p.path(slices.Concat(path[len(path)-1:], r.LastWay, []digest.Place{r.End})...)
		}
	}
	m.Routes = append(m.Routes, out)
}

func (p projection) path(places ...digest.Place) string {
	var out strings.Builder
	for k, at := range places {
		x, y := p.xy(at)
		fmt.Fprintf(&out, "%c%.1f %.1f", "ML"[min(k, 1)], x, y)
	}
	return out.String()
}

// mark places a mark; what lies beyond the map comes to its edge, with the direction.
func (p projection) mark(m mark, at digest.Place) mark {
	x, y := p.xy(at)
	const margin = 45 // clear of the degrees at the edge
	m.X, m.Y = round1(max(margin, min(mapW-margin, x))), round1(max(margin, min(p.h-margin, y)))
	if math.Abs(m.X-x)+math.Abs(m.Y-y) > margin {
		m.Off = true
		m.Turn = math.Round(math.Atan2(y-m.Y, x-m.X) * 180 / math.Pi)
	}
	return m
}

func round1(x float64) float64 { return math.Round(x*10) / 10 }

// project fits the map to where technicians go; a job left out far away does not make the rest small.
func project(d *digest.Digest) (projection, bool) {
	var seen []digest.Place
	for _, r := range d.Routes {
		if !r.Used() {
			continue
		}
		seen = append(seen, r.Start, r.End)
		for _, s := range r.Stops {
			seen = append(seen, s.Place)
		}
	}
	box, ok := bounds(seen)
	if !ok {
		for _, l := range d.Problem.GetLocations() {
			seen = append(seen, d.Place(l.GetId()))
		}
		if box, ok = bounds(seen); !ok {
			return projection{}, false
		}
	}
	squeeze := math.Max(0.1, math.Cos((box.south+box.north)/2*math.Pi/180)) // a degree of longitude, in degrees of latitude
	// A margin for marks, and a shape that fits a page.
	height, width := 1.12*max(box.north-box.south, 0.01), 1.12*squeeze*max(box.east-box.west, 0.01)
	height, width = max(height, width*0.85), max(width, height*0.8)
	perLat := mapW / width
	p := projection{perLat: perLat, perLon: perLat * squeeze, h: math.Round(perLat * height)}
	p.north = (box.south+box.north)/2 + height/2
	p.west = (box.west+box.east)/2 - width/squeeze/2
	return p, true
}

type box struct{ south, north, west, east float64 }

func bounds(places []digest.Place) (b box, ok bool) {
	for _, at := range places {
		switch {
		case !at.Known:
		case !ok:
			b, ok = box{at.Lat, at.Lat, at.Lon, at.Lon}, true
		default:
			b = box{min(b.south, at.Lat), max(b.north, at.Lat), min(b.west, at.Lon), max(b.east, at.Lon)}
		}
	}
	return b, ok
}

// graticule is parallels and meridians at round steps, four to ten across.
func (p projection) graticule() []gridLine {
	var out []gridLine
	// The frame may be wider or higher than the box, so the lines go on beyond it.
	const over = mapW
	step := round125(mapW / p.perLon / 4)
	east := p.west + (mapW+over)/p.perLon
	for k := math.Ceil((p.west - over/p.perLon) / step); k*step < east; k++ {
		x := math.Round((k*step - p.west) * p.perLon)
		out = append(out, gridLine{X1: x, Y1: -over, X2: x, Y2: p.h + over, Label: degrees(k*step, step, "E", "W"), Meridian: true})
	}
	south := p.north - (p.h+over)/p.perLat
	step = round125(p.h / p.perLat / 4)
	for k := math.Ceil(south / step); k*step < p.north+over/p.perLat; k++ {
		y := math.Round((p.north - k*step) * p.perLat)
		out = append(out, gridLine{X1: -over, Y1: y, X2: mapW + over, Y2: y, Label: degrees(k*step, step, "N", "S")})
	}
	return out
}

const kmPerDegree = 111.195

func (p projection) scale() scaleBar { return scaleBar{Km: p.perLat / kmPerDegree} }

// round125 is the largest of 1, 2 and 5 times a power of ten that is not above x.
func round125(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, f := range []float64{5, 2} {
		if f*power <= x {
			return f * power
		}
	}
	return power
}

func degrees(x, step float64, positive, negative string) string {
	digits := max(0, int(math.Ceil(-math.Log10(step)-1e-9)))
	side := positive
	if x < 0 {
		side = negative
	}
	return fmt.Sprintf("%.*f° %s", digits, math.Abs(x), side)
}
