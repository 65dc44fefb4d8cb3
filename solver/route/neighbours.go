package route

import "slices"

// Neighbours knows for each job the others by travel time (the mean of both directions, first profile), nearest first. Each
// list is made when it is first asked for, in O(jobs). One goroutine at a time.
type Neighbours struct {
	in    *Instance
	limit int
	lists [][]int32
	keys  []uint64
}

// NewNeighbours returns the neighbours of in, at most limit of each job.
func NewNeighbours(in *Instance, limit int) *Neighbours {
	return &Neighbours{in: in, limit: max(0, min(limit, in.NJobs-1)), lists: make([][]int32, in.NJobs)}
}

// Of returns the neighbours of job j; they are not to be changed.
func (nb *Neighbours) Of(j int32) []int32 {
	if nb.lists[j] != nil || nb.limit == 0 {
		return nb.lists[j]
	}
	in := nb.in
	f := &in.shifts[0]
	a := int(in.loc[j])
	to, from := f.dt[a*f.n:][:f.n], f.d[a*f.n:][:f.n]
	nb.keys = nb.keys[:0]
	for k := range in.NJobs {
		if k != int(j) {
			l := in.loc[k]
			nb.keys = append(nb.keys, uint64(int64(to[l])+int64(from[l]))<<32|uint64(k))
		}
	}
	smallest(nb.keys, nb.limit)
	list := make([]int32, nb.limit)
	for k := range list {
		list[k] = int32(nb.keys[k] & (1<<32 - 1))
	}
	nb.lists[j] = list
	return list
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
