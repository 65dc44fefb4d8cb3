package bench

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	calloutv1 "callout/api/callout/v1"
)

// Format of an instance file.
type Format uint8

// The formats that there are readers for.
const (
	Unknown      Format = iota
	VRPTW               // text of Solomon, and of Gehring and Homberger
	TRSP                // text of Pillac, Guéret and Medaglia
	FieldService        // JSON of a field-service day
	PCVRPTW             // text of VRPLIB with prizes
	EuroNeurIPS         // text of VRPLIB with a matrix
	STRSP               // two texts of Kovacs, Parragh, Doerner and Hartl: technicians, tasks
)

// formats are what there is to know of each format, in the order in which files are tried.
var formats = []struct {
	format   Format
	name     string
	is       func(data []byte) bool // by the words that only it has
	read     func(file string, data []byte) (*calloutv1.Problem, error)
	optional bool // jobs may be left out, at their price
}{
	{FieldService, "fieldservice", fieldServiceText, ReadFieldService, true},
	{TRSP, "trsp", has("CREW COUNT"), ReadTRSP, false},
	{PCVRPTW, "pcvrptw", has("PRIZE_SECTION"), ReadVRPLIB, true},
	{EuroNeurIPS, "euro_neurips", has("EDGE_WEIGHT_SECTION"), ReadVRPLIB, false},
	{STRSP, "strsp", strspText, readHalfSTRSP, true},
	{VRPTW, "vrptw", has("VEHICLE", "CUSTOMER"), ReadSolomon, false},
}

func has(words ...string) func([]byte) bool {
	return func(data []byte) bool {
		for _, word := range words {
			if !bytes.Contains(data, []byte(word)) {
				return false
			}
		}
		return !isJSON(data)
	}
}

func isJSON(data []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) }

func fieldServiceText(data []byte) bool {
	return isJSON(data) && bytes.Contains(data, []byte(`"`+fieldServiceFormat+`"`))
}

// ErrFormat is returned for a file or a name that belongs to no format.
var ErrFormat = errors.New("unknown format")

// ParseFormat turns a name (vrptw, trsp, fieldservice, pcvrptw, euro_neurips, strsp) into a format.
func ParseFormat(name string) (Format, error) {
	for _, f := range formats {
		if f.name == name {
			return f.format, nil
		}
	}
	return Unknown, fmt.Errorf("%w %q", ErrFormat, name)
}

func (f Format) String() string {
	for _, known := range formats {
		if known.format == f {
			return known.name
		}
	}
	return "unknown"
}

// Detect tells a file's format by the words that only it has.
func Detect(data []byte) Format {
	for _, f := range formats {
		if f.is(data) {
			return f.format
		}
	}
	return Unknown
}

// Instance is a problem of a benchmark set.
type Instance struct {
	Name     string // the file's name without its extension, as lists of best-known values have it
	Format   Format
	Problem  *calloutv1.Problem
	Optional bool // jobs may be left out, at their price
}

// maxFile bounds what is read into memory. The largest published instances have a few hundred kilobytes; a matrix of a
// thousand locations in JSON has a few megabytes.
const maxFile = 64 << 20

// ReadFile reads an instance of any format. Of one in two files (STRSP) either is named, and the other found beside it.
func ReadFile(path string) (*Instance, error) {
	data, err := readText(path)
	if err != nil {
		return nil, err
	}
	if Detect(data) == STRSP {
		return readPairSTRSP(path, data)
	}
	return Read(path, data)
}

// readText reads a file that is not too large.
func readText(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile {
		return nil, &FileError{File: path, Text: fmt.Sprintf("%d bytes are more than %d", info.Size(), maxFile)}
	}
	return os.ReadFile(path)
}

// Read reads an instance of any format but those in two files. The file's name is for messages and the instance's name.
func Read(file string, data []byte) (*Instance, error) {
	format := Detect(data)
	for _, f := range formats {
		if f.format != format {
			continue
		}
		p, err := f.read(file, data)
		if err != nil {
			return nil, err
		}
		return &Instance{Name: instanceName(file), Format: format, Problem: p, Optional: f.optional}, nil
	}
	return nil, fmt.Errorf("%s: %w", file, ErrFormat)
}
