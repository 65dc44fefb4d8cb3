package wire

import (
	"context"
	"maps"
	"slices"
	"time"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/day"
	"callout/solver/model"
)

// LiveSettings are DaySettings with the defaults filled in.
type LiveSettings struct {
	Seed                             uint64
	ImproveFor, QuietAfter, Interval time.Duration
	Iterations                       int64
	AlertSlack                       model.Duration
	WaysOut                          int
	prices                           day.Config
}

// Defaults of the settings of a day.
const (
	defaultImprove  = 5 * time.Second
	defaultQuiet    = 2 * time.Second
	defaultInterval = 200 * time.Millisecond
	defaultSlack    = 300
	defaultWays     = 3
	mostWays        = 10
	mostMultiplier  = 1000
)

// Live reads a session's messages and writes its answers. One goroutine at a time.
type Live struct {
	ID, Tenant string
	Settings   LiveSettings
	Problem    *model.Problem // the session's own, but for travel
	Context    *Context
	Lines      []*model.StraightLine

	start *calloutv1.DayStart
	read  builder // for jobs
	bill  *bill
	due   map[string]due // what each job adds to the bill at most
	asked due            // what the job of the event adds that was read last
	log   *jobLog
	ways  travelled
	view  *RoadView    // nil: no profile is on roads
	known *Intake      // that the start was read with
	said  *RoadAnswer  // to the event that was read last
	far   model.Meters // the longest way with it
}

// due is what a job costs at most, by term.
type due [model.NumTerms]float64

// StartDay converts the first message of a session. Begin is to be called when the problem has its travel.
func (c *Intake) StartDay(in *calloutv1.DayStart) (*Live, Faults) {
	l := &Live{ID: in.GetRequestId(), Tenant: in.GetTenant(), start: in, due: make(map[string]due), log: newJobLog(), known: c}
	r := newReader(c.Limits, "start")
	r.envelope(in.ProtoReflect())
	if in.GetState() != nil {
		r.enter("state")
		r.structure(in.GetState().ProtoReflect())
		r.leave()
	}
	if in.GetRunningPlan() != nil {
		r.enter("running_plan")
		r.structure(in.GetRunningPlan().ProtoReflect())
		r.leave()
	}
	if r.broken {
		return nil, r.done()
	}
	p, ctx, problem := c.either(in.GetProblem(), in.GetProblemHandle())
	if p != nil && slices.ContainsFunc(p.Profiles, func(p model.Profile) bool { return p.Wide != nil }) {
		r.fault("problem.locations", TooLarge, "there are too many for matrices, which a running day needs")
	}
	faults := Join(r.done(), problem)
	if len(faults) > 0 {
		return nil, faults
	}
	l.own(p, ctx)
	l.Settings, faults = l.settings(in.GetSettings(), c.Limits)
	if len(faults) > 0 {
		return nil, faults
	}
	for j, m := range l.Settings.prices.Multiplier {
		id := p.Jobs[j].ID
		d := l.due[id]
		d[model.PlanChange] += l.changes(m)
		l.charge(id, d)
	}
	if term, over := l.bill.dearest(); over {
		r := newReader(c.Limits, "start.settings")
		r.fault("change_prices", CostOverflow, "the dearest plan could cost too much to be added exactly, most of it %s", term)
		return nil, r.done()
	}
	return l, nil
}

// changes are what those of a job cost at most whose prices are so many thousandths.
func (l *Live) changes(multiplier int64) float64 {
	var end float64
	for k := range l.Problem.Shifts {
		end = max(end, float64(l.Problem.Shifts[k].LatestEnd))
	}
	p := &l.Settings.prices
	return float64(multiplier) / 1000 * (float64(p.Reassign) + float64(p.Resequence) + float64(p.Moved)*end)
}

// own makes copies of what the session changes.
func (l *Live) own(p *model.Problem, ctx *Context) {
	own, with := *p, *ctx
	l.Problem, l.Context = &own, &with
	with.problem = &own
	own.Skills, own.Certificates, own.Tiers = slices.Clone(p.Skills), slices.Clone(p.Certificates), slices.Clone(p.Tiers)
	with.reach.distance = max(1, with.reach.distance) // it may grow by a factor
	l.Lines = make([]*model.StraightLine, len(p.Profiles))
	for k := range p.Profiles {
		l.Lines[k] = p.Profiles[k].StraightLine
	}
	read := *ctx.read
	read.locations = maps.Clone(read.locations)
	read.skills = names[model.SkillIdx]{maps.Clone(read.skills.index), &own.Skills}
	read.certificates = names[model.CertIdx]{maps.Clone(read.certificates.index), &own.Certificates}
	read.tools = names[model.ToolIdx]{maps.Clone(read.tools.index), &own.Tools}
	read.skus = names[model.SKUIdx]{maps.Clone(read.skus.index), &own.SKUs}
	read.tiers = names[model.TierIdx]{maps.Clone(read.tiers.index), &own.Tiers}
	l.read = builder{out: &own, ctx: &with, lookups: read}
	l.bill = newBill(&own)
	for j := range own.Jobs {
		l.charge(own.Jobs[j].ID, l.price(&own.Jobs[j]))
	}
}

// charge replaces what a job adds to the bill.
func (l *Live) charge(id string, d due) {
	was := l.due[id]
	for k := range d {
		l.bill.terms[k] += d[k] - was[k]
	}
	l.due[id] = d
}

