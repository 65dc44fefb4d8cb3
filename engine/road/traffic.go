package road

import (
	"cmp"
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

// sum of a rule.
type sum = [sha256.Size]byte

func (r *Rule) sum() sum {
	text, err := json.Marshal(r)
	if err != nil { // NaN or infinite: not in rules that were checked
		panic(err)
	}
	return sha256.Sum256(text)
}

func sums(rules []Rule) []sum {
	out := make([]sum, len(rules))
	for i := range rules {
		out[i] = rules[i].sum()
	}
	return out
}

// TrafficDigest names the network and the rules.
func (n *Network) TrafficDigest(t Traffic) [32]byte { return n.sign("traffic", sums(t.Rules)) }

// sign what was computed from the network, for a purpose, by rules.
func (n *Network) sign(purpose string, rules []sum) [32]byte {
	h := sha256.New()
	h.Write(n.digest[:])
	_, _ = io.WriteString(h, purpose+"\x00")
	for i := range rules {
		h.Write(rules[i][:])
	}
	return [32]byte(h.Sum(nil))
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

// State of the traffic for a profile, from a time on. The digest is that of the weights.
type State struct {
	From   time.Time
	Digest [32]byte
}

// State of the traffic at a moment.
func (n *Network) State(p Profile, t Traffic, moment time.Time) State {
	return State{From: moment, Digest: n.sign(p.String(), sums(n.active(t, moment)))}
}

// States of the traffic from one time until another: the first is from itself, the others begin hours of the network's time zone, and
// each differs from the one before. It gives up, and says so, where there are too many rules for so long a time.
func (n *Network) States(p Profile, t Traffic, from, until time.Time) ([]State, bool) {
	const most = 4_000_000 // rules looked at: a second
	local := from.In(n.loc)
	if until.Sub(from).Hours()*float64(len(t.Rules)) > most {
		return nil, false
	}
	all, holding := sums(t.Rules), make([]sum, 0, len(t.Rules))
	var out []State
	look := func(at time.Time) {
		local := at.In(n.loc)
		holding = holding[:0]
		for i := range t.Rules {
			if t.Rules[i].active(local) {
				holding = append(holding, all[i])
			}
		}
		if d := n.sign(p.String(), holding); len(out) == 0 || out[len(out)-1].Digest != d {
			out = append(out, State{From: at, Digest: d})
		}
	}
	look(from)
	if len(t.Rules) == 0 {
		return out, true
	}
	next := from.Add(time.Hour - time.Duration(local.Minute())*time.Minute - time.Duration(local.Second())*time.Second -
		time.Duration(local.Nanosecond()))
	for at := next; at.Before(until); at = at.Add(time.Hour) {
		look(at)
	}
	return out, true
}

// Customise returns the weights of a profile at a moment, or the faults of the rules. Weights of two moments at which the same rules
// hold have the same digest. It takes some tens of milliseconds for a city.
func (n *Network) Customise(p Profile, t Traffic, moment time.Time) (*Weights, error) {
	if err := n.CheckTraffic(t); err != nil {
		return nil, err
	}
	return n.CustomiseChecked(p, t, moment), nil
}

// CustomiseChecked is Customise for rules in which CheckTraffic finds no fault.
func (n *Network) CustomiseChecked(p Profile, t Traffic, moment time.Time) *Weights {
	rules := n.active(t, moment)
	r := &n.roads[p]
	if len(rules) == 0 {
		return n.Weights(p)
	}
	factor := make([]float64, n.Segments()) // 0 is closed
	for s := range factor {
		factor[s] = 1
	}
	anyClosed := false
	m := matcher{n: n}
	for i := range rules {
		by := rules[i].Factor
		if rules[i].Closed {
			by, anyClosed = 0, true
		}
		m.match(&rules[i], func(s int32) { factor[s] *= by })
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
	return n.customise(p, duration, main, n.sign(p.String(), sums(rules)))
}

// matcher finds the segments that rules name.
type matcher struct {
	n    *Network
	ways []wayRange // by id, once a rule names ways
}

// wayRange is a segment of a way.
type wayRange struct {
	id      int64
	segment int32
}

// match calls visit for the segments that a rule names.
func (m *matcher) match(r *Rule, visit func(s int32)) {
	n := m.n
	classSet := uint32(math.MaxUint32)
	if len(r.Classes) > 0 {
		classSet = 0
		for _, name := range r.Classes {
			if c, err := ParseClass(name); err == nil {
				classSet |= 1 << c
			}
		}
	}
	within := newArea(r)
	look := func(s int32) {
		if classSet>>n.class(s)&1 == 1 && (within.everywhere || within.contains(n.middle(s))) {
			visit(s)
		}
	}
	if len(r.Ways) == 0 {
		n.tree.search(within.box, look)
		return
	}
	if m.ways == nil {
		m.ways = make([]wayRange, n.Segments())
		for s := range m.ways {
			m.ways[s] = wayRange{n.wayID[n.way[s]], int32(s)}
		}
		slices.SortFunc(m.ways, func(a, b wayRange) int { return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.segment, b.segment)) })
	}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(r.Ways))) {
		at, _ := slices.BinarySearchFunc(m.ways, id, func(w wayRange, id int64) int { return cmp.Compare(w.id, id) })
		for ; at < len(m.ways) && m.ways[at].id == id; at++ {
			look(m.ways[at].segment)
		}
	}
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
