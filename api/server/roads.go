package server

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/engine/matrix"
	"callout/engine/road"
	"callout/solver/model"
)

// heldTraffic are rules of traffic for a network.
type heldTraffic struct {
	network [32]byte
	rules   road.Traffic
}

// trafficPrefix begins the digests of rules, so that they are not taken for other handles.
const trafficPrefix = "traffic-"

// routed is a query on the roads that it is about.
type routed struct {
	network *road.Network
	rules   road.Traffic
	profile []road.Profile // of the vehicles
}

// route finds the network, the rules and the profiles of a query.
func (s *Service) route(tenant string, q *wire.RoadQuery) (*routed, wire.Faults) {
	unknown := func(path, text string) wire.Faults {
		return wire.Faults{{Path: path, Code: wire.UnknownID, Message: text}}
	}
	out := &routed{network: s.roads.Find(q.Network)}
	switch {
	case out.network != nil:
	case s.roads.Find("") != nil:
		return nil, unknown(q.NetworkPath, "the server has no such network")
	default:
		return nil, unknown(q.NetworkPath, "the server has no road networks")
	}
	for k, name := range q.Vehicles {
		if slices.Contains(q.Vehicles[:k], name) {
			continue
		}
		if name == "" {
			name = road.Car.String()
		}
		p, err := road.ParseProfile(name)
		if err != nil {
			return nil, unknown(q.VehiclePath, "there is no such vehicle: there are "+strings.Join(road.ProfileNames(), ", "))
		}
		out.profile = append(out.profile, p)
	}
	switch {
	case q.TrafficDigest != "":
		held := s.lookup(tenant, q.TrafficDigest).traffic
		if held == nil {
			return nil, wire.UnknownHandleFault(q.DigestPath, q.TrafficDigest)
		}
		if held.network != out.network.Digest() {
			return nil, wire.Faults{{Path: q.DigestPath, Code: wire.Conflict, Message: "these rules are for another network"}}
		}
		out.rules = held.rules
	case q.Traffic != nil:
		out.rules = trafficIn(q.Traffic)
		if faults := ruleFaults(q.TrafficPath, out.network.CheckTraffic(out.rules)); len(faults) > 0 {
			return nil, faults
		}
	}
	return out, nil
}

// ruleFaults are the faults of rules in a field.
func ruleFaults(path string, err error) (out wire.Faults) {
	const most = 100
	var all interface{ Unwrap() []error }
	if err == nil || !errors.As(err, &all) {
		return nil
	}
	for _, e := range all.Unwrap() {
		if rule, ok := errors.AsType[*road.RuleError](e); ok && len(out) < most {
			out = append(out, wire.Fault{Path: path + "." + rule.Path, Code: wire.OutOfRange, Message: rule.Message})
		}
	}
	return out
}

// trafficIn converts rules.
func trafficIn(in *calloutv1.Traffic) road.Traffic {
	coord := func(p *calloutv1.LatLng) road.Coord { return road.Coord{Lat: p.GetLatitude(), Lon: p.GetLongitude()} }
	out := road.Traffic{Rules: make([]road.Rule, len(in.GetRules()))}
	for i, r := range in.GetRules() {
		rule := &out.Rules[i]
		*rule = road.Rule{
			Factor: r.GetFactor(), Closed: r.GetClosed(), Classes: r.GetClasses(), Ways: r.GetWayIds(),
			FromDate: r.GetFromDate(), ToDate: r.GetToDate(),
		}
		for _, p := range r.GetPolygon() {
			rule.Polygon = append(rule.Polygon, coord(p))
		}
		if c := r.GetCircle(); c != nil {
			rule.Circle = &road.Circle{Center: coord(c.GetCenter()), Radius: c.GetRadius()}
		}
		for _, h := range r.GetHours() {
			rule.Hours = append(rule.Hours, road.HourRange{From: int(h.GetFrom()), Until: int(h.GetUntil())})
		}
	}
	return out
}

