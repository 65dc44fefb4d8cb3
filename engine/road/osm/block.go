package osm

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// block decodes the blocks of a PBF file, one after the other; its slices are used again.
type block struct {
	handler *Handler

	strings     []string
	granularity int64 // nanodegrees
	lat0, lon0  int64

	groups                   [][]byte
	node                     Node
	way                      Way
	relation                 Relation
	ids, lats, lons, keyvals []int64
	keys, vals               []int64
	refs, kinds, roles       []int64
}

func (b *block) read(data []byte) error {
	b.strings, b.groups = b.strings[:0], b.groups[:0]
	b.granularity, b.lat0, b.lon0 = 100, 0, 0
	err := fields(data, func(f field) error {
		switch f.num {
		case 1:
			return b.table(f.bytes)
		case 2:
			b.groups = append(b.groups, f.bytes)
		case 17:
			b.granularity = int64(int32(f.varint))
		case 19:
			b.lat0 = int64(f.varint)
		case 20:
			b.lon0 = int64(f.varint)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, g := range b.groups {
		if err := fields(g, b.element); err != nil {
			return err
		}
	}
	return nil
}

// table of strings: all of them share one copy of their bytes.
func (b *block) table(data []byte) error {
	all := string(data)
	return fields(data, func(f field) error {
		if f.num == 1 {
			b.strings = append(b.strings, all[f.end-len(f.bytes):f.end])
		}
		return nil
	})
}

func (b *block) element(f field) error {
	switch {
	case f.num == 1 && b.handler.Node != nil:
		return b.readNode(f.bytes)
	case f.num == 2 && b.handler.Node != nil:
		return b.readDense(f.bytes)
	case f.num == 3 && b.handler.Way != nil:
		return b.readWay(f.bytes)
	case f.num == 4 && b.handler.Relation != nil:
		return b.readRelation(f.bytes)
	}
	return nil
}

func (b *block) readNode(data []byte) error {
	var lat, lon int64
	b.keys, b.vals = b.keys[:0], b.vals[:0]
	err := fields(data, func(f field) (err error) {
		switch f.num {
		case 1:
			b.node.ID = protowire.DecodeZigZag(f.varint)
		case 2:
			b.keys, err = packed(b.keys, f, plain)
		case 3:
			b.vals, err = packed(b.vals, f, plain)
		case 8:
			lat = protowire.DecodeZigZag(f.varint)
		case 9:
			lon = protowire.DecodeZigZag(f.varint)
		}
		return err
	})
	if err != nil {
		return err
	}
	if b.node.Tags, err = b.tags(b.node.Tags[:0]); err != nil {
		return err
	}
	return b.place(lat, lon)
}

func (b *block) readDense(data []byte) error {
	b.ids, b.lats, b.lons, b.keyvals = b.ids[:0], b.lats[:0], b.lons[:0], b.keyvals[:0]
	err := fields(data, func(f field) (err error) {
		switch f.num {
		case 1:
			b.ids, err = packed(b.ids, f, zigzag)
		case 8:
			b.lats, err = packed(b.lats, f, zigzag)
		case 9:
			b.lons, err = packed(b.lons, f, zigzag)
		case 10:
			b.keyvals, err = packed(b.keyvals, f, plain)
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(b.lats) != len(b.ids) || len(b.lons) != len(b.ids) {
		return fmt.Errorf("%w: %d nodes with %d latitudes and %d longitudes", ErrMalformed, len(b.ids), len(b.lats), len(b.lons))
	}
	var lat, lon int64
	b.node.ID = 0
	kv := b.keyvals
	for i := range b.ids {
		b.node.ID += b.ids[i]
		lat += b.lats[i]
		lon += b.lons[i]
		b.node.Tags = b.node.Tags[:0]
		for len(kv) > 0 && kv[0] != 0 {
			if len(kv) < 2 || len(b.node.Tags) == MaxParts {
				return fmt.Errorf("%w: tags of node %d", ErrMalformed, b.node.ID)
			}
			if b.node.Tags, err = b.tag(b.node.Tags, kv[0], kv[1]); err != nil {
				return err
			}
			kv = kv[2:]
		}
		if len(kv) > 0 {
			kv = kv[1:]
		}
		if err := b.place(lat, lon); err != nil {
			return err
		}
	}
	return nil
}

// place hands the node out, at so many granules.
func (b *block) place(lat, lon int64) error {
	const most = 1 << 40 // granules; keeps what follows from overflowing, and is far outside the world
	y, x := (b.lat0+b.granularity*clamp(lat, most))/100, (b.lon0+b.granularity*clamp(lon, most))/100
	if y < -90e7 || y > 90e7 || x < -180e7 || x > 180e7 {
		return fmt.Errorf("%w: node %d is outside the world", ErrMalformed, b.node.ID)
	}
	b.node.Lat, b.node.Lon = int32(y), int32(x)
	return b.handler.Node(&b.node)
}

func clamp(v, most int64) int64 { return max(-most, min(most, v)) }

func (b *block) readWay(data []byte) error {
	b.keys, b.vals, b.way.Refs = b.keys[:0], b.vals[:0], b.way.Refs[:0]
	err := fields(data, func(f field) (err error) {
		switch f.num {
		case 1:
			b.way.ID = int64(f.varint)
		case 2:
			b.keys, err = packed(b.keys, f, plain)
		case 3:
			b.vals, err = packed(b.vals, f, plain)
		case 8:
			b.way.Refs, err = packed(b.way.Refs, f, zigzag)
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(b.way.Refs) > MaxParts {
		return fmt.Errorf("%w: way %d has %d nodes", ErrMalformed, b.way.ID, len(b.way.Refs))
	}
	sum(b.way.Refs)
	if b.way.Tags, err = b.tags(b.way.Tags[:0]); err != nil {
		return err
	}
	return b.handler.Way(&b.way)
}

func (b *block) readRelation(data []byte) error {
	b.keys, b.vals = b.keys[:0], b.vals[:0]
	b.roles, b.refs, b.kinds = b.roles[:0], b.refs[:0], b.kinds[:0]
	err := fields(data, func(f field) (err error) {
		switch f.num {
		case 1:
			b.relation.ID = int64(f.varint)
		case 2:
			b.keys, err = packed(b.keys, f, plain)
		case 3:
			b.vals, err = packed(b.vals, f, plain)
		case 8:
			b.roles, err = packed(b.roles, f, plain)
		case 9:
			b.refs, err = packed(b.refs, f, zigzag)
		case 10:
			b.kinds, err = packed(b.kinds, f, plain)
		}
		return err
	})
	if err != nil {
		return err
	}
	n := len(b.refs)
	if n > MaxParts || len(b.roles) != n || len(b.kinds) != n {
		return fmt.Errorf("%w: members of relation %d", ErrMalformed, b.relation.ID)
	}
	sum(b.refs)
	b.relation.Members = b.relation.Members[:0]
	for i := range n {
		if b.roles[i] < 0 || b.roles[i] >= int64(len(b.strings)) || b.kinds[i] < 0 || b.kinds[i] > int64(KindRelation) {
			return fmt.Errorf("%w: member %d of relation %d", ErrMalformed, i, b.relation.ID)
		}
		b.relation.Members = append(b.relation.Members, Member{Kind: Kind(b.kinds[i]), Ref: b.refs[i], Role: b.strings[b.roles[i]]})
	}
	if b.relation.Tags, err = b.tags(b.relation.Tags[:0]); err != nil {
		return err
	}
	return b.handler.Relation(&b.relation)
}

// tags of the keys and values that were read last.
func (b *block) tags(t Tags) (Tags, error) {
	if len(b.keys) != len(b.vals) || len(b.keys) > MaxParts {
		return t, fmt.Errorf("%w: %d keys with %d values", ErrMalformed, len(b.keys), len(b.vals))
	}
	var err error
	for i := range b.keys {
		if t, err = b.tag(t, b.keys[i], b.vals[i]); err != nil {
			return t, err
		}
	}
	return t, nil
}

func (b *block) tag(t Tags, key, value int64) (Tags, error) {
	n := int64(len(b.strings))
	if key < 0 || key >= n || value < 0 || value >= n {
		return t, fmt.Errorf("%w: string %d or %d of %d", ErrMalformed, key, value, n)
	}
	return append(t, Tag{Key: b.strings[key], Value: b.strings[value]}), nil
}

func plain(v uint64) int64  { return int64(v) }
func zigzag(v uint64) int64 { return protowire.DecodeZigZag(v) }

// packed appends the numbers of a repeated field, packed or one by one.
func packed(to []int64, f field, decode func(uint64) int64) ([]int64, error) {
	if f.bytes == nil {
		return append(to, decode(f.varint)), nil
	}
	for b := f.bytes; len(b) > 0; {
		if b[0] < 0x80 { // most are small
			to, b = append(to, decode(uint64(b[0]))), b[1:]
			continue
		}
		v, n := protowire.ConsumeVarint(b)
		if n < 0 {
			return to, wireError(n)
		}
		to, b = append(to, decode(v)), b[n:]
	}
	return to, nil
}

// sum turns differences into values.
func sum(v []int64) {
	for i := 1; i < len(v); i++ {
		v[i] += v[i-1]
	}
}
