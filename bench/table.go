package bench

import (
	"fmt"
	"io"
	"strings"
)

// Table writes records as a Markdown table, and below it the means per set and budget, in the order in which they first appear.
func Table(w io.Writer, records []Record) error {
	var b strings.Builder
	b.WriteString("| set | instance | solver | workers | budget | seed | cost | best | gap % | left out | first plan s | " +
		"iterations | checked |\n")
	b.WriteString("|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|\n")
	for k := range records {
		r := &records[k]
		row := r.row()
		fmt.Fprintf(&b, "| %s | %s | %s | %d | %s | %d | %s | %s | %s | %d | %s | %d | %s |\n", r.Set, r.Instance, r.Solver, r.Workers,
			r.Budget, r.Seed, r.Cost, row[10], row[11], r.Unassigned, row[14], r.Iterations, cell(r.Checked))
	}
	b.WriteString("\n| set | solver | workers | budget | runs | mean gap % | of | worst gap % | mean first plan s | of | checked |\n")
	b.WriteString("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, m := range summarise(records) {
		fmt.Fprintf(&b, "| %s | %s | %d | %s | %d | %s | %d | %s | %s | %d | %d |\n", m.set, m.solver, m.workers, m.budget, m.runs,
			mean("%.3f", m.gaps, m.withGap), m.withGap, mean("%.3f", m.worst, min(m.withGap, 1)),
			mean("%.4f", m.firsts, m.withFirst), m.withFirst, m.checked)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// cell keeps a text within one cell.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(s)
}

// summary of the runs of one set and solver with one budget and number of workers.
type summary struct {
	set, solver        string
	budget             string
	workers            int
	runs, checked      int
	withGap, withFirst int
	gaps, firsts       float64 // sums
	worst              float64
}

func summarise(records []Record) []*summary {
	var out []*summary
	for k := range records {
		r := &records[k]
		var m *summary
		for _, s := range out {
			if s.set == r.Set && s.solver == r.Solver && s.budget == r.Budget && s.workers == r.Workers {
				m = s
			}
		}
		if m == nil {
			m = &summary{set: r.Set, solver: r.Solver, budget: r.Budget, workers: r.Workers}
			out = append(out, m)
		}
		m.runs++
		if r.Checked == checkedOK {
			m.checked++
		}
		if gap, ok := r.gap(); ok {
			if m.withGap == 0 || gap > m.worst {
				m.worst = gap
			}
			m.gaps += gap
			m.withGap++
		}
		if r.First >= 0 {
			m.firsts += r.First
			m.withFirst++
		}
	}
	return out
}

// mean of n numbers, or nothing where n is 0.
func mean(format string, sum float64, n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(format, sum/float64(n))
}
