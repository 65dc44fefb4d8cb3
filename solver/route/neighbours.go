package route

import "slices"

// Neighbours knows for each job the others by travel time (the mean of both directions, first profile), nearest first; not such as nobody can do and
// nobody misses. Each list is made when it is first asked for, in O(jobs). One goroutine at a time.
type Neighbours struct {
	in    *Instance
	limit int
	lists [][]int32
	next  [][]int32 // followers
	keys  []uint64
}

// NewNeighbours returns the neighbours of in, at most limit of each job.
func NewNeighbours(in *Instance, limit int) *Neighbours {
	return &Neighbours{in: in, limit: max(0, min(limit, in.NJobs-1)), lists: make([][]int32, in.NJobs)}
}

// Forget drops all lists, after jobs have changed.
func (nb *Neighbours) Forget() {
	clear(nb.lists)
	clear(nb.next)
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
		if k != int(j) && !in.closed(int32(k)) {
			l := in.loc[k]
			nb.keys = append(nb.keys, uint64(int64(to[l])+int64(from[l]))<<32|uint64(k))
		}
	}
	limit := min(nb.limit, len(nb.keys))
	smallest(nb.keys, limit)
	list := make([]int32, limit)
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

const (
	// maxFollowers is how many followers of a job are kept.
	maxFollowers = 15
	// waitShare is what a second of waiting counts for in their order, beside a second of travel or of being late.
	waitShare = 0.2
)

// Followers returns the jobs that come next best behind job j, best first: by travel time from j and what waiting, or being late,
// the windows make sure of (Vidal et al. 2013, doi 10.1016/j.cor.2012.07.018); times and shift as above.
func (nb *Neighbours) Followers(j int32) []int32 {
	if nb.limit == 0 {
		return nil
	}
	if nb.next == nil {
		nb.next = make([][]int32, nb.in.NJobs)
	}
	if nb.next[j] != nil {
		return nb.next[j]
	}
	in := nb.in
	f := &in.shifts[0]
	base := int(f.tech) * in.NStops
	from := f.d[int(in.loc[j])*f.n:][:f.n]
	free, last := in.early[j]+in.dur[base+int(j)], in.late[j]+in.dur[base+int(j)]
	nb.keys = nb.keys[:0]
	for k := range in.NJobs {
		if k != int(j) && !in.closed(int32(k)) {
			d := int64(from[in.loc[k]])
			far := d + int64(waitShare*float64(max(0, in.early[k]-last-d))) + max(0, free+d-in.late[k])
			nb.keys = append(nb.keys, uint64(min(far, 1<<31))<<32|uint64(k))
		}
	}
	limit := min(nb.limit, maxFollowers, len(nb.keys))
	smallest(nb.keys, limit)
	list := make([]int32, limit)
	for k := range list {
		list[k] = int32(nb.keys[k] & (1<<32 - 1))
	}
	nb.next[j] = list
	return list
}
