package wire

import (
	"math"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// Second 0 of the horizon is the earliest of: now, the shifts' times, the jobs' releases and the ends of their windows. What
// happens in a plan lies within the shifts; releases and ends before them count for response time and lateness, those of jobs
// that come later from before second 0 on. All other times may lie anywhere: only what of them reaches into the horizon
// matters, so they are cut to [-1, model.MaxTime].

// span is the range of the times seen, with the paths of its ends.
type span struct {
	from, to         int64
	fromPath, toPath string
}

func emptySpan() span { return span{from: math.MaxInt64, to: math.MinInt64} }

func (s *span) empty() bool { return s.from > s.to }

// include a time of the message at hand; absent and invalid ones do not count.
func (s *span) include(r *reader, field string, t *timestamppb.Timestamp, to rounding) {
	sec, ok := instant(t, to)
	if !ok {
		return
	}
	if sec < s.from {
		s.from, s.fromPath = sec, r.where(field)
	}
	if sec > s.to {
		s.to, s.toPath = sec, r.where(field)
	}
}

// instant in whole seconds since 1970.
func instant(t *timestamppb.Timestamp, to rounding) (int64, bool) {
	if t == nil || t.CheckValid() != nil {
		return 0, false
	}
	return whole(t.GetSeconds(), t.GetNanos(), to), true
}

// horizon settles second 0 and now.
func (b *builder) horizon() {
	core, starts := emptySpan(), emptySpan()
	for i, t := range b.in.GetTechnicians() {
		b.enterAt("technicians", i)
		for k, s := range t.GetShifts() {
			b.enterAt("shifts", k)
			starts.include(b.reader, "earliest_start", s.GetEarliestStart(), up)
			core.include(b.reader, "earliest_start", s.GetEarliestStart(), up)
			core.include(b.reader, "regular_end", s.GetRegularEnd(), down)
			core.include(b.reader, "latest_end", s.GetLatestEnd(), down)
			for m, x := range s.GetBreaks() {
				b.enterAt("breaks", m)
				core.include(b.reader, "earliest_start", x.GetEarliestStart(), up)
				core.include(b.reader, "latest_start", x.GetLatestStart(), down)
				b.leave()
			}
			b.leave()
		}
		b.leave()
	}
	core.include(b.reader, "now", b.in.GetNow(), up)
	if !core.empty() && core.to-core.from > seconds(b.lim.Horizon) {
		b.faultAt(core.toPath, Horizon, "%s is more than %v after %s at %s",
			date(core.to), b.lim.Horizon, date(core.from), core.fromPath)
	}
	b.first, b.last = core.from, core.to
	if core.empty() {
		b.first, b.last = 0, 0
	}
	b.epoch = min(core.from, b.earliestPast(core))
	if b.epoch == math.MaxInt64 { // no times at all
		b.epoch = 0
	}
	switch now, given := instant(b.in.GetNow(), up); {
	case given:
		b.now = now - b.epoch
	case !starts.empty():
		b.now = starts.from - b.epoch
	}
	b.out.Now = b.now
}

// earliestPast is the earliest release or end of a window, of which none may lie too long before the core of the horizon.
func (b *builder) earliestPast(core span) int64 {
	earliest, first := int64(math.MaxInt64), int64(math.MinInt64)
	if !core.empty() {
		first = core.from - seconds(b.lim.Past)
	}
	include := func(field string, t *timestamppb.Timestamp, to rounding) {
		switch sec, ok := instant(t, to); {
		case !ok:
		case sec < first:
			b.fault(field, Horizon, "%s is more than %v before %s at %s", date(sec), b.lim.Past, date(core.from), core.fromPath)
		default:
			earliest = min(earliest, sec)
		}
	}
	for i, j := range b.in.GetJobs() {
		b.enterAt("jobs", i)
		b.dues(j, include)
		b.leave()
	}
	return earliest
}

// dues calls f with the release of a job and the ends of its windows.
func (b *builder) dues(in *calloutv1.Job, f func(field string, t *timestamppb.Timestamp, to rounding)) {
	f("release_time", in.GetReleaseTime(), up)
	for k, w := range in.GetWindows() {
		b.enterAt("windows", k)
		f("end", w.GetEnd(), down)
		b.leave()
	}
}

// recent reports what of a job that comes later lies too long before the horizon.
func (b *builder) recent(in *calloutv1.Job) {
	b.dues(in, func(field string, t *timestamppb.Timestamp, to rounding) {
		if sec, ok := instant(t, to); ok && sec < b.first-seconds(b.lim.Past) {
			b.fault(field, Horizon, "%s is more than %v before %s, when the day begins", date(sec), b.lim.Past, date(b.first))
		}
	})
}

// time of a field in seconds of the horizon, or the default where it is absent.
func (b *builder) time(t *timestamppb.Timestamp, to rounding, absent model.Time) model.Time {
	return max(b.uncut(t, to, absent), -1)
}

// uncut is a time that counts where it lies before second 0, too.
func (b *builder) uncut(t *timestamppb.Timestamp, to rounding, absent model.Time) model.Time {
	sec, ok := instant(t, to)
	if !ok {
		return absent
	}
	return min(sec-b.epoch, model.MaxTime)
}

// ordered reports a span that ends before it starts. The ends are compared as rounded, but not cut.
func (b *builder) ordered(field string, start, end *timestamppb.Timestamp) {
	from, ok1 := instant(start, up)
	to, ok2 := instant(end, down)
	if ok1 && ok2 && to < from {
		b.fault(field, EndBeforeStart, "%s is before the start, %s", date(to), date(from))
	}
}

func date(sec int64) string { return time.Unix(sec, 0).UTC().Format(time.RFC3339) }
