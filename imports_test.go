package callout_test

import (
	"cmp"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	gocmp "github.com/google/go-cmp/cmp"
)

// The direction of imports, as two tables. A package is named by its path below the module; a name stands for the package and
// all below it. The rules speak of direct imports, and together they hold for indirect ones: what a package may reach is what
// the packages that it may import may reach. Imports of test files are free.

// layer says which packages of this module those below pkg may import besides each other. The layer with the longest name
// that fits a package decides; a package that no layer covers is a mistake.
type layer struct {
	pkg     string
	imports []string
	stdlib  bool // Nothing but the standard library, neither of ours nor of others.
	why     string
}

var layers = []layer{
	{pkg: "solver/model", stdlib: true, why: "everything leans on the model, so it leans on nothing"},
	{pkg: "solver/parallel", stdlib: true, why: "it is about functions, whatever they do"},
	{pkg: "solver/day", imports: []string{"solver/model", "solver/parallel"}, why: "what has happened does not depend on how plans are found"},
	{
		pkg: "solver/check", imports: []string{"solver/model"},
		why: "the checker can prove the schedule and the search wrong only if it shares no line with them",
	},
	{
		pkg: "solver/route", imports: []string{"solver/model", "solver/parallel"},
		why: "times and costs of a route follow from the facts, not from how routes are searched",
	},
	{
		pkg: "solver/search", imports: []string{"solver/model", "solver/parallel", "solver/route", "solver/ortools"},
		why: "the search must not judge itself by the checker, nor know who asked",
	},
	{
		pkg: "solver/pieces", imports: []string{"solver/model", "solver/parallel", "solver/route", "solver/search"},
		why: "what makes plans of pieces is the search, and no more judges itself than that",
	},
	{
		pkg: "solver/exact", imports: []string{"solver/model", "solver/ortools"},
		why: "a second opinion on the best plan shares no line with the search and its schedules",
	},
	{pkg: "solver/stock", imports: []string{"solver/model"}, why: "facts of a stock network lean on units alone"},
	{
		pkg: "solver/stockcheck", imports: []string{"solver/stock"},
		why: "the checker can prove allocations wrong only if it shares no line with what makes them",
	},
	{
		pkg: "solver/allocate", imports: []string{"solver/stock", "solver/parallel", "solver/ortools"},
		why: "the search must not judge itself by the checker, nor know who asked",
	},
	{pkg: "solver", why: "the solver is a library: no engine, no wire format"},

	{pkg: "engine/road/osm", why: "a file of OpenStreetMap is read by whoever wants to, and knows no roads"},
	{pkg: "engine/road/hierarchy", imports: []string{"solver/parallel"}, why: "shortest paths are about graphs, whatever these stand for"},
	{
		pkg: "engine/road", imports: []string{"solver/parallel"},
		why: "travel on roads knows no problem and no plan: whoever wants a matrix gives points",
	},
	{
		pkg: "engine/matrix", imports: []string{"engine/road", "solver/model", "solver/parallel"},
		why: "travel is computed before there is a plan",
	},
	{pkg: "engine/lease", why: "what is held is opaque to who holds it"},
	{pkg: "engine", imports: []string{"solver"}, why: "the engine is used without a server too, by solve and bench"},

	{pkg: "api/callout/v1", why: "generated messages stand alone"},
	{pkg: "api/gateway", imports: []string{"api/callout/v1"}, why: "generated, for JSON over HTTP"},
	{
		pkg: "api/wire", imports: []string{"api/callout/v1", "solver/day", "solver/model", "solver/stock"},
		why: "conversion is pure: it can be fuzzed without an engine, and knows none",
	},
	{
		pkg: "api/server",
		imports: []string{
			"api/callout/v1", "api/gateway", "api/wire", "engine", "solver/day", "solver/model", "solver/parallel", "solver/stock",
		},
		why: "handlers reach the solver through the engine, which admits work and stops it",
	},
	{pkg: "api", imports: []string{"solver/model"}, why: "the rest of the API is about messages"},

	{pkg: "bench", imports: []string{"api", "engine", "solver"}, why: "measurements use the product, not its command line"},
	{pkg: "cmd", imports: []string{"api", "bench", "engine", "solver"}, why: "the binary ties everything together"},
}

