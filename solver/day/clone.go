package day

import (
	"maps"
	"slices"

	"callout/solver/model"
)

// Clone is a day that has come as far, and goes on by itself. It takes some milliseconds for a thousand locations.
func (d *Day) Clone() *Day {
	c := *d
	known := *d.known
	c.known = &known
	known.Jobs = slices.Clone(known.Jobs)
	known.Nodes = slices.Clone(known.Nodes)
	for k := range known.Nodes {
		known.Nodes[k].Stock, known.Nodes[k].Tools = slices.Clone(known.Nodes[k].Stock), slices.Clone(known.Nodes[k].Tools)
		known.Nodes[k].Lots = slices.Clone(known.Nodes[k].Lots)
	}
	known.Technicians = slices.Clone(known.Technicians)
	for k := range known.Technicians {
		known.Technicians[k].Tools = slices.Clone(known.Technicians[k].Tools)
	}
	known.Profiles = slices.Clone(known.Profiles)
	c.jobs, c.sick = slices.Clone(d.jobs), slices.Clone(d.sick)
	c.freed, c.left = slices.Clone(d.freed), slices.Clone(d.left)
	c.byJob, c.byLoc = maps.Clone(d.byJob), maps.Clone(d.byLoc)
	c.seen = &memory{ids: maps.Clone(d.seen.ids), ring: slices.Clone(d.seen.ring), next: d.seen.next}
	c.shifts = slices.Clone(d.shifts)
	for k := range c.shifts {
		s := &c.shifts[k]
		s.facts, s.breaks = slices.Clone(s.facts), slices.Clone(s.breaks)
		s.owed = slices.Clone(s.owed)
		s.ahead, s.rests = slices.Clone(s.ahead), slices.Clone(s.rests)
	}
	c.brought = maps.Clone(d.brought)
	for j, list := range c.brought {
		c.brought[j] = slices.Clone(list)
	}
	c.sent, c.strays, c.lost = slices.Clone(d.sent), slices.Clone(d.strays), slices.Clone(d.lost)
	c.van = make([][]model.Quantity, len(d.van))
	for t := range c.van {
		c.van[t] = slices.Clone(d.van[t])
	}
	c.leftovers = make([][]leftover, len(d.leftovers))
	for t := range c.leftovers {
		c.leftovers[t] = slices.Clone(d.leftovers[t])
	}
	c.elsewhere = make([][]model.Quantity, len(d.elsewhere))
	for t := range c.elsewhere {
		c.elsewhere[t] = slices.Clone(d.elsewhere[t])
	}
	c.travel, c.shared = cloned(d.travel), true
	c.broken, c.brief, c.told = nil, slices.Clone(d.brief), slices.Clone(d.told)
	c.grow()
	return &c
}
