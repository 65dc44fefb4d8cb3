// Command callout plans field service: as a server, or for one file. `callout --help` tells more.
package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/alecthomas/kong"

	"callout/engine"
)

func main() {
	os.Exit(run(os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}

// cli are the commands, each in a file of its own.
type cli struct {
	Demo     DemoCmd     `cmd:"" help:"Plan an example day and show it."`
	Watch    WatchCmd    `cmd:"" help:"Replay a recorded day and show what came of it."`
	Serve    ServeCmd    `cmd:"" help:"Serve the planning service over gRPC."`
	Solve    SolveCmd    `cmd:"" help:"Plan the work of a file."`
	Allocate AllocateCmd `cmd:"" help:"Allocate the stock of a network to who needs it."`
	Evaluate EvaluateCmd `cmd:"" help:"Tell what a plan costs and violates."`
	Check    CheckCmd    `cmd:"" help:"List the rules that a plan breaks; fail if there are any."`
	Import   ImportCmd   `cmd:"" help:"Make a road network of a file of OpenStreetMap."`
	Matrix   MatrixCmd   `cmd:"" help:"Print travel between points on a road network."`
	Bench    BenchCmd    `cmd:"" help:"Run published instances and compare with the best known costs."`
	Plug     PlugCmd     `cmd:"" help:"Solve one instance for a program that compares solvers."`
	Version  VersionCmd  `cmd:"" help:"Print the version."`

	LogLevel  slog.Level `default:"info" env:"CALLOUT_LOG_LEVEL" help:"Least level that is logged: debug, info, warn, error."`
	LogFormat string     `default:"text" enum:"text,json" env:"CALLOUT_LOG_FORMAT" help:"Format of the log: ${enum}."`
}

// streams of the process.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// Exit codes.
const (
	exitFailed = 1 // also: a plan breaks rules
	exitUsage  = 2
)

// errRules makes the command fail after it has said why.
var errRules = errors.New("the plan breaks rules")

// run is the command without the process; it returns the exit code.
func run(args []string, std streams) int {
	var c cli
	exited, code := false, 0
	parser, err := kong.New(&c, kong.Name("callout"), kong.Description("Callout plans field service."), kong.UsageOnError(),
		kong.Writers(std.out, std.err), kong.Exit(func(n int) { exited, code = true, n }))
	if err != nil {
		fmt.Fprintln(std.err, "callout:", err)
		return exitFailed
	}
	ctx, err := parser.Parse(args)
	if exited { // --help
		return code
	}
	if err != nil {
		fmt.Fprintf(std.err, "callout: %v (callout --help)\n", err)
		return exitUsage
	}
	ctx.Bind(std, c.logger(std.err))
	defer engine.Settle() // no thread is in the native libraries when the process tears them down
	switch err := ctx.Run(); {
	case errors.Is(err, errRules):
		return exitFailed
	case err != nil:
		fmt.Fprintln(std.err, "callout:", explain(err))
		return exitFailed
	}
	return 0
}

// logger writes to the standard error.
func (c *cli) logger(w io.Writer) *slog.Logger {
	opts := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}
