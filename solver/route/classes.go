package route

import (
	"reflect"
)

// classify numbers the shifts so that two of one class are interchangeable while unused: same technician facts, times,
// costs, and the same jobs allowed. A technician with several shifts shares his van between them and stands alone.
func (in *Instance) classify() {
	p := in.P
	count := make([]int, len(p.Technicians))
	for s := range p.Shifts {
		count[p.Shifts[s].Tech]++
	}
	first := []int32{}
	in.class = make([]int32, len(in.shifts))
	for s := range in.shifts {
		f := &in.shifts[s]
		in.class[s] = -1
		for _, o := range first {
			if count[f.tech] == 1 && count[in.shifts[o].tech] == 1 && in.alike(int32(s), o) {
				in.class[s] = in.class[o]
				break
			}
		}
		if in.class[s] < 0 {
			in.class[s] = int32(len(first))
			first = append(first, int32(s))
		}
	}
}

// alike compares two shifts of different technicians.
func (in *Instance) alike(a, b int32) bool {
	if in.order != nil { // it names technicians
		return false
	}
	p := in.P
	x, y := p.Shifts[a], p.Shifts[b]
	u, v := p.Technicians[x.Tech], p.Technicians[y.Tech]
	if x.Start != y.Start || x.End != y.End || x.Profile != y.Profile || x.Earliest != y.Earliest {
		return false
	}
	x.ID, y.ID, x.Tech, y.Tech = "", "", 0, 0
	u.ID, v.ID = "", ""
	if !reflect.DeepEqual(x, y) || !reflect.DeepEqual(u, v) {
		return false
	}
	// Wishes name technicians, so equal facts may still differ in the jobs allowed or preferred.
	for k := range in.ok[a] {
		if in.ok[a][k] != in.ok[b][k] {
			return false
		}
	}
	s, t := int(in.shifts[a].tech)*in.NStops, int(in.shifts[b].tech)*in.NStops
	for k := range in.NStops {
		if in.pair[s+k] != in.pair[t+k] {
			return false
		}
	}
	return true
}

// Class numbers the shifts: unused ones of one class are interchangeable.
func (in *Instance) Class(k int32) int32 { return in.class[k] }
