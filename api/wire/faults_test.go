package wire

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
)

// faultCase spoils the small request, which has no faults, and names all the faults that it then has.
type faultCase struct {
	name  string
	spoil func(*calloutv1.SolveRequest)
	want  []string // "path CODE"
}

var faultCases = []faultCase{
	{"no problem", func(in *calloutv1.SolveRequest) { in.Problem = nil }, []string{"problem REQUIRED"}},
	{
		"long request id", func(in *calloutv1.SolveRequest) { in.RequestId = strings.Repeat("x", 257) },
		[]string{"request_id TOO_LONG"},
	},
	{
		"unknown fields of the request", func(in *calloutv1.SolveRequest) { unknownField(in, 99) },
		[]string{"99 UNKNOWN_FIELD"},
	},
	{
		"unknown fields below", func(in *calloutv1.SolveRequest) {
			unknownField(in.GetProblem().GetJobs()[1].GetWindows()[0], 77)
			unknownField(in.GetProblem().GetJobs()[1].GetWindows()[0].GetEnd(), 9)
			unknownField(in.GetSettings(), 50)
		},
		[]string{
			"problem.jobs[1].windows[0].77 UNKNOWN_FIELD", "problem.jobs[1].windows[0].end.9 UNKNOWN_FIELD",
			"settings.50 UNKNOWN_FIELD",
		},
	},
	{
		"null", func(in *calloutv1.SolveRequest) {
			in.Problem.Jobs[0] = nil
			in.Problem.Profiles[1].Travel = &calloutv1.TravelProfile_StraightLine{}
		},
		[]string{"problem.profiles[1].straight_line NULL", "problem.jobs[0] NULL"},
	},
	{
		"enums", func(in *calloutv1.SolveRequest) {
			in.Problem.Jobs[0].Windows[1].Kind = 99
			in.Problem.Jobs[0].Windows[1].Binds = calloutv1.WindowBinds_WINDOW_BINDS_ARRIVAL
			in.Problem.Objective.Terms[0].Term = 99
			in.Problem.Objective.Preset = -1
		},
		[]string{
			"problem.jobs[0].windows[1].kind UNKNOWN_ENUM", "problem.jobs[0].windows[1].binds UNSUPPORTED",
			"problem.objective.preset UNKNOWN_ENUM", "problem.objective.terms[0].term UNKNOWN_ENUM",
			"problem.jobs[0].windows[1].cost_per_hour_late CONFLICT", // an unknown kind is taken for AVAILABILITY
		},
	},
	{
		"predictions", func(in *calloutv1.SolveRequest) {
			job := in.GetProblem().GetJobs()[1]
			job.Prediction = &calloutv1.Prediction{FailureCost: -1, Risk: []*calloutv1.RiskPoint{
				riskPoint(at(8, 0), 0.3), riskPoint(at(8, 0), 0.2), riskPoint(nil, 1.1), riskPoint(at(7, 0), math.NaN()),
				riskPoint(&timestamppb.Timestamp{Nanos: -1}, 0.4), riskPoint(&timestamppb.Timestamp{Seconds: at(8, 0).GetSeconds(), Nanos: 9}, -0.1),
			}}
			job.Prediction.Risk = append(job.Prediction.Risk, riskPoint(at(9, 0), 0.5))
			in.GetProblem().Jobs[0].Prediction = new(calloutv1.Prediction)
		},
		[]string{
			"problem.jobs[1].prediction.risk[3].probability NOT_FINITE", "problem.jobs[1].prediction.risk[4].time INVALID_TIME",
			"problem.jobs[0].prediction.failure_cost REQUIRED", "problem.jobs[0].prediction.risk REQUIRED",
			"problem.jobs[1].prediction.failure_cost OUT_OF_RANGE",
			"problem.jobs[1].prediction.risk[1].time RISK_ORDER", "problem.jobs[1].prediction.risk[1].probability RISK_ORDER",
			"problem.jobs[1].prediction.risk[2].time REQUIRED", "problem.jobs[1].prediction.risk[2].probability OUT_OF_RANGE",
			"problem.jobs[1].prediction.risk[3].time RISK_ORDER",
			"problem.jobs[1].prediction.risk[5].time RISK_ORDER", "problem.jobs[1].prediction.risk[5].probability RISK_ORDER",
			"problem.jobs[1].prediction.risk[5].probability OUT_OF_RANGE",
		},
	},
	{
		"multipliers of changes", func(in *calloutv1.SolveRequest) {
			in.Problem.Jobs[0].ChangeMultiplier, in.Problem.Jobs[1].ChangeMultiplier = new(-0.1), new(1001.0)
		},
		[]string{"problem.jobs[0].change_multiplier OUT_OF_RANGE", "problem.jobs[1].change_multiplier OUT_OF_RANGE"},
	},
	{
		"too many points of a risk, and none", func(in *calloutv1.SolveRequest) {
			in.Problem.Jobs[0].Prediction = &calloutv1.Prediction{FailureCost: 1, Risk: make([]*calloutv1.RiskPoint, 101)}
			in.Problem.Jobs[1].Prediction = &calloutv1.Prediction{FailureCost: 1, Risk: make([]*calloutv1.RiskPoint, 1)}
		},
		[]string{"problem.jobs[0].prediction.risk TOO_MANY", "problem.jobs[1].prediction.risk[0] NULL"},
	},
	{
		"not supported", func(in *calloutv1.SolveRequest) {
			p := in.GetProblem()
			p.Jobs[0].ServiceSpread = durationpb.New(0)
			p.Jobs[0].TechniciansNeeded = 2
			p.Pins = []*calloutv1.Pin{{}}
			p.Relations = []*calloutv1.Relation{{}}
		},
		[]string{
			"problem.jobs[0].service_spread UNSUPPORTED",
			"problem.relations UNSUPPORTED", "problem.pins UNSUPPORTED",
			"problem.jobs[0].technicians_needed UNSUPPORTED",
		},
	},
	{
		"too many substitutes", func(in *calloutv1.SolveRequest) {
			part := in.GetProblem().GetJobs()[0].GetParts()[0]
			part.SubstituteSkus = slices.Repeat([]string{"x"}, maxSubstitutes+1)
			part.Substitutes = make([]*calloutv1.Substitute, maxSubstitutes+1)
			for k := range part.GetSubstitutes() {
				part.Substitutes[k] = new(calloutv1.Substitute)
			}
		},
		[]string{"problem.jobs[0].parts[0].substitute_skus TOO_MANY", "problem.jobs[0].parts[0].substitutes TOO_MANY"},
	},
	{
		"sizes", func(in *calloutv1.SolveRequest) {
			p := in.GetProblem()
			p.Parts = []*calloutv1.Part{
				{Sku: "a", Weight: 2}, {Sku: "a"}, {Weight: -1, Volume: math.NaN()}, {Sku: "b", Volume: 1e7},
			}
			t := p.GetTechnicians()[0]
			t.VanStock = []*calloutv1.StockItem{{Sku: "a", Quantity: 3}}
			t.VanCapacity = &calloutv1.VanCapacity{Weight: new(5.999), Volume: new(-1.0)}
			p.GetTechnicians()[1].VanCapacity = &calloutv1.VanCapacity{Weight: new(math.Inf(1))}
		},
		[]string{
			"problem.technicians[1].van_capacity.weight NOT_FINITE", "problem.parts[2].volume NOT_FINITE",
			"problem.technicians[0].van_capacity.volume OUT_OF_RANGE",
			"problem.parts[1].sku DUPLICATE", "problem.parts[2].weight OUT_OF_RANGE", "problem.parts[2].sku REQUIRED",
			"problem.parts[3].volume OUT_OF_RANGE", "problem.technicians[0].van_capacity.weight CONFLICT",
		},
	},
	{
		"substitutes", func(in *calloutv1.SolveRequest) {
			j := in.GetProblem().GetJobs()[0]
			j.Parts = []*calloutv1.PartRequirement{
				{
					Sku: "a", Quantity: 2, SubstituteSkus: []string{"b", "", "a", "b"},
					Substitutes: []*calloutv1.Substitute{{Sku: "b"}, {}, {Sku: "c", CostPerUnit: -1}, {Sku: "d", CostPerUnit: math.NaN()}},
				},
				{Sku: "b", Quantity: 1},
				{Sku: "e", Quantity: 1, SubstituteSkus: []string{"c"}},
				{Sku: "f", Quantity: 1_000_000_000, Substitutes: []*calloutv1.Substitute{{Sku: "g", CostPerUnit: 1e9}}},
			}
		},
		[]string{
			"problem.jobs[0].parts[0].substitutes[3].cost_per_unit NOT_FINITE",
			"problem.jobs[0].parts[0].substitute_skus[1] REQUIRED", "problem.jobs[0].parts[0].substitute_skus[2] DUPLICATE",
			"problem.jobs[0].parts[0].substitute_skus[3] DUPLICATE", "problem.jobs[0].parts[0].substitutes[0].sku DUPLICATE",
			"problem.jobs[0].parts[0].substitutes[1].sku REQUIRED",
			"problem.jobs[0].parts[0].substitutes[2].cost_per_unit OUT_OF_RANGE",
			"problem.jobs[0].parts[1].sku DUPLICATE", "problem.jobs[0].parts[2].substitute_skus[0] DUPLICATE",
			"problem.jobs[0].parts[3].substitutes[0].cost_per_unit COST_OVERFLOW",
		},
	},
	{
		"lanes", func(in *calloutv1.SolveRequest) {
			n := in.GetProblem().GetNodes()[0]
			n.Lanes = []*calloutv1.Lane{
				{Id: "a", LeadTime: durationpb.New(time.Hour), ToNodeId: n.GetId()},
				{Id: "a", ToNodeId: "nowhere", LeadTime: durationpb.New(-time.Hour), CostPerShipment: -1},
				{Id: "b", CostPerUnit: math.Inf(1), LocationIds: []string{"nowhere"}, Departures: []*timestamppb.Timestamp{at(9, 0), nil}},
				{Id: "c", LeadTime: durationpb.New(0), Departures: []*timestamppb.Timestamp{at(9, 0)}},
				{Id: "d", Timetable: []*calloutv1.LaneDeparture{
					{CutOff: at(9, 0), Arrival: at(9, 0)}, {CutOff: at(9, 0), Arrival: at(8, 0)}, {Arrival: at(8, 0)}, {CutOff: at(9, 0)},
				}},
				{Id: "e"},
				{LeadTime: durationpb.New(time.Hour)},
			}
		},
		[]string{
			"problem.nodes[0].lanes[2].departures[1] NULL", "problem.nodes[0].lanes[2].cost_per_unit NOT_FINITE",
		},
	},
	{
		"lanes that break rules", func(in *calloutv1.SolveRequest) {
			n := in.GetProblem().GetNodes()[0]
			n.Lanes = []*calloutv1.Lane{
				{Id: "a", ToNodeId: "nowhere", LeadTime: durationpb.New(-time.Hour), CostPerShipment: -1},
				{Id: "a", LocationIds: []string{"nowhere"}, Departures: []*timestamppb.Timestamp{at(9, 0)}},
				{Id: "c", ToNodeId: "nowhere", LocationIds: []string{in.GetProblem().GetLocations()[0].GetId()}, LeadTime: durationpb.New(1)},
				{Id: "d", Timetable: []*calloutv1.LaneDeparture{
					{CutOff: at(9, 0), Arrival: at(9, 0)}, {CutOff: at(9, 0), Arrival: at(8, 0)}, {Arrival: at(8, 0)}, {CutOff: at(9, 0)},
				}},
				{Id: "e"},
				{LeadTime: durationpb.New(time.Hour)},
			}
		},
		[]string{
			"problem.nodes[0].lanes[1].id DUPLICATE", "problem.nodes[0].lanes[5].id REQUIRED",
			"problem.nodes[0].lanes[0].cost_per_shipment OUT_OF_RANGE", "problem.nodes[0].lanes[0].to_node_id UNKNOWN_ID",
			"problem.nodes[0].lanes[0].lead_time OUT_OF_RANGE",
			"problem.nodes[0].lanes[1].location_ids[0] UNKNOWN_ID", "problem.nodes[0].lanes[1].departures[0] REQUIRED",
			"problem.nodes[0].lanes[2].to_node_id UNKNOWN_ID", "problem.nodes[0].lanes[2].location_ids CONFLICT",
			"problem.nodes[0].lanes[3].timetable[0].arrival END_BEFORE_START", "problem.nodes[0].lanes[3].timetable[1].arrival END_BEFORE_START",
			"problem.nodes[0].lanes[3].timetable[2].cut_off REQUIRED", "problem.nodes[0].lanes[3].timetable[3].arrival REQUIRED",
			"problem.nodes[0].lanes[4].lead_time REQUIRED",
		},
	},
	{
		"a lane to itself", func(in *calloutv1.SolveRequest) {
			n := in.GetProblem().GetNodes()[0]
			n.Lanes = []*calloutv1.Lane{{Id: "a", ToNodeId: n.GetId(), LeadTime: durationpb.New(time.Hour)}}
		},
		[]string{"problem.nodes[0].lanes[0].to_node_id CONFLICT"},
	},
	{
		"a lane without duration", func(in *calloutv1.SolveRequest) {
			in.GetProblem().GetNodes()[0].Lanes = []*calloutv1.Lane{{Id: "a", LeadTime: durationpb.New(0)}}
		},
		[]string{"problem.nodes[0].lanes[0].lead_time OUT_OF_RANGE"},
	},
	{
		"reservations and inbound supply", func(in *calloutv1.SolveRequest) {
			p := in.GetProblem()
			n := p.GetNodes()[0]
			sku := n.GetStock()[0].GetSku()
			n.Stock[0].Quantity, n.Stock[0].Unlimited = 5, false
			n.Reservations = []*calloutv1.Reservation{
				{Sku: "unheard of", Quantity: 1},
				{Quantity: -1, JobId: "nobody"},
				{Sku: sku, Quantity: 4, CustomerTier: "gold", JobId: "a"},
				{Sku: sku, Quantity: 4, CustomerTier: "gold", BreakCost: -1},
				{Sku: sku, CustomerTier: "gold"},
				{Sku: sku, BreakCost: 1},
				{Sku: sku, Quantity: 2_000_000_000, JobId: p.GetJobs()[0].GetId()},
			}
			p.Inbound = []*calloutv1.InboundSupply{
				{Id: "a", NodeId: "nowhere", Quantity: -5, Arrival: at(9, 0)}, {Id: "a", NodeId: n.GetId(), Sku: "x", Quantity: 1 << 40},
			}
		},
		[]string{
			"problem.nodes[0].reservations[0].sku UNKNOWN_ID", "problem.nodes[0].reservations[1].sku REQUIRED",
			"problem.nodes[0].reservations[1].quantity OUT_OF_RANGE",
			"problem.nodes[0].reservations[1].job_id UNKNOWN_ID", "problem.nodes[0].reservations[2].customer_tier CONFLICT",
			"problem.nodes[0].reservations[3].break_cost OUT_OF_RANGE", "problem.nodes[0].reservations[3].quantity OUT_OF_RANGE",
			"problem.nodes[0].reservations[4] DUPLICATE", "problem.nodes[0].reservations[5].break_cost CONFLICT",
			"problem.nodes[0].reservations[6].quantity OUT_OF_RANGE", "problem.inbound[1].id DUPLICATE",
			"problem.inbound[0].node_id UNKNOWN_ID", "problem.inbound[0].quantity OUT_OF_RANGE", "problem.inbound[0].sku REQUIRED",
			"problem.inbound[1].arrival REQUIRED", "problem.inbound[1].quantity OUT_OF_RANGE",
		},
	},
	{
		"handles", func(in *calloutv1.SolveRequest) {
			in.Problem.Profiles[0].Travel = &calloutv1.TravelProfile_MatrixHandle{}
			in.Problem.Profiles[1].Travel = &calloutv1.TravelProfile_MatrixHandle{MatrixHandle: "matrix-0"}
		},
		[]string{"problem.profiles[0].matrix_handle REQUIRED", "problem.profiles[1].matrix_handle UNKNOWN_HANDLE"},
	},
	{
		"series", func(in *calloutv1.SolveRequest) {
			p := in.GetProblem()
			far := slower(p, 0)
			far.Distances = slices.Clone(far.GetDurations())
			short := slower(p, 0)
			short.Durations = short.GetDurations()[1:]
			setSeries(
				p, bucket(at(9, 0), slower(p, 0)), bucket(at(8, 0), far), bucket(nil, short), named(at(8, 1), ""),
				named(&timestamppb.Timestamp{Seconds: 1 << 60}, "matrix-0"), &calloutv1.TravelBucket{Start: at(8, 2)},
			)
			setFactors(p, &calloutv1.SpeedFactor{}, &calloutv1.SpeedFactor{Factor: 99}, &calloutv1.SpeedFactor{Start: at(8, 0), Factor: math.NaN()})
		},
		[]string{
			"problem.profiles[0].series.buckets[4].start INVALID_TIME", "problem.profiles[1].straight_line.speed_factors[2].factor NOT_FINITE",
			"problem.profiles[0].series.buckets[1].start BUCKET_ORDER", "problem.profiles[0].series.buckets[2].start REQUIRED",
			"problem.profiles[0].series.buckets[1] CONFLICT", "problem.profiles[0].series.buckets[2].matrix.durations MATRIX_SHAPE",
			"problem.profiles[0].series.buckets[3].matrix_handle REQUIRED", "problem.profiles[0].series.buckets[4].matrix_handle UNKNOWN_HANDLE",
			"problem.profiles[0].series.buckets[5].travel REQUIRED",
			"problem.profiles[1].straight_line.speed_factors[0].factor OUT_OF_RANGE",
			"problem.profiles[1].straight_line.speed_factors[1].factor OUT_OF_RANGE",
			"problem.profiles[1].straight_line.speed_factors[1].start REQUIRED",
		},
	},
	{"no buckets", func(in *calloutv1.SolveRequest) { setSeries(in.GetProblem()) }, []string{"problem.profiles[0].series.buckets REQUIRED"}},
	{
		"many buckets", func(in *calloutv1.SolveRequest) {
			setSeries(in.GetProblem(), repeat(501, new(calloutv1.TravelBucket))...)
		}, []string{"problem.profiles[0].series.buckets TOO_MANY"},
	},
	{"handle beside a problem", func(in *calloutv1.SolveRequest) { in.ProblemHandle = "x" }, []string{"problem_handle CONFLICT"}},
	{
		"handle of a problem", func(in *calloutv1.SolveRequest) { in.Problem, in.ProblemHandle = nil, "problem-0" },
		[]string{"problem_handle UNKNOWN_HANDLE"},
	},
	{
		"not finite", func(in *calloutv1.SolveRequest) {
			in.Problem.Nodes[0].PickupCost = math.NaN()
			in.Problem.Locations[0].Position.Latitude = math.Inf(1)
			in.Problem.Jobs[0].UnassignedCost = new(math.Inf(-1))
		},
		[]string{
			"problem.locations[0].position.latitude NOT_FINITE", "problem.jobs[0].unassigned_cost NOT_FINITE",
			"problem.nodes[0].pickup_cost NOT_FINITE",
		},
	},
	{
		"out of range", func(in *calloutv1.SolveRequest) {
			p := in.GetProblem()
			p.Locations[0].Position.Longitude = 180.5
			p.Profiles[1].GetStraightLine().Speed = proto.Float64(0)
			p.Technicians[0].Rating = new(5.1)
			p.Technicians[0].Skills[0].DurationMultiplier = proto.Float64(-1)
			p.Technicians[0].Skills[0].Level = -1
			p.Technicians[0].ServiceArea.Polygon = p.GetTechnicians()[0].GetServiceArea().GetPolygon()[:2]
			p.Technicians[0].Costs.FixedCost = -1
			p.Technicians[0].Shifts[0].MaxWork = &durationpb.Duration{Seconds: -1}
			p.Nodes[0].Stock[0].Quantity = -1
			p.Jobs[0].Priority = 101
			p.Jobs[0].Parts[0].Quantity = 0
			p.Jobs[1].ServiceDuration.Seconds = 93 * 86400
			p.Objective.Terms[0].Weight = new(-0.5)
			p.Objective.Terms[2].Tier = 4
			in.Settings.TimeBudget = durationpb.New(0)
			in.Settings.MaxIterations = -1
		},
		[]string{
			"problem.objective.terms[0].weight OUT_OF_RANGE", "problem.objective.terms[2].tier OUT_OF_RANGE",
			"problem.locations[0].position.longitude OUT_OF_RANGE", "problem.profiles[1].straight_line.speed OUT_OF_RANGE",
			"problem.technicians[0].skills[0].duration_multiplier OUT_OF_RANGE", "problem.technicians[0].skills[0].level OUT_OF_RANGE",
			"problem.technicians[0].service_area.polygon OUT_OF_RANGE", "problem.technicians[0].rating OUT_OF_RANGE",
			"problem.technicians[0].costs.fixed_cost OUT_OF_RANGE", "problem.technicians[0].shifts[0].max_work OUT_OF_RANGE",
			"problem.nodes[0].stock[0].quantity OUT_OF_RANGE", "problem.jobs[0].parts[0].quantity OUT_OF_RANGE",
			"problem.jobs[0].priority OUT_OF_RANGE", "problem.jobs[1].service_duration OUT_OF_RANGE",
			"settings.time_budget OUT_OF_RANGE", "settings.max_iterations OUT_OF_RANGE",
		},
	},
	{
		"invalid times", func(in *calloutv1.SolveRequest) {
			in.Problem.Jobs[0].Windows[0].Start.Nanos = -1
			in.Problem.Jobs[0].ServiceDuration = &durationpb.Duration{Seconds: 1, Nanos: -1}
			in.Problem.Now = &timestamppb.Timestamp{Seconds: math.MaxInt64}
		},
		[]string{
			"problem.now INVALID_TIME", "problem.jobs[0].service_duration INVALID_TIME", "problem.jobs[0].windows[0].start INVALID_TIME",
		},
	},
	{
		"time zones", func(in *calloutv1.SolveRequest) {
			for i, name := range []string{"Europe/Atlantis", "../etc/passwd", "Local"} {
				in.Problem.Locations[i].TimeZone = name
			}
		},
		[]string{
			"problem.locations[0].time_zone INVALID_TIME_ZONE", "problem.locations[1].time_zone INVALID_TIME_ZONE",
			"problem.locations[2].time_zone INVALID_TIME_ZONE",
		},
	},
	{
		"too many", func(in *calloutv1.SolveRequest) {
			in.Problem.Jobs[0].Windows = slices.Repeat(in.GetProblem().GetJobs()[0].GetWindows(), 30)
			in.Problem.Jobs[1].Certificates = make([]string, 501)
		},
		[]string{"problem.jobs[0].windows TOO_MANY", "problem.jobs[1].certificates TOO_MANY"},
	},
	{
		"too large", func(in *calloutv1.SolveRequest) {
			in.Settings.TimeBudget = durationpb.New(1 << 60)
			in.Settings.Workers = 65
		},
		[]string{"settings.time_budget TOO_LARGE", "settings.workers TOO_LARGE"},
	},
	{
		"duplicates", func(in *calloutv1.SolveRequest) {
			p := in.GetProblem()
			p.Jobs[1].Id = "J1"
			p.Jobs[0].Tools = []string{"ladder", "ladder"}
			p.Jobs[0].PreferredTechnicianIds = []string{"T1", "T2", "T1"}
			p.Jobs[0].Skills.AnyOf[1].Skill = "plumbing"
			p.Technicians[0].Shifts = append(p.Technicians[0].Shifts, proto.CloneOf(p.GetTechnicians()[0].GetShifts()[0]))
			p.Technicians[0].Costs.Overtime[1].After = durationpb.New(3600e9)
			p.Nodes[0].Stock[1].Sku = "valve"
			p.Objective.Terms[1].Term = calloutv1.Term_TERM_TRAVEL
			in.InitialPlan = nil
		},
		[]string{
			"problem.jobs[1].id DUPLICATE", "problem.objective.terms[1].term DUPLICATE",
			"problem.technicians[0].costs.overtime[1].after DUPLICATE", "problem.technicians[0].shifts[1].id DUPLICATE",
			"problem.nodes[0].stock[1].sku DUPLICATE", "problem.jobs[0].skills.any_of[1].skill DUPLICATE",
			"problem.jobs[0].tools[1] DUPLICATE", "problem.jobs[0].preferred_technician_ids DUPLICATE",
		},
	},
	{
		"unknown ids", func(in *calloutv1.SolveRequest) {
			p := in.GetProblem()
			p.Jobs[0].LocationId = "nowhere"
			p.Jobs[0].PreferredTechnicianIds = []string{"T2", "T9"}
			p.Technicians[0].Shifts[0].ProfileId = "boat"
			p.Technicians[0].Shifts[0].EndLocationId = "nowhere"
			p.Nodes[0].LocationId = "nowhere"
			p.Profiles[0].GetMatrix().LocationIds[2] = "nowhere"
		},
		[]string{
			"problem.profiles[0].matrix.location_ids[2] UNKNOWN_ID", "problem.technicians[0].shifts[0].profile_id UNKNOWN_ID",
			"problem.technicians[0].shifts[0].end_location_id UNKNOWN_ID", "problem.nodes[0].location_id UNKNOWN_ID",
			"problem.jobs[0].location_id UNKNOWN_ID", "problem.jobs[0].preferred_technician_ids[1] UNKNOWN_ID",
		},
	},
	{
		"required", func(in *calloutv1.SolveRequest) {
			p := in.GetProblem()
			p.Jobs[0].Windows = append(p.Jobs[0].Windows, new(calloutv1.TimeWindow))
			p.Jobs[0].Certificates[0] = ""
			p.Jobs[1].Id = ""
			p.Locations[1].Position = nil
			p.Locations[2].Position = nil
			s := p.GetTechnicians()[0].GetShifts()[0]
			s.EarliestStart, s.ProfileId, s.StartLocationId = nil, "", ""
			s.Breaks[0].Duration = nil
			p.Technicians[0].ServiceArea = new(calloutv1.ServiceArea)
			p.Profiles[0].Travel = nil
			p.Objective.Terms[1].Term = 0
		},
		[]string{
			"problem.jobs[1].id REQUIRED", "problem.objective.terms[1].term REQUIRED", "problem.profiles[0].travel REQUIRED",
			"problem.locations[1].position REQUIRED", "problem.locations[2].position REQUIRED",
			"problem.technicians[0].service_area REQUIRED", "problem.technicians[0].shifts[0].profile_id REQUIRED",
			"problem.technicians[0].shifts[0].start_location_id REQUIRED",
			"problem.technicians[0].shifts[0].earliest_start REQUIRED", "problem.technicians[0].shifts[0].breaks[0].duration REQUIRED",
			"problem.jobs[0].windows[2] REQUIRED", "problem.jobs[0].certificates[0] REQUIRED",
		},
	},
	{
		"conflicts", func(in *calloutv1.SolveRequest) {
			in.Problem.Nodes[0].Stock[1].Quantity = 3
			in.Problem.Technicians[0].Shifts[0].OpenStart = true
			in.Problem.Jobs[0].Windows[0].CostPerHourEarly = proto.Float64(0)
		},
		[]string{
			"problem.technicians[0].shifts[0].open_start CONFLICT", "problem.nodes[0].stock[1].quantity CONFLICT",
			"problem.jobs[0].windows[0].cost_per_hour_early CONFLICT",
		},
	},
	{
		"spans", func(in *calloutv1.SolveRequest) {
			p := in.GetProblem()
			p.Jobs[0].Windows[0].End = &timestamppb.Timestamp{Seconds: p.GetJobs()[0].GetWindows()[0].GetStart().GetSeconds() - 1}
			p.Technicians[0].Certificates[0].ValidUntil = p.GetTechnicians()[0].GetCertificates()[1].GetValidUntil()
			p.Technicians[0].Certificates[0].ValidFrom = p.GetNow()
			shift := p.GetTechnicians()[0].GetShifts()[0]
			shift.RegularEnd = &timestamppb.Timestamp{Seconds: shift.GetLatestEnd().GetSeconds() + 1}
			p.Nodes[0].Opening[0].End = p.GetNodes()[0].GetOpening()[1].GetStart()
		},
		[]string{
			"problem.technicians[0].certificates[0].valid_until END_BEFORE_START",
			"problem.technicians[0].shifts[0].regular_end END_BEFORE_START",
			"problem.nodes[0].opening[0].end END_BEFORE_START", "problem.jobs[0].windows[0].end END_BEFORE_START",
		},
	},
	{
		// A window within one second, none of which is a whole one.
		"empty after rounding", func(in *calloutv1.SolveRequest) {
			w := in.GetProblem().GetJobs()[0].GetWindows()[0]
			w.Start.Nanos, w.End = 1, &timestamppb.Timestamp{Seconds: w.GetStart().GetSeconds(), Nanos: 2}
		},
		[]string{"problem.jobs[0].windows[0].end END_BEFORE_START"},
	},
	{
		"nested breaks", func(in *calloutv1.SolveRequest) {
			s := in.GetProblem().GetTechnicians()[0].GetShifts()[0]
			s.Breaks[1].LatestStart = s.GetLatestEnd()
		},
		[]string{"problem.technicians[0].shifts[0].breaks BREAK_ORDER"},
	},
	{
		"horizon", func(in *calloutv1.SolveRequest) {
			s := in.GetProblem().GetTechnicians()[1].GetShifts()[0]
			s.LatestEnd.Seconds += 93 * 86400
			in.Problem.Jobs[0].ReleaseTime.Seconds -= 400 * 86400
			in.Problem.Jobs[0].Windows[0].Start = nil
			in.Problem.Jobs[0].Windows[0].End.Seconds -= 400 * 86400
		},
		[]string{
			"problem.technicians[1].shifts[0].latest_end HORIZON", "problem.jobs[0].release_time HORIZON",
			"problem.jobs[0].windows[0].end HORIZON",
		},
	},
	{
		"matrix shape", func(in *calloutv1.SolveRequest) {
			m := in.GetProblem().GetProfiles()[0].GetMatrix()
			m.Durations, m.Distances, m.LocationIds = m.GetDurations()[1:], m.GetDistances()[2:], m.GetLocationIds()[3:]
		},
		[]string{
			"problem.profiles[0].matrix.durations MATRIX_SHAPE", "problem.profiles[0].matrix.distances MATRIX_SHAPE",
			"problem.profiles[0].matrix.location_ids MATRIX_SHAPE",
		},
	},
	{
		"matrix entries", func(in *calloutv1.SolveRequest) {
			m := in.GetProblem().GetProfiles()[0].GetMatrix()
			m.Durations[0], m.Durations[1], m.Durations[2], m.Durations[3] = -1, -2, math.MaxInt32, -1
			m.Distances[0], m.Distances[3], m.Distances[4] = -1, -1, -1
		},
		[]string{
			"problem.profiles[0].matrix.durations[0] OUT_OF_RANGE",
			"problem.profiles[0].matrix.durations[1] OUT_OF_RANGE", "problem.profiles[0].matrix.durations[2] OUT_OF_RANGE",
			"problem.profiles[0].matrix.distances[4] OUT_OF_RANGE",
		},
	},
	{
		"costs of one field", func(in *calloutv1.SolveRequest) {
			in.Problem.Jobs[0].UnassignedCost = new(1e9)
			in.Problem.Objective.Terms[1].Weight = new(1e6)
			in.Problem.Objective.BalanceCost = proto.Float64(600)
		},
		[]string{"problem.objective.balance_cost COST_OVERFLOW", "problem.jobs[0].unassigned_cost COST_OVERFLOW"},
	},
	{
		"costs of all", func(in *calloutv1.SolveRequest) {
			in.Problem.Jobs[0].UnassignedCost = new(1e9)
			in.Problem.Jobs[1].UnassignedCost = new(2e8)
		},
		[]string{"problem.objective COST_OVERFLOW"},
	},
}

