package engine

import "time"

// The order of turns.
//
//   - Among tenants, the one that has had the least work goes first (start-time fair queueing, Goyal, Vin and Cheng 1997,
//     doi 10.1109/90.649569, with one weight for all); among the requests of one tenant, the first come. Work is searchers times
//     time: a grant is charged what the request is thought to take, and corrected when it is over. Whoever comes back after a
//     pause is not owed for it: it starts where those at work are.
//   - Every oldestEvery-th grant goes to the request that came first, whoever's it is: fairness alone would let tenants that have
//     just been made up pass by without end. It is rare enough not to distort the shares where requests are of different length.
//   - Turns are decided when a slot is free. A request whose turn has come keeps it until as many are free as it needs, and nobody
//     overtakes it in the meantime.
//   - Small requests have, besides, slots of their own, by the same order among themselves.
//   - A request is passed over while its tenant has as many searchers at work as it may.
//
// So nobody starves whose tenant's quota lets it run. A request with m older ones sees at most oldestEvery·(m+1) grants up to its own, as every
// oldestEvery-th of them takes away the oldest; m is less than the length of the queue, and each grant comes as soon as running
// requests end. A small request with m older small ones waits for oldestEvery·(m+1) small ones at most, which hold an express
// slot for a short and certain time each, however long the others take.
type turns struct {
	quota   int // searchers of one tenant
	tenants map[string]*tenant
	now     time.Duration // virtual: the least work of a tenant that waited at the last grant
	grants  [2]int        // ordinary, express
	held    *Ticket       // whose turn it is, and who waits for enough slots
}

const (
	oldestEvery = 16
	manyTenants = 1024 // from so many on, those with nothing at stake are forgotten
)

// tenant is a share of the processors.
type tenant struct {
	work    time.Duration // searchers times time that it has had, virtual
	running int           // searchers at work, and native solves left behind
	waiting int           // requests
}

func newTurns(quota int) turns { return turns{quota: quota, tenants: make(map[string]*tenant)} }

func (q *turns) joined(t *Ticket) { q.enter(t.Tenant).waiting++ }

// enter returns the tenant of a name, who is not owed for a pause.
func (q *turns) enter(name string) *tenant {
	x := q.tenants[name]
	if x == nil {
		if len(q.tenants) >= manyTenants {
			q.forget()
		}
		x = new(tenant)
		q.tenants[name] = x
	}
	if x.waiting == 0 && x.running == 0 {
		x.work = max(x.work, q.now)
	}
	return x
}

// withdrew is called for a ticket that was not granted.
func (q *turns) withdrew(t *Ticket) {
	if q.held == t {
		q.held = nil
	}
	x := q.tenants[t.Tenant]
	x.waiting--
	if x.waiting == 0 && x.running == 0 && x.work <= q.now {
		delete(q.tenants, t.Tenant)
	}
}

// granted is called with those that wait, t among them.
func (q *turns) granted(t *Ticket, waiting []*Ticket) {
	if q.held == t {
		q.held = nil
	}
	x := q.tenants[t.Tenant]
	x.waiting--
	x.running += t.Workers
	least := x.work
	for _, other := range waiting {
		least = min(least, q.tenants[other.Tenant].work)
	}
	q.now = max(q.now, least)
	x.work += t.Length * time.Duration(t.Workers)
	q.grants[lane(t.express)]++
}

func (q *turns) released(t *Ticket, took time.Duration) {
	q.ended(t, t.Workers, (took-t.Length)*time.Duration(t.Workers))
}

// lingered is told of native solves left behind: how long they have taken since the last change, and the change.
func (q *turns) lingered(t *Ticket, took time.Duration, change int) { q.ended(t, -change, took) }

// ended corrects what a tenant has at work and has had, and forgets it where nothing is at stake.
func (q *turns) ended(t *Ticket, workers int, work time.Duration) {
	x := q.tenants[t.Tenant]
	x.running -= workers
	x.work += work
	if x.waiting == 0 && x.running == 0 && x.work <= q.now {
		delete(q.tenants, t.Tenant)
	}
}

// waiting is how many requests of a tenant wait.
func (q *turns) waiting(name string) int {
	if x := q.tenants[name]; x != nil {
		return x.waiting
	}
	return 0
}

// forget lets go of tenants that neither run nor wait: names are the clients' choice, and must not fill the memory. Such a tenant
// starts anew, which is at most what one with another name would do.
func (q *turns) forget() {
	for name, x := range q.tenants {
		if x.waiting == 0 && x.running == 0 {
			delete(q.tenants, name)
		}
	}
}

// next is whose turn it is for an ordinary slot, or nil.
func (q *turns) next(waiting []*Ticket) *Ticket {
	if q.held == nil {
		q.held = q.pick(waiting, lane(false), func(*Ticket) bool { return true })
	}
	return q.held
}

// nextSmall is whose turn it is for the free express slots, or nil. Where there are too few for whoever comes first, it holds
// them free.
func (q *turns) nextSmall(waiting []*Ticket, free int) *Ticket {
	if t := q.pick(waiting, lane(true), func(t *Ticket) bool { return t.Small }); t != nil && t.Workers <= free {
		return t
	}
	return nil
}

func (q *turns) pick(waiting []*Ticket, lane int, want func(*Ticket) bool) *Ticket {
	oldest := q.grants[lane]%oldestEvery == oldestEvery-1
	var best *Ticket
	for _, t := range waiting {
		if !want(t) || !q.mayRun(t) {
			continue
		}
		if best == nil || q.tenants[t.Tenant].work < q.tenants[best.Tenant].work {
			best = t
		}
		if oldest {
			break
		}
	}
	return best
}

// mayRun tells whether a ticket's tenant may have that many searchers more at work, besides those of a ticket whose turn it is.
func (q *turns) mayRun(t *Ticket) bool {
	left := q.quota - q.tenants[t.Tenant].running
	if q.held != nil && q.held != t && q.held.Tenant == t.Tenant {
		left -= q.held.Workers
	}
	return t.Workers <= left
}

func lane(express bool) int {
	if express {
		return 1
	}
	return 0
}
