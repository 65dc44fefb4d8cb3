package bench

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Set is a collection of instances, with what is known of them.
type Set struct {
	Name    string
	entries []entry // in the order of their names
	best    map[string]float64
}

// entry is an instance that has not been read yet.
type entry struct {
	name string
	read func() (*Instance, error)
}

// ErrNoSet is returned for a set of which there is no folder.
var ErrNoSet = errors.New("no such folder")

// layout is where a set's files are.
type layout struct {
	folders []string // below the data folder; the first that exists
	files   string   // pattern of the instances within
	best    string   // file with the best known costs, or pattern of those with one each
	price   float64  // where positive, jobs may be left out at this price each
}

// UnservedPrice is what a request of trsp-13 costs that is left out, in units of working time: about as much as the whole crew works,
// so that serving one more is worth any detour.
const UnservedPrice = 10_000

var layouts = map[string]layout{
	"solomon":   {folders: []string{"solomon"}, files: "*.txt", best: "bks.csv"},
	"homberger": {folders: []string{"homberger"}, files: "*.txt", best: "bks.csv"},
	// Of the two crews of the set, results are published for the larger one. The smaller cannot serve all requests everywhere.
	"trsp":                {folders: []string{"trsp", "trsp_pillac"}, files: "crew25/*.txt", best: "pillac-minwt.sol"},
	"trsp-13":             {folders: []string{"trsp", "trsp_pillac"}, files: "crew13/*.txt", price: UnservedPrice},
	"fieldservice":        {folders: []string{"fieldservice", "fieldservice_gen"}, files: "*[0-9].json", best: "best.csv"},
	"fieldservice-breaks": {folders: []string{"fieldservice", "fieldservice_gen"}, files: "*_b.json", best: "best.csv"},
	"pcvrptw":             {folders: []string{"pcvrptw"}, files: "*.vrp", best: "*.sol"},
	"euro_neurips":        {folders: []string{"euro_neurips", "euro_neurips2022"}, files: "*.txt", best: "*.sol"},
	"strsp":               {folders: []string{"strsp", "strsp_kovacs"}, files: "technicians_noTeam/*.txt"},
	"strsp-reduced":       {folders: []string{"strsp", "strsp_kovacs"}, files: "techniciansReduced_noTeam/*.txt"},
}

// SetNames are the sets that OpenSet knows, sorted.
func SetNames() []string {
	names := make([]string, 0, len(layouts)+len(generated))
	for name := range layouts {
		names = append(names, name)
	}
	for name := range generated {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// OpenSet finds a set below the data folder, or one that is made up and needs none. It returns ErrNoSet where the data folder does
// not have the set.
func OpenSet(data, name string) (*Set, error) {
	if generate, ok := generated[name]; ok {
		return &Set{Name: name, entries: days(name, generate)}, nil
	}
	l, known := layouts[name]
	if !known {
		return nil, fmt.Errorf("unknown set %q: there are %s", name, strings.Join(SetNames(), ", "))
	}
	for _, folder := range l.folders {
		folder = filepath.Join(data, folder)
		if info, err := os.Stat(folder); err != nil || !info.IsDir() {
			continue
		}
		files, err := filepath.Glob(filepath.Join(folder, l.files))
		if err != nil {
			return nil, err
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("set %s: no files %s in %s", name, l.files, folder)
		}
		best, err := bestKnown(folder, l.best)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(files, naturally)
		set := &Set{Name: name, best: best}
		for _, file := range files {
			set.entries = append(set.entries, entry{instanceName(file), func() (*Instance, error) { return l.read(file) }})
		}
		return set, nil
	}
	return nil, fmt.Errorf("set %s: %w: %s in %q", name, ErrNoSet, strings.Join(l.folders, " or "), data)
}

// read an instance of the set.
func (l *layout) read(file string) (*Instance, error) {
	in, err := ReadFile(file)
	if err != nil || l.price == 0 {
		return in, err
	}
	in.Optional = true
	for _, job := range in.Problem.GetJobs() {
		job.UnassignedCost = &l.price
	}
	return in, nil
}

// naturally compares names with numbers by their values: fs_50 comes before fs_1000.
func naturally(a, b string) int {
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	for a != "" && b != "" {
		if digit(a[0]) && digit(b[0]) {
			na := strings.IndexFunc(a+"x", func(r rune) bool { return r < '0' || r > '9' })
			nb := strings.IndexFunc(b+"x", func(r rune) bool { return r < '0' || r > '9' })
			if na != nb {
				return na - nb
			}
		}
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}

// choose returns the instances whose names match one of the patterns (none: all).
func (s *Set) choose(patterns []string) ([]entry, error) {
	if len(patterns) == 0 {
		return s.entries, nil
	}
	var out []entry
	for _, e := range s.entries {
		for _, pattern := range patterns {
			fits, err := path.Match(pattern, e.name)
			if err != nil {
				return nil, fmt.Errorf("instance pattern %q: %w", pattern, err)
			}
			if fits {
				out = append(out, e)
				break
			}
		}
	}
	return out, nil
}

// instanceName is the file's name without its extension, and of a file of technicians the name of their tasks.
func instanceName(file string) string {
	base := filepath.Base(file)
	return strings.TrimPrefix(strings.TrimSuffix(base, filepath.Ext(base)), crewPrefix)
}
