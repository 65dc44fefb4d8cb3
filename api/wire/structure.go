package wire

import (
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
)

// notSupported lists fields and enum values that the API has and this version does not act on. The .proto files say so at each.
var notSupported = setOf(
	"Job.service_spread",
	"Matrix.hourly",
	"Problem.pins",
	"Problem.relations",
	"Problem.stability",

	"WINDOW_BINDS_ARRIVAL",
)

// outputOnly lists fields of a plan that Callout fills in and does not read.
var outputOnly = setOf(
	"Pickup.parts",
	"Pickup.returned",
	"Pickup.tools",
	"Plan.cost",
	"Plan.currency_code",
	"Plan.metrics",
	"Route.cost",
	"Route.last_leg",
	"Route.metrics",
	"Stop.leg",
	"Stop.location_id",
	"Stop.waiting",
	"PartSupply.cost",
	"PartSupply.in_place_of",
	"UnassignedJob.cheapest_relaxation",
	"UnassignedJob.cost",
	"UnassignedJob.part_shortages",
	"UnassignedJob.reasons",
)

// maxSubstitutes is how many substitutes a part has at most in each of its lists.
const maxSubstitutes = 20

// listLimits are the lists that Limits.ListItems does not bound. The lists of a matrix have the one right length.
var listLimits = map[protoreflect.FullName]func(*Limits) int{
	"callout.v1.Problem.jobs":                    func(l *Limits) int { return l.Jobs },
	"callout.v1.Problem.technicians":             func(l *Limits) int { return l.Technicians },
	"callout.v1.Problem.nodes":                   func(l *Limits) int { return l.Nodes },
	"callout.v1.Problem.locations":               func(l *Limits) int { return l.Locations },
	"callout.v1.Problem.profiles":                func(l *Limits) int { return l.Profiles },
	"callout.v1.ComputeMatrixRequest.locations":  func(l *Limits) int { return l.Locations },
	"callout.v1.LocateRequest.locations":         func(l *Limits) int { return l.Locations },
	"callout.v1.Traffic.rules":                   func(l *Limits) int { return l.Locations },
	"callout.v1.TrafficRule.polygon":             func(l *Limits) int { return l.Stock },
	"callout.v1.TrafficRule.way_ids":             func(l *Limits) int { return l.Stock },
	"callout.v1.Matrix.location_ids":             func(l *Limits) int { return l.Locations },
	"callout.v1.Matrix.durations":                func(l *Limits) int { return l.MatrixCells },
	"callout.v1.Matrix.distances":                func(l *Limits) int { return l.MatrixCells },
	"callout.v1.MatrixHeader.location_ids":       func(l *Limits) int { return l.Locations },
	"callout.v1.MatrixRows.durations":            func(l *Limits) int { return l.MatrixCells },
	"callout.v1.MatrixRows.distances":            func(l *Limits) int { return l.MatrixCells },
	"callout.v1.Job.windows":                     func(l *Limits) int { return l.Windows },
	"callout.v1.Prediction.risk":                 func(*Limits) int { return maxRiskPoints },
	"callout.v1.Technician.shifts":               func(l *Limits) int { return l.Shifts },
	"callout.v1.Technician.van_stock":            func(l *Limits) int { return l.Stock },
	"callout.v1.Node.stock":                      func(l *Limits) int { return l.Stock },
	"callout.v1.Node.tools":                      func(l *Limits) int { return l.Stock },
	"callout.v1.Node.lanes":                      func(l *Limits) int { return l.Lanes },
	"callout.v1.Node.reservations":               func(l *Limits) int { return l.Stock },
	"callout.v1.Lane.departures":                 func(l *Limits) int { return l.Departures },
	"callout.v1.Lane.timetable":                  func(l *Limits) int { return l.Departures },
	"callout.v1.Lane.location_ids":               func(l *Limits) int { return l.Locations },
	"callout.v1.Problem.parts":                   func(l *Limits) int { return l.Stock },
	"callout.v1.PartRequirement.substitute_skus": func(*Limits) int { return maxSubstitutes },
	"callout.v1.PartRequirement.substitutes":     func(*Limits) int { return maxSubstitutes },
	"callout.v1.Job.returns":                     func(*Limits) int { return maxReturns },
	"callout.v1.Technician.returns":              func(*Limits) int { return maxReturns },
	"callout.v1.PartReturn.node_ids":             func(l *Limits) int { return l.Nodes },
	"callout.v1.Part.return_node_ids":            func(l *Limits) int { return l.Nodes },
	"callout.v1.Visit.returns":                   func(l *Limits) int { return l.PlanSupplies },
	"callout.v1.Route.returns":                   func(l *Limits) int { return l.PlanSupplies },
	"callout.v1.Problem.inbound":                 func(l *Limits) int { return l.Inbound },
	"callout.v1.Objective.customer_tiers":        func(l *Limits) int { return l.Stock },
	"callout.v1.Plan.routes":                     func(l *Limits) int { return l.Shifts },
	"callout.v1.Plan.unassigned":                 func(l *Limits) int { return l.Jobs },
	"callout.v1.Route.stops":                     func(l *Limits) int { return l.PlanStops },
	"callout.v1.Visit.parts":                     func(l *Limits) int { return l.PlanSupplies },
	"callout.v1.Pickup.loads":                    func(l *Limits) int { return l.PlanSupplies },
	"callout.v1.Visit.tools":                     func(l *Limits) int { return l.PlanSupplies },
	"callout.v1.Job.preferred_technician_ids":    func(l *Limits) int { return l.Technicians },
	"callout.v1.Job.required_technician_ids":     func(l *Limits) int { return l.Technicians },
	"callout.v1.Job.excluded_technician_ids":     func(l *Limits) int { return l.Technicians },
	"callout.v1.DayState.events":                 func(l *Limits) int { return 4 * l.Jobs },
	"callout.v1.DayState.event_ids":              func(l *Limits) int { return l.Jobs },
	"callout.v1.DayState.shifts":                 func(l *Limits) int { return l.Shifts },
	"callout.v1.DayState.stocks":                 func(l *Limits) int { return l.Technicians + l.Nodes },
	"callout.v1.DayState.dropped_job_ids":        func(l *Limits) int { return l.Jobs },
	"callout.v1.DayState.places":                 func(l *Limits) int { return l.Jobs },
	"callout.v1.PinnedPlace.before_job_ids":      func(l *Limits) int { return l.PlanStops },
	"callout.v1.DayState.shipments":              func(l *Limits) int { return l.PlanStops },
	"callout.v1.StockState.lots":                 func(l *Limits) int { return l.Stock + l.Inbound },
	"callout.v1.StockState.leftovers":            func(l *Limits) int { return l.Stock },
	"callout.v1.StockState.picked_up":            func(l *Limits) int { return l.Stock },
	"callout.v1.StockState.items":                func(l *Limits) int { return l.Stock },
	"callout.v1.TravelChanged.cells":             func(l *Limits) int { return l.Locations },
	"callout.v1.NewLocation.rows":                func(l *Limits) int { return l.Profiles },
	"callout.v1.NewRow.durations_to":             func(l *Limits) int { return l.Locations },
	"callout.v1.NewRow.durations_from":           func(l *Limits) int { return l.Locations },
	"callout.v1.NewRow.distances_to":             func(l *Limits) int { return l.Locations },
	"callout.v1.NewRow.distances_from":           func(l *Limits) int { return l.Locations },
	"callout.v1.BucketRow.durations_to":          func(l *Limits) int { return l.Locations },
	"callout.v1.BucketRow.durations_from":        func(l *Limits) int { return l.Locations },
	"callout.v1.BucketRow.distances_to":          func(l *Limits) int { return l.Locations },
	"callout.v1.BucketRow.distances_from":        func(l *Limits) int { return l.Locations },
	"callout.v1.StockNetwork.nodes":              func(l *Limits) int { return l.StockNodes },
	"callout.v1.StockNetwork.lanes":              func(l *Limits) int { return l.Lanes },
	"callout.v1.StockNetwork.inbound":            func(l *Limits) int { return l.Inbound },
	"callout.v1.StockNetwork.demands":            func(l *Limits) int { return l.Demands },
	"callout.v1.StockNode.stock":                 func(l *Limits) int { return l.Stock },
	"callout.v1.StockLane.departures":            func(l *Limits) int { return l.Departures },
	"callout.v1.StockState.tools":                func(l *Limits) int { return l.Stock },
}

