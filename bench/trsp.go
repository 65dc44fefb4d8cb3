package bench

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	calloutv1 "callout/api/callout/v1"
)

// trspScale is how many seconds stand for one time unit. At a thousand, rounding each of a hundred legs up adds less than
// 0.1 to costs in the thousands, and the longest published horizon is 39 days.
const trspScale = 1000

// Bounds on the file's times and coordinates: nothing takes longer than a time may be.
const (
	maxTRSPTime  = 1e5
	maxTRSPPlace = 3e4
)

// trspFile is a file as read. Node 0 is the depot, then come the technicians' homes, then the requests.
type trspFile struct {
	crew, skills, tools, parts int
	nodes                      []trspNode
}

// trspNode is a row. Of a technician the lists say what he has, of a request what it needs.
type trspNode struct {
	x, y                    float64
	ready, due, service     float64
	skills, tools, quantity []int
}

var trspFields = []string{"id", "x", "y", "earliest", "latest", "service time"}

// ReadTRSP reads an instance of the technician routing and scheduling problem of Pillac, Guéret and Medaglia (2013,
// doi 10.1007/s11590-012-0567-4): technicians with skills, tools and spare parts, who may pass a depot, where tools and
// parts become unlimited for the rest of their route. The objective is the sum of working times.
func ReadTRSP(file string, data []byte) (*calloutv1.Problem, error) {
	l := newLines(file, data)
	f := new(trspFile)
	if err := f.readHead(l); err != nil {
		return nil, err
	}
	for l.next() {
		n, err := f.readNode(l)
		if err != nil {
			return nil, err
		}
		if f.nodes = append(f.nodes, n); len(f.nodes) > maxLocations {
			return nil, l.fail("more than %d rows", maxLocations)
		}
	}
	if len(f.nodes) <= f.crew {
		return nil, l.fail("%d rows where a depot and %d technicians are expected", len(f.nodes), f.crew)
	}
	return f.problem(), nil
}

// readHead reads up to the heading of the table.
func (f *trspFile) readHead(l *lines) error {
	for {
		if err := l.want("CREW COUNT"); err != nil {
			return err
		}
		if strings.HasPrefix(l.text, "CREW") {
			break
		}
	}
	if err := l.want("the number of technicians"); err != nil {
		return err
	}
	names := []string{"number of technicians", "number of skills", "number of tools", "number of spare parts"}
	v, err := l.numbers(strings.Fields(l.text), names...)
	if err != nil {
		return err
	}
	for k, out := range []*int{&f.crew, &f.skills, &f.tools, &f.parts} {
		least, most := int64(0), int64(maxNames)
		if k == 0 {
			least, most = 1, maxCrew
		}
		n, err := l.count(v[k], names[k], least, most)
		if err != nil {
			return err
		}
		*out = int(n)
	}
	if err := l.heading("DEPOT"); err != nil {
		return err
	}
	return l.heading("ID")
}

// readNode reads the current line.
func (f *trspFile) readNode(l *lines) (trspNode, error) {
	var n trspNode
	numbers, lists, _ := strings.Cut(l.text, "[")
	v, err := l.numbers(strings.Fields(numbers), trspFields...)
	if err != nil {
		return n, err
	}
	if id := len(f.nodes); v[0] != float64(id) {
		return n, l.fail("id %v: expected %d, rows are numbered from 0", v[0], id)
	}
	for k := 1; k < len(v); k++ {
		least, most := 0.0, maxTRSPTime
		if k < 3 {
			least, most = -maxTRSPPlace, maxTRSPPlace
		}
		if v[k] < least || v[k] > most {
			return n, l.fail("%s is %v: expected a number from %g to %g", trspFields[k], v[k], least, most)
		}
	}
	if v[4] < v[3] {
		return n, l.fail("latest %v is before earliest %v", v[4], v[3])
	}
	n.x, n.y, n.ready, n.due, n.service = v[1], v[2], v[3], v[4], v[5]
	if id := len(f.nodes); id > 0 && id <= f.crew && n.ready == n.due {
		return n, l.fail("technician %d has no time: earliest and latest are the same", id)
	}
	err = f.readLists(l, &n, "["+lists)
	return n, err
}

// readLists reads the three lists at the end of a row.
func (f *trspFile) readLists(l *lines, n *trspNode, text string) error {
	const form = "three lists such as [0,2], of skills, tools and spare parts"
	for k, out := range []*[]int{&n.skills, &n.tools, &n.quantity} {
		text = strings.TrimSpace(text)
		body, rest, closed := strings.Cut(strings.TrimPrefix(text, "["), "]")
		if !closed || !strings.HasPrefix(text, "[") {
			return l.fail("list %d of the row: expected %s", k+1, form)
		}
		text = rest
		if strings.TrimSpace(body) == "" {
			continue
		}
		for field := range strings.SplitSeq(body, ",") {
			v, err := strconv.Atoi(strings.TrimSpace(field))
			if err != nil || v < 0 || v > maxNumber {
				return l.fail("list %d of the row has %q: expected a whole number from 0 to %g", k+1, field, maxNumber)
			}
			*out = append(*out, v)
		}
	}
	if text = strings.TrimSpace(text); text != "" {
		return l.fail("%q after the lists", text)
	}
	if err := f.checkSet(l, "skill", n.skills, f.skills); err != nil {
		return err
	}
	if err := f.checkSet(l, "tool", n.tools, f.tools); err != nil {
		return err
	}
	// The depot's list is empty, as it has everything.
	if len(n.quantity) != f.parts && (len(f.nodes) > 0 || len(n.quantity) > 0) {
		return l.fail("%d quantities of spare parts: expected %d", len(n.quantity), f.parts)
	}
	return nil
}

