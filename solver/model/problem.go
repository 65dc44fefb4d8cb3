package model

// Problem is one planning request. It is immutable once built and may be read by any number of goroutines at once.
type Problem struct {
	Locations    []Location
	Profiles     []Profile
	Skills       []string // ids
	Certificates []string // ids
	Tools        []string // ids
	SKUs         []string // ids
	Sizes        []Size   // by SKU what a unit takes up in a van; those behind the last take up nothing
	// Leftovers are, by SKU, the nodes at which units land that were picked up in a running day and are not used in the end; none, and for SKUs
	// behind the last: they stay in the van, as its stock.
	Leftovers   [][]NodeIdx
	Jobs        []Job
	Technicians []Technician
	Shifts      []Shift // of all technicians, in the technicians' order
	Nodes       []Node
	Lanes       []Lane
	Tiers       []string // names of customer tiers; the first is empty (NoTier)
	Objective   Objective
	Now         Time
}

// Location is a place; coordinates are WGS 84 degrees where HasCoord.
type Location struct {
	ID       string
	Lat, Lon float64
	HasCoord bool
}

// Profile is a kind of vehicle and how it travels. Exactly one of Matrix, Series, Wide and StraightLine gives its travel; before a
// search the engine turns the last into one of the first two.
type Profile struct {
	ID           string
	Matrix       *Matrix
	Series       Series
	Wide         Wide
	StraightLine *StraightLine
	// Speeds multiply the straight line's speed by the hour; none: it is constant.
	Speeds []SpeedFactor
}

// SpeedFactor multiplies a speed from a time on: until the next one's, the first before its time too.
type SpeedFactor struct {
	From   Time
	Factor float64
}

// StraightLine travel: great-circle distance times Detour, at a constant speed in metres per second. Seconds and metres are
// both rounded up.
type StraightLine struct {
	Detour float64
	Speed  float64
}

// Matrix is travel between all pairs of the problem's locations, row-major: entry from*N+to. A duration of Unreachable or
// more means that there is no way.
type Matrix struct {
	N         int
	Durations []int32 // seconds
	Distances []int32 // metres; nil means all zero
}

// Duration is the travel time in seconds.
func (m *Matrix) Duration(from, to LocIdx) Duration {
	return Duration(m.Durations[int(from)*m.N+int(to)])
}

// Distance is the travelled distance in metres.
func (m *Matrix) Distance(from, to LocIdx) Meters {
	if m.Distances == nil {
		return 0
	}
	return Meters(m.Distances[int(from)*m.N+int(to)])
}

// Among is the same travel between some of the locations, in their order.
func (m *Matrix) Among(list []LocIdx) *Matrix {
	pick := func(all []int32) []int32 {
		out := make([]int32, 0, len(list)*len(list))
		for _, a := range list {
			row := all[int(a)*m.N : (int(a)+1)*m.N]
			for _, b := range list {
				out = append(out, row[b])
			}
		}
		return out
	}
	out := &Matrix{N: len(list), Durations: pick(m.Durations)}
	if m.Distances != nil {
		out.Distances = pick(m.Distances)
	}
	return out
}

// WindowKind says what a window means and whether it is hard.
type WindowKind uint8

const (
	Availability WindowKind = iota // hard
	Promise                        // soft
	SLA                            // soft
	Preferred                      // soft
	NumWindowKinds
)

// Binds says which instant of a visit a window binds.
type Binds uint8

const (
	BindStart Binds = iota // start of service
	BindEnd                // end of service
)

// Window is a time window of a job; Early and Late are prices per second (soft kinds only).
type Window struct {
	Kind        WindowKind
	Binds       Binds
	From, To    Time
	Early, Late Cost
}

// SkillLevel is a skill with a level; as a requirement the level is the least that will do.
type SkillLevel struct {
	Skill SkillIdx
	Level int32
}

// Quantity is a number of units of a SKU. Unlimited stands for a stock that never runs out.
type Quantity struct {
	SKU SKUIdx
	Qty int64
}

// Job is one piece of work at one place by one technician.
type Job struct {
	ID       string
	Location LocIdx
	// Service is the duration of the work before the technician's multiplier.
	Service      Duration
	Release      Time
	Windows      []Window
	AllOf, AnyOf []SkillLevel // sorted by skill, each skill once
	Certificates []CertIdx
	Tools        []ToolIdx    // sorted, each once
	Parts        []Quantity   // sorted by SKU, each once, Qty > 0
	Substitutes  []Substitute // what will do instead of Parts, sorted by Part; no SKU stands twice in Parts and here together
	Returns      []Return     // taken out of the machine, sorted by SKU, each once
	Required     []TechIdx    // empty: anyone
	Excluded     []TechIdx
	Preferred    []TechIdx // empty: no preference
	Priority     int32     // carried for reports; its price is in Unassigned
	Tier         TierIdx   // whose reservations it may use
	// Unassigned is the price of leaving the job out.
	Unassigned Cost
	// Response is the price per second from Release to the start of service.
	Response Cost
	// NotPreferred is the price of a technician outside Preferred, where there are any.
	NotPreferred Cost
	// Kept is where the job is in the plan that is followed, and what changing that costs; nil: nothing.
	Kept *Kept
	// Anywhere: no service area counts, as where somebody is already.
	Anywhere bool
	// Risk is what a visit of predicted work costs by when it starts, as the machine may have failed by then: pieces in order of time, all
	// different. Empty: nothing.
	Risk []Rise
}

