package server

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"callout/api/wire"
)

// reception bounds the memory that requests take, from the first byte on.
//
// So many messages are read at a time; of the others gRPC takes in no more than a window (window). Whoever takes long to send a message
// makes room once others wait, so that a few who stall do not hold up everybody. What has been read is weighed before it is decoded,
// as decoding can take a hundred times the room; what it takes is set aside until the call ends, or the call is refused.
type reception struct {
	places  *semaphore.Weighted // messages that are read at a time
	waiting atomic.Int64
	most    int64 // bytes of requests under way
	taken   atomic.Int64
	slow    time.Duration // to send a message while others wait
	metrics *metrics

	mu      sync.Mutex
	reading map[*reading]struct{}
}

// reading is a message that is being read.
type reading struct {
	since time.Time
	cut   func()
}

// receptions are that of our own services, and small ones of health, whose messages are there at once, and of reflection, whose clients
// keep streams open on which nothing comes: each answers whatever comes to the others.
type receptions struct{ own, health, others *reception }

const (
	asidePlaces = 4
	asideBytes  = 1 << 20
	slowHealth  = 500 * time.Millisecond
)

func newReceptions(t Transport, m *metrics) *receptions {
	return &receptions{
		own:    newReception(t.Receiving, t.RequestBytes, t.Slow, m),
		health: newReception(asidePlaces, asideBytes, min(t.Slow, slowHealth), m),
		others: newReception(asidePlaces, asideBytes, t.Slow, m),
	}
}

func (r *receptions) of(fullMethod string) *reception {
	switch {
	case ours(fullMethod):
		return r.own
	case isHealth(fullMethod):
		return r.health
	}
	return r.others
}

// window is how much of a message gRPC takes in before the handler asks for it: the least that it knows.
const window = 64 << 10

func newReception(places int, bytes int64, slow time.Duration, m *metrics) *reception {
	return &reception{places: semaphore.NewWeighted(int64(places)), most: bytes, slow: slow, metrics: m, reading: make(map[*reading]struct{})}
}

// enter waits for a place to read a message. cut is called where the reading takes too long while others wait; leave must be called when
// the message has been read and weighed.
func (r *reception) enter(ctx context.Context, cut func()) (leave func(), err error) {
	if !r.places.TryAcquire(1) {
		if err := r.wait(ctx); err != nil {
			return nil, status.FromContextError(ctx.Err()).Err()
		}
	}
	x := &reading{since: time.Now(), cut: cut}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reading[x] = struct{}{}
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.reading, x)
		r.places.Release(1)
	}, nil
}

// wait for a place, and see to it that none is held for too long meanwhile.
func (r *reception) wait(ctx context.Context) error {
	r.waiting.Add(1)
	defer r.waiting.Add(-1)
	done := make(chan struct{})
	defer close(done)
	go func() {
		tick := time.NewTicker(r.slow / 10)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				r.cutSlow()
			}
		}
	}()
	return r.places.Acquire(ctx, 1)
}

func (r *reception) cutSlow() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for x := range r.reading {
		if time.Since(x.since) > r.slow {
			x.cut()
		}
	}
}

// busy is how many messages are being read.
func (r *reception) busy() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.reading)
}

// weigh a message of that encoding, both the encoding and what is decoded.
func weigh(m proto.Message, encoded []byte) int64 {
	return int64(len(encoded)) + wire.Weight(m.ProtoReflect().Descriptor(), encoded)
}

// take sets room aside. The error is a status.
func (r *reception) take(bytes int64) error {
	switch {
	case bytes > r.most:
		r.metrics.refused(refusedMemory)
		return status.Errorf(codes.InvalidArgument,
			"the request takes %d MiB of memory, and no more than %d MiB are there for requests", bytes>>20, r.most>>20)
	case r.taken.Add(bytes) > r.most:
		r.taken.Add(-bytes)
		r.metrics.refused(refusedMemory)
		return busy("the server is busy: the requests under way take as much memory as they may", leastRetry)
	}
	return nil
}

// give room back.
func (r *reception) give(bytes int64) { r.taken.Add(-bytes) }

// decode a message for which room has been taken.
func decode(encoded []byte, m proto.Message) error {
	if err := proto.Unmarshal(encoded, m); err != nil {
		return status.Errorf(codes.InvalidArgument, "the request is no message of type %s", m.ProtoReflect().Descriptor().FullName())
	}
	return nil
}
