package bench

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// bestKnown reads the best known cost of each instance from a file of the set, or from the files that a pattern names. Without a
// file there are none.
func bestKnown(folder, file string) (map[string]float64, error) {
	switch {
	case file == "":
		return nil, nil
	case strings.ContainsRune(file, '*'):
		return bestSolutions(filepath.Join(folder, file))
	}
	path := filepath.Join(folder, file)
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case filepath.Ext(file) == ".csv":
		return bestCSV(path, data)
	}
	return bestSol(path, data)
}

// bestCSV reads a table with the columns instance and dimacs_cost (or cost). A row without a cost says nothing.
func bestCSV(file string, data []byte) (map[string]float64, error) {
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return nil, &FileError{File: file, Text: err.Error()}
	}
	if len(rows) == 0 {
		return nil, &FileError{File: file, Text: "the table has no heading"}
	}
	name := slices.Index(rows[0], "instance")
	cost := slices.IndexFunc(rows[0], func(s string) bool { return s == "dimacs_cost" || s == "cost" })
	if name < 0 || cost < 0 {
		return nil, &FileError{File: file, Line: 1, Text: "expected columns named instance and dimacs_cost or cost"}
	}
	out := make(map[string]float64)
	for k, row := range rows[1:] {
		if row[cost] == "" {
			continue
		}
		if out[row[name]], err = positive(row[cost]); err != nil {
			return nil, &FileError{File: file, Line: k + 2, Text: err.Error()}
		}
	}
	return out, nil
}

// bestSol reads lines "instance=cost"; other keys of an instance have a suffix that begins with a hyphen and a capital.
func bestSol(file string, data []byte) (map[string]float64, error) {
	out := make(map[string]float64)
	scan := bufio.NewScanner(bytes.NewReader(data))
	scan.Buffer(nil, maxFile)
	for n := 1; scan.Scan(); n++ {
		name, value, found := strings.Cut(strings.TrimSpace(scan.Text()), "=")
		last := name[strings.LastIndexByte(name, '-')+1:]
		if !found || strings.HasPrefix(name, "#") || strings.Trim(last, "0123456789") != "" {
			continue
		}
		cost, err := positive(value)
		if err != nil {
			return nil, &FileError{File: file, Line: n, Text: err.Error()}
		}
		out[name] = cost
	}
	return out, scan.Err()
}

// solutionCost is a line of a solution of VRPLIB, whose other lines are routes.
var solutionCost = regexp.MustCompile(`(?mi)^cost[ \t]*:?[ \t]*(\S+)[ \t\r]*$`)

// bestSolutions reads files NAME.sol with a line "Cost NUMBER" each.
func bestSolutions(pattern string) (map[string]float64, error) {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	out := make(map[string]float64)
	for _, file := range files {
		data, err := readText(file)
		if err != nil {
			return nil, err
		}
		m := solutionCost.FindSubmatch(data)
		if m == nil {
			return nil, &FileError{File: file, Text: "expected a line with the cost"}
		}
		if out[instanceName(file)], err = positive(string(m[1])); err != nil {
			return nil, &FileError{File: file, Text: err.Error()}
		}
	}
	return out, nil
}

func positive(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v > 0) {
		return 0, fmt.Errorf("cost is %q: expected a number above 0", text)
	}
	return v, nil
}
