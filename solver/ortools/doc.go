// Package ortools finds and loads the native libraries of the OR-Tools bundle. The solvers stand below it: cpsat binds CP-SAT
// (constraint programming), highs binds HiGHS (linear and mixed-integer programmes).
//
// # Loaded, not linked
//
// The libraries are opened at run time, by path, when they are first asked for; nothing is linked. So `go build ./...` and
// `go vet ./...` need neither the bundle nor a build tag, one binary works with and without it, a missing bundle is an error
// value with one clear sentence (ErrUnavailable) instead of a binary that does not start, and a service that never uses CP-SAT
// does not carry its 67 MB. Names of C functions differ between versions of OR-Tools; one that is missing is an error too.
// Without cgo, or on other systems than Linux and macOS, everything compiles and answers ErrUnavailable.
//
// # Where the bundle is looked for
//
//  1. ORTOOLS_ROOT, if set, and nowhere else: an installed OR-Tools for C++, or the folder into which pip installed.
//  2. lib beside the executable: the archive of `make dist`.
//  3. .ortools beside bin, for an executable in bin: that of `make build`.
//  4. .ortools of the source tree that the package was compiled from: `go test` and `go run`, from any folder. Binaries built with
//     -trimpath, such as those of `make dist`, do not know it.
//
// The libraries lie as in the wheel, in ortools/.libs and ortools.libs, because they find each other by relative paths. The working
// directory plays no part: nobody gets a library loaded by leaving it where the service is started.
package ortools
