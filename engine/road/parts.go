package road

// biggestPart marks the directed segments in the biggest part of a profile's graph in which each vertex can be reached from each other
// one, over directed segments that are open (Tarjan 1972, doi:10.1137/0201010): whoever is on such a segment can have come from there and
// can go there.
func (r *roads) biggestPart(open func(d int32) bool) []uint8 {
	n := r.graph.Vertices()
	first := make([]int32, n+1)
	each := func(visit func(tail, head int32)) {
		for d := range int32(len(r.duration)) {
			if open(d) {
				for a := r.first[d]; a < r.first[d+1]; a++ {
					visit(r.tail[a], r.head[a])
				}
			}
		}
	}
	each(func(tail, _ int32) { first[tail+1]++ })
	for v := range n {
		first[v+1] += first[v]
	}
	at, list := make([]int32, n), make([]int32, first[n])
	copy(at, first)
	each(func(tail, head int32) {
		list[at[tail]] = head
		at[tail]++
	})

	part := tarjan(first, list)
	sizes := make([]int32, n)
	best := int32(0)
	for _, p := range part {
		if sizes[p]++; sizes[p] > sizes[best] || sizes[p] == sizes[best] && p < best {
			best = p
		}
	}
	main := make([]uint8, len(r.duration))
	for d := range int32(len(r.duration)) {
		if !open(d) || part[r.head[r.first[d]]] != best {
			continue
		}
		for a := r.first[d]; a < r.first[d+1]; a++ {
			if part[r.tail[a]] == best {
				main[d] = 1
			}
		}
	}
	return main
}

// tarjan numbers the strongly connected parts of a graph and returns the number of each vertex' part.
func tarjan(first, head []int32) []int32 {
	n := int32(len(first) - 1)
	part, index, low := make([]int32, n), make([]int32, n), make([]int32, n)
	next := make([]int32, n)
	copy(next, first)
	for v := range part {
		part[v] = -1
	}
	var open, path []int32 // vertices without a part, and those being looked at
	count, parts := int32(0), int32(0)
	enter := func(v int32) {
		count++
		index[v], low[v] = count, count
		open, path = append(open, v), append(path, v)
	}
	for root := range n {
		if index[root] != 0 {
			continue
		}
		enter(root)
		for len(path) > 0 {
			v := path[len(path)-1]
			if next[v] < first[v+1] {
				w := head[next[v]]
				next[v]++
				if index[w] == 0 {
					enter(w)
				} else if part[w] < 0 {
					low[v] = min(low[v], index[w])
				}
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 {
				above := path[len(path)-1]
				low[above] = min(low[above], low[v])
			}
			if low[v] < index[v] {
				continue
			}
			for {
				w := open[len(open)-1]
				open = open[:len(open)-1]
				part[w] = parts
				if w == v {
					break
				}
			}
			parts++
		}
	}
	return part
}
