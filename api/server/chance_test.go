package server_test

import (
	"math"
	"math/rand/v2"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
)

// spoilt are ways to make an event one that has to be refused.
var spoilt = []struct {
	name string
	do   func(rng *rand.Rand, e *calloutv1.DayEvent)
}{
	{"without a name", func(_ *rand.Rand, e *calloutv1.DayEvent) { e.Id = "" }},
	{"with too long a name", func(_ *rand.Rand, e *calloutv1.DayEvent) { e.Id = string(make([]byte, 300)) }},
	{"without a time", func(_ *rand.Rand, e *calloutv1.DayEvent) { e.Now = nil }},
	{"late", func(rng *rand.Rand, e *calloutv1.DayEvent) { e.Now.Seconds -= 8*3600 + rng.Int64N(1e6) }},
	{"of another century", func(_ *rand.Rand, e *calloutv1.DayEvent) { e.Now.Seconds = math.MaxInt64 }},
	{"with a time that is none", func(_ *rand.Rand, e *calloutv1.DayEvent) { e.Now.Nanos = -5 }},
	{"of nothing", func(_ *rand.Rand, e *calloutv1.DayEvent) { e.What = nil }},
	{"of an unknown job", func(_ *rand.Rand, e *calloutv1.DayEvent) {
		e.What = &calloutv1.DayEvent_VisitFinished{VisitFinished: &calloutv1.VisitFinished{JobId: "who?"}}
	}},
	{"of an unknown technician", func(_ *rand.Rand, e *calloutv1.DayEvent) {
		e.What = &calloutv1.DayEvent_TechnicianSick{TechnicianSick: &calloutv1.TechnicianSick{TechnicianId: "who?"}}
	}},
	{"of an unknown place", func(_ *rand.Rand, e *calloutv1.DayEvent) {
		e.What = &calloutv1.DayEvent_TechnicianPosition{TechnicianPosition: &calloutv1.TechnicianPosition{
			TechnicianId: "tech-00", LocationId: "where?",
		}}
	}},
	{"of a part that does not exist", func(_ *rand.Rand, e *calloutv1.DayEvent) {
		e.What = &calloutv1.DayEvent_StockChanged{StockChanged: &calloutv1.StockChanged{NodeId: "depot", Sku: "what?", Quantity: 1}}
	}},
	{"of stock below nothing", func(_ *rand.Rand, e *calloutv1.DayEvent) {
		e.What = &calloutv1.DayEvent_StockChanged{StockChanged: &calloutv1.StockChanged{NodeId: "depot", Sku: "pump", Quantity: -1}}
	}},
	{"of a technician who is early", func(_ *rand.Rand, e *calloutv1.DayEvent) {
		e.What = &calloutv1.DayEvent_TechnicianLate{TechnicianLate: &calloutv1.TechnicianLate{
			TechnicianId: "tech-00", Delay: durationpb.New(-60),
		}}
	}},
	{"of travel times that are no numbers", func(rng *rand.Rand, e *calloutv1.DayEvent) {
		f := []float64{math.NaN(), math.Inf(1), -1, 0, 1e300}[rng.IntN(5)]
		e.What = &calloutv1.DayEvent_TravelChanged{TravelChanged: &calloutv1.TravelChanged{Factor: &f}}
	}},
	{"of a job without an id", func(_ *rand.Rand, e *calloutv1.DayEvent) {
		e.What = &calloutv1.DayEvent_JobAdded{JobAdded: &calloutv1.JobAdded{Job: &calloutv1.Job{LocationId: "depot"}}}
	}},
	{"of a job that there is", func(_ *rand.Rand, e *calloutv1.DayEvent) {
		e.What = &calloutv1.DayEvent_JobAdded{JobAdded: &calloutv1.JobAdded{Job: &calloutv1.Job{Id: "job-001", LocationId: "depot"}}}
	}},
	{"of a window that ends before it begins", func(_ *rand.Rand, e *calloutv1.DayEvent) {
		e.What = &calloutv1.DayEvent_JobAdded{JobAdded: &calloutv1.JobAdded{Job: &calloutv1.Job{
			Id: "odd", LocationId: "depot", Windows: []*calloutv1.TimeWindow{{Start: at(12, 0), End: at(11, 0)}},
		}}}
	}},
	{"of a place that there is", func(_ *rand.Rand, e *calloutv1.DayEvent) {
		e.What = &calloutv1.DayEvent_JobAdded{JobAdded: &calloutv1.JobAdded{
			Job:      &calloutv1.Job{Id: "odd", LocationId: "depot"},
			Location: &calloutv1.NewLocation{Location: &calloutv1.Location{Id: "depot", Position: &calloutv1.LatLng{}}},
		}}
	}},
	{"of a pin without scope", func(_ *rand.Rand, e *calloutv1.DayEvent) {
		e.What = &calloutv1.DayEvent_VisitPinned{VisitPinned: &calloutv1.VisitPinned{JobId: "job-001"}}
	}},
	{"of a pin of no known scope", func(_ *rand.Rand, e *calloutv1.DayEvent) {
		e.What = &calloutv1.DayEvent_VisitPinned{VisitPinned: &calloutv1.VisitPinned{JobId: "job-001", Scope: 77}}
	}},
	{"of a visit that goes on until never", func(_ *rand.Rand, e *calloutv1.DayEvent) {
		e.What = &calloutv1.DayEvent_VisitRunsOver{VisitRunsOver: &calloutv1.VisitRunsOver{
			JobId: "job-001", Until: &timestamppb.Timestamp{Seconds: 1 << 50},
		}}
	}},
	{"of a person's change of a job that is not there", func(_ *rand.Rand, e *calloutv1.DayEvent) {
		e.What = &calloutv1.DayEvent_VisitMoved{VisitMoved: &calloutv1.VisitMoved{JobId: "job-001", TechnicianId: "tech-00", AfterJobId: "who?"}}
	}},
}

// spoil makes an event one that has to be refused, and says how.
func spoil(rng *rand.Rand, e *calloutv1.DayEvent) (*calloutv1.DayEvent, string) {
	e = proto.CloneOf(e)
	how := spoilt[rng.IntN(len(spoilt))]
	how.do(rng, e)
	return e, how.name
}
