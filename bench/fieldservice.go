package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	calloutv1 "callout/api/callout/v1"
)

const fieldServiceFormat = "fieldservice-1"

// Bounds on the times and travel times of a day, and on all penalties together.
const (
	maxDayTime   = 1e7
	maxPenalties = 1e11
)

// fsDay is a file as read. Numbers that must be there are pointers or slices, so that their absence shows.
type fsDay struct {
	Format      string       `json:"format"`
	Name        string       `json:"name"`
	Seed        int64        `json:"seed"`
	Skills      []string     `json:"skills"`
	Travel      *fsTravel    `json:"travel"`
	WindowMeans string       `json:"window_means"`
	Locations   [][]float64  `json:"locations"` // latitude, longitude
	Technicians []fsEmployee `json:"technicians"`
	Jobs        []fsJob      `json:"jobs"`
}

type fsTravel struct {
	Kind    string    `json:"kind"` // "haversine" or "matrix"
	Detour  float64   `json:"detour"`
	Speed   float64   `json:"speed_mps"`
	Seconds [][]int64 `json:"seconds"`
}

type fsEmployee struct {
	ID     string   `json:"id"`
	Home   *int     `json:"home"`
	Shift  []int64  `json:"shift"`
	Skills []int    `json:"skills"`
	Break  *fsBreak `json:"break"`
}

type fsBreak struct {
	Duration int64   `json:"duration"`
	Window   []int64 `json:"window"`
}

type fsJob struct {
	ID       string  `json:"id"`
	Loc      *int    `json:"loc"`
	Duration *int64  `json:"duration"`
	Window   []int64 `json:"window"`
	Skills   []int   `json:"skills"`
	Priority int32   `json:"priority"`
	Penalty  *int64  `json:"penalty"`
}

// ReadFieldService reads a field-service day: technicians with skills, shifts and at most one break, jobs with one window of
// the start of service and a penalty for being left out. The objective is seconds driven plus penalties.
func ReadFieldService(file string, data []byte) (*calloutv1.Problem, error) {
	d := new(fsDay)
	if err := decodeJSON(file, data, d); err != nil {
		return nil, err
	}
	if err := d.check(); err != nil {
		return nil, &FileError{File: file, Text: err.Error()}
	}
	return d.problem(), nil
}

// decodeJSON decodes one value that fills the file. A field that v does not have is an error: it would be lost.
func decodeJSON(file string, data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	err := dec.Decode(v)
	if err == nil {
		if _, more := dec.Token(); errors.Is(more, io.EOF) {
			return nil
		}
		err = errors.New("something follows the object")
	}
	offset := dec.InputOffset()
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &mismatch):
		offset = mismatch.Offset
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		offset = int64(len(data))
		err = errors.New("the file ends within the object")
	}
	before := data[:min(max(offset, 0), int64(len(data)))]
	return &FileError{File: file, Line: 1 + bytes.Count(before, []byte("\n")), Text: err.Error()}
}

// check tells the first fault of the content, with its path.
func (d *fsDay) check() error {
	switch {
	case d.Format != fieldServiceFormat:
		return fmt.Errorf("format is %q: expected %q", d.Format, fieldServiceFormat)
	case d.WindowMeans != "" && d.WindowMeans != "start of service":
		return fmt.Errorf("window_means is %q: expected \"start of service\"", d.WindowMeans)
	case d.Travel == nil:
		return errors.New("travel is missing")
	case len(d.Technicians) > maxCrew || len(d.Skills) > maxNames:
		return fmt.Errorf("more than %d technicians or %d skills", maxCrew, maxNames)
	case d.size() > maxLocations || len(d.Jobs) > maxLocations:
		return fmt.Errorf("more than %d locations or jobs", maxLocations)
	}
	if err := d.checkTravel(); err != nil {
		return err
	}
	ids := make(map[string]bool)
	for k := range d.Technicians {
		if err := d.checkTechnician(&d.Technicians[k], ids); err != nil {
			return fmt.Errorf("technicians[%d].%w", k, err)
		}
	}
	clear(ids)
	var penalties int64
	for k := range d.Jobs {
		if err := d.checkJob(&d.Jobs[k], ids); err != nil {
			return fmt.Errorf("jobs[%d].%w", k, err)
		}
		if penalties += *d.Jobs[k].Penalty; penalties > maxPenalties {
			return fmt.Errorf("jobs[%d].penalty: all so far sum up to more than %g", k, float64(maxPenalties))
		}
	}
	return nil
}

// size is the number of locations.
func (d *fsDay) size() int {
	if d.Travel.Kind == "matrix" {
		return len(d.Travel.Seconds)
	}
	return len(d.Locations)
}

func (d *fsDay) checkTravel() error {
	t := d.Travel
	for k, at := range d.Locations {
		if len(at) != 2 || !(math.Abs(at[0]) <= 90) || !(math.Abs(at[1]) <= 180) {
			return fmt.Errorf("locations[%d] is %v: expected [latitude, longitude] in degrees", k, at)
		}
	}
	switch t.Kind {
	case "haversine":
		if !(t.Speed > 0) || !(t.Detour > 0) || t.Detour/t.Speed > 0.4 {
			return fmt.Errorf("travel: detour %v and speed_mps %v: expected numbers above 0, at most 0.4 s per metre", t.Detour, t.Speed)
		}
	case "matrix":
		if len(d.Locations) > 0 && len(d.Locations) != len(t.Seconds) {
			return fmt.Errorf("travel.seconds has %d rows: expected one for each of %d locations", len(t.Seconds), len(d.Locations))
		}
		for i, row := range t.Seconds {
			if len(row) != len(t.Seconds) {
				return fmt.Errorf("travel.seconds[%d] has %d entries: expected %d", i, len(row), len(t.Seconds))
			}
			for j, s := range row {
				if s < 0 || s > maxDayTime {
					return fmt.Errorf("travel.seconds[%d][%d] is %d: expected 0 to %g", i, j, s, float64(maxDayTime))
				}
			}
		}
	default:
		return fmt.Errorf("travel.kind is %q: expected \"haversine\" or \"matrix\"", t.Kind)
	}
	return nil
}