// TestFaults wants exactly the faults named, in their order.
func TestFaults(t *testing.T) {
	for _, c := range faultCases {
		t.Run(c.name, func(t *testing.T) {
			in := small(t)
			c.spoil(in)
			request, faults := Solve(in, DefaultLimits())
			if request != nil {
				t.Error("a request with faults was converted")
			}
			if got := brief(faults); !slices.Equal(got, c.want) {
				t.Errorf("faults\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(c.want, "\n\t"))
			}
		})
	}
}

func brief(faults Faults) []string {
	var out []string
	for _, f := range faults {
		out = append(out, f.Path+" "+f.Code)
	}
	return out
}

// unknownField adds a field that the message does not have.
func unknownField(m proto.Message, num protowire.Number) {
	raw := protowire.AppendVarint(protowire.AppendTag(nil, num, protowire.VarintType), 1)
	m.ProtoReflect().SetUnknown(append(m.ProtoReflect().GetUnknown(), raw...))
}

// TestLimits sets each limit just below what the small request needs.
func TestLimits(t *testing.T) {
	for want, lower := range map[string]func(*Limits){
		"problem.jobs TOO_MANY":                                func(l *Limits) { l.Jobs = 1 },
		"problem.technicians TOO_MANY":                         func(l *Limits) { l.Technicians = 1; l.Shifts = 2 },
		"problem.nodes TOO_MANY":                               func(l *Limits) { l.Nodes = 0 },
		"problem.locations TOO_MANY":                           func(l *Limits) { l.Locations = 3 },
		"problem.profiles TOO_MANY":                            func(l *Limits) { l.Profiles = 1 },
		"problem.profiles TOO_LARGE":                           func(l *Limits) { l.MatrixCells = 31 },
		"problem.jobs[0].windows TOO_MANY":                     func(l *Limits) { l.Windows = 1 },
		"problem.nodes[0].stock TOO_MANY":                      func(l *Limits) { l.Stock = 1 },
		"problem.currency_code TOO_LONG":                       func(l *Limits) { l.StringBytes = 2 },
		"problem.locations[0].time_zone TOO_MANY":              func(l *Limits) { l.TimeZones = 0 },
		"problem.technicians[0].shifts[0].latest_end HORIZON":  func(l *Limits) { l.Horizon = 9 * 3600e9 },
		"problem.jobs[0].release_time HORIZON":                 func(l *Limits) { l.Past = 3600e9 },
		"problem.profiles[0].matrix.durations[3] OUT_OF_RANGE": func(l *Limits) { l.Leg = 1000e9 },
		"settings.max_iterations TOO_LARGE":                    func(l *Limits) { l.Iterations = 4999 },
		"initial_plan.routes[0].stops TOO_MANY":                func(l *Limits) { l.PlanStops = 2 },
		"initial_plan.routes[0].stops[1].visit.parts TOO_MANY": func(l *Limits) { l.PlanSupplies = 1 },
		"problem.technicians[0].service_area.polygon TOO_MANY": func(l *Limits) { l.ListItems = 2 },
	} {
		lim := DefaultLimits()
		lower(&lim)
		_, faults := Solve(small(t), lim)
		if !slices.Contains(brief(faults), want) {
			t.Errorf("want %s, got %q", want, brief(faults))
		}
	}
	lim := DefaultLimits()
	lim.Shifts = 1
	if _, faults := Solve(small(t), lim); !slices.Equal(brief(faults), []string{"problem.technicians TOO_MANY"}) {
		t.Error("too many shifts of all technicians:", brief(faults))
	}
}

func TestManyFaults(t *testing.T) {
	in := small(t)
	for range 150 {
		in.Problem.Jobs = append(in.Problem.Jobs, &calloutv1.Job{Id: "J" + fmt.Sprint(len(in.GetProblem().GetJobs())+1), LocationId: "nowhere"})
	}
	in.Settings.Workers = -1
	_, faults := Solve(in, DefaultLimits())
	if len(faults) != 101 || faults[100].Code != MoreFaults || faults.Omitted() != 51 || faults.Count() != 151 {
		t.Errorf("%d faults listed, %d omitted, %d in all, the last %v", len(faults), faults.Omitted(), faults.Count(), faults[100])
	}
	list, omitted := faults.ToProto()
	if len(list) != 100 || omitted != 51 {
		t.Errorf("Validate would list %d and omit %d", len(list), omitted)
	}
	st := status.Convert(faults.ToStatus())
	detail, ok := st.Details()[0].(*errdetails.BadRequest)
	if !ok {
		t.Fatalf("details %v", st.Details())
	}
	n := len(detail.GetFieldViolations())
	last := detail.GetFieldViolations()[n-1]
	if n < 20 || last.GetReason() != MoreFaults || !strings.HasPrefix(last.GetDescription(), fmt.Sprint(151-(n-1))) {
		t.Errorf("%d violations in the status, the last %v", n, last)
	}
	if size := proto.Size(st.Proto()); size > maxDetail+2048 {
		t.Errorf("a status of %d bytes", size)
	}
}

func TestStatus(t *testing.T) {
	var none Faults
	if none.ToStatus() != nil || none.Err() != nil {
		t.Error("no faults are an error")
	}
	in := small(t)
	in.Problem.Jobs[1].Priority = 200
	_, faults := Solve(in, DefaultLimits())
	st := status.Convert(faults.ToStatus())
	want := "a fault in the request: problem.jobs[1].priority: 200 is not within 0 to 100 (OUT_OF_RANGE)"
	if st.Code() != codes.InvalidArgument || st.Message() != want {
		t.Errorf("%v: %s", st.Code(), st.Message())
	}
	detail, ok := st.Details()[0].(*errdetails.BadRequest)
	if !ok || len(detail.GetFieldViolations()) != 1 {
		t.Fatalf("details %v", st.Details())
	}
	v := detail.GetFieldViolations()[0]
	if v.GetField() != "problem.jobs[1].priority" || v.GetReason() != OutOfRange || v.GetDescription() != "200 is not within 0 to 100" {
		t.Errorf("violation %v", v)
	}
	var as Faults
	if err := faults.Err(); !errors.As(err, &as) || len(as) != 1 {
		t.Error("Faults do not come back from the error")
	}
}

// TestValidate reports problem, settings and plan together, and a plan only of a good problem.
func TestValidate(t *testing.T) {
	in := small(t)
	all := &calloutv1.ValidateRequest{Problem: in.GetProblem(), Settings: in.GetSettings(), Plan: in.GetInitialPlan()}
	if faults := Validate(all, DefaultLimits()); len(faults) > 0 {
		t.Error(faults)
	}
	in.InitialPlan.Routes[0].ShiftId = "tue"
	in.Settings.Workers = -1
	want := []string{"settings.workers OUT_OF_RANGE", "plan.routes[0].shift_id UNKNOWN_ID"}
	if got := brief(Validate(all, DefaultLimits())); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
