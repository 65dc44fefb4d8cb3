package model

import "math"

// Area is where a technician works: within RadiusM metres of the centre where RadiusM > 0, and inside the polygon (degrees,
// straight edges in latitude and longitude) where it has at least three corners.
type Area struct {
	Lat, Lon float64
	RadiusM  float64
	Polygon  [][2]float64 // latitude, longitude
}

// EarthRadiusM is the mean radius of the Earth in metres (IUGG).
const EarthRadiusM = 6371000.0

// GreatCircle is the distance in metres between two points in degrees by the haversine formula.
func GreatCircle(lat1, lon1, lat2, lon2 float64) float64 {
	const rad = math.Pi / 180
	a, b := lat1*rad, lat2*rad
	s1, s2 := math.Sin((b-a)/2), math.Sin((lon2-lon1)*rad/2)
	h := s1*s1 + math.Cos(a)*math.Cos(b)*s2*s2
	return 2 * EarthRadiusM * math.Asin(math.Min(1, math.Sqrt(h)))
}

// Contains tells whether the point lies in the area. A nil area contains everything.
func (a *Area) Contains(lat, lon float64) bool {
	if a == nil {
		return true
	}
	if a.RadiusM > 0 && GreatCircle(a.Lat, a.Lon, lat, lon) > a.RadiusM {
		return false
	}
	if len(a.Polygon) < 3 {
		return true
	}
	in := false
	for i, j := 0, len(a.Polygon)-1; i < len(a.Polygon); j, i = i, i+1 {
		p, q := a.Polygon[i], a.Polygon[j]
		if (p[0] > lat) != (q[0] > lat) && lon < (q[1]-p[1])*(lat-p[0])/(q[0]-p[0])+p[1] {
			in = !in
		}
	}
	return in
}

// Skill is the technician's entry for a skill, or nil.
func (t *Technician) Skill(s SkillIdx) *TechSkill {
	for k := range t.Skills {
		if t.Skills[k].Skill == s {
			return &t.Skills[k]
		}
	}
	return nil
}

// ServiceTime is the job's duration when the technician does it: the service duration times the largest multiplier among
// the job's AllOf skills and, where there are AnyOf skills, the smallest one among those that he holds at the level asked,
// whichever of the two is larger (1 where the job names no skill); rounded half up to whole seconds.
func (p *Problem) ServiceTime(j JobIdx, t TechIdx) Duration {
	return p.Jobs[j].ServiceBy(&p.Technicians[t])
}

// ServiceBy is Problem.ServiceTime of a technician.
func (j *Job) ServiceBy(tech *Technician) Duration {
	var mult int32
	for _, need := range j.AllOf {
		if s := tech.Skill(need.Skill); s != nil {
			mult = max(mult, s.Multiplier)
		}
	}
	var least int32 = math.MaxInt32
	for _, need := range j.AnyOf {
		if s := tech.Skill(need.Skill); s != nil && s.Level >= need.Level {
			least = min(least, s.Multiplier)
		}
	}
	if least != math.MaxInt32 {
		mult = max(mult, least)
	}
	if mult == 0 || mult == 1000 {
		return j.Service
	}
	return (j.Service*Duration(mult) + 500) / 1000
}
