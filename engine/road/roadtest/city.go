// Package roadtest makes up maps that look and behave like those of a city, for tests and examples: streets of all classes, crooked
// ones, one-way streets, a river with few bridges and a ferry, parks with paths, gates and bollards, banned turns, and a few roads that
// lead nowhere.
package roadtest

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"callout/engine/road/osm"
)

// Map of OpenStreetMap.
type Map struct {
	Nodes     []osm.Node
	Ways      []osm.Way
	Relations []osm.Relation
}

// XML of the map.
func (m *Map) XML() []byte {
	var b bytes.Buffer
	b.WriteString("<?xml version='1.0' encoding='UTF-8'?>\n<osm version=\"0.6\">\n")
	tags := func(list osm.Tags) {
		for _, t := range list {
			fmt.Fprintf(&b, "<tag k=%s v=%s/>", quote(t.Key), quote(t.Value))
		}
	}
	for _, n := range m.Nodes {
		fmt.Fprintf(&b, "<node id=\"%d\" lat=\"%s\" lon=\"%s\">", n.ID, degrees(n.Lat), degrees(n.Lon))
		tags(n.Tags)
		b.WriteString("</node>\n")
	}
	for _, w := range m.Ways {
		fmt.Fprintf(&b, "<way id=\"%d\">", w.ID)
		for _, r := range w.Refs {
			fmt.Fprintf(&b, "<nd ref=\"%d\"/>", r)
		}
		tags(w.Tags)
		b.WriteString("</way>\n")
	}
	for _, r := range m.Relations {
		fmt.Fprintf(&b, "<relation id=\"%d\">", r.ID)
		for _, mem := range r.Members {
			fmt.Fprintf(&b, "<member type=%q ref=\"%d\" role=%s/>", [...]string{"node", "way", "relation"}[mem.Kind], mem.Ref, quote(mem.Role))
		}
		tags(r.Tags)
		b.WriteString("</relation>\n")
	}
	b.WriteString("</osm>\n")
	return b.Bytes()
}

func quote(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return `"` + b.String() + `"`
}

func degrees(v int32) string {
	sign := ""
	if v < 0 {
		sign, v = "-", -v
	}
	return fmt.Sprintf("%s%d.%07d", sign, v/1e7, v%1e7)
}

// City makes up a map of so many streets in each direction, at least 4, some 120 m apart, around a place in degrees.
func City(seed uint64, side int, lat, lon float64) *Map { return WideCity(seed, side, 120, lat, lon) }

// WideCity is a city whose streets are so many metres apart.
func WideCity(seed uint64, side int, metres, lat, lon float64) *Map {
	c := &city{
		rng: rand.New(rand.NewPCG(seed, 0x0ad)), side: max(4, side), spacing: metres / 111_195, lat: lat, lon: lon,
		ends: make(map[int64][]street),
	}
	for y := range c.side {
		for x := range c.side {
			c.corners = append(c.corners, c.node(c.place(float64(x)+0.3*c.rng.Float64(), float64(y)+0.3*c.rng.Float64())))
		}
	}
	for k := range c.side {
		c.row(k)
		c.column(k)
	}
	c.extras()
	for _, node := range c.corners {
		c.ban(node)
	}
	return &c.m
}

type city struct {
	m        Map
	rng      *rand.Rand
	side     int
	spacing  float64 // degrees of latitude
	lat, lon float64
	corners  []int64
	id       int64
	ends     map[int64][]street // ways that end at a corner
}

type street struct {
	way   int64
	other int64 // where it leads
}

func (c *city) place(x, y float64) (lat, lon int32) {
	half := float64(c.side) / 2
	return int32(math.Round(1e7 * (c.lat + (y-half)*c.spacing))),
		int32(math.Round(1e7 * (c.lon + (x-half)*c.spacing/math.Cos(c.lat*math.Pi/180))))
}

func (c *city) next() int64 { c.id++; return c.id }

func (c *city) node(lat, lon int32, tags ...string) int64 {
	c.m.Nodes = append(c.m.Nodes, osm.Node{ID: c.next(), Lat: lat, Lon: lon, Tags: pairs(tags)})
	return c.id
}

func pairs(list []string) (t osm.Tags) {
	for ; len(list) >= 2; list = list[2:] {
		t = append(t, osm.Tag{Key: list[0], Value: list[1]})
	}
	return t
}

func (c *city) way(refs []int64, tags ...string) {
	id := c.next()
	c.m.Ways = append(c.m.Ways, osm.Way{ID: id, Refs: refs, Tags: pairs(tags)})
	first, last := refs[0], refs[len(refs)-1]
	c.ends[first] = append(c.ends[first], street{id, last})
	c.ends[last] = append(c.ends[last], street{id, first})
}

func (c *city) corner(x, y int) int64 { return c.corners[y*c.side+x] }

// kind of the street number k: an avenue, a one-way street, or any.
func (c *city) kind(k int) []string {
	switch {
	case k == c.side/2:
		return []string{"highway", "primary", "maxspeed", "60"}
	case k%6 == 3:
		return []string{"highway", "secondary"}
	case k%6 == 1:
		return []string{"highway", "tertiary", "oneway", "yes"}
	case k%6 == 2:
		return []string{"highway", "tertiary", "oneway", "-1", "maxspeed", "30 mph"}
	default:
		return []string{"highway", "residential"}
	}
}

