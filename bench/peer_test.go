package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"callout/api/wire"
	"callout/bench/city"
	"callout/solver/model"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
)

// fakePeer makes the test program itself a peer that answers, whatever it is asked, as told.
const fakePeer = "CALLOUT_FAKE_PEER"

func TestMain(m *testing.M) {
	answer, asked := os.LookupEnv(fakePeer)
	if !asked {
		os.Exit(m.Run())
	}
	file, err := os.ReadFile(os.Args[1])
	form := new(peerProblem)
	if err == nil {
		err = json.Unmarshal(file, form)
	}
	if err != nil || answer == "fail" {
		fmt.Fprintln(os.Stderr, "a trace\nno licence", err)
		os.Exit(1)
	}
	fmt.Println("some talk")
	if answer == "settings" { // which follow file, budget and seed
		answer = fmt.Sprintf(`{"cannot":%q}`, strings.Join(os.Args[4:], ","))
	}
	fmt.Println(answer)
	os.Exit(0)
}

func fake(t *testing.T, answer string) *Peer {
	t.Helper()
	t.Setenv(fakePeer, answer)
	return &Peer{Name: "fake", Command: []string{os.Args[0]}, version: "1"}
}

// rays.txt at its best, by customers less one (TestSolveExamples), and spoilt.
const (
	good    = `{"routes":[[0,1,2,3],[4,5,6,7,8],[]],"wall_s":1.5,"cpu_s":0.75,"first_s":0.5,"iterations":7}`
	short   = `{"routes":[[0,1,2,3]],"wall_s":1,"cpu_s":1}`
	heavy   = `{"routes":[[0,1,2,3,4],[5,6,7,8],[]],"wall_s":1,"cpu_s":1}`
	wrong   = `{"routes":[[9]],"wall_s":1,"cpu_s":1}`
	nothing = `{"routes":null,"wall_s":2,"cpu_s":1}`
	cannot  = `{"cannot":"capacity"}`
)

func TestPeerRuns(t *testing.T) {
	for name, c := range map[string]struct {
		answer, checked string
		complete        bool
		first           float64
		unassigned      int
	}{
		"good":  {good, "ok", true, 0.5, 0},
		"short": {short, "ok", false, -1, 5},
		"heavy": {heavy, "parts_short", true, -1, 0},
		"wrong": {wrong, "route 0 has job 9 of 9", false, -1, 0},
		"none":  {nothing, "found no plan", false, -1, 0},
		"fails": {"fail", "no licence", false, -1, 0},
		"talks": {"{", "its answer", false, -1, 0},
	} {
		in := example(t, "rays.txt", VRPTW)
		r := &Record{First: -1}
		if err := r.runPeer(t.Context(), fake(t, c.answer), in, Budget{Time: time.Second}); err != nil {
			t.Fatal(name, err)
		}
		if !strings.Contains(r.Checked, c.checked) || r.Complete != c.complete || r.First != c.first || r.Unassigned != c.unassigned {
			t.Errorf("%s: checked %q, complete %v, first %v, %d left out", name, r.Checked, r.Complete, r.First, r.Unassigned)
		}
		if _, counts := r.cost(); counts != (name == "good") {
			t.Errorf("%s: counts %v", name, counts)
		}
		if name == "none" && r.Wall != 2 {
			t.Errorf("no plan after %v s", r.Wall)
		}
		if name == "good" && (r.Cost != "617" || r.Wall != 1.5 || r.share() != 0.5 || r.Iterations != 7) {
			t.Errorf("%+v", r)
		}
	}
}

// Where ours ran before, without a peer, it runs again beside the peer; where both did, neither does.
func TestOursRunsBesideThePeer(t *testing.T) {
	s := &Series{
		Data:    dataFolder(t),
		Choices: []Choice{{Set: "solomon", Instances: []string{"RAYS9"}, Budgets: budgets(time.Millisecond), Seeds: []uint64{1}}},
		Workers: 1, Out: filepath.Join(t.TempDir(), "out.csv"),
	}
	peer := fake(t, good)
	for k, c := range []struct {
		peers      []*Peer
		told, rows int
	}{{nil, 1, 1}, {[]*Peer{peer}, 2, 2}, {[]*Peer{peer}, 0, 2}} {
		told := 0
		s.Peers, s.Progress = c.peers, func(*Record) { told++ }
		if _, err := s.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if kept, err := ReadRecords(s.Out); err != nil || told != c.told || len(kept) != c.rows {
			t.Errorf("call %d: %d runs and %d rows (%v)", k, told, len(kept), err)
		}
	}
}

