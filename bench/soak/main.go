// Command soak keeps a server under full load for a time, by clients of all kinds: patient ones, such as cancel, such as are killed, and
// crowds that overflow the queue. It fails on any answer that is neither right nor a refusal, on any plan that solver/check does not
// accept, if memory, goroutines or what is cached grow, and if the server does not end in order. `make soak` runs it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"sync"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/program"
	"callout/bench/rig"
)

func main() {
	server := flag.String("server", "bin/callout", "the program to start")
	most := flag.Duration("for", 10*time.Minute, "how long; what is kept needs a minute or two to fill")
	flag.Parse()
	os.Exit(program.Run("soak", func(ctx context.Context) error { return run(ctx, os.Stdout, *server, *most) }))
}

// flags make the queue short, and what is kept small enough to be full soon and to end.
var flags = []string{
	"--workers=2", "--express=1", "--queue=12", "--tenant-queue=10", "--cache-mib=16", "--lease-mib=2", "--lease-tenant-mib=1",
	"--lease-time=20s", "--drain=20s", "--http-listen=127.0.0.1:0",
}

var (
	errWrong = errors.New("there were wrong answers")
	errGrew  = errors.New("something grew")
	errLeft  = errors.New("goroutines are left, or the server did not say")
	errBusy  = errors.New("something is still at work after all clients have gone")
)

func run(ctx context.Context, out io.Writer, server string, most time.Duration) error {
	s, err := rig.Launch(ctx, server, flags...)
	if err != nil {
		return err
	}
	defer s.Kill()
	fmt.Fprintf(out, "%s/%s, %d processors, %s; %v\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), most)
	b := newBook()
	watch := new(watch)
	loaded, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	var all sync.WaitGroup
	for k, c := range crew() {
		all.Go(func() { c.work(loaded, ctx, s, b, uint64(k)) })
	}
	all.Go(func() { watch.every(loaded, s, max(time.Second, most/300)) })
	all.Wait()
	b.print(out)
	flat := watch.print(out)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	idle := quiet(ctx, s)
	orderly := last(ctx, out, s)
	if !flat {
		err = errGrew
	}
	if b.wrong() {
		err = errors.Join(err, errWrong)
	}
	return errors.Join(err, idle, orderly)
}

// quiet waits until nothing is at work.
func quiet(ctx context.Context, s *rig.Server) error {
	for range 100 {
		m, err := s.Scrape(ctx)
		if err != nil {
			return err
		}
		if m["callout_busy_workers"]+m["callout_waiting_requests"]+m["callout_running_solves"]+m["callout_running_checks"] == 0 {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return errBusy
}

var ended = regexp.MustCompile(`msg="no goroutine is left"`)

// last ends the server while it works: searches end with the best plan that they have, and nothing is left.
func last(ctx context.Context, out io.Writer, s *rig.Server) error {
	conn, err := s.Dial()
	if err != nil {
		return err
	}
	defer conn.Close()
	r := day(200, 1)
	r.Settings = &calloutv1.SolveSettings{TimeBudget: durationpb.New(time.Minute)}
	answers := make(chan error, 2)
	for range cap(answers) {
		go func() {
			a, err := rig.Solve(ctx, calloutv1.NewPlanningServiceClient(conn), r)
			if reason := a.Last.GetOutcome().GetStopReason(); err == nil && reason != calloutv1.StopReason_STOP_REASON_SHUTDOWN {
				err = fmt.Errorf("at the end a search stopped for %v", reason)
			}
			answers <- err
		}()
	}
	time.Sleep(2 * time.Second)
	begin := time.Now()
	errs := []error{s.Stop()}
	for range cap(answers) {
		errs = append(errs, <-answers)
	}
	if s.Logged(ended) == nil {
		errs = append(errs, errLeft)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "ended in order after %.1f s, with two searches under way; no goroutine was left\n", time.Since(begin).Seconds())
	return err
}