func setOf(names ...protoreflect.FullName) map[protoreflect.FullName]bool {
	set := make(map[protoreflect.FullName]bool, len(names))
	for _, n := range names {
		set["callout.v1."+n] = true
	}
	return set
}

// messageRules is what structure checks of a message, prepared from its descriptor.
type messageRules struct {
	fields []fieldRules
}

type fieldRules struct {
	protoreflect.FieldDescriptor
	name        string
	unsupported bool
	limit       func(*Limits) int
	message     *messageRules // of a message, unless it is a Timestamp or Duration
}

// rules of every message that a request can hold. Built once: descriptors are slow to ask.
var rules = func() map[protoreflect.FullName]*messageRules {
	all := make(map[protoreflect.FullName]*messageRules)
	addRules(all, new(calloutv1.SolveRequest).ProtoReflect().Descriptor())
	addRules(all, new(calloutv1.EvaluateRequest).ProtoReflect().Descriptor())
	addRules(all, new(calloutv1.ValidateRequest).ProtoReflect().Descriptor())
	addRules(all, new(calloutv1.PutProblemRequest).ProtoReflect().Descriptor())
	addRules(all, new(calloutv1.PutMatrixRequest).ProtoReflect().Descriptor())
	addRules(all, new(calloutv1.ComputeMatrixRequest).ProtoReflect().Descriptor())
	addRules(all, new(calloutv1.CustomiseTrafficRequest).ProtoReflect().Descriptor())
	addRules(all, new(calloutv1.LocateRequest).ProtoReflect().Descriptor())
	addRules(all, new(calloutv1.AllocateRequest).ProtoReflect().Descriptor())
	addRules(all, new(calloutv1.ExpediteRequest).ProtoReflect().Descriptor())
	addRules(all, new(calloutv1.ReoptimizeRequest).ProtoReflect().Descriptor())
	return all
}()

