// Package road gives travel times and distances on roads. A network is imported from OpenStreetMap once (Import), written to a file
// and opened by memory map (Write, Open). Places are found on it (Locate), traffic makes weights of rules (Customise), and from these
// come matrices and paths.
//
// Durations are whole milliseconds and distances whole decimetres on each segment of a road, and sums of these are exact. A journey
// is the shortest in time, and among those in distance; one of more than twelve days does not exist.
package road

import (
	"errors"
	"fmt"
	"math"
	"time"
	_ "time/tzdata" // rules speak of hours in the network's zone, on whatever machine

	"callout/engine/road/hierarchy"
)

// Point in units of 1e-7 degrees.
type Point struct{ Lat, Lon int32 }

// Network of roads, with what does not depend on traffic. It is immutable and may be used by any number of goroutines at once.
//
// Roads are segments between junctions, each a line of points. A directed segment is 2s along segment s and 2s+1 against it.
type Network struct {
	zone   string
	loc    *time.Location
	digest [32]byte
	unmap  func() error

	pointFirst []int32 // of segments
	points     []Point
	length     []int32 // of segments, dm
	way        []int32 // of segments: index in the next two
	wayID      []int64
	wayClass   []uint8
	tree       tree
	roads      [profiles]roads
}

// roads of a profile: a graph whose vertices are junctions, some of them several times (see turns.go), named by their rank.
type roads struct {
	duration   []int32 // of directed segments, ms; shut where the profile may not go
	first      []int32 // arcs of directed segment d are first[d] to first[d+1], the first of them for those who come from nowhere
	tail, head []int32 // of arcs
	main       []uint8 // of directed segments: 1 if it is in the biggest part in which one can go from everywhere to everywhere
	graph      *hierarchy.Hierarchy
}

// Segments is the number of roads between junctions.
func (n *Network) Segments() int { return len(n.length) }

// Digest names the network by its content.
func (n *Network) Digest() [32]byte { return n.digest }

// Zone is the IANA name of the time zone.
func (n *Network) Zone() string { return n.zone }

// Size of a profile's graph: vertices, arcs, links of the completed graph and the depth of the elimination tree.
func (n *Network) Size(p Profile) (vertices, arcs, links, depth int) {
	r := &n.roads[p]
	return r.graph.Vertices(), len(r.tail), r.graph.Links(), r.graph.Depth()
}

// Bounds of all points: the least and the greatest latitude and longitude.
func (n *Network) Bounds() (least, greatest Point) {
	least, greatest = Point{math.MaxInt32, math.MaxInt32}, Point{math.MinInt32, math.MinInt32}
	for _, p := range n.points {
		least = Point{min(least.Lat, p.Lat), min(least.Lon, p.Lon)}
		greatest = Point{max(greatest.Lat, p.Lat), max(greatest.Lon, p.Lon)}
	}
	return least, greatest
}

// line of a segment.
func (n *Network) line(s int32) []Point { return n.points[n.pointFirst[s]:n.pointFirst[s+1]] }

// end of a directed segment: its head, or its tail.
func (n *Network) end(d int32, head bool) Point {
	line := n.line(d / 2)
	if head == (d%2 == 0) {
		return line[len(line)-1]
	}
	return line[0]
}

func (n *Network) class(s int32) Class { return Class(n.wayClass[n.way[s]]) }

// Close gives the file back that the network was opened from. Nothing may use the network, or weights of it, any more.
func (n *Network) Close() error {
	if n.unmap == nil {
		return nil
	}
	return n.unmap()
}

// finish checks a network that was built or opened, so that nothing that is done with it can go wrong, and derives what is not kept.
func (n *Network) finish() error {
	var err error
	if n.loc, err = loadZone(n.zone); err != nil {
		return err
	}
	if err := n.checkLines(); err != nil {
		return err
	}
	if err := n.tree.check(len(n.length)); err != nil {
		return err
	}
	for p := range n.roads {
		if err := n.roads[p].check(len(n.length)); err != nil {
			return fmt.Errorf("profile %v: %w", Profile(p), err)
		}
	}
	return nil
}

func loadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("road: no time zone %q", name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("road: no time zone %.40q", name)
	}
	return loc, nil
}

func (n *Network) checkLines() error {
	segments := len(n.length)
	if segments == 0 || len(n.pointFirst) != segments+1 || len(n.way) != segments || len(n.wayID) != len(n.wayClass) {
		return errors.New("segments of different number")
	}
	if n.pointFirst[0] != 0 || int(n.pointFirst[segments]) != len(n.points) {
		return errors.New("points of segments")
	}
	for s := range segments {
		// No difference of two points that pass is too large for int32.
		if n.pointFirst[s+1] < n.pointFirst[s]+2 || n.pointFirst[s+1] > int32(len(n.points)) || n.length[s] < 0 || n.length[s] > maxLength ||
			n.way[s] < 0 || int(n.way[s]) >= len(n.wayID) || n.wayClass[n.way[s]] >= classes {
			return fmt.Errorf("segment %d", s)
		}
	}
	for i, p := range n.points {
		if p.Lat < -90e7 || p.Lat > 90e7 || p.Lon < -180e7 || p.Lon > 180e7 {
			return fmt.Errorf("point %d is outside the world", i)
		}
	}
	return nil
}

func (r *roads) check(segments int) error {
	if len(r.duration) != 2*segments || len(r.main) != 2*segments || len(r.first) != 2*segments+1 || len(r.tail) != len(r.head) {
		return errors.New("directed segments of different number")
	}
	if r.first[0] != 0 || int(r.first[2*segments]) != len(r.tail) {
		return errors.New("arcs of directed segments")
	}
	for d, ms := range r.duration {
		arcs := r.first[d+1] - r.first[d]
		if arcs < 0 || int(r.first[d+1]) > len(r.tail) || (ms == shut) != (arcs == 0) || ms < shut || ms == 0 || ms > maxDuration {
			return fmt.Errorf("directed segment %d", d)
		}
	}
	return nil
}

// Metres along the great circle.
func Metres(p, q Point) float64 {
	const radius, unit = 6371008.8, math.Pi / 180e7
	sinLat, sinLon := math.Sin(float64(p.Lat-q.Lat)*unit/2), math.Sin((float64(p.Lon)-float64(q.Lon))*unit/2)
	h := sinLat*sinLat + math.Cos(float64(p.Lat)*unit)*math.Cos(float64(q.Lat)*unit)*sinLon*sinLon
	return 2 * radius * math.Asin(min(1, math.Sqrt(h)))
}
