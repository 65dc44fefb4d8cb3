package plot

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func figure() *Figure {
	return &Figure{
		Title: `Gap & "time" <of> all`, XLabel: "s", YLabel: "%", Note: "a < b", Floor: 0.01, Columns: 2,
		Names: []string{"ours", "a & b"},
		Panels: []Panel{
			{Title: "<one>", Lines: []Line{
				{Name: "ours", Points: []Point{{X: 0.1, Y: 1}, {X: 1, Y: 0.1}, {X: 10, Y: 0}}},
				{Name: "a & b", Points: []Point{{X: 0.1, Y: 100}, {X: 10, Y: 10, Open: true}}},
			}},
			{Title: "two"},
			{Title: "three", Lines: []Line{{Name: "unknown", Points: []Point{{X: 1, Y: 1}}}}},
		},
	}
}

// texts parses the drawing, which has to be well-formed, and returns what is written in it.
func texts(t *testing.T, svg string) []string {
	t.Helper()
	var out []string
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		if text, ok := token.(xml.CharData); ok && strings.TrimSpace(string(text)) != "" {
			out = append(out, string(text))
		}
	}
}

func TestTextsAreEscaped(t *testing.T) {
	found := strings.Join(texts(t, figure().SVG()), "\n")
	for _, want := range []string{`Gap & "time" <of> all`, "<one>", "a & b", "a < b"} {
		if !strings.Contains(found, want) {
			t.Errorf("%q is not written", want)
		}
	}
}

// Up, four decades and 0.08 lie on the 126 pixels from 156, where 0.01 and all below it lie: 1 is two decades up, 126·2/4.08.
// Across, two decades and 0.12 on either side lie on the 206 pixels from 52: 0.1 is at 52 + 206·0.12/2.24.
func TestPointsLieWhereTheyShould(t *testing.T) {
	svg := figure().SVG()
	for what, want := range map[string]string{
		"the line to the floor":  `d="M63.0 94.2L155.0 125.1L247.0 156.0"`,
		"a hollow mark":          `<rect class="mark s1 open" x="`,
		"the label of the floor": `>≤ 0.01<`,
		"the label of 100":       `>100<`,
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("%s is missing: %s\n%s", what, want, svg)
		}
	}
	if svg != figure().SVG() {
		t.Error("two drawings of one figure differ")
	}
}

// Under a ceiling of 10 the axis has three decades and 0.08, and 100 lies where 10 does: 156 - 126·3/3.08.
func TestCeiling(t *testing.T) {
	f := figure()
	f.Ceiling = 10
	if svg, want := f.SVG(), `d="M63.0 33.3L247.0 33.3"`; !strings.Contains(svg, want) || strings.Contains(svg, ">100<") {
		t.Errorf("%s is missing, or 100 is there:\n%s", want, svg)
	}
}

func TestNothingToDraw(t *testing.T) {
	if svg := (&Figure{Floor: 1, Columns: 3}).SVG(); strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Error(svg)
	}
	texts(t, (&Figure{Floor: 1}).SVG())
}
