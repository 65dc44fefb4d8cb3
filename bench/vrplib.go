package bench

import (
	"math"
	"slices"
	"strings"

	calloutv1 "callout/api/callout/v1"
)

// vrplib is a file while it is read.
type vrplib struct {
	vrptw

	n       int     // rows of each section
	unit    float64 // what lengths, times and prizes are multiplied by
	service float64 // of each customer, where no section has it
	matrix  []int32 // [from*n+to]; none: distances are Euclidean
	seen    []string
}

// ReadVRPLIB reads a VRPTW instance in the format of VRPLIB: lines KEY : VALUE, then sections with a row per node, the depot
// first. With EUC_2D distances all is in tenths as of Solomon's instances; with EXPLICIT ones, the matrix, all is taken as it is.
// With a section of prizes customers may be left out, each at its prize.
func ReadVRPLIB(file string, data []byte) (*calloutv1.Problem, error) {
	l := newLines(file, data)
	f := new(vrplib)
	for {
		if err := l.want("a section, or EOF"); err != nil {
			return nil, err
		}
		if l.text == "EOF" {
			break
		}
		key, value, pair := strings.Cut(l.text, ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if slices.Contains(f.seen, key) {
			return nil, l.fail("a second %s", key)
		}
		f.seen = append(f.seen, key)
		var err error
		if pair {
			err = f.readValue(l, key, value)
		} else {
			err = f.readSection(l, key)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := f.finish(l); err != nil {
		return nil, err
	}
	return f.problem(), nil
}

// readValue takes over a line KEY : VALUE.
func (f *vrplib) readValue(l *lines, key, value string) error {
	whole := func(least, most int64) (int64, error) {
		v, err := l.number(value, key)
		if err != nil {
			return 0, err
		}
		return l.count(v, key, least, most)
	}
	var n int64
	var err error
	switch key {
	case "NAME", "COMMENT", "TYPE":
	case "DIMENSION":
		n, err = whole(1, maxLocations)
		f.n = int(n)
	case "VEHICLES":
		n, err = whole(1, maxCrew)
		f.vehicles = int(n)
	case "CAPACITY":
		f.capacity, err = whole(0, maxNumber)
	case "SERVICE_TIME":
		if f.service, err = l.number(value, key); err == nil && f.service < 0 {
			err = l.fail("%s is negative", key)
		}
	case "EDGE_WEIGHT_TYPE":
		units := map[string]float64{"EUC_2D": 10, "EXPLICIT": 1}
		if f.unit = units[value]; f.unit == 0 {
			err = l.fail("%s is %q: expected EUC_2D or EXPLICIT", key, value)
		}
	case "EDGE_WEIGHT_FORMAT":
		if value != "FULL_MATRIX" {
			err = l.fail("%s is %q: expected FULL_MATRIX", key, value)
		}
	default:
		err = l.fail("%q is not known", key)
	}
	return err
}

// readSection reads the rows that follow a section's name.
func (f *vrplib) readSection(l *lines, name string) error {
	if f.n == 0 || f.unit == 0 {
		return l.fail("%s stands before DIMENSION or EDGE_WEIGHT_TYPE", name)
	}
	if f.rows == nil {
		f.rows = make([]customer, f.n)
	}
	switch name {
	case "EDGE_WEIGHT_SECTION":
		return f.readMatrix(l)
	case "DEPOT_SECTION":
		return readDepot(l)
	case "NODE_COORD_SECTION":
		return f.readRows(l, func(c *customer, v []float64) error {
			c.x, c.y = v[0], v[1]
			return nil
		}, "x", "y")
	case "DEMAND_SECTION":
		return f.readRows(l, func(c *customer, v []float64) (err error) {
			c.demand, err = l.count(v[0], "demand", 0, maxNumber)
			return err
		}, "demand")
	case "TIME_WINDOW_SECTION":
		return f.readRows(l, func(c *customer, v []float64) error {
			if v[0] < 0 || v[1] < v[0] {
				return l.fail("ready time %v and due date %v: expected numbers from 0 on, in this order", v[0], v[1])
			}
			c.ready, c.due = f.scaled(v[0]), f.scaled(v[1])
			return nil
		}, "ready time", "due date")
	case "SERVICE_TIME_SECTION":
		return f.readRows(l, f.amount(l, "service time", func(c *customer) *int64 { return &c.service }), "service time")
	case "PRIZE_SECTION":
		f.optional = true
		return f.readRows(l, f.amount(l, "prize", func(c *customer) *int64 { return &c.prize }), "prize")
	}
	return l.fail("section %q is not known", name)
}

// scaled is a number of the file in the unit of costs; halves go to the even number.
func (f *vrplib) scaled(v float64) int64 { return int64(math.RoundToEven(v * f.unit)) }

// amount sets a field that is not negative.
func (f *vrplib) amount(l *lines, name string, field func(*customer) *int64) func(*customer, []float64) error {
	return func(c *customer, v []float64) error {
		if v[0] < 0 {
			return l.fail("%s is negative", name)
		}
		*field(c) = f.scaled(v[0])
		return nil
	}
}

// readRows reads a row for each node: its number, from 1, and the fields named.
func (f *vrplib) readRows(l *lines, set func(*customer, []float64) error, names ...string) error {
	names = append([]string{"node"}, names...)
	for k := range f.rows {
		if err := l.want("a row of each node"); err != nil {
			return err
		}
		v, err := l.numbers(strings.Fields(l.text), names...)
		if err != nil {
			return err
		}
		if v[0] != float64(k+1) {
			return l.fail("node %v: expected %d, rows are numbered from 1", v[0], k+1)
		}
		if err := set(&f.rows[k], v[1:]); err != nil {
			return err
		}
	}
	return nil
}

func (f *vrplib) readMatrix(l *lines) error {
	for from := range f.n {
		if err := l.want("a row of each node"); err != nil {
			return err
		}
		fields := strings.Fields(l.text)
		if len(fields) != f.n {
			return l.fail("%d entries: expected %d", len(fields), f.n)
		}
		for to, field := range fields {
			v, err := l.number(field, "entry")
			if err != nil {
				return err
			}
			d, err := l.count(v, "entry", 0, maxNumber)
			if err != nil {
				return err
			}
			if from == to {
				d = 0 // it is never driven
			}
			f.matrix = append(f.matrix, int32(d))
		}
	}
	return nil
}

// readDepot accepts the first node only.
func readDepot(l *lines) error {
	for _, want := range []string{"1", "-1"} {
		if err := l.want("the depot, then -1"); err != nil {
			return err
		}
		if l.text != want {
			return l.fail("%q where %s is expected: the depot is the first node, and the only one", l.text, want)
		}
	}
	return nil
}

// finish checks that all is there and brings it together.
func (f *vrplib) finish(l *lines) error {
	need := []string{"CAPACITY", "DEMAND_SECTION", "TIME_WINDOW_SECTION"}
	if f.unit == 1 {
		need = append(need, "EDGE_WEIGHT_SECTION")
	} else {
		need = append(need, "NODE_COORD_SECTION")
	}
	for _, name := range need {
		if !slices.Contains(f.seen, name) {
			return l.fail("the file ends without %s", name)
		}
	}
	if f.rows[0].ready == f.rows[0].due {
		return l.fail("the depot is never open: ready time and due date are the same")
	}
	if f.vehicles == 0 {
		f.vehicles = max(1, f.n-1)
	}
	if !slices.Contains(f.seen, "SERVICE_TIME_SECTION") {
		for k := 1; k < f.n; k++ {
			f.rows[k].service = f.scaled(f.service)
		}
	}
	f.leg = tenthsBetween(f.rows)
	if f.unit == 1 {
		f.leg = func(i, j int) int32 { return f.matrix[i*f.n+j] }
	}
	return nil
}