// Rise is a piece of a price that depends on time: Cost, and Rate for each second since From, until the next piece begins; before the first
// piece the price is its Cost.
type Rise struct {
	From       Time
	Cost, Rate Cost
}

// Kept is a visit of a running plan.
type Kept struct {
	Tech  TechIdx
	Start Time // of the service
	Slack Duration
	// Reassign is the price of another technician, Moved that of each second by which the visit starts earlier or later than Start,
	// the first Slack of them free.
	Reassign, Moved Cost
	// Before is the job visited before it, calls left out; NoJob: none. Resequence is the price of another one while Tech does it.
	Before     JobIdx
	Resequence Cost
}

// Substitute is a SKU that serves a part of a job in place of the one that is asked for: all units of it.
type Substitute struct {
	Part  int32 // index in Job.Parts
	SKU   SKUIdx
	Price Cost // Parts term, for all units of the part together
}

// Serves is the index of the part of the job that a SKU serves, and what it costs to use that; -1 where it serves none.
func (j *Job) Serves(sku SKUIdx) (part int, price Cost) {
	for i := range j.Parts {
		if j.Parts[i].SKU == sku {
			return i, 0
		}
	}
	for i := range j.Substitutes {
		if j.Substitutes[i].SKU == sku {
			return int(j.Substitutes[i].Part), j.Substitutes[i].Price
		}
	}
	return -1, 0
}

// Options calls f with each SKU that may serve a part of the job, the ones asked for first, and the units that are needed.
func (j *Job) Options(f func(sku SKUIdx, qty int64)) {
	for _, q := range j.Parts {
		f(q.SKU, q.Qty)
	}
	for _, s := range j.Substitutes {
		f(s.SKU, j.Parts[s.Part].Qty)
	}
}

// TechSkill is what a technician can do. Multiplier stretches service times, in thousandths.
type TechSkill struct {
	Skill      SkillIdx
	Level      int32
	Multiplier int32
}

// Certificate held from From to Until, both inclusive.
type Certificate struct {
	Cert        CertIdx
	From, Until Time
}

// Technician is a person with skills, tools and a van.
type Technician struct {
	ID           string
	Skills       []TechSkill // sorted by skill, each skill once
	Certificates []Certificate
	Tools        []ToolIdx  // sorted, each once
	Stock        []Quantity // van stock at the start of the horizon, sorted by SKU, each once
	// Returns are in the van at the start of the horizon on top of Stock, to be handed in; sorted by SKU, each once, or in a running day once for each
	// set of nodes.
	Returns  []Return
	Capacity *Size // of the van; NoLimit where it has none in a measure; nil: none in any
	Area     *Area // nil: everywhere
	// VisitCost is the Rating term's price per visit.
	VisitCost Cost
}

// Break of a shift: starts in [Earliest, Latest].
type Break struct {
	ID               string
	Earliest, Latest Time
	Duration         Duration
	Paid             bool // counts as working time
}

// OvertimeTier prices the time past RegularEnd+After at Rate per second, up to where the next tier begins.
type OvertimeTier struct {
	After Duration
	Rate  Cost
}

// Shift is one working period of a technician, and so one route of the plan.
type Shift struct {
	ID         string
	Tech       TechIdx
	Profile    ProfileIdx
	Start, End LocIdx // NoLoc: open
	Earliest   Time
	RegularEnd Time
	LatestEnd  Time
	MaxWork    Duration // NoCap: none
	MaxDrive   Duration // NoCap: none
	MaxSpell   Duration // longest time without a break; NoCap: none
	Breaks     []Break  // in order, windows non-decreasing
	Fixed      Cost
	TravelRate Cost // per second driven
	DistRate   Cost // per metre
	WorkRate   Cost // per second worked
	Overtime   []OvertimeTier
}

// Interval is a closed span of time.
type Interval struct{ From, To Time }

// NodeStock is what a node has of a SKU; Price is per unit taken.
type NodeStock struct {
	SKU   SKUIdx
	Qty   int64
	Price Cost
}

// NodeTool is how many of a tool a node has to lend.
type NodeTool struct {
	Tool ToolIdx
	Qty  int64
}

// Node is a stocking node: depot, branch, locker, where parts and tools are picked up.
type Node struct {
	ID       string
	Location LocIdx
	Open     []Interval // sorted, disjoint; empty: always
	Handling Duration
	Fixed    Cost        // Parts term, per pick-up stop
	Stock    []NodeStock // sorted by SKU, each once
	Lots     []Lot       // what there is besides: to come, or reserved
	Tools    []NodeTool  // sorted by tool, each once
}

// StockOf is what the node has of a SKU, with its unit price.
func (n *Node) StockOf(sku SKUIdx) (qty int64, price Cost) {
	for _, s := range n.Stock {
		if s.SKU == sku {
			return s.Qty, s.Price
		}
	}
	return 0, 0
}

// ToolsOf is how many of a tool the node has to lend.
func (n *Node) ToolsOf(tool ToolIdx) int64 {
	for _, t := range n.Tools {
		if t.Tool == tool {
			return t.Qty
		}
	}
	return 0
}
