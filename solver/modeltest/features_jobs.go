package modeltest

import (
	"slices"

	"callout/solver/model"
)

// severalWindows gives half of the jobs one or two more hours to choose from.
func (g *generator) severalWindows() {
	g.eachJob(0.5, func(j *model.Job) {
		for range g.between(1, 2) {
			from := g.between(1_000, 7_500)
			j.Windows = append(j.Windows, model.Window{Kind: model.Availability, From: from, To: from + g.between(200, 1_000)})
		}
	})
}

// endWindows makes the windows of a third of the jobs bind the end of service.
func (g *generator) endWindows() {
	g.eachJob(0.33, func(j *model.Job) {
		for k := range j.Windows {
			if w := &j.Windows[k]; w.Kind == model.Availability {
				w.Binds, w.From, w.To = model.BindEnd, w.From+j.Service, w.To+j.Service
			}
		}
	})
}

// softWindows promises half of the jobs a part of their hard window, at prices per second early and late.
func (g *generator) softWindows(early, late model.Cost) {
	g.eachJob(0.5, func(j *model.Job) {
		hard := j.Windows[0]
		from := g.between(hard.From, hard.To)
		j.Windows = append(j.Windows, model.Window{
			Kind: model.Promise, From: from, To: min(from+g.between(100, 500), hard.To), Early: early, Late: late,
		})
	})
}

// responses makes every third job more urgent the longer it waits, from some time before its window on.
func (g *generator) responses() {
	g.eachJob(0.33, func(j *model.Job) {
		j.Release = max(0, j.Windows[0].From-g.between(0, 1_000))
		j.Response = 1
	})
}

// skills gives each vehicle three of four skills at some level and pace, and half of the jobs a need for one.
func (g *generator) skills() {
	const kinds = 4
	for k := range kinds {
		g.p.Skills = append(g.p.Skills, name("skill-", k))
	}
	for t := range g.p.Technicians {
		lacks := g.IntN(kinds)
		for s := range kinds {
			if s != lacks || t < kinds { // the first few can do all
				g.p.Technicians[t].Skills = append(g.p.Technicians[t].Skills, model.TechSkill{
					Skill: model.SkillIdx(s), Level: int32(g.between(2, 4)), Multiplier: int32(g.between(16, 28) * 50),
				})
			}
		}
	}
	g.p.Objective.SurplusPerLevel = 20
	g.eachJob(0.5, func(j *model.Job) {
		j.AllOf = []model.SkillLevel{{Skill: model.SkillIdx(g.IntN(kinds)), Level: int32(g.between(1, 2))}}
	})
}

// wishes are for and against technicians.
func (g *generator) wishes() {
	n := len(g.p.Technicians)
	g.eachJob(0.2, func(j *model.Job) {
		j.Preferred, j.NotPreferred = some[model.TechIdx](g, n, 0.3), 100
	})
	g.eachJob(0.2, func(j *model.Job) {
		j.Excluded = some[model.TechIdx](g, n, 0.2)
	})
	g.eachJob(0.1, func(j *model.Job) {
		keep := model.TechIdx(g.IntN(n))
		j.Required = some[model.TechIdx](g, n, 0.4)
		if at, found := slices.BinarySearch(j.Required, keep); !found {
			j.Required = slices.Insert(j.Required, at, keep)
		}
		j.Excluded = nil
	})
}

// addSKUs names n more parts and returns the first.
func (g *generator) addSKUs(n int) model.SKUIdx {
	first := len(g.p.SKUs)
	for range n {
		g.p.SKUs = append(g.p.SKUs, name("sku-", len(g.p.SKUs)))
	}
	return model.SKUIdx(first)
}

// stockVan adds to what a technician has; parts are added in the order of their numbers.
func (g *generator) stockVan(t int, sku model.SKUIdx, qty int64) {
	tech := &g.p.Technicians[t]
	tech.Stock = append(tech.Stock, model.Quantity{SKU: sku, Qty: qty})
}

// vanStock makes half of the jobs use up parts of five kinds, of which vans carry some, all together twice the demand.
func (g *generator) vanStock() {
	const kinds = 5
	first := g.addSKUs(kinds)
	demand := make([]int64, kinds)
	g.eachJob(0.5, func(j *model.Job) {
		kind, qty := g.IntN(kinds), g.between(1, 3)
		demand[kind] += qty
		j.Parts = append(j.Parts, model.Quantity{SKU: first + model.SKUIdx(kind), Qty: qty})
	})
	for t := range g.p.Technicians {
		for k := range kinds {
			share := 2*demand[k]/int64(len(g.p.Technicians)) + 1
			if qty := g.between(0, 2*share); qty > 0 {
				g.stockVan(t, first+model.SKUIdx(k), qty)
			}
		}
	}
}

