package server_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/engine/matrix"
	"callout/engine/road"
	"callout/engine/road/roadtest"
)

// roadCity is a made-up city, with the time zone of UTC.
func roadCity(tb testing.TB) *road.Network {
	tb.Helper()
	data := roadtest.City(1, 12, 48.2, 16.37).XML()
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	n, _, err := road.Import(tb.Context(), open, road.ImportOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// roadPlaces are locations all over the city, and one that is far from it.
func roadPlaces(n *road.Network, count int) []*calloutv1.Location {
	least, greatest := n.Bounds()
	rng := rand.New(rand.NewPCG(1, 1))
	list := []*calloutv1.Location{{Id: "far", Position: &calloutv1.LatLng{Latitude: 49, Longitude: 16}}}
	for k := range count - 1 {
		list = append(list, &calloutv1.Location{Id: fmt.Sprintf("p%d", k), Position: &calloutv1.LatLng{
			Latitude:  float64(least.Lat+rng.Int32N(greatest.Lat-least.Lat)) / 1e7,
			Longitude: float64(least.Lon+rng.Int32N(greatest.Lon-least.Lon)) / 1e7,
		}})
	}
	return list
}

// roadMatrix collects the answer of ComputeMatrix.
func (r *running) roadMatrix(t *testing.T, req *calloutv1.ComputeMatrixRequest) (*calloutv1.MatrixSummary, *calloutv1.Matrix, error) {
	t.Helper()
	stream, err := r.travel().ComputeMatrix(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	var summary *calloutv1.MatrixSummary
	m := new(calloutv1.Matrix)
	for {
		part, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return summary, m, nil
		}
		if err != nil {
			return summary, m, err
		}
		if s := part.GetSummary(); s != nil {
			if summary != nil || len(m.GetDurations()) > 0 {
				t.Error("a summary that is not the first part")
			}
			summary = s
		}
		m.Durations = append(m.Durations, part.GetRows().GetDurations()...)
		m.Distances = append(m.Distances, part.GetRows().GetDistances()...)
	}
}

func TestComputeMatrix(t *testing.T) {
	n := roadCity(t)
	r := start(t, server.Options{Networks: matrix.NewNetworks(1<<26, n)})
	list := roadPlaces(n, 320) // 102,400 entries, more than one part
	summary, m, err := r.roadMatrix(t, &calloutv1.ComputeMatrixRequest{RequestId: "r1", Locations: list})
	if err != nil {
		t.Fatal(err)
	}
	digest := n.Digest()
	if summary.GetRequestId() != "r1" || summary.GetNetworkDigest() != hex.EncodeToString(digest[:]) || summary.GetHandle() != "" {
		t.Errorf("summary %v", summary)
	}
	const tooFar = calloutv1.LocationFaultCode_LOCATION_FAULT_CODE_TOO_FAR
	if f := summary.GetFaults(); len(f) != 1 || f[0].GetLocationId() != "far" || f[0].GetCode() != tooFar {
		t.Errorf("faults %v", f)
	}
	count := len(list)
	if len(m.GetDurations()) != count*count || len(m.GetDistances()) != count*count {
		t.Fatalf("%d durations and %d distances for %d locations", len(m.GetDurations()), len(m.GetDistances()), count)
	}
	// Beside the service: the same places and journeys, one by one.
	w := n.Weights(road.Car)
	at := func(i int) road.Place {
		p, err := road.At(list[i].GetPosition().GetLatitude(), list[i].GetPosition().GetLongitude())
		if err != nil {
			t.Fatal(err)
		}
		place, err := w.Locate(p, 1000)
		if err != nil {
			t.Fatal(err)
		}
		return place
	}
	for k := range 200 {
		i, j := 1+k%(count-1), 1+(7*k+3)%(count-1)
		seconds, metres := m.GetDurations()[i*count+j], m.GetDistances()[i*count+j]
		want := w.Journey(at(i), at(j))
		if seconds != (want.Duration+999)/1000 || metres != (want.Distance+9)/10 {
			t.Errorf("%d to %d: %d s, %d m, the journey has %d ms, %d dm", i, j, seconds, metres, want.Duration, want.Distance)
		}
		if m.GetDurations()[i] != -1 || m.GetDurations()[i*count] != -1 || m.GetDistances()[i] != -1 {
			t.Error("there is a way from or to a location without a road")
		}
	}
}

// Travel on roads by the hour: two matrices under handles, and a plan on them that the checker has judged.
func TestSolveOnRoads(t *testing.T) {
	n := roadCity(t)
	r := start(t, server.Options{Networks: matrix.NewNetworks(1<<26, n)})
	p := day(20, 3)
	least, greatest := n.Bounds()
	rng := rand.New(rand.NewPCG(1, 1))
	for _, l := range p.GetLocations() {
		l.Position = &calloutv1.LatLng{
			Latitude:  float64(least.Lat+rng.Int32N(greatest.Lat-least.Lat)) / 1e7,
			Longitude: float64(least.Lon+rng.Int32N(greatest.Lon-least.Lon)) / 1e7,
		}
	}
	rush := &calloutv1.Traffic{Rules: []*calloutv1.TrafficRule{{
		Effect: &calloutv1.TrafficRule_Factor{Factor: 3}, Hours: []*calloutv1.HourRange{{From: 12, Until: 14}}, // Monday
	}}}
	traffic, err := r.travel().CustomiseTraffic(t.Context(), &calloutv1.CustomiseTrafficRequest{
		Traffic: rush, Vehicles: []string{"van"}, Departures: []*timestamppb.Timestamp{at(8, 0), at(12, 0), at(14, 0)},
	})
	if err != nil {
		t.Fatal(err)
	}
	series := new(calloutv1.TravelSeries)
	var digests []string
	for _, hour := range []int{8, 12, 14} {
		summary, m, err := r.roadMatrix(t, &calloutv1.ComputeMatrixRequest{
			RoadNetwork: &calloutv1.RoadNetwork{Vehicle: "van", TrafficDigest: traffic.GetTrafficDigest()},
			Locations:   p.GetLocations(), Departure: at(hour, 0), Hold: true, OmitRows: true,
		})
		if err != nil || len(m.GetDurations()) > 0 || len(summary.GetFaults()) > 0 {
			t.Fatalf("%v, %v, %d rows", err, summary, len(m.GetDurations()))
		}
		digests = append(digests, summary.GetTravelDigest())
		series.Buckets = append(series.Buckets, &calloutv1.TravelBucket{
			Start: at(hour, 0), Travel: &calloutv1.TravelBucket_MatrixHandle{MatrixHandle: summary.GetHandle()},
		})
	}
	handle := func(k int) string { return series.GetBuckets()[k].GetMatrixHandle() }
	if digests[0] != digests[2] || digests[0] == digests[1] || handle(0) != handle(2) || handle(0) == handle(1) {
		t.Errorf("digests %q", digests)
	}
	p.Profiles = []*calloutv1.TravelProfile{{Id: "van", Travel: &calloutv1.TravelProfile_Series{Series: series}}}
	last := r.solve(t, &calloutv1.SolveRequest{Problem: p, Settings: &calloutv1.SolveSettings{MaxIterations: 500}})
	visits := 0
	for _, route := range last.GetPlan().GetRoutes() {
		for _, s := range route.GetStops() {
			if s.GetVisit() != nil {
				visits++
			}
		}
	}
	if visits < 10 {
		t.Errorf("%d visits", visits)
	}
}

// roadDay is a day on roads with rules of traffic; its third job is at a location without a road.
func roadDay(n *road.Network) *calloutv1.Problem {
	p := day(20, 3)
	least, greatest := n.Bounds()
	rng := rand.New(rand.NewPCG(1, 1))
	for _, l := range p.GetLocations() {
		l.Position = &calloutv1.LatLng{
			Latitude:  float64(least.Lat+rng.Int32N(greatest.Lat-least.Lat)) / 1e7,
			Longitude: float64(least.Lon+rng.Int32N(greatest.Lon-least.Lon)) / 1e7,
		}
	}
	p.Jobs[3].LocationId = "far"
	p.Locations = append(p.Locations, &calloutv1.Location{Id: "far", Position: &calloutv1.LatLng{Latitude: 49, Longitude: 16}})
	p.Profiles = []*calloutv1.TravelProfile{{Id: "van", Travel: &calloutv1.TravelProfile_RoadNetwork{RoadNetwork: &calloutv1.RoadNetwork{
		Vehicle: "van", Polylines: true, Traffic: &calloutv1.Traffic{Rules: []*calloutv1.TrafficRule{{
			Effect: &calloutv1.TrafficRule_Factor{Factor: 3}, Hours: []*calloutv1.HourRange{{From: 12, Until: 14}},
		}}},
	}}}}
	return p
}

// A problem names the network, the vehicle and the rules; the answer has ways on the roads, and names the location without one.
func TestSolveByNetwork(t *testing.T) {
	n := roadCity(t)
	r := start(t, server.Options{Networks: matrix.NewNetworks(1<<26, n)})
	p := roadDay(n)
	last := r.solve(t, &calloutv1.SolveRequest{Problem: p, Settings: &calloutv1.SolveSettings{MaxIterations: 500}})
	if f := last.GetOutcome().GetLocationFaults(); len(f) != 1 || f[0].GetLocationId() != "far" {
		t.Errorf("location faults %v", f)
	}
	left := false
	for _, u := range last.GetPlan().GetUnassigned() {
		left = left || u.GetJobId() == p.GetJobs()[3].GetId()
	}
	if !left {
		t.Error("a job without a road is not left out")
	}
	legs := 0
	for _, route := range last.GetPlan().GetRoutes() {
		for _, s := range route.GetStops() {
			if leg := s.GetLeg(); leg.GetDistance() > 0 {
				legs++
				if len(leg.GetPolyline()) < 6 {
					t.Errorf("a leg of %v m has the way %q", leg.GetDistance(), leg.GetPolyline())
				}
			}
		}
	}
	if legs < 8 {
		t.Errorf("%d legs", legs)
	}
	judged, err := r.client.Evaluate(t.Context(), &calloutv1.EvaluateRequest{Problem: p, Plan: last.GetPlan()})
	if err != nil || !judged.GetFeasible() || len(judged.GetLocationFaults()) != 1 {
		t.Errorf("%v: feasible %v, %v", err, judged.GetFeasible(), judged.GetViolations())
	}

	// The same travel by matrices that were asked for gives the same plan.
	series := new(calloutv1.TravelSeries)
	for _, hour := range []int{0, 12, 14} {
		summary, _, err := r.roadMatrix(t, &calloutv1.ComputeMatrixRequest{
			RoadNetwork: p.GetProfiles()[0].GetRoadNetwork(), Locations: p.GetLocations(), Departure: at(hour, 0), Hold: true, OmitRows: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		series.Buckets = append(series.Buckets, &calloutv1.TravelBucket{
			Start: at(hour, 0), Travel: &calloutv1.TravelBucket_MatrixHandle{MatrixHandle: summary.GetHandle()},
		})
	}
	p.Profiles[0].Travel = &calloutv1.TravelProfile_Series{Series: series}
	other := r.solve(t, &calloutv1.SolveRequest{Problem: p, Settings: &calloutv1.SolveSettings{MaxIterations: 500}})
	if a, b := last.GetPlan().GetCost().GetTotal(), other.GetPlan().GetCost().GetTotal(); a != b {
		t.Errorf("cost %v by the network, %v by its matrices", a, b)
	}

	// What cannot be, with the paths of the fields.
	p.Profiles[0].Travel = &calloutv1.TravelProfile_RoadNetwork{RoadNetwork: &calloutv1.RoadNetwork{NetworkDigest: "x"}}
	_, err = r.client.Evaluate(t.Context(), &calloutv1.EvaluateRequest{Problem: p, Plan: last.GetPlan()})
	if got := violations(err); !slices.Equal(got, []string{"problem.profiles[0].road_network.network_digest UNKNOWN_ID"}) {
		t.Errorf("%q (%v)", got, err)
	}
	_, err = start(t, server.Options{}).client.Evaluate(t.Context(), &calloutv1.EvaluateRequest{Problem: p, Plan: last.GetPlan()})
	if got := violations(err); !slices.Equal(got, []string{"problem.profiles[0].road_network.network_digest UNKNOWN_ID"}) {
		t.Errorf("%q (%v)", got, err)
	}
}

// solve to the end.
func (r *running) solve(t *testing.T, req *calloutv1.SolveRequest) (last *calloutv1.SolveResponse) {
	t.Helper()
	stream, err := r.client.Solve(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return last
		}
		if err != nil {
			t.Fatal(err)
		}
		last = m
	}
}

func TestLocateCall(t *testing.T) {
	n := roadCity(t)
	r := start(t, server.Options{Networks: matrix.NewNetworks(1<<26, n)})
	list := roadPlaces(n, 30)
	got, err := r.travel().Locate(t.Context(), &calloutv1.LocateRequest{Locations: list})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.GetPlaces()) != 29 || len(got.GetFaults()) != 1 || got.GetFaults()[0].GetLocationId() != "far" {
		t.Fatalf("%d places, faults %v", len(got.GetPlaces()), got.GetFaults())
	}
	// A road that is closed is no place.
	way := got.GetPlaces()[0].GetWayId()
	closed := &calloutv1.Traffic{Rules: []*calloutv1.TrafficRule{{
		Effect: &calloutv1.TrafficRule_Closed{Closed: true}, WayIds: []int64{way},
	}}}
	again, err := r.travel().Locate(t.Context(), &calloutv1.LocateRequest{
		RoadNetwork: &calloutv1.RoadNetwork{Traffic: closed}, Locations: list, Departure: at(8, 0),
	})
	if err != nil {
		t.Fatal(err)
	}
	if p := again.GetPlaces()[0]; p.GetWayId() == way || p.GetRoadDistance() < got.GetPlaces()[0].GetRoadDistance() {
		t.Errorf("a place on a closed road: %v, was %v", p, got.GetPlaces()[0])
	}
}

func TestRoadRefusals(t *testing.T) {
	n := roadCity(t)
	r := start(t, server.Options{Networks: matrix.NewNetworks(1<<26, n)})
	list := roadPlaces(n, 3)
	rules := func(list ...*calloutv1.TrafficRule) *calloutv1.RoadNetwork {
		return &calloutv1.RoadNetwork{Traffic: &calloutv1.Traffic{Rules: list}}
	}
	slow := &calloutv1.TrafficRule_Factor{Factor: 2}
	for name, tt := range map[string]struct {
		req  *calloutv1.ComputeMatrixRequest
		want []string // paths and codes
	}{
		"nothing": {&calloutv1.ComputeMatrixRequest{}, []string{"locations REQUIRED"}},
		"ids and positions": {
			&calloutv1.ComputeMatrixRequest{Locations: []*calloutv1.Location{
				{Id: "a", Position: &calloutv1.LatLng{Latitude: 91}}, {Id: "a", Position: &calloutv1.LatLng{}}, {},
			}},
			[]string{
				"locations[0].position.latitude OUT_OF_RANGE", "locations[1].id DUPLICATE", "locations[2].id REQUIRED",
				"locations[2].position REQUIRED",
			},
		},
		"another network": {
			&calloutv1.ComputeMatrixRequest{Locations: list, RoadNetwork: &calloutv1.RoadNetwork{NetworkDigest: "abc"}},
			[]string{"road_network.network_digest UNKNOWN_ID"},
		},
		"another vehicle": {
			&calloutv1.ComputeMatrixRequest{Locations: list, RoadNetwork: &calloutv1.RoadNetwork{Vehicle: "tram"}},
			[]string{"road_network.vehicle UNKNOWN_ID"},
		},
		"no departure": {
			&calloutv1.ComputeMatrixRequest{Locations: list, RoadNetwork: rules(&calloutv1.TrafficRule{Effect: slow})},
			[]string{"departure REQUIRED"},
		},
		"rules": {
			&calloutv1.ComputeMatrixRequest{Locations: list, Departure: at(8, 0), RoadNetwork: rules(
				&calloutv1.TrafficRule{Effect: &calloutv1.TrafficRule_Factor{Factor: 1000}},
				&calloutv1.TrafficRule{Effect: slow, WayIds: []int64{1 << 40}, Classes: []string{"canal"}},
			)},
			[]string{
				"road_network.traffic.rules[0].factor OUT_OF_RANGE", "road_network.traffic.rules[1].classes[0] OUT_OF_RANGE",
				"road_network.traffic.rules[1].way_ids[0] OUT_OF_RANGE",
			},
		},
		"rules without effect": {
			&calloutv1.ComputeMatrixRequest{Locations: list, Departure: at(8, 0), RoadNetwork: rules(
				&calloutv1.TrafficRule{}, &calloutv1.TrafficRule{Effect: &calloutv1.TrafficRule_Closed{}, Circle: &calloutv1.Circle{Radius: 1}},
			)},
			[]string{
				"road_network.traffic.rules[0].effect REQUIRED", "road_network.traffic.rules[1].closed OUT_OF_RANGE",
				"road_network.traffic.rules[1].circle.center REQUIRED",
			},
		},
		"nothing wanted": {&calloutv1.ComputeMatrixRequest{Locations: list, OmitRows: true}, []string{"omit_rows CONFLICT"}},
		"distance": {
			&calloutv1.ComputeMatrixRequest{Locations: list, MaxRoadDistance: new(1e9)}, []string{"max_road_distance OUT_OF_RANGE"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := r.roadMatrix(t, tt.req)
			if got := violations(err); !slices.Equal(got, tt.want) {
				t.Errorf("%q (%v), want %q", got, err, tt.want)
			}
		})
	}

	_, _, err := r.roadMatrix(t, &calloutv1.ComputeMatrixRequest{
		Locations: list, Departure: at(8, 0), RoadNetwork: &calloutv1.RoadNetwork{TrafficDigest: "traffic-00"},
	})
	if status.Code(err) != codes.FailedPrecondition {
		t.Errorf("an unknown digest: %v", err)
	}
	_, err = r.travel().CustomiseTraffic(t.Context(), &calloutv1.CustomiseTrafficRequest{})
	if !slices.Equal(violations(err), []string{"traffic REQUIRED"}) {
		t.Errorf("no rules: %v", err)
	}

	none := start(t, server.Options{})
	_, _, err = none.roadMatrix(t, &calloutv1.ComputeMatrixRequest{Locations: list})
	if !strings.Contains(fmt.Sprint(err), "no road networks") {
		t.Errorf("a server without networks: %v", err)
	}
}

// Digests of rules are a tenant's own.
func TestTrafficOfTenants(t *testing.T) {
	n := roadCity(t)
	r := start(t, server.Options{Networks: matrix.NewNetworks(1<<26, n)})
	got, err := r.travel().CustomiseTraffic(t.Context(), &calloutv1.CustomiseTrafficRequest{
		Tenant: "a", Traffic: &calloutv1.Traffic{Rules: []*calloutv1.TrafficRule{{Effect: &calloutv1.TrafficRule_Factor{Factor: 2}}}},
	})
	if err != nil || got.GetTimeToLive().AsDuration() < time.Minute {
		t.Fatal(got, err)
	}
	for tenant, want := range map[string]codes.Code{"a": codes.OK, "b": codes.FailedPrecondition} {
		_, _, err := r.roadMatrix(t, &calloutv1.ComputeMatrixRequest{
			Tenant: tenant, Locations: roadPlaces(n, 5), Departure: at(8, 0),
			RoadNetwork: &calloutv1.RoadNetwork{TrafficDigest: got.GetTrafficDigest()},
		})
		if status.Code(err) != want {
			t.Errorf("tenant %s: %v, want %v", tenant, err, want)
		}
	}
}

// violations of a refusal, as path and code.
func violations(err error) (out []string) {
	for _, d := range status.Convert(err).Details() {
		if bad, ok := d.(*errdetails.BadRequest); ok {
			for _, v := range bad.GetFieldViolations() {
				out = append(out, v.GetField()+" "+v.GetReason())
			}
		}
	}
	return out
}
