package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"callout/engine/road"
)

// MatrixCmd prints travel between points.
type MatrixCmd struct {
	Network string `arg:"" help:"Road network, made by import."`
	Points  string `arg:"" help:"CSV with columns lat and lon, and id if you like; - for the standard input."`

	Profile   string  `default:"car" enum:"car,van,bicycle,foot" help:"Who travels: ${enum}."`
	Distances bool    `help:"Print metres instead of seconds."`
	Timing    bool    `help:"Print how long it took instead of the matrix."`
	Limit     float64 `default:"500" help:"Metres that a point may lie from a road."`
	Traffic   string  `help:"JSON with rules of traffic." placeholder:"FILE"`
	At        string  `help:"Moment at which the rules are looked at, as 2006-01-02T15:04:05Z07:00; now without this flag."`
	Workers   int     `help:"Processors to use; all without this flag."`
}

// Run of the command.
func (c *MatrixCmd) Run(std streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	began := time.Now()
	n, err := road.Open(c.Network)
	if err != nil {
		return err
	}
	defer n.Close()
	opened := time.Now()
	w, err := c.weights(n)
	if err != nil {
		return err
	}
	customised := time.Now()
	data, err := readFile(c.Points, std.in)
	if err != nil {
		return err
	}
	points, err := readPoints(string(data))
	if err != nil {
		return fmt.Errorf("%s: %w", c.Points, err)
	}
	read := time.Now()
	ids, places, rows := locate(w, points, c.Limit, std.err)
	located := time.Now()
	if c.Timing {
		if err := w.Rows(ctx, places, places, c.Workers, func(int, []int32, []int32) {}); err != nil {
			return err
		}
		digest := w.Digest()
		workers := c.Workers
		if workers <= 0 {
			workers = runtime.GOMAXPROCS(0)
		}
		_, err := fmt.Fprintf(std.out, "open %v, customise %v (weights %x), locate %d points %v, %d × %d journeys on %d processors %v\n",
			round(opened.Sub(began)), round(customised.Sub(opened)), digest[:6], len(points), round(located.Sub(read)),
			len(places), len(places), workers, round(time.Since(located)))
		return err
	}
	return c.print(ctx, w, ids, places, rows, std.out)
}

func round(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }

// weights at the moment asked for.
func (c *MatrixCmd) weights(n *road.Network) (*road.Weights, error) {
	profile, err := road.ParseProfile(c.Profile)
	if err != nil {
		return nil, err
	}
	at := time.Now()
	if c.At != "" {
		if at, err = time.Parse(time.RFC3339, c.At); err != nil {
			return nil, fmt.Errorf("--at: %w", err)
		}
	}
	if c.Traffic == "" {
		return n.Weights(profile), nil
	}
	file, err := os.Open(c.Traffic)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rules, err := road.ReadTraffic(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Traffic, err)
	}
	w, err := n.Customise(profile, rules, at)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Traffic, err)
	}
	return w, nil
}

// namedPoint is a line of the file.
type namedPoint struct {
	id string
	at road.Point
}

// readPoints reads all points, or says what is wrong with each line. Without a heading the columns are latitude and longitude.
func readPoints(text string) ([]namedPoint, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.TrimLeadingSpace, r.ReuseRecord = true, true
	columns := map[string]int{"lat": 0, "lon": 1}
	var points []namedPoint
	var faults []error
	for first := true; ; first = false {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if _, err := strconv.ParseFloat(record[0], 64); first && (err != nil || len(record) < 2) {
			if columns, err = heading(record); err != nil {
				return nil, err
			}
			continue
		}
		line, _ := r.FieldPos(0)
		number := func(name string) float64 {
			if columns[name] >= len(record) {
				faults = append(faults, fmt.Errorf("line %d: no %s", line, name))
				return 0
			}
			v, err := strconv.ParseFloat(strings.TrimSpace(record[columns[name]]), 64)
			if err != nil {
				faults = append(faults, fmt.Errorf("line %d: %s: %w", line, name, err))
			}
			return v
		}
		at, err := road.At(number("lat"), number("lon"))
		if err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", line, err))
		}
		p := namedPoint{id: strconv.Itoa(len(points) + 1), at: at}
		if k, ok := columns["id"]; ok {
			p.id = strings.Clone(record[k])
		}
		points = append(points, p)
	}
	if len(points) == 0 && len(faults) == 0 {
		return nil, errors.New("no points")
	}
	return points, errors.Join(faults...)
}

func heading(record []string) (map[string]int, error) {
	columns := make(map[string]int)
	for k, name := range record {
		name = strings.ToLower(strings.TrimSpace(name))
		switch name {
		case "latitude":
			name = "lat"
		case "longitude", "lng":
			name = "lon"
		}
		columns[name] = k
	}
	for _, name := range []string{"lat", "lon"} {
		if _, ok := columns[name]; !ok {
			return nil, fmt.Errorf("no column %s", name)
		}
	}
	return columns, nil
}

// locate finds the points' places, and names those that have none; rows is the index of the place of each point, or -1.
func locate(w *road.Weights, points []namedPoint, limit float64, errs io.Writer) (ids []string, places []road.Place, rows []int) {
	for _, p := range points {
		place, err := w.Locate(p.at, limit)
		ids = append(ids, p.id)
		if err != nil {
			fmt.Fprintf(errs, "point %s: %v\n", p.id, err)
			rows = append(rows, -1)
			continue
		}
		rows = append(rows, len(places))
		places = append(places, place)
	}
	return ids, places, rows
}

// print the matrix, a block of rows at a time, so that its size does not matter. Seconds and metres are rounded up; where there is no
// way the field is empty.
func (c *MatrixCmd) print(ctx context.Context, w *road.Weights, ids []string, places []road.Place, rows []int, out io.Writer) error {
	const block = 256
	buffer := bufio.NewWriterSize(out, 1<<16)
	table := csv.NewWriter(buffer)
	if err := table.Write(append([]string{""}, ids...)); err != nil {
		return err
	}
	fields := make([]string, len(ids)+1)
	for from := 0; from < len(ids); from += block {
		to := min(from+block, len(ids))
		var sources []road.Place
		for _, k := range rows[from:to] {
			if k >= 0 {
				sources = append(sources, places[k])
			}
		}
		m, err := w.Matrix(ctx, sources, places, c.Workers)
		if err != nil {
			return err
		}
		values, unit := m.Durations, int64(1000)
		if c.Distances {
			values, unit = m.Distances, 10
		}
		next := 0
		for i := from; i < to; i++ {
			fields[0] = ids[i]
			for j, k := range rows {
				fields[j+1] = ""
				if rows[i] < 0 || k < 0 {
					continue
				}
				if v := values[next*len(places)+k]; v != road.Never {
					fields[j+1] = strconv.FormatInt((int64(v)+unit-1)/unit, 10)
				}
			}
			if rows[i] >= 0 {
				next++
			}
			if err := table.Write(fields); err != nil {
				return err
			}
		}
	}
	table.Flush()
	return errors.Join(table.Error(), buffer.Flush())
}
