package bench

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
)

// fuzzReader feeds a reader with whatever looks like a file. What it refuses it refuses with a fault of that file; what it
// accepts is a request without faults.
func fuzzReader(f *testing.F, examples []string, read func(string, []byte) (*calloutv1.Problem, error)) {
	f.Helper()
	for _, name := range examples {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := read("file", data)
		accepted(t, p, err)
	})
}

// accepted checks the answer of a reader to any file.
func accepted(t *testing.T, p *calloutv1.Problem, err error) {
	t.Helper()
	if err != nil {
		var fault *FileError
		if !errors.As(err, &fault) || fault.File != "file" || fault.Text == "" || fault.Line < 0 {
			t.Fatalf("%T is no fault of the file: %v", err, err)
		}
		return
	}
	if _, _, faults := wire.Problem(p, Limits()); len(faults) > 0 {
		t.Fatal(faults)
	}
}

func FuzzSolomon(f *testing.F) { fuzzReader(f, []string{"rays.txt"}, ReadSolomon) }

func FuzzTRSP(f *testing.F) { fuzzReader(f, []string{"towns.txt"}, ReadTRSP) }

func FuzzFieldService(f *testing.F) {
	fuzzReader(f, []string{"crews.json", "meridian.json"}, ReadFieldService)
}

func FuzzVRPLIB(f *testing.F) { fuzzReader(f, []string{"prizes.vrp", "oneway.txt"}, ReadVRPLIB) }

func FuzzSTRSP(f *testing.F) {
	tasks, crew := fields(f)
	f.Add(tasks, crew)
	f.Fuzz(func(t *testing.T, tasks, crew []byte) {
		p, err := readSTRSP(text{"file", tasks}, text{"file", crew})
		accepted(t, p, err)
	})
}
