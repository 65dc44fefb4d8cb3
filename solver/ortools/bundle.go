package ortools

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Version is that of the bundle which the C declarations were written for; bundle.txt pins the same.
const Version = "9.15.6755"

// ErrUnavailable is wrapped by every error that means: this process cannot use OR-Tools, and trying again will not help.
var ErrUnavailable = errors.New("OR-Tools is not available")

// rootVariable names the environment variable that points at an installed bundle.
const rootVariable = "ORTOOLS_ROOT"

// bundleFolder lies at the top of the source tree; the Makefile names it too.
const bundleFolder = ".ortools"

// Library is one of the bundle's shared libraries.
type Library struct {
	name  string // Without prefix and suffix.
	major string // Part of the file name; changes with the binary interface.
}

// The libraries with a plain C interface.
var (
	CPSAT = Library{name: "ortools", major: "9"}
	HiGHS = Library{name: "highs", major: "1"}
)

// file is the library's file name on this system.
func (l Library) file() string {
	if runtime.GOOS == "darwin" {
		return "lib" + l.name + "." + l.major + ".dylib"
	}
	return "lib" + l.name + ".so." + l.major
}

// Find returns the path of a library, or an error that says where it was looked for and what to do.
func Find(l Library) (string, error) {
	given := os.Getenv(rootVariable)
	roots := []string{given}
	if given == "" {
		roots = bundleRoots()
	}
	for _, root := range roots {
		for _, below := range []string{filepath.Join("ortools", ".libs"), "lib", "lib64", "."} {
			path := filepath.Join(root, below, l.file())
			//nolint:gosec // whoever sets the environment of a process decides what it loads anyway
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				// Absolute, because a name without a slash would make the loader look in the system's folders.
				return filepath.Abs(path)
			}
		}
	}
	if given != "" {
		return "", fmt.Errorf("%w: no %s below %s=%s (want OR-Tools %s)", ErrUnavailable, l.file(), rootVariable, given, Version)
	}
	return "", fmt.Errorf("%w: no %s below %s (run `make ortools`, or set %s to an installed OR-Tools %s)",
		ErrUnavailable, l.file(), strings.Join(roots, " or "), rootVariable, Version)
}

// bundleRoots lists the folders looked into unless ORTOOLS_ROOT is set, best first.
func bundleRoots() []string {
	var roots []string
	if exe, err := os.Executable(); err == nil {
		if target, err := filepath.EvalSymlinks(exe); err == nil {
			exe = target
		}
		dir := filepath.Dir(exe)
		roots = append(roots, filepath.Join(dir, "lib"))
		if filepath.Base(dir) == "bin" {
			roots = append(roots, filepath.Join(filepath.Dir(dir), bundleFolder))
		}
	}
	// With -trimpath the compiler writes the import path here, which is not absolute.
	if _, source, _, ok := runtime.Caller(0); ok && filepath.IsAbs(source) {
		roots = append(roots, filepath.Join(filepath.Dir(source), "..", "..", bundleFolder))
	}
	return slices.Compact(roots)
}
