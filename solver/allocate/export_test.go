package allocate

// Alone leaves the integer programme for small networks out, so that search and bound are seen for themselves.
func (o Options) Alone() Options {
	o.alone = true
	return o
}
