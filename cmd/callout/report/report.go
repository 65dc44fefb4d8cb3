// Package report writes a plan as one HTML page that stands alone: no network, no scripts or fonts from elsewhere. It shows
// the key figures, a map of the routes, the day as a chart, each technician's plan, the pick list, the costs, and the jobs left
// out with the reasons.
package report

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"time"

	calloutv1 "callout/api/callout/v1"
	"callout/cmd/callout/report/digest"
)

// Meta is what problem and plan do not say. All of it may be absent.
type Meta struct {
	Title      string // of the page
	Version    string // of the engine
	RequestID  string
	Seed       uint64
	FirstPlan  time.Duration // until the first complete plan
	Elapsed    time.Duration // until the last one
	Iterations int64
	Stopped    string    // why the search ended, in words
	Trace      []Sample  // the plans as they came
	Judgement  Judgement // by the independent checker
}

// Sample is one plan of a search.
type Sample struct {
	Elapsed    time.Duration
	Cost       float64
	Unassigned int
}

// Judgement tells whether a plan keeps every rule.
type Judgement struct {
	Made   bool
	Faults []string // none: it does
}

//go:embed assets
var assets embed.FS

var page = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"dur":    digest.Duration,
	"dist":   digest.Distance,
	"plural": digest.Plural,
	"count":  func(n int) string { return digest.Count(int64(n)) },
	"style": func() (template.CSS, error) {
		return read[template.CSS]("base.css", "board.css", "lists.css", "print.css")
	},
	"script": func() (template.JS, error) { return read[template.JS]("page.js", "map.js") },
	"theme":  func() (template.JS, error) { return read[template.JS]("theme.js") },
}).ParseFS(assets, "assets/*.html"))

// read joins assets. They are ours, so they need no escaping.
func read[T ~string](names ...string) (T, error) {
	var all T
	for _, name := range names {
		text, err := assets.ReadFile("assets/" + name)
		if err != nil {
			return "", err
		}
		all += T(text)
	}
	return all, nil
}

// Write writes the page. The plan should be an answer of Callout, with costs and metrics; what it lacks is left out.
func Write(w io.Writer, problem *calloutv1.Problem, plan *calloutv1.Plan, meta Meta) error {
	if err := page.Execute(w, newView(digest.New(problem, plan), meta)); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}