// Peers run before ours on each instance; what they cannot be asked is told, and no row.
func TestSeriesWithPeers(t *testing.T) {
	s := &Series{
		Data:    dataFolder(t),
		Choices: []Choice{{Set: "solomon", Budgets: budgets(time.Millisecond), Seeds: []uint64{1}}},
		Workers: 1, Peers: []*Peer{fake(t, good)},
	}
	order := func() []string {
		t.Helper()
		got, err := s.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for k := range got {
			out = append(out, got[k].Solver+" "+got[k].Instance)
		}
		return out
	}
	if diff := cmp.Diff([]string{"fake 1 RAYS9", "callout RAYS9", "fake 1 RAYS10", "callout RAYS10"}, order()); diff != "" {
		t.Errorf("order differs (-want +got):\n%s", diff)
	}
	told := 0
	s.Skipped = func(_ string, why error) {
		if errors.Is(why, errCannot) {
			told++
		}
	}
	s.Peers = []*Peer{fake(t, cannot)}
	if diff := cmp.Diff([]string{"callout RAYS9", "callout RAYS10"}, order()); diff != "" || told != 2 {
		t.Errorf("told %d; order differs (-want +got):\n%s", told, diff)
	}
}

// A peer gets the settings that it was named with, and a choice runs the peers that it names.
func TestPeersSettings(t *testing.T) {
	peer := fake(t, "settings")
	peer.Name = "fake/7"
	other := *peer
	other.Name = "fake"
	s := &Series{
		Data:    dataFolder(t),
		Choices: []Choice{{Set: "homberger", Budgets: budgets(time.Millisecond), Seeds: []uint64{1}}},
		Workers: 1, Peers: []*Peer{peer, &other},
	}
	for _, c := range []struct {
		names   []string
		skipped []string
		runs    int
	}{
		{[]string{"fake/7"}, []string{"fake/7 on H1: cannot be asked: fake/7 has no 7"}, 1},
		{[]string{"fake"}, nil, 2}, // which has no settings to talk of, and no plan
		{nil, []string{"fake/7 on H1: cannot be asked: fake/7 has no 7"}, 2},
	} {
		var skipped []string
		s.Choices[0].Peers = c.names
		s.Skipped = func(what string, why error) { skipped = append(skipped, what+": "+why.Error()) }
		got, err := s.Run(t.Context())
		if diff := cmp.Diff(c.skipped, skipped); err != nil || len(got) != c.runs || diff != "" {
			t.Errorf("%v: %d runs (%v); differs (-want +got):\n%s", c.names, len(got), err, diff)
		}
	}
}

func TestPeersAreFound(t *testing.T) {
	if _, err := Peers("python3", "peers", []string{"nobody"}); err == nil || !strings.Contains(err.Error(), "peer nobody") {
		t.Error(err)
	}
	if _, err := Peers("false", "peers", []string{"pyvrp"}); err == nil || !strings.Contains(err.Error(), "does not run") {
		t.Error(err)
	}
}

