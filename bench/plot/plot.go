// Package plot draws small multiples of lines over logarithmic axes as SVG, readable on a light and on a dark page.
package plot

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// Point of a line. X is above 0; Y is clipped to the figure's floor and ceiling.
type Point struct {
	X, Y float64
	Open bool // drawn hollow: it does not stand for all that the others stand for
}

// Line of one name; the same name has the same colour, dash and mark in every panel.
type Line struct {
	Name   string
	Points []Point
}

// Panel is one pair of axes.
type Panel struct {
	Title string
	Lines []Line
}

// Figure is a grid of panels with common axes.
type Figure struct {
	Title, XLabel, YLabel string
	Note                  string   // below the panels
	Names                 []string // of the lines, in the order of the legend
	Panels                []Panel
	Floor, Ceiling        float64 // least and greatest Y that are told apart; no ceiling where it is 0
	Columns               int
}

// Sizes in pixels of the drawing.
const (
	panelWide, panelHigh       = 270, 190
	left, right, top, bottom   = 52, 12, 30, 34 // within a panel, around the axes
	headHigh, footHigh, margin = 62, 30, 10
)

// style tells lines apart by more than their colour.
var marks = []string{"circle", "square", "triangle", "diamond", "cross"}

// Colours are those of Okabe and Ito, which people with weak colour vision can tell apart, darker on light pages, lighter on dark
// ones where that needs be.
const sheet = `
svg { color-scheme: light dark; }
text { font-family: system-ui, sans-serif; font-size: 11px; fill: #333; }
.title { font-size: 15px; font-weight: 600; } .panel { font-size: 12px; font-weight: 600; } .note { font-size: 10.5px; fill: #666; }
.grid { stroke: #999; stroke-opacity: .28; stroke-width: 1; } .axis { stroke: #777; stroke-width: 1; fill: none; }
.line { fill: none; stroke-width: 2; } .open { fill: #fff; fill-opacity: .85; }
.s0 { stroke: #0072b2; } .f0 { fill: #0072b2; } .s1 { stroke: #d55e00; } .f1 { fill: #d55e00; }
.s2 { stroke: #009e73; } .f2 { fill: #009e73; }
.s3 { stroke: #a6478f; } .f3 { fill: #a6478f; } .s4 { stroke: #8a7400; } .f4 { fill: #8a7400; }
.s1 { stroke-dasharray: 7 3; } .s2 { stroke-dasharray: 2 3; } .s3 { stroke-dasharray: 8 3 2 3; } .s4 { stroke-dasharray: 4 2; }
.mark { stroke-width: 1.5; stroke-dasharray: none; }
@media (prefers-color-scheme: dark) {
  text { fill: #ddd; } .note { fill: #aaa; } .axis { stroke: #999; } .open { fill: #111; }
  .s0 { stroke: #56b4e9; } .f0 { fill: #56b4e9; } .s1 { stroke: #e69f00; } .f1 { fill: #e69f00; }
  .s2 { stroke: #2bc59a; } .f2 { fill: #2bc59a; }
  .s3 { stroke: #d98cc3; } .f3 { fill: #d98cc3; } .s4 { stroke: #f0e442; } .f4 { fill: #f0e442; }
}
`

// SVG draws the figure. Two calls give the same bytes.
func (f *Figure) SVG() string {
	columns := max(1, min(f.Columns, len(f.Panels)))
	rows := (len(f.Panels) + columns - 1) / columns
	wide, high := max(columns*panelWide+2*margin, 560), headHigh+rows*panelHigh+footHigh
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">`,
		wide, high, wide, high, escape(f.Title))
	fmt.Fprintf(&b, "\n<title>%s</title>\n<style>%s</style>\n", escape(f.Title), sheet)
	fmt.Fprintf(&b, `<text class="title" x="%d" y="22">%s</text>`+"\n", margin, escape(f.Title))
	f.legend(&b)
	x, y := f.axes()
	for k := range f.Panels {
		fmt.Fprintf(&b, `<g transform="translate(%d %d)">`+"\n", margin+k%columns*panelWide, headHigh+k/columns*panelHigh)
		f.panel(&b, &f.Panels[k], x, y)
		b.WriteString("</g>\n")
	}
	fmt.Fprintf(&b, `<text class="note" x="%d" y="%d">%s</text>`+"\n</svg>\n", margin, high-10, escape(f.Note))
	return b.String()
}

func escape(text string) string { return html.EscapeString(text) }

// legend stands under the title.
func (f *Figure) legend(b *strings.Builder) {
	x := margin
	for k, name := range f.Names {
		fmt.Fprintf(b, `<path class="line s%d" d="M%d 43h30"/>`, k%len(marks), x)
		mark(b, k, float64(x+15), 43, false)
		fmt.Fprintf(b, `<text x="%d" y="47">%s</text>`+"\n", x+36, escape(name))
		x += 54 + 7*len([]rune(name))
	}
}

