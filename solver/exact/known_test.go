package exact

import (
	"reflect"
	"slices"
	"testing"

	"callout/solver/model"
)

// known are the fields of a problem that the model takes into account, or that cost nothing and forbid nothing. A proof says that no
// plan is better, so a field that is new has to be modelled, or refused in build, before it is entered here.
var known = map[reflect.Type][]string{
	reflect.TypeFor[model.Problem](): {
		"Locations", "Profiles", "Skills", "Certificates", "Tools", "SKUs", "Sizes", "Jobs", "Technicians", "Shifts", "Nodes", "Objective", "Now",
		"Lanes", "Tiers",
		"Leftovers", // of a running day: it says what a technician has to hand in
	},
	reflect.TypeFor[model.Location](): {"ID", "Lat", "Lon", "HasCoord"},
	reflect.TypeFor[model.Profile]():  {"ID", "Matrix", "Series", "Wide", "StraightLine", "Speeds"},
	reflect.TypeFor[model.Matrix]():   {"N", "Durations", "Distances"},
	reflect.TypeFor[model.Window]():   {"Kind", "Binds", "From", "To", "Early", "Late"},
	reflect.TypeFor[model.Job](): {
		"ID", "Location", "Service", "Release", "Windows", "AllOf", "AnyOf", "Certificates", "Tools", "Parts", "Substitutes", "Returns",
		"Required", "Excluded", "Preferred", "Priority", "Unassigned", "Response", "NotPreferred", "Tier", "Kept", "Risk",
		"Anywhere",
	},
	reflect.TypeFor[model.Rise]():        {"From", "Cost", "Rate"},
	reflect.TypeFor[model.Technician]():  {"ID", "Skills", "Certificates", "Tools", "Stock", "Returns", "Capacity", "Area", "VisitCost"},
	reflect.TypeFor[model.SkillLevel]():  {"Skill", "Level"},
	reflect.TypeFor[model.TechSkill]():   {"Skill", "Level", "Multiplier"},
	reflect.TypeFor[model.Certificate](): {"Cert", "From", "Until"},
	reflect.TypeFor[model.Quantity]():    {"SKU", "Qty"},
	reflect.TypeFor[model.Return]():      {"SKU", "Qty", "Nodes"},
	reflect.TypeFor[model.Substitute]():  {"Part", "SKU", "Price"},
	reflect.TypeFor[model.Area]():        {"Lat", "Lon", "RadiusM", "Polygon"},
	reflect.TypeFor[model.Shift](): {
		"ID", "Tech", "Profile", "Start", "End", "Earliest", "RegularEnd", "LatestEnd", "MaxWork", "MaxDrive", "MaxSpell", "Breaks",
		"Fixed", "TravelRate", "DistRate", "WorkRate", "Overtime",
	},
	reflect.TypeFor[model.Break]():        {"ID", "Earliest", "Latest", "Duration", "Paid"},
	reflect.TypeFor[model.OvertimeTier](): {"After", "Rate"},
	reflect.TypeFor[model.Node]():         {"ID", "Location", "Open", "Handling", "Fixed", "Stock", "Lots", "Tools"},
	reflect.TypeFor[model.Interval]():     {"From", "To"},
	reflect.TypeFor[model.NodeStock]():    {"SKU", "Qty", "Price"},
	reflect.TypeFor[model.NodeTool]():     {"Tool", "Qty"},
	reflect.TypeFor[model.Objective]():    {"Tier", "SurplusPerLevel", "Balance"},
	reflect.TypeFor[model.Lot]():          {"ID", "SKU", "Qty", "From", "Price", "Tier", "Break", "Jobs"},
	reflect.TypeFor[model.Lane]():         {"ID", "From", "To", "Sites", "Fixed", "Unit", "Lead", "Departures"},
	reflect.TypeFor[model.Departure]():    {"Leaves", "Arrives"},
	// Refused: the engine computes matrices first, or asks for travel piece by piece.
	reflect.TypeFor[model.Span]():         {"From", "Journeys"},
	reflect.TypeFor[model.StraightLine](): {"Detour", "Speed"},
	// Refused: prices of changes.
	reflect.TypeFor[model.Kept](): {"Tech", "Start", "Slack", "Reassign", "Moved", "Before", "Resequence"},
	// Refused: travel by the hour.
	reflect.TypeFor[model.Bucket]():      {"From", "Matrix"},
	reflect.TypeFor[model.SpeedFactor](): {"From", "Factor"},
}

func TestNothingIsLeftOut(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var visit func(x reflect.Type)
	visit = func(x reflect.Type) {
		switch x.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array:
			visit(x.Elem())
			return
		case reflect.Struct:
		default:
			return
		}
		if seen[x] {
			return
		}
		seen[x] = true
		for f := range x.Fields() {
			if !slices.Contains(known[x], f.Name) {
				t.Errorf("%s.%s is new: model it, or refuse it in build", x, f.Name)
			}
			visit(f.Type)
		}
	}
	visit(reflect.TypeFor[model.Problem]())
	if model.NumTerms != 15 || model.NumWindowKinds != 4 {
		t.Errorf("%d terms and %d kinds of windows, 15 and 4 are known", model.NumTerms, model.NumWindowKinds)
	}
	if len(seen) != len(known) {
		t.Errorf("%d types are part of a problem, %d are known", len(seen), len(known))
	}
}
