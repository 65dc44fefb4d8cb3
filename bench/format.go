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
)

var formatNames = map[string]Format{"vrptw": VRPTW, "trsp": TRSP, "fieldservice": FieldService}

// ErrFormat is returned for a file or a name that belongs to no format.
var ErrFormat = errors.New("unknown format")

// ParseFormat turns a name (vrptw, trsp, fieldservice) into a format.
func ParseFormat(name string) (Format, error) {
	if f, ok := formatNames[name]; ok {
		return f, nil
	}
	return Unknown, fmt.Errorf("%w %q", ErrFormat, name)
}

func (f Format) String() string {
	for name, g := range formatNames {
		if f == g {
			return name
		}
	}
	return "unknown"
}

// Detect tells a file's format by the words that only it has.
func Detect(data []byte) Format {
	has := func(word string) bool { return bytes.Contains(data, []byte(word)) }
	switch {
	case bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")):
		if has(`"` + fieldServiceFormat + `"`) {
			return FieldService
		}
	case has("CREW COUNT"):
		return TRSP
	case has("VEHICLE") && has("CUSTOMER"):
		return VRPTW
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

// ReadFile reads an instance of any format.
func ReadFile(path string) (*Instance, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile {
		return nil, &FileError{File: path, Text: fmt.Sprintf("%d bytes are more than %d", info.Size(), maxFile)}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Read(path, data)
}

// Read reads an instance of any format. The file's name is for messages and the instance's name.
func Read(file string, data []byte) (*Instance, error) {
	in := &Instance{Name: instanceName(file), Format: Detect(data)}
	var err error
	switch in.Format {
	case VRPTW:
		in.Problem, err = ReadSolomon(file, data)
	case TRSP:
		in.Problem, err = ReadTRSP(file, data)
	case FieldService:
		in.Problem, err = ReadFieldService(file, data)
	case Unknown:
		err = fmt.Errorf("%s: %w", file, ErrFormat)
	}
	if err != nil {
		return nil, err
	}
	in.Optional = in.Format == FieldService
	return in, nil
}