// reserve says which packages alone may import pkg, one of ours, of another module, or "C".
type reserve struct {
	pkg string
	by  []string
	why string
}

var reserves = []reserve{
	{pkg: "callout/cmd", why: "a command is run, not imported"},
	{pkg: "callout/bench", by: []string{"cmd"}, why: "the product does not depend on how it is measured"},
	{
		pkg: "callout/solver/ortools", by: []string{"bench/joint", "engine", "solver/allocate", "solver/exact", "solver/search"},
		why: "where OR-Tools helps is decided in four places, and one measures against it; nothing else knows that it exists",
	},
	{pkg: "C", by: []string{"solver/ortools"}, why: "OR-Tools is the only native code"},
	{
		pkg: "google.golang.org/protobuf", by: []string{"api", "bench", "cmd", "engine/road/osm", "solver/ortools"},
		why: "engine and solver work on the model (OR-Tools' own C interface and files of OpenStreetMap are protobuf)",
	},
	{pkg: "google.golang.org/grpc", by: []string{"api", "bench", "cmd"}, why: "engine and solver know no transport"},
	{pkg: "google.golang.org/genproto", by: []string{"api", "bench", "cmd"}, why: "engine and solver know no transport"},
	{pkg: "go.opentelemetry.io", by: []string{"cmd"}, why: "traces are the server's business, and leave it by its main program"},
	{pkg: "github.com/grpc-ecosystem", by: []string{"api", "bench", "cmd"}, why: "engine and solver know no transport"},
	{
		pkg: "github.com/dgraph-io/ristretto", by: []string{"engine/matrix"},
		why: "nothing but travel is cached, and whether something is kept may change no result",
	},
	{
		pkg: "github.com/klauspost/compress", by: []string{"api", "engine/matrix"},
		why: "bytes are packed where they travel and where they wait; the search works on plain numbers",
	},
}

// edge is an import in a file that is not a test.
type edge struct {
	from string // Path of the importing package below the module.
	to   string // Import path.
	file string
}

const module = "callout"

func TestImportDirection(t *testing.T) {
	edges, err := readImports(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range edges {
		for _, fault := range judge(e) {
			t.Errorf("%s: %s", e.file, fault)
		}
	}
}

// readImports returns the imports of all Go files below root that are not tests, whatever their build constraints. It reads
// the files itself rather than asking `go list`, which sees one set of build tags and whose reading the test cache does not
// see, so that a cached pass could hide a new import.
func readImports(root fs.FS) ([]edge, error) {
	var edges []edge
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case d.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			to, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			edges = append(edges, edge{from: path.Dir(name), to: to, file: name})
		}
		return nil
	})
	return edges, err
}

// judge returns what the tables have against an import.
func judge(e edge) []string {
	var faults []string
	for _, r := range reserves {
		if covers(r.pkg, e.to) && !covers(r.pkg, path.Join(module, e.from)) && !coversAny(r.by, e.from) {
			faults = append(faults, fmt.Sprintf("%s imports %s: %s", e.from, e.to, r.why))
		}
	}

	to, ours := strings.CutPrefix(e.to, module+"/")
	if !ours && isStandard(e.to) {
		return faults
	}
	l, ok := layerOf(e.from)
	switch {
	case !ok:
		faults = append(faults, fmt.Sprintf("no layer covers %s: say in the table what it may import", e.from))
	case l.stdlib && !covers(l.pkg, to), ours && !covers(l.pkg, to) && !coversAny(l.imports, to):
		faults = append(faults, fmt.Sprintf("%s imports %s: %s", e.from, e.to, l.why))
	}
	return faults
}