// row lays street k from west to east, in ways of a few blocks.
func (c *city) row(k int) {
	var refs []int64
	for x := range c.side {
		refs = append(refs, c.corner(x, k))
		if x+1 == c.side || len(refs) > 1 && c.rng.IntN(3) == 0 {
			if len(refs) > 1 {
				c.way(refs, c.kind(k)...)
			}
			refs = []int64{c.corner(x, k)}
		}
		if x+1 < c.side && k%6 != 3 && k != c.side/2 && c.rng.IntN(12) == 0 { // no street here
			if len(refs) > 1 {
				c.way(refs, c.kind(k)...)
			}
			refs = nil
		} else if c.rng.IntN(3) == 0 && x+1 < c.side { // a bend
			refs = append(refs, c.node(c.place(float64(x)+0.6, float64(k)+0.5*c.rng.Float64()-0.1)))
		}
	}
}

// column lays street k from south to north, a way for each block. A river crosses the city south of its middle.
func (c *city) column(k int) {
	river := c.side/2 - 1
	for y := range c.side - 1 {
		refs := []int64{c.corner(k, y), c.corner(k, y+1)}
		tags := c.kind(k)
		mid := func(more ...string) int64 {
			lat, lon := c.place(float64(k)+0.3, float64(y)+0.6)
			return c.node(lat, lon, more...)
		}
		switch {
		case y == river && k == 0:
			c.way(refs, "route", "ferry", "duration", "00:05", "motor_vehicle", "yes")
			continue
		case y == river && k%5 != 2 && k != c.side/2:
			continue
		case tags[1] == "residential":
			switch c.rng.IntN(14) {
			case 0:
				continue
			case 1:
				refs = []int64{refs[0], mid("barrier", []string{"bollard", "gate", "block"}[c.rng.IntN(3)]), refs[1]}
			case 2:
				tags = []string{"highway", "living_street", "surface", "sett"}
			case 3:
				tags = []string{"highway", "residential", "access", "private"}
			case 4:
				tags = []string{"highway", "residential", "motor_vehicle", "destination"}
			case 5:
				tags = []string{"highway", "residential", "maxheight", "2.2"}
			}
		}
		c.way(refs, tags...)
	}
}

// extras: paths across blocks, a street that returns to where it began, and an island.
func (c *city) extras() {
	for range c.side * c.side / 10 {
		x, y := c.rng.IntN(c.side-1), c.rng.IntN(c.side-1)
		refs := []int64{c.corner(x, y), c.corner(x+1, y+1)}
		switch c.rng.IntN(4) {
		case 0:
			c.way(refs, "highway", "footway")
		case 1:
			c.way(refs, "highway", "path", "bicycle", "yes")
		case 2:
			c.way(refs, "highway", "steps")
		case 3:
			c.way(refs, "highway", "service", "access", "customers")
		}
	}
	x, y := 1, c.side-1
	c.way([]int64{
		c.corner(x, y), c.node(c.place(float64(x)-0.3, float64(y)+0.8)), c.node(c.place(float64(x)+0.5, float64(y)+0.8)), c.corner(x, y),
	}, "highway", "residential")
	far := float64(c.side) + 3
	c.way([]int64{c.node(c.place(far, far)), c.node(c.place(far+1, far)), c.node(c.place(far+1, far+0.5))}, "highway", "residential")
}

// ban turns at a corner, now and then: between ways that end there, so that nothing is left to interpretation.
func (c *city) ban(node int64) {
	ends := c.ends[node]
	if len(ends) < 2 || c.rng.IntN(4) > 0 {
		return
	}
	once := make(map[int64]int)
	for _, e := range ends {
		once[e.way]++
	}
	a, b := ends[c.rng.IntN(len(ends))], ends[c.rng.IntN(len(ends))]
	if once[a.way] > 1 || once[b.way] > 1 {
		return
	}
	from := osm.Member{Kind: osm.KindWay, Ref: a.way, Role: "from"}
	via := osm.Member{Kind: osm.KindNode, Ref: node, Role: "via"}
	to := osm.Member{Kind: osm.KindWay, Ref: b.way, Role: "to"}
	kind := []string{"no_left_turn", "no_right_turn", "no_u_turn", "no_straight_on"}[c.rng.IntN(4)]
	switch {
	case a.way == b.way:
		kind = "no_u_turn"
	case c.rng.IntN(4) == 0:
		kind = "only_straight_on"
	case c.rng.IntN(3) == 0: // along the second way, and then not into a third
		next := c.ends[b.other]
		third := next[c.rng.IntN(len(next))]
		if third.way == b.way || b.other == node {
			return
		}
		for _, e := range next {
			if e.way == third.way && e != third {
				return
			}
		}
		via = osm.Member{Kind: osm.KindWay, Ref: b.way, Role: "via"}
		to.Ref = third.way
	}
	tags := []string{"type", "restriction", "restriction", kind}
	if c.rng.IntN(4) == 0 {
		tags = append(tags, "except", "bicycle;psv")
	}
	c.m.Relations = append(c.m.Relations, osm.Relation{ID: c.next(), Members: []osm.Member{from, via, to}, Tags: pairs(tags)})
}
