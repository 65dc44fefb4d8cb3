package wire

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/reflect/protoreflect"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// TestCodesDocumented compares CODES.md with Codes, and Codes with the constants.
func TestCodesDocumented(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Codes of faults\n\nEach fault of a request has one of these codes, as the reason of a field violation in the\n" +
		"`google.rpc.BadRequest`, or as the code in the answer of `Validate`. They are stable.\n\n" +
		"| code | meaning | example | what to do |\n|---|---|---|---|\n")
	var listed []string
	for _, c := range Codes {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", c.Code, c.Meaning, c.Example, c.Fix)
		listed = append(listed, c.Code)
	}
	if *update {
		if err := os.WriteFile("CODES.md", []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("CODES.md")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.String(), string(got)); diff != "" {
		t.Errorf("CODES.md differs from Codes; go test -update writes it (-want +got):\n%s", diff)
	}
	if constants := codeConstants(t); !slices.Equal(constants, listed) {
		t.Errorf("Codes lists %q, the constants are %q", listed, constants)
	}
}

// codeConstants are the values of the constants in codes.go, in their order.
func codeConstants(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		decl, ok := n.(*ast.GenDecl)
		if !ok || decl.Tok != token.CONST {
			return true
		}
		for _, spec := range decl.Specs {
			value, ok := spec.(*ast.ValueSpec)
			if !ok {
				t.Fatalf("%T among the constants", spec)
			}
			literal, ok := value.Values[0].(*ast.BasicLit)
			if !ok {
				t.Fatalf("%s is no literal", value.Names[0])
			}
			code, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, code)
		}
		return false
	})
	return out
}

// TestEveryCodeTested wants a case for every code in the tables of faults.
func TestEveryCodeTested(t *testing.T) {
	seen := map[string]bool{MoreFaults: true, MixedTimes: true, NoSuchCall: true} // in other tests
	for _, c := range faultCases {
		for _, w := range c.want {
			seen[w[strings.IndexByte(w, ' ')+1:]] = true
		}
	}
	for _, c := range Codes {
		if !seen[c.Code] {
			t.Errorf("no case for %s", c.Code)
		}
	}
}

// TestProtoComments compares what the .proto files say of support and direction with the tables in structure.go.
func TestProtoComments(t *testing.T) {
	unsupported, output := make(map[protoreflect.FullName]bool), make(map[protoreflect.FullName]bool)
	files, err := filepath.Glob(filepath.Join("..", "callout", "v1", "*.proto"))
	if err != nil || len(files) == 0 {
		t.Fatal("no .proto files:", err)
	}
	block := regexp.MustCompile(`^(message|enum) (\w+) \{`)
	field := regexp.MustCompile(`^(?:repeated |optional )?[\w.]+ (\w+) = \d+;|^([A-Z_0-9]+) = \d+;`)
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		scope, comment := "", ""
		for line := range strings.Lines(string(raw)) {
			line = strings.TrimSpace(line)
			if text, ok := strings.CutPrefix(line, "//"); ok {
				comment += text
				continue
			}
			if m := block.FindStringSubmatch(line); m != nil {
				scope = m[2] + "."
			}
			if m := field.FindStringSubmatch(line); m != nil {
				full := protoreflect.FullName("callout.v1." + scope + m[1])
				if m[2] != "" { // an enum value
					full = protoreflect.FullName("callout.v1." + m[2])
				}
				if strings.Contains(comment, "UNSUPPORTED") && !strings.Contains(comment, "More are not supported") {
					unsupported[full] = true
				}
				if strings.Contains(comment, "Output only.") {
					output[full] = true
				}
			}
			comment = ""
		}
	}
	names := func(m map[protoreflect.FullName]bool) []protoreflect.FullName { return slices.Sorted(maps.Keys(m)) }
	if diff := cmp.Diff(names(unsupported), names(notSupported)); diff != "" {
		t.Errorf("notSupported differs from the comments (-comments +table):\n%s", diff)
	}
	if diff := cmp.Diff(names(output), names(outputOnly)); diff != "" {
		t.Errorf("outputOnly differs from the comments (-comments +table):\n%s", diff)
	}
}

// TestTerms: the enum has the model's terms in their order.
func TestTerms(t *testing.T) {
	for k := range model.NumTerms {
		want := "TERM_" + strings.ToUpper(k.String())
		got, ok := termOf(protoTerm(k))
		if protoTerm(k).String() != want || got != k || !ok {
			t.Errorf("%s is %s and back %s", k, protoTerm(k), got)
		}
	}
	for _, none := range []calloutv1.Term{-1, 0, 99} {
		if _, ok := termOf(none); ok {
			t.Errorf("%v is a term", none)
		}
	}
}

// TestPresets compares the presets with the table in the comment of Preset.
func TestPresets(t *testing.T) {
	balanced, response, cost := preset(0), preset(calloutv1.Preset_PRESET_RESPONSE_FIRST), preset(calloutv1.Preset_PRESET_COST_FIRST)
	if balanced.balance != preset(calloutv1.Preset_PRESET_BALANCED).balance || balanced.balance != 0.1 || cost.balance != 0 {
		t.Error("balance")
	}
	if response.tier[model.Travel] != 1 || response.tier[model.Lateness] != 0 || balanced.tier != cost.tier {
		t.Error("tiers")
	}
	if response.weight[model.Unassigned] != 10 || cost.weight[model.Preference] != 0.5 || balanced.weight[model.Lateness] != 1 {
		t.Error("weights")
	}
	if response.response != 10 || balanced.rating != 2 || cost.surplus != 0 || cost.notPreferred != 15 {
		t.Error("prices")
	}
	for priority, want := range map[int32]float64{0: 200, 24: 200, 25: 400, 74: 800, 99: 2000, 100: 5000} {
		if got := cost.leftOut(priority, ""); got != want {
			t.Errorf("priority %d: %g, want %g", priority, got, want)
		}
	}
}