func layerOf(pkg string) (layer, bool) {
	fits := slices.DeleteFunc(slices.Clone(layers), func(l layer) bool { return !covers(l.pkg, pkg) })
	if len(fits) == 0 {
		return layer{}, false
	}
	return slices.MaxFunc(fits, func(a, b layer) int { return cmp.Compare(len(a.pkg), len(b.pkg)) }), true
}

// covers reports whether pkg is scope or lies below it.
func covers(scope, pkg string) bool {
	return pkg == scope || strings.HasPrefix(pkg, scope+"/")
}

func coversAny(scopes []string, pkg string) bool {
	return slices.ContainsFunc(scopes, func(scope string) bool { return covers(scope, pkg) })
}

// isStandard reports whether an import path belongs to the standard library (or is "C"): its first element has no dot.
func isStandard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

func TestJudge(t *testing.T) {
	tests := map[string]struct {
		from, to string
		want     string // Part of the one fault expected; none if empty.
	}{
		"model, standard library":     {"solver/model", "slices", ""},
		"model, its own below":        {"solver/model", "callout/solver/model/units", ""},
		"model, another module":       {"solver/model", "golang.org/x/sync/errgroup", "leans on nothing"},
		"model, ours":                 {"solver/model", "callout/solver/route", "leans on nothing"},
		"model, cgo":                  {"solver/model", "C", "only native code"},
		"check, model":                {"solver/check", "callout/solver/model", ""},
		"check, route":                {"solver/check", "callout/solver/route", "prove the schedule"},
		"below check, search":         {"solver/check/cost", "callout/solver/search", "prove the schedule"},
		"a name that begins alike":    {"solver/checker", "callout/solver/route", ""},
		"route, search":               {"solver/route", "callout/solver/search", "follow from the facts"},
		"search, route":               {"solver/search", "callout/solver/route", ""},
		"search, check":               {"solver/search", "callout/solver/check", "judge itself"},
		"search, engine":              {"solver/search", "callout/engine", "judge itself"},
		"search, ortools":             {"solver/search", "callout/solver/ortools", ""},
		"exact, ortools":              {"solver/exact", "callout/solver/ortools/cpsat", ""},
		"exact, route":                {"solver/exact", "callout/solver/route", "second opinion"},
		"exact, check":                {"solver/exact", "callout/solver/check", "second opinion"},
		"route, ortools":              {"solver/parts", "callout/solver/ortools", "four places"},
		"ortools, cgo":                {"solver/ortools", "C", ""},
		"ortools, protobuf":           {"solver/ortools", "google.golang.org/protobuf/proto", ""},
		"other solver, engine":        {"solver/forecast", "callout/engine", "the solver is a library"},
		"other solver, protobuf":      {"solver/forecast", "google.golang.org/protobuf/proto", "work on the model"},
		"matrix, search":              {"engine/matrix", "callout/solver/search", "before there is a plan"},
		"matrix, engine":              {"engine/matrix", "callout/engine", "before there is a plan"},
		"engine, matrix":              {"engine", "callout/engine/matrix", ""},
		"engine, another module":      {"engine", "golang.org/x/sync/errgroup", ""},
		"engine, protobuf":            {"engine", "google.golang.org/protobuf/proto", "work on the model"},
		"road, its own below":         {"engine/road", "callout/engine/road/osm", ""},
		"road, model":                 {"engine/road", "callout/solver/model", "gives points"},
		"osm, protobuf":               {"engine/road/osm", "google.golang.org/protobuf/encoding/protowire", ""},
		"road, protobuf":              {"engine/road", "google.golang.org/protobuf/proto", "work on the model"},
		"hierarchy, roads":            {"engine/road/hierarchy", "callout/engine/road", "whatever these stand for"},
		"matrix, road":                {"engine/matrix", "callout/engine/road", ""},
		"lease, model":                {"engine/lease", "callout/solver/model", "opaque"},
		"engine, lease":               {"engine", "callout/engine/lease", ""},
		"matrix, ristretto":           {"engine/matrix", "github.com/dgraph-io/ristretto/v2", ""},
		"server, ristretto":           {"api/server", "github.com/dgraph-io/ristretto/v2", "nothing but travel"},
		"matrix, compress":            {"engine/matrix", "github.com/klauspost/compress/zstd", ""},
		"search, compress":            {"solver/search", "github.com/klauspost/compress/s2", "plain numbers"},
		"below engine, grpc":          {"engine/matrix", "google.golang.org/grpc/codes", "no transport"},
		"engine, error details":       {"engine", "google.golang.org/genproto/googleapis/rpc/errdetails", "no transport"},
		"engine, interceptors":        {"engine", "github.com/grpc-ecosystem/go-grpc-middleware/v2", "no transport"},
		"engine, messages":            {"engine", "callout/api/callout/v1", "used without a server"},
		"messages, model":             {"api/callout/v1", "callout/solver/model", "stand alone"},
		"wire, messages":              {"api/wire", "callout/api/callout/v1", ""},
		"wire, engine":                {"api/wire", "callout/engine", "conversion is pure"},
		"wire, route":                 {"api/wire", "callout/solver/route", "conversion is pure"},
		"server, wire":                {"api/server", "callout/api/wire", ""},
		"server, engine":              {"api/server", "callout/engine", ""},
		"server, search":              {"api/server", "callout/solver/search", "through the engine"},
		"bench, engine":               {"bench", "callout/engine", ""},
		"cmd, bench":                  {"cmd/callout", "callout/bench/quality", ""},
		"cmd, its own below":          {"cmd/callout", "callout/cmd/callout/render", ""},
		"the module's root, anything": {".", "callout/engine", "no layer covers"},
		"a new tree, another module":  {"internal/x", "golang.org/x/term", "no layer covers"},
		"a new tree, standard":        {"internal/x", "fmt", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			faults := judge(edge{from: tt.from, to: tt.to})
			switch {
			case tt.want == "" && len(faults) > 0:
				t.Errorf("faults %q, want none", faults)
			case tt.want != "" && (len(faults) != 1 || !strings.Contains(faults[0], tt.want)):
				t.Errorf("faults %q, want one with %q", faults, tt.want)
			}
		})
	}
}