// A day says the same in the form for peers: skills by number, prices in seconds, the break.
func TestFormForPeers(t *testing.T) {
	p, _, faults := wire.Problem(example(t, "crews.json", FieldService).Problem, Limits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	form, err := forPeers(p, true)
	if err != nil {
		t.Fatal(err)
	}
	if len(form.Jobs) != len(p.Jobs) || len(form.Vehicles) != len(p.Shifts) || len(form.Durations) != len(p.Locations) {
		t.Fatalf("%d jobs, %d vehicles, %d locations", len(form.Jobs), len(form.Vehicles), len(form.Durations))
	}
	withBreak := 0
	for k, v := range form.Vehicles {
		if v.Break != nil {
			withBreak++
		}
		for j := range form.Jobs {
			able := true
			for _, s := range form.Jobs[j].Skills {
				able = able && slices.Contains(v.Skills, s)
			}
			for _, need := range p.Jobs[j].AllOf {
				if has := p.Technicians[k].Skill(need.Skill); able && (has == nil || has.Level < need.Level) {
					t.Errorf("vehicle %d may do job %d", k, j)
				}
			}
		}
	}
	if withBreak == 0 {
		t.Error("nobody has a break")
	}
	for j := range form.Jobs {
		if form.Jobs[j].Required || form.Jobs[j].Price*p.Shifts[0].TravelRate != p.Jobs[j].Unassigned {
			t.Errorf("job %d: %+v", j, form.Jobs[j])
		}
	}
}

// What the form does not have is refused by name, one feature at a time.
func TestBeyondPeers(t *testing.T) {
	for want, spoil := range map[string]func(*model.Problem){
		"":                    func(*model.Problem) {},
		"strict tiers":        func(p *model.Problem) { p.Objective.Tier[0] = 1 },
		"calls at depots":     func(p *model.Problem) { p.Nodes = make([]model.Node, 1) },
		"open ends":           func(p *model.Problem) { p.Shifts[0].End = model.NoLoc },
		"overtime":            func(p *model.Problem) { p.Shifts[1].Overtime = make([]model.OvertimeTier, 1) },
		"prices of shifts":    func(p *model.Problem) { p.Shifts[1].WorkRate = 1 },
		"caps on work":        func(p *model.Problem) { p.Shifts[1].MaxWork = 5 },
		"several breaks":      func(p *model.Problem) { p.Shifts[0].Breaks = make([]model.Break, 2) },
		"several windows":     func(p *model.Problem) { p.Jobs[0].Windows[0].Kind = model.Promise },
		"wishes":              func(p *model.Problem) { p.Jobs[0].Excluded = []model.TechIdx{0} },
		"prices of waiting":   func(p *model.Problem) { p.Jobs[0].Response = 1 },
		"predicted work":      func(p *model.Problem) { p.Jobs[0].Risk = []model.Rise{{Rate: 1}} },
		"a choice of skills":  func(p *model.Problem) { p.Jobs[0].Tools = []model.ToolIdx{0} },
		"areas, certificates": func(p *model.Problem) { p.Technicians[0].Area = new(model.Area) },
		"several parts":       func(p *model.Problem) { p.SKUs = []string{"a", "b"} },
		"services that depend": func(p *model.Problem) {
			p.Jobs[0].AllOf = []model.SkillLevel{{}}
			p.Technicians[1].Skills = []model.TechSkill{{Level: 1, Multiplier: 2000}}
		},
	} {
		p, _, faults := wire.Problem(example(t, "rays.txt", VRPTW).Problem, Limits())
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		spoil(p)
		if got := beyond(p); !strings.HasPrefix(got, want) || (want == "") != (got == "") {
			t.Errorf("beyond is %q, want %q", got, want)
		}
	}
}

// Generated days are the same each time, valid, and plain enough for peers where they are meant to be.
func TestGeneratedSets(t *testing.T) {
	for name := range generated {
		set, err := OpenSet("", name)
		want, rich := 9, name == "vienna"
		if name == "stock" {
			want, rich = 15, true
		}
		if err != nil || len(set.entries) != want {
			t.Fatalf("%s: %d entries, %v", name, len(set.entries), err)
		}
		for _, e := range set.entries[:4] {
			in, err := e.read()
			if err != nil {
				t.Fatal(e.name, err)
			}
			p, _, faults := wire.Problem(in.Problem, Limits())
			if len(faults) > 0 {
				t.Fatal(e.name, faults)
			}
			if p.Objective.Tier != [model.NumTerms]uint8{} {
				t.Errorf("%s: one number is not its cost, as it has strict tiers", e.name)
			}
			form, err := forPeers(p, true)
			var far *beyondError
			if errors.As(err, &far) != rich {
				t.Errorf("%s: %v", e.name, err)
			}
			rests := false
			for k := 0; err == nil && k < len(form.Vehicles); k++ {
				rests = rests || form.Vehicles[k].Break != nil
			}
			if rests != (name == "lunch") {
				t.Errorf("%s: breaks %v", e.name, rests)
			}
		}
	}
	o := city.Options{Jobs: 30, Technicians: 4, Seed: 3}
	a, err := generated["day"]("x", o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := generated["day"]("x", o)
	if err != nil || !proto.Equal(a.Problem, b.Problem) {
		t.Errorf("two days of one seed differ (%v)", err)
	}
}

// The runners themselves, where the peers are installed (make bench-peers): their plans of the small examples are valid, and none
// is cheaper than the best one.
func TestInstalledPeers(t *testing.T) {
	const python = "../.peers/bin/python"
	if _, err := os.Stat(python); err != nil || testing.Short() {
		t.Skip("the peers are not installed")
	}
	if _, err := Peers(python, "peers", []string{"vroom/6"}); err == nil || !strings.Contains(err.Error(), "is not known with 6") {
		t.Errorf("a level that VROOM does not have: %v", err)
	}
	peers, err := Peers(python, "peers", []string{"pyvrp", "ortools", "vroom/0"})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range peers {
		for _, c := range []struct {
			file   string
			format Format
			best   model.Cost
		}{
			{"rays.txt", VRPTW, 617_000_000},
			{"meridian.json", FieldService, 1},
			{"crews.json", FieldService, 1_550_000_000},
			{"prizes.vrp", PCVRPTW, 499_000_000},
			{"oneway.txt", EuroNeurIPS, 61_000_000},
			{"strsp/tasks_noTeam/fields.txt", STRSP, 438_000_000},
		} {
			in := example(t, c.file, c.format)
			res, answer, err := p.solve(t.Context(), in, 300*time.Millisecond, 1)
			if errors.Is(err, errCannot) && p.Name == "pyvrp" && c.file == "crews.json" {
				continue // breaks
			}
			if err != nil {
				t.Errorf("%s, %s: %v", p.Title(), c.file, err)
				continue
			}
			left := len(res.Plan.Unassigned)
			if res.Judgement != nil || !res.Complete || res.Cost < c.best || left == len(res.Problem.Jobs) || answer.Wall <= 0 {
				t.Errorf("%s, %s: costs %d, leaves out %d, after %v s: %v", p.Title(), c.file, res.Cost, left, answer.Wall, res.Judgement)
			}
			t.Logf("%s, %s: %s", p.Title(), c.file, units(res.Cost))
		}
	}
}
