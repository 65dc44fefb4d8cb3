package bench

import (
	"fmt"
	"time"
)

// SuiteNames are the names that Suite knows.
var SuiteNames = []string{"development", "full", "peers", "peers-wide", "smoke", "table"}

// Suite is a choice of runs by name.
//
//   - development: instances of every kind and size, at 0.1, 1 and 10 s, and five runs of a minute; twenty minutes.
//   - full: all instances at 0.1, 1 and 10 s with three seeds, and at 60 s with one; most of a day.
//   - table: each set, or part of one, with the budgets that there are goals for (goals.csv), and the sizes with two workers;
//     an hour and forty minutes.
//   - peers: all field-service days, and a few instances of each other kind that other solvers can be asked for, each put to those that
//     it says something about; twenty-five minutes.
//   - peers-wide: a few instances of each kind and size put to all, at 0.1, 1 and 10 s; for four solvers three quarters of an hour.
//   - smoke: seconds, to see that it works.
func Suite(name string) ([]Choice, error) {
	switch name {
	case "development":
		return append(with(budgets(100*time.Millisecond, time.Second, 10*time.Second), 1, development...),
			with(budgets(time.Minute), 1, long...)...), nil
	case "full":
		return append(with(budgets(100*time.Millisecond, time.Second, 10*time.Second), 3, everything...),
			with(budgets(time.Minute), 1, everything...)...), nil
	case "table":
		return append(oneWorker(), twoWorkers()...), nil
	case "peers":
		return beside(), nil
	case "peers-wide":
		return with(budgets(100*time.Millisecond, time.Second, 10*time.Second), 1, askable...), nil
	case "smoke":
		return with(budgets(100*time.Millisecond), 1, smoke...), nil
	}
	return nil, fmt.Errorf("no suite %q: there are %v", name, SuiteNames)
}

// Each class of Solomon's and of Gehring and Homberger's customers (clustered, random, both; short and long horizons), one instance
// or two; the same of the technicians; days of each size with and without breaks.
var development = []Choice{
	{Set: "solomon", Instances: []string{
		"C104", "C109", "C204", "R101", "R104", "R112", "R205", "R211", "RC105", "RC108", "RC204", "RC208",
	}},
	{Set: "homberger", Instances: []string{"*_2_5", "*_4_5", "*_10_5"}},
	{Set: "trsp", Instances: []string{
		"C101.*", "C104.*", "C204.*", "R101.*", "R104.*", "R112.*", "R205.*", "R211.*", "RC101.*", "RC108.*", "RC204.*", "RC208.*",
	}},
	{Set: "fieldservice", Instances: []string{"fs_*_1", "fs_*_2"}},
	{Set: "fieldservice-breaks", Instances: []string{"fs_*_1_b"}},
	{Set: "day", Instances: []string{"day_*_1"}},
	{Set: "lunch", Instances: []string{"lunch_*_1"}},
	{Set: "vienna", Instances: []string{"vienna_*_1", "vienna_*_2"}},
}

// long runs show a curve.
var long = []Choice{
	{Set: "solomon", Instances: []string{"R112"}},
	{Set: "homberger", Instances: []string{"R1_10_5"}},
	{Set: "trsp", Instances: []string{"R101.*"}},
	{Set: "fieldservice", Instances: []string{"fs_200_2"}},
	{Set: "vienna", Instances: []string{"vienna_200_1"}},
}

var everything = []Choice{
	{Set: "solomon"},
	{Set: "homberger"},
	{Set: "euro_neurips"},
	{Set: "pcvrptw"},
	{Set: "trsp"},
	{Set: "trsp-13"},
	{Set: "strsp"},
	{Set: "strsp-reduced"},
	{Set: "fieldservice"},
	{Set: "fieldservice-breaks"},
	{Set: "day"},
	{Set: "lunch"},
	{Set: "vienna"},
}

var askable = []Choice{
	{Set: "solomon", Instances: []string{"C109", "R104", "R112", "R211", "RC108", "RC208"}},
	{Set: "homberger", Instances: []string{"R1_2_5", "RC2_2_5", "R1_4_5", "RC2_4_5", "R1_10_5", "RC2_10_5"}},
	{Set: "fieldservice", Instances: []string{"fs_*_1"}},
	{Set: "fieldservice-breaks", Instances: []string{"fs_*_1_b"}},
	{Set: "day", Instances: []string{"day_*_1"}},
	{Set: "lunch", Instances: []string{"lunch_*_1"}},
}

var smoke = []Choice{
	{Set: "solomon", Instances: []string{"R112"}},
	{Set: "day", Instances: []string{"day_50_1"}},
	{Set: "lunch", Instances: []string{"lunch_50_1"}},
	{Set: "vienna", Instances: []string{"vienna_50_1"}},
}

func budgets(times ...time.Duration) []Budget {
	out := make([]Budget, len(times))
	for k, d := range times {
		out[k] = Budget{Time: d}
	}
	return out
}

// with gives each choice the budgets, and seeds from 1.
func with(b []Budget, seeds int, choices ...Choice) []Choice {
	out := make([]Choice, len(choices))
	for k, c := range choices {
		c.Budgets = b
		for seed := range seeds {
			c.Seeds = append(c.Seeds, uint64(seed)+1)
		}
		out[k] = c
	}
	return out
}
