package pieces

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"callout/solver/model"
)

// point in the plane of a cut: the axes are turned.
type point [2]float64

// cutter cuts the plane.
type cutter struct {
	*plan

	rng      *rand.Rand
	size     int
	sin, cos float64
	tech     []point // where technicians work
	weight   []int   // of technicians: jobs on their routes, and shifts
	pieces   []*piece
	of       []int // per technician: index of his piece
}

// cut the technicians into pieces of at most the size, as far as one technician alone is no larger, with the jobs on their routes. Each
// of the jobs left out is in one piece at most: near it, and with a technician who may do it, where there is one.
//
// Once ctx has ended jobs may be in none.
func (pl *plan) cut(ctx context.Context, rng *rand.Rand, size int) []*piece {
	c := &cutter{plan: pl, rng: rng, size: size, of: make([]int, len(pl.shifts))}
	c.sin, c.cos = math.Sincos(rng.Float64() * math.Pi)
	c.tech, c.weight = make([]point, len(pl.shifts)), make([]int, len(pl.shifts))
	var techs []model.TechIdx
	for t := range pl.shifts {
		if len(pl.shifts[t]) > 0 {
			techs = append(techs, model.TechIdx(t))
			c.tech[t], c.weight[t] = c.work(model.TechIdx(t))
		}
	}
	var absent []model.JobIdx
	for j, on := range pl.on {
		if !on && !pl.hopeless[j] {
			absent = append(absent, model.JobIdx(j))
		}
	}
	c.split(techs, absent)
	c.assign(ctx)
	for _, x := range c.pieces {
		c.finish(x)
	}
	return c.pieces
}

// at is a location in the turned plane.
func (c *cutter) at(l model.LocIdx) point {
	return point{c.x[l]*c.cos + c.y[l]*c.sin, c.y[l]*c.cos - c.x[l]*c.sin}
}

// work is where a technician has his stops in the mean or, if he has none, his first start or end; and how much of a piece he makes up.
func (c *cutter) work(t model.TechIdx) (middle point, weight int) {
	stops := 0
	for _, s := range c.shifts[t] {
		for i := range c.routes[s].Stops {
			if st := &c.routes[s].Stops[i]; st.Kind == model.Visit {
				p := c.at(c.p.Jobs[st.Job].Location)
				middle[0], middle[1] = middle[0]+p[0], middle[1]+p[1]
				stops++
			}
		}
	}
	if stops > 0 {
		return point{middle[0] / float64(stops), middle[1] / float64(stops)}, stops + len(c.shifts[t])
	}
	for _, s := range c.shifts[t] {
		if sh := &c.p.Shifts[s]; sh.Start != model.NoLoc {
			return c.at(sh.Start), len(c.shifts[t])
		} else if sh.End != model.NoLoc {
			return c.at(sh.End), len(c.shifts[t])
		}
	}
	if jobs := len(c.p.Jobs); jobs > 0 { // he is at home everywhere
		return c.at(c.p.Jobs[c.rng.IntN(jobs)].Location), len(c.shifts[t])
	}
	return point{}, len(c.shifts[t])
}

// split technicians, and jobs left out, until they make up a piece: along the longer axis, where about half of the work is on each side.
func (c *cutter) split(techs []model.TechIdx, absent []model.JobIdx) {
	work := 0
	for _, t := range techs {
		work += c.weight[t]
	}
	if len(techs) < 2 || work+len(absent) <= c.size {
		if len(techs) > 0 {
			c.pieces = append(c.pieces, &piece{techs: techs, jobs: absent})
		}
		return
	}
	axis := c.longer(techs)
	slices.SortFunc(techs, func(a, b model.TechIdx) int {
		return cmp.Or(cmp.Compare(c.tech[a][axis], c.tech[b][axis]), cmp.Compare(a, b))
	})
	half, k := int(float64(work)*(0.4+0.2*c.rng.Float64())), 1
	left := c.weight[techs[0]]
	for ; k < len(techs)-1 && left < half; k++ {
		left += c.weight[techs[k]]
	}
	jobs := make(map[model.JobIdx]float64, len(absent))
	for _, j := range absent {
		jobs[j] = c.at(c.p.Jobs[j].Location)[axis]
	}
	slices.SortFunc(absent, func(a, b model.JobIdx) int { return cmp.Or(cmp.Compare(jobs[a], jobs[b]), cmp.Compare(a, b)) })
	var to int
	if len(absent) > work { // hardly anything is planned: technicians get as many as they are
		to = len(absent) * left / work
	} else {
		line := (c.tech[techs[k-1]][axis] + c.tech[techs[k]][axis]) / 2
		to, _ = slices.BinarySearchFunc(absent, line, func(j model.JobIdx, line float64) int { return cmp.Compare(jobs[j], line) })
	}
	c.split(slices.Clone(techs[:k]), slices.Clone(absent[:to]))
	c.split(slices.Clone(techs[k:]), slices.Clone(absent[to:]))
}

