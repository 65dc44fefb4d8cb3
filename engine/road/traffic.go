package road

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// Traffic is what is slower, faster or closed, and when; as JSON it reads as the message of the API does. It has no "current" state: whoever wants weights says of which moment.
type Traffic struct {
	Rules []Rule `json:"rules"`
}

// Rule slows roads down or closes them. It holds for the roads that all of its conditions name, at the times that all of its conditions
// name; without conditions everywhere and always. Of several rules that hold for a road the factors are multiplied.
type Rule struct {
	// Factor multiplies durations, 2 is half as fast. Exactly one of it and Closed is given.
	Factor float64 `json:"factor,omitempty"`
	Closed bool    `json:"closed,omitempty"`

	// Polygon and Circle are areas: a road between two junctions belongs to one if its middle does.
	Polygon []Coord  `json:"polygon,omitempty"`
	Circle  *Circle  `json:"circle,omitempty"`
	Classes []string `json:"classes,omitempty"` // of roads, as OpenStreetMap calls them
	Ways    []int64  `json:"way_ids,omitempty"` // of OpenStreetMap, by id

	// FromDate and ToDate are the first and the last day, as 2006-01-02, in the network's time zone.
	FromDate string `json:"from_date,omitempty"`
	ToDate   string `json:"to_date,omitempty"`
	// Hours of the week, the first one being Monday from midnight, in the network's time zone.
	Hours []HourRange `json:"hours,omitempty"`
}

// Coord is a latitude and a longitude in degrees.
type Coord struct {
	Lat float64 `json:"latitude"`
	Lon float64 `json:"longitude"`
}

// Circle is an area.
type Circle struct {
	Center Coord   `json:"center"`
	Radius float64 `json:"radius"`
}

// HourRange is from the beginning of an hour of the week to the beginning of another, 0 to 168.
type HourRange struct {
	From  int `json:"from"`
	Until int `json:"until"`
}

const dayFormat = "2006-01-02"

// Bytes that the rules take, about.
func (t *Traffic) Bytes() int64 {
	n := int64(256)
	for i := range t.Rules {
		r := &t.Rules[i]
		n += 256 + 16*int64(len(r.Polygon)+len(r.Hours)) + 8*int64(len(r.Ways))
		for _, name := range r.Classes {
			n += 16 + int64(len(name))
		}
	}
	return n
}

// ReadTraffic reads rules as JSON. Unknown fields are faults.
func ReadTraffic(r io.Reader) (Traffic, error) {
	var t Traffic
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&t); err != nil {
		return t, fmt.Errorf("road: rules of traffic: %w", err)
	}
	if dec.More() {
		return t, errors.New("road: rules of traffic: something follows them")
	}
	return t, nil
}

// active says whether a rule holds at a moment, in the network's time zone.
func (r *Rule) active(local time.Time) bool {
	if r.FromDate != "" || r.ToDate != "" {
		day := local.Format(dayFormat)
		if r.FromDate != "" && day < r.FromDate || r.ToDate != "" && day > r.ToDate {
			return false
		}
	}
	if len(r.Hours) == 0 {
		return true
	}
	hour := (int(local.Weekday())+6)%7*24 + local.Hour()
	return slices.ContainsFunc(r.Hours, func(h HourRange) bool { return h.From <= hour && hour < h.Until })
}

// TrafficDigest names the network and the rules.
func (n *Network) TrafficDigest(t Traffic) [32]byte {
	return n.sign("traffic", t.Rules)
}

// sign what was computed from the network, for a purpose, by rules.
func (n *Network) sign(purpose string, rules []Rule) [32]byte {
	text, err := json.Marshal(rules)
	if err != nil { // NaN or infinite: not in rules that were checked
		panic(err)
	}
	h := sha256.New()
	h.Write(n.digest[:])
	_, _ = io.WriteString(h, purpose+"\x00")
	h.Write(text)
	return [32]byte(h.Sum(nil))
}

