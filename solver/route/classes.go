package route

import (
	"reflect"
	"slices"
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
	for s := range in.shifts {
		f := &in.shifts[s]
		f.class = -1
		for _, o := range first {
			if count[f.tech] == 1 && count[in.shifts[o].tech] == 1 && in.alike(int32(s), o) {
				f.class = in.shifts[o].class
				break
			}
		}
		if f.class < 0 {
			f.class = int32(len(first))
			first = append(first, int32(s))
		}
	}
}

// alike compares two shifts of different technicians.
func (in *Instance) alike(a, b int32) bool {
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

// Neighbours returns for each job the other jobs by travel time (the mean of both directions, first profile), nearest first,
// at most limit of them.
func (in *Instance) Neighbours(limit int) [][]int32 {
	n := in.NJobs
	out := make([][]int32, n)
	if n == 0 || len(in.shifts) == 0 {
		return out
	}
	f := &in.shifts[0]
	limit = min(limit, n-1)
	keys := make([]uint64, 0, n)
	all := make([]int32, n*limit)
	for j := range n {
		keys = keys[:0]
		a := int(in.loc[j])
		to, from := f.dt[a*f.n:][:f.n], f.d[a*f.n:][:f.n]
		for k := range n {
			if k != j {
				l := in.loc[k]
				keys = append(keys, uint64(int64(to[l])+int64(from[l]))<<32|uint64(k))
			}
		}
		smallest(keys, limit)
		row := all[j*limit : (j+1)*limit : (j+1)*limit]
		for k := range row {
			row[k] = int32(keys[k] & (1<<32 - 1))
		}
		out[j] = row
	}
	return out
}

// smallest sorts the k smallest keys to the front.
func smallest(keys []uint64, k int) {
	lo, hi := 0, len(keys)
	for hi-lo > 1 && hi > k {
		pivot := keys[lo+(hi-lo)/2]
		i, j := lo, hi-1
		for i <= j {
			for keys[i] < pivot {
				i++
			}
			for keys[j] > pivot {
				j--
			}
			if i <= j {
				keys[i], keys[j] = keys[j], keys[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j + 1
		case k >= i:
			lo = i
		default:
			lo = hi
		}
	}
	slices.Sort(keys[:k])
}
