package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/term"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/bench/city"
	"callout/cmd/callout/report"
	"callout/cmd/callout/table"
	"callout/engine/matrix"
	"callout/engine/road"
)

// DemoCmd makes up a day of field service, starts a server, has it plan the day over gRPC, and shows the plan.
type DemoCmd struct {
	Jobs        int           `default:"200" help:"Jobs to make up, over all days."`
	Technicians int           `default:"25" help:"Technicians."`
	Days        int           `default:"1" help:"Days."`
	Rush        bool          `help:"A city with rush hours."`
	Returns     bool          `help:"Worn parts come back to the depots."`
	Streets     bool          `default:"true" negatable:"" help:"On made-up streets, rather than by straight lines."`
	Network     string        `placeholder:"FILE.road" type:"path" help:"On this road network of Vienna instead."`
	Seed        uint64        `default:"1" help:"Start of the random numbers, of the day and of the search."`
	Time        time.Duration `short:"t" default:"12s" help:"Time budget."`
	Workers     int           `short:"w" help:"Searchers at work together. Default: one per processor, at most 8."`
	Report      string        `placeholder:"FILE" help:"HTML page to write the plan to. Default: callout-demo.html, in bin if there is one."`
	Live        bool          `help:"Then follow the day for a minute: things happen, and the plan follows."`
	Pause       time.Duration `default:"3s" help:"Longest time between two events of a live day."`
	Record      string        `placeholder:"FILE" type:"path" help:"Write the live day there, for callout watch."`
	Listen      string        `default:"127.0.0.1:0" help:"Address of the server; port 0: any free one."`
}

// Run of the command.
func (c *DemoCmd) Run(std streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if c.Jobs < 1 || c.Technicians < 1 || c.Days < 1 {
		return errors.New("a day needs a job and a technician")
	}
	if c.Workers < 1 {
		c.Workers = min(8, runtime.GOMAXPROCS(0))
	}
	if c.Report == "" {
		c.Report = defaultReport()
	}
	req := city.Generate(city.Options{
		Jobs: c.Jobs, Technicians: c.Technicians, Days: c.Days, Seed: c.Seed, Rush: c.Rush, Returns: c.Returns,
	})
	req.Settings.TimeBudget = durationpb.New(c.Time)
	req.Settings.Workers = int32(c.Workers)

	roads, err := c.roads(ctx, req.GetProblem(), std.err)
	if err != nil {
		return err
	}
	service := server.New(server.Options{Version: engineVersion(), Workers: c.Workers, Networks: roads})
	conn, end, err := c.serve(ctx, service, std.err)
	if err != nil {
		return err
	}
	defer end()
	fmt.Fprintf(std.err, "%d jobs, %d technicians: planning for %v with %d searchers, over gRPC at %s\n",
		c.Jobs, c.Technicians, c.Time, c.Workers, conn.Target())
	t, err := c.watch(ctx, conn, req, std.err)
	// Who loses patience gets the plan so far.
	if err != nil && (ctx.Err() == nil || t.last == nil) {
		return err
	}
	if c.Live && err == nil {
		if err := c.play(ctx, std, conn, req.GetProblem(), t.last.GetPlan()); err != nil {
			return err
		}
	}
	stop()
	return c.show(std, service, req.GetProblem(), t)
}

