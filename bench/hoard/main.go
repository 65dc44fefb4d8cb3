// Command hoard shows what the cache of travel takes of memory: it asks a server process for the matrices of many different sets of
// places on a road network, some at a time, and then for the same one by many clients at once. It prints the most memory that the
// server has had resident, which is what an operator pays for, beside what its cache says it holds. `make bench-hoard` runs it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"

	"golang.org/x/sync/errgroup"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/program"
	"callout/bench/rig"
	"callout/engine/road"
)

func main() {
	o := options{}
	flag.StringVar(&o.program, "program", "bin/callout", "the server")
	flag.StringVar(&o.network, "network", "", "road network, made by callout import")
	flag.IntVar(&o.places, "places", 1000, "of each matrix")
	flag.IntVar(&o.requests, "requests", 100, "different ones")
	flag.IntVar(&o.together, "together", 4, "of them at a time")
	flag.IntVar(&o.equal, "equal", 64, "equal requests at once")
	flag.IntVar(&o.cache, "cache", 256, "bound of the cache, MiB")
	flag.Parse()
	os.Exit(program.Run("hoard", func(ctx context.Context) error { return run(ctx, os.Stdout, o) }))
}

type options struct {
	program, network                         string
	places, requests, together, equal, cache int
}

func run(ctx context.Context, out io.Writer, o options) error {
	n, err := road.Open(o.network)
	if err != nil {
		return err
	}
	return rig.With(ctx, o.program, func(s *rig.Server, _ calloutv1.PlanningServiceClient) error {
		conn, err := s.Dial()
		if err != nil {
			return err
		}
		defer conn.Close()
		client := calloutv1.NewTravelServiceClient(conn)
		all, limited := errgroup.WithContext(ctx)
		all.SetLimit(o.together)
		for k := range o.requests {
			all.Go(func() error { return matrix(limited, client, places(n, uint64(k), o.places)) })
		}
		if err := all.Wait(); err != nil {
			return err
		}
		before, err := report(ctx, out, s, fmt.Sprintf("%d different matrices of %d places, %d at a time", o.requests, o.places, o.together))
		if err != nil {
			return err
		}
		all, limited = errgroup.WithContext(ctx)
		same := places(n, uint64(o.requests), o.places)
		for range o.equal {
			all.Go(func() error { return matrix(limited, client, same) })
		}
		if err := all.Wait(); err != nil {
			return err
		}
		after, err := report(ctx, out, s, fmt.Sprintf("%d equal ones at once", o.equal))
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "of these %.0f were computed\n", after-before)
		return nil
	}, "--network="+o.network, fmt.Sprintf("--cache-mib=%d", o.cache),
		fmt.Sprintf("--check-queue=%d", 2*o.equal), fmt.Sprintf("--tenant-queue=%d", 2*o.equal))
}

// report what the server says, and the system of it. It returns how many matrices were computed so far.
func report(ctx context.Context, out io.Writer, s *rig.Server, what string) (computed float64, err error) {
	m, err := s.Scrape(ctx)
	if err != nil {
		return 0, err
	}
	peak, err := s.Peak()
	if err != nil {
		return 0, err
	}
	const mib = 1 << 20
	fmt.Fprintf(out, "%s: %.0f computed, the cache holds %.0f MiB, at most %d MiB resident\n", what,
		m["callout_matrix_cache_misses_total"], m["callout_matrix_cache_bytes"]/mib, peak/mib)
	return m["callout_matrix_cache_misses_total"], nil
}

// places at random in a network.
func places(n *road.Network, seed uint64, count int) (list []*calloutv1.Location) {
	least, greatest := n.Bounds()
	rng := rand.New(rand.NewPCG(seed, 1))
	for k := range count {
		list = append(list, &calloutv1.Location{Id: fmt.Sprint(k), Position: &calloutv1.LatLng{
			Latitude:  float64(least.Lat+rng.Int32N(greatest.Lat-least.Lat)) / 1e7,
			Longitude: float64(least.Lon+rng.Int32N(greatest.Lon-least.Lon)) / 1e7,
		}})
	}
	return list
}

// matrix takes the whole answer.
func matrix(ctx context.Context, client calloutv1.TravelServiceClient, list []*calloutv1.Location) error {
	stream, err := client.ComputeMatrix(ctx, &calloutv1.ComputeMatrixRequest{Locations: list})
	if err != nil {
		return err
	}
	for {
		if _, err := stream.Recv(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
