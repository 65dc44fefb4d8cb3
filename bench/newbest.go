package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// newBest is a plan that costs less than the best known one, as it is kept. Routes have the form of [Answer].
type newBest struct {
	Set       string      `json:"set"`
	Instance  string      `json:"instance"`
	Cost      json.Number `json:"cost"`
	BestKnown float64     `json:"best_known"` // that it beats
	Budget    string      `json:"budget"`
	Workers   int         `json:"workers"`
	Seed      uint64      `json:"seed"`
	Build     string      `json:"build"`
	Routes    any         `json:"routes"`
}

// noise is how much of a cost may be a published value's last digit.
const noise = 1e-6

// keepBest writes the plan of a run to folder/SET/INSTANCE.json, where solver/check has nothing against it and it costs less than the
// best known one, and less than the plan that the file has.
func (r *Record) keepBest(folder string, f Format, res *Result) error {
	cost, ok := r.cost()
	if res == nil || !ok || r.Best <= 0 || cost >= r.Best*(1-noise) {
		return nil
	}
	path := filepath.Join(folder, r.Set, r.Instance+".json")
	old, err := readBest(path)
	if err != nil {
		return err
	}
	if had, err := strconv.ParseFloat(old.Cost.String(), 64); err == nil && had <= cost {
		return nil
	}
	answer, err := NewAnswer(f, res)
	if err != nil {
		return err
	}
	data, err := json.Marshal(&newBest{
		Set: r.Set, Instance: r.Instance, Cost: *answer.Cost, BestKnown: r.Best, Budget: r.Budget, Workers: r.Workers, Seed: r.Seed,
		Build: r.Build, Routes: answer.Routes,
	})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // results are for everybody
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644) //nolint:gosec // results are for everybody
}

// readBest reads a plan kept earlier; of a file that does not exist it has nothing.
func readBest(path string) (*newBest, error) {
	out := new(newBest)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err == nil {
		err = json.Unmarshal(data, out)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return out, nil
}