// roads has the day travel on a road network.
func (c *DemoCmd) roads(ctx context.Context, p *calloutv1.Problem, out io.Writer) (*matrix.Networks, error) {
	var n *road.Network
	var err error
	switch {
	case c.Network != "":
		n, err = road.Open(c.Network)
	case c.Streets:
		began := time.Now()
		if n, err = madeUp(ctx, c.Seed); err == nil {
			fmt.Fprintf(out, "%d stretches of made-up streets, imported in %v\n", n.Segments(), time.Since(began).Round(10*time.Millisecond))
		}
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	digest := n.Digest()
	city.OnRoads(p, hex.EncodeToString(digest[:]), c.Rush)
	return matrix.NewNetworks(networkBytes, n), nil
}

// networkBytes are kept of states of the traffic.
const networkBytes = 256 << 20

// madeUp are the demo's streets.
func madeUp(ctx context.Context, seed uint64) (*road.Network, error) {
	data := city.Streets(seed).XML()
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	n, _, err := road.Import(ctx, open, road.ImportOptions{Zone: city.Zone})
	return n, err
}

// serve starts a server in this process and connects to it. end stops both.
func (c *DemoCmd) serve(ctx context.Context, service *server.Service, out io.Writer) (conn *grpc.ClientConn, end func(), err error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return nil, nil, fmt.Errorf("listen: %w", err)
	}
	srv := server.NewServer(service, server.Transport{})
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	shut := func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		srv.Shutdown(grace)
		if err := <-failed; err != nil { // the call has told what matters of it
			fmt.Fprintln(out, "callout:", err)
		}
	}
	conn, err = grpc.NewClient(l.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(largest), grpc.MaxCallSendMsgSize(largest)))
	if err != nil {
		shut()
		return nil, nil, fmt.Errorf("connect to %s: %w", l.Addr(), err)
	}
	return conn, func() {
		_ = conn.Close() // every answer has been read
		shut()
	}, nil
}

// watch solves and shows the progress: on a terminal as it comes, elsewhere a line a second.
func (c *DemoCmd) watch(ctx context.Context, conn *grpc.ClientConn, req *calloutv1.SolveRequest, out io.Writer) (*trace, error) {
	show := newProgress(out, req.GetProblem().GetCurrencyCode())
	defer show.close()
	t := new(trace)
	var told time.Time
	client := distant{conn: conn, client: calloutv1.NewPlanningServiceClient(conn)}
	err := client.solve(ctx, req, func(m *calloutv1.SolveResponse) error {
		t.add(m)
		if show.live || time.Since(told) > time.Second || m.GetKind() == calloutv1.SolveKind_SOLVE_KIND_FINAL {
			told = time.Now()
			show.update(m)
		}
		return nil
	})
	return t, err
}

// show prints the plan, has it judged and writes the report.
func (c *DemoCmd) show(std streams, service *server.Service, problem *calloutv1.Problem, t *trace) error {
	plan := t.last.GetPlan()
	out := bufio.NewWriter(std.out)
	fmt.Fprintln(out)
	if err := table.Write(out, problem, plan, lookOf(std.out)); err != nil {
		return err
	}
	// The search may have been interrupted, the judgement not.
	ctx := context.Background()
	verdict, err := judge(ctx, service.Reader(ctx, ""), problem, plan)
	if err != nil {
		return err
	}
	fmt.Fprintln(out)
	if len(verdict.Faults) == 0 {
		fmt.Fprintln(out, "Checked: the independent checker found no broken rule, and the same cost.")
	}
	for _, fault := range verdict.Faults {
		fmt.Fprintln(out, "Checked:", fault)
	}
	if err := c.write(problem, t, verdict); err != nil {
		return err
	}
	fmt.Fprintln(out, "Report: ", c.Report)
	if err := out.Flush(); err != nil {
		return err
	}
	if len(verdict.Faults) > 0 {
		return errRules
	}
	return nil
}

// defaultReport is in bin, which is not under version control, where the demo runs in a checkout.
func defaultReport() string {
	const name = "callout-demo.html"
	if info, err := os.Stat("bin"); err == nil && info.IsDir() {
		return filepath.Join("bin", name)
	}
	return name
}

func (c *DemoCmd) write(problem *calloutv1.Problem, t *trace, verdict report.Judgement) error {
	if err := os.MkdirAll(filepath.Dir(c.Report), 0o755); err != nil { //nolint:gosec // a report is for all to read
		return err
	}
	f, err := os.Create(c.Report)
	if err != nil {
		return err
	}
	meta := t.meta()
	meta.Title = "Vienna field service"
	meta.Judgement = verdict
	return errors.Join(report.Write(f, problem, t.last.GetPlan(), meta), f.Close())
}

// lookOf says how wide an output is, and whether it knows styles.
func lookOf(out io.Writer) table.Options {
	f, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return table.Options{}
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		width = 0
	}
	return table.Options{Width: width, Style: os.Getenv("NO_COLOR") == ""}
}
