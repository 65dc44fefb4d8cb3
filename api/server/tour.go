package server

import (
	"context"
	"slices"
	"strings"
	"time"

	"callout/api/wire"
	"callout/engine/matrix"
	"callout/engine/road"
	"callout/solver/day"
	"callout/solver/model"
)

// tour finds ways between places in the states of the traffic. It holds places and rules; weights are those of the service, made anew if they are not
// kept any more. It is immutable.
type tour struct {
	service *Service
	routed  *routed
	limit   float64 // metres from a place to its road
	states  []road.State
	first   []int          // by state: the first one that is like it
	places  [][]road.Place // by state
}

func (t *tour) weights(k int) (*road.Weights, error) {
	return t.service.roads.Weights(t.routed.network, t.routed.profile[0], t.routed.rules, t.states[k])
}

// Way is that of wire.Tour.
func (t *tour) Way(from, to model.LocIdx, leaves time.Time) string {
	k, found := slices.BinarySearchFunc(t.states, leaves, func(s road.State, at time.Time) int { return s.From.Compare(at) })
	if !found {
		k = max(0, k-1)
	}
	a, b := t.places[k][from], t.places[k][to]
	if a.Segment < 0 || b.Segment < 0 {
		return ""
	}
	w, err := t.weights(k)
	if err != nil {
		return ""
	}
	return road.Polyline(w.Journey(a, b).Line)
}

// Approach is that of wire.Tour.
func (t *tour) Approach(ctx context.Context, lat, lon float64) (*wire.Approach, error) {
	at, err := road.At(lat, lon)
	if err != nil {
		return nil, err // it was looked at before
	}
	out := new(wire.Approach)
	onward := *t
	onward.places = make([][]road.Place, len(t.places))
	reached := false
	for k, first := range t.first {
		if first < k {
			onward.places[k] = onward.places[first]
			continue
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		w, err := t.weights(k)
		if err != nil {
			return nil, err
		}
		place, missing := w.Locate(at, t.limit)
		if missing != nil {
			place, out.Missing = matrix.Nowhere, strings.TrimPrefix(missing.Error(), "road: ")
		}
		reached = reached || missing == nil
		lines, err := matrix.Between(ctx, w, place, t.places[k])
		if err != nil {
			return nil, err
		}
		out.Rows = append(out.Rows, day.Row{
			DurationsTo: lines.DurationsTo, DurationsFrom: lines.DurationsFrom, DistancesTo: lines.DistancesTo, DistancesFrom: lines.DistancesFrom,
		})
		onward.places[k] = append(slices.Clip(t.places[k]), place)
	}
	if reached {
		out.Missing = ""
	}
	out.Onward = &onward
	return out, nil
}
