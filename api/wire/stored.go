package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// Handles begin with what they name, so that one is not taken for the other.
const (
	problemPrefix = "problem-"
	matrixPrefix  = "matrix-"
)

// Stored is a converted problem that any number of requests use at once.
type Stored struct {
	Handle string // a digest of the message
	Bytes  int64  // that it takes, matrices included

	problem *model.Problem
	ctx     *Context
}

// open returns a problem whose profiles are the request's own: the engine fills in their travel.
func (s *Stored) open() (*model.Problem, *Context) {
	p, ctx := *s.problem, *s.ctx
	p.Profiles = slices.Clone(p.Profiles)
	ctx.problem = &p
	return &p, &ctx
}

// Put is a PutProblemRequest: a problem to hold, or the handle of one to hold longer.
type Put struct {
	Problem *Stored // nil: renew Handle
	Handle  string
	Time    time.Duration // 0: as long as may be
}

// PutProblem converts a PutProblemRequest.
func (c *Intake) PutProblem(in *calloutv1.PutProblemRequest) (*Put, Faults) {
	r := newReader(c.Limits, "")
	r.envelope(in.ProtoReflect())
	out := &Put{Handle: in.GetHandle(), Time: r.timeToLive(in.GetTimeToLive())}
	if out.Handle != "" {
		if in.GetProblem() != nil {
			r.fault("handle", Conflict, "there is a problem too")
		}
		return out, r.done()
	}
	p, ctx, faults := c.convert(in.GetProblem())
	if faults = Join(r.done(), faults); len(faults) > 0 {
		return nil, faults
	}
	out.Problem = &Stored{problem: p, ctx: ctx, Handle: problemHandle(in.GetProblem()), Bytes: footprint(p) + footprint(ctx)}
	out.Handle = out.Problem.Handle
	return out, nil
}

// problemHandle is a digest of a problem without unknown fields. The encoding is the same for the same content and version.
func problemHandle(in *calloutv1.Problem) string {
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(in)
	if err != nil {
		panic(err) // of a string that is not UTF-8: such a message would not have arrived
	}
	sum := sha256.Sum256(raw)
	return problemPrefix + hex.EncodeToString(sum[:])
}