func addRules(all map[protoreflect.FullName]*messageRules, d protoreflect.MessageDescriptor) *messageRules {
	if m := all[d.FullName()]; m != nil || d.ParentFile().Package() != "callout.v1" {
		return m
	}
	m := new(messageRules)
	all[d.FullName()] = m
	for i := range d.Fields().Len() {
		fd := d.Fields().Get(i)
		if outputOnly[fd.FullName()] {
			continue
		}
		f := fieldRules{
			FieldDescriptor: fd, name: string(fd.Name()), unsupported: notSupported[fd.FullName()], limit: listLimits[fd.FullName()],
		}
		if f.limit == nil {
			f.limit = func(l *Limits) int { return l.ListItems }
		}
		if fd.Message() != nil && !f.unsupported {
			f.message = addRules(all, fd.Message())
		}
		m.fields = append(m.fields, f)
	}
	return m
}

// structure checks a message and all that it holds for what no message may hold.
func (r *reader) structure(m protoreflect.Message) {
	r.message(m, rules[m.Descriptor().FullName()])
}

// envelope checks a request itself, but not the messages in it.
func (r *reader) envelope(m protoreflect.Message) {
	r.unknown(m.GetUnknown())
	for _, f := range rules[m.Descriptor().FullName()].fields {
		if f.Message() == nil && m.Has(f.FieldDescriptor) {
			r.scalar(f.name, f.FieldDescriptor, m.Get(f.FieldDescriptor))
		}
	}
}

