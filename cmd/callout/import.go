package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"callout/engine/road"
)

// ImportCmd makes a road network of a file of OpenStreetMap.
type ImportCmd struct {
	File    string `arg:"" help:"File of OpenStreetMap: .osm.pbf, .osm, or packed as .osm.gz or .osm.bz2."`
	Output  string `short:"o" help:"Network file; without this flag the file's name with .road." placeholder:"NAME.road"`
	Zone    string `default:"UTC" help:"IANA time zone of the place, in which rules of traffic say their hours."`
	MaxRefs int    `default:"200000000" help:"Most nodes on roads that are kept; some 100 bytes of memory for each."`
}

// Run of the command.
func (c *ImportCmd) Run(std streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	output := c.Output
	if output == "" {
		output = networkName(c.File)
	}
	open := func() (io.ReadCloser, error) { return os.Open(c.File) }
	n, stats, err := road.Import(ctx, open, road.ImportOptions{Zone: c.Zone, MaxRefs: c.MaxRefs})
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if err := n.Write(output); err != nil {
		return err
	}
	info, err := os.Stat(output)
	if err != nil {
		return err
	}
	digest := n.Digest()
	fmt.Fprintf(std.out, "%s: %d roads, %d segments, %d banned turns (%d not understood), %d nodes missing; %.1f MB, digest %x\n",
		output, stats.Ways, n.Segments(), stats.Restrictions, stats.Ignored, stats.Missing, float64(info.Size())/1e6, digest[:6])
	for p := range road.Profile(len(road.ProfileNames())) {
		vertices, arcs, links, depth := n.Size(p)
		fmt.Fprintf(std.out, "  %-8v %8d vertices %8d arcs %8d links, depth %d\n", p, vertices, arcs, links, depth)
	}
	_, err = fmt.Fprintf(std.out, "read in %v, built in %v\n", stats.Reading.Round(time.Millisecond), stats.Building.Round(time.Millisecond))
	return err
}

// networkName replaces what OpenStreetMap's files end in.
func networkName(file string) string {
	for _, end := range []string{".osm.pbf", ".pbf", ".osm.gz", ".osm.bz2", ".osm"} {
		if name, ok := strings.CutSuffix(file, end); ok {
			return name + ".road"
		}
	}
	return file + ".road"
}
