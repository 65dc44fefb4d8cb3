package route

// Remoteness is how far job j is from where its shifts begin: the least travel time from their starts, 0 with an open one.
func (in *Instance) Remoteness(j int32) int64 {
	far := int64(never)
	for _, k := range in.compat[j] {
		f := &in.shifts[k]
		far = min(far, f.leg(f.start, in.loc[j]))
	}
	if far == never {
		return 0
	}
	return far
}
