package bench

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	calloutv1 "callout/api/callout/v1"
)

// The only part: a unit of capacity.
const load = "load"

// vrptw is a file as read; the first row is the depot. Distances, times and prizes are in the unit of costs.
type vrptw struct {
	vehicles int
	capacity int64
	rows     []customer
	leg      func(i, j int) int32
	optional bool // customers may be left out, at their prizes
}

// customer is a row.
type customer struct {
	x, y       float64 // as in the file
	demand     int64
	ready, due int64
	service    int64
	prize      int64
}

var customerFields = []string{"customer number", "x", "y", "demand", "ready time", "due date", "service time"}

// ReadSolomon reads a VRPTW instance in the text format of Solomon, which Gehring and Homberger use too.
func ReadSolomon(file string, data []byte) (*calloutv1.Problem, error) {
	l := newLines(file, data)
	if err := l.want("the instance's name"); err != nil {
		return nil, err
	}
	vehicles, capacity, err := readFleet(l)
	if err != nil {
		return nil, err
	}
	customers, err := readCustomers(l)
	if err != nil {
		return nil, err
	}
	return (&vrptw{vehicles: vehicles, capacity: capacity, rows: customers, leg: tenthsBetween(customers)}).problem(), nil
}

// readFleet reads the section VEHICLE.
func readFleet(l *lines) (vehicles int, capacity int64, err error) {
	if err := l.heading("VEHICLE"); err != nil {
		return 0, 0, err
	}
	if err := l.heading("NUMBER"); err != nil {
		return 0, 0, err
	}
	if err := l.want("the number of vehicles"); err != nil {
		return 0, 0, err
	}
	v, err := l.numbers(strings.Fields(l.text), "number of vehicles", "capacity")
	if err != nil {
		return 0, 0, err
	}
	n, err := l.count(v[0], "number of vehicles", 1, maxCrew)
	if err != nil {
		return 0, 0, err
	}
	capacity, err = l.count(v[1], "capacity", 0, maxNumber)
	return int(n), capacity, err
}

// readCustomers reads the section CUSTOMER to the end of the file.
func readCustomers(l *lines) ([]customer, error) {
	if err := l.heading("CUSTOMER"); err != nil {
		return nil, err
	}
	if err := l.heading("CUST"); err != nil {
		return nil, err
	}
	var rows []customer
	for l.next() {
		c, err := readCustomer(l, len(rows))
		if err != nil {
			return nil, err
		}
		if rows = append(rows, c); len(rows) > maxLocations {
			return nil, l.fail("more than %d rows", maxLocations)
		}
	}
	if len(rows) == 0 {
		return nil, l.fail("the file ends where the depot is expected")
	}
	if d := rows[0]; d.ready == d.due {
		return nil, l.fail("the depot is never open: ready time and due date are the same")
	}
	return rows, nil
}

// readCustomer reads the current line, which should have the number want.
func readCustomer(l *lines, want int) (customer, error) {
	v, err := l.numbers(strings.Fields(l.text), customerFields...)
	if err != nil {
		return customer{}, err
	}
	if v[0] != float64(want) {
		return customer{}, l.fail("customer number %v: expected %d, rows are numbered from 0", v[0], want)
	}
	demand, err := l.count(v[3], "demand", 0, maxNumber)
	if err != nil {
		return customer{}, err
	}
	for k := 4; k < len(v); k++ {
		if v[k] < 0 {
			return customer{}, l.fail("%s is negative", customerFields[k])
		}
	}
	if v[5] < v[4] {
		return customer{}, l.fail("due date %v is before ready time %v", v[5], v[4])
	}
	return customer{
		x: v[1], y: v[2], demand: demand, ready: tenths(v[4]), due: tenths(v[5]), service: tenths(v[6]),
	}, nil
}

// heading moves to the next line, which should begin with a word.
func (l *lines) heading(word string) error {
	if err := l.want(word); err != nil {
		return err
	}
	if !strings.HasPrefix(strings.ToUpper(l.text), word) {
		return l.fail("%q: expected a line that begins with %s", l.text, word)
	}
	return nil
}

func tenths(v float64) int64 { return int64(math.RoundToEven(v * 10)) }

// tenthsBetween is ten times the Euclidean distance of two rows, cut off. The products are rounded one by one: a fused
// multiplication and addition would be off by one now and then.
func tenthsBetween(rows []customer) func(i, j int) int32 {
	return func(i, j int) int32 {
		dx, dy := rows[i].x-rows[j].x, rows[i].y-rows[j].y
		return int32(10 * math.Sqrt(float64(dx*dx)+float64(dy*dy)))
	}
}

func (f *vrptw) problem() *calloutv1.Problem {
	n := len(f.rows)
	var longest int32
	p := &calloutv1.Problem{
		Locations: places(n),
		Profiles: travel(n, func(i, j int) int32 {
			d := f.leg(i, j)
			longest = max(longest, d)
			return d
		}),
		Objective: plainObjective(),
	}
	// No plan has more legs than customers and vehicles together.
	required := min(1+float64(n+f.vehicles)*float64(longest), maxPrice)
	for k := 1; k < n; k++ {
		c := &f.rows[k]
		price := required
		if f.optional {
			price = float64(c.prize)
		}
		job := &calloutv1.Job{
			Id: strconv.Itoa(k), LocationId: strconv.Itoa(k), ServiceDuration: lasting(c.service),
			Windows: within(c.ready, c.due), UnassignedCost: &price,
		}
		if c.demand > 0 {
			job.Parts = []*calloutv1.PartRequirement{{Sku: load, Quantity: c.demand}}
		}
		p.Jobs = append(p.Jobs, job)
	}
	for k := range f.vehicles {
		p.Technicians = append(p.Technicians, &calloutv1.Technician{
			Id:       fmt.Sprintf("vehicle%d", k+1),
			VanStock: []*calloutv1.StockItem{{Sku: load, Quantity: f.capacity}},
			Shifts:   day("0", f.rows[0].ready, f.rows[0].due),
			Costs:    perSecondDriven(),
		})
	}
	return p
}
