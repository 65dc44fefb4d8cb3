package bench

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	calloutv1 "callout/api/callout/v1"
)

// Bounds on domains and on levels of proficiency.
const (
	maxDomains = 100
	maxLevels  = 100
)

// text is a file with its name.
type text struct {
	name string
	data []byte
}

// strspFile is an instance as read. The first row is where everybody starts and ends.
type strspFile struct {
	domains, levels int
	crew            [][]int // level by domain
	rows            []strspRow
}

type strspRow struct {
	x, y                float64
	ready, due, service float64
	price               float64
	need                []int // level by domain
}

var (
	isSTRSPCrew  = has("Number of Technicians:", "proficiency level:")
	isSTRSPTasks = has("Capacity:", "Customer:", "CUST NO.")
)

func strspText(data []byte) bool { return isSTRSPCrew(data) || isSTRSPTasks(data) }

// readHalfSTRSP refuses one file of two.
func readHalfSTRSP(file string, _ []byte) (*calloutv1.Problem, error) {
	return nil, &FileError{File: file, Text: "technicians and tasks of this format are two files, of which this is one"}
}

// crewPrefix is what a crew's file has before the name of its tasks.
const crewPrefix = "technicians_"

// readPairSTRSP finds the other file of an instance: tasks_KIND/NAME.txt and technicians_KIND/technicians_NAME.txt, or another folder
// of that kind (techniciansReduced_KIND) where the crew is named.
func readPairSTRSP(path string, data []byte) (*Instance, error) {
	folder, base := filepath.Split(path)
	folder = filepath.Clean(folder)
	_, kind, _ := strings.Cut(filepath.Base(folder), "_")
	other := filepath.Join(filepath.Dir(folder), crewPrefix+kind, crewPrefix+base)
	if isSTRSPCrew(data) {
		other = filepath.Join(filepath.Dir(folder), "tasks_"+kind, strings.TrimPrefix(base, crewPrefix))
	}
	more, err := readText(other)
	if err != nil {
		return nil, fmt.Errorf("%s: its other half: %w", path, err)
	}
	tasks, crew := text{path, data}, text{other, more}
	if isSTRSPCrew(data) {
		tasks, crew = crew, tasks
	}
	p, err := readSTRSP(tasks, crew)
	if err != nil {
		return nil, err
	}
	return &Instance{Name: instanceName(path), Format: STRSP, Problem: p, Optional: true}, nil
}

// readSTRSP reads an instance of the service technician routing and scheduling problem of Kovacs, Parragh, Doerner and Hartl
// (2012, doi 10.1007/s10951-011-0246-9) without teams: technicians with a level in each domain, tasks that need levels. The objective
// is the distance driven plus, for each task left out, 200 and the 1.5th power of the sum of its matrix. Loads do not count.
func readSTRSP(tasks, crew text) (*calloutv1.Problem, error) {
	f := new(strspFile)
	if err := f.readCrew(newLines(crew.name, crew.data)); err != nil {
		return nil, err
	}
	if err := f.readTasks(newLines(tasks.name, tasks.data)); err != nil {
		return nil, err
	}
	return f.problem(), nil
}

func (f *strspFile) readCrew(l *lines) error {
	var n int
	for _, head := range []struct {
		key  string
		out  *int
		most int64
	}{
		{"Number of Technicians", &n, maxCrew}, {"domains", &f.domains, maxDomains}, {"proficiency level", &f.levels, maxLevels},
	} {
		value, err := l.value(head.key)
		if err != nil {
			return err
		}
		v, err := l.number(value, head.key)
		if err != nil {
			return err
		}
		whole, err := l.count(v, head.key, 1, head.most)
		if err != nil {
			return err
		}
		*head.out = int(whole)
	}
	if err := l.heading("ID"); err != nil {
		return err
	}
	names := []string{"ID"}
	for d := range f.domains {
		names = append(names, fmt.Sprintf("domain%d", d+1))
	}
	for l.next() {
		v, err := l.numbers(strings.Fields(l.text), names...)
		if err != nil {
			return err
		}
		if id := len(f.crew) + 1; v[0] != float64(id) || id > n {
			return l.fail("ID %v: expected %d, rows are numbered from 1 to %d", v[0], id, n)
		}
		levels := make([]int, f.domains)
		for d := range levels {
			level, err := l.count(v[d+1], names[d+1], 0, int64(f.levels))
			if err != nil {
				return err
			}
			levels[d] = int(level)
		}
		f.crew = append(f.crew, levels)
	}
	if len(f.crew) != n {
		return l.fail("%d technicians: expected %d", len(f.crew), n)
	}
	return nil
}

