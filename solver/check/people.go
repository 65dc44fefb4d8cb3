package check

import (
	"cmp"
	"math"
	"slices"

	"callout/solver/model"
)

// skills: every AllOf skill, and at least one of the AnyOf skills, at the level asked.
func (c *checker) skills(r *route, s *stop, job *model.Job) {
	for _, need := range job.AllOf {
		if gap := levelsMissing(r.tech, need); gap > 0 {
			w := of(r.at(s), c.p.Skills, need.Skill)
			c.flagf(SkillLevel, w, gap, "%s: %s lacks %s at level %d", job.ID, r.tech.ID, w.what(), need.Level)
		}
	}
	if len(job.AnyOf) == 0 {
		return
	}
	nearest := slices.MinFunc(job.AnyOf, func(a, b model.SkillLevel) int {
		return cmp.Compare(levelsMissing(r.tech, a), levelsMissing(r.tech, b))
	})
	if gap := levelsMissing(r.tech, nearest); gap > 0 {
		w := of(r.at(s), c.p.Skills, nearest.Skill)
		c.flagf(AnySkill, w, gap, "%s: %s has none of the skills to choose from, nearest %s", job.ID, r.tech.ID, w.what())
	}
}

// levelsMissing is 0 where the technician meets the need. Without the skill he is at level 0, and never meets it.
func levelsMissing(t *model.Technician, need model.SkillLevel) int64 {
	has := t.Skill(need.Skill)
	if has == nil {
		return max(1, int64(need.Level))
	}
	return max(0, int64(need.Level)-int64(has.Level))
}

// certificates: each held from the shift's Earliest to its LatestEnd.
func (c *checker) certificates(r *route, s *stop, job *model.Job) {
	for _, cert := range job.Certificates {
		if gap := uncovered(r.tech.Certificates, cert, r.Earliest, r.LatestEnd); gap > 0 {
			w := of(r.at(s), c.p.Certificates, cert)
			c.flagf(CertificateMissing, w, gap, "%s: %s does not hold %s throughout %s", job.ID, r.tech.ID, w.what(), r.ID)
		}
	}
}

// uncovered counts the seconds of [from, to] at which no entry of the certificate is valid; entries add up.
func uncovered(held []model.Certificate, cert model.CertIdx, from, to model.Time) int64 {
	var missing int64
	for t := from; t <= to; {
		until, next := t-1, to+1 // the last second covered from t on, and the next one at which an entry begins
		for _, h := range held {
			switch {
			case h.Cert != cert:
			case h.From <= t:
				until = max(until, h.Until)
			default:
				next = min(next, h.From)
			}
		}
		switch {
		case until >= to:
			return missing
		case until >= t:
			t = until + 1
		default:
			missing += next - t
			t = next
		}
	}
	return missing
}

// staffing: one of the required technicians where there are any, and not an excluded one.
func (c *checker) staffing(r *route, s *stop, job *model.Job) {
	if len(job.Required) > 0 && !slices.Contains(job.Required, r.Tech) {
		c.flagf(RequiredTechnician, r.at(s), 1, "%s does not allow %s", job.ID, r.tech.ID)
	}
	if slices.Contains(job.Excluded, r.Tech) {
		c.flagf(ExcludedTechnician, r.at(s), 1, "%s excludes %s", job.ID, r.tech.ID)
	}
}

// area: the technician covers the location. One without coordinates is in no area.
func (c *checker) area(r *route, s *stop, job *model.Job) {
	area, at := r.tech.Area, &c.p.Locations[job.Location]
	if area == nil || job.Anywhere || at.HasCoord && area.Contains(at.Lat, at.Lon) {
		return
	}
	var far float64
	if at.HasCoord {
		far = metresOutside(area, at.Lat, at.Lon)
	}
	c.flagf(ServiceArea, r.at(s), int64(math.Ceil(far)), "%s lies outside the area of %s", job.ID, r.tech.ID)
}

// metresOutside is how far a point lies from the disc or the polygon that leaves it out, whichever is farther.
func metresOutside(a *model.Area, lat, lon float64) float64 {
	var far float64
	if a.RadiusM > 0 {
		far = max(0, model.GreatCircle(a.Lat, a.Lon, lat, lon)-a.RadiusM)
	}
	polygon := model.Area{Polygon: a.Polygon}
	if polygon.Contains(lat, lon) {
		return far
	}
	nearest := math.Inf(1)
	for k, p := range a.Polygon {
		q := a.Polygon[(k+1)%len(a.Polygon)]
		nearest = min(nearest, metresToEdge(p, q, lat, lon))
	}
	return max(far, nearest)
}

// metresToEdge is the distance to the straight edge from p to q, in the plane that touches the Earth at the point.
func metresToEdge(p, q [2]float64, lat, lon float64) float64 {
	const perDegree = model.EarthRadiusM * math.Pi / 180
	shrink := math.Cos(lat * math.Pi / 180)
	px, py := (p[1]-lon)*perDegree*shrink, (p[0]-lat)*perDegree
	qx, qy := (q[1]-lon)*perDegree*shrink, (q[0]-lat)*perDegree
	dx, dy := qx-px, qy-py
	along := 0.0
	if length := dx*dx + dy*dy; length > 0 {
		along = min(1, max(0, -(px*dx+py*dy)/length))
	}
	return math.Hypot(px+along*dx, py+along*dy)
}
