package server

import (
	"context"
	"errors"
	"sync"

	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
)

// outbox takes the messages of a session and never makes it wait, as long as the answers that nobody has taken are not too many: of revisions that
// the client was too slow for only the newest is kept, with the changes of all.
type outbox struct {
	id   string
	wake chan struct{} // holds a token while there is something to take
	done chan struct{}

	mu       sync.Mutex
	events   []*calloutv1.EventAnswer
	bytes    int // of events
	revision *calloutv1.Revision
	closed   bool
}

// mostAnswers that wait for a client, and what may wait before more come, encoded.
const (
	mostAnswers = 4096
	answerBytes = 16 << 20
)

var errNotTaken = errors.New("server: the client does not take its answers")

func newOutbox(id string) *outbox {
	return &outbox{id: id, wake: make(chan struct{}, 1), done: make(chan struct{})}
}

// put adds a message and returns at once.
func (o *outbox) put(m *calloutv1.ReoptimizeResponse) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.events = append(o.events, m.GetEvents()...); len(o.events) > mostAnswers || o.bytes > answerBytes {
		return errNotTaken
	}
	for _, e := range m.GetEvents() {
		o.bytes += proto.Size(e)
	}
	if r := m.GetRevision(); r != nil {
		o.revision = merged(o.revision, r)
	}
	select {
	case o.wake <- struct{}{}:
	default:
	}
	return nil
}

// close lets run end when all is sent.
func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed {
		o.closed = true
		close(o.done)
	}
}

func (o *outbox) take() *calloutv1.ReoptimizeResponse {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.events) == 0 && o.revision == nil {
		return nil
	}
	m := &calloutv1.ReoptimizeResponse{RequestId: o.id, Events: o.events, Revision: o.revision}
	o.events, o.bytes, o.revision = nil, 0, nil
	return m
}

// run sends what comes until the outbox is closed and empty, or ctx ends.
func (o *outbox) run(ctx context.Context, send func(*calloutv1.ReoptimizeResponse) error) error {
	for {
		for m := o.take(); m != nil; m = o.take() {
			if err := send(m); err != nil {
				return err
			}
		}
		select {
		case <-o.wake:
		case <-ctx.Done():
			return nil
		case <-o.done:
			if m := o.take(); m != nil {
				return send(m)
			}
			return nil
		}
	}
}

// merged is what there is to say where a revision comes before the one before has gone out.
func merged(before, now *calloutv1.Revision) *calloutv1.Revision {
	if before == nil {
		return now
	}
	if now.GetKind() == calloutv1.RevisionKind_REVISION_KIND_QUIET && now.GetPlan() == nil {
		now.Plan, now.State = before.GetPlan(), before.GetState()
	}
	changes := make(map[string]*calloutv1.PlanChange, len(before.GetChanges()))
	all := before.GetChanges()
	for _, c := range all {
		changes[c.GetJobId()] = c
	}
	for _, c := range now.GetChanges() {
		was := changes[c.GetJobId()]
		if was == nil {
			all = append(all, c)
			continue
		}
		was.ToTechnicianId, was.ToStart = c.GetToTechnicianId(), c.GetToStart()
		switch {
		case was.GetFromTechnicianId() == "":
			was.Kind = calloutv1.ChangeKind_CHANGE_KIND_ADDED
		case was.GetToTechnicianId() == "":
			was.Kind = calloutv1.ChangeKind_CHANGE_KIND_DROPPED
		case was.GetFromTechnicianId() != was.GetToTechnicianId():
			was.Kind = calloutv1.ChangeKind_CHANGE_KIND_REASSIGNED
		default:
			was.Kind = min(max(was.GetKind(), calloutv1.ChangeKind_CHANGE_KIND_MOVED), max(c.GetKind(), calloutv1.ChangeKind_CHANGE_KIND_MOVED))
		}
	}
	now.Changes = all[:0:0]
	for _, c := range all {
		if c.GetFromTechnicianId() != "" || c.GetToTechnicianId() != "" {
			now.Changes = append(now.Changes, c)
		}
	}
	now.Kind = sooner(before.GetKind(), now.GetKind())
	return now
}

// sooner is the kind of two revisions in one: that the plan was repaired is news even if it was improved since.
func sooner(a, b calloutv1.RevisionKind) calloutv1.RevisionKind {
	if b == calloutv1.RevisionKind_REVISION_KIND_QUIET {
		return b
	}
	return min(a, b)
}
