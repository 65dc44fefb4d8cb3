package road

import (
	"sync"

	"callout/engine/road/hierarchy"
)

// Weights are what a profile's journeys take in one state of the traffic. They are immutable and may be used by any number of
// goroutines at once.
type Weights struct {
	n        *Network
	profile  Profile
	digest   [32]byte
	duration []int32 // of directed segments, ms; shut where closed
	main     []uint8 // as in roads, of what is open
	metric   *hierarchy.Metric
	single   sync.Pool // of *drive
}

// Weights of a profile as the network has them, without any traffic.
func (n *Network) Weights(p Profile) *Weights {
	r := &n.roads[p]
	return n.customise(p, r.duration, r.main, n.sign(p.String(), nil))
}

func (n *Network) customise(p Profile, duration []int32, main []uint8, digest [32]byte) *Weights {
	r := &n.roads[p]
	arcs := make([]hierarchy.Weight, len(r.tail))
	for d, ms := range duration {
		w := hierarchy.Inf
		if ms != shut {
			w = hierarchy.Of(ms, n.length[d/2])
		}
		for a := r.first[d]; a < r.first[d+1]; a++ {
			arcs[a] = w
		}
	}
	return &Weights{n: n, profile: p, digest: digest, duration: duration, main: main, metric: r.graph.Customise(arcs)}
}

// Digest names the weights by what they were computed from: network, profile and rules in force.
func (w *Weights) Digest() [32]byte { return w.digest }

// Bytes that the weights take, about.
func (w *Weights) Bytes() int64 {
	r := &w.n.roads[w.profile]
	return 5*int64(len(w.duration)) + 8*int64(len(r.tail)) + 40*int64(r.graph.Links()) + 8*int64(r.graph.Vertices())
}

// Network that the weights are of.
func (w *Weights) Network() *Network { return w.n }

// Profile that the weights are of.
func (w *Weights) Profile() Profile { return w.profile }