// value moves to a line KEY: VALUE, over others without a colon.
func (l *lines) value(key string) (string, error) {
	for {
		if err := l.want(key); err != nil {
			return "", err
		}
		have, value, pair := strings.Cut(l.text, ":")
		if pair && strings.TrimSpace(have) == key {
			return strings.TrimSpace(value), nil
		}
		if pair {
			return "", l.fail("%q: expected %s", l.text, key)
		}
	}
}

func (f *strspFile) readTasks(l *lines) error {
	for _, key := range []string{"Capacity", "Customer"} {
		if _, err := l.value(key); err != nil {
			return err
		}
	}
	if err := l.heading("CUST NO."); err != nil {
		return err
	}
	names := append([]string{}, customerFields...)
	names = append(names, "cost")
	for d := range f.domains {
		for k := range f.levels {
			names = append(names, fmt.Sprintf("d%d%d", d+1, k+1))
		}
	}
	for l.next() {
		row, err := f.readTask(l, names)
		if err != nil {
			return err
		}
		if f.rows = append(f.rows, row); len(f.rows) > maxLocations {
			return l.fail("more than %d rows", maxLocations)
		}
	}
	if len(f.rows) == 0 || f.rows[0].due <= f.rows[0].ready {
		return l.fail("expected the depot as first row, and it open")
	}
	return nil
}

// readTask reads the current line.
func (f *strspFile) readTask(l *lines, names []string) (strspRow, error) {
	v, err := l.numbers(strings.Fields(l.text), names...)
	if err != nil {
		return strspRow{}, err
	}
	if id := len(f.rows) + 1; v[0] != float64(id) {
		return strspRow{}, l.fail("customer number %v: expected %d, rows are numbered from 1", v[0], id)
	}
	for k, most := range []float64{1: maxTRSPPlace, 2: maxTRSPPlace, 4: maxTRSPTime, 5: maxTRSPTime, 6: maxTRSPTime} {
		if most > 0 && math.Abs(v[k]) > most || k > 2 && v[k] < 0 {
			return strspRow{}, l.fail("%s is %v: expected at most %g, and no negative time", names[k], v[k], most)
		}
	}
	row := strspRow{x: v[1], y: v[2], ready: v[4], due: v[5], service: v[6], need: make([]int, f.domains)}
	if row.due < row.ready {
		return strspRow{}, l.fail("due date %v is before ready time %v", row.due, row.ready)
	}
	var sum int64
	for k, field := range v[8:] {
		people, err := l.count(field, names[k+8], 0, maxCrew)
		if err != nil {
			return strspRow{}, err
		}
		if people > 1 {
			return strspRow{}, l.fail("%s is %d: tasks of several technicians are not read", names[k+8], people)
		}
		if people > 0 {
			row.need[k/f.levels] = k%f.levels + 1
		}
		sum += people
	}
	row.price = 200 + math.Pow(float64(sum), 1.5)
	return row, nil
}

// Names of domains by their numbers.
func domainID(d int) string { return fmt.Sprintf("domain%d", d+1) }

func (f *strspFile) problem() *calloutv1.Problem {
	p := &calloutv1.Problem{
		Locations: places(len(f.rows)),
		Profiles: travel(len(f.rows), func(i, j int) int32 {
			return int32(early(math.Hypot(f.rows[i].x-f.rows[j].x, f.rows[i].y-f.rows[j].y)))
		}),
		Objective: plainObjective(),
	}
	for k, levels := range f.crew {
		t := &calloutv1.Technician{
			Id: strconv.Itoa(k + 1), Shifts: day("0", early(f.rows[0].ready), late(f.rows[0].due)),
			Costs: &calloutv1.ShiftCosts{CostPerHourTravelled: 3600.0 / trspScale},
		}
		for d, level := range levels {
			if level > 0 {
				t.Skills = append(t.Skills, &calloutv1.TechnicianSkill{Skill: domainID(d), Level: int32(level)})
			}
		}
		p.Technicians = append(p.Technicians, t)
	}
	for k := 1; k < len(f.rows); k++ {
		row := &f.rows[k]
		job := &calloutv1.Job{
			Id: strconv.Itoa(k + 1), LocationId: strconv.Itoa(k), ServiceDuration: lasting(early(row.service)),
			Windows: within(early(row.ready), late(row.due)), UnassignedCost: &row.price,
		}
		for d, level := range row.need {
			if level == 0 {
				continue
			}
			if job.GetSkills() == nil {
				job.Skills = new(calloutv1.SkillRequirements)
			}
			job.Skills.AllOf = append(job.Skills.AllOf, &calloutv1.SkillRequirement{Skill: domainID(d), MinLevel: int32(level)})
		}
		p.Jobs = append(p.Jobs, job)
	}
	return p
}
