package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/bench/happen"
	"callout/cmd/callout/table"
	"callout/engine/matrix"
	"callout/engine/road"
)

// WatchCmd replays a recorded day and shows it.
type WatchCmd struct {
	File    string        `arg:"" type:"path" help:"A recorded day: the JSON of a ReoptimizeRequest per line, the start first."`
	Network string        `placeholder:"FILE.road" type:"path" help:"The road network that the day travels on, unless it is the demo's."`
	Pause   time.Duration `default:"10s" help:"Longest time between two events; the next comes once the plan is quiet."`
	Zone    string        `default:"UTC" help:"Time zone of the times shown."`
}

const (
	largestLine = 256 << 20 // of a recorded day
	untilQuiet  = time.Minute
)

// Run of the command.
func (c *WatchCmd) Run(std streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return fmt.Errorf("time zone: %w", err)
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	next := recorded(f)
	first, err := next()
	if err != nil || first.GetStart() == nil {
		return errors.Join(errors.New("the file does not begin with the start of a session"), err)
	}
	roads, err := c.roads(ctx, first.GetStart())
	if err != nil {
		return err
	}
	demo := DemoCmd{Listen: "127.0.0.1:0"}
	conn, end, err := demo.serve(ctx, server.New(server.Options{Version: engineVersion(), Networks: roads}), std.err)
	if err != nil {
		return err
	}
	defer end()
	problem := first.GetStart().GetProblem()
	view := newView(std.out, zone, problem)
	p, err := happen.Play(ctx, calloutv1.NewPlanningServiceClient(conn), first.GetStart(), view.message)
	if err != nil {
		return err
	}
	if first.GetStart().GetRunningPlan() == nil { // nobody follows a plan before the session has made one
		if err := p.Wait(untilQuiet); err != nil {
			return err
		}
	}
	planned := p.Last.GetPlan()
	for {
		m, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := p.Wait(c.Pause); err != nil {
			return err
		}
		view.event(m.GetEvent())
		if _, _, err := p.Event(m.GetEvent()); err != nil {
			return err
		}
	}
	if err := p.Wait(untilQuiet); err != nil {
		return err
	}
	fmt.Fprintln(std.out)
	follow(problem, p.Last.GetState())
	if err := table.Write(std.out, problem, p.Last.GetPlan(), lookOf(std.out)); err != nil {
		return err
	}
	if err := told(std.out, planned, p.Last.GetPlan(), view.clock); err != nil {
		return err
	}
	return p.Close()
}

// roads are those that a recorded day travels on, or nil. Those of the demo are made up again: by the seed that the day has too.
func (c *WatchCmd) roads(ctx context.Context, start *calloutv1.DayStart) (*matrix.Networks, error) {
	digest, onRoads := "", false
	for _, p := range start.GetProblem().GetProfiles() {
		if r := p.GetRoadNetwork(); r != nil {
			digest, onRoads = r.GetNetworkDigest(), true
		}
	}
	switch {
	case c.Network != "":
		n, err := road.Open(c.Network)
		if err != nil {
			return nil, err
		}
		return matrix.NewNetworks(networkBytes, n), nil
	case !onRoads:
		return nil, nil
	}
	n, err := madeUp(ctx, start.GetSettings().GetSeed())
	if err != nil {
		return nil, err
	}
	if d := n.Digest(); hex.EncodeToString(d[:]) != digest {
		return nil, errors.New("the day travels on a road network that is not the demo's: name its file with --network")
	}
	return matrix.NewNetworks(networkBytes, n), nil
}

// recorded reads the messages of a recorded day, one per line; io.EOF after the last.
func recorded(in io.Reader) func() (*calloutv1.ReoptimizeRequest, error) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, largestLine)
	n := 0
	return func() (*calloutv1.ReoptimizeRequest, error) {
		if !lines.Scan() {
			if err := lines.Err(); err != nil {
				return nil, err
			}
			return nil, io.EOF
		}
		n++
		m := new(calloutv1.ReoptimizeRequest)
		if err := protojson.Unmarshal(lines.Bytes(), m); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		return m, nil
	}
}

// recorder writes a day for recorded to read.
type recorder struct{ out io.Writer }

func (r recorder) write(m *calloutv1.ReoptimizeRequest) error {
	if r.out == nil {
		return nil
	}
	line, err := protojson.Marshal(m)
	if err != nil {
		return err
	}
	_, err = r.out.Write(append(line, '\n'))
	return err
}

// play follows the demo's day for a minute: twenty things happen.
func (c *DemoCmd) play(
	ctx context.Context, std streams, conn *grpc.ClientConn, problem *calloutv1.Problem, planned *calloutv1.Plan,
) (err error) {
	zone, err := time.LoadLocation(demoZone)
	if err != nil {
		return err
	}
	rec := recorder{}
	if c.Record != "" {
		f, err := os.Create(c.Record)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		rec.out = f
	}
	start := demoStart(problem, planned, c.Seed)
	if err := rec.write(&calloutv1.ReoptimizeRequest{Kind: &calloutv1.ReoptimizeRequest_Start{Start: start}}); err != nil {
		return err
	}
	view := newView(std.out, zone, problem)
	p, err := happen.Play(ctx, calloutv1.NewPlanningServiceClient(conn), start, view.message)
	if err != nil {
		return err
	}
	t := happen.NewTeller(problem, c.Seed, "demo")
	t.Pass(2 * time.Hour)
	for k, sent := 0, 0; sent < demoEvents && k < 4*demoEvents; k++ {
		if err := p.Wait(c.Pause); err != nil {
			return err
		}
		e := t.Event(demoKinds[k%len(demoKinds)], p.Last.GetPlan())
		if e == nil { // nothing of that kind can happen now
			continue
		}
		sent++
		t.Pass(demoStep)
		if err := rec.write(&calloutv1.ReoptimizeRequest{Kind: &calloutv1.ReoptimizeRequest_Event{Event: e}}); err != nil {
			return err
		}
		view.event(e)
		if _, _, err := p.Event(e); err != nil {
			return err
		}
	}
	if err := p.Wait(c.Pause); err != nil {
		return err
	}
	if err := told(std.out, planned, p.Last.GetPlan(), view.clock); err != nil {
		return err
	}
	return p.Close()
}
