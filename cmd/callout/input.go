package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/bench"
)

// readFile reads a file, or the standard input where the name is "-".
func readFile(name string, in io.Reader) ([]byte, error) {
	if name == "-" {
		data, err := io.ReadAll(in)
		if err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
		return data, nil
	}
	return os.ReadFile(name)
}

// readRequest reads what is to be solved: a benchmark instance, or the JSON of a SolveRequest, of a Problem, or of any other
// message with a problem in it. format is "auto", "request" or the name of a format of bench.
func readRequest(name, format string, in io.Reader) (*calloutv1.SolveRequest, error) {
	data, err := readFile(name, in)
	if err != nil {
		return nil, err
	}
	found := bench.Detect(data)
	if want, err := bench.ParseFormat(format); err == nil && want != found {
		return nil, fmt.Errorf("%s is a file of format %v, not %v", name, found, want)
	}
	if found != bench.Unknown && format != "request" {
		instance, err := bench.Read(name, data)
		if err != nil {
			return nil, err
		}
		return &calloutv1.SolveRequest{Problem: instance.Problem}, nil
	}
	req := new(calloutv1.SolveRequest)
	keys, err := topLevel(data)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	case keys["problem"] && keys["plan"]: // of an EvaluateRequest
		e := new(calloutv1.EvaluateRequest)
		err = unmarshal(name, data, e)
		req.Problem, req.InitialPlan = e.GetProblem(), e.GetPlan()
	case keys["problem"]:
		err = unmarshal(name, data, req)
	default:
		req.Problem = new(calloutv1.Problem)
		err = unmarshal(name, data, req.GetProblem())
	}
	if err != nil {
		return nil, err
	}
	return req, nil
}

// readPlan reads a plan: the JSON of a Plan, or of any message with a plan in it, such as an answer of Solve.
func readPlan(name string, in io.Reader) (*calloutv1.Plan, error) {
	data, err := readFile(name, in)
	if err != nil {
		return nil, err
	}
	keys, err := topLevel(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if keys["plan"] {
		var with struct {
			Plan json.RawMessage `json:"plan"`
		}
		if err := json.Unmarshal(data, &with); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		data = with.Plan
	}
	plan := new(calloutv1.Plan)
	if err := unmarshal(name, data, plan); err != nil {
		return nil, err
	}
	return plan, nil
}

// readJudged reads a problem with a plan: an EvaluateRequest, or a file for each.
func readJudged(problem, plan, format string, in io.Reader) (*calloutv1.EvaluateRequest, error) {
	req, err := readRequest(problem, format, in)
	if err != nil {
		return nil, err
	}
	out := &calloutv1.EvaluateRequest{RequestId: req.GetRequestId(), Tenant: req.GetTenant(), Problem: req.GetProblem()}
	switch {
	case plan != "":
		out.Plan, err = readPlan(plan, in)
	case req.GetInitialPlan() != nil:
		out.Plan = req.GetInitialPlan()
	default:
		err = fmt.Errorf("%s has no plan: name a second file that has", problem)
	}
	return out, err
}

// errNoObject says that a file is neither a benchmark instance nor JSON that could be a message.
var errNoObject = errors.New("neither an instance of a known format nor a JSON object")

// topLevel are the names of the fields of a JSON object.
func topLevel(data []byte) (map[string]bool, error) {
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		return nil, errNoObject
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, err
	}
	out := make(map[string]bool, len(fields))
	for k := range fields {
		out[k] = true
	}
	return out, nil
}

func unmarshal(name string, data []byte, m proto.Message) error {
	if err := protojson.Unmarshal(data, m); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// writeJSON writes a message to a file, or to the standard output where the name is "-".
func writeJSON(name string, out io.Writer, m proto.Message) error {
	data, err := protojson.MarshalOptions{Multiline: true, Indent: "  "}.Marshal(m)
	if err != nil {
		return err
	}
	data = append(data, '\n')
	if name == "-" {
		_, err = out.Write(data)
		return err
	}
	return os.WriteFile(name, data, 0o644) //nolint:gosec // for others to read, as any output
}
