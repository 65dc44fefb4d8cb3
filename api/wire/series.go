package wire

import (
	"math"

	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// Bounds of travel by the hour.
const (
	minBucket = 60 // seconds
	minFactor = 0.01
	maxFactor = 100
)

// matrices counts the different matrices that a profile asks for.
func matrices(in *calloutv1.TravelProfile) int {
	switch {
	case in.GetRoadNetwork() != nil:
		return 0 // counted when it is known how many there are, and done without where there are too many
	case in.GetSeries() != nil:
		count := 0
		handles := make(map[string]bool)
		for _, x := range in.GetSeries().GetBuckets() {
			if h, has := x.GetTravel().(*calloutv1.TravelBucket_MatrixHandle); has {
				handles[h.MatrixHandle] = true
			} else {
				count++
			}
		}
		return count + len(handles)
	case len(in.GetStraightLine().GetSpeedFactors()) > 0:
		factors := make(map[float64]bool)
		for _, x := range in.GetStraightLine().GetSpeedFactors() {
			factors[x.GetFactor()] = true
		}
		return len(factors)
	}
	return 1
}

// starts reads the times of the spans in a list: n of them, in seconds of the horizon. It returns those of which something lies
// within the times of a problem, and where in the list they stand.
func (b *builder) starts(field string, n int, start func(int) *timestamppb.Timestamp) (times []model.Time, first int) {
	before := int64(math.MinInt64)
	for i := range n {
		sec, given := instant(start(i), up)
		switch {
		case !given && i > 0:
			if start(i) == nil {
				b.fault(element(field, i)+".start", Required, "must be set")
			}
		case given && before != math.MinInt64 && sec < before+minBucket:
			b.fault(element(field, i)+".start", BucketOrder, "%s is less than a minute after the start before, %s", date(sec), date(before))
		}
		if given {
			before = sec
		} else {
			sec = b.epoch - 1
		}
		switch t := sec - b.epoch; {
		case t > model.MaxTime:
		case t <= 0:
			times, first = append(times[:0], max(t, -1)), i
		default:
			times = append(times, t)
		}
	}
	return times, first
}

// kept tells which buckets of a request are those of a profile's series, or its matrix, and how many the request has.
type kept struct {
	index []int
	of    int
}

// series converts travel by the hour of a profile: to a matrix, where all that matters is one. It is nil, nil where something is wrong.
func (b *builder) series(profile int, in *calloutv1.TravelSeries) (model.Series, *model.Matrix) {
	list := in.GetBuckets()
	if len(list) == 0 {
		b.fault("buckets", Required, "must be set")
		return nil, nil
	}
	times, first := b.starts("buckets", len(list), func(i int) *timestamppb.Timestamp { return list[i].GetStart() })
	all := make([]*model.Matrix, len(list))
	whole := true
	for i, x := range list {
		b.enterAt("buckets", i)
		all[i] = b.bucket(x, whole && i > 0, func() *model.Matrix { return all[i-1] })
		whole = whole && all[i] != nil
		b.leave()
	}
	if !whole {
		return nil, nil
	}
	var out model.Series
	keeps := kept{of: len(list)}
	for k, t := range times {
		if m := all[first+k]; len(out) == 0 || out[len(out)-1].Matrix != m {
			out, keeps.index = append(out, model.Bucket{From: t, Matrix: m}), append(keeps.index, first+k)
		}
	}
	if len(out) == 0 {
		keeps.index = []int{0}
	}
	if b.ctx.buckets == nil {
		b.ctx.buckets = make(map[model.ProfileIdx]kept)
	}
	b.ctx.buckets[model.ProfileIdx(profile)] = keeps
	switch len(out) {
	case 0: // all begin after the last of times
		return nil, all[0]
	case 1:
		return nil, out[0].Matrix
	}
	return out, nil
}

// bucket converts the matrix of a bucket. Where follows, there is one before.
func (b *builder) bucket(in *calloutv1.TravelBucket, follows bool, before func() *model.Matrix) *model.Matrix {
	var m *model.Matrix
	switch travel := in.GetTravel().(type) {
	case *calloutv1.TravelBucket_Matrix:
		b.enter("matrix")
		m = b.matrix(travel.Matrix)
		b.leave()
	case *calloutv1.TravelBucket_MatrixHandle:
		m = b.byHandle(travel.MatrixHandle)
	default:
		b.fault("travel", Required, "must be set")
	}
	if m == nil || !follows {
		return m
	}
	switch had := before().Distances; {
	case m.Distances == nil && had != nil:
		return &model.Matrix{N: m.N, Durations: m.Durations, Distances: had}
	case m.Distances != nil && had == nil:
		b.fault("", Conflict, "there are distances, but none in the bucket before")
	}
	return m
}

// speeds converts the factors of a straight line's speed; nil where it is the same at all times that matter.
func (b *builder) speeds(in *calloutv1.StraightLine, line *model.StraightLine) []model.SpeedFactor {
	list := in.GetSpeedFactors()
	for i, x := range list {
		b.enterAt("speed_factors", i)
		f := b.number("factor", x.GetFactor(), minFactor, maxFactor)
		if v := line.Speed * f; f == x.GetFactor() && (v < minSpeed || v > maxSpeed) {
			b.fault("factor", OutOfRange, "the speed is then %g, not within %g to %g", v, minSpeed, float64(maxSpeed))
		}
		b.leave()
	}
	times, first := b.starts("speed_factors", len(list), func(i int) *timestamppb.Timestamp { return list[i].GetStart() })
	var out []model.SpeedFactor
	for k, t := range times {
		if f := list[first+k].GetFactor(); len(out) == 0 || out[len(out)-1].Factor != f {
			out = append(out, model.SpeedFactor{From: t, Factor: f})
		}
	}
	switch {
	case len(list) == 0:
		return nil
	case len(out) == 0:
		line.Speed *= list[0].GetFactor()
		return nil
	case len(out) == 1:
		line.Speed *= out[0].Factor
		return nil
	}
	return out
}
