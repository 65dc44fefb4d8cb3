// Package modeltest builds random planning problems for the tests of the solver. The same options and seed give the same
// problem. It imports only solver/model.
package modeltest

import (
	"math/rand/v2"

	"callout/solver/model"
)

// Options shape a random problem. Every number that is not a count is the chance, from 0 to 1, that the feature appears on an
// item it could appear on (a job, a technician, a shift, a profile, or the whole problem).
type Options struct {
	Jobs, Technicians, Days int
	Nodes                   int // 0: a few, by the technicians, where there are parts or tools

	HardWindows  float64 // per job: one to three availability windows
	SoftWindows  float64 // per job and soft kind: one or two windows with early or late prices, or both
	BindEnd      float64 // per window: it binds the end of service
	Releases     float64 // per job: a release time
	Responses    float64 // per job: a price for waiting from the release on
	Skills       float64 // per job: AllOf skills with levels
	AnyOf        float64 // per job: a choice of skills
	Certificates float64 // per job: certificates, some of which expire within the horizon
	Tools        float64 // per job: tools, carried or lent
	Parts        float64 // per job: parts, from the van or from nodes with scarce stock
	Lanes        float64 // per pair of nodes, and per node to sites: a lane; per node and SKU: stock that is to come, or reserved
	Substitutes  float64 // per part of a job: another that will do instead, at a price; and a further one, half as likely
	Room         float64 // per technician: the van can carry no more than its stock and some; parts have weights and volumes
	Staffing     float64 // per job and list: required, excluded and preferred technicians
	Areas        float64 // per technician: a service area
	DaysOff      float64 // per technician and day: no shift
	Breaks       float64 // per shift and break, up to three
	Spells       float64 // per shift: MaxSpell
	Caps         float64 // per shift and cap: MaxWork and MaxDrive
	Overtime     float64 // per shift: tiers of overtime
	OpenEnds     float64 // per technician and end: an open start or end
	Profiles     float64 // two or three profiles with different matrices instead of one
	Unreachable  float64 // per pair of locations and profile: no way
	Hours        float64 // per profile: travel differs by the hour
	Metric       bool    // no way is shorter by a third place than without
	OneWindow    bool    // jobs have no second hard window, nodes one opening a day
	NoEarly      bool    // nothing is paid for being early
	Tiers        float64 // the objective has strict tiers
	Balance      float64 // the objective prices balance
	Risks        float64 // per job: predicted work
}

// Mixed has every feature, each often enough to meet the others in a problem of ten jobs.
func Mixed(jobs, technicians, days int) Options {
	return Options{
		Jobs: jobs, Technicians: technicians, Days: days,
		HardWindows: 0.5, SoftWindows: 0.3, BindEnd: 0.3, Releases: 0.3, Responses: 0.3,
		Skills: 0.5, AnyOf: 0.3, Certificates: 0.2, Tools: 0.3, Parts: 0.4, Staffing: 0.15,
		Areas: 0.3, DaysOff: 0.1, Breaks: 0.5, Spells: 0.4, Caps: 0.4, Overtime: 0.6, OpenEnds: 0.2,
		Profiles: 0.7, Unreachable: 0.02, Tiers: 0.3, Balance: 0.5, Risks: 0.15,
	}
}

// Rich is a problem with every feature over one to three days.
func Rich(jobs, technicians int, seed uint64) *model.Problem {
	rng := rand.New(rand.NewPCG(seed, 0x5249_4348))
	return Random(rng, Mixed(jobs, technicians, 1+rng.IntN(3)))
}

// Rush is Rich with travel that differs by the hour, for some shift at least.
func Rush(jobs, technicians int, seed uint64) *model.Problem {
	rng := rand.New(rand.NewPCG(seed, 0x5255_5348))
	o := Mixed(jobs, technicians, 1+rng.IntN(3))
	o.Hours = 0.8
	for {
		if p := Random(rng, o); p.TimeDependent() {
			return p
		}
	}
}

