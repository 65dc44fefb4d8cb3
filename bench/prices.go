package bench

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// priceLine is a line of `go test -bench BenchmarkPrice`: sizes and labels stand in the benchmark's name.
var priceLine = regexp.MustCompile(`^BenchmarkPrice/jobs=(\d+)/(\S+?)(?:-\d+)?\s+\d+\s+(.*)$`)

// priceCell is one benchmark, with the values of all its repetitions.
type priceCell struct {
	rates             []float64 // iterations per second
	routes, remaining float64
}

func (c *priceCell) median() float64 {
	sorted := slices.Sorted(slices.Values(c.rates))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

func (c *priceCell) spread() float64 {
	return 100 * (slices.Max(c.rates) - slices.Min(c.rates)) / c.median()
}

// PriceTable turns the output of BenchmarkPrice into a table: iterations per second with each feature, and how many times slower
// than the plain problem that is.
func PriceTable(r io.Reader) (string, error) {
	cells := make(map[int]map[string]*priceCell)
	var sizes []int
	var labels []string
	machine := "?"
	scan := bufio.NewScanner(r)
	for scan.Scan() {
		if name, found := strings.CutPrefix(scan.Text(), "cpu: "); found {
			machine = name
		}
		m := priceLine.FindStringSubmatch(scan.Text())
		if m == nil {
			continue
		}
		jobs, err := strconv.Atoi(m[1])
		if err != nil {
			return "", err
		}
		if cells[jobs] == nil {
			cells[jobs] = make(map[string]*priceCell)
			sizes = append(sizes, jobs)
		}
		if !slices.Contains(labels, m[2]) {
			labels = append(labels, m[2])
		}
		c := cells[jobs][m[2]]
		if c == nil {
			c = new(priceCell)
			cells[jobs][m[2]] = c
		}
		if err := c.read(strings.Fields(m[3])); err != nil {
			return "", fmt.Errorf("%s: %w", m[2], err)
		}
	}
	if err := scan.Err(); err != nil {
		return "", err
	}
	return priceRows(cells, sizes, labels, machine)
}

// read takes the pairs of value and unit of one line.
func (c *priceCell) read(fields []string) error {
	values := make(map[string]float64)
	for k := 0; k+1 < len(fields); k += 2 {
		v, err := strconv.ParseFloat(fields[k], 64)
		if err != nil {
			return err
		}
		values[fields[k+1]] = v
	}
	rate := values["it/s"]
	if rate <= 0 {
		return fmt.Errorf("no it/s among %v", fields)
	}
	c.rates = append(c.rates, rate)
	c.routes, c.remaining = values["routes"], values["left-out"]
	return nil
}

const plainLabel = "with=none"

func priceRows(cells map[int]map[string]*priceCell, sizes []int, labels []string, machine string) (string, error) {
	var b strings.Builder
	repeats := 0
	b.WriteString("| feature |")
	for _, n := range sizes {
		if cells[n][plainLabel] == nil {
			return "", fmt.Errorf("%d jobs: no line with %s", n, plainLabel)
		}
		fmt.Fprintf(&b, " %d jobs, it/s | price | spread | routes | left out |", n)
	}
	b.WriteString("\n|---|" + strings.Repeat("---:|---:|---:|---:|---:|", len(sizes)) + "\n")
	for _, label := range labels {
		fmt.Fprintf(&b, "| %s |", priceName(label))
		for _, n := range sizes {
			c := cells[n][label]
			if c == nil {
				b.WriteString(" | | | | |")
				continue
			}
			repeats = max(repeats, len(c.rates))
			fmt.Fprintf(&b, " %s | %.2f | %.0f %% | %.0f | %.0f |", thousands(c.median()), cells[n][plainLabel].median()/c.median(), c.spread(),
				c.routes, c.remaining)
		}
		b.WriteString("\n")
	}
	if len(sizes) == 0 {
		return "", fmt.Errorf("no line of BenchmarkPrice")
	}
	fmt.Fprintf(&b, "\nMedian of %d repetitions; spread is the range over the median. %s.\n", repeats, machine)
	return b.String(), nil
}

// priceName is a label for people.
func priceName(label string) string {
	kind, name, _ := strings.Cut(label, "=")
	name = strings.ReplaceAll(strings.ReplaceAll(name, "-", " "), "+", " + ")
	switch {
	case name == "none":
		return "**plain**"
	case kind == "all-but":
		return "all but " + name
	}
	return name
}

// thousands are set off by commas.
func thousands(v float64) string {
	s := strconv.FormatInt(int64(v+0.5), 10)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}
