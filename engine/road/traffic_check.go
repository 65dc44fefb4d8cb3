package road

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Bounds of rules.
const (
	maxRules  = 10_000
	maxCorner = 10_000
	minFactor = 0.05
	maxFactor = 100
)

// CheckTraffic returns all that is wrong with rules for this network, or nil: an error that wraps a *RuleError for each fault.
func (n *Network) CheckTraffic(t Traffic) error {
	if len(t.Rules) > maxRules {
		return errors.Join(&RuleError{"rules", fmt.Sprintf("%d are more than %d", len(t.Rules), maxRules)})
	}
	var c ruleCheck
	for i := range t.Rules {
		c.path = fmt.Sprintf("rules[%d].", i)
		r := &t.Rules[i]
		switch {
		case r.Closed && r.Factor != 0:
			c.add("factor", "the road is closed")
		case !r.Closed && !(r.Factor >= minFactor && r.Factor <= maxFactor):
			c.add("factor", "%v is not between %v and %v", r.Factor, minFactor, maxFactor)
		}
		c.area(r)
		c.roads(r, n)
		c.times(r)
	}
	if len(c.faults) == 0 && n.work(t) > maxWork {
		c.faults = append(c.faults, &RuleError{"rules", "their areas have too many roads and corners"})
	}
	return errors.Join(c.faults...)
}

// maxWork bounds the roads that rules look at, times the corners of their areas: some seconds.
const maxWork = 1_000_000_000

// work of customising by all rules, or more than maxWork.
func (n *Network) work(t Traffic) (work int64) {
	for i := range t.Rules {
		r := &t.Rules[i]
		corners := int64(max(1, len(r.Polygon)))
		if len(r.Ways) > 0 {
			work += int64(len(r.Ways)) * corners
			continue
		}
		n.tree.search(newArea(r).box, func(int32) { work += corners })
		if work > maxWork {
			return work
		}
	}
	return work
}

type ruleCheck struct {
	path   string
	faults []error
	known  []int64 // ways of the network, ascending
}

// RuleError is a fault of a rule.
type RuleError struct {
	Path    string // of the field, from rules on
	Message string
}

func (e *RuleError) Error() string { return e.Path + ": " + e.Message }

func (c *ruleCheck) add(field, format string, args ...any) {
	c.faults = append(c.faults, &RuleError{Path: c.path + field, Message: fmt.Sprintf(format, args...)})
}

func (c *ruleCheck) area(r *Rule) {
	if k := len(r.Polygon); k > 0 && (k < 3 || k > maxCorner) {
		c.add("polygon", "%d corners are not between 3 and %d", k, maxCorner)
	}
	for k, corner := range r.Polygon {
		if _, err := At(corner.Lat, corner.Lon); err != nil {
			c.add(fmt.Sprintf("polygon[%d]", k), "outside the world")
		}
	}
	if r.Circle == nil {
		return
	}
	if _, err := At(r.Circle.Center.Lat, r.Circle.Center.Lon); err != nil {
		c.add("circle.center", "outside the world")
	}
	if !(r.Circle.Radius > 0 && r.Circle.Radius <= 20_100_000) {
		c.add("circle.radius", "%v is not between 0 and 20,100,000", r.Circle.Radius)
	}
}

func (c *ruleCheck) roads(r *Rule, n *Network) {
	for k, name := range r.Classes {
		if _, err := ParseClass(name); err != nil {
			c.add(fmt.Sprintf("classes[%d]", k), "no class of roads %.40q", name)
		}
	}
	if len(r.Ways) > 0 && c.known == nil {
		c.known = slices.Sorted(slices.Values(n.wayID))
	}
	for k, id := range r.Ways {
		if _, ok := slices.BinarySearch(c.known, id); !ok {
			c.add(fmt.Sprintf("way_ids[%d]", k), "the network has no way %d", id)
		}
	}
}

func (c *ruleCheck) times(r *Rule) {
	dates := 0
	for _, d := range [...]struct{ field, day string }{{"from_date", r.FromDate}, {"to_date", r.ToDate}} {
		if d.day == "" {
			continue
		}
		if _, err := time.Parse(dayFormat, d.day); err != nil {
			c.add(d.field, "%.40q is no date as 2006-01-02", d.day)
			continue
		}
		dates++
	}
	if dates == 2 && r.ToDate < r.FromDate {
		c.add("to_date", "it is before from_date")
	}
	for k, h := range r.Hours {
		if h.From < 0 || h.Until > 168 || h.From >= h.Until {
			c.add(fmt.Sprintf("hours[%d]", k), "%d to %d is no range of hours of the week", h.From, h.Until)
		}
	}
}
