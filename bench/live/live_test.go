package main

import (
	"net"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/bench/city"
	"callout/bench/happen"
)

// BenchmarkEvent follows a day of 1,000 jobs in this process, over loopback: one iteration is an event, and the plan that has it. 120 technicians; on the day
// with a stock network one for seven jobs.
func BenchmarkEvent(b *testing.B) {
	plain := city.Generate(city.Options{Jobs: 1000, Technicians: 120, Seed: 1})
	b.Run("plain", func(b *testing.B) { follow(b, plain, common) })
	b.Run("travel", func(b *testing.B) { follow(b, plain, []string{"travel factor"}) })
	b.Run("rush", func(b *testing.B) {
		follow(b, city.Generate(city.Options{Jobs: 1000, Technicians: 120, Seed: 1, Rush: true}), common)
	})
	b.Run("stock", func(b *testing.B) { follow(b, city.StockDay(1000, 1), common) })
}

// common are kinds of events of which there are many in a day.
var common = []string{"job added", "visit runs over", "time passed", "part delayed", "technician late"}

func follow(b *testing.B, req *calloutv1.SolveRequest, kinds []string) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s := server.NewServer(server.New(server.Options{}), server.Transport{})
	go func() { _ = s.Serve(l) }()
	defer s.Shutdown(b.Context())
	conn, err := grpc.NewClient(l.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)))
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	p, err := happen.Play(b.Context(), calloutv1.NewPlanningServiceClient(conn), &calloutv1.DayStart{
		Problem: req.GetProblem(),
		Settings: &calloutv1.DaySettings{
			ImproveFor: durationpb.New(time.Millisecond), WaysOut: -1,
			ChangePrices: &calloutv1.ChangePrices{PerReassignment: 5, PerMinuteMoved: 0.1, Tolerance: durationpb.New(10 * time.Minute)},
		},
	}, nil)
	if err != nil {
		b.Fatal(err)
	}
	t := happen.NewTeller(req.GetProblem(), 1, "e")
	t.Pass(2 * time.Hour)
	for i := 0; b.Loop(); i++ {
		t.Pass(10 * time.Second)
		e := t.Event(kinds[i%len(kinds)], p.Last.GetPlan())
		if e == nil {
			continue
		}
		if _, _, err := p.Event(e); err != nil {
			b.Fatal(err)
		}
	}
}
