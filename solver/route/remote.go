package route

import "callout/solver/model"

// Remoteness is how far job j is from where its shifts begin: the least travel time from their starts, 0 with an open one.
func (in *Instance) Remoteness(j int32) int64 {
	far := never
	for _, k := range in.compat[j] {
		f := &in.shifts[k]
		far = min(far, f.leg(f.start, in.loc[j]))
	}
	if far == never {
		return 0
	}
	return far
}

// MeanLegCost is the mean search cost (travel, distance and working time) of a leg between two jobs, over a fixed sample of
// pairs and all shifts; unreachable pairs are left out.
func (in *Instance) MeanLegCost() float64 {
	const pairs = 2000
	if in.NJobs < 2 || len(in.shifts) == 0 {
		return 0
	}
	var sum float64
	count := 0
	for k := range pairs {
		// Multiplicative hashing spreads the sample evenly and the same way each time.
		a := int(uint32(k)*2654435761>>8) % in.NJobs
		b := int(uint32(k)*2246822519>>8) % in.NJobs
		f := &in.shifts[k%len(in.shifts)]
		d := f.leg(in.loc[a], in.loc[b])
		if a == b || d >= model.Unreachable {
			continue
		}
		sum += float64(d)*float64(f.travel+f.work) + float64(f.legMeters(in.loc[a], in.loc[b]))*float64(f.dist)
		count++
	}
	if count == 0 {
		return 0
	}
	return sum / float64(count)
}
