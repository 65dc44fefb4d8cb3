package route

import "math/rand/v2"

// Context is the scratch memory of one goroutine: scheduler, supply and blinks. It must not be shared.
type Context struct {
	in     *Instance
	sched  *Scheduler
	sup    *supplier
	seq    []int32 // a candidate sequence
	keep   []int32 // stops that stay
	tmp    Route   // a candidate route with one more call at a node
	places []call
	blink  Blinks
}

// NewContext returns scratch memory for in. rng drives the blinks; nil means none.
func NewContext(in *Instance, rng *rand.Rand) *Context {
	c := &Context{in: in, sched: NewScheduler(in), sup: newSupplier(in)}
	c.blink = Blinks{rng: rng}
	c.blink.reset()
	return c
}

// Blinks makes the greedy insertion skip each position with a small probability (Christiaens and Vanden Berghe 2020). It
// draws the number of positions up to the next blink, so that long stretches without one cost nothing.
type Blinks struct {
	rng  *rand.Rand
	left int // positions before the next blink
}

// blinkRate is the probability that one position is skipped.
const blinkRate = 0.01

func (b *Blinks) reset() {
	if b.rng == nil {
		b.left = int(^uint(0) >> 1)
		return
	}
	b.left = int(b.rng.ExpFloat64() / blinkRate)
}

// clear tells that none of the next n positions blinks, and passes them.
func (b *Blinks) clear(n int) bool {
	if b.left < n {
		return false
	}
	if b.rng != nil {
		b.left -= n
	}
	return true
}

// next passes one position and tells whether it blinks.
func (b *Blinks) next() bool {
	if b.rng == nil {
		return false
	}
	if b.left == 0 {
		b.reset()
		return true
	}
	b.left--
	return false
}
