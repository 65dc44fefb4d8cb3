package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// student is the 97.5 % quantile of Student's t by degrees of freedom, from 1.
var student = []float64{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228}

// interval is the mean of some values, and half the width of its 95 % interval by Student's t; NaN with fewer than two values.
func interval(values []float64) (mean, half float64) {
	n := len(values)
	for _, v := range values {
		mean += v / float64(n)
	}
	if n < 2 {
		return mean, math.NaN()
	}
	var square float64
	for _, v := range values {
		square += (v - mean) * (v - mean)
	}
	t := 1.96
	if n-2 < len(student) {
		t = student[n-2]
	}
	return mean, t * math.Sqrt(square/float64(n-1)/float64(n))
}

// table sets the methods side by side: means over the seeds, and of joint planning the difference, seed by seed, with its interval.
func table(records []*record) string {
	var out strings.Builder
	out.WriteString("| jobs | time | | cost | jobs served | cost of parts | km | joint's cost | joint serves | cheaper with |\n")
	out.WriteString("|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|\n")
	var sizes []int
	for _, r := range records {
		if !slices.Contains(sizes, r.jobs) {
			sizes = append(sizes, r.jobs)
		}
	}
	slices.Sort(sizes)
	for _, jobs := range sizes {
		for _, m := range methods {
			out.WriteString(line(of(records, jobs, "joint"), of(records, jobs, m.name), m.name))
		}
	}
	if n := unproven(records); n > 0 {
		fmt.Fprintf(&out, "\nIn %d runs the integer programme was not solved to the end: %d of them with %d jobs.\n", n,
			unproven(slices.DeleteFunc(slices.Clone(records), func(r *record) bool { return r.jobs != sizes[len(sizes)-1] })), sizes[len(sizes)-1])
	}
	return out.String()
}

// unproven counts runs whose allocation is not proven to be the best.
func unproven(records []*record) int {
	n := 0
	for _, r := range records {
		if r.proven == "no" {
			n++
		}
	}
	return n
}

// of are the runs of a method, by seed.
func of(records []*record, jobs int, method string) []*record {
	var out []*record
	for _, r := range records {
		if r.jobs == jobs && r.method == method {
			out = append(out, r)
		}
	}
	return out
}

func line(joint, other []*record, name string) string {
	if len(other) == 0 {
		return ""
	}
	mean := func(f func(*record) float64) float64 {
		var sum float64
		for _, r := range other {
			sum += f(r)
		}
		return sum / float64(len(other))
	}
	less, more, wins := "", "", ""
	if name != "joint" {
		var cost, served []float64
		won := 0
		for _, r := range other {
			for _, j := range joint {
				if j.seed == r.seed {
					cost = append(cost, 100*(j.cost-r.cost)/r.cost)
					served = append(served, float64(j.served-r.served))
					if j.cost < r.cost {
						won++
					}
				}
			}
		}
		less = plusMinus(cost, "%+.1f", " %")
		more = plusMinus(served, "%+.1f", "")
		wins = fmt.Sprintf("%d of %d", won, len(cost))
	}
	return fmt.Sprintf("| %d | %v | %s | %.0f | %.1f | %.0f | %.0f | %s | %s | %s |\n", other[0].jobs, other[0].budget, name,
		mean(func(r *record) float64 { return r.cost }), mean(func(r *record) float64 { return float64(r.served) }),
		mean(func(r *record) float64 { return r.parts }), mean(func(r *record) float64 { return r.kilometres }), less, more, wins)
}

func plusMinus(values []float64, format, unit string) string {
	if len(values) == 0 {
		return ""
	}
	mean, half := interval(values)
	text := fmt.Sprintf(format, mean)
	if !math.IsNaN(half) {
		text += fmt.Sprintf(" ± %.1f", half)
	}
	return text + unit
}
