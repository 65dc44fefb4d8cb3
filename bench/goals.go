package bench

import (
	"bytes"
	"encoding/csv"
	"os"
	"slices"
	"strconv"
)

// Goals are what plans are to be at most, and what other solvers had reached when that was set.
type Goals []goal

// goal of a set's instances of a size, in per cent above the best known cost; or of one instance, a cost.
type goal struct {
	set      string
	jobs     int    // as group has it
	instance string // "": the mean over the instances of the size
	budget   string
	workers  int
	most     float64
	others   string // in words; may be empty
}

var goalColumns = []string{"set", "jobs", "instance", "budget", "workers", "goal", "others"}

// ReadGoals reads a CSV file.
func ReadGoals(path string) (Goals, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return nil, &FileError{File: path, Text: err.Error()}
	}
	if len(rows) == 0 || !slices.Equal(rows[0], goalColumns) {
		return nil, &FileError{File: path, Line: 1, Text: "expected the columns set,jobs,instance,budget,workers,goal,others"}
	}
	var out Goals
	for k, row := range rows[1:] {
		jobs, errJobs := strconv.Atoi(row[1])
		workers, errWorkers := strconv.Atoi(row[4])
		most, errMost := strconv.ParseFloat(row[5], 64)
		if errJobs != nil || errWorkers != nil || errMost != nil {
			return nil, &FileError{File: path, Line: k + 2, Text: "jobs, workers and goal are numbers"}
		}
		out = append(out, goal{row[0], jobs, row[2], row[3], workers, most, row[6]})
	}
	return out, nil
}

// of a group, with "" as the instance, or of one of its instances; nil where there is none.
func (g Goals) of(at group, instance, budget string, workers int) *goal {
	for k := range g {
		if o := &g[k]; o.set == at.set && o.jobs == at.jobs && o.instance == instance && o.budget == budget && o.workers == workers {
			return o
		}
	}
	return nil
}
