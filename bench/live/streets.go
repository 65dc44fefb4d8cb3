package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"slices"

	"callout/bench/city"
	"callout/bench/happen"
	"callout/engine/road"
)

// streets makes up a road network for all days, and returns its file, which is there until end.
func (o *options) streets(ctx context.Context) (file string, end func(), err error) {
	data := city.Streets(1).XML()
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	n, _, err := road.Import(ctx, open, road.ImportOptions{Zone: city.Zone})
	if err != nil {
		return "", nil, err
	}
	defer n.Close()
	dir, err := os.MkdirTemp("", "callout-live-")
	if err != nil {
		return "", nil, err
	}
	end = func() { _ = os.RemoveAll(dir) }
	file = filepath.Join(dir, "streets.road")
	if err := n.Write(file); err != nil {
		end()
		return "", nil, err
	}
	digest := n.Digest()
	o.roads, o.every = hex.EncodeToString(digest[:]), 0
	o.kinds = slices.Concat(happen.Kinds, happen.RoadKinds)
	return file, end, nil
}
