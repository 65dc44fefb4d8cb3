package lease

// queue is a heap of leases, the one that ends first on top.
type queue[V any] []*lease[V]

// Len is how many there are.
func (q *queue[V]) Len() int { return len(*q) }

// Less tells which ends first.
func (q *queue[V]) Less(i, j int) bool { return (*q)[i].until.Before((*q)[j].until) }

// Swap two leases, which know their places.
func (q *queue[V]) Swap(i, j int) {
	h := *q
	h[i], h[j] = h[j], h[i]
	h[i].at, h[j].at = i, j
}

// Push a lease to the end.
func (q *queue[V]) Push(x any) {
	l := x.(*lease[V]) //nolint:errcheck // nothing else is put in
	l.at = len(*q)
	*q = append(*q, l)
}

// Pop the lease at the end.
func (q *queue[V]) Pop() any {
	h := *q
	last := h[len(h)-1]
	h[len(h)-1] = nil
	*q = h[:len(h)-1]
	return last
}
