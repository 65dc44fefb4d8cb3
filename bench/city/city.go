// Package city makes up days of field service in Vienna: a company that looks after heating, cooling, electrics, plumbing,
// networks and doors, its technicians and its depots. The places, people and jobs are invented; distances, hours, skills,
// stock and prices are such as a dispatcher would know them. It feeds the demo and the load tests.
package city

import (
	"fmt"
	"math/rand/v2"
	"time"
	_ "time/tzdata" // the city's hours are local, also where no zone files are installed

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
)

// Zone is the city's time zone.
const Zone = "Europe/Vienna"

// Options shape a request. What is 0 takes its default.
type Options struct {
	Jobs        int       // over all days; 200
	Technicians int       // 25
	Days        int       // 1
	Seed        uint64    // the same options give the same request
	Date        time.Time // the first day, of which only the date counts; 17 March 2026, a Tuesday
	Rush        bool      // vans and cars are slow in the rush hours
	// Network makes days that hang on parts: about three jobs in ten need one that most vans lack, and it comes from a stock network of three
	// levels, whose lanes have cut-offs.
	Network bool
	// Returns makes technicians bring worn parts back to depots, and limits what vans carry; the day is else the same.
	Returns bool
}

func (o Options) withDefaults() Options {
	if o.Jobs == 0 {
		o.Jobs = 200
	}
	if o.Technicians == 0 {
		o.Technicians = 25
	}
	if o.Days == 0 {
		o.Days = 1
	}
	if o.Date.IsZero() {
		o.Date = time.Date(2026, time.March, 17, 0, 0, 0, 0, time.UTC)
	}
	return o
}

// Generate makes up a request. Settings are left to the caller, but for the seed.
func Generate(o Options) *calloutv1.SolveRequest {
	o = o.withDefaults()
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		panic(err) // the zone files are linked in
	}
	g := &generator{
		Rand:   rand.New(rand.NewPCG(o.Seed, 0x6369_7479)),
		o:      o,
		zone:   zone,
		demand: make(map[string]int64),
		p:      &calloutv1.Problem{CurrencyCode: "EUR"},
	}
	g.p.Now = g.clock(0, 6, 0)
	g.profiles()
	name := "vienna"
	if o.Network {
		name = "stock"
		g.network()
		g.crew()
		g.work()
		g.stockUp()
		g.lanes()
	} else {
		g.depots()
		g.crew()
		g.work()
		g.shelves()
	}
	if o.Returns {
		g.returns()
	}
	g.objective()
	return &calloutv1.SolveRequest{
		RequestId: fmt.Sprintf("%s-%dx%d-%d", name, o.Jobs, o.Technicians, o.Seed),
		Problem:   g.p,
		Settings:  &calloutv1.SolveSettings{Seed: o.Seed},
	}
}

// generator holds what is built so far.
type generator struct {
	*rand.Rand
	o      Options
	zone   *time.Location
	p      *calloutv1.Problem
	demand map[string]int64 // units of each SKU that jobs need; read by key only
}

// chance is true with probability q.
func (g *generator) chance(q float64) bool { return g.Float64() < q }

// between is uniform over lo..hi, both inclusive.
func (g *generator) between(lo, hi int) int { return lo + g.IntN(hi-lo+1) }

// pick draws one element.
func pick[T any](g *generator, from []T) T { return from[g.IntN(len(from))] }

// choose draws an index, each as often as its weight says.
func (g *generator) choose(weights ...float64) int {
	var total float64
	for _, w := range weights {
		total += w
	}
	left := g.Float64() * total
	for k, w := range weights {
		if left -= w; left < 0 {
			return k
		}
	}
	return len(weights) - 1
}

// weighted draws one element, each as often as its weight says.
func weighted[T any](g *generator, from []T, weight func(T) float64) T {
	weights := make([]float64, len(from))
	for k, x := range from {
		weights[k] = weight(x)
	}
	return from[g.choose(weights...)]
}

// clock is a time of day, local to the city, on a day counted from the first.
func (g *generator) clock(day, hour, minute int) *timestamppb.Timestamp {
	return timestamppb.New(time.Date(g.o.Date.Year(), g.o.Date.Month(), g.o.Date.Day()+day, hour, minute, 0, 0, g.zone))
}

// date names a day, as shift id.
func (g *generator) date(day int) string {
	return g.clock(day, 12, 0).AsTime().In(g.zone).Format(time.DateOnly)
}

// minutes as a duration.
func minutes(n int) *durationpb.Duration {
	return durationpb.New(time.Duration(n) * time.Minute)
}

// later is an instant some minutes after another.
func later(t *timestamppb.Timestamp, n int) *timestamppb.Timestamp {
	return timestamppb.New(t.AsTime().Add(time.Duration(n) * time.Minute))
}

// objective weighs customers by their contract; prices not named are those of the preset.
func (g *generator) objective() {
	g.p.Objective = &calloutv1.Objective{
		Preset: calloutv1.Preset_PRESET_BALANCED,
		CustomerTiers: []*calloutv1.CustomerTier{
			{CustomerTier: "gold", Factor: 2},
			{CustomerTier: "silver", Factor: 1.4},
		},
		// A promise is a promise here, for some minutes too.
		WindowCosts: []*calloutv1.WindowCost{
			{Kind: calloutv1.WindowKind_WINDOW_KIND_PROMISE, CostPerHourEarly: new(90.0), CostPerHourLate: new(150.0)},
			{Kind: calloutv1.WindowKind_WINDOW_KIND_SLA, CostPerHourLate: new(200.0)},
		},
		DefaultCosts: shiftCosts(12, 34, 0.32),
	}
}
