package bench

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// ReadRecords reads files of runs, in the order of the files and rows. Of a run that is there twice the last row counts.
func ReadRecords(paths ...string) ([]Record, error) {
	var out []Record
	at := make(map[runKey]int)
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			return nil, err
		}
		records, err := readRecords(path)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			if k, again := at[r.key()]; again {
				out[k] = r
				continue
			}
			at[r.key()] = len(out)
			out = append(out, r)
		}
	}
	return out, nil
}

// readRecords reads a file of earlier runs; a file that does not exist has none. An interrupted last line is an error, so that
// nothing is ever appended to half a row.
func readRecords(path string) ([]Record, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.FieldsPerRecord = len(columns)
	var out []Record
	for line := 1; ; line++ {
		row, err := in.Read()
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, &FileError{File: path, Text: err.Error()}
		case line == 1:
			if !slices.Equal(row, columns) {
				return nil, &FileError{File: path, Line: 1, Text: fmt.Sprintf("expected the columns %v", columns)}
			}
			continue
		}
		r, err := parseRecord(row)
		if err != nil {
			return nil, &FileError{File: path, Line: line, Text: err.Error()}
		}
		out = append(out, r)
	}
}

// appendRecord adds a row to the file, which gets a heading where it is new, as does its folder.
func appendRecord(path string, r *Record) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // results are for everybody
		return err
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644) //nolint:gosec // results are for everybody
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	out := csv.NewWriter(f)
	if info.Size() == 0 {
		_ = out.Write(columns) // errors stay until Flush
	}
	_ = out.Write(r.row())
	out.Flush()
	return errors.Join(out.Error(), f.Close())
}
