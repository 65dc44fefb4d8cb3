package wire

import (
	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// prices are the numbers of an objective, in currency units and hours, before weights.
type prices struct {
	weight       [model.NumTerms]float64
	tier         [model.NumTerms]uint8
	surplus      float64
	rating       float64
	balance      float64
	notPreferred float64
	response     float64                      // per hour
	windows      [model.NumWindowKinds]window // of the soft kinds
	unassigned   []unassignedPrice            // by increasing priority
	tiers        map[string]float64           // factors of customer tiers
	shift        rates                        // of shifts without costs
}

// window is what missing a soft window costs per hour.
type window struct{ early, late float64 }

// unassignedPrice is for jobs of at least a priority.
type unassignedPrice struct {
	priority int32
	cost     float64
}

// defaultShiftCosts are the shifts' costs where a request has none.
var defaultShiftCosts = &calloutv1.ShiftCosts{
	CostPerHourWorked: 35,
	CostPerKilometre:  0.30,
	Overtime:          []*calloutv1.OvertimeTier{{CostPerHour: 20}},
}

// preset gives the numbers that the documentation of Preset lists.
func preset(kind calloutv1.Preset) prices {
	p := prices{
		notPreferred: 15,
		unassigned:   []unassignedPrice{{0, 200}, {25, 400}, {50, 800}, {75, 2000}, {100, 5000}},
	}
	p.windows[model.Promise] = window{30, 60}
	p.windows[model.SLA] = window{0, 100}
	p.windows[model.Preferred] = window{5, 5}
	for k := range p.weight {
		p.weight[k] = 1
	}
	switch kind {
	case calloutv1.Preset_PRESET_RESPONSE_FIRST:
		for k := range p.tier {
			p.tier[k] = 1
		}
		p.tier[model.Unassigned], p.tier[model.ResponseTime], p.tier[model.Lateness] = 0, 0, 0
		p.weight[model.Unassigned] = 10
		p.response = 10
	case calloutv1.Preset_PRESET_COST_FIRST:
		p.weight[model.Lateness], p.weight[model.Preference] = 0.5, 0.5
	case calloutv1.Preset_PRESET_UNSPECIFIED, calloutv1.Preset_PRESET_BALANCED:
		p.surplus, p.rating, p.balance = 2, 2, 0.1
	}
	return p
}

// leftOut is the price of leaving a job out that has none of its own.
func (p *prices) leftOut(priority int32, customerTier string) float64 {
	cost := 0.0
	for _, u := range p.unassigned {
		if u.priority > priority {
			break
		}
		cost = u.cost
	}
	if factor, named := p.tiers[customerTier]; named {
		cost *= factor
	}
	return cost
}