func (r *reader) message(m protoreflect.Message, rules *messageRules) {
	r.unknown(m.GetUnknown())
	if rules == nil {
		r.wellKnown(m)
		return
	}
	for i := range rules.fields {
		f := &rules.fields[i]
		switch {
		case !m.Has(f.FieldDescriptor):
		case f.unsupported:
			r.fault(f.name, Unsupported, "is not supported by this version")
		case f.IsList():
			r.list(f, m.Get(f.FieldDescriptor).List())
		case f.Message() != nil:
			r.enter(f.name)
			r.submessage(m.Get(f.FieldDescriptor).Message(), f)
			r.leave()
		default:
			r.scalar(f.name, f.FieldDescriptor, m.Get(f.FieldDescriptor))
		}
	}
}

func (r *reader) submessage(m protoreflect.Message, f *fieldRules) {
	if !m.IsValid() {
		r.fault("", Null, "is null")
		r.broken = true
		return
	}
	r.message(m, f.message)
}

func (r *reader) list(f *fieldRules, list protoreflect.List) {
	if limit := f.limit(&r.lim); list.Len() > limit {
		r.fault(f.name, TooMany, "%d elements are more than %d", list.Len(), limit)
		r.broken = true
		return
	}
	switch f.Kind() {
	case protoreflect.MessageKind:
		for i := range list.Len() {
			r.enterAt(f.name, i)
			r.submessage(list.Get(i).Message(), f)
			r.leave()
		}
	case protoreflect.StringKind:
		for i := range list.Len() {
			if s := list.Get(i).String(); len(s) > r.lim.StringBytes {
				r.text(element(f.name, i), s)
			}
		}
	default:
	}
}

func (r *reader) scalar(name string, fd protoreflect.FieldDescriptor, v protoreflect.Value) {
	switch fd.Kind() {
	case protoreflect.StringKind:
		r.text(name, v.String())
	case protoreflect.DoubleKind:
		if x := v.Float(); math.IsNaN(x) || math.IsInf(x, 0) {
			r.fault(name, NotFinite, "%g is not a number to reckon with", x)
		}
	case protoreflect.EnumKind:
		switch value := fd.Enum().Values().ByNumber(v.Enum()); {
		case value == nil:
			r.fault(name, UnknownEnum, "%s has no value %d", fd.Enum().Name(), v.Enum())
		case notSupported[value.FullName()]:
			r.fault(name, Unsupported, "%s is not supported by this version", value.Name())
		}
	default:
	}
}

func (r *reader) text(name, s string) {
	if len(s) > r.lim.StringBytes {
		r.fault(name, TooLong, "%d bytes are more than %d", len(s), r.lim.StringBytes)
	}
}

// wellKnown checks a Timestamp or Duration.
func (r *reader) wellKnown(m protoreflect.Message) {
	var err error
	switch t := m.Interface().(type) {
	case *timestamppb.Timestamp:
		err = t.CheckValid()
	case *durationpb.Duration:
		err = t.CheckValid()
	}
	if err != nil {
		r.fault("", InvalidTime, "%d s and %d ns are no valid %s",
			m.Get(m.Descriptor().Fields().ByName("seconds")).Int(), m.Get(m.Descriptor().Fields().ByName("nanos")).Int(),
			m.Descriptor().Name())
	}
}

// unknown reports each field that the message has and its descriptor has not, once.
func (r *reader) unknown(raw protoreflect.RawFields) {
	var last protowire.Number
	for len(raw) > 0 {
		num, _, n := protowire.ConsumeField(raw)
		if n < 0 {
			return
		}
		if num != last {
			r.fault(strconv.Itoa(int(num)), UnknownField, "this version knows no field with number %d", num)
			last = num
		}
		raw = raw[n:]
	}
}
