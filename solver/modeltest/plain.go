package modeltest

import (
	"math"
	"math/rand/v2"

	"callout/solver/model"
)

// Plain is a vehicle routing problem with time windows in the manner of Solomon: one depot, equal vehicles whose capacity is
// van stock of one SKU, one window per job that a vehicle of its own can meet, tenths of a unit of distance for seconds, and
// travel as the only cost. The fleet can carry about four thirds of the demand; a job left out costs more than any tour.
func Plain(jobs, vehicles int, seed uint64) *model.Problem {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0x504c_4149)), p: new(model.Problem)}
	const horizon = 10_000
	n := jobs + 1
	xs, ys := make([]float64, n), make([]float64, n)
	for k := range n {
		xs[k], ys[k] = 100*g.Float64(), 100*g.Float64()
		g.p.Locations = append(g.p.Locations, model.Location{ID: name("place-", k)})
	}
	xs[0], ys[0] = 50, 50
	m := &model.Matrix{N: n, Durations: make([]int32, n*n)}
	for a := range n {
		for b := range n {
			m.Durations[a*n+b] = int32(10 * math.Hypot(xs[a]-xs[b], ys[a]-ys[b]))
		}
	}
	m.Distances = m.Durations
	g.p.Profiles = []model.Profile{{ID: "vehicle", Matrix: m}}
	g.p.SKUs = []string{"load"}
	const depot = 0
	var demand int64
	for k := range jobs {
		at := model.LocIdx(k + 1)
		j := model.Job{ID: name("job-", k), Location: at, Service: 100, Unassigned: 1_000_000}
		load := g.between(1, 40)
		demand += load
		j.Parts = []model.Quantity{{SKU: 0, Qty: load}}
		from := g.between(m.Duration(depot, at), horizon-m.Duration(at, depot)-j.Service)
		j.Windows = []model.Window{{
			Kind: model.Availability,
			From: from, To: min(from+g.between(200, 2_000), horizon-m.Duration(at, depot)-j.Service),
		}}
		g.p.Jobs = append(g.p.Jobs, j)
	}
	capacity := max(40, demand*4/3/int64(max(1, vehicles)))
	for k := range vehicles {
		g.p.Technicians = append(g.p.Technicians, model.Technician{
			ID: name("vehicle-", k), Stock: []model.Quantity{{SKU: 0, Qty: capacity}},
		})
		g.p.Shifts = append(g.p.Shifts, model.Shift{
			ID: name("tour-", k), Tech: model.TechIdx(k), Start: depot, End: depot,
			RegularEnd: horizon, LatestEnd: horizon,
			MaxWork: model.NoCap, MaxDrive: model.NoCap, MaxSpell: model.NoCap, TravelRate: 1,
		})
	}
	return g.p
}