// longer of the two axes, by what technicians are apart.
func (c *cutter) longer(techs []model.TechIdx) int {
	least, most := c.tech[techs[0]], c.tech[techs[0]]
	for _, t := range techs {
		for a, v := range c.tech[t] {
			least[a], most[a] = min(least[a], v), max(most[a], v)
		}
	}
	if most[1]-least[1] > most[0]-least[0] {
		return 1
	}
	return 0
}

// assign each job left out whom nobody in its piece may do to the piece of somebody near who may.
func (c *cutter) assign(ctx context.Context) {
	for k, x := range c.pieces {
		for _, t := range x.techs {
			c.of[t] = k
		}
	}
	var moved []model.JobIdx
	for _, x := range c.pieces {
		x.jobs = slices.DeleteFunc(x.jobs, func(j model.JobIdx) bool {
			if slices.ContainsFunc(x.techs, func(t model.TechIdx) bool { return qualified(c.p, j, t) }) {
				return false
			}
			moved = append(moved, j)
			return true
		})
	}
	for _, j := range moved {
		if ctx.Err() != nil {
			return
		}
		at, best, least := c.at(c.p.Jobs[j].Location), -1, math.Inf(1)
		for t := range c.tech {
			if len(c.shifts[t]) == 0 || !qualified(c.p, j, model.TechIdx(t)) {
				continue
			}
			// Not always the same one: he may have no time.
			if away := math.Hypot(c.tech[t][0]-at[0], c.tech[t][1]-at[1]) * (1 + c.rng.Float64()); away < least {
				best, least = t, away
			}
		}
		if best < 0 {
			c.hopeless[j] = true
			continue
		}
		x := c.pieces[c.of[best]]
		x.jobs = append(x.jobs, j)
	}
}

// finish a piece: not too many of the jobs left out, and all those on its routes.
func (c *cutter) finish(x *piece) {
	if len(x.jobs) > c.size {
		c.rng.Shuffle(len(x.jobs), func(a, b int) { x.jobs[a], x.jobs[b] = x.jobs[b], x.jobs[a] })
		x.jobs = x.jobs[:c.size]
	}
	for _, t := range x.techs {
		for _, s := range c.shifts[t] {
			for i := range c.routes[s].Stops {
				if st := &c.routes[s].Stops[i]; st.Kind == model.Visit {
					x.jobs = append(x.jobs, st.Job)
				}
			}
		}
	}
	slices.Sort(x.techs)
	slices.Sort(x.jobs)
	x.nodes = c.useful(x)
}

// qualified tells whether a technician may do a job by what he is; certificates and times are left to the search.
func qualified(p *model.Problem, j model.JobIdx, t model.TechIdx) bool {
	job, tech := &p.Jobs[j], &p.Technicians[t]
	if slices.Contains(job.Excluded, t) || len(job.Required) > 0 && !slices.Contains(job.Required, t) {
		return false
	}
	can := func(need model.SkillLevel) bool {
		s := tech.Skill(need.Skill)
		return s != nil && s.Level >= need.Level
	}
	if len(job.AnyOf) > 0 && !slices.ContainsFunc(job.AnyOf, can) {
		return false
	}
	for _, need := range job.AllOf {
		if !can(need) {
			return false
		}
	}
	l := &p.Locations[job.Location]
	return tech.Area == nil || job.Anywhere || l.HasCoord && tech.Area.Contains(l.Lat, l.Lon)
}
