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
	best    string   // file with the best known costs
}

var layouts = map[string]layout{
	"solomon":   {folders: []string{"solomon"}, files: "*.txt", best: "bks.csv"},
	"homberger": {folders: []string{"homberger"}, files: "*.txt", best: "bks.csv"},
	// Of the two crews of the set, results are published for the larger one.
	"trsp":         {folders: []string{"trsp", "trsp_pillac"}, files: "crew25/*.txt", best: "pillac-minwt.sol"},
	"fieldservice": {folders: []string{"fieldservice", "fieldservice_gen"}, files: "*.json", best: "best.csv"},
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
			set.entries = append(set.entries, entry{instanceName(file), func() (*Instance, error) { return ReadFile(file) }})
		}
		return set, nil
	}
	return nil, fmt.Errorf("set %s: %w: %s in %q", name, ErrNoSet, strings.Join(l.folders, " or "), data)
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

// instanceName is the file's name without its extension.
func instanceName(file string) string {
	base := filepath.Base(file)
	return strings.TrimSuffix(base, filepath.Ext(base))
}
