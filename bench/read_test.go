package bench

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
)

// example reads an instance of testdata, which has to become a request without faults.
func example(t *testing.T, name string, format Format) *Instance {
	t.Helper()
	in, err := ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if in.Format != format {
		t.Fatalf("format is %v, want %v", in.Format, format)
	}
	if _, _, faults := wire.Problem(in.Problem, Limits()); len(faults) > 0 {
		t.Fatal(faults)
	}
	return in
}

// leg is an entry of the only matrix.
func leg(p *calloutv1.Problem, from, to int) int32 {
	return p.GetProfiles()[0].GetMatrix().GetDurations()[from*len(p.GetLocations())+to]
}

// same compares a message with one in text form.
func same(t *testing.T, got proto.Message, text string) {
	t.Helper()
	want := got.ProtoReflect().New().Interface()
	if err := prototext.Unmarshal([]byte(text), want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("differs (-want +got):\n%s", diff)
	}
}

func TestSolomon(t *testing.T) {
	p := example(t, "rays.txt", VRPTW).Problem
	if n, m := len(p.GetJobs()), len(p.GetTechnicians()); n != 9 || m != 3 {
		t.Fatalf("%d jobs and %d technicians, want 9 and 3", n, m)
	}
	// Longest leg: between (12,0) and (-16,0), 280. Ten nodes and three vehicles: at most 13 legs, 3640; and 1.
	same(t, p.GetJobs()[2], `
		id: "3" location_id: "3" service_duration { seconds: 15 } unassigned_cost: 3641
		windows { kind: WINDOW_KIND_AVAILABILITY binds: WINDOW_BINDS_SERVICE_START start { seconds: 125 } end { seconds: 602 } }
		parts { sku: "load" quantity: 10 }`)
	same(t, p.GetJobs()[8], `
		id: "9" location_id: "9" service_duration {} unassigned_cost: 3641
		windows { kind: WINDOW_KIND_AVAILABILITY binds: WINDOW_BINDS_SERVICE_START start {} end { seconds: 1000 } }`)
	same(t, p.GetTechnicians()[2], `
		id: "vehicle3" van_stock { sku: "load" quantity: 40 } costs { cost_per_hour_travelled: 3600 }
		shifts { id: "day" start_location_id: "0" end_location_id: "0" earliest_start {} latest_end { seconds: 1000 } }`)
	for _, c := range []struct {
		from, to int
		want     int32
	}{
		{0, 4, 120},
		{4, 8, 280},
		{9, 0, 50},
		{9, 1, 58},  // 10 √34 = 58.3…
		{8, 9, 167}, // 10 √281 = 167.6…
		{5, 5, 0},
	} {
		if got := leg(p, c.from, c.to); got != c.want {
			t.Errorf("from %d to %d: %d, want %d", c.from, c.to, got, c.want)
		}
	}
}

func TestTRSP(t *testing.T) {
	p := example(t, "towns.txt", TRSP).Problem
	if n, m := len(p.GetJobs()), len(p.GetTechnicians()); n != 8 || m != 2 {
		t.Fatalf("%d jobs and %d technicians, want 8 and 2", n, m)
	}
	same(t, p.GetNodes()[0], `
		id: "0" location_id: "0" opening { start {} end { seconds: 300000 } }
		stock { sku: "part0" unlimited: true } stock { sku: "part1" unlimited: true }
		tools { tool: "tool0" unlimited: true } tools { tool: "tool1" unlimited: true }`)
	same(t, p.GetTechnicians()[0], `
		id: "1" skills { skill: "skill0" level: 1 } tools: "tool0" van_stock { sku: "part0" quantity: 2 }
		shifts { id: "day" start_location_id: "1" end_location_id: "1" earliest_start {} latest_end { seconds: 300000 } }
		costs { cost_per_hour_worked: 3.6 }`)
	// Both technicians together have 600 time units.
	same(t, p.GetJobs()[7], `
		id: "10" location_id: "10" service_duration { seconds: 5000 } unassigned_cost: 601
		windows {
			kind: WINDOW_KIND_AVAILABILITY binds: WINDOW_BINDS_SERVICE_START start { seconds: 200000 } end { seconds: 210000 }
		}
		skills { all_of { skill: "skill1" min_level: 1 } } tools: "tool0"
		parts { sku: "part0" quantity: 1 } parts { sku: "part1" quantity: 2 }`)
	if job := p.GetJobs()[3]; job.GetSkills() != nil || job.GetTools() != nil || job.GetParts() != nil {
		t.Errorf("request 6 needs nothing, has %v", job)
	}
	if got := leg(p, 3, 7); got != 100_000 {
		t.Errorf("(0,10) to (100,10) takes %d, want 100000", got)
	}
	if got := leg(p, 1, 0); got != 104_404 { // √10900 = 104.40306…
		t.Errorf("(0,0) to (100,-30) takes %d, want 104404", got)
	}
}

