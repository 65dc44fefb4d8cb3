package day

import (
	"cmp"
	"errors"
	"slices"

	"callout/solver/model"
)

// Config of a day.
type Config struct {
	Frozen    model.Duration // visits left for within that time from now stay
	Diversion bool           // whoever is on the way may be sent elsewhere once his position is known
	InTime    bool           // whoever is free leaves when it is time for his next stop, and not at once
	// Prices of changes, weighted, that times Multiplier are no more than a problem may cost: another technician, per second by which a
	// visit starts earlier or later beyond Slack, and another visit before it.
	Reassign, Moved, Resequence model.Cost
	Slack                       model.Duration
	// Lines are the straight lines that profiles' travel was made from, by profile, at the speed that Profile.Speeds multiply; nil for others.
	Lines []*model.StraightLine
	// Multiplier of change prices per job of the problem, in thousandths; nil: 1000 for all.
	Multiplier []int64
}

// Day is the state of a running day. One goroutine at a time.
type Day struct {
	cfg Config
	now model.Time

	known  *model.Problem // shifts as they were made, jobs as they are wanted
	asOf   *model.Problem // as of now
	jobs   []job
	shifts []shift
	used   int            // rows of jobs, anchors included; the rest is room
	freed  []model.JobIdx // of those, the ones of jobs that were cancelled
	left   []model.JobIdx // the same, once the changes were told
	brief  []model.JobIdx // jobs that may take no time
	places int            // locations
	byJob  map[string]model.JobIdx
	byTech map[string]model.TechIdx
	byNode map[string]model.NodeIdx
	byLoc  map[string]model.LocIdx
	seen   *memory
	sick   []bool // per technician
	van    [][]model.Quantity
	travel []travel // per profile
	shared bool     // its layers are those of another day too

	pending Change
	told    []model.Shift // as of the last changes
	broken  []Broken
	pinned  model.Cost // what being pinned adds to the price of leaving a job out
	resumed bool       // at a revision
	// resuming: facts of a revision are read.
	resuming bool

	ships bool       // parts are shipped, reserved or to come
	sent  []shipment // to nodes: under way or booked
	// brought are shipments to the sites of jobs: under way, booked, or there.
	brought map[model.JobIdx][]shipment
	serial  int64 // of shipments
	strays  []stray
	lost    []int64 // per SKU: brought to sites in vain

	leftovers [][]leftover       // per technician
	elsewhere [][]model.Quantity // per technician: picked up, as another server told, and in no fact
	returning bool               // something comes back, or may
	shiftsOf  [][]int            // per technician, in the order of their starts
}

// phase of a job.
type phase uint8

const (
	vacant   phase = iota // room for a job
	open                  // to be planned
	behind                // among the facts of a shift
	finished              // not to be planned any more: cancelled
)

// job is what the day knows of a job beside what is wanted.
type job struct {
	phase      phase
	first      bool         // the day began with it
	had        bool         // it is in the plan, or was
	shift      int32        // of the facts that it is among
	kept       *model.Kept  // but for Before
	prior      model.JobIdx // what stood before it then: a job, or an anchor for the begin of a shift
	pin        *Pin
	place      *place     // where the pin holds its sequence; nil: where it is after the event
	delayed    model.Time // its parts are there from then on
	multiplier int64      // of change prices, in thousandths
}

// Scope is what of a visit may not change.
type Scope uint8

// The scopes.
const (
	ByTechnician Scope = iota + 1
	BySequence
	ByStart
	ByAll
	ByTechnicianStart
)

// Pin holds a visit.
type Pin struct {
	Scope  Scope
	Tech   model.TechIdx
	Start  model.Time
	Origin int32 // why, as the API has it
	By     string
}

func (p *Pin) technician() bool { return p != nil && p.Scope != ByStart }
func (p *Pin) start() bool      { return p != nil && p.Scope >= ByStart }
func (p *Pin) sequence() bool   { return p != nil && (p.Scope == BySequence || p.Scope == ByAll) }

// Change says what of the problem as of now has changed since it was last asked for.
type Change struct {
	All       bool // the numbers of jobs or locations too
	Jobs      []int32
	Kept      []int32 // jobs that only have another start to keep, or another visit to stand behind
	Shifts    []int32
	Staff     []int32
	Freer     []int32 // shifts that may do more than before
	Locations []model.LocIdx
	Stock     bool
	Lots      bool    // what is reserved, to come or under way: where and when it can be had
	Travel    bool    // all of it
	Places    int     // so many there are; the rest is room
	Around    []int32 // jobs near which something happened
}

