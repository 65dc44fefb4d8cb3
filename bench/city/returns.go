package city

import (
	"math/rand/v2"

	calloutv1 "callout/api/callout/v1"
)

// What comes back weighs so many kilograms a piece, and a van carries so many.
const (
	wornWeight = 7
	vanWeight  = 60
)

// returns makes technicians bring back what they replace: most worn parts to a depot, what is left of packing to wherever the shift ends, and
// some have parts of yesterday in the van. It draws random numbers of its own, so that the day is else the one without returns.
func (g *generator) returns() {
	own := &generator{Rand: rand.New(rand.NewPCG(g.o.Seed, 0x7265_7475))}
	var depots []string
	for k, n := range g.p.GetNodes() {
		if g.o.Network && g.level(k) == 1 || !g.o.Network && k < 2 {
			depots = append(depots, n.GetId())
		}
	}
	heavy := make(map[string]bool)
	worn := func(sku string) string {
		if sku = "worn " + sku; !heavy[sku] {
			heavy[sku] = true
			g.p.Parts = append(g.p.Parts, &calloutv1.Part{Sku: sku, Weight: wornWeight})
		}
		return sku
	}
	for _, j := range g.p.GetJobs() {
		for _, part := range j.GetParts() {
			if own.chance(0.5) {
				j.Returns = append(j.Returns, &calloutv1.PartReturn{Sku: worn(part.GetSku()), Quantity: part.GetQuantity(), NodeIds: depots})
			}
		}
		if own.chance(0.1) {
			j.Returns = append(j.Returns, &calloutv1.PartReturn{Sku: "packing", Quantity: 1})
		}
	}
	for _, t := range g.p.GetTechnicians() {
		t.VanCapacity = &calloutv1.VanCapacity{Weight: new(float64(vanWeight))}
		if own.chance(0.2) {
			t.Returns = []*calloutv1.PartReturn{{Sku: worn(pick(own, parts).sku), Quantity: 1, NodeIds: depots}}
		}
	}
}