func TestFieldService(t *testing.T) {
	p := example(t, "crews.json", FieldService).Problem
	if n, m := len(p.GetJobs()), len(p.GetTechnicians()); n != 8 || m != 2 {
		t.Fatalf("%d jobs and %d technicians, want 8 and 2", n, m)
	}
	same(t, p.GetTechnicians()[1], `
		id: "bob" skills { skill: "skill1" level: 1 } costs { cost_per_hour_travelled: 3600 }
		shifts {
			id: "day" start_location_id: "1" end_location_id: "1" earliest_start {} latest_end { seconds: 10000 }
			breaks { id: "break" earliest_start { seconds: 1000 } latest_start { seconds: 2500 } duration { seconds: 600 } }
		}`)
	same(t, p.GetJobs()[3], `
		id: "tight" location_id: "5" service_duration { seconds: 1500 } priority: 4 unassigned_cost: 43200
		windows { kind: WINDOW_KIND_AVAILABILITY binds: WINDOW_BINDS_SERVICE_START start { seconds: 1500 } end { seconds: 1600 } }
		skills { all_of { skill: "skill1" min_level: 1 } }`)
	if got := leg(p, 3, 7); got != 4700 {
		t.Errorf("from 3 to 7: %d, want 4700", got)
	}
}

// The Earth is a ball with a diameter of 12,742 km here, and a metre takes 0.135 s: a degree of a great circle is
// 0.135 * 12742000 * π/360 = 15011.3… s.
func TestHaversine(t *testing.T) {
	p := example(t, "meridian.json", FieldService).Problem
	for _, c := range []struct {
		name     string
		from, to int
		want     int32
	}{
		{"a degree of the meridian", 0, 1, 15012},
		{"half a degree of the equator", 0, 2, 7506},
		{"a degree across the equator", 6, 7, 15012},
		{"a quarter of the way round", 0, 4, 1_351_019}, // 1351018.1…
		{"the other side", 0, 5, 2_702_037},             // 2702036.3…
		{"nowhere", 4, 4, 0},
	} {
		if got, back := leg(p, c.from, c.to), leg(p, c.to, c.from); got != c.want || back != c.want {
			t.Errorf("%s takes %d and back %d, want %d", c.name, got, back, c.want)
		}
	}
	if at := p.GetLocations()[4].GetPosition(); at.GetLatitude() != 45 || at.GetLongitude() != 90 {
		t.Errorf("location 4 is at %v", at)
	}
}

// Prizes and times in tenths, the service time for all.
func TestPrizes(t *testing.T) {
	in := example(t, "prizes.vrp", PCVRPTW)
	if p := in.Problem; len(p.GetJobs()) != 4 || len(p.GetTechnicians()) != 2 || !in.Optional {
		t.Fatalf("%d jobs, %d technicians, may be left out: %v", len(p.GetJobs()), len(p.GetTechnicians()), in.Optional)
	}
	same(t, in.Problem.GetJobs()[1], `
		id: "2" location_id: "2" service_duration { seconds: 15 } unassigned_cost: 90
		windows { kind: WINDOW_KIND_AVAILABILITY binds: WINDOW_BINDS_SERVICE_START start { seconds: 125 } end { seconds: 900 } }
		parts { sku: "load" quantity: 1 }`)
	same(t, in.Problem.GetTechnicians()[1], `
		id: "vehicle2" van_stock { sku: "load" quantity: 3 } costs { cost_per_hour_travelled: 3600 }
		shifts { id: "day" start_location_id: "0" end_location_id: "0" earliest_start {} latest_end { seconds: 1000 } }`)
	if got := leg(in.Problem, 3, 4); got != 250 {
		t.Errorf("from 3 to 4: %d, want 250", got)
	}
}