// checkSet refuses what is not a set of numbers below n.
func (*trspFile) checkSet(l *lines, what string, set []int, n int) error {
	seen := make(map[int]bool, len(set))
	for _, v := range set {
		if v >= n || seen[v] {
			return l.fail("%s %d: expected numbers below %d, each once", what, v, n)
		}
		seen[v] = true
	}
	return nil
}

// Names of skills, tools and parts by their numbers.
func skillID(k int) string { return fmt.Sprintf("skill%d", k) }
func toolID(k int) string  { return fmt.Sprintf("tool%d", k) }
func partID(k int) string  { return fmt.Sprintf("part%d", k) }

// late and early scale what ends and what begins or lasts, so that what the request allows the instance allows too.
func late(v float64) int64  { return int64(math.Floor(v * trspScale)) }
func early(v float64) int64 { return int64(math.Ceil(v * trspScale)) }

func (f *trspFile) problem() *calloutv1.Problem {
	p := &calloutv1.Problem{
		Locations: places(len(f.nodes)),
		Profiles: travel(len(f.nodes), func(i, j int) int32 {
			a, b := &f.nodes[i], &f.nodes[j]
			return int32(early(math.Hypot(a.x-b.x, a.y-b.y)))
		}),
		Nodes:     []*calloutv1.Node{f.depot()},
		Objective: plainObjective(),
	}
	price := 1.0 // more than all working time together
	for k := 1; k <= f.crew; k++ {
		price += f.nodes[k].due - f.nodes[k].ready
		p.Technicians = append(p.Technicians, f.technician(k))
	}
	price = min(price, maxPrice)
	for k := f.crew + 1; k < len(f.nodes); k++ {
		p.Jobs = append(p.Jobs, f.request(k, price))
	}
	return p
}

func (f *trspFile) depot() *calloutv1.Node {
	n := &f.nodes[0]
	out := &calloutv1.Node{
		Id: "0", LocationId: "0",
		Opening: []*calloutv1.OpeningInterval{{Start: at(early(n.ready)), End: at(late(n.due))}},
	}
	for k := range f.parts {
		out.Stock = append(out.Stock, &calloutv1.NodeStock{Sku: partID(k), Unlimited: true})
	}
	for k := range f.tools {
		out.Tools = append(out.Tools, &calloutv1.NodeTool{Tool: toolID(k), Unlimited: true})
	}
	return out
}

func (f *trspFile) technician(k int) *calloutv1.Technician {
	n := &f.nodes[k]
	t := &calloutv1.Technician{
		Id: strconv.Itoa(k), Shifts: day(strconv.Itoa(k), early(n.ready), late(n.due)),
		Costs: &calloutv1.ShiftCosts{CostPerHourWorked: 3600.0 / trspScale},
	}
	for _, s := range n.skills {
		t.Skills = append(t.Skills, &calloutv1.TechnicianSkill{Skill: skillID(s), Level: 1})
	}
	for _, s := range n.tools {
		t.Tools = append(t.Tools, toolID(s))
	}
	for s, quantity := range n.quantity {
		if quantity > 0 {
			t.VanStock = append(t.VanStock, &calloutv1.StockItem{Sku: partID(s), Quantity: int64(quantity)})
		}
	}
	return t
}

func (f *trspFile) request(k int, price float64) *calloutv1.Job {
	n := &f.nodes[k]
	job := &calloutv1.Job{
		Id: strconv.Itoa(k), LocationId: strconv.Itoa(k), ServiceDuration: lasting(early(n.service)),
		Windows: within(early(n.ready), late(n.due)), UnassignedCost: &price,
	}
	if len(n.skills) > 0 {
		job.Skills = new(calloutv1.SkillRequirements)
	}
	for _, s := range n.skills {
		job.Skills.AllOf = append(job.Skills.AllOf, &calloutv1.SkillRequirement{Skill: skillID(s), MinLevel: 1})
	}
	for _, s := range n.tools {
		job.Tools = append(job.Tools, toolID(s))
	}
	for s, quantity := range n.quantity {
		if quantity > 0 {
			job.Parts = append(job.Parts, &calloutv1.PartRequirement{Sku: partID(s), Quantity: int64(quantity)})
		}
	}
	return job
}
