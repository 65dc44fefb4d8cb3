package wire

import (
	"cmp"
	"slices"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

func (b *builder) readJobs() {
	list := b.in.GetJobs()
	b.out.Jobs = make([]model.Job, len(list))
	b.ctx.multipliers = make([]int64, len(list))
	for i, in := range list {
		b.enterAt("jobs", i)
		b.job(&b.out.Jobs[i], in)
		b.ctx.multipliers[i] = multiplier(b.reader, in)
		b.leave()
	}
	b.needJobPositions()
}

func (b *builder) job(j *model.Job, in *calloutv1.Job) {
	p := &b.prices
	j.ID = in.GetId()
	j.Location = refer(b, "location_id", in.GetLocationId(), "location", b.locations)
	j.Service = b.duration("service_duration", in.GetServiceDuration(), up, seconds(b.lim.Horizon))
	j.Release = b.uncut(in.GetReleaseTime(), up, b.now)
	j.Windows = b.windows(in.GetWindows())
	b.enter("skills")
	j.AllOf = b.skillLevels("all_of", in.GetSkills().GetAllOf())
	j.AnyOf = b.skillLevels("any_of", in.GetSkills().GetAnyOf())
	b.leave()
	j.Certificates = numberAll(b, "certificates", in.GetCertificates(), &b.certificates)
	j.Tools = numberAll(b, "tools", in.GetTools(), &b.tools)
	slices.Sort(j.Tools)
	b.parts(j, in.GetParts())
	j.Returns = b.returns(in.GetReturns())
	j.Required = b.staff("required_technician_ids", in.GetRequiredTechnicianIds())
	j.Excluded = b.staff("excluded_technician_ids", in.GetExcludedTechnicianIds())
	j.Preferred = b.staff("preferred_technician_ids", in.GetPreferredTechnicianIds())
	j.Priority = int32(b.integer("priority", int64(in.GetPriority()), 0, maxPriority))
	if n := b.integer("technicians_needed", int64(in.GetTechniciansNeeded()), 0, maxQuantity); n > 1 {
		b.fault("technicians_needed", Unsupported, "more than one technician is not supported by this version")
	}
	j.Tier = b.tiers.number(in.GetCustomerTier())
	leftOut, response := p.leftOut(j.Priority, in.GetCustomerTier()), p.response
	j.Risk = nil
	if in.GetPrediction() != nil {
		leftOut, response = b.prediction(j, in.GetPrediction()), 0 // nobody waits
	}
	j.Unassigned = b.cost("unassigned_cost", b.priceOr("unassigned_cost", in.UnassignedCost, leftOut), p.weight[model.Unassigned], each)
	j.Response = b.cost("response_cost_per_hour",
		b.priceOr("response_cost_per_hour", in.ResponseCostPerHour, response), p.weight[model.ResponseTime], perHour)
	j.NotPreferred = b.cost("not_preferred_cost",
		b.priceOr("not_preferred_cost", in.NotPreferredCost, p.notPreferred), p.weight[model.Preference], each)
}

// windowKind is the model's kind; false for one that does not exist.
func windowKind(k calloutv1.WindowKind) (model.WindowKind, bool) {
	switch k {
	case calloutv1.WindowKind_WINDOW_KIND_UNSPECIFIED, calloutv1.WindowKind_WINDOW_KIND_AVAILABILITY:
		return model.Availability, true
	case calloutv1.WindowKind_WINDOW_KIND_PROMISE:
		return model.Promise, true
	case calloutv1.WindowKind_WINDOW_KIND_SLA:
		return model.SLA, true
	case calloutv1.WindowKind_WINDOW_KIND_PREFERRED:
		return model.Preferred, true
	}
	return 0, false
}

func (b *builder) windows(list []*calloutv1.TimeWindow) []model.Window {
	var out []model.Window
	for i, in := range list {
		b.enterAt("windows", i)
		kind, _ := windowKind(in.GetKind()) // an unknown one was reported before
		w := model.Window{Kind: kind, To: b.uncut(in.GetEnd(), down, model.MaxTime)}
		w.From = min(max(0, b.time(in.GetStart(), up, 0)), w.To)
		if in.GetBinds() == calloutv1.WindowBinds_WINDOW_BINDS_SERVICE_END {
			w.Binds = model.BindEnd
		}
		if in.GetStart() == nil && in.GetEnd() == nil {
			b.fault("", Required, "must have a start or an end")
		}
		b.ordered("end", in.GetStart(), in.GetEnd())
		if kind == model.Availability {
			b.unpriced("cost_per_hour_early", in.CostPerHourEarly)
			b.unpriced("cost_per_hour_late", in.CostPerHourLate)
		} else {
			weight, price := b.prices.weight[model.Lateness], b.prices.windows[kind]
			w.Early = b.cost("cost_per_hour_early",
				b.priceOr("cost_per_hour_early", in.CostPerHourEarly, price.early), weight, perHour)
			w.Late = b.cost("cost_per_hour_late",
				b.priceOr("cost_per_hour_late", in.CostPerHourLate, price.late), weight, perHour)
		}
		out = append(out, w)
		b.leave()
	}
	return out
}

// unpriced reports a price on a hard window.
func (b *builder) unpriced(field string, price *float64) {
	if price != nil {
		b.fault(field, Conflict, "a window of kind AVAILABILITY is hard and has no price")
	}
}

func (b *builder) skillLevels(field string, list []*calloutv1.SkillRequirement) []model.SkillLevel {
	var out []model.SkillLevel
	seen := make(map[string]bool, len(list))
	for i, in := range list {
		b.enterAt(field, i)
		if b.once("skill", in.GetSkill(), seen) {
			out = append(out, model.SkillLevel{
				Skill: b.skills.number(in.GetSkill()), Level: int32(b.integer("min_level", int64(in.GetMinLevel()), 0, maxLevel)),
			})
		}
		b.leave()
	}
	slices.SortFunc(out, func(x, y model.SkillLevel) int { return cmp.Compare(x.Skill, y.Skill) })
	return out
}

// parts that a job needs, and what will do instead.
func (b *builder) parts(j *model.Job, list []*calloutv1.PartRequirement) {
	type need struct {
		model.Quantity

		others []model.Substitute
	}
	var out []need
	seen := make(map[string]bool, len(list))
	for i, in := range list {
		b.enterAt("parts", i)
		q := model.Quantity{Qty: b.integer("quantity", in.GetQuantity(), 1, maxQuantity)}
		known := b.once("sku", in.GetSku(), seen)
		others := b.substitutes(in, q.Qty, seen)
		if known {
			q.SKU = b.skus.number(in.GetSku())
			out = append(out, need{q, others})
		}
		b.leave()
	}
	slices.SortFunc(out, func(x, y need) int { return cmp.Compare(x.SKU, y.SKU) })
	j.Parts, j.Substitutes = nil, nil
	for i, n := range out {
		j.Parts = append(j.Parts, n.Quantity)
		for _, o := range n.others {
			o.Part = int32(i)
			j.Substitutes = append(j.Substitutes, o)
		}
	}
}

// substitutes of a part; seen are the SKUs of the job so far.
func (b *builder) substitutes(in *calloutv1.PartRequirement, qty int64, seen map[string]bool) []model.Substitute {
	var out []model.Substitute
	for i, sku := range in.GetSubstituteSkus() {
		if b.once(element("substitute_skus", i), sku, seen) {
			out = append(out, model.Substitute{SKU: b.skus.number(sku)})
		}
	}
	for i, s := range in.GetSubstitutes() {
		b.enterAt("substitutes", i)
		price := b.cost("cost_per_unit", b.price("cost_per_unit", s.GetCostPerUnit())*float64(qty), b.prices.weight[model.Parts], each)
		if b.once("sku", s.GetSku(), seen) {
			out = append(out, model.Substitute{SKU: b.skus.number(s.GetSku()), Price: price})
		}
		b.leave()
	}
	return out
}

// staff is a list of technicians, each once.
func (b *builder) staff(field string, ids []string) []model.TechIdx {
	var out []model.TechIdx
	for i, id := range ids {
		t, known := b.technicians[id]
		switch {
		case !known:
			b.fault(element(field, i), UnknownID, "there is no technician %s", quote(id))
		default:
			out = append(out, t)
		}
	}
	slices.Sort(out)
	if n := len(out); n != len(slices.Compact(out)) {
		b.fault(field, Duplicate, "a technician is listed twice")
	}
	return out
}

// needJobPositions reports the places of jobs without a position where a technician's area depends on it.
func (b *builder) needJobPositions() {
	area := func(t model.Technician) bool { return t.Area != nil }
	if b.straight || !slices.ContainsFunc(b.out.Technicians, area) { // the former was checked with the profiles
		return
	}
	reported := make([]bool, len(b.out.Locations))
	for k := range b.out.Jobs {
		l := b.out.Jobs[k].Location
		if int(l) < len(reported) && !reported[l] && !b.out.Locations[l].HasCoord {
			reported[l] = true
			b.needPosition(l, "a job is there, and technicians have service areas")
		}
	}
}
