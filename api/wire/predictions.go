package wire

import (
	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// maxRiskPoints is how many points the curve of a risk has at most.
const maxRiskPoints = 100

// prediction reads what a failure before the visit of a job costs, and returns what it costs at last.
func (b *builder) prediction(j *model.Job, in *calloutv1.Prediction) float64 {
	b.enter("prediction")
	defer b.leave()
	price := b.price("failure_cost", in.GetFailureCost())
	if in.GetFailureCost() == 0 {
		b.fault("failure_cost", Required, "must be set")
	}
	if len(in.GetRisk()) == 0 {
		b.fault("risk", Required, "must have a point")
	}
	c := curve{}
	var last float64 // probability
	var from int64
	began := false // at from
	for i, p := range in.GetRisk() {
		b.enterAt("risk", i)
		sec, ok := instant(p.GetTime(), down)
		switch {
		case p.GetTime() == nil:
			b.fault("time", Required, "must be set")
		case ok && began && sec <= from:
			b.fault("time", RiskOrder, "%s is not behind the point before, %s", date(sec), date(from))
		}
		if p.GetProbability() < last {
			b.fault("probability", RiskOrder, "%g is less than %g at the point before", p.GetProbability(), last)
		}
		last = max(last, b.number("probability", p.GetProbability(), 0, 1))
		if ok && (!began || sec > from) {
			c.to(sec-b.epoch, b.cost("probability", price*last, b.prices.weight[model.Risk], each))
			from, began = sec, true
		}
		b.leave()
	}
	j.Risk = c.pieces
	return price * last
}

// curve is a price that rises in straight lines from point to point, in whole millionths.
type curve struct {
	pieces []model.Rise // the last one level, and from second 0 on at least
	begun  bool
	at     model.Time // of the last point
	cost   model.Cost
}

// to adds a point, behind the others and no lower. A price rises by whole millionths each second: first by what the line rises rounded
// down, then, for as many seconds as that leaves millionths over, by one more. So it meets each point.
func (c *curve) to(at model.Time, cost model.Cost) {
	if c.begun {
		rise, length := cost-c.cost, at-c.at
		rate, over := rise/length, rise%length
		c.add(c.at, c.cost, rate)
		if over > 0 {
			c.add(at-over, cost-over*(rate+1), rate+1)
		}
	} else {
		c.add(0, cost, 0)
	}
	c.add(at, cost, 0)
	c.begun, c.at, c.cost = true, at, cost
}

// add a piece that begins where the last one ends; what of it lies before second 0 or behind all times is left out.
func (c *curve) add(from model.Time, cost, rate model.Cost) {
	if from > model.MaxTime {
		return
	}
	if from < 0 {
		from, cost = 0, cost-rate*from
	}
	for n := len(c.pieces); n > 0 && c.pieces[n-1].From >= from; n-- {
		c.pieces = c.pieces[:n-1]
	}
	if n := len(c.pieces); n > 0 && c.pieces[n-1].Rate == rate {
		return
	}
	c.pieces = append(c.pieces, model.Rise{From: from, Cost: cost, Rate: rate})
}
