package route

import "math/rand/v2"

// Context is the scratch memory of one goroutine: scheduler, supply and blinks. It must not be shared.
type Context struct {
	in    *Instance
	sched *Scheduler
	sup   *supplier
	seq   []int32 // a candidate sequence
	keep  []int32 // stops that stay
	list  []place // scratch of places
	blink Blinks

	tmp     [maxNew]Route  // candidate routes with one more call at a node each
	later   Route          // a candidate route with a call that waits longer
	spots   [maxNew][]call // scratch of calls
	called  []int32        // scratch of nodes
	apart   []apart        // scratch of calls
	onward  way            // the least of what the legs on from a job add, as alone says
	promise []candidate
	from    []int32  // scratch of nodes
	rates   []tariff // of from, where thinned

	lacking []lacking // scratch of tariffs
	market  market
}

// NewContext returns scratch memory for in. rng drives the blinks; nil means none.
func NewContext(in *Instance, rng *rand.Rand) *Context {
	c := &Context{in: in, sched: NewScheduler(in), sup: newSupplier(in)}
	c.blink = Blinks{rng: rng}
	c.blink.reset()
	c.forget()
	return c
}

// Blinks makes the greedy insertion skip each position with a small probability (Christiaens and Vanden Berghe 2020). What
// matters is whether the best position is skipped: only then are the others looked at again, each with the same chance. The
// number of draws up to the next blink is drawn ahead.
type Blinks struct {
	rng  *rand.Rand
	left int // draws before the next blink
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

// next tells whether the next position blinks.
func (b *Blinks) next() bool {
	if b.left > 0 {
		b.left--
		return false
	}
	b.reset()
	return true
}