// A matrix is taken as it is, and so are times.
func TestOneWay(t *testing.T) {
	in := example(t, "oneway.txt", EuroNeurIPS)
	if there, back := leg(in.Problem, 1, 2), leg(in.Problem, 2, 1); there != 5 || back != 50 || in.Optional {
		t.Errorf("from 1 to 2: %d, back %d, may be left out: %v", there, back, in.Optional)
	}
	same(t, in.Problem.GetJobs()[2].GetWindows()[0], `
		kind: WINDOW_KIND_AVAILABILITY binds: WINDOW_BINDS_SERVICE_START start {} end { seconds: 40 }`)
	if got := in.Problem.GetJobs()[2].GetServiceDuration().GetSeconds(); got != 5 {
		t.Errorf("a service of %d s, want 5", got)
	}
}

// Each case replaces a text of a good file.
func TestFaults(t *testing.T) {
	for _, c := range []struct{ file, old, text, want string }{
		{"rays.txt", "VEHICLE", "CARS", `unknown format`},
		{"rays.txt", "NUMBER", "COUNT", `rays.txt:4: "COUNT     CAPACITY": expected a line that begins with NUMBER`},
		{"rays.txt", "  3          40", "  3.5        40", `rays.txt:5: number of vehicles is 3.5: expected a whole number from 1 to 5000`},
		{"rays.txt", "  3          40", "  3", `rays.txt:5: 1 fields where 2 are expected: number of vehicles, capacity`},
		{"rays.txt", "    2      6", "    3      6", `rays.txt:12: customer number 3: expected 2, rows are numbered from 0`},
		{"rays.txt", "    2      6", "    2      6;", `rays.txt:12: x is "6;": expected a number from -1e+06 to 1e+06`},
		{"rays.txt", "12.5", "NaN", `rays.txt:13: ready time is "NaN": expected a number`},
		{"rays.txt", "12.5", "12.5 1", `rays.txt:13: 8 fields where 7 are expected: customer number, x, y`},
		{"rays.txt", "12.5", "-1", `rays.txt:13: ready time is negative`},
		{"rays.txt", "60.2", "12.4", `rays.txt:13: due date 12.4 is before ready time 12.5`},
		{"rays.txt", "    9          0         10", "    9          0         0.5", `rays.txt:13: demand is 0.5: expected a whole number`},
		{"rays.txt", "0        100          0\n    1", "9        9            0\n    1", `rays.txt:19: the depot is never open`},
		{"towns.txt", "CREW COUNT", "CREW", `unknown format`},
		{"towns.txt", "2           2       2       2", "11          2       2       2", `towns.txt:19: 11 rows where a depot and 11 technicians`},
		{"towns.txt", "2           2       2       2", "2           2       2", `towns.txt:5: 3 fields where 4 are expected`},
		{"towns.txt", "[2,0]", "[2]", `towns.txt:10: 1 quantities of spare parts: expected 2`},
		{"towns.txt", "[2,0]", "[2,-1]", `towns.txt:10: list 3 of the row has "-1": expected a whole number`},
		{"towns.txt", "[1,0]    []", "[1,2]    []", `towns.txt:11: skill 2: expected numbers below 2, each once`},
		{"towns.txt", "[1,0]    []", "[1,1]    []", `towns.txt:11: skill 1: expected numbers below 2, each once`},
		{"towns.txt", "[1,0]    []", "[1,0]", `towns.txt:11: list 3 of the row: expected three lists`},
		{"towns.txt", "[1,0]    []", "[1,0    []", `towns.txt:11: list 1 of the row has "0    [": expected a whole number`},
		{"towns.txt", "[1,2]", "[1,2] 7", `towns.txt:19: "7" after the lists`},
		{"towns.txt", "200    210", "210    200", `towns.txt:19: latest 200 is before earliest 210`},
		{"towns.txt", "10   100", "11   100", `towns.txt:19: id 11: expected 10`},
		{"towns.txt", "0     0     0      300", "0     0     0      0", `towns.txt:10: technician 1 has no time`},
		{"crews.json", `"skills": [0]}`, `"skills": [0]`, `crews.json:10: invalid character`},
		{"crews.json", `"home": 0`, `"home": "0"`, `crews.json:9: json: cannot unmarshal string`},
		{"crews.json", `"home": 0`, `"hom": 0`, `unknown field "hom"`},
		{"crews.json", `"home": 0, `, ``, `technicians[0].home: expected the number of a location, below 9`},
		{"crews.json", `"home": 1`, `"home": 9`, `technicians[1].home: expected the number of a location, below 9`},
		{"crews.json", `"bob"`, `"ann"`, `technicians[1].id "ann" is used before`},
		{"crews.json", `[1000, 2500]`, `[2000, 2500]`, `break.duration is 600: expected 1 to the length of its window, 500`},
		{"crews.json", `[1000, 2500]`, `[1000, 9500]`, `within the shift`},
		{"crews.json", `"penalty": 43200`, `"penalty": -1`, `jobs[3].penalty: expected seconds, 0 to 1e9`},
		{"crews.json", `, "penalty": 43200`, ``, `jobs[3].penalty: expected seconds, 0 to 1e9`},
		{"crews.json", `"window": [1500, 1600]`, `"window": [1500]`, `jobs[3].window is [1500]: expected [from, to]`},
		{"crews.json", `"skills": [2]`, `"skills": [3]`, `jobs[6].skills has 3: expected numbers below 3, each once`},
		{"crews.json", `"matrix"`, `"roads"`, `travel.kind is "roads": expected "haversine" or "matrix"`},
		{"crews.json", `"seconds": [[0, `, `"seconds": [[`, `travel.seconds[0] has 8 entries: expected 9`},
		{"crews.json", `start of service`, `arrival`, `window_means is "arrival"`},
		{"crews.json", "\n}\n", "\n} {}", `crews.json:22: something follows the object`},
		{"crews.json", "\n ]\n}\n", "\n", `crews.json:21: the file ends within the object`},
		{"meridian.json", `[45, 90]`, `[45]`, `locations[4] is [45]: expected [latitude, longitude] in degrees`},
		{"meridian.json", `[45, 90]`, `[95, 90]`, `locations[4] is [95 90]`},
		{"meridian.json", `"speed_mps": 10.0`, `"speed_mps": 0`, `travel: detour 1.35 and speed_mps 0`},
		{"prizes.vrp", "DIMENSION : 5", "DIMENSION : 4", `prizes.vrp:13: section "5 20 0" is not known`},
		{"prizes.vrp", "DIMENSION : 5\n", "", `prizes.vrp:7: NODE_COORD_SECTION stands before DIMENSION or EDGE_WEIGHT_TYPE`},
		{"prizes.vrp", "VEHICLES : 2", "VEHICLES : 0", `prizes.vrp:4: VEHICLES is 0: expected a whole number from 1 to 5000`},
		{"prizes.vrp", "VEHICLES : 2", "DIMENSION : 2", `prizes.vrp:4: a second DIMENSION`},
		{"prizes.vrp", "VEHICLES : 2", "WHEELS : 2", `prizes.vrp:4: "WHEELS" is not known`},
		{"prizes.vrp", "CAPACITY : 3\n", "", `prizes.vrp:34: the file ends without CAPACITY`},
		{"prizes.vrp", "SERVICE_TIME : 1.5", "SERVICE_TIME : -1", `prizes.vrp:6: SERVICE_TIME is negative`},
		{"prizes.vrp", "EUC_2D", "GEO", `prizes.vrp:7: EDGE_WEIGHT_TYPE is "GEO": expected EUC_2D or EXPLICIT`},
		{"prizes.vrp", "EUC_2D", "EXPLICIT", `prizes.vrp:35: the file ends without EDGE_WEIGHT_SECTION`},
		{"prizes.vrp", "3 6 0", "4 6 0", `prizes.vrp:11: node 4: expected 3, rows are numbered from 1`},
		{"prizes.vrp", "3 12.5 90", "3 12.5 9", `prizes.vrp:23: ready time 12.5 and due date 9: expected numbers from 0 on, in this order`},
		{"prizes.vrp", "1 0 100", "1 0 0", `prizes.vrp:35: the depot is never open`},
		{"prizes.vrp", "3 9\n", "3 -9\n", `prizes.vrp:29: prize is negative`},
		{"prizes.vrp", "1\n-1", "2\n-1", `prizes.vrp:33: "2" where 1 is expected: the depot is the first node`},
		{"prizes.vrp", "-1\nEOF\n", "", `prizes.vrp:33: the file ends where the depot, then -1 is expected`},
		{"oneway.txt", "FULL_MATRIX", "LOWER_ROW", `oneway.txt:7: EDGE_WEIGHT_FORMAT is "LOWER_ROW": expected FULL_MATRIX`},
		{"oneway.txt", "15	0	5	40", "15	0	5", `oneway.txt:11: 3 entries: expected 4`},
		{"oneway.txt", "15	0	5	40", "15	0	5	4.5", `oneway.txt:11: entry is 4.5: expected a whole number`},
		{"strsp/tasks_noTeam/fields.txt", "", "", `technicians and tasks of this format are two files`},
	} {
		data, err := os.ReadFile(filepath.Join("testdata", c.file))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(data), c.old) {
			t.Errorf("%s has no %q", c.file, c.old)
			continue
		}
		in, err := Read(c.file, []byte(strings.Replace(string(data), c.old, c.text, 1)))
		if err == nil {
			t.Errorf("%s with %q is read: %v", c.file, c.text, in.Format)
			continue
		}
		var fault *FileError
		if !errors.As(err, &fault) && !errors.Is(err, ErrFormat) {
			t.Errorf("%s with %q: %T is neither kind of error", c.file, c.text, err)
		}
		if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s with %q: %q lacks %q", c.file, c.text, err, c.want)
		}
	}
}

