package model

// Term is one named part of the objective.
type Term uint8

// The terms of the objective; the package comment defines each.
const (
	Travel Term = iota
	Distance
	WorkingTime
	Overtime
	Fixed
	Lateness
	ResponseTime
	SkillSurplus
	Rating
	Preference
	Balance
	Parts
	Unassigned
	PlanChange
	Risk
	NumTerms
)

var termNames = [NumTerms]string{
	"travel", "distance", "working_time", "overtime", "fixed", "lateness", "response_time", "skill_surplus", "rating",
	"preference", "balance", "parts", "unassigned", "plan_change", "risk",
}

func (t Term) String() string {
	if t < NumTerms {
		return termNames[t]
	}
	return "unknown"
}

// MaxTiers is the number of strict tiers an objective may have.
const MaxTiers = 3

// TierScale is how much more a cost of one tier counts than the same cost of the next one where a search needs a single
// number for guidance; plans are always compared exactly, by Vec. Wherever a problem enters, the sum of all costs, each times
// TierScale per tier that follows its own, must stay below 2^60. What holds anchors and pins in a running day is as much again at most.
const TierScale = 1000

// Objective holds what the prices of jobs, technicians and shifts do not say already.
type Objective struct {
	// Tier of each term; 0 is the first and most important. All zero: one weighted sum.
	Tier [NumTerms]uint8
	// SurplusPerLevel is the SkillSurplus price per level and visit.
	SurplusPerLevel Cost
	// Balance is the price per hour squared of a used shift's working time.
	Balance Cost
}

// Terms is the cost per term.
type Terms [NumTerms]Cost

// Add adds o to t.
func (t *Terms) Add(o *Terms) {
	for k := range t {
		t[k] += o[k]
	}
}

// Sub takes o from t.
func (t *Terms) Sub(o *Terms) {
	for k := range t {
		t[k] -= o[k]
	}
}

// Total is the sum over all terms, whatever their tier.
func (t *Terms) Total() Cost {
	var s Cost
	for _, c := range t {
		s += c
	}
	return s
}

// Vec is a cost per tier, the first the most important. Plans are compared by Less, tier by tier.
type Vec [MaxTiers]Cost

// Vec sums the terms by tier.
func (o *Objective) Vec(t *Terms) Vec {
	var v Vec
	for k, c := range t {
		v[o.Tier[k]] += c
	}
	return v
}

// Less tells whether v is strictly better than w.
func (v Vec) Less(w Vec) bool {
	for k := range v {
		if v[k] != w[k] {
			return v[k] < w[k]
		}
	}
	return false
}
