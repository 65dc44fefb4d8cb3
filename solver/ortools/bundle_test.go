package ortools

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFindBelowRoot(t *testing.T) {
	for _, below := range []string{"ortools/.libs", "lib", "lib64", "."} {
		root := t.TempDir()
		t.Setenv(rootVariable, root)
		if _, err := Find(HiGHS); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), root) {
			t.Errorf("empty root: error %v", err)
		}
		want := filepath.Join(root, below, HiGHS.file())
		if err := os.MkdirAll(filepath.Dir(want), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(want, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := Find(HiGHS); err != nil || got != want {
			t.Errorf("%s: found %q, %v", below, got, err)
		}
	}
}

// A root that is given is the only one looked into, even when the source tree has a bundle.
func TestErrorsAreOneLine(t *testing.T) {
	none := Library{name: "nobody-has-this", major: "1"}
	for _, root := range []string{"", t.TempDir()} {
		t.Setenv(rootVariable, root)
		_, err := Open(none)
		if !errors.Is(err, ErrUnavailable) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), none.file()) {
			t.Errorf("root %q: error %v", root, err)
		}
	}
}

func TestNotALibrary(t *testing.T) {
	root := t.TempDir()
	t.Setenv(rootVariable, root)
	junk := Library{name: "junk", major: "1"}
	if err := os.WriteFile(filepath.Join(root, junk.file()), []byte("not a library"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(junk); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), junk.file()) {
		t.Errorf("error %v", err)
	}
}

// The declarations in Go and C were written for the version that make fetches.
func TestVersionIsThePinned(t *testing.T) {
	pin, err := os.ReadFile("bundle.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(pin), "\nortools=="+Version+" ") {
		t.Errorf("bundle.txt does not pin %s", Version)
	}
}
