// Command load measures a server under load: it starts one on a loopback port, has ghz send requests, and prints throughput,
// times and errors. Everything is bounded in number and time. `make bench-load` runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/program"
	"callout/bench/rig"
)

func main() {
	o := options{out: os.Stdout}
	flag.StringVar(&o.server, "server", "bin/callout", "the program to start")
	flag.StringVar(&o.ghz, "ghz", ".tools/bin/ghz", "the load generator")
	flag.IntVar(&o.percent, "percent", 100, "of the usual number of requests")
	flag.DurationVar(&o.most, "most", time.Minute, "longest time for one line of the table")
	flag.Parse()
	os.Exit(program.Run("load", o.run))
}

type options struct {
	server, ghz string
	percent     int
	most        time.Duration
	out         io.Writer
}

func (o *options) run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "callout-load-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return rig.With(ctx, o.server, func(s *rig.Server, client calloutv1.PlanningServiceClient) error {
		return o.measure(ctx, s, client, dir)
	})
}

// measure runs all cases; dir is for files.
func (o *options) measure(ctx context.Context, s *rig.Server, client calloutv1.PlanningServiceClient, dir string) error {
	all, err := cases(ctx, client)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.out, "%s/%s, %d processors, %s; searches of %d iterations, at most %v\n", runtime.GOOS, runtime.GOARCH,
		runtime.NumCPU(), runtime.Version(), searchIterations, searchBudget)
	fmt.Fprintf(o.out, "* while long searches hold all processors, and more wait\n\n%s\n", heading)
	for k := range all {
		c := &all[k]
		r, err := o.among(ctx, client, s.Address, dir, c)
		if err != nil {
			return fmt.Errorf("%s of %d jobs: %w", c.method, c.jobs, err)
		}
		fmt.Fprintln(o.out, r.line(c))
	}
	return nil
}

// among sends the requests of a case, in a crowd where it wants one.
func (o *options) among(
	ctx context.Context, client calloutv1.PlanningServiceClient, address, dir string, c *load,
) (*report, error) {
	if c.crowded {
		long, leave := context.WithCancel(ctx)
		defer leave()
		if err := crowd(long, client); err != nil {
			return nil, fmt.Errorf("the crowd: %w", err)
		}
	}
	return o.fire(ctx, address, dir, c)
}

// fire sends the requests of a case.
func (o *options) fire(ctx context.Context, address, dir string, c *load) (*report, error) {
	body, err := proto.Marshal(c.message)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "request.bin")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, o.most)
	defer cancel()
	cmd := exec.CommandContext(ctx, o.ghz, //nolint:gosec // the caller's program
		"--insecure", "--call", "callout.v1.PlanningService."+c.method, "--binary-file", file, "--format", "json",
		"--concurrency", strconv.Itoa(c.concurrency), "--connections", "4",
		"--total", strconv.Itoa(max(c.concurrency, c.requests*o.percent/100)), "--timeout", "30s", address)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("ghz: %w", err)
	}
	return parse(out)
}