// trafficOut writes rules.
func trafficOut(in road.Traffic) *calloutv1.Traffic {
	coord := func(c road.Coord) *calloutv1.LatLng { return &calloutv1.LatLng{Latitude: c.Lat, Longitude: c.Lon} }
	out := &calloutv1.Traffic{Rules: make([]*calloutv1.TrafficRule, len(in.Rules))}
	for i := range in.Rules {
		r := &in.Rules[i]
		rule := &calloutv1.TrafficRule{
			Effect: &calloutv1.TrafficRule_Factor{Factor: r.Factor}, Classes: r.Classes, WayIds: r.Ways, FromDate: r.FromDate, ToDate: r.ToDate,
		}
		if r.Closed {
			rule.Effect = &calloutv1.TrafficRule_Closed{Closed: true}
		}
		for _, c := range r.Polygon {
			rule.Polygon = append(rule.Polygon, coord(c))
		}
		if r.Circle != nil {
			rule.Circle = &calloutv1.Circle{Center: coord(r.Circle.Center), Radius: r.Circle.Radius}
		}
		for _, h := range r.Hours {
			rule.Hours = append(rule.Hours, &calloutv1.HourRange{From: int32(h.From), Until: int32(h.Until)})
		}
		out.Rules[i] = rule
	}
	return out
}

// weights at the time of departure of a query.
func (s *Service) weights(q *wire.RoadQuery, r *routed) (*road.Weights, error) {
	var at time.Time
	if len(q.Departures) > 0 {
		at = q.Departures[0]
	}
	return s.roads.Weights(r.network, r.profile[0], r.rules, r.network.State(r.profile[0], r.rules, at))
}

// locate the places of a query. Those that have none are nowhere, and named.
func locate(q *wire.RoadQuery, w *road.Weights) (places []road.Place, missing []wire.Missing) {
	for i := range q.IDs {
		place := matrix.Nowhere
		at, err := road.At(q.Lat[i], q.Lon[i])
		if err == nil {
			place, err = w.Locate(at, q.Limit)
		}
		if err != nil {
			place = matrix.Nowhere
			missing = append(missing, wire.Missing{
				Location: model.LocIdx(i), CutOff: errors.Is(err, road.ErrCutOff), Text: strings.TrimPrefix(err.Error(), "road: "),
			})
		}
		places = append(places, place)
	}
	return places, missing
}

// faultsOf is what is missing, by the ids of the query.
func faultsOf(q *wire.RoadQuery, missing []wire.Missing) (out []*calloutv1.LocationFault) {
	for _, m := range missing {
		out = append(out, wire.LocationFault(q.IDs[m.Location], m.CutOff, m.Text))
	}
	return out
}

func hexOf(digest [32]byte) string { return hex.EncodeToString(digest[:]) }

// ComputeMatrix answers the RPC.
func (s *Service) ComputeMatrix(
	req *calloutv1.ComputeMatrixRequest, stream grpc.ServerStreamingServer[calloutv1.ComputeMatrixResponse],
) error {
	ctx := stream.Context()
	call := callOf(ctx)
	requestID, err := call.name(ctx, req)
	if err != nil {
		return err
	}
	q, faults := s.intake(ctx, call.tenant).ComputeMatrix(req)
	if len(faults) > 0 {
		call.note(slog.Int("faults", faults.Count()))
		return faults.ToStatus()
	}
	ctx, done, err := s.check(ctx, "ComputeMatrix", call.tenant)
	if err != nil {
		return err
	}
	defer done()
	r, faults := s.route(call.tenant, q)
	if len(faults) > 0 {
		return faults.ToStatus()
	}
	w, err := s.weights(q, r)
	if err != nil {
		return s.failure(ctx, err)
	}
	places, missing := locate(q, w)
	summary := &calloutv1.MatrixSummary{
		RequestId: requestID, NetworkDigest: hexOf(r.network.Digest()), TravelDigest: hexOf(w.Digest()), Faults: faultsOf(q, missing),
	}
	call.note(slog.Int("locations", len(places)), slog.Int("no_road", len(missing)))
	space := s.travel.Space(call.tenant)
	if q.Hold {
		claim, err := s.claim(call.tenant, "locations", wire.TableBytes(q.IDs))
		if err != nil {
			return err
		}
		defer claim.Drop()
		m, err := space.Road(ctx, w, places)
		if err != nil {
			return s.failure(ctx, err)
		}
		table := wire.NewTable(q.IDs, m, s.limits)
		summary.Handle = table.Handle
		summary.TimeToLive = durationpb.New(claim.Grant(table.Handle, held{matrix: table}, q.Time))
	}
	first := &calloutv1.ComputeMatrixResponse{Part: &calloutv1.ComputeMatrixResponse_Summary{Summary: summary}}
	if err := stream.Send(first); err != nil || q.OmitRows {
		return err
	}
	err = space.Stream(ctx, w, places, func(durations, distances []int32) error {
		const most = 1 << 16 // entries of a message
		for len(durations) > 0 {
			k := min(most, len(durations))
			part := &calloutv1.ComputeMatrixResponse_Rows{Rows: wire.RowsOut(durations[:k], distances[:k])}
			if err := stream.Send(&calloutv1.ComputeMatrixResponse{Part: part}); err != nil {
				return err
			}
			durations, distances = durations[k:], distances[k:]
		}
		return nil
	})
	if err != nil {
		return s.failure(ctx, err)
	}
	return nil
}

