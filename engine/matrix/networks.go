package matrix

import (
	"encoding/hex"
	"errors"
	"slices"
	"sync"

	"callout/engine/road"
)

// Networks are the road networks that travel is computed on, and the weights that were made of them last. It may be used by any number
// of goroutines at once. A nil one has no networks.
type Networks struct {
	list []*road.Network
	most int64

	mu    sync.Mutex
	bytes int64
	kept  []*weighed // the one that was used last at the end
}

// weighed is a state of the traffic.
type weighed struct {
	digest  [32]byte
	once    sync.Once
	weights *road.Weights
	err     error
	bytes   int64 // 0 while it is being made
}

// NewNetworks keeps weights within so many bytes, but always those that were used last. The first network serves those who name none.
func NewNetworks(bytes int64, list ...*road.Network) *Networks {
	return &Networks{list: list, most: bytes}
}

// Find returns the network of a digest in hexadecimal, the first one for none, or nil.
func (n *Networks) Find(digest string) *road.Network {
	if n == nil || len(n.list) == 0 {
		return nil
	}
	if digest == "" {
		return n.list[0]
	}
	for _, x := range n.list {
		if d := x.Digest(); hex.EncodeToString(d[:]) == digest {
			return x
		}
	}
	return nil
}

var errUnmade = errors.New("matrix: weights could not be made")

// Weights of a network's profile in a state of the traffic, by rules in which the network finds no fault. Equal ones are made once.
func (n *Networks) Weights(x *road.Network, p road.Profile, t road.Traffic, at road.State) (*road.Weights, error) {
	w := n.entry(at.Digest)
	w.once.Do(func() {
		w.err = errUnmade // stays if there is a panic
		w.weights, w.err = x.CustomiseChecked(p, t, at.From), nil
		n.settle(w)
	})
	return w.weights, w.err
}

// entry of a digest, found or new.
func (n *Networks) entry(digest [32]byte) *weighed {
	n.mu.Lock()
	defer n.mu.Unlock()
	at := slices.IndexFunc(n.kept, func(w *weighed) bool { return w.digest == digest })
	w := &weighed{digest: digest}
	if at >= 0 {
		w = n.kept[at]
		n.kept = slices.Delete(n.kept, at, at+1)
	}
	n.kept = append(n.kept, w)
	return w
}

// settle counts new weights, and drops those that were not used for the longest time where there are too many.
func (n *Networks) settle(w *weighed) {
	n.mu.Lock()
	defer n.mu.Unlock()
	w.bytes = w.weights.Bytes()
	n.bytes += w.bytes
	n.kept = slices.DeleteFunc(n.kept, func(x *weighed) bool {
		if n.bytes <= n.most || x == w || x.bytes == 0 {
			return false
		}
		n.bytes -= x.bytes
		return true
	})
}
