package program

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Read parses the rows of a CSV file of results behind its header; there are none where there is no such file, or no name.
func Read[R any](file string, header []string, parse func(row []string) (R, error)) ([]R, error) {
	if file == "" {
		return nil, nil
	}
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.FieldsPerRecord = len(header)
	rows, err := in.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var out []R
	for k, row := range rows {
		if k == 0 {
			continue
		}
		r, err := parse(row)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, k+1, err)
		}
		out = append(out, r)
	}
	return out, nil
}

// Write replaces a CSV file of results as a whole: whoever is interrupted leaves the one before.
func Write[R any](file string, header []string, results []R, row func(r *R) []string) error {
	f, err := os.Create(file + ".part")
	if err != nil {
		return err
	}
	rows := [][]string{header}
	for k := range results {
		rows = append(rows, row(&results[k]))
	}
	if err := errors.Join(csv.NewWriter(f).WriteAll(rows), f.Close()); err != nil {
		return err
	}
	return os.Rename(file+".part", file)
}
