package server_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func at(h, m int) *timestamppb.Timestamp {
	return timestamppb.New(monday.Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute))
}

func minutes(n int) *durationpb.Duration { return durationpb.New(time.Duration(n) * time.Minute) }

// day is a day of work in and around a town: jobs with windows, skills and parts, technicians with vans and a lunch break, and a
// depot. One job in twenty asks for a skill that nobody has.
func day(jobs, technicians int) *calloutv1.Problem {
	rng := rand.New(rand.NewPCG(uint64(jobs), 1))
	p := &calloutv1.Problem{
		CurrencyCode: "EUR",
		Now:          at(7, 0),
		Profiles: []*calloutv1.TravelProfile{{
			Id: "van", Travel: &calloutv1.TravelProfile_StraightLine{StraightLine: &calloutv1.StraightLine{}},
		}},
		Locations: []*calloutv1.Location{{Id: "depot", Position: &calloutv1.LatLng{Latitude: 48.2, Longitude: 16.37}}},
		Nodes: []*calloutv1.Node{{
			Id: "depot", LocationId: "depot", HandlingDuration: minutes(10),
			Stock: []*calloutv1.NodeStock{{Sku: "pump", Quantity: 1000}},
		}},
	}
	for k := range jobs {
		id := fmt.Sprintf("job-%03d", k)
		p.Locations = append(p.Locations, &calloutv1.Location{Id: id, Position: &calloutv1.LatLng{
			Latitude: 48.2 + (rng.Float64()-0.5)/3, Longitude: 16.37 + (rng.Float64()-0.5)/2,
		}})
		job := &calloutv1.Job{Id: id, LocationId: id, ServiceDuration: minutes(20 + rng.IntN(50)), Priority: int32(rng.IntN(101))}
		if rng.IntN(3) == 0 {
			from := 8 + rng.IntN(7)
			job.Windows = []*calloutv1.TimeWindow{{Start: at(from, 0), End: at(from+2, 0)}}
		}
		if rng.IntN(4) == 0 {
			job.Skills = &calloutv1.SkillRequirements{AllOf: []*calloutv1.SkillRequirement{{Skill: "gas", MinLevel: 2}}}
		}
		if k%20 == 19 {
			job.Skills = &calloutv1.SkillRequirements{AllOf: []*calloutv1.SkillRequirement{{Skill: "magic"}}}
		}
		if rng.IntN(5) == 0 {
			job.Parts = []*calloutv1.PartRequirement{{Sku: "pump", Quantity: 1}}
		}
		p.Jobs = append(p.Jobs, job)
	}
	for k := range technicians {
		p.Technicians = append(p.Technicians, &calloutv1.Technician{
			Id:       fmt.Sprintf("tech-%02d", k),
			Skills:   []*calloutv1.TechnicianSkill{{Skill: "gas", Level: int32(k % 4)}},
			VanStock: []*calloutv1.StockItem{{Sku: "pump", Quantity: int64(k % 3)}},
			Shifts: []*calloutv1.Shift{{
				Id: "mon", StartLocationId: "depot", EndLocationId: "depot", EarliestStart: at(8, 0), LatestEnd: at(17, 0),
				Breaks: []*calloutv1.Break{{Id: "lunch", EarliestStart: at(11, 30), LatestStart: at(13, 0), Duration: minutes(30)}},
			}},
		})
	}
	return p
}

// running is a server with a client.
type running struct {
	client   calloutv1.PlanningServiceClient
	conn     *grpc.ClientConn
	server   *server.Server
	registry *prometheus.Registry
	dial     func(testing.TB) *grpc.ClientConn
}

// start runs a server until the test ends.
func start(tb testing.TB, o server.Options) *running {
	tb.Helper()
	return startWith(tb, o, server.Transport{})
}

func startWith(tb testing.TB, o server.Options, transport server.Transport) *running {
	tb.Helper()
	l := bufconn.Listen(1 << 20)
	return startOn(tb, l, o, transport, "passthrough:///test", grpc.WithContextDialer(
		func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }))
}

// startOn runs a server on a listener, which the target and options lead to.
func startOn(
	tb testing.TB, l net.Listener, o server.Options, transport server.Transport, target string, opts ...grpc.DialOption,
) *running {
	tb.Helper()
	r := &running{registry: prometheus.NewRegistry()}
	o.Metrics, o.Version = r.registry, "test"
	r.server = server.NewServer(server.New(o), transport)
	served := make(chan error, 1)
	go func() { served <- r.server.Serve(l) }()
	opts = append(opts, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(server.DefaultMessageSize)))
	r.dial = func(tb testing.TB) *grpc.ClientConn {
		tb.Helper()
		conn, err := grpc.NewClient(target, opts...)
		if err != nil {
			tb.Fatal(err)
		}
		return conn
	}
	r.conn = r.dial(tb)
	r.client = calloutv1.NewPlanningServiceClient(r.conn)
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), 10*time.Second)
		defer cancel()
		r.server.Shutdown(ctx)
		r.conn.Close()
		if err := <-served; err != nil {
			tb.Error(err)
		}
	})
	return r
}

// metric is the value of a gauge or counter, summed over its labels; of a histogram, how many values it saw.
func (r *running) metric(tb testing.TB, name string) float64 {
	tb.Helper()
	families, err := r.registry.Gather()
	if err != nil {
		tb.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		var sum float64
		for _, m := range f.GetMetric() {
			sum += m.GetGauge().GetValue() + m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
		return sum
	}
	tb.Fatalf("there is no metric %s", name)
	return 0
}

// until waits for a condition and says how long that took.
func until(tb testing.TB, limit time.Duration, what string, condition func() bool) time.Duration {
	tb.Helper()
	begin := time.Now()
	for !condition() {
		if time.Since(begin) > limit {
			tb.Fatalf("%s: not within %v", what, limit)
		}
		time.Sleep(200 * time.Microsecond)
	}
	return time.Since(begin)
}
