package search

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/route"
)

func readSol(path string) *model.Problem {
	f, err := os.Open(path)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	var rows [][]float64
	var veh []float64
	sc := bufio.NewScanner(f)
	stage := 0
	for sc.Scan() {
		t := strings.Fields(sc.Text())
		if len(t) == 0 {
			continue
		}
		switch strings.ToUpper(t[0]) {
		case "VEHICLE":
			stage = 1
			continue
		case "CUSTOMER":
			stage = 2
			continue
		}
		var nums []float64
		for _, x := range t {
			v, err := strconv.ParseFloat(x, 64)
			if err != nil {
				nums = nil
				break
			}
			nums = append(nums, v)
		}
		if stage == 1 && len(nums) == 2 {
			veh = nums
		} else if stage == 2 && len(nums) >= 7 {
			rows = append(rows, nums)
		}
	}
	n := len(rows)
	p := &model.Problem{SKUs: []string{"load"}}
	m := &model.Matrix{N: n, Durations: make([]int32, n*n)}
	for i := range n {
		p.Locations = append(p.Locations, model.Location{})
		for j := range n {
			m.Durations[i*n+j] = int32(10 * math.Sqrt((rows[i][1]-rows[j][1])*(rows[i][1]-rows[j][1])+(rows[i][2]-rows[j][2])*(rows[i][2]-rows[j][2])))
		}
	}
	p.Profiles = []model.Profile{{Matrix: m}}
	for j := 1; j < n; j++ {
		r := rows[j]
		p.Jobs = append(p.Jobs, model.Job{Location: model.LocIdx(j), Service: int64(r[6] * 10), Parts: []model.Quantity{{SKU: 0, Qty: int64(r[3])}},
			Windows:    []model.Window{{From: int64(r[4] * 10), To: int64(r[5] * 10)}},
			Unassigned: 1e6 * 100000})
	}
	for v := 0; v < int(veh[0]); v++ {
		p.Technicians = append(p.Technicians, model.Technician{Stock: []model.Quantity{{SKU: 0, Qty: int64(veh[1])}}})
		p.Shifts = append(p.Shifts, model.Shift{Tech: model.TechIdx(v), Start: 0, End: 0, Earliest: int64(rows[0][4] * 10), LatestEnd: int64(rows[0][5] * 10), RegularEnd: int64(rows[0][5] * 10),
			MaxWork: model.NoCap, MaxDrive: model.NoCap, MaxSpell: model.NoCap, TravelRate: 1e6})
	}
	return p
}

func TestZDev(t *testing.T) {
	d := os.Getenv("ZFILES")
	if d == "" {
		t.Skip()
	}
	sec, _ := strconv.ParseFloat(os.Getenv("ZSEC"), 64)
	iters, _ := strconv.ParseInt(os.Getenv("ZIT"), 10, 64)
	workers, _ := strconv.Atoi(os.Getenv("ZW"))
	if v := os.Getenv("ZHOT"); v != "" {
		hotShare, _ = strconv.ParseFloat(v, 64)
	}
	if v := os.Getenv("ZCOLD"); v != "" {
		coldShare, _ = strconv.ParseFloat(v, 64)
	}
	bks := map[string]float64{}
	for _, b := range []string{"solomon", "homberger"} {
		data, _ := os.ReadFile("/work/shared/data/" + b + "/bks.csv")
		for _, l := range strings.Split(string(data), "\n") {
			c := strings.Split(l, ",")
			if len(c) > 2 {
				if v, err := strconv.ParseFloat(c[2], 64); err == nil {
					bks[c[0]] = v
				}
			}
		}
	}
	files, _ := filepath.Glob(d)
	sum, cnt := 0.0, 0
	for _, f := range files {
		p := readSol(f)
		in, err := route.Compile(p)
		if err != nil {
			t.Fatal(err)
		}
		var first float64
		res, err := Solve(context.Background(), in, Options{Seed: 1, Workers: workers, Iterations: iters, Budget: time.Duration(sec * 1e9), OnIncumbent: func(i *Incumbent) {
			if first == 0 {
				first = float64(i.Terms.Total()) / 1e6
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		rep := check.Plan(p, res.Best.Plan)
		name := strings.TrimSuffix(filepath.Base(f), ".txt")
		c := float64(res.Best.Terms.Total()) / 1e6
		gap := 100 * (c/bks[name] - 1)
		sum += gap
		cnt++
		fmt.Printf("%s cost %.0f gap %.3f first %.0f in %v it %d viol %d lost %d same %v\n", name, c, gap, first, res.FirstPlan, res.Best.Iterations, len(rep.Violations), len(res.Best.Plan.Unassigned), rep.Terms == res.Best.Terms)
	}
	fmt.Printf("MEAN %.3f of %d\n", sum/float64(cnt), cnt)
}

func TestZRich(t *testing.T) {
	for seed := uint64(1); seed <= 60; seed++ {
		p := modeltest.Rich(20+int(seed)%30, 3+int(seed)%5, seed)
		in, err := route.Compile(p)
		if err != nil {
			t.Fatal(err)
		}
		res, err := Solve(context.Background(), in, Options{Seed: 1, Workers: 1, Iterations: 300})
		if err != nil {
			t.Fatal(err)
		}
		rep := check.Plan(p, res.Best.Plan)
		if len(rep.Violations) > 0 {
			t.Errorf("seed %d: %d violations %+v", seed, len(rep.Violations), rep.Violations[0])
		}
		if rep.Terms != res.Best.Terms {
			t.Errorf("seed %d terms %v check %v", seed, res.Best.Terms, rep.Terms)
		}
		fmt.Println(seed, len(p.Jobs), len(res.Best.Plan.Unassigned), res.Best.Elapsed)
	}
}
