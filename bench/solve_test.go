package bench

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callout/engine"
)

// The optimal costs are derived by hand.
//
//   - rays: a vehicle can serve the four customers of one ray, there and back 2·120 and 2·160. Customer 9 needs no capacity and
//     is cheapest between the depot and the end of the western ray, 0-9-8: 50 + 167 - 160.
//   - towns: technician 1 goes 40 up the street and back, with four services of 5: 100. Technician 2 has to pass the depot
//     before request 10, which is cheapest first: 30 + 70 + 40 and four services: 160. The window at 200 makes nobody wait,
//     as he leaves later.
//   - crews: ann goes to 500 and back, 1000, as bob, who lives at 1000, would drive 600 more for the job at 500 and she drives
//     400. He goes to 800 and back, 400; his break fits between 1000 and 1600, where the tight job's window ends. Leaving out
//     the far job costs 100, driving there 8000; nobody is an expert, 50.
//   - prizes: one vehicle goes 200 east and back, past customers 1 and 2, for the prizes 25, 90 and 300; less than all three are not
//     worth it. Customer 3 is 50 to the west, for a prize of 99.
//   - oneway: one vehicle takes 0-2-3-0, 20 + 7 + 9, the other 0-1-0, 10 + 15. The other pairs are 40 + 39 and 57 + 45.
//   - fields: each technician does what only he can, 10 and 20 there and back. Nobody can do task 5, 200 + √4³; task 4 is 150 away and
//     costs 200. With technician 1 alone task 3 is left out as well, 201.
func TestSolveExamples(t *testing.T) {
	for _, c := range []struct {
		file   string
		format Format
		cost   string
		left   []string
	}{
		{"rays.txt", VRPTW, "617", nil},
		{"towns.txt", TRSP, "260", nil},
		{"crews.json", FieldService, "1550", []string{"far", "expert"}},
		{"prizes.vrp", PCVRPTW, "499", []string{"3"}},
		{"oneway.txt", EuroNeurIPS, "61", nil},
		{"strsp/tasks_noTeam/fields.txt", STRSP, "438", []string{"4", "5"}},
		{"strsp/technicians_noTeam/technicians_fields.txt", STRSP, "438", []string{"4", "5"}},
		{"strsp/techniciansReduced_noTeam/technicians_fields.txt", STRSP, "619", []string{"3", "4", "5"}},
	} {
		in := example(t, c.file, c.format)
		r, err := Solve(t.Context(), in, Settings{Iterations: 2000, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if r.Judgement != nil {
			t.Errorf("%s: %v", c.file, r.Judgement)
		}
		if got := units(r.Cost).String(); got != c.cost {
			t.Errorf("%s costs %s, want %s", c.file, got, c.cost)
		}
		var left []string
		for _, j := range r.Plan.Unassigned {
			left = append(left, r.Problem.Jobs[j].ID)
		}
		if diff := cmp.Diff(c.left, left); diff != "" {
			t.Errorf("%s leaves out (-want +got):\n%s", c.file, diff)
		}
		// Where the best plan is proven after the first thousand iterations, the rest is saved.
		early := r.Iterations == 1000 && engine.Native() == nil
		if !r.Complete || r.First <= 0 || r.First > r.Wall || r.Iterations != 2000 && !early {
			t.Errorf("%s: complete %v after %v of %v, %d iterations", c.file, r.Complete, r.First, r.Wall, r.Iterations)
		}
	}
}

func TestSolveKeepsBudget(t *testing.T) {
	in := example(t, "rays.txt", VRPTW)
	r, err := Solve(t.Context(), in, Settings{Budget: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if r.Wall < 50*time.Millisecond || r.Wall > 5*time.Second {
		t.Errorf("took %v of a budget of 50 ms", r.Wall)
	}
}
