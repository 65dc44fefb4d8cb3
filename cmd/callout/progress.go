package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	calloutv1 "callout/api/callout/v1"
)

// progress shows how a search goes: on a terminal one line that is written anew, elsewhere a line per plan. A nil progress shows
// nothing. Its methods may be called by one goroutine.
type progress struct {
	out      io.Writer
	currency string
	begin    time.Time
	live     bool

	mu   sync.Mutex
	last *calloutv1.SolveResponse // newest plan
	shut bool
	done chan struct{}
	wg   sync.WaitGroup
}

// refresh is how often the line is written anew while there is nothing but time to tell.
const refresh = 100 * time.Millisecond

func newProgress(out io.Writer, currency string) *progress {
	p := &progress{out: out, currency: currency, begin: time.Now(), done: make(chan struct{})}
	if f, ok := out.(*os.File); ok {
		p.live = term.IsTerminal(int(f.Fd()))
	}
	if p.live {
		p.wg.Go(p.tick)
	}
	return p
}

// tick writes the line until close.
func (p *progress) tick() {
	t := time.NewTicker(refresh)
	defer t.Stop()
	for {
		select {
		case <-p.done:
			return
		case <-t.C:
			p.mu.Lock()
			p.draw()
			p.mu.Unlock()
		}
	}
}

// update tells of a plan.
func (p *progress) update(m *calloutv1.SolveResponse) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = m
	if p.live {
		p.draw()
	} else {
		fmt.Fprintln(p.out, p.line(m.GetElapsed().AsDuration()))
	}
}

// draw writes the line in place of the one before.
func (p *progress) draw() { fmt.Fprintf(p.out, "\r\x1b[K%s", p.line(time.Since(p.begin))) }

func (p *progress) line(elapsed time.Duration) string {
	if p.last == nil {
		return fmt.Sprintf("%6.1fs", elapsed.Seconds())
	}
	plan := p.last.GetPlan()
	line := fmt.Sprintf("%6.1fs  cost %s  %d left out  plan %d", elapsed.Seconds(), money(plan.GetCost().GetTotal(), p.currency),
		len(plan.GetUnassigned()), p.last.GetSequence())
	if p.last.GetWaiting() {
		line += "  waiting in the queue"
	}
	return line
}

// close ends the line. It may be called more than once.
func (p *progress) close() {
	if p == nil || p.shut {
		return
	}
	p.shut = true
	close(p.done)
	p.wg.Wait()
	if p.live {
		fmt.Fprintln(p.out)
	}
}