func (d *fsDay) checkTechnician(t *fsEmployee, ids map[string]bool) error {
	if err := d.checkCommon(t.ID, ids, "home", t.Home, t.Skills); err != nil {
		return err
	}
	if err := checkSpan("shift", t.Shift); err != nil {
		return err
	}
	if t.Shift[0] == t.Shift[1] {
		return errors.New("shift is empty")
	}
	if t.Break == nil {
		return nil
	}
	if err := checkSpan("break.window", t.Break.Window); err != nil {
		return err
	}
	// Everybody who works takes the break, and a plan may leave it out for who leaves after its latest start or is home by
	// then. It is the same as long as he could have taken it before leaving, or at home.
	from, to, long := t.Break.Window[0], t.Break.Window[1], t.Break.Duration
	switch {
	case long <= 0 || long > to-from:
		return fmt.Errorf("break.duration is %d: expected 1 to the length of its window, %d", long, to-from)
	case from < t.Shift[0] || to+long > t.Shift[1]:
		return fmt.Errorf("break.window is %v: it and the break should lie within the shift %v", t.Break.Window, t.Shift)
	}
	return nil
}

func (d *fsDay) checkJob(j *fsJob, ids map[string]bool) error {
	if err := d.checkCommon(j.ID, ids, "loc", j.Loc, j.Skills); err != nil {
		return err
	}
	switch {
	case j.Duration == nil || *j.Duration < 0 || *j.Duration > maxDayTime:
		return fmt.Errorf("duration: expected seconds, 0 to %g", float64(maxDayTime))
	case j.Penalty == nil || *j.Penalty < 0 || *j.Penalty > 1e9:
		return errors.New("penalty: expected seconds, 0 to 1e9")
	case j.Priority < 0 || j.Priority > 100:
		return fmt.Errorf("priority is %d: expected 0 to 100", j.Priority)
	}
	return checkSpan("window", j.Window)
}

// checkCommon checks what technicians and jobs both have.
func (d *fsDay) checkCommon(id string, ids map[string]bool, field string, loc *int, skills []int) error {
	switch {
	case id == "" || len(id) > 256:
		return errors.New("id: expected 1 to 256 bytes")
	case ids[id]:
		return fmt.Errorf("id %q is used before", id)
	case loc == nil || *loc < 0 || *loc >= d.size():
		return fmt.Errorf("%s: expected the number of a location, below %d", field, d.size())
	}
	ids[id] = true
	seen := make(map[int]bool, len(skills))
	for _, s := range skills {
		if s < 0 || s >= len(d.Skills) || seen[s] {
			return fmt.Errorf("skills has %d: expected numbers below %d, each once", s, len(d.Skills))
		}
		seen[s] = true
	}
	return nil
}

func checkSpan(field string, span []int64) error {
	if len(span) != 2 || span[0] < 0 || span[1] < span[0] || span[1] > maxDayTime {
		return fmt.Errorf("%s is %v: expected [from, to] within 0 to %g", field, span, float64(maxDayTime))
	}
	return nil
}

func (d *fsDay) problem() *calloutv1.Problem {
	p := &calloutv1.Problem{Locations: places(d.size()), Profiles: d.profiles(), Objective: plainObjective()}
	for k, at := range d.Locations {
		p.Locations[k].Position = &calloutv1.LatLng{Latitude: at[0], Longitude: at[1]}
	}
	for k := range d.Technicians {
		t := &d.Technicians[k]
		out := &calloutv1.Technician{
			Id: t.ID, Shifts: day(strconv.Itoa(*t.Home), t.Shift[0], t.Shift[1]), Costs: perSecondDriven(),
		}
		for _, s := range t.Skills {
			out.Skills = append(out.Skills, &calloutv1.TechnicianSkill{Skill: skillID(s), Level: 1})
		}
		if b := t.Break; b != nil {
			out.Shifts[0].Breaks = []*calloutv1.Break{{
				Id: "break", EarliestStart: at(b.Window[0]), LatestStart: at(b.Window[1]), Duration: lasting(b.Duration),
			}}
		}
		p.Technicians = append(p.Technicians, out)
	}
	for k := range d.Jobs {
		p.Jobs = append(p.Jobs, d.Jobs[k].job())
	}
	return p
}

func (j *fsJob) job() *calloutv1.Job {
	price := float64(*j.Penalty)
	out := &calloutv1.Job{
		Id: j.ID, LocationId: strconv.Itoa(*j.Loc), ServiceDuration: lasting(*j.Duration),
		Windows: within(j.Window[0], j.Window[1]), Priority: j.Priority, UnassignedCost: &price,
	}
	if len(j.Skills) > 0 {
		out.Skills = new(calloutv1.SkillRequirements)
	}
	for _, s := range j.Skills {
		out.Skills.AllOf = append(out.Skills.AllOf, &calloutv1.SkillRequirement{Skill: skillID(s), MinLevel: 1})
	}
	return out
}
