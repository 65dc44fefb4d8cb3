package exact

import (
	"cmp"
	"slices"

	"callout/solver/model"
)

// leg is a drive between two places of a shift; the way from an open start and to an open end is none.
func (b *builder) leg(s *model.Shift, from, to model.LocIdx) (drive model.Duration, metres model.Meters, ok bool) {
	if from == model.NoLoc || to == model.NoLoc {
		return 0, 0, true
	}
	m := b.p.Profiles[s.Profile].Matrix
	if drive = m.Duration(from, to); drive >= model.Unreachable {
		return 0, 0, false
	}
	return drive, m.Distance(from, to), true
}

// allowed tells whether the shift may do the job as far as that does not depend on times.
func (b *builder) allowed(job *model.Job, s *model.Shift) bool {
	t := &b.p.Technicians[s.Tech]
	if len(job.Required) > 0 && !slices.Contains(job.Required, s.Tech) || slices.Contains(job.Excluded, s.Tech) {
		return false
	}
	holds := func(need model.SkillLevel) bool {
		has := t.Skill(need.Skill)
		return has != nil && has.Level >= need.Level
	}
	if slices.ContainsFunc(job.AllOf, func(need model.SkillLevel) bool { return !holds(need) }) {
		return false
	}
	if len(job.AnyOf) > 0 && !slices.ContainsFunc(job.AnyOf, holds) {
		return false
	}
	for _, c := range job.Certificates {
		if !held(t.Certificates, c, s.Earliest, s.LatestEnd) {
			return false
		}
	}
	at := &b.p.Locations[job.Location]
	return t.Area == nil || job.Anywhere || at.HasCoord && t.Area.Contains(at.Lat, at.Lon)
}

// held tells whether entries of the certificate cover every second from one time to another.
func held(all []model.Certificate, cert model.CertIdx, from, to model.Time) bool {
	own := slices.DeleteFunc(slices.Clone(all), func(c model.Certificate) bool { return c.Cert != cert })
	slices.SortFunc(own, func(a, b model.Certificate) int { return cmp.Compare(a.From, b.From) })
	for _, c := range own {
		if c.From <= from {
			from = max(from, c.Until+1)
		}
	}
	return from > to
}

// span is a closed span of starts.
type span struct{ from, to model.Time }

// starts are the spans in which a visit may start on the shift, apart from one another and in order.
func (b *builder) starts(job *model.Job, s *model.Shift, dur model.Duration) []span {
	whole := span{max(job.Release, s.Earliest), s.LatestEnd - dur}
	var windows []span
	hard := false
	for _, w := range job.Windows {
		if w.Kind != model.Availability {
			continue
		}
		hard = true
		if w.Binds == model.BindEnd {
			windows = append(windows, span{w.From - dur, w.To - dur})
		} else {
			windows = append(windows, span{w.From, w.To})
		}
	}
	if !hard {
		windows = []span{whole}
	}
	return within(windows, whole)
}

// opens are the spans in which handling at a node may start on the shift.
func opens(n *model.Node, s *model.Shift) []span {
	whole := span{s.Earliest, s.LatestEnd - n.Handling}
	if len(n.Open) == 0 {
		return within([]span{whole}, whole)
	}
	windows := make([]span, len(n.Open))
	for k, o := range n.Open {
		windows[k] = span{o.From, o.To}
	}
	return within(windows, whole)
}

// within cuts spans to a whole and joins those that meet.
func within(all []span, whole span) []span {
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var out []span
	for _, s := range all {
		s = span{max(s.from, whole.from), min(s.to, whole.to)}
		if s.from > s.to {
			continue
		}
		if n := len(out); n > 0 && s.from <= out[n-1].to+1 {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}
