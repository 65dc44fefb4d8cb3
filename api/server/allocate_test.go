package server_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/bench/depots"
)

func (r *running) allocate(
	ctx context.Context, t *testing.T, req *calloutv1.AllocateRequest,
) ([]*calloutv1.AllocateResponse, error) {
	t.Helper()
	stream, err := calloutv1.NewPartsServiceClient(r.conn).Allocate(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	var out []*calloutv1.AllocateResponse
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out = append(out, m)
	}
}

func week() *calloutv1.StockNetwork {
	return depots.Generate(depots.Options{Nodes: 30, Lanes: 300, SKUs: 15, Demands: 60, FixedShare: 0.5, Seed: 1})
}

// The stream has a first allocation, better ones and the best, with bounds, reasons and settings; the same rounds give the same.
func TestAllocate(t *testing.T) {
	r := start(t, server.Options{Workers: 2})
	req := &calloutv1.AllocateRequest{
		RequestId: "r1", Network: week(), Settings: &calloutv1.AllocateSettings{MaxRounds: 4, Seed: 3, MinImprovementInterval: durationpb.New(0)},
	}
	got, err := r.allocate(t.Context(), t, req)
	if err != nil {
		t.Fatal(err)
	}
	for k, m := range got {
		want := calloutv1.SolveKind_SOLVE_KIND_IMPROVED
		switch k {
		case 0:
			want = calloutv1.SolveKind_SOLVE_KIND_FIRST
		case len(got) - 1:
			want = calloutv1.SolveKind_SOLVE_KIND_FINAL
		}
		cost := m.GetAllocation().GetCost().GetTotal()
		if m.GetKind() != want || m.GetSequence() != int64(k+1) || m.GetRequestId() != "r1" || m.GetLowerBound() > cost {
			t.Errorf("message %d: %v, sequence %d, bound %g of %g", k, m.GetKind(), m.GetSequence(), m.GetLowerBound(), cost)
		}
		if k > 0 && cost > got[k-1].GetAllocation().GetCost().GetTotal() {
			t.Errorf("message %d is worse than the one before", k)
		}
	}
	last := got[len(got)-1]
	if len(got) < 2 || last.GetGap() <= 0 || last.GetGap() > 0.3 || last.GetRounds() != 4 {
		t.Errorf("%d messages, gap %g, %d rounds", len(got), last.GetGap(), last.GetRounds())
	}
	o := last.GetOutcome()
	if o.GetStopReason() != calloutv1.StopReason_STOP_REASON_ITERATION_BUDGET || o.GetSettings().GetSeed() != 3 ||
		o.GetEngineVersion() != "test" {
		t.Errorf("outcome %v", o)
	}
	var units, short int64
	reasons := 0
	for _, d := range last.GetAllocation().GetDemands() {
		short += d.GetUnitsShort()
		if (d.GetUnitsShort() > 0) != (d.GetShortage().GetReason() != 0 && d.GetShortage().GetMessage() != "") {
			t.Errorf("demand %s is short of %d: %v", d.GetDemandId(), d.GetUnitsShort(), d.GetShortage())
		}
		for _, s := range d.GetSources() {
			units += s.GetQuantity()
			if s.GetAlternative() != nil {
				reasons++
			}
		}
	}
	m := last.GetAllocation().GetMetrics()
	if units != m.GetUnitsInTime()+m.GetUnitsLate() || short != m.GetUnitsShort() || units+short != m.GetUnits() || reasons == 0 {
		t.Errorf("%d units served, %d short, %d alternatives: %v", units, short, reasons, m)
	}
	req.Settings.Workers = 2
	again, err := r.allocate(t.Context(), t, req)
	if err != nil || !proto.Equal(again[len(again)-1].GetAllocation(), last.GetAllocation()) {
		t.Error("two workers: another allocation", err)
	}
	if n := r.metric(t, "callout_running_solves"); n != 0 {
		t.Errorf("%v still run", n)
	}
}

func TestAllocateFaults(t *testing.T) {
	r := start(t, server.Options{})
	network := week()
	network.Demands[2].Sku, network.Nodes[1].Stock = "nothing", append(
		[]*calloutv1.StockOnHand{{Sku: "x", Quantity: -4}}, network.GetNodes()[1].GetStock()...)
	_, err := r.allocate(t.Context(), t, &calloutv1.AllocateRequest{Network: network})
	st := status.Convert(err)
	if st.Code() != codes.InvalidArgument || len(st.Details()) != 1 {
		t.Fatal(err)
	}
	bad, ok := st.Details()[0].(*errdetails.BadRequest)
	if !ok || len(bad.GetFieldViolations()) != 2 {
		t.Fatal(st.Details())
	}
	for k, want := range []string{"network.nodes[1].stock[0].quantity", "network.demands[2].sku"} {
		if got := bad.GetFieldViolations()[k].GetField(); got != want {
			t.Errorf("fault at %s, want %s", got, want)
		}
	}
}