func TestDetect(t *testing.T) {
	for text, want := range map[string]Format{
		"":                                               Unknown,
		"C101\n\nVEHICLE\n..CUSTOMER\n":                  VRPTW,
		"VEHICLE alone":                                  Unknown,
		"Toy\nINFO\nCREW COUNT":                          TRSP,
		" \n{\"format\": \"fieldservice-1\"}":            FieldService,
		`{"format": "fieldservice-9"}`:                   Unknown,
		`{"VEHICLE": "CUSTOMER"}`:                        Unknown,
		"CUSTOMER VEHICLE PRIZE_SECTION":                 PCVRPTW,
		"EDGE_WEIGHT_SECTION PRIZE_SECTION":              PCVRPTW,
		"EDGE_WEIGHT_SECTION":                            EuroNeurIPS,
		"Capacity: 1\nCustomer: 2\nCUST NO.":             STRSP,
		"Number of Technicians: 1\nproficiency level: 1": STRSP,
	} {
		if got := Detect([]byte(text)); got != want {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
	for _, f := range []Format{VRPTW, TRSP, FieldService, PCVRPTW, EuroNeurIPS, STRSP} {
		if got, err := ParseFormat(f.String()); got != f || err != nil {
			t.Errorf("%v is read as %v (%v)", f, got, err)
		}
	}
	if _, err := ParseFormat("tsp"); !errors.Is(err, ErrFormat) {
		t.Errorf("tsp: %v", err)
	}
}

// Halves go to the even number, as in the convention.
func TestRounding(t *testing.T) {
	for v, want := range map[float64]int64{0: 0, 12.5: 125, 0.04: 0, 0.06: 1, 0.05: 0, 0.15: 2, 3914: 39140} {
		if got := tenths(v); got != want {
			t.Errorf("%v is %d tenths, want %d", v, got, want)
		}
	}
	if got := late(1.0009); got != 1000 {
		t.Errorf("late rounds to %d", got)
	}
	if got := early(1.0001); got != 1001 {
		t.Errorf("early rounds to %d", got)
	}
	if got := early(math.Hypot(3, 4)); got != 5000 {
		t.Errorf("a distance of 5 is %d", got)
	}
}
