package digest

import (
	"fmt"
	"time"

	calloutv1 "callout/api/callout/v1"
)

// Window of a job, as far as it matters to a customer: availability, promise or contract.
type Window struct {
	Kind     string
	Hard     bool
	Wish     bool      // only preferred
	Ends     bool      // it binds the end of service
	From, To time.Time // zero: open
}

// windows are the windows of a visit's job, and which of the promised or agreed ones it misses.
func windows(s *Stop) (all []Window, miss string) {
	missed := map[calloutv1.WindowKind]time.Duration{} // by the nearest window of the kind; negative: early
	for _, w := range s.Job.GetWindows() {
		kind := w.GetKind()
		if kind == calloutv1.WindowKind_WINDOW_KIND_UNSPECIFIED {
			kind = calloutv1.WindowKind_WINDOW_KIND_AVAILABILITY
		}
		at := Window{
			Kind: windowNames[kind],
			Hard: kind == calloutv1.WindowKind_WINDOW_KIND_AVAILABILITY,
			Wish: kind == calloutv1.WindowKind_WINDOW_KIND_PREFERRED,
			Ends: w.GetBinds() == calloutv1.WindowBinds_WINDOW_BINDS_SERVICE_END,
		}
		bound := s.Start
		if at.Ends {
			bound = s.End
		}
		var off time.Duration
		if w.GetStart() != nil {
			at.From = w.GetStart().AsTime()
			off = min(0, bound.Sub(at.From))
		}
		if w.GetEnd() != nil {
			at.To = w.GetEnd().AsTime()
			off += max(0, bound.Sub(at.To))
		}
		if best, seen := missed[kind]; !seen || off.Abs() < best.Abs() {
			missed[kind] = off
		}
		all = append(all, at)
	}
	for _, kind := range []calloutv1.WindowKind{calloutv1.WindowKind_WINDOW_KIND_SLA, calloutv1.WindowKind_WINDOW_KIND_PROMISE} {
		switch off := missed[kind]; {
		case off > 0:
			return all, fmt.Sprintf("%s late for the %s", Duration(off), windowNames[kind])
		case off < 0:
			return all, fmt.Sprintf("%s early for the %s", Duration(-off), windowNames[kind])
		}
	}
	return all, ""
}

var windowNames = map[calloutv1.WindowKind]string{
	calloutv1.WindowKind_WINDOW_KIND_AVAILABILITY: "opening hours",
	calloutv1.WindowKind_WINDOW_KIND_PROMISE:      "promised slot",
	calloutv1.WindowKind_WINDOW_KIND_SLA:          "contract's deadline",
	calloutv1.WindowKind_WINDOW_KIND_PREFERRED:    "preferred time",
}

// In tells the window in words.
func (w Window) In(zone *time.Location) string {
	text := w.Kind
	switch {
	case w.From.IsZero():
		text += " until " + Clock(w.To, zone)
	case w.To.IsZero():
		text += " from " + Clock(w.From, zone)
	default:
		text += " " + Clock(w.From, zone) + "–" + Clock(w.To, zone)
	}
	if w.Ends {
		text += " (done by)"
	}
	return text
}
