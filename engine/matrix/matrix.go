// Package matrix gives every profile of a problem its travel matrix: many-to-many travel between all of its locations. A Cache keeps
// matrices between requests; whoever has one shares it with all others, and nobody changes it.
package matrix

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync/atomic"

	"callout/solver/model"
	"callout/solver/parallel"
)

// ErrNoTravel is returned for a profile that has neither a matrix nor a straight line with positive numbers.
var ErrNoTravel = errors.New("matrix: profile without travel")

// LocationError says that a straight-line profile needs the position of a location that has none.
type LocationError struct {
	Profile, Location string // ids
}

func (e *LocationError) Error() string {
	return fmt.Sprintf("matrix: profile %q needs the position of location %q", e.Profile, e.Location)
}

// Resolve computes the matrices of all profiles that give their travel as a straight line, one for each of their speeds; those
// alike are shared. It takes time and memory quadratic in the locations, 8 bytes per pair and matrix, on all processors.
//
// It writes to the problem's profiles and must have returned before anything else reads them. It returns a *LocationError where a
// position is missing, ErrNoTravel, or why ctx ended; the problem is then to be dropped.
func Resolve(ctx context.Context, p *model.Problem) error {
	return (*Space)(nil).Resolve(ctx, p)
}

// Resolve is as the function of that name, with what the cache has. A nil Space has nothing.
func (s *Space) Resolve(ctx context.Context, p *model.Problem) error {
	shared := make(map[model.StraightLine]*model.Matrix)
	var points []vector
	for k := range p.Profiles {
		profile := &p.Profiles[k]
		if profile.Matrix != nil || profile.Series != nil || profile.Wide != nil {
			continue
		}
		get := func(factor float64) (*model.Matrix, error) {
			if profile.StraightLine == nil {
				return nil, fmt.Errorf("%w: %q", ErrNoTravel, profile.ID)
			}
			line := *profile.StraightLine
			line.Speed *= factor
			if !(line.Speed > 0) || !(line.Detour > 0) {
				return nil, fmt.Errorf("%w: %q", ErrNoTravel, profile.ID)
			}
			if m, known := shared[line]; known {
				return m, nil
			}
			if points == nil {
				var err error
				if points, err = vectors(p.Locations, profile.ID); err != nil {
					return nil, err
				}
			}
			m, err := s.straight(ctx, points, line)
			shared[line] = m
			return m, err
		}
		if err := fill(profile, get); err != nil {
			return err
		}
	}
	return nil
}

// fill in a profile's travel from the matrices at multiples of its speed.
func fill(p *model.Profile, at func(factor float64) (*model.Matrix, error)) (err error) {
	if len(p.Speeds) == 0 {
		p.Matrix, err = at(1)
		return err
	}
	series := make(model.Series, len(p.Speeds))
	for k, s := range p.Speeds {
		series[k].From = s.From
		if series[k].Matrix, err = at(s.Factor); err != nil {
			return err
		}
	}
	p.Series = series
	return nil
}

// straight finds or computes a matrix.
func (s *Space) straight(ctx context.Context, points []vector, line model.StraightLine) (*model.Matrix, error) {
	if s == nil {
		return straight(ctx, points, line)
	}
	return s.cache.get(ctx, s.lineName(points, line), func(ctx context.Context) (*model.Matrix, error) {
		return straight(ctx, points, line)
	})
}

// vector is a point on the unit sphere. The chord between two of them keeps its precision for places close together, as the
// haversine formula does, and takes no trigonometry per pair but one arcsine.
type vector struct{ x, y, z float64 }

func vectors(locations []model.Location, profile string) ([]vector, error) {
	out := make([]vector, len(locations))
	for k := range locations {
		l := &locations[k]
		if !l.HasCoord {
			return nil, &LocationError{Profile: profile, Location: l.ID}
		}
		sinLat, cosLat := math.Sincos(l.Lat * math.Pi / 180)
		sinLon, cosLon := math.Sincos(l.Lon * math.Pi / 180)
		out[k] = vector{x: cosLat * cosLon, y: cosLat * sinLon, z: sinLat}
	}
	return out, nil
}

// metres along the great circle.
func (v vector) metres(w vector) float64 {
	dx, dy, dz := v.x-w.x, v.y-w.y, v.z-w.z
	half := math.Sqrt(dx*dx+dy*dy+dz*dz) / 2
	return 2 * model.EarthRadiusM * math.Asin(min(1, half))
}

// straight fills a matrix: each row from its diagonal on, and the same values down the column. Rows are handed out in turn, and
// no two workers write the same entry.
func straight(ctx context.Context, points []vector, line model.StraightLine) (*model.Matrix, error) {
	n := len(points)
	m := &model.Matrix{N: n, Durations: make([]int32, n*n), Distances: make([]int32, n*n)}
	var next atomic.Int64
	var rows parallel.Group
	for range min(runtime.GOMAXPROCS(0), max(1, n/64)) {
		rows.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				for j := i + 1; j < n; j++ {
					s, d := leg(points[i].metres(points[j]), line)
					m.Durations[i*n+j], m.Distances[i*n+j] = s, d
					m.Durations[j*n+i], m.Distances[j*n+i] = s, d
				}
			}
		})
	}
	rows.Wait()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("matrix: %w", context.Cause(ctx))
	}
	return m, nil
}

// leg rounds a drive up to seconds and metres. What does not fit is unreachable.
func leg(metres float64, line model.StraightLine) (seconds, distance int32) {
	d := math.Ceil(metres * line.Detour)
	s := math.Ceil(metres * line.Detour / line.Speed)
	if !(s < model.Unreachable) || !(d < math.MaxInt32) {
		return model.Unreachable, 0
	}
	return int32(s), int32(d)
}
