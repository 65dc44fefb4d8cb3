package bench

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// FileError is a fault of an instance file.
type FileError struct {
	File string
	Line int // from 1; 0: the file as a whole
	Text string
}

func (e *FileError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Text)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text)
}

// lines walks over the lines of a text that are not blank.
type lines struct {
	file string
	rest string
	text string // the current line, without blanks around it
	n    int    // its number, from 1
}

func newLines(file string, data []byte) *lines { return &lines{file: file, rest: string(data)} }

// next moves to the next line that is not blank and tells whether there is one.
func (l *lines) next() bool {
	for l.rest != "" {
		line, rest, _ := strings.Cut(l.rest, "\n")
		l.rest = rest
		l.n++
		if l.text = strings.TrimSpace(line); l.text != "" {
			return true
		}
	}
	l.text = ""
	return false
}

// want moves to the next line and fails where the text ends.
func (l *lines) want(what string) error {
	if l.next() {
		return nil
	}
	return &FileError{File: l.file, Line: l.n, Text: "the file ends where " + what + " is expected"}
}

// fail is a fault of the current line.
func (l *lines) fail(format string, args ...any) error {
	return &FileError{File: l.file, Line: l.n, Text: fmt.Sprintf(format, args...)}
}

// maxNumber bounds the numbers of text formats, so that scaled times and distances stay far from overflow.
const maxNumber = 1e6

// numbers parses fields, one for each name.
func (l *lines) numbers(fields []string, names ...string) ([]float64, error) {
	if len(fields) != len(names) {
		return nil, l.fail("%d fields where %d are expected: %s", len(fields), len(names), strings.Join(names, ", "))
	}
	out := make([]float64, len(fields))
	for k, field := range fields {
		var err error
		if out[k], err = l.number(field, names[k]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// number parses one field.
func (l *lines) number(field, name string) (float64, error) {
	v, err := strconv.ParseFloat(field, 64)
	if err != nil || !(math.Abs(v) <= maxNumber) { // not a number fails as well
		return 0, l.fail("%s is %q: expected a number from -%g to %g", name, field, maxNumber, maxNumber)
	}
	return v, nil
}

// count turns a number into a whole one from least to most.
func (l *lines) count(v float64, name string, least, most int64) (int64, error) {
	if v != math.Trunc(v) || v < float64(least) || v > float64(most) {
		return 0, l.fail("%s is %v: expected a whole number from %d to %d", name, v, least, most)
	}
	return int64(v), nil
}
