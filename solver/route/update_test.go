package route

import (
	"testing"

	"callout/solver/model"
	"callout/solver/modeltest"
)

// Jobs that come and go in the same row leave nothing behind.
func TestUpdatesDoNotAddUp(t *testing.T) {
	for seed := range uint64(5) {
		p := modeltest.Follow(modeltest.Rich(20, 6, seed), seed)
		in, err := Compile(p)
		if err != nil {
			t.Fatal(err)
		}
		jobs := append([]model.Job(nil), p.Jobs...)
		most := 0
		for n := range 60 {
			for j := range p.Jobs {
				p.Jobs[j] = jobs[(j+n)%len(jobs)]
				if n%2 == 1 {
					p.Jobs[j] = model.Job{Windows: []model.Window{{Kind: model.Availability, From: -1, To: -1}}}
				}
				if !in.Update(&Change{Jobs: []int32{int32(j)}}) {
					t.Skip("such a problem is compiled anew")
				}
			}
			if lists := len(in.openings.list); n < 20 {
				most = max(most, lists)
			} else if lists > most {
				t.Fatalf("seed %d, round %d: %d lists of openings, %d before", seed, n, lists, most)
			}
			if got := len(in.openings.turned); got != len(in.openings.list) {
				t.Fatalf("%d lists, %d turned", len(in.openings.list), got)
			}
		}
	}
}

// Neighbours are jobs that somebody can do, or misses.
func TestNobodysJobsAreNoNeighbours(t *testing.T) {
	p := modeltest.Rich(20, 4, 3)
	for j := 5; j < 15; j++ {
		p.Jobs[j] = model.Job{ID: p.Jobs[j].ID, Windows: []model.Window{{Kind: model.Availability, From: -1, To: -1}}, Excluded: everybody(p)}
	}
	in, err := Compile(p)
	if err != nil {
		t.Fatal(err)
	}
	nb := NewNeighbours(in, len(p.Jobs))
	for j := range int32(len(p.Jobs)) {
		for _, list := range [][]int32{nb.Of(j), nb.Followers(j)} {
			if len(list) == 0 {
				t.Errorf("job %d has none", j)
			}
			for _, o := range list {
				if o >= 5 && o < 15 {
					t.Errorf("job %d has job %d", j, o)
				}
			}
		}
	}
}

func everybody(p *model.Problem) []model.TechIdx {
	out := make([]model.TechIdx, len(p.Technicians))
	for k := range out {
		out[k] = model.TechIdx(k)
	}
	return out
}

// An area keeps nobody from a job that may be anywhere.
func TestAnywhere(t *testing.T) {
	outside := 0
	for seed := range uint64(10) {
		p := modeltest.Rich(20, 4, seed)
		in, err := Compile(p)
		if err != nil {
			t.Fatal(err)
		}
		for j := range p.Jobs {
			for s := range p.Shifts {
				if in.Obstacle(model.ShiftIdx(s), model.JobIdx(j)) != OutsideArea {
					continue
				}
				outside++
				p.Jobs[j].Anywhere = true
				if in.Obstacle(model.ShiftIdx(s), model.JobIdx(j)) == OutsideArea {
					t.Errorf("seed %d: shift %d, job %d", seed, s, j)
				}
				p.Jobs[j].Anywhere = false
			}
		}
	}
	if outside == 0 {
		t.Error("all jobs are in all areas")
	}
}

// A part or a tool that comes to a node or into a van lets those do a job who could not.
func TestSupplyPermits(t *testing.T) {
	anybody := func(in *Instance, j int32) int { return len(in.Shifts(j)) }
	for name, c := range map[string]struct {
		need, come func(p *model.Problem)
		who        int
	}{
		"part at a node": {
			func(p *model.Problem) { p.Jobs[0].Parts = []model.Quantity{{SKU: 0, Qty: 1}} },
			func(p *model.Problem) { p.Nodes[0].Stock[0].Qty = 1 }, 2,
		},
		"part in a van": {
			func(p *model.Problem) { p.Jobs[0].Parts = []model.Quantity{{SKU: 0, Qty: 1}} },
			func(p *model.Problem) { p.Technicians[1].Stock[0].Qty = 1 }, 1,
		},
		"substitute in a van": {
			func(p *model.Problem) {
				p.Jobs[0].Parts = []model.Quantity{{SKU: 1, Qty: 1}}
				p.Jobs[0].Substitutes = []model.Substitute{{SKU: 0, Price: 1}}
			},
			func(p *model.Problem) { p.Technicians[1].Stock[0].Qty = 1 }, 0, // such problems are compiled anew
		},
		"tool at a node": {
			func(p *model.Problem) { p.Jobs[0].Tools = []model.ToolIdx{0} },
			func(p *model.Problem) { p.Nodes[0].Tools[0].Qty = 1 }, 2,
		},
		"tool in a van": {
			func(p *model.Problem) { p.Jobs[0].Tools = []model.ToolIdx{0} },
			func(p *model.Problem) { p.Technicians[0].Tools = []model.ToolIdx{0} }, 1,
		},
	} {
		p := &model.Problem{
			SKUs: []string{"pump", "ring"}, Tools: []string{"drill"},
			Locations: []model.Location{{ID: "a"}}, Jobs: []model.Job{{ID: "job", Unassigned: 1000}},
			Profiles: []model.Profile{{ID: "van", Matrix: &model.Matrix{N: 1, Durations: make([]int32, 1)}}},
			Nodes:    []model.Node{{ID: "store", Stock: []model.NodeStock{{SKU: 0}}, Tools: []model.NodeTool{{Tool: 0}}}},
		}
		for k := range 2 {
			p.Technicians = append(p.Technicians, model.Technician{Stock: []model.Quantity{{SKU: 0}}})
			p.Shifts = append(p.Shifts, model.Shift{
				Tech: model.TechIdx(k), LatestEnd: 3600, MaxWork: model.NoCap, MaxDrive: model.NoCap, MaxSpell: model.NoCap,
			})
		}
		c.need(p)
		in, err := Compile(p)
		if err != nil {
			t.Fatal(err)
		}
		if n := anybody(in, 0); n != 0 {
			t.Fatalf("%s: %d shifts may do the job before", name, n)
		}
		c.come(p)
		if in.Update(&Change{Stock: true}) != (c.who > 0) {
			t.Fatalf("%s: updated in place: %t", name, c.who == 0)
		}
		if n := anybody(in, 0); n != c.who {
			t.Errorf("%s: %d shifts may do the job, want %d", name, n, c.who)
		}
	}
}