// An import that two rules forbid is reported by both.
func TestJudgeByBothTables(t *testing.T) {
	for _, to := range []string{"callout/cmd/callout", "callout/bench"} {
		if faults := judge(edge{from: "engine", to: to}); len(faults) != 2 {
			t.Errorf("engine imports %s: faults %q, want one of each table", to, faults)
		}
	}
}

func TestReadImports(t *testing.T) {
	root := fstest.MapFS{}
	for name, source := range map[string]string{
		"a/a.go":               "package a\nimport (\n\t\"fmt\"\n\tx \"callout/b\"\n)\n",
		"a/a_test.go":          "package a\nimport \"testing\"\n",
		"a/testdata/t.go":      "package t\nimport \"os\"\n",
		"a/fast_windows.go":    "package a\nimport \"syscall\"\n",
		".tools/t.go":          "package t\nimport \"os\"\n",
		"b/c/invariants_on.go": "//go:build invariants\n\npackage c\nimport \"callout/a\"\n",
		"b/README.md":          "import \"os\"\n",
	} {
		root[name] = &fstest.MapFile{Data: []byte(source)}
	}

	got, err := readImports(root)
	if err != nil {
		t.Fatal(err)
	}
	want := []edge{
		{from: "a", to: "fmt", file: "a/a.go"},
		{from: "a", to: "callout/b", file: "a/a.go"},
		{from: "a", to: "syscall", file: "a/fast_windows.go"},
		{from: "b/c", to: "callout/a", file: "b/c/invariants_on.go"},
	}
	if diff := gocmp.Diff(want, got, gocmp.AllowUnexported(edge{})); diff != "" {
		t.Errorf("imports (-want +got):\n%s", diff)
	}
}
