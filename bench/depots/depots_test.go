package depots_test

import (
	"testing"

	"google.golang.org/protobuf/proto"

	"callout/api/wire"
	"callout/bench/depots"
)

// The default is the benchmark's size, has no faults, and follows from its seed.
func TestGenerate(t *testing.T) {
	o := depots.Options{FixedShare: 0.5, Seed: 3}
	in := depots.Generate(o)
	n, _, faults := wire.Network(in, wire.DefaultLimits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if len(n.Nodes) != 200 || len(n.Lanes) != 5000 || len(n.Demands) != 2000 || len(n.SKUs) != 300 {
		t.Errorf("%d nodes, %d lanes, %d demands, %d SKUs", len(n.Nodes), len(n.Lanes), len(n.Demands), len(n.SKUs))
	}
	if !proto.Equal(in, depots.Generate(o)) {
		t.Error("the same seed gives another network")
	}
	o.Seed++
	if proto.Equal(in, depots.Generate(o)) {
		t.Error("another seed gives the same network")
	}
}
