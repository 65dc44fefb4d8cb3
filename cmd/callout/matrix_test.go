package main

import (
	"compress/gzip"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"callout/engine/road/roadtest"
)

// network imports a made-up city and returns the file.
func network(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "city.osm.gz")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(file)
	if _, err := z.Write(roadtest.City(1, 12, -30.03, -51.22).XML()); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	code, out, errs := callout(t, "", "import", name, "--zone", "America/Sao_Paulo")
	if code != 0 || !strings.Contains(out, "city.road:") || !strings.Contains(out, "bicycle") {
		t.Fatalf("code %d, output:\n%s%s", code, out, errs)
	}
	return strings.TrimSuffix(name, ".osm.gz") + ".road"
}

const somePoints = `id,lat,lon
north,-30.0255,-51.2200
south,-30.0345,-51.2200
far,-31,-51
east,-30.0300,-51.2155
`

// entries are numbers, -1 for empty fields, by row and column.
func entries(t *testing.T, text string) map[[2]string]int {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	values := make(map[[2]string]int)
	for _, r := range records[1:] {
		for j, field := range r[1:] {
			v := -1
			if field != "" {
				if v, err = strconv.Atoi(field); err != nil {
					t.Fatal(err)
				}
			}
			values[[2]string{r[0], records[0][j+1]}] = v
		}
	}
	return values
}

func TestMatrix(t *testing.T) {
	net := network(t)
	code, out, errs := callout(t, somePoints, "matrix", net, "-")
	if code != 0 || !strings.Contains(errs, "point far: road: no road of the profile is near") {
		t.Fatalf("code %d, output:\n%s%s", code, out, errs)
	}
	seconds := entries(t, out)
	_, out, _ = callout(t, somePoints, "matrix", net, "-", "--distances")
	metres := entries(t, out)
	for pair, s := range seconds {
		m := metres[pair]
		switch {
		case pair[0] == "far" || pair[1] == "far":
			if s != -1 || m != -1 {
				t.Errorf("%v: %d s, %d m for a point without a road", pair, s, m)
			}
		case pair[0] == pair[1]:
			if s != 0 || m != 0 {
				t.Errorf("%v: %d s, %d m", pair, s, m)
			}
		case s < 30 || s > 1200 || m < 600 || m > 8000: // 1 km as the crow flies from north to south, 0.66 km to the east
			t.Errorf("%v: %d s, %d m", pair, s, m)
		}
	}
	if len(seconds) != 16 {
		t.Errorf("%d entries", len(seconds))
	}

	rules := filepath.Join(t.TempDir(), "rules.json")
	if err := os.WriteFile(rules, []byte(`{"rules": [{"factor": 2, "hours": [{"from": 16, "until": 19}]}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for at, factor := range map[string]int{"2026-11-23T17:00:00-03:00": 2, "2026-11-23T12:00:00-03:00": 1} {
		_, out, errs := callout(t, somePoints, "matrix", net, "-", "--traffic", rules, "--at", at)
		for pair, s := range entries(t, out) {
			if d := s - factor*seconds[pair]; seconds[pair] >= 0 && (d < -1 || d > 1) {
				t.Errorf("%s, %v: %d s, %d without traffic\n%s", at, pair, s, seconds[pair], errs)
			}
		}
	}
	code, out, errs = callout(t, somePoints, "matrix", net, "-", "--timing", "--profile", "foot", "--workers", "1")
	if code != 0 || !strings.Contains(out, "3 × 3 journeys on 1 processors") {
		t.Errorf("code %d, output:\n%s%s", code, out, errs)
	}
}

func TestMatrixFaults(t *testing.T) {
	net := network(t)
	for name, tt := range map[string]struct {
		in   string
		args []string
		want string
	}{
		"no network":        {somePoints, []string{"matrix", "main_test.go", "-"}, "main_test.go: road: not a road network"},
		"no points":         {"", []string{"matrix", net, "-"}, "no points"},
		"no column":         {"id,lat\n", []string{"matrix", net, "-"}, "no column lon"},
		"not a number":      {"lat,lon\n1,2\nx,y\n", []string{"matrix", net, "-"}, "line 3: lat"},
		"outside the world": {"1,2\n91,2\n", []string{"matrix", net, "-"}, "line 2: road: latitude 91"},
		"no such time":      {somePoints, []string{"matrix", net, "-", "--at", "noon"}, "--at"},
		"no rules":          {somePoints, []string{"matrix", net, "-", "--traffic", "main.go"}, "rules of traffic"},
		"not a map":         {"", []string{"import", "main.go", "-o", filepath.Join(t.TempDir(), "x")}, "neither PBF nor XML"},
		"no zone":           {"", []string{"import", "main.go", "--zone", "Mars/Base"}, "no time zone"},
		"no file":           {"", []string{"import", "gone.osm.pbf"}, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := callout(t, tt.in, tt.args...)
			if code != exitFailed || !strings.Contains(out+errs, tt.want) {
				t.Errorf("code %d; output, want %q:\n%s%s", code, tt.want, out, errs)
			}
		})
	}
}

func TestNetworkName(t *testing.T) {
	for file, want := range map[string]string{"a/b.osm.pbf": "a/b.road", "b.pbf": "b.road", "b.osm.bz2": "b.road", "b.xml": "b.xml.road"} {
		if got := networkName(file); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}
