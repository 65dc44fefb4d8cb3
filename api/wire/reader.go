package wire

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"callout/solver/model"
)

// maxPrice bounds every price of a request, in currency units.
const maxPrice = 1e9

// maxQuantity bounds numbers of parts and tools.
const maxQuantity = 1_000_000_000

// micro is a currency unit in model.Cost.
const micro = 1e6

// reader collects the faults of a request. It keeps the path of the message at hand, so that paths are spelt out only for
// faults.
type reader struct {
	lim    Limits
	path   []step
	faults []Fault
	more   int  // faults not kept
	broken bool // too damaged or too large to convert
}

// step of a path: a field, or one element of it (index >= 0).
type step struct {
	field string
	index int
}

// newReader reads the message in a field of a request, or with no field the request itself.
func newReader(lim Limits, field string) *reader {
	r := &reader{lim: lim}
	if field != "" {
		r.enter(field)
	}
	return r
}

func (r *reader) enter(field string)              { r.path = append(r.path, step{field, -1}) }
func (r *reader) enterAt(field string, index int) { r.path = append(r.path, step{field, index}) }
func (r *reader) leave()                          { r.path = r.path[:len(r.path)-1] }

// where spells out the path of a field of the message at hand, or of the message itself where the field is empty.
func (r *reader) where(field string) string {
	var b strings.Builder
	for k, s := range r.path {
		if k > 0 {
			b.WriteByte('.')
		}
		b.WriteString(s.field)
		if s.index >= 0 {
			b.WriteByte('[')
			b.WriteString(strconv.Itoa(s.index))
			b.WriteByte(']')
		}
	}
	if field != "" {
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(field)
	}
	return b.String()
}

// fault records what is wrong with a field of the message at hand.
func (r *reader) fault(field, code, format string, args ...any) {
	if len(r.faults) >= maxFaults {
		r.more++
		return
	}
	r.faultAt(r.where(field), code, format, args...)
}

// faultAt records what is wrong with the field at a path.
func (r *reader) faultAt(path, code, format string, args ...any) {
	if len(r.faults) >= maxFaults {
		r.more++
		return
	}
	r.faults = append(r.faults, Fault{Path: path, Code: code, Message: fmt.Sprintf(format, args...)})
}

// faultAs records a fault that was found elsewhere.
func (r *reader) faultAs(f Fault) {
	if len(r.faults) >= maxFaults {
		r.more++
		return
	}
	r.faults = append(r.faults, f)
}

// element names an element of a repeated field that is no message.
func element(field string, index int) string { return field + "[" + strconv.Itoa(index) + "]" }

// quote shows a string of the request in a message.
func quote(s string) string { return strconv.Quote(clip(s, 64)) }

func (r *reader) done() Faults { return closed(r.faults, r.more) }

func (r *reader) ok() bool { return len(r.faults) == 0 }

// required reports an empty string.
func (r *reader) required(field, s string) bool {
	if s == "" {
		r.fault(field, Required, "must be set")
	}
	return s != ""
}

// number within [lo, hi]. What is not finite was reported before.
func (r *reader) number(field string, v, lo, hi float64) float64 {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return lo
	case v < lo || v > hi:
		r.fault(field, OutOfRange, "%g is not within %g to %g", v, lo, hi)
		return lo
	}
	return v
}

// integer within [lo, hi].
func (r *reader) integer(field string, v, lo, hi int64) int64 {
	if v < lo || v > hi {
		r.fault(field, OutOfRange, "%d is not within %d to %d", v, lo, hi)
		return lo
	}
	return v
}

// price in currency units.
func (r *reader) price(field string, v float64) float64 { return r.number(field, v, 0, maxPrice) }

// optional price: that of the field, or the default.
func (r *reader) priceOr(field string, v *float64, absent float64) float64 {
	if v == nil {
		return absent
	}
	return r.price(field, *v)
}

// What a price is per, for cost.
const (
	each     = 1
	perHour  = 3600 // seconds
	perKilo  = 1000 // metres
	maxCosts = 1 << 60
)

// cost of a price times a weight, per second, metre or piece; rounded to nearest.
func (r *reader) cost(field string, price, weight, per float64) model.Cost {
	c := math.Round(price * weight * micro / per)
	if c >= maxCosts {
		r.fault(field, CostOverflow, "%g times a weight of %g is too high", price, weight)
		return 0
	}
	return model.Cost(c)
}

// rounding to whole seconds.
type rounding bool

const (
	down rounding = false
	up   rounding = true
)

// whole seconds of seconds and nanoseconds, the latter not negative.
func whole(s int64, nanos int32, to rounding) int64 {
	if nanos > 0 && to == up {
		return s + 1
	}
	return s
}

// duration in whole seconds, at most limit; 0 where absent.
func (r *reader) duration(field string, d *durationpb.Duration, to rounding, limit int64) model.Duration {
	if d == nil || d.CheckValid() != nil {
		return 0
	}
	if d.GetSeconds() < 0 || d.GetNanos() < 0 {
		r.fault(field, OutOfRange, "%v is negative", d.AsDuration())
		return 0
	}
	s := whole(d.GetSeconds(), d.GetNanos(), to)
	if s > limit {
		r.fault(field, OutOfRange, "%d s are more than %v", s, time.Duration(limit)*time.Second)
		return 0
	}
	return s
}

// limitedBy is a duration's cap; absent means that there is none.
func (r *reader) limitedBy(field string, d *durationpb.Duration) model.Duration {
	if d == nil {
		return model.NoCap
	}
	if d.GetSeconds() > model.MaxTime {
		return model.NoCap
	}
	return r.duration(field, d, down, model.MaxTime)
}
