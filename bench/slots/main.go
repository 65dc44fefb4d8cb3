// Command slots measures how a server shares its processors out: many searches at once on two slots, and small searches beside a big
// one. It starts the servers on loopback, has every last plan judged by solver/check, and prints tables. Everything is bounded in
// number and time. `make bench-slots` runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
	"callout/bench/program"
	"callout/bench/rig"
)

func main() {
	server := flag.String("server", "bin/callout", "the program to start")
	only := flag.String("only", "", "one of the scenarios: queue, first, beside")
	flag.Parse()
	os.Exit(program.Run("slots", func(ctx context.Context) error { return run(ctx, os.Stdout, *server, *only) }))
}

func run(ctx context.Context, out io.Writer, server, only string) error {
	fmt.Fprintf(out, "%s/%s, %d processors, %s\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	for _, s := range []struct {
		name string
		run  func(context.Context, io.Writer, string) error
	}{{"queue", queue}, {"first", first}, {"beside", beside}} {
		if only != "" && only != s.name {
			continue
		}
		limited, cancel := context.WithTimeout(ctx, 3*time.Minute)
		err := s.run(limited, out, server)
		cancel()
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// small is a day of 50 jobs.
func small(settings *calloutv1.SolveSettings) *calloutv1.SolveRequest {
	r := city.Generate(city.Options{Jobs: 50, Technicians: 7, Seed: 1})
	r.Settings = settings
	return r
}

func seconds(n int) *durationpb.Duration { return durationpb.New(time.Duration(n) * time.Second) }

// volley collects the answers of clients that work at the same time.
type volley struct {
	client calloutv1.PlanningServiceClient
	judge  *rig.Judge

	all sync.WaitGroup

	mu     sync.Mutex
	first  []time.Duration
	total  []time.Duration
	errors []error
}

func newVolley(ctx context.Context, client calloutv1.PlanningServiceClient, r *calloutv1.SolveRequest) (*volley, error) {
	judge, err := rig.NewJudge(ctx, r.GetProblem())
	return &volley{client: client, judge: judge}, err
}

// send sends a request, takes the answer, and has it judged.
func (v *volley) send(ctx context.Context, r *calloutv1.SolveRequest) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	a, err := rig.Solve(ctx, v.client, r)
	if err == nil {
		err = v.judge.Plan(a.Last.GetPlan())
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if err != nil {
		v.errors = append(v.errors, err)
		return
	}
	v.first, v.total = append(v.first, a.First), append(v.total, a.Total)
}

// start sends a request beside others.
func (v *volley) start(ctx context.Context, r *calloutv1.SolveRequest) {
	v.all.Go(func() { v.send(ctx, r) })
}

const heading = "                                              requests  first plan p50       p99     total p50       p99"

// row waits for all answers and prints a line of the table.
func (v *volley) row(out io.Writer, name string) error {
	v.all.Wait()
	if len(v.errors) > 0 {
		return fmt.Errorf("%s: %d of %d failed, the first: %w", name, len(v.errors), len(v.errors)+len(v.total), v.errors[0])
	}
	_, err := fmt.Fprintf(out, "%-44s  %8d  %14s  %8s  %12s  %8s\n", name, len(v.total),
		ms(rig.Quantile(v.first, 0.5)), ms(rig.Quantile(v.first, 0.99)), ms(rig.Quantile(v.total, 0.5)), ms(rig.Quantile(v.total, 0.99)))
	return err
}

func ms(d time.Duration) string {
	if d >= 10*time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}
