package bench

import "time"

// Times that the tables are made with.
const (
	tenth = 100 * time.Millisecond
	one   = time.Second
	ten   = 10 * time.Second
	sixty = time.Minute
)

// oneWorker has all that there are goals for with one worker.
func oneWorker() []Choice {
	var out []Choice
	add := func(seeds int, b []Budget, c ...Choice) { out = append(out, with(b, seeds, c...)...) }
	add(3, budgets(tenth, one), Choice{Set: "solomon"})
	add(1, budgets(ten), Choice{Set: "solomon"})
	add(1, budgets(one, ten), Choice{Set: "homberger", Known: true, Instances: []string{"*_2_*", "*_4_*", "*_10_*"}})
	add(1, budgets(sixty), Choice{Set: "homberger", Instances: []string{"*_10_5"}})
	add(1, budgets(ten), Choice{Set: "trsp"})
	// One in four, in the order of their names.
	add(1, budgets(sixty), Choice{Set: "trsp", Instances: []string{
		"C101.*", "C106.*", "C202.*", "C208.*", "R105.*", "R111.*", "R204.*", "R211.*", "RC105.*", "RC202.*",
	}})
	add(1, budgets(ten), Choice{Set: "trsp-13"}, Choice{Set: "strsp"}, Choice{Set: "strsp-reduced"})
	add(1, budgets(tenth), Choice{Set: "fieldservice", Instances: []string{"fs_50_*"}})
	add(1, budgets(one, ten), Choice{Set: "fieldservice", Instances: []string{"fs_200_*", "fs_1000_*"}}, Choice{Set: "fieldservice-breaks"})
	add(1, budgets(sixty), Choice{Set: "pcvrptw"})
	add(1, budgets(ten, sixty), Choice{Set: "euro_neurips"})
	return out
}

// twoWorkers has each size once more, with two workers and a budget that one has as well.
func twoWorkers() []Choice {
	var out []Choice
	add := func(seeds int, b []Budget, c Choice) {
		c.Workers = 2
		out = append(out, with(b, seeds, c)...)
	}
	add(3, budgets(one), Choice{Set: "solomon"})
	add(1, budgets(ten), Choice{Set: "homberger", Known: true, Instances: []string{"*_2_*", "*_4_*", "*_10_*"}})
	add(1, budgets(sixty), Choice{Set: "homberger", Instances: []string{"*_10_5"}})
	add(1, budgets(ten), Choice{Set: "trsp"})
	add(1, budgets(tenth), Choice{Set: "fieldservice", Instances: []string{"fs_50_*"}})
	add(1, budgets(ten), Choice{Set: "fieldservice", Instances: []string{"fs_200_*", "fs_1000_*"}})
	add(1, budgets(ten), Choice{Set: "fieldservice-breaks"})
	add(1, budgets(ten), Choice{Set: "euro_neurips"})
	return out
}

// beside is what other solvers are run on. VROOM searches longer at higher levels, and is not better at each for that; where days are
// long or many it is asked at several. PyVRP has no breaks, and VROOM no prices as those of pcvrptw are.
func beside() []Choice {
	levels := []string{"vroom/0", "vroom/1", "vroom/5"}
	all := append([]string{"pyvrp", "ortools"}, levels...)
	breaks := append([]string{"ortools"}, levels...)
	each := []string{"pyvrp", "ortools", "vroom/5"}
	var out []Choice
	add := func(b []Budget, peers []string, c Choice) {
		c.Peers = peers
		out = append(out, with(b, 1, c)...)
	}
	add(budgets(one, ten), breaks, Choice{Set: "fieldservice-breaks"})
	add(budgets(one), all, Choice{Set: "fieldservice", Instances: []string{"fs_50_*"}})
	add(budgets(one, ten), all, Choice{Set: "fieldservice", Instances: []string{"fs_200_*", "fs_1000_*"}})
	add(budgets(tenth, one, ten), each, Choice{Set: "solomon", Instances: []string{"R112", "R211", "RC208"}})
	add(budgets(one, ten), each, Choice{Set: "homberger", Instances: []string{"R1_4_5", "RC2_10_5"}})
	add(budgets(ten), each, Choice{Set: "euro_neurips", Instances: []string{"*-n200-*", "*-n299-*"}})
	add(budgets(ten), each, Choice{Set: "strsp", Instances: []string{"R101_6x6_*", "RC201_6x6_*"}})
	add(budgets(ten), []string{"pyvrp", "ortools"}, Choice{Set: "pcvrptw", Instances: []string{"R1_10_1", "C2_10_1"}})
	add(budgets(sixty), []string{"pyvrp"}, Choice{Set: "pcvrptw", Instances: []string{"C2_10_1"}})
	return out
}