// A caller who goes gives the slot back; one whose deadline comes gets the best so far; one in the queue is told.
func TestAllocateEnds(t *testing.T) {
	r := start(t, server.Options{Workers: 1, Queue: 2})
	long := &calloutv1.AllocateRequest{Network: week(), Settings: &calloutv1.AllocateSettings{TimeBudget: durationpb.New(time.Minute)}}
	ctx, cancel := context.WithCancel(t.Context())
	stream, err := calloutv1.NewPartsServiceClient(r.conn).Allocate(ctx, long)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); err != nil {
		t.Fatal(err)
	}
	short, cancelShort := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancelShort()
	if _, err := r.allocate(short, t, long); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("in the queue: %v", err)
	}
	cancel()
	until(t, 5*time.Second, "the slot is free", func() bool { return r.metric(t, "callout_busy_workers") == 0 })
	brief, cancelBrief := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancelBrief()
	got, err := r.allocate(brief, t, long)
	if err != nil {
		t.Fatal(err)
	}
	if o := got[len(got)-1].GetOutcome(); o.GetStopReason() != calloutv1.StopReason_STOP_REASON_DEADLINE || !o.GetCutShort() {
		t.Errorf("outcome %v", o)
	}
}

// By HTTP, as the other services: a line per message.
func TestAllocateByHTTP(t *testing.T) {
	s := startSite(t, server.Options{}, server.Transport{}, nil)
	req := &calloutv1.AllocateRequest{Network: week(), Settings: &calloutv1.AllocateSettings{MaxRounds: 1}}
	res, err := s.client.Post(strings.Replace(s.url("Allocate"), "PlanningService", "PartsService", 1), "application/json",
		bytes.NewReader(body(t, req)))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(text), "SOLVE_KIND_FINAL") {
		t.Errorf("%d %v: %.200s", res.StatusCode, err, text)
	}
}

// Today for more, later for less; a reason where there is no way; faults by name.
func TestExpedite(t *testing.T) {
	r := start(t, server.Options{})
	raw, err := os.ReadFile(filepath.Join("..", "..", "examples", "stock.json"))
	if err != nil {
		t.Fatal(err)
	}
	example := new(calloutv1.AllocateRequest)
	if err := protojson.Unmarshal(raw, example); err != nil {
		t.Fatal(err)
	}
	client := calloutv1.NewPartsServiceClient(r.conn)
	req := &calloutv1.ExpediteRequest{RequestId: "e1", Network: example.GetNetwork(), Sku: "pump", NodeId: "site"}
	out, err := client.Expedite(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	// By express at 13:00, for 60 and 5; from the depot with the van at 12:00, for 8 and 1. The van of the next morning is no cheaper.
	if len(out.GetOptions()) != 2 || out.GetRequestId() != "e1" || out.GetEngineVersion() != "test" || out.GetReason() != 0 {
		t.Fatal(out)
	}
	for k, want := range []struct {
		cost float64
		node string
		lane string
		hour int
	}{{65, "central", "express", 13}, {9, "depot", "van", 15}} {
		o := out.GetOptions()[k]
		if o.GetCost() != want.cost || o.GetNodeId() != want.node || o.GetArrival().AsTime().Hour() != want.hour ||
			len(o.GetLegs()) != 1 || o.GetLegs()[0].GetLaneId() != want.lane {
			t.Errorf("option %d: %v", k, o)
		}
	}
	req.Quantity = 100
	if out, err = client.Expedite(t.Context(), req); err != nil || out.GetReason() != calloutv1.ShortageReason_SHORTAGE_REASON_NO_STOCK {
		t.Error(out, err)
	}
	req.Quantity, req.Sku, req.NodeId = -1, "belt", "N9"
	_, err = client.Expedite(t.Context(), req)
	for _, want := range []string{"quantity", "sku", "node_id"} {
		if st := status.Convert(err); st.Code() != codes.InvalidArgument || !strings.Contains(fmt.Sprint(st.Details()), `field:"`+want) {
			t.Errorf("%s: %v", want, st.Details())
		}
	}
}
