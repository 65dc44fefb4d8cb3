package wire

import (
	"cmp"
	"slices"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// maxWeight bounds weights and factors.
const maxWeight = 1e6

// maxPriority of a job.
const maxPriority = 100

// maxBalance keeps the balance of the longest possible route below 2^63, and so its computation free of overflow.
const maxBalance model.Cost = 1 << 29

// objective takes the preset and puts what the request says in its place.
func (b *builder) objective() {
	in := b.in.GetObjective()
	if in == nil {
		in = new(calloutv1.Objective)
	}
	b.enter("objective")
	defer b.leave()
	b.prices = preset(in.GetPreset())
	p := &b.prices
	b.terms(in.GetTerms())
	p.surplus = b.priceOr("skill_surplus_cost", in.SkillSurplusCost, p.surplus)
	p.rating = b.priceOr("rating_cost", in.RatingCost, p.rating)
	p.balance = b.priceOr("balance_cost", in.BalanceCost, p.balance)
	p.notPreferred = b.priceOr("not_preferred_cost", in.NotPreferredCost, p.notPreferred)
	p.response = b.priceOr("response_cost_per_hour", in.ResponseCostPerHour, p.response)
	b.windowCosts(in.GetWindowCosts())
	b.unassignedCosts(in.GetUnassignedCosts())
	b.customerTiers(in.GetCustomerTiers())

	costs := in.GetDefaultCosts()
	if costs == nil {
		costs = defaultShiftCosts
	}
	p.shift = b.rates("default_costs", costs)
	o := &b.out.Objective
	o.Tier = p.tier
	o.SurplusPerLevel = b.cost("skill_surplus_cost", p.surplus, p.weight[model.SkillSurplus], each)
	o.Balance = b.cost("balance_cost", p.balance, p.weight[model.Balance], each)
	if o.Balance > maxBalance {
		b.fault("balance_cost", CostOverflow, "%g times a weight of %g is more than %g",
			p.balance, p.weight[model.Balance], float64(maxBalance)/micro)
	}
}

// termOf is the model's term, or false for what is none.
func termOf(t calloutv1.Term) (model.Term, bool) {
	if t < calloutv1.Term_TERM_TRAVEL || t > calloutv1.Term_TERM_RISK {
		return 0, false
	}
	return model.Term(t - calloutv1.Term_TERM_TRAVEL), true
}

func protoTerm(t model.Term) calloutv1.Term { return calloutv1.Term(t) + calloutv1.Term_TERM_TRAVEL }

func (b *builder) terms(list []*calloutv1.TermWeight) {
	var seen [model.NumTerms]bool
	for i, w := range list {
		b.enterAt("terms", i)
		term, ok := termOf(w.GetTerm())
		switch {
		case w.GetTerm() == calloutv1.Term_TERM_UNSPECIFIED:
			b.fault("term", Required, "must be set")
		case !ok: // reported before
		case seen[term]:
			b.fault("term", Duplicate, "%s is listed before", w.GetTerm())
		default:
			seen[term] = true
			if w.Weight != nil {
				b.prices.weight[term] = b.number("weight", w.GetWeight(), 0, maxWeight)
			}
			if w.GetTier() != 0 {
				b.prices.tier[term] = uint8(b.integer("tier", int64(w.GetTier()), 1, model.MaxTiers) - 1)
			}
		}
		b.leave()
	}
}

func (b *builder) windowCosts(list []*calloutv1.WindowCost) {
	var seen [model.NumWindowKinds]bool
	for i, w := range list {
		b.enterAt("window_costs", i)
		kind, ok := windowKind(w.GetKind())
		switch {
		case !ok: // reported before
		case kind == model.Availability:
			b.fault("kind", OutOfRange, "only soft windows have a price")
		case seen[kind]:
			b.fault("kind", Duplicate, "%s is listed before", w.GetKind())
		default:
			seen[kind] = true
			price := &b.prices.windows[kind]
			price.early = b.priceOr("cost_per_hour_early", w.CostPerHourEarly, price.early)
			price.late = b.priceOr("cost_per_hour_late", w.CostPerHourLate, price.late)
		}
		b.leave()
	}
}

func (b *builder) unassignedCosts(list []*calloutv1.UnassignedCost) {
	if len(list) == 0 {
		return
	}
	table := make([]unassignedPrice, 0, len(list))
	seen := make(map[int32]bool, len(list))
	for i, u := range list {
		b.enterAt("unassigned_costs", i)
		if seen[u.GetPriority()] {
			b.fault("priority", Duplicate, "%d is listed before", u.GetPriority())
		}
		seen[u.GetPriority()] = true
		table = append(table, unassignedPrice{
			priority: int32(b.integer("priority", int64(u.GetPriority()), 0, maxPriority)),
			cost:     b.price("cost", u.GetCost()),
		})
		b.leave()
	}
	slices.SortFunc(table, func(x, y unassignedPrice) int { return cmp.Compare(x.priority, y.priority) })
	b.prices.unassigned = table
}

func (b *builder) customerTiers(list []*calloutv1.CustomerTier) {
	b.prices.tiers = make(map[string]float64, len(list))
	for i, t := range list {
		b.enterAt("customer_tiers", i)
		if b.required("customer_tier", t.GetCustomerTier()) {
			if _, twice := b.prices.tiers[t.GetCustomerTier()]; twice {
				b.fault("customer_tier", Duplicate, "%s is listed before", quote(t.GetCustomerTier()))
			}
			b.prices.tiers[t.GetCustomerTier()] = b.number("factor", t.GetFactor(), 0, maxWeight)
		}
		b.leave()
	}
}
