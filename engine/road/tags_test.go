package road

import (
	"testing"

	"callout/engine/road/osm"
)

func tagList(list ...string) (t osm.Tags) {
	for ; len(list) >= 2; list = list[2:] {
		t = append(t, osm.Tag{Key: list[0], Value: list[1]})
	}
	return t
}

// Speeds in tenths of km/h, along and against; numbers not from the table of classes are worked out beside the case.
func TestRead(t *testing.T) {
	same := func(car, van, bike, foot uint16) speeds {
		return speeds{{car, car}, {van, van}, {bike, bike}, {foot, foot}}
	}
	for name, tt := range map[string]struct {
		tags osm.Tags
		want speeds
	}{
		"no road":             {tagList("building", "yes"), speeds{}},
		"planned":             {tagList("highway", "proposed"), speeds{}},
		"residential":         {tagList("highway", "residential"), same(260, 250, 170, 50)},
		"a class called road": {tagList("highway", "road"), same(300, 300, 170, 50)},
		"class ferry":         {tagList("highway", "ferry"), speeds{}},
		"motorway":            {tagList("highway", "motorway"), speeds{{1000, 0}, {900, 0}, {}, {}}},
		"limit":               {tagList("highway", "primary", "maxspeed", "50"), same(425, 425, 180, 50)}, // 85 % of 50
		"limit, miles":        {tagList("highway", "primary", "maxspeed", "30 mph"), same(410, 410, 180, 50)},
		"limit by zone":       {tagList("highway", "residential", "maxspeed", "DE:zone:30"), same(255, 255, 170, 50)},
		"limit of towns":      {tagList("highway", "secondary", "maxspeed:type", "RO:urban"), same(425, 425, 180, 50)},
		"limit, one direction": {
			tagList("highway", "primary", "maxspeed", "60", "maxspeed:backward", "40"),
			speeds{{510, 340}, {510, 340}, {180, 180}, {50, 50}},
		},
		"limit, nonsense":      {tagList("highway", "residential", "maxspeed", "fast"), same(260, 250, 170, 50)},
		"limit, negative":      {tagList("highway", "residential", "maxspeed", "-50"), same(260, 250, 170, 50)},
		"limit, NaN":           {tagList("highway", "residential", "maxspeed", "NaN"), same(260, 250, 170, 50)},
		"no limit":             {tagList("highway", "motorway", "maxspeed", "none"), speeds{{1300, 0}, {950, 0}, {}, {}}},
		"limit does not hurry": {tagList("highway", "service", "maxspeed", "50"), same(150, 150, 140, 50)},
		"surface":              {tagList("highway", "tertiary", "surface", "sand"), same(150, 150, 50, 50)},
		"track":                {tagList("highway", "track", "tracktype", "grade5"), same(80, 80, 70, 50)},
		"one-way":              {tagList("highway", "residential", "oneway", "yes"), speeds{{260, 0}, {250, 0}, {170, 0}, {50, 50}}},
		"one-way, backwards":   {tagList("highway", "residential", "oneway", "-1"), speeds{{0, 260}, {0, 250}, {0, 170}, {50, 50}}},
		"one-way, not for bicycles": {
			tagList("highway", "residential", "oneway", "yes", "oneway:bicycle", "no"), speeds{{260, 0}, {250, 0}, {170, 170}, {50, 50}},
		},
		"one-way, lane against": {
			tagList("highway", "residential", "oneway", "yes", "cycleway", "opposite_lane"), speeds{{260, 0}, {250, 0}, {170, 170}, {50, 50}},
		},
		"roundabout":          {tagList("highway", "residential", "junction", "roundabout"), speeds{{260, 0}, {250, 0}, {170, 0}, {50, 50}}},
		"reversible":          {tagList("highway", "primary", "oneway", "reversible"), speeds{{}, {}, {}, {50, 50}}},
		"private":             {tagList("highway", "service", "access", "private"), speeds{}},
		"private but on foot": {tagList("highway", "service", "access", "private", "foot", "yes"), same(0, 0, 0, 50)},
		"residents only":      {tagList("highway", "residential", "motor_vehicle", "no", "motorcar", "yes"), same(260, 0, 170, 50)},
		"deliveries":          {tagList("highway", "residential", "motor_vehicle", "delivery"), same(130, 250, 170, 50)},
		"destination":         {tagList("highway", "residential", "motor_vehicle", "destination"), same(130, 125, 170, 50)},
		"no entry one way": {
			tagList("highway", "residential", "motor_vehicle:backward", "no"), speeds{{260, 0}, {250, 0}, {170, 170}, {50, 50}},
		},
		"footway":             {tagList("highway", "footway"), same(0, 0, 50, 50)},
		"footway, bicycles":   {tagList("highway", "footway", "bicycle", "yes"), same(0, 0, 140, 50)},
		"get off":             {tagList("highway", "residential", "bicycle", "dismount"), same(260, 250, 50, 50)},
		"pedestrian, loading": {tagList("highway", "pedestrian", "goods", "delivery"), same(0, 100, 50, 50)},
		"steps":               {tagList("highway", "steps"), same(0, 0, 20, 30)},
		"square":              {tagList("highway", "pedestrian", "area", "yes"), same(0, 0, 50, 50)},
		"motor road":          {tagList("highway", "primary", "motorroad", "yes"), same(600, 600, 0, 0)},
		"trunk, pavement":     {tagList("highway", "trunk", "sidewalk", "both"), same(800, 750, 0, 50)},
		"low bridge":          {tagList("highway", "residential", "maxheight", "2.2 m"), same(260, 0, 170, 50)},
		"high bridge":         {tagList("highway", "residential", "maxheight", "4"), same(260, 250, 170, 50)},
		"ferry":               {tagList("route", "ferry"), same(150, 150, 150, 150)},
		"ferry without cars":  {tagList("route", "ferry", "motor_vehicle", "no"), same(0, 0, 150, 150)},
		"way of emergencies":  {tagList("highway", "service", "service", "emergency_access"), speeds{}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, got := read(tt.tags); got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

func TestDuration(t *testing.T) {
	for value, want := range map[string]int32{
		"": 0, "20": 1200, "00:20": 1200, "1:30": 5400, "01:30:10": 5410, "soon": 0, "-5": 0, "1:2:3:4": 0, "9999:00": 604800,
	} {
		if got := duration(tagList("duration", value)); got != want {
			t.Errorf("%q: %d, want %d", value, got, want)
		}
	}
}

func TestBlocked(t *testing.T) {
	const car, van, bike, foot = 1 << Car, 1 << Van, 1 << Bicycle, 1 << Foot
	for name, tt := range map[string]struct {
		tags osm.Tags
		want uint8
	}{
		"nothing":                  {nil, 0},
		"private shop":             {tagList("shop", "yes", "access", "private"), 0},
		"crossing":                 {tagList("highway", "crossing", "bicycle", "no"), 0},
		"gate":                     {tagList("barrier", "gate"), 0},
		"locked gate":              {tagList("barrier", "gate", "access", "private"), car | van | bike | foot},
		"locked gate, path beside": {tagList("barrier", "gate", "access", "no", "foot", "yes"), car | van | bike},
		"bollard":                  {tagList("barrier", "bollard"), car | van},
		"bollard that sinks":       {tagList("barrier", "bollard", "motor_vehicle", "yes"), 0},
		"stile":                    {tagList("barrier", "stile"), car | van | bike},
		"unknown":                  {tagList("barrier", "moat"), car | van | bike | foot},
		"height":                   {tagList("barrier", "height_restrictor", "maxheight", "2"), van},
	} {
		if got := blocked(tt.tags); got != tt.want {
			t.Errorf("%s: %b, want %b", name, got, tt.want)
		}
	}
}

func TestNames(t *testing.T) {
	for p := range Profile(profiles) {
		if got, err := ParseProfile(p.String()); got != p || err != nil {
			t.Errorf("profile %v: %v, %v", p, got, err)
		}
	}
	for c := range Class(classes) {
		if got, err := ParseClass(c.String()); got != c || err != nil || c.String() == "" {
			t.Errorf("class %v: %v, %v", c, got, err)
		}
	}
	if _, err := ParseProfile("submarine"); err == nil {
		t.Error("a profile of no name")
	}
}
