package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"callout/api/wire"
	"callout/engine"
	"callout/solver/model"
)

// Peer is another solver, reached through a program of ours that reads a peerProblem, solves it on one thread, and prints an answer
// as its last line.
type Peer struct {
	Name    string   // with its settings after a slash where it was named with them
	Command []string // to which the file, the budget in seconds, the seed and the settings are added
	version string
}

// settings that the peer was named with: none, or one.
func (p *Peer) settings() []string {
	if _, s, given := strings.Cut(p.Name, "/"); given {
		return []string{s}
	}
	return nil
}

// Peers finds the runners of a folder, run_NAME.py for each name, for a Python that has the peers installed. A name may be followed by
// a slash and settings that the runner knows, such as vroom/1.
func Peers(python, folder string, names []string) ([]*Peer, error) {
	var out []*Peer
	for _, name := range names {
		runner, _, _ := strings.Cut(name, "/")
		script := filepath.Join(folder, "run_"+runner+".py")
		if _, err := os.Stat(script); err != nil {
			return nil, fmt.Errorf("peer %s: %w", name, err)
		}
		p := &Peer{Name: name, Command: []string{python, script}}
		args := append([]string{script, "--version"}, p.settings()...)
		version, err := exec.CommandContext(context.Background(), python, args...).Output() //nolint:gosec // named by the caller
		if err != nil {
			return nil, fmt.Errorf("peer %s does not run (make bench-peers installs it): %w", name, withStderr(err))
		}
		p.version = strings.TrimSpace(string(version))
		out = append(out, p)
	}
	return out, nil
}

// Title is the peer with its version.
func (p *Peer) Title() string { return strings.TrimSpace(p.Name + " " + p.version) }

// peerAnswer is what a runner prints. Wall and CPU time are those of the solver's own call: starting the program, reading the file
// and building the solver's model are left out.
type peerAnswer struct {
	Routes     [][]int  `json:"routes"` // jobs by vehicle; nil: no plan was found
	Wall       float64  `json:"wall_s"`
	CPU        float64  `json:"cpu_s"`
	First      *float64 `json:"first_s"`
	Iterations int64    `json:"iterations"`
	Cannot     string   `json:"cannot"` // what of the problem the solver has no means for
}

// grace is how much longer than its budget a peer may take, as some look at the clock rarely.
const grace = 2 * time.Minute

// errCannot is returned where the peer, or the form in which peers are asked, has no means for the instance.
var errCannot = errors.New("cannot be asked")

// solve runs the peer on an instance and has the plan timed by the engine and judged by solver/check.
func (p *Peer) solve(ctx context.Context, in *Instance, budget time.Duration, seed uint64) (*Result, *peerAnswer, error) {
	problem, _, faults := wire.Problem(in.Problem, Limits())
	if len(faults) > 0 {
		return nil, nil, fmt.Errorf("%s: %w", in.Name, faults)
	}
	form, err := forPeers(problem, in.Optional)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errCannot, err)
	}
	answer, err := p.run(ctx, form, budget, seed)
	if err != nil {
		return nil, nil, err
	}
	if answer.Cannot != "" {
		return nil, nil, fmt.Errorf("%w: %s has no %s", errCannot, p.Name, answer.Cannot)
	}
	if answer.Routes == nil {
		return nil, answer, errors.New("found no plan")
	}
	res, err := judged(ctx, problem, answer.Routes, in.Optional)
	return res, answer, err
}

// judged makes a plan of routes and has it judged.
func judged(ctx context.Context, problem *model.Problem, routes [][]int, optional bool) (*Result, error) {
	plan, err := peerPlan(problem, routes)
	if err != nil {
		return nil, err
	}
	e, err := engine.Evaluate(ctx, problem, plan)
	if err != nil {
		return nil, err
	}
	res := &Result{Problem: problem, Plan: e.Plan, Cost: e.Terms.Total(), Complete: optional || len(plan.Unassigned) == 0}
	if !e.Feasible() {
		res.Judgement = errors.New(e.Violations[0].String())
	}
	return res, nil
}

// run gives the problem to the runner and reads its answer.
func (p *Peer) run(ctx context.Context, form *peerProblem, budget time.Duration, seed uint64) (*peerAnswer, error) {
	dir, err := os.MkdirTemp("", "callout-peer-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	data, err := json.Marshal(form)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "problem.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, budget+grace)
	defer cancel()
	args := append(p.Command[1:len(p.Command):len(p.Command)], file,
		strconv.FormatFloat(budget.Seconds(), 'f', -1, 64), strconv.FormatUint(seed, 10))
	args = append(args, p.settings()...)
	cmd := exec.CommandContext(ctx, p.Command[0], args...) //nolint:gosec // named by the caller
	cmd.Env = append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "MKL_NUM_THREADS=1",
		"PYTHONDONTWRITEBYTECODE=1")
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name, withStderr(err))
	}
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	answer := new(peerAnswer)
	if err := json.Unmarshal(lines[len(lines)-1], answer); err != nil {
		return nil, fmt.Errorf("%s: its answer: %w", p.Name, err)
	}
	return answer, nil
}

// withStderr adds the last line that a program wrote about its failure.
func withStderr(err error) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	text := strings.TrimSpace(string(exit.Stderr))
	if text == "" {
		return err
	}
	return fmt.Errorf("%w: %s", err, text[strings.LastIndexByte(text, '\n')+1:])
}
