package server

import (
	"context"
	"fmt"
	"slices"
	"time"

	"callout/api/wire"
	"callout/engine/matrix"
	"callout/engine/road"
)

// ride computes a profile's travel on roads between two times: a matrix for each state of the traffic. That is done when the request is
// read, as its bounds depend on it, by as many at a time as there are processors.
func (s *Service) ride(
	ctx context.Context, tenant string, q *wire.RoadQuery, from, until time.Time, cells int,
) (*wire.RoadTravel, wire.Faults) {
	r, faults := s.route(tenant, q)
	if len(faults) > 0 {
		return nil, faults
	}
	select {
	case s.riding <- struct{}{}:
		defer func() { <-s.riding }()
	case <-ctx.Done():
		return nil, givenUp(ctx, q)
	}
	profile, n := r.profile[0], len(q.IDs)
	states, ok := r.network.States(profile, r.rules, from, until)
	had := make(map[[32]byte]int)
	for k, at := range slices.Backward(states) {
		had[at.Digest] = k // the first
	}
	if !ok || len(had) > mostStates {
		return nil, wire.Faults{{Path: q.TrafficPath, Code: wire.TooLarge, Message: "there are too many rules for so many days"}}
	}
	wide := len(had)*n*n > cells
	if wide && q.Whole {
		return nil, wire.Faults{{Path: q.TrafficPath, Code: wire.TooLarge, Message: fmt.Sprintf(
			"%d locations and %d states of the traffic make %d pairs, more than there may be", n, len(had), len(had)*n*n)}}
	}
	if wide && len(had) > mostWide {
		return nil, wire.Faults{{Path: q.NetworkPath, Code: wire.TooLarge, Message: fmt.Sprintf(
			"%d locations and %d states of the traffic make %d pairs, more than there may be, and to do without them there may be %d states at most",
			n, len(had), len(had)*n*n, mostWide)}}
	}
	out := &wire.RoadTravel{Traffic: trafficOut(r.rules)}
	t := &tour{
		service: s, routed: r, limit: q.Limit, states: states, first: make([]int, len(states)), places: make([][]road.Place, len(states)),
	}
	for k, at := range states {
		span := wire.RoadSpan{From: at.From}
		t.first[k] = had[at.Digest]
		if before := had[at.Digest]; before < k {
			t.places[k], span.Matrix, span.Journeys = t.places[before], out.Spans[before].Matrix, out.Spans[before].Journeys
		} else {
			w, err := s.roads.Weights(r.network, profile, r.rules, at)
			if err != nil || ctx.Err() != nil {
				return nil, givenUp(ctx, q)
			}
			var missing []wire.Missing
			t.places[k], missing = locate(q, w)
			out.Missing = append(out.Missing, missing...)
			if wide {
				span.Journeys, err = matrix.NewFar(ctx, w, t.places[k])
			} else {
				span.Matrix, err = s.travel.Space(tenant).Road(ctx, w, t.places[k])
			}
			if err != nil {
				return nil, givenUp(ctx, q)
			}
		}
		out.Spans = append(out.Spans, span)
	}
	out.Tour = t
	return out, nil
}

// mostStates of the traffic in a problem: each takes some tens of milliseconds, whatever else there is.
const mostStates = 200

// mostWide states of the traffic where locations are too many for matrices: the weights of each stay as long as the request.
const mostWide = 24

// givenUp is the answer to a request that nobody waits for any more.
func givenUp(ctx context.Context, q *wire.RoadQuery) wire.Faults {
	text := fmt.Sprintf("travel could not be computed in time: %v", context.Cause(ctx))
	return wire.Faults{{Path: q.NetworkPath, Code: wire.TooLarge, Message: text}}
}