// Random draws a problem. Nine jobs in ten are made to fit one technician, called their sponsor: his skills, certificates,
// tools and area allow the job and its windows meet one of his shifts. It needs at least one technician and one day.
func Random(rng *rand.Rand, o Options) *model.Problem {
	g := &generator{Rand: rng, o: o, p: new(model.Problem)}
	g.catalogue()
	g.profiles()
	for range o.Technicians {
		g.technician()
	}
	nodes := o.Nodes
	if nodes == 0 && (o.Tools > 0 || o.Parts > 0) {
		nodes = 1 + o.Technicians/4 + g.IntN(2)
	}
	for range nodes {
		g.node()
	}
	for range o.Jobs {
		g.job()
	}
	g.stock()
	g.travel()
	g.objective()
	if o.Lanes > 0 {
		g.network(o.Lanes)
	}
	if o.Substitutes > 0 {
		for k := range g.p.Jobs {
			g.substitutes(&g.p.Jobs[k], o.Substitutes, 20*euro)
		}
	}
	if o.Room > 0 {
		g.room(o.Room)
	}
	if o.Risks > 0 {
		g.risks(o.Risks)
	}
	return g.p
}

// Tight is Rich, or Shipped for each second seed, with vans that have little room, and substitutes.
func Tight(jobs, technicians int, seed uint64) *model.Problem {
	return withParts(jobs, technicians, seed, 0x524f_4f4d, func(o *Options) { o.Room, o.Substitutes, o.Lanes = 0.8, 0.2, odd(seed) })
}

// Swapped is Rich, or Shipped for each second seed, with substitutes.
func Swapped(jobs, technicians int, seed uint64) *model.Problem {
	return withParts(jobs, technicians, seed, 0x5357_4150, func(o *Options) { o.Substitutes, o.Lanes = 0.6, odd(seed) })
}

// Shipped is Rich with parts that are shipped between nodes and by courier, to come and reserved, and without predicted work.
func Shipped(jobs, technicians int, seed uint64) *model.Problem {
	return withParts(jobs, technicians, seed, 0x5348_4950, func(o *Options) { o.Lanes, o.Risks = lanes, 0 })
}

// lanes is Options.Lanes where there are any.
const lanes = 0.6

// odd is lanes for each second seed.
func odd(seed uint64) float64 { return lanes * float64(seed%2) }

// withParts is a mixed problem in which most jobs need parts; name sets its random numbers apart from those of others with the same seed.
func withParts(jobs, technicians int, seed, name uint64, more func(o *Options)) *model.Problem {
	rng := rand.New(rand.NewPCG(seed, name))
	o := Mixed(jobs, technicians, 1+rng.IntN(3))
	o.Parts = 0.8
	more(&o)
	return Random(rng, o)
}

const (
	minute = 60
	hour   = 60 * minute
	day    = 24 * hour
	euro   = 1_000_000 // a currency unit in model.Cost
)

// perHour is the rate per second of a price per hour.
func perHour(price int) model.Cost { return model.Cost(price) * euro / hour }

// generator holds what is built so far.
type generator struct {
	*rand.Rand
	o Options
	p *model.Problem
}

// chance is true with probability q.
func (g *generator) chance(q float64) bool { return g.Float64() < q }

// between is uniform over lo..hi, both inclusive.
func (g *generator) between(lo, hi int64) int64 { return lo + g.Int64N(hi-lo+1) }

// price is uniform over lo..hi currency units per hour, as a rate per second.
func (g *generator) price(lo, hi int) model.Cost { return perHour(lo + g.IntN(hi-lo+1)) }

// some draws each of n indices with chance q, in increasing order.
func some[T ~int32](g *generator, n int, q float64) []T {
	var out []T
	for k := range n {
		if g.chance(q) {
			out = append(out, T(k))
		}
	}
	return out
}

// catalogue fixes how many skills, certificates, tools and SKUs there are.
func (g *generator) catalogue() {
	names := func(prefix string, n int) []string {
		out := make([]string, n)
		for k := range out {
			out[k] = name(prefix, k)
		}
		return out
	}
	g.p.Skills = names("skill-", 4)
	g.p.Certificates = names("cert-", 2)
	g.p.Tools = names("tool-", 3)
	g.p.SKUs = names("sku-", 5)
}

func (g *generator) objective() {
	o := &g.p.Objective
	o.SurplusPerLevel = g.between(0, 3) * euro
	if g.chance(g.o.Balance) {
		o.Balance = g.between(1, 2*euro)
	}
	if !g.chance(g.o.Tiers) {
		return
	}
	for k := range o.Tier[:model.Risk] { // that of risks is drawn with them
		o.Tier[k] = uint8(g.IntN(model.MaxTiers))
	}
	// Serving jobs is worth something only in a tier no lower than what it costs.
	o.Tier[model.Unassigned] = 0
}