// Broken is a rule that what has happened breaks, by so many seconds.
type Broken struct {
	Shift model.ShiftIdx
	Job   model.JobIdx // -1: none
	Rule  string       // latest_end, max_work, max_drive, break
	Size  model.Duration
}

// Errors of New.
var (
	ErrMatrix = errors.New("day: a profile has no matrix")
)

// Spare room for jobs and locations when a day begins or room has run out, beside a quarter of what there is.
const (
	spareJobs   = 64
	sparePlaces = 32
)

// New begins a day. The problem is not changed and must not be from then on; its profiles have matrices, or series of them.
func New(p *model.Problem, cfg Config) (*Day, error) {
	for k := range p.Profiles {
		if p.Profiles[k].Matrix == nil && p.Profiles[k].Series == nil {
			return nil, ErrMatrix
		}
	}
	d := &Day{
		cfg: cfg, now: p.Now, seen: newMemory(), sick: make([]bool, len(p.Technicians)), shifts: make([]shift, len(p.Shifts)),
		brought: map[model.JobIdx][]shipment{},
		byJob:   map[string]model.JobIdx{}, byTech: map[string]model.TechIdx{}, byNode: map[string]model.NodeIdx{},
		byLoc: map[string]model.LocIdx{},
		used:  len(p.Shifts), places: len(p.Locations),
	}
	known := *p
	d.known = &known
	known.Jobs = make([]model.Job, len(p.Shifts), len(p.Shifts)+len(p.Jobs))
	d.jobs = make([]job, len(p.Shifts), len(p.Shifts)+len(p.Jobs))
	for j := range p.Jobs {
		multiplier := int64(1000)
		if cfg.Multiplier != nil {
			multiplier = cfg.Multiplier[j]
		}
		at := d.append(p.Jobs[j], multiplier)
		d.jobs[at].first = true
	}
	for k := range p.Technicians {
		d.byTech[p.Technicians[k].ID] = model.TechIdx(k)
		d.van = append(d.van, d.allSKUs(p.Technicians[k].Stock))
	}
	d.leftovers, d.shiftsOf = make([][]leftover, len(p.Technicians)), make([][]int, len(p.Technicians))
	d.elsewhere = make([][]model.Quantity, len(p.Technicians))
	for k := range p.Shifts {
		d.shiftsOf[p.Shifts[k].Tech] = append(d.shiftsOf[p.Shifts[k].Tech], k)
	}
	for _, list := range d.shiftsOf {
		slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(p.Shifts[a].Earliest, p.Shifts[b].Earliest) })
	}
	known.Nodes = slices.Clone(p.Nodes)
	for k := range known.Nodes {
		d.byNode[p.Nodes[k].ID] = model.NodeIdx(k)
		known.Nodes[k].Stock, known.Nodes[k].Tools = slices.Clone(p.Nodes[k].Stock), slices.Clone(p.Nodes[k].Tools)
		known.Nodes[k].Lots = numbered(p.Nodes[k].Lots, model.JobIdx(len(p.Shifts)))
		d.ships = d.ships || len(p.Nodes[k].Lots) > 0
	}
	d.ships, d.lost = d.ships || len(p.Lanes) > 0, make([]int64, len(p.SKUs))
	known.Technicians = slices.Clone(p.Technicians)
	for k := range known.Technicians {
		known.Technicians[k].Tools = slices.Clone(p.Technicians[k].Tools)
	}
	for k := range p.Locations {
		d.byLoc[p.Locations[k].ID] = model.LocIdx(k)
	}
	for k := range d.shifts {
		d.shifts[k].id, d.shifts[k].inTime = model.ShiftIdx(k), cfg.InTime
		d.shifts[k].delayed = p.Shifts[k].Earliest
	}
	d.measure()
	d.grow()
	return d, nil
}

// numbered are lots with jobs that have numbers by so much higher.
func numbered(lots []model.Lot, by model.JobIdx) []model.Lot {
	out := slices.Clone(lots)
	for k := range out {
		out[k].Jobs = slices.Clone(out[k].Jobs)
		for i, j := range out[k].Jobs {
			if j >= 0 {
				out[k].Jobs[i] = j + by
			}
		}
	}
	return out
}

// maxPools bounds how many stocks vans may have, those that are empty included.
const maxPools = 200_000

