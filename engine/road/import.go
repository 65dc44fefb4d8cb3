package road

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"callout/engine/road/osm"
)

// ErrNoRoads says that a file has no road that any profile may use.
var ErrNoRoads = errors.New("road: the file has no roads")

// ErrTooBig says that a file has more roads than the import may keep.
var ErrTooBig = errors.New("road: the file has too many roads")

// ImportOptions of an import. The zero value is UTC and MaxRefs of 200 million, which is about all of Germany.
type ImportOptions struct {
	// Zone is the IANA name of the time zone of the network, in which rules of traffic say their hours.
	Zone string
	// MaxRefs bounds the nodes on roads, counted per road, and with them memory: some 100 bytes for each.
	MaxRefs int
}

// ImportStats is what an import saw.
type ImportStats struct {
	Ways, Nodes  int // of roads
	Missing      int // nodes of roads that the file does not have: it is an extract
	Restrictions int // of turns, that were understood
	Ignored      int // restrictions that were not: torn by the extract's border, or contradictory
	Reading      time.Duration
	Building     time.Duration
}

// Import reads a file of OpenStreetMap twice, first its ways and restrictions, then the nodes of these, and builds a network. The file is opened by open,
// twice. Errors that are the file's fault are of kind osm.ErrMalformed, ErrNoRoads or ErrTooBig.
func Import(ctx context.Context, open func() (io.ReadCloser, error), o ImportOptions) (*Network, *ImportStats, error) {
	if o.MaxRefs <= 0 {
		o.MaxRefs = 200_000_000
	}
	if o.Zone == "" {
		o.Zone = "UTC"
	}
	if _, err := loadZone(o.Zone); err != nil {
		return nil, nil, err
	}
	began := time.Now()
	raw := &rawRoads{most: o.MaxRefs}
	if err := pass(ctx, open, osm.Handler{Way: raw.way, Relation: raw.relation}); err != nil {
		return nil, nil, err
	}
	raw.index()
	if err := pass(ctx, open, osm.Handler{Node: raw.node}); err != nil {
		return nil, nil, err
	}
	read := time.Now()
	stats := &ImportStats{Ways: len(raw.ways), Reading: read.Sub(began)}
	n, err := build(ctx, raw, o.Zone, stats)
	stats.Building = time.Since(read)
	return n, stats, err
}

func pass(ctx context.Context, open func() (io.ReadCloser, error), h osm.Handler) error {
	file, err := open()
	if err != nil {
		return err
	}
	return errors.Join(osm.Read(ctx, file, h), file.Close())
}

// rawRoads is what is kept of a file.
type rawRoads struct {
	most  int
	ways  []rawWay
	refs  []int64 // of all ways
	bans  []rawBan
	ids   []int64 // of the nodes of ways, ascending
	place []Point // of ids
	mask  []uint8 // of ids: profiles that do not get through
	seen  []bool  // of ids: the file has it
}

type rawWay struct {
	id      int64
	from    int // in refs
	class   Class
	seconds int32 // of a ferry, 0 if it does not say
	speeds  speeds
}

// rawBan is a restriction of turns.
type rawBan struct {
	from, via, to []int64 // ways; via is empty if there is a node
	node          int64
	only          bool
	profiles      uint8
}

func (r *rawRoads) way(w *osm.Way) error {
	class, s := read(w.Tags)
	if !s.any() || len(w.Refs) < 2 {
		return nil
	}
	if len(r.refs)+len(w.Refs) > r.most {
		return fmt.Errorf("%w: more than %d nodes on them", ErrTooBig, r.most)
	}
	way := rawWay{id: w.ID, from: len(r.refs), class: class, speeds: s}
	if class == Ferry {
		way.seconds = duration(w.Tags)
	}
	r.ways = append(r.ways, way)
	r.refs = append(r.refs, w.Refs...)
	return nil
}

// refsOf a way.
func (r *rawRoads) refsOf(way int) []int64 {
	end := len(r.refs)
	if way+1 < len(r.ways) {
		end = r.ways[way+1].from
	}
	return r.refs[r.ways[way].from:end]
}

// index the nodes that are wanted.
func (r *rawRoads) index() {
	r.ids = slices.Clone(r.refs)
	slices.Sort(r.ids)
	r.ids = slices.Compact(r.ids)
	r.place, r.mask, r.seen = make([]Point, len(r.ids)), make([]uint8, len(r.ids)), make([]bool, len(r.ids))
}

func (r *rawRoads) node(n *osm.Node) error {
	if at, wanted := slices.BinarySearch(r.ids, n.ID); wanted {
		r.place[at], r.mask[at], r.seen[at] = Point{Lat: n.Lat, Lon: n.Lon}, blocked(n.Tags), true
	}
	return nil
}

// kinds of restrictions, with whether they are the only way.
var bans = map[string]bool{
	"no_left_turn": false, "no_right_turn": false, "no_straight_on": false, "no_u_turn": false, "no_entry": false, "no_exit": false,
	"only_left_turn": true, "only_right_turn": true, "only_straight_on": true, "only_u_turn": true,
}

// whose restrictions a key speaks of.
var banKeys = map[string]uint8{
	"restriction": 1<<Car | 1<<Van | 1<<Bicycle, "restriction:motor_vehicle": 1<<Car | 1<<Van, "restriction:motorcar": 1 << Car,
	"restriction:goods": 1 << Van, "restriction:bicycle": 1 << Bicycle,
}

func (r *rawRoads) relation(rel *osm.Relation) error {
	if rel.Tags.Get("type") != "restriction" {
		return nil
	}
	var b rawBan
	for _, t := range rel.Tags {
		if only, known := bans[t.Value]; known {
			b.only = only
			b.profiles |= banKeys[t.Key]
		}
	}
	b.profiles &^= excepted(rel.Tags.Get("except"))
	if b.profiles == 0 {
		return nil
	}
	for _, m := range rel.Members {
		switch {
		case m.Kind == osm.KindWay && m.Role == "from":
			b.from = append(b.from, m.Ref)
		case m.Kind == osm.KindWay && m.Role == "to":
			b.to = append(b.to, m.Ref)
		case m.Kind == osm.KindWay && m.Role == "via":
			b.via = append(b.via, m.Ref)
		case m.Kind == osm.KindNode && m.Role == "via":
			b.node = m.Ref
		}
	}
	// Several ways in and several out at once would be a cross of bans: nobody means that, and nothing bounds it.
	const most = 16
	if len(b.from) == 0 || len(b.to) == 0 || len(b.from) > most || len(b.to) > most || len(b.via) > most {
		return nil
	}
	r.bans = append(r.bans, b)
	return nil
}

func excepted(value string) (mask uint8) {
	for word := range words(value) {
		switch word {
		case "motorcar":
			mask |= 1 << Car
		case "goods":
			mask |= 1 << Van
		case "motor_vehicle", "vehicle":
			mask |= 1<<Car | 1<<Van
		case "bicycle":
			mask |= 1 << Bicycle
		}
	}
	return mask
}