// vanStockOrSubstitutes is vanStock, and others of the kinds will do for half of the jobs.
func (g *generator) vanStockOrSubstitutes() {
	g.vanStock()
	g.eachJob(0.5, func(j *model.Job) { g.substitutes(j, 1, 100) })
}

// twoShifts divides each day in two, so that the shifts of a technician share his van.
func (g *generator) twoShifts() {
	var out []model.Shift
	for k := range g.p.Shifts {
		a, b := g.p.Shifts[k], g.p.Shifts[k]
		noon := (a.Earliest + a.LatestEnd) / 2
		a.ID, b.ID = a.ID+"-am", b.ID+"-pm"
		a.LatestEnd, a.RegularEnd = noon+1_000, min(a.RegularEnd, noon+500)
		b.Earliest = noon + 1_000
		b.RegularEnd = max(b.RegularEnd, b.Earliest+1)
		a.Breaks = slices.DeleteFunc(slices.Clone(a.Breaks), func(x model.Break) bool { return x.Earliest >= noon })
		b.Breaks = slices.DeleteFunc(slices.Clone(b.Breaks), func(x model.Break) bool { return x.Earliest < noon })
		out = append(out, a, b)
	}
	g.p.Shifts = out
}

// depots adds nodes at the first places of jobs, with handling and a price for each call.
func (g *generator) depots(prefix string, n int) (first int) {
	first = len(g.p.Nodes)
	for k := range n {
		g.p.Nodes = append(g.p.Nodes, model.Node{ID: name(prefix, k), Location: model.LocIdx(1 + k), Handling: 100, Fixed: 50})
	}
	return first
}

// nodeCalls makes a fifth of the jobs need a part that has to be picked up on the way, of which there is plenty.
func (g *generator) nodeCalls() { g.fetch("depot-", func(int64) int64 { return model.Unlimited }) }

// scarceNodes is nodeCalls where each of three nodes has half of the demand.
func (g *generator) scarceNodes() {
	g.fetch("branch-", func(demand int64) int64 { return demand/2 + 1 })
}

// vanRoom is nodeCalls with parts of which a van carries two at a time.
func (g *generator) vanRoom() {
	sku := len(g.p.SKUs)
	g.fetch("yard-", func(int64) int64 { return model.Unlimited })
	g.p.Sizes = make([]model.Size, sku+1)
	g.p.Sizes[sku] = model.Size{model.Weight: 4}
	for t := range g.p.Technicians {
		g.p.Technicians[t].Capacity = &model.Size{9, model.NoLimit}
	}
}

func (g *generator) fetch(prefix string, stock func(demand int64) int64) {
	sku := g.addSKUs(1)
	var demand int64
	g.eachJob(0.2, func(j *model.Job) {
		demand++
		j.Parts = append(j.Parts, model.Quantity{SKU: sku, Qty: 1})
	})
	first := g.depots(prefix, 3)
	for k := first; k < len(g.p.Nodes); k++ {
		n := &g.p.Nodes[k]
		n.Stock = append(n.Stock, model.NodeStock{SKU: sku, Qty: stock(demand), Price: model.Cost(10 * (k - first))})
	}
}

// addTool names one more tool.
func (g *generator) addTool() model.ToolIdx {
	g.p.Tools = append(g.p.Tools, name("tool-", len(g.p.Tools)))
	return model.ToolIdx(len(g.p.Tools) - 1)
}

// toolsCarried makes a third of the jobs need a tool that two vans in three carry.
func (g *generator) toolsCarried() {
	tool := g.addTool()
	for t := range g.p.Technicians {
		if t%3 != 0 {
			g.p.Technicians[t].Tools = append(g.p.Technicians[t].Tools, tool)
		}
	}
	g.eachJob(0.33, func(j *model.Job) { j.Tools = append(j.Tools, tool) })
}

// toolsLent makes a fifth of the jobs need a tool that nobody carries and each of three nodes lends to a few.
func (g *generator) toolsLent() {
	tool := g.addTool()
	g.eachJob(0.2, func(j *model.Job) { j.Tools = append(j.Tools, tool) })
	for k := g.depots("rental-", 3); k < len(g.p.Nodes); k++ {
		g.p.Nodes[k].Tools = []model.NodeTool{{Tool: tool, Qty: int64(1 + len(g.p.Technicians)/3)}}
	}
}