// price is what a job costs at most.
func (l *Live) price(j *model.Job) due {
	was := l.bill.terms
	l.bill.terms = [model.NumTerms]float64{}
	defer func() { l.bill.terms = was }()
	var end, rate float64
	for k := range l.Problem.Shifts {
		end, rate = max(end, float64(l.Problem.Shifts[k].LatestEnd)), max(rate, float64(l.Problem.Shifts[k].DistRate))
	}
	l.bill.addVisit(j, 0, end)
	l.bill.terms[model.Unassigned] += float64(j.Unassigned)
	l.bill.terms[model.Distance] += rate * float64(1+len(j.Parts)+len(j.Tools)) * float64(l.Context.reach.distance)
	for _, q := range j.Parts {
		l.bill.addTaken(float64(q.Qty), 1)
		l.bill.addShipped(float64(q.Qty), model.MaxLegs)
	}
	return l.bill.terms
}

// settings of a day.
func (l *Live) settings(in *calloutv1.DaySettings, lim Limits) (LiveSettings, Faults) {
	r := newReader(lim, "start.settings")
	if in != nil {
		r.structure(in.ProtoReflect())
	}
	out := LiveSettings{Seed: in.GetSeed(), Iterations: in.GetIterations(), AlertSlack: defaultSlack, WaysOut: int(in.GetWaysOut())}
	r.budget("iterations", out.Iterations, lim.Iterations)
	if out.Iterations == 0 {
		out.ImproveFor = cmpOr(r.span("improve_for", in.GetImproveFor(), true, lim.TimeBudget), min(defaultImprove, lim.TimeBudget))
		out.QuietAfter = cmpOr(r.span("quiet_after", in.GetQuietAfter(), true, lim.TimeBudget), min(defaultQuiet, lim.TimeBudget))
	} else if in.GetImproveFor() != nil || in.GetQuietAfter() != nil {
		r.fault("iterations", Conflict, "there are times too")
	}
	out.Interval = cmpOr(r.span("min_improvement_interval", in.GetMinImprovementInterval(), false, lim.TimeBudget), defaultInterval)
	if in.GetAlertSlack() != nil {
		out.AlertSlack = r.duration("alert_slack", in.GetAlertSlack(), up, seconds(lim.Horizon))
	}
	switch out.WaysOut {
	case 0:
		out.WaysOut = defaultWays
	case -1:
		out.WaysOut = 0
	default:
		r.integer("ways_out", int64(out.WaysOut), 1, mostWays)
	}
	b := &l.read
	b.reader = r
	weight := b.prices.weight[model.PlanChange]
	out.prices = day.Config{
		Frozen: r.duration("frozen", in.GetFrozen(), up, seconds(lim.Horizon)), Diversion: in.GetDiversion(),
		InTime: in.GetLeaveInTime(), Lines: l.Lines,
	}
	r.enter("change_prices")
	prices := in.GetChangePrices()
	out.prices.Reassign = b.cost("per_reassignment", r.number("per_reassignment", prices.GetPerReassignment(), 0, maxPrice), weight, each)
	out.prices.Resequence = b.cost("per_resequencing", r.number("per_resequencing", prices.GetPerResequencing(), 0, maxPrice), weight, each)
	out.prices.Moved = b.cost("per_minute_moved", 60*r.number("per_minute_moved", prices.GetPerMinuteMoved(), 0, maxPrice/60), weight, perHour)
	out.prices.Slack = r.duration("tolerance", prices.GetTolerance(), up, seconds(lim.Horizon))
	r.leave()
	out.prices.Multiplier = l.Context.multipliers
	return out, r.done()
}

// multiplier of a job's change prices, in thousandths. Predicted work is moved without ceremony.
func multiplier(r *reader, in *calloutv1.Job) int64 {
	switch {
	case in.ChangeMultiplier != nil:
	case in.GetPrediction() != nil:
		return 0
	default:
		return 1000
	}
	return int64(1000 * r.number("change_multiplier", in.GetChangeMultiplier(), 0, mostMultiplier))
}

func cmpOr(a, b time.Duration) time.Duration {
	if a != 0 {
		return a
	}
	return b
}

// Begin makes the day, once the problem's profiles have their travel. The repairs say what of the running plan the problem does not know. Faults
// are of the state. What that says of travel on roads is computed, as long as ctx allows.
func (l *Live) Begin(ctx context.Context) (*day.Day, []*calloutv1.Repair, Faults, error) {
	d, err := day.New(l.Problem, l.Settings.prices)
	if err != nil {
		return nil, nil, nil, err
	}
	l.view = l.viewed()
	r := newReader(l.Context.lim, "start.state")
	state := l.start.GetState()
	for i, e := range state.GetEvents() {
		r.enterAt("events", i)
		l.restore(ctx, r, d, e)
		r.leave()
	}
	if state.GetNow() != nil {
		d.At(l.read.time(state.GetNow(), up, d.Now()))
	}
	l.restoreSupply(r, d, state)
	plan, states, repairs := l.runningPlan(d, l.start.GetRunningPlan())
	d.Begin(plan, states)
	l.restoreFacts(d, l.start.GetRunningPlan())
	for i, e := range state.GetEvents() {
		r.enterAt("events", i)
		l.restoreLate(r, d, e)
		r.leave()
	}
	l.restoreShifts(r, d, state)
	l.restoreJobs(r, d, state)
	d.Restored()
	for _, id := range state.GetEventIds() {
		d.Remember(id)
	}
	return d, repairs, r.done(), nil
}

// Number and LastEvent of the revision that the session goes on from.
func (l *Live) Number() int64 { return max(0, l.start.GetState().GetRevision()) }

// LastEvent that was applied before.
func (l *Live) LastEvent() string { return l.start.GetState().GetLastEventId() }