// allSKUs is a van's stock with an entry for each SKU, where that is not too many: whatever is loaded later has its place.
func (d *Day) allSKUs(stock []model.Quantity) []model.Quantity {
	n := len(d.known.SKUs)
	if n*len(d.sick) > maxPools {
		return slices.Clone(stock)
	}
	out := make([]model.Quantity, n)
	for k := range out {
		out[k].SKU = model.SKUIdx(k)
	}
	for _, q := range stock {
		out[q.SKU] = q
	}
	return out
}

// append adds a job in a row that is free, or behind those that are known.
func (d *Day) append(j model.Job, multiplier int64) model.JobIdx {
	at := model.JobIdx(d.used)
	if n := len(d.freed); n > 0 {
		at, d.freed = d.freed[n-1], d.freed[:n-1]
	} else {
		d.used++
	}
	x := job{phase: open, multiplier: multiplier}
	if int(at) < len(d.known.Jobs) {
		d.known.Jobs[at], d.jobs[at] = j, x
	} else {
		d.known.Jobs, d.jobs = append(d.known.Jobs, j), append(d.jobs, x)
	}
	d.byJob[j.ID] = at
	return at
}

// gone is the number of a job of the first problem that was cancelled: nobody may take its name again.
const gone model.JobIdx = -1

// leave lets the name of a job go that was cancelled, and its row soon.
func (d *Day) leave(j model.JobIdx) {
	if id := d.known.Jobs[j].ID; d.jobs[j].first {
		d.byJob[id] = gone
	} else {
		delete(d.byJob, id)
	}
	d.left = append(d.left, j)
}

// vacate makes room of the rows of jobs that were cancelled. Until the changes are told they stand for what was in the plan.
func (d *Day) vacate() {
	for _, j := range d.left {
		for k := range d.jobs { // where a job was cancelled, the one before it counts
			if x := &d.jobs[k]; x.prior == j {
				x.prior = d.jobs[j].prior
			}
			d.jobs[k].place = d.jobs[k].place.without(j)
		}
		d.known.Jobs[j], d.jobs[j] = model.Job{}, job{}
	}
	d.freed, d.left = append(d.freed, d.left...), d.left[:0]
}

// Now is the time of the last event.
func (d *Day) Now() model.Time { return d.now }

// Problem as of now. It changes with the day.
func (d *Day) Problem() *model.Problem { return d.asOf }

// Known is the problem of the whole day, for plans as Whole returns them. It changes with the day.
func (d *Day) Known() *model.Problem { return d.known }

// Anchor tells whether a job of the problem as of now is the anchor of a shift.
func (d *Day) Anchor(j model.JobIdx) bool { return int(j) < len(d.shifts) }

// Open tells whether a job is to be planned.
func (d *Day) Open(j model.JobIdx) bool { return d.jobs[j].phase == open }

// Had tells whether a job is in the plan, or was.
func (d *Day) Had(j model.JobIdx) bool { return d.jobs[j].had }

// Vacant tells whether a row is room for a job.
func (d *Day) Vacant(j model.JobIdx) bool { return d.jobs[j].phase == vacant }

// Fixed tells whether a job is a fact, or frozen.
func (d *Day) Fixed(j model.JobIdx) bool { return d.jobs[j].phase == behind }

// Pinned is how a job is held, or nil.
func (d *Day) Pinned(j model.JobIdx) *Pin { return d.jobs[j].pin }

// Delayed is when the part that a job waits for is there, as far as events told; before now: it is.
func (d *Day) Delayed(j model.JobIdx) model.Time { return d.jobs[j].delayed }

// Kept is where the job was when the last event came, or nil where changes have no price.
func (d *Day) Kept(j model.JobIdx) *model.Kept { return d.jobs[j].kept }

// Broken are the rules that what has happened breaks.
func (d *Day) Broken() []Broken { return d.broken }

// Changes since the last call.
func (d *Day) Changes() Change {
	c := d.pending
	c.Places = d.places
	for _, k := range c.Shifts {
		if int(k) < len(d.told) && freer(&d.told[k], &d.asOf.Shifts[k]) {
			c.Freer = append(c.Freer, k)
		}
	}
	d.told = append(d.told[:0], d.asOf.Shifts...)
	d.pending = Change{}
	d.vacate()
	for _, l := range []*[]int32{&c.Jobs, &c.Kept, &c.Shifts, &c.Staff, &c.Freer, &c.Around} {
		slices.Sort(*l)
		*l = slices.Compact(*l)
	}
	return c
}
