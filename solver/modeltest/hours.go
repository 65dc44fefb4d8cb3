package modeltest

import (
	"slices"

	"callout/solver/model"
)

// series varies a matrix by the hour: buckets of a minute to four hours between five in the morning and nine at night of each
// day, with one bucket for the night. Speeds change by up to a factor of three from one bucket to the next, each pair a little
// otherwise; some ways are closed for a while, and some buckets look like one before.
func (g *generator) series(m *model.Matrix) model.Series {
	out := model.Series{{From: g.between(-hour, hour), Matrix: m}}
	for d := range int64(g.o.Days) {
		t := d*day + 5*hour + g.between(0, hour)
		for t < d*day+21*hour {
			out = append(out, model.Bucket{From: t, Matrix: g.traffic(m)})
			if g.chance(0.1) {
				out[len(out)-1].Matrix = out[g.IntN(len(out))].Matrix
			}
			if g.chance(0.2) {
				t += g.between(minute, 10*minute)
			} else {
				t += g.between(20*minute, 4*hour)
			}
		}
		out = append(out, model.Bucket{From: t, Matrix: m})
	}
	return out
}

// traffic is a matrix in other traffic.
func (g *generator) traffic(m *model.Matrix) *model.Matrix {
	slower := 0.6 + 1.4*g.Float64()
	out := &model.Matrix{N: m.N, Durations: slices.Clone(m.Durations), Distances: m.Distances}
	detours := m.Distances != nil && g.chance(0.4)
	if detours {
		out.Distances = slices.Clone(m.Distances)
	}
	for k, d := range out.Durations {
		switch {
		case d >= model.Unreachable || d == 0:
		case g.chance(g.o.Unreachable):
			out.Durations[k] = model.Unreachable
		default:
			out.Durations[k] = int32(float64(d)*slower*(0.8+0.4*g.Float64())) + 1
			if detours {
				out.Distances[k] = int32(float64(out.Distances[k]) * (0.9 + 0.3*g.Float64()))
			}
		}
	}
	return out
}

// congestion is the share of the longest travel times that the ways take in the hours of a day.
var congestion = [24]float64{
	0.60, 0.60, 0.60, 0.60, 0.62, 0.66, 0.78, 0.94, 1.00, 0.90, 0.78, 0.74,
	0.76, 0.76, 0.76, 0.82, 0.92, 1.00, 0.94, 0.80, 0.70, 0.66, 0.62, 0.60,
}

// Hourly is a problem whose matrices, which it had, are those of the busiest hours; width seconds are an hour. So what was
// feasible in time stays so.
func Hourly(p *model.Problem, width model.Duration) *model.Problem {
	out := *p
	out.Profiles = slices.Clone(p.Profiles)
	var end model.Time
	for k := range p.Shifts {
		end = max(end, p.Shifts[k].LatestEnd)
	}
	for k := range out.Profiles {
		m := out.Profiles[k].Matrix
		var hours [24]*model.Matrix
		for h := range hours {
			hours[h] = &model.Matrix{N: m.N, Durations: slices.Clone(m.Durations), Distances: m.Distances}
			for i, d := range m.Durations {
				if d < model.Unreachable {
					hours[h].Durations[i] = int32(float64(d) * congestion[h])
				}
			}
		}
		var s model.Series
		for t := model.Time(0); t <= end; t += width {
			s = append(s, model.Bucket{From: t, Matrix: hours[len(s)%24]})
		}
		out.Profiles[k].Matrix, out.Profiles[k].Series = nil, s
	}
	return &out
}
