package wire

import (
	"cmp"
	"math"
	"slices"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// Bounds of a technician's numbers.
const (
	maxLevel      = 1000
	maxMultiplier = 100
	maxRating     = 5
	maxRadius     = 20_100_000 // metres, a little more than half way round the Earth
)

func (b *builder) readTechnicians(shifts int) {
	list := b.in.GetTechnicians()
	b.out.Technicians = make([]model.Technician, len(list))
	b.out.Shifts = make([]model.Shift, 0, shifts)
	b.ctx.shifts = make(map[shiftKey]model.ShiftIdx, shifts)
	for i, in := range list {
		b.enterAt("technicians", i)
		b.technician(&b.out.Technicians[i], in)
		costs := b.prices.shift
		if in.GetCosts() != nil {
			costs = b.rates("costs", in.GetCosts())
		}
		b.readShifts(model.TechIdx(i), in, &costs)
		b.leave()
	}
}

func (b *builder) technician(t *model.Technician, in *calloutv1.Technician) {
	t.ID = in.GetId()
	t.Skills = b.techSkills(in.GetSkills())
	t.Certificates = b.techCertificates(in.GetCertificates())
	t.Tools = numberAll(b, "tools", in.GetTools(), &b.tools)
	slices.Sort(t.Tools)
	t.Stock = b.vanStock(in.GetVanStock())
	t.Returns = b.returns(in.GetReturns())
	t.Capacity = b.capacity(in.GetVanCapacity())
	if in.GetServiceArea() != nil {
		b.enter("service_area")
		t.Area = b.area(in.GetServiceArea())
		b.leave()
	}
	below := 0.0
	if in.Rating != nil {
		below = maxRating - b.number("rating", in.GetRating(), 0, maxRating)
	}
	t.VisitCost = b.cost("rating", below*b.prices.rating, b.prices.weight[model.Rating], each)
}

func (b *builder) techSkills(list []*calloutv1.TechnicianSkill) []model.TechSkill {
	var out []model.TechSkill
	seen := make(map[string]bool, len(list))
	for i, in := range list {
		b.enterAt("skills", i)
		if b.once("skill", in.GetSkill(), seen) {
			multiplier := 1.0
			if in.DurationMultiplier != nil {
				multiplier = b.number("duration_multiplier", in.GetDurationMultiplier(), 0.001, maxMultiplier)
			}
			out = append(out, model.TechSkill{
				Skill:      b.skills.number(in.GetSkill()),
				Level:      int32(b.integer("level", int64(in.GetLevel()), 0, maxLevel)),
				Multiplier: int32(math.Round(multiplier * 1000)),
			})
		}
		b.leave()
	}
	slices.SortFunc(out, func(x, y model.TechSkill) int { return cmp.Compare(x.Skill, y.Skill) })
	return out
}

// once reports a name that is empty or was seen before.
func (b *builder) once(field, name string, seen map[string]bool) bool {
	if !b.required(field, name) {
		return false
	}
	if seen[name] {
		b.fault(field, Duplicate, "%s is listed before", quote(name))
		return false
	}
	seen[name] = true
	return true
}

func (b *builder) techCertificates(list []*calloutv1.TechnicianCertificate) []model.Certificate {
	var out []model.Certificate
	for i, in := range list {
		b.enterAt("certificates", i)
		b.ordered("valid_until", in.GetValidFrom(), in.GetValidUntil())
		if b.required("certificate", in.GetCertificate()) {
			out = append(out, model.Certificate{
				Cert:  b.certificates.number(in.GetCertificate()),
				From:  b.time(in.GetValidFrom(), up, 0),
				Until: b.time(in.GetValidUntil(), down, model.MaxTime),
			})
		}
		b.leave()
	}
	return out
}

func (b *builder) vanStock(list []*calloutv1.StockItem) []model.Quantity {
	var out []model.Quantity
	seen := make(map[string]bool, len(list))
	for i, in := range list {
		b.enterAt("van_stock", i)
		if b.once("sku", in.GetSku(), seen) {
			out = append(out, model.Quantity{
				SKU: b.skus.number(in.GetSku()), Qty: b.integer("quantity", in.GetQuantity(), 0, maxQuantity),
			})
		}
		b.leave()
	}
	slices.SortFunc(out, func(x, y model.Quantity) int { return cmp.Compare(x.SKU, y.SKU) })
	return out
}

func (b *builder) area(in *calloutv1.ServiceArea) *model.Area {
	a := new(model.Area)
	if in.GetCircle() == nil && len(in.GetPolygon()) == 0 {
		b.fault("", Required, "must have a circle or a polygon")
	}
	if c := in.GetCircle(); c != nil {
		b.enter("circle")
		if c.GetCenter() == nil {
			b.fault("center", Required, "must be set")
		}
		b.enter("center")
		a.Lat = b.number("latitude", c.GetCenter().GetLatitude(), -90, 90)
		a.Lon = b.number("longitude", c.GetCenter().GetLongitude(), -180, 180)
		b.leave()
		if a.RadiusM = b.number("radius", c.GetRadius(), 0, maxRadius); c.GetRadius() == 0 {
			b.fault("radius", Required, "must be above 0")
		}
		b.leave()
	}
	if n := len(in.GetPolygon()); n == 1 || n == 2 {
		b.fault("polygon", OutOfRange, "%d corners are fewer than 3", n)
	}
	for i, p := range in.GetPolygon() {
		b.enterAt("polygon", i)
		a.Polygon = append(a.Polygon, [2]float64{
			b.number("latitude", p.GetLatitude(), -90, 90), b.number("longitude", p.GetLongitude(), -180, 180),
		})
		b.leave()
	}
	return a
}
