package check

import (
	"math"

	"callout/solver/model"
)

// travel from one location to another with a profile, for whoever is ready to leave at a time; ok is false where there is no way,
// or no data to tell.
func travel(
	p *model.Problem, profile *model.Profile, from, to model.LocIdx, ready model.Time,
) (drive model.Duration, metres model.Meters, ok bool) {
	switch {
	case profile.Matrix != nil:
		return matrixTravel(profile.Matrix, from, to)
	case len(profile.Series) > 0:
		w := wait{ready: ready}
		for k := range profile.Series {
			drive, metres, ok := matrixTravel(profile.Series[k].Matrix, from, to)
			w.leave(k, len(profile.Series), func(k int) model.Time { return profile.Series[k].From }, drive, metres, ok)
		}
		return w.drive, w.metres, w.ok
	case len(profile.Wide) > 0:
		w := wait{ready: ready}
		for k := range profile.Wide {
			if k > 0 && w.ok && profile.Wide[k].From >= ready+w.drive {
				break // nobody waits for what comes later
			}
			if k+1 < len(profile.Wide) && profile.Wide[k+1].From <= ready {
				continue // it is over
			}
			drive, metres := profile.Wide[k].Journeys.Drive(from, to)
			w.leave(k, len(profile.Wide), func(k int) model.Time { return profile.Wide[k].From }, drive, metres, drive < model.Unreachable)
		}
		return w.drive, w.metres, w.ok
	case profile.StraightLine != nil && len(profile.Speeds) > 0:
		w := wait{ready: ready}
		for k := range profile.Speeds {
			line := model.StraightLine{Detour: profile.StraightLine.Detour, Speed: profile.StraightLine.Speed * profile.Speeds[k].Factor}
			drive, metres, ok := straightTravel(&line, &p.Locations[from], &p.Locations[to])
			w.leave(k, len(profile.Speeds), func(k int) model.Time { return profile.Speeds[k].From }, drive, metres, ok)
		}
		return w.drive, w.metres, w.ok
	case profile.StraightLine != nil:
		return straightTravel(profile.StraightLine, &p.Locations[from], &p.Locations[to])
	}
	return 0, 0, false
}

// wait finds the departure that gets one there first, not before one is ready. The wait for it counts as driving.
type wait struct {
	ready  model.Time
	drive  model.Duration
	metres model.Meters
	ok     bool
}

// leave in span k of n, as soon as that may be, for a drive that takes so long there.
func (w *wait) leave(k, n int, begin func(int) model.Time, drive model.Duration, metres model.Meters, ok bool) {
	if !ok || k+1 < n && begin(k+1) <= w.ready {
		return
	}
	at := w.ready
	if k > 0 {
		at = max(at, begin(k))
	}
	if drive += at - w.ready; !w.ok || drive < w.drive {
		w.drive, w.metres, w.ok = drive, metres, true
	}
}

func matrixTravel(m *model.Matrix, from, to model.LocIdx) (model.Duration, model.Meters, bool) {
	if m == nil {
		return 0, 0, false
	}
	k := int(from)*m.N + int(to)
	if int(to) >= m.N || k >= len(m.Durations) || m.Distances != nil && k >= len(m.Distances) {
		return 0, 0, false
	}
	if m.Durations[k] >= model.Unreachable {
		return 0, 0, false
	}
	return m.Duration(from, to), m.Distance(from, to), true
}

// straightTravel rounds both seconds and metres up.
func straightTravel(line *model.StraightLine, from, to *model.Location) (model.Duration, model.Meters, bool) {
	if !from.HasCoord || !to.HasCoord {
		return 0, 0, false
	}
	way := model.GreatCircle(from.Lat, from.Lon, to.Lat, to.Lon) * line.Detour
	drive, metres := math.Ceil(way/line.Speed), math.Ceil(way)
	if !(drive >= 0 && drive < model.Unreachable && metres >= 0 && metres < model.Unreachable) { // NaN as well
		return 0, 0, false
	}
	return model.Duration(drive), model.Meters(metres), true
}