// CustomiseTraffic answers the RPC.
func (s *Service) CustomiseTraffic(
	ctx context.Context, req *calloutv1.CustomiseTrafficRequest,
) (*calloutv1.CustomiseTrafficResponse, error) {
	call := callOf(ctx)
	requestID, err := call.name(ctx, req)
	if err != nil {
		return nil, err
	}
	q, faults := s.intake(ctx, call.tenant).CustomiseTraffic(req)
	if len(faults) > 0 {
		call.note(slog.Int("faults", faults.Count()))
		return nil, faults.ToStatus()
	}
	ctx, done, err := s.check(ctx, "CustomiseTraffic", call.tenant)
	if err != nil {
		return nil, err
	}
	defer done()
	r, faults := s.route(call.tenant, q)
	if len(faults) > 0 {
		return nil, faults.ToStatus()
	}
	digest := trafficPrefix + hexOf(r.network.TrafficDigest(r.rules))
	out := &calloutv1.CustomiseTrafficResponse{
		RequestId: requestID, NetworkDigest: hexOf(r.network.Digest()), TrafficDigest: digest,
	}
	granted, known := s.leases.Renew(call.tenant, digest, q.Time)
	if !known {
		claim, err := s.claim(call.tenant, "traffic", r.rules.Bytes())
		if err != nil {
			return nil, err
		}
		granted = claim.Grant(digest, held{traffic: &heldTraffic{r.network.Digest(), r.rules}}, q.Time)
	}
	out.TimeToLive = durationpb.New(granted)
	if err := s.prepare(ctx, q, r); err != nil {
		return nil, s.failure(ctx, err)
	}
	return out, nil
}

// prepare the weights of all vehicles at all departures, up to mostStates different ones: there is no more use in it.
func (s *Service) prepare(ctx context.Context, q *wire.RoadQuery, r *routed) error {
	had := make(map[[32]byte]bool)
	for _, p := range r.profile {
		for _, departure := range q.Departures {
			at := r.network.State(p, r.rules, departure)
			if had[at.Digest] || len(had) == mostStates {
				continue
			}
			had[at.Digest] = true
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if _, err := s.roads.Weights(r.network, p, r.rules, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// Locate answers the RPC.
func (s *Service) Locate(ctx context.Context, req *calloutv1.LocateRequest) (*calloutv1.LocateResponse, error) {
	call := callOf(ctx)
	requestID, err := call.name(ctx, req)
	if err != nil {
		return nil, err
	}
	q, faults := s.intake(ctx, call.tenant).Locate(req)
	if len(faults) > 0 {
		call.note(slog.Int("faults", faults.Count()))
		return nil, faults.ToStatus()
	}
	ctx, done, err := s.check(ctx, "Locate", call.tenant)
	if err != nil {
		return nil, err
	}
	defer done()
	r, faults := s.route(call.tenant, q)
	if len(faults) > 0 {
		return nil, faults.ToStatus()
	}
	w, err := s.weights(q, r)
	if err != nil {
		return nil, s.failure(ctx, err)
	}
	out := &calloutv1.LocateResponse{RequestId: requestID, NetworkDigest: hexOf(r.network.Digest())}
	places, missing := locate(q, w)
	out.Faults = faultsOf(q, missing)
	for i, p := range places {
		if p == matrix.Nowhere {
			continue
		}
		out.Places = append(out.Places, &calloutv1.RoadPlace{
			LocationId: q.IDs[i], RoadDistance: float64(p.Away) / 10, WayId: r.network.Way(p),
			Position: &calloutv1.LatLng{Latitude: float64(p.Point.Lat) / 1e7, Longitude: float64(p.Point.Lon) / 1e7},
		})
	}
	return out, nil
}
