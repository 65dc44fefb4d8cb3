package bench

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	fieldTasks = "testdata/strsp/tasks_noTeam/fields.txt"
	fieldCrew  = "testdata/strsp/technicians_noTeam/technicians_fields.txt"
)

// fields are the two files of an instance.
func fields(tb testing.TB) (tasks, crew []byte) {
	tb.Helper()
	tasks, err := os.ReadFile(fieldTasks)
	if err != nil {
		tb.Fatal(err)
	}
	if crew, err = os.ReadFile(fieldCrew); err != nil {
		tb.Fatal(err)
	}
	return tasks, crew
}

func TestSTRSP(t *testing.T) {
	in := example(t, "strsp/tasks_noTeam/fields.txt", STRSP)
	p := in.Problem
	if len(p.GetJobs()) != 4 || len(p.GetTechnicians()) != 2 || !in.Optional || in.Name != "fields" {
		t.Fatalf("%s: %d jobs, %d technicians, may be left out: %v", in.Name, len(p.GetJobs()), len(p.GetTechnicians()), in.Optional)
	}
	same(t, p.GetTechnicians()[1], `
		id: "2" skills { skill: "domain1" level: 1 } skills { skill: "domain2" level: 2 } costs { cost_per_hour_travelled: 3.6 }
		shifts { id: "day" start_location_id: "0" end_location_id: "0" earliest_start {} latest_end { seconds: 500000 } }`)
	same(t, p.GetJobs()[0], `
		id: "2" location_id: "1" service_duration { seconds: 90000 } unassigned_cost: 202.82842712474618
		windows { kind: WINDOW_KIND_AVAILABILITY binds: WINDOW_BINDS_SERVICE_START start {} end { seconds: 400000 } }
		skills { all_of { skill: "domain1" min_level: 2 } }`)
	same(t, p.GetJobs()[1], `
		id: "3" location_id: "2" service_duration { seconds: 2500 } unassigned_cost: 201
		windows { kind: WINDOW_KIND_AVAILABILITY binds: WINDOW_BINDS_SERVICE_START start { seconds: 60500 } end { seconds: 400000 } }
		skills { all_of { skill: "domain2" min_level: 1 } }`)
	if job := p.GetJobs()[2]; job.GetSkills() != nil || job.GetUnassignedCost() != 200 {
		t.Errorf("task 4 needs %v and costs %v", job.GetSkills(), job.GetUnassignedCost())
	}
	if got := leg(p, 0, 1); got != 5000 {
		t.Errorf("a distance of 5 takes %d", got)
	}
	reduced := example(t, "strsp/techniciansReduced_noTeam/technicians_fields.txt", STRSP)
	if n := len(reduced.Problem.GetTechnicians()); n != 1 || reduced.Name != "fields" {
		t.Errorf("%s: %d technicians of the smaller crew", reduced.Name, n)
	}
}

// Each case replaces a text of one of two good files.
func TestSTRSPFaults(t *testing.T) {
	tasks, crew := fields(t)
	for _, c := range []struct{ old, text, want string }{
		{"Number of Technicians: 2", "Number of Technicians: 3", `crew:10: 2 technicians: expected 3`},
		{"Number of Technicians: 2", "Number of Technicians: 1", `crew:9: ID 2: expected 2, rows are numbered from 1 to 1`},
		{"Number of Technicians: 2\n", "", `crew:2: "domains: 2": expected Number of Technicians`},
		{"domains: 2", "domains: 3", `crew:8: 3 fields where 4 are expected: ID, domain1, domain2, domain3`},
		{"domains: 2", "domains: 0", `crew:3: domains is 0: expected a whole number from 1 to 100`},
		{"1	2	0\n2", "1	3	0\n2", `crew:8: domain1 is 3: expected a whole number from 0 to 2`},
		{"ID	domain1", "NO	domain1", "crew:7: \"NO\\tdomain1\\tdomain2\": expected a line that begins with ID"},
		{"Customer: 5", "Customers", `tasks:9: the file ends where Customer is expected`},
		{"5	0	7", "6	0	7", `tasks:9: customer number 6: expected 5, rows are numbered from 1`},
		{"5	0	7", "5	0	1e5", `tasks:9: y is 100000: expected at most 30000`},
		{"60.5	400", "60.5	60", `tasks:7: due date 60 is before ready time 60.5`},
		{"60.5	400	2.5", "60.5	400	-2.5", `tasks:7: service time is -2.5`},
		{"50	1	1	1	1", "50	2	1	1	1", `tasks:9: d11 is 2: tasks of several technicians are not read`},
		{"50	1	1	1	1", "50	1	1	1", `tasks:9: 11 fields where 12 are expected`},
		{"0	500	0", "0	0	0", `expected the depot as first row, and it open`},
	} {
		both := [2]string{string(tasks), string(crew)}
		found := false
		for k := range both {
			if strings.Contains(both[k], c.old) {
				both[k], found = strings.Replace(both[k], c.old, c.text, 1), true
			}
		}
		_, err := readSTRSP(text{"tasks", []byte(both[0])}, text{"crew", []byte(both[1])})
		var fault *FileError
		if !found || !errors.As(err, &fault) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q (there: %v): %v lacks %q", c.text, found, err, c.want)
		}
	}
}

func TestSTRSPWithoutCrew(t *testing.T) {
	tasks, _ := fields(t)
	alone := filepath.Join(t.TempDir(), "tasks_noTeam", "fields.txt")
	if err := os.MkdirAll(filepath.Dir(alone), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(alone, tasks, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := ReadFile(alone)
	if want := filepath.Join("technicians_noTeam", "technicians_fields.txt"); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v lacks %q", err, want)
	}
}
