package road

import (
	"cmp"
	"errors"
	"math"
	"slices"
)

// tree is an R-tree of segments by their bounding boxes, packed full: the segments are sorted in tiles (Leutenegger, Lopez and
// Edgington 1997, doi:10.1109/ICDE.1997.582015), and each level groups those below by fanout, in order.
type tree struct {
	items []int32 // segments
	boxes []box   // level by level: of groups of items, of groups of groups, … up to a single one
}

type box struct{ minLat, minLon, maxLat, maxLon int32 }

const fanout = 8

func newTree(n *Network) tree {
	count := n.Segments()
	all := make([]box, count)
	t := tree{items: make([]int32, count)}
	for s := range all {
		all[s] = emptyBox
		for _, p := range n.line(int32(s)) {
			all[s] = all[s].with(box{p.Lat, p.Lon, p.Lat, p.Lon})
		}
		t.items[s] = int32(s)
	}
	middle := func(s int32) (lat, lon int64) {
		b := all[s]
		return int64(b.minLat) + int64(b.maxLat), int64(b.minLon) + int64(b.maxLon)
	}
	slices.SortFunc(t.items, func(a, b int32) int {
		_, p := middle(a)
		_, q := middle(b)
		return cmp.Or(cmp.Compare(p, q), cmp.Compare(a, b))
	})
	groups := (count + fanout - 1) / fanout
	slice := fanout * int(math.Ceil(math.Sqrt(float64(groups))))
	for rest := t.items; len(rest) > 0; {
		k := min(slice, len(rest))
		slices.SortFunc(rest[:k], func(a, b int32) int {
			p, _ := middle(a)
			q, _ := middle(b)
			return cmp.Or(cmp.Compare(p, q), cmp.Compare(a, b))
		})
		rest = rest[k:]
	}
	for from := 0; from < count; from += fanout {
		b := emptyBox
		for _, s := range t.items[from:min(from+fanout, count)] {
			b = b.with(all[s])
		}
		t.boxes = append(t.boxes, b)
	}
	for begin, end := 0, len(t.boxes); end-begin > 1; begin, end = end, len(t.boxes) {
		for from := begin; from < end; from += fanout {
			b := emptyBox
			for _, c := range t.boxes[from:min(from+fanout, end)] {
				b = b.with(c)
			}
			t.boxes = append(t.boxes, b)
		}
	}
	return t
}

var emptyBox = box{math.MaxInt32, math.MaxInt32, math.MinInt32, math.MinInt32}

func (b box) with(c box) box {
	return box{min(b.minLat, c.minLat), min(b.minLon, c.minLon), max(b.maxLat, c.maxLat), max(b.maxLon, c.maxLon)}
}

// levels returns where each level of boxes begins, and the end of the last.
func levels(items int) []int {
	begins := []int{0}
	for n := items; ; {
		n = (n + fanout - 1) / fanout
		begins = append(begins, begins[len(begins)-1]+n)
		if n <= 1 {
			return begins
		}
	}
}

// check that a search stays within the arrays. Boxes may be wrong: then it finds the wrong segment.
func (t *tree) check(segments int) error {
	begins := levels(len(t.items))
	if len(t.items) != segments || len(t.boxes) != begins[len(begins)-1] {
		return errors.New("index of segments of the wrong size")
	}
	for _, s := range t.items {
		if s < 0 || int(s) >= segments {
			return errors.New("index of segments")
		}
	}
	return nil
}

// plane around a point, in metres.
type plane struct {
	at        Point
	east, lat float64 // metres per unit of longitude and latitude
}

func newPlane(at Point) plane {
	const unit = 6371008.8 * math.Pi / 180e7
	return plane{at: at, east: unit * math.Cos(float64(at.Lat)/1e7*math.Pi/180), lat: unit}
}

func (p plane) xy(q Point) (x, y float64) {
	return (float64(q.Lon) - float64(p.at.Lon)) * p.east, (float64(q.Lat) - float64(p.at.Lat)) * p.lat
}

// away is the square of the distance of a box.
func (p plane) away(b box) float64 {
	x := max(0, float64(b.minLon)-float64(p.at.Lon), float64(p.at.Lon)-float64(b.maxLon)) * p.east
	y := max(0, float64(b.minLat)-float64(p.at.Lat), float64(p.at.Lat)-float64(b.maxLat)) * p.lat
	return x*x + y*y
}

// nearest calls visit for segments near a point until no other can be within the square of a distance, which visit may shrink.
func (t *tree) nearest(p plane, within float64, visit func(s int32, within float64) float64) {
	begins := levels(len(t.items))
	var search func(level, k int)
	search = func(level, k int) {
		if level == 0 {
			for _, s := range t.items[k*fanout : min((k+1)*fanout, len(t.items))] {
				within = visit(s, within)
			}
			return
		}
		type child struct {
			k    int
			away float64
		}
		var children [fanout]child
		n := 0
		from, size := begins[level-1], begins[level]-begins[level-1]
		for c := k * fanout; c < min((k+1)*fanout, size); c++ {
			if away := p.away(t.boxes[from+c]); away <= within {
				at := n
				for ; at > 0 && children[at-1].away > away; at-- {
					children[at] = children[at-1]
				}
				children[at] = child{c, away}
				n++
			}
		}
		for _, c := range children[:n] {
			if c.away <= within {
				search(level-1, c.k)
			}
		}
	}
	if len(t.items) > 0 {
		search(len(begins)-2, 0)
	}
}

// search calls visit for all segments of groups whose boxes meet a box.
func (t *tree) search(b box, visit func(s int32)) {
	begins := levels(len(t.items))
	var descend func(level, k int)
	descend = func(level, k int) {
		if level == 0 {
			for _, s := range t.items[k*fanout : min((k+1)*fanout, len(t.items))] {
				visit(s)
			}
			return
		}
		from, size := begins[level-1], begins[level]-begins[level-1]
		for c := k * fanout; c < min((k+1)*fanout, size); c++ {
			if t.boxes[from+c].meets(b) {
				descend(level-1, c)
			}
		}
	}
	if len(t.items) > 0 {
		descend(len(begins)-2, 0)
	}
}

func (b box) meets(c box) bool {
	return b.minLat <= c.maxLat && c.minLat <= b.maxLat && b.minLon <= c.maxLon && c.minLon <= b.maxLon
}