// Customise returns the weights of a profile at a moment. The rules have to be free of faults (CheckTraffic); else it returns them.
// Weights of two moments at which the same rules hold have the same digest. It takes some tens of milliseconds for a city.
func (n *Network) Customise(p Profile, t Traffic, moment time.Time) (*Weights, error) {
	if err := n.CheckTraffic(t); err != nil {
		return nil, err
	}
	rules := n.active(t, moment)
	r := &n.roads[p]
	if len(rules) == 0 {
		return n.Weights(p), nil
	}
	factor := make([]float64, n.Segments()) // 0 is closed
	for s := range factor {
		factor[s] = 1
	}
	anyClosed := false
	for i := range rules {
		by := rules[i].Factor
		if rules[i].Closed {
			by, anyClosed = 0, true
		}
		n.match(&rules[i], func(s int32) { factor[s] *= by })
	}
	duration := slices.Clone(r.duration)
	for d, ms := range duration {
		switch f := factor[d/2]; {
		case ms == shut || f == 1:
		case f == 0:
			duration[d] = shut
		default:
			duration[d] = int32(max(1, min(maxDuration, math.Round(float64(ms)*f))))
		}
	}
	main := r.main
	if anyClosed {
		main = r.biggestPart(func(d int32) bool { return duration[d] != shut })
	}
	return n.customise(p, duration, main, n.sign(p.String(), rules)), nil
}

// active rules at a moment.
func (n *Network) active(t Traffic, moment time.Time) (rules []Rule) {
	local := moment.In(n.loc)
	for i := range t.Rules {
		if t.Rules[i].active(local) {
			rules = append(rules, t.Rules[i])
		}
	}
	return rules
}

// Changes returns the moments from one time until another at which other rules may begin to hold than before: the first is from itself,
// the others begin hours of the network's time zone. It gives up, and says so, where there are too many rules for so long a time.
func (n *Network) Changes(t Traffic, from, until time.Time) ([]time.Time, bool) {
	const most = 4_000_000 // rules looked at: a second
	out, held := []time.Time{from}, make([]bool, len(t.Rules))
	look := func(at time.Time) (changed bool) {
		local := at.In(n.loc)
		for i := range t.Rules {
			if now := t.Rules[i].active(local); now != held[i] {
				held[i], changed = now, true
			}
		}
		return changed
	}
	look(from)
	if len(t.Rules) == 0 {
		return out, true
	}
	if hours := until.Sub(from).Hours(); hours*float64(len(t.Rules)) > most {
		return nil, false
	}
	local := from.In(n.loc)
	next := from.Add(time.Hour - time.Duration(local.Minute())*time.Minute - time.Duration(local.Second())*time.Second -
		time.Duration(local.Nanosecond()))
	for at := next; at.Before(until); at = at.Add(time.Hour) {
		if look(at) {
			out = append(out, at)
		}
	}
	return out, true
}

// WeightsDigest is that of the weights that Customise would return.
func (n *Network) WeightsDigest(p Profile, t Traffic, moment time.Time) [32]byte {
	return n.sign(p.String(), n.active(t, moment))
}

// match calls visit for the segments that a rule names.
func (n *Network) match(r *Rule, visit func(s int32)) {
	classSet := uint32(math.MaxUint32)
	if len(r.Classes) > 0 {
		classSet = 0
		for _, name := range r.Classes {
			if c, err := ParseClass(name); err == nil {
				classSet |= 1 << c
			}
		}
	}
	ways := slices.Sorted(slices.Values(r.Ways))
	within := newArea(r)
	n.tree.search(within.box, func(s int32) {
		if classSet>>n.class(s)&1 == 0 {
			return
		}
		if len(ways) > 0 {
			if _, named := slices.BinarySearch(ways, n.wayID[n.way[s]]); !named {
				return
			}
		}
		if within.everywhere || within.contains(n.middle(s)) {
			visit(s)
		}
	})
}

// middle of a segment, along its line.
func (n *Network) middle(s int32) Point {
	line := n.line(s)
	total := 0.0
	for i := range line[1:] {
		total += Metres(line[i], line[i+1])
	}
	rest := total / 2
	for i := range line[1:] {
		l := Metres(line[i], line[i+1])
		if rest <= l && l > 0 {
			return between(line[i], line[i+1], rest/l)
		}
		rest -= l
	}
	return line[0]
}

// between two points, a share of the way.
func between(a, b Point, share float64) Point {
	return Point{
		Lat: a.Lat + int32(math.Round(share*(float64(b.Lat)-float64(a.Lat)))),
		Lon: a.Lon + int32(math.Round(share*(float64(b.Lon)-float64(a.Lon)))),
	}
}