// axis is a logarithmic axis from whole decade to whole decade, or from the floor.
type axis struct{ from, to float64 } // decimal logarithms

func (a axis) share(v float64) float64 { return (math.Log10(v) - a.from) / (a.to - a.from) }

// clip keeps a value between floor and ceiling.
func (f *Figure) clip(v float64) float64 {
	if f.Ceiling > 0 {
		v = min(v, f.Ceiling)
	}
	return max(v, f.Floor)
}

// axes that hold all points.
func (f *Figure) axes() (x, y axis) {
	x = axis{math.Inf(1), math.Inf(-1)}
	y = axis{math.Log10(f.Floor), math.Log10(f.Floor) + 1}
	for k := range f.Panels {
		for _, l := range f.Panels[k].Lines {
			for _, p := range l.Points {
				x.from, x.to = min(x.from, math.Log10(p.X)), max(x.to, math.Log10(p.X))
				y.to = max(y.to, math.Log10(f.clip(p.Y)))
			}
		}
	}
	if x.from > x.to { // no points
		x = axis{-1, 1}
	}
	x.from, x.to, y.to = x.from-0.12, x.to+0.12, y.to+0.08
	return x, y
}

func (f *Figure) panel(b *strings.Builder, p *Panel, x, y axis) {
	const w, h = panelWide - left - right, panelHigh - top - bottom
	px := func(v float64) float64 { return left + w*x.share(v) }
	py := func(v float64) float64 { return top + h*(1-y.share(f.clip(v))) }
	fmt.Fprintf(b, `<text class="panel" x="%d" y="%d">%s</text>`+"\n", left, top-9, escape(p.Title))
	for d := math.Ceil(x.from); d <= x.to; d++ {
		at := math.Pow(10, d)
		fmt.Fprintf(b, `<path class="grid" d="M%.1f %dv%d"/><text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n",
			px(at), top, h, px(at), top+h+13, number(at))
	}
	for d := math.Ceil(y.from - 1e-9); d <= y.to; d++ {
		at := math.Pow(10, d)
		label := number(at)
		if at <= f.Floor*1.001 {
			label = "≤ " + label
		}
		fmt.Fprintf(b, `<path class="grid" d="M%d %.1fh%d"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`+"\n",
			left, py(at), w, left-5, py(at)+4, label)
	}
	fmt.Fprintf(b, `<path class="axis" d="M%d %dv%dh%d"/>`+"\n", left, top, h, w)
	fmt.Fprintf(b, `<text class="note" x="%d" y="%d" text-anchor="end">%s</text>`, left+w, top+h+26, escape(f.XLabel))
	fmt.Fprintf(b, `<text class="note" transform="translate(11 %d) rotate(-90)" text-anchor="middle">%s</text>`+"\n", top+h/2,
		escape(f.YLabel))
	for k, name := range f.Names {
		for _, l := range p.Lines {
			if l.Name != name || len(l.Points) == 0 {
				continue
			}
			var path strings.Builder
			for i, q := range l.Points {
				fmt.Fprintf(&path, "%c%.1f %.1f", "ML"[min(i, 1)], px(q.X), py(q.Y))
			}
			fmt.Fprintf(b, `<path class="line s%d" d="%s"/>`+"\n", k%len(marks), path.String())
			for _, q := range l.Points {
				mark(b, k, px(q.X), py(q.Y), q.Open)
			}
			b.WriteString("\n")
		}
	}
}

// mark draws the mark of the line with that number.
func mark(b *strings.Builder, k int, x, y float64, open bool) {
	k %= len(marks)
	class := fmt.Sprintf("mark s%d f%d", k, k)
	if open {
		class = fmt.Sprintf("mark s%d open", k)
	}
	switch marks[k] {
	case "circle":
		fmt.Fprintf(b, `<circle class="%s" cx="%.1f" cy="%.1f" r="3.5"/>`, class, x, y)
	case "square":
		fmt.Fprintf(b, `<rect class="%s" x="%.1f" y="%.1f" width="6.4" height="6.4"/>`, class, x-3.2, y-3.2)
	case "triangle":
		fmt.Fprintf(b, `<path class="%s" d="M%.1f %.1fl4 7h-8z"/>`, class, x, y-4.2)
	case "diamond":
		fmt.Fprintf(b, `<path class="%s" d="M%.1f %.1fl4.2 4.2l-4.2 4.2l-4.2 -4.2z"/>`, class, x, y-4.2)
	default:
		fmt.Fprintf(b, `<path class="%s" d="M%.1f %.1fl7 7m0 -7l-7 7"/>`, class, x-3.5, y-3.5)
	}
}

// number without zeros at its end.
func number(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }
