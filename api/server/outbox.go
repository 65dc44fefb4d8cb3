package server

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
)

// outbox takes the messages of a session and never makes it wait, as long as the answers that nobody has taken are not too many: of revisions that
// the client was too slow for only the newest is kept, with what has changed since the one that he took last.
type outbox struct {
	id   string
	wake chan struct{} // holds a token while there is something to take
	done chan struct{}
	told spots // of the plan that was taken last; only take looks at it

	mu       sync.Mutex
	events   []*calloutv1.EventAnswer
	bytes    int // of events
	revision *calloutv1.Revision
	merged   bool               // it stands for others, too
	once     []*calloutv1.Alert // to go out with it
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

// put adds a message and returns at once. Alerts that are told once are those that no later revision repeats.
func (o *outbox) put(m *calloutv1.ReoptimizeResponse, once ...*calloutv1.Alert) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.events = append(o.events, m.GetEvents()...); len(o.events) > mostAnswers || o.bytes > answerBytes {
		return errNotTaken
	}
	for _, e := range m.GetEvents() {
		o.bytes += proto.Size(e)
	}
	if r := m.GetRevision(); r != nil {
		o.merged = o.revision != nil
		o.revision, o.once = merged(o.revision, r), append(o.once, once...)
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

// take is called by one goroutine at a time.
func (o *outbox) take() *calloutv1.ReoptimizeResponse {
	m, merged := o.empty()
	if p := m.GetRevision().GetPlan(); p != nil {
		now := spotsOf(p)
		if merged {
			m.Revision.Changes = differences(o.told, now)
		}
		o.told = now
	}
	return m
}

// empty takes out all there is, and tells whether the revision stands for others, too.
func (o *outbox) empty() (m *calloutv1.ReoptimizeResponse, merged bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.events) == 0 && o.revision == nil {
		return nil, false
	}
	m, merged = &calloutv1.ReoptimizeResponse{RequestId: o.id, Events: o.events, Revision: o.revision}, o.merged
	if o.revision != nil {
		o.revision.Alerts = append(o.revision.Alerts, o.once...)
	}
	o.events, o.bytes, o.revision, o.merged, o.once = nil, 0, nil, false, nil
	return m, merged
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

// merged is what there is to say where a revision comes before the one before has gone out; differences tells what has changed.
func merged(before, now *calloutv1.Revision) *calloutv1.Revision {
	if before == nil {
		return now
	}
	if now.GetPlan() == nil {
		now.Plan, now.State = before.GetPlan(), before.GetState()
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

// spot is where a visit is in a plan, or nowhere.
type spot struct {
	technician string
	prior      string // the visit before it that is still to come, too
	start      *timestamppb.Timestamp
	behind     bool // it was left for
}

// spots are those of the jobs of a plan.
type spots map[string]spot

func spotsOf(p *calloutv1.Plan) spots {
	out := make(spots)
	for _, r := range p.GetRoutes() {
		prior := ""
		for _, st := range r.GetStops() {
			id := st.GetVisit().GetJobId()
			if id == "" {
				continue
			}
			out[id] = spot{r.GetTechnicianId(), prior, st.GetStart(), st.GetState() != calloutv1.StopState_STOP_STATE_UNSPECIFIED}
			if !out[id].behind {
				prior = id
			}
		}
	}
	for _, u := range p.GetUnassigned() {
		out[u.GetJobId()] = spot{}
	}
	return out
}

// differences of a plan from the one that was taken last, as the engine tells those between two revisions. What was left for since then has changed only
// if somebody else did.
func differences(was, is spots) (out []*calloutv1.PlanChange) {
	toCome := func(id string) bool {
		s := is[id]
		return s.technician != "" && !s.behind
	}
	for _, id := range slices.Sorted(maps.Keys(is)) {
		a, b := was[id], is[id]
		c := &calloutv1.PlanChange{
			JobId: id, FromTechnicianId: a.technician, ToTechnicianId: b.technician, FromStart: a.start, ToStart: b.start,
		}
		same := a.technician == b.technician
		switch {
		case same && (b.technician == "" || b.behind), b.behind && was == nil:
			continue
		case a.technician == "":
			c.Kind = calloutv1.ChangeKind_CHANGE_KIND_ADDED
		case b.technician == "":
			c.Kind = calloutv1.ChangeKind_CHANGE_KIND_DROPPED
		case !same:
			c.Kind = calloutv1.ChangeKind_CHANGE_KIND_REASSIGNED
		case a.prior != b.prior && (a.prior == "" || b.prior != "" || toCome(a.prior)):
			c.Kind = calloutv1.ChangeKind_CHANGE_KIND_MOVED
		case !proto.Equal(a.start, b.start):
			c.Kind = calloutv1.ChangeKind_CHANGE_KIND_RETIMED
		default:
			continue
		}
		out = append(out, c)
	}
	return out
}
