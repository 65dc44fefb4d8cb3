package road

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"

	"callout/solver/parallel"
)

// words of a list in a tag.
func words(list string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for word := range strings.SplitSeq(list, ";") {
			if !yield(strings.TrimSpace(word)) {
				return
			}
		}
	}
}

// builder makes a network of raw roads. Ways are cut into segments at junctions: nodes at which there is something to decide. A
// directed segment is 2s along segment s and 2s+1 against it.
type builder struct {
	raw      *rawRoads
	net      *Network
	junction []int32 // of ids, -1 if it is none
	begin    []int32 // junction at the begin of a segment
	end      []int32
	mask     []uint8   // of junctions: profiles that may not pass
	out      [][]int32 // directed segments that leave a junction
	segments [][2]int32
	stats    *ImportStats
	cos      float64 // of the middle latitude: a degree of longitude in degrees of latitude
}

func build(ctx context.Context, raw *rawRoads, zone string, stats *ImportStats) (*Network, error) {
	b := &builder{raw: raw, net: &Network{zone: zone}, stats: stats}
	b.findJunctions()
	if err := b.cut(); err != nil {
		return nil, err
	}
	if len(b.begin) == 0 {
		return nil, ErrNoRoads
	}
	bans := b.understand()
	var all parallel.Group
	var errs [profiles]error
	for p := range Profile(profiles) {
		all.Go(func() {
			if err := b.profile(ctx, p, bans); err != nil {
				errs[p] = fmt.Errorf("profile %v: %w", p, err)
			}
		})
	}
	all.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	b.net.tree = newTree(b.net)
	if err := b.net.finish(); err != nil {
		return nil, err
	}
	_, _, err := b.net.encode() // gives it its digest
	return b.net, err
}

// ref returns the index of a node, -1 if the file does not have it.
func (b *builder) ref(id int64) int {
	at, found := slices.BinarySearch(b.raw.ids, id)
	if !found || !b.raw.seen[at] {
		return -1
	}
	return at
}

// findJunctions marks the ends of ways, nodes that are passed more than once, and barriers.
func (b *builder) findJunctions() {
	uses := make([]uint8, len(b.raw.ids))
	for w := range b.raw.ways {
		last := -1
		refs := b.raw.refsOf(w)
		for k, id := range refs {
			at := b.ref(id)
			if at < 0 {
				b.stats.Missing++
				if last >= 0 {
					uses[last] = 2
				}
				last = -1
				continue
			}
			if at == last {
				continue
			}
			uses[at] = min(uses[at]+1, 2)
			if last < 0 || k == len(refs)-1 || b.raw.mask[at] != 0 {
				uses[at] = 2
			}
			last = at
		}
		if last >= 0 { // the end may have been a repetition
			uses[last] = 2
		}
	}
	b.junction = make([]int32, len(uses))
	for at, n := range uses {
		b.junction[at] = -1
		if n == 2 {
			b.junction[at] = int32(len(b.mask))
			b.mask = append(b.mask, b.raw.mask[at])
		}
		if n > 0 {
			b.stats.Nodes++
		}
	}
}

// cut ways into segments.
func (b *builder) cut() error {
	n := b.net
	n.pointFirst = append(n.pointFirst, 0)
	for w := range b.raw.ways {
		way := &b.raw.ways[w]
		n.wayID = append(n.wayID, way.id)
		n.wayClass = append(n.wayClass, uint8(way.class))
		first := len(b.begin)
		start, last := -1, -1
		for _, id := range b.raw.refsOf(w) {
			at := b.ref(id)
			if at < 0 {
				start, last = -1, -1
				n.points = n.points[:n.pointFirst[len(n.pointFirst)-1]]
				continue
			}
			if at == last {
				continue
			}
			last = at
			n.points = append(n.points, b.raw.place[at])
			if b.junction[at] < 0 {
				continue
			}
			if start >= 0 {
				b.close(w, start, at)
				n.points = append(n.points, b.raw.place[at])
			}
			start = at
		}
		n.points = n.points[:n.pointFirst[len(n.pointFirst)-1]]
		if len(n.points) > math.MaxInt32/2 {
			return fmt.Errorf("%w: more than %d points", ErrTooBig, len(n.points))
		}
		b.segments = append(b.segments, [2]int32{int32(first), int32(len(b.begin))})
		b.pay(way, first)
	}
	b.out = make([][]int32, len(b.mask))
	sum := int64(0)
	for _, p := range n.points {
		sum += int64(p.Lat)
	}
	b.cos = math.Cos(float64(sum) / float64(max(1, len(n.points))) / 1e7 * math.Pi / 180)
	for s := range b.begin {
		b.out[b.begin[s]] = append(b.out[b.begin[s]], int32(2*s))
		b.out[b.end[s]] = append(b.out[b.end[s]], int32(2*s+1))
	}
	return nil
}

// close a segment with the points since the last.
func (b *builder) close(way, start, end int) {
	n := b.net
	points := n.points[n.pointFirst[len(n.pointFirst)-1]:]
	length := 0.0
	for i := range points[1:] {
		length += Metres(points[i], points[i+1])
	}
	n.pointFirst = append(n.pointFirst, int32(len(n.points)))
	n.length = append(n.length, int32(min(math.Round(10*length), maxLength)))
	n.way = append(n.way, int32(way))
	b.begin, b.end = append(b.begin, b.junction[start]), append(b.end, b.junction[end])
}

// pay sets the durations of a way's segments.
func (b *builder) pay(way *rawWay, first int) {
	n := b.net
	total := int64(0)
	for _, l := range n.length[first:] {
		total += int64(l)
	}
	for s := first; s < len(n.length); s++ {
		for p := range n.roads {
			for dir := range 2 {
				d := int32(shut)
				if speed := int64(way.speeds[p][dir]); speed > 0 {
					ms := (int64(n.length[s])*3600 + speed/2) / speed
					if way.seconds > 0 && total > 0 {
						ms = int64(way.seconds) * 1000 * int64(n.length[s]) / total
					}
					d = int32(min(max(ms, 1), maxDuration))
				}
				n.roads[p].duration = append(n.roads[p].duration, d)
			}
		}
	}
}

// Bounds that keep the sums of a path in range, whatever the file says: no road in the world comes near them.
const (
	maxLength   = 1 << 27 // dm, a third of the way around the world
	maxDuration = 1 << 28 // ms, three days
	shut        = -1
)

// tail and head of a directed segment.
func (b *builder) tail(d int32) int32 {
	if d%2 == 0 {
		return b.begin[d/2]
	}
	return b.end[d/2]
}

func (b *builder) head(d int32) int32 { return b.tail(d ^ 1) }

// flat returns a longitude in units of latitude.
func (b *builder) flat(p Point) int32 { return int32(float64(p.Lon) * b.cos) }
