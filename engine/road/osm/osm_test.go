package osm

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"
)

// contents of a file, copied.
type contents struct {
	Nodes     []Node
	Ways      []Way
	Relations []Relation
}

func collect(data io.Reader) (contents, error) {
	var c contents
	err := Read(context.Background(), data, Handler{
		Node: func(n *Node) error {
			c.Nodes = append(c.Nodes, Node{ID: n.ID, Lat: n.Lat, Lon: n.Lon, Tags: append(Tags(nil), n.Tags...)})
			return nil
		},
		Way: func(w *Way) error {
			c.Ways = append(c.Ways, Way{ID: w.ID, Refs: append([]int64(nil), w.Refs...), Tags: append(Tags(nil), w.Tags...)})
			return nil
		},
		Relation: func(r *Relation) error {
			c.Relations = append(c.Relations, Relation{
				ID: r.ID, Members: append([]Member(nil), r.Members...), Tags: append(Tags(nil), r.Tags...),
			})
			return nil
		},
	})
	return c, err
}

// What both samples say.
var want = contents{
	Nodes: []Node{
		{ID: 7, Lat: 437370125, Lon: -74220280},
		{ID: 5, Lat: 437371175, Lon: -74229093, Tags: Tags{{"barrier", "gate"}, {"access", "no"}}},
	},
	Ways:      []Way{{ID: 11, Refs: []int64{7, 5, 7}, Tags: Tags{{"highway", "residential"}}}},
	Relations: []Relation{{ID: 3, Members: []Member{{KindWay, 11, "from"}, {KindNode, 5, "via"}}, Tags: Tags{{"type", "restriction"}}}},
}

const sampleXML = `<?xml version='1.0' encoding='UTF-8'?>
<osm version="0.6"><bounds minlat="43"/>
<node id="7" lat="43.7370125" lon="-7.4220280"/>
<node id="5" lat="43.7371175" lon="-7.4229093"><tag k="barrier" v="gate"/><tag k="access" v="no"/></node>
<way id="11"><nd ref="7"/><nd ref="5"/><nd ref="7"/><tag k="highway" v="residential"/></way>
<relation id="3"><member type="way" ref="11" role="from"/><member type="node" ref="5" role="via"/><tag k="type" v="restriction"/></relation>
</osm>
`

// message builds protobuf by hand.
type message []byte

func (m message) varint(num protowire.Number, v uint64) message {
	return protowire.AppendVarint(protowire.AppendTag(m, num, protowire.VarintType), v)
}

func (m message) bytes(num protowire.Number, v []byte) message {
	return protowire.AppendBytes(protowire.AppendTag(m, num, protowire.BytesType), v)
}

func (m message) packed(num protowire.Number, vs ...uint64) message {
	var b []byte
	for _, v := range vs {
		b = protowire.AppendVarint(b, v)
	}
	return m.bytes(num, b)
}

func zz(v int64) uint64 { return protowire.EncodeZigZag(v) }

func blob(kind string, content []byte, pack bool) []byte {
	body := message{}.bytes(1, content)
	if pack {
		var z bytes.Buffer
		w := zlib.NewWriter(&z)
		_, _ = w.Write(content)
		_ = w.Close()
		body = message{}.varint(2, uint64(len(content))).bytes(3, z.Bytes())
	}
	head := message{}.bytes(1, []byte(kind)).varint(3, uint64(len(body)))
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(head))), head...), body...)
}

func strs(list ...string) message {
	var m message
	for _, s := range list {
		m = m.bytes(1, []byte(s))
	}
	return m
}

func samplePBF() []byte {
	table := strs("", "barrier", "gate", "access", "no", "highway", "residential", "from", "via", "type", "restriction")
	dense := message{}.packed(1, zz(7), zz(-2)).
		packed(8, zz(437370125), zz(437371175-437370125)).packed(9, zz(-74220280), zz(-74229093+74220280)).
		packed(10, 0, 1, 2, 3, 4, 0)
	way := message{}.varint(1, 11).packed(2, 5).packed(3, 6).packed(8, zz(7), zz(-2), zz(2))
	relation := message{}.varint(1, 3).packed(2, 9).packed(3, 10).packed(8, 7, 8).packed(9, zz(11), zz(-6)).packed(10, 1, 0)
	data := message{}.bytes(1, table).
		bytes(2, message{}.bytes(2, dense)).bytes(2, message{}.bytes(3, way)).bytes(2, message{}.bytes(4, relation))
	return append(blob("OSMHeader", message{}.bytes(4, []byte("OsmSchema-V0.6")), false), blob("OSMData", data, true)...)
}

func gz(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

func TestRead(t *testing.T) {
	for name, data := range map[string][]byte{
		"XML": []byte(sampleXML), "XML, packed": gz([]byte(sampleXML)), "PBF": samplePBF(), "PBF, packed": gz(samplePBF()),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := collect(iotest.OneByteReader(bytes.NewReader(data)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("contents (-want +got):\n%s", diff)
			}
		})
	}
}

// Nodes that are not dense are rare, but there.
func TestPlainNodes(t *testing.T) {
	node := message{}.varint(1, zz(9)).packed(2, 1).packed(3, 2).varint(8, zz(10)).varint(9, zz(-20))
	data := message{}.bytes(1, strs("", "k", "v")).bytes(2, message{}.bytes(1, node)).varint(17, 1000).varint(19, 5000)
	got, err := collect(bytes.NewReader(append(blob("OSMHeader", nil, false), blob("OSMData", data, false)...)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(contents{Nodes: []Node{{ID: 9, Lat: 150, Lon: -200, Tags: Tags{{"k", "v"}}}}}, got); diff != "" {
		t.Errorf("contents (-want +got):\n%s", diff)
	}
}

func TestMalformed(t *testing.T) {
	head := blob("OSMHeader", nil, false)
	data := func(m message) []byte { return append(bytes.Clone(head), blob("OSMData", m, false)...) }
	table := message{}.bytes(1, strs("", "a"))
	bomb := make([]byte, maxBlob+1)
	for name, tt := range map[string]struct {
		data []byte
		says string
	}{
		"empty":                {nil, "empty"},
		"foreign":              {[]byte("PK\x03\x04 and so on"), "neither PBF nor XML"},
		"another XML":          {[]byte("<html></html>"), "not <osm>"},
		"XML without an end":   {[]byte("<osm><node id='1' lat='0' lon='0'/>"), "truncated"},
		"XML cut in a tag":     {[]byte("<osm><node id='1' la"), "EOF"},
		"XML, no place":        {[]byte("<osm><node id='1' lat='0'/></osm>"), `no attribute "lon"`},
		"XML, NaN":             {[]byte("<osm><node id='1' lat='NaN' lon='0'/></osm>"), "outside the world"},
		"XML, endless token":   {[]byte("<osm><node id='" + strings.Repeat("1", 3*maxToken) + "'/></osm>"), "longer than"},
		"XML, two ends":        {[]byte("<osm></osm></osm>"), "more elements end"},
		"no header":            {blob("OSMData", table, false), "header"},
		"unknown feature":      {blob("OSMHeader", message{}.bytes(4, []byte("Wormholes")), false), "Wormholes"},
		"huge header":          {append(bytes.Clone(head), 0xff, 0, 0, 0), "more than"},
		"huge blob":            {append(bytes.Clone(head), 0, 0, 0, 6, 0x18, 0xff, 0xff, 0xff, 0xff, 0x7f), "more than"},
		"truncated blob":       {samplePBF()[:len(samplePBF())-1], "truncated"},
		"truncated gzip":       {gz(samplePBF())[:60], "truncated"},
		"bomb":                 {append(bytes.Clone(head), blob("OSMData", bomb, true)...), "more than"},
		"no such string":       {data(table.bytes(2, message{}.bytes(3, message{}.packed(2, 1).packed(3, 2)))), "string 1 or 2 of 2"},
		"negative string":      {data(table.bytes(2, message{}.bytes(3, message{}.packed(2, 1<<63).packed(3, 1)))), "string"},
		"keys without values":  {data(table.bytes(2, message{}.bytes(3, message{}.packed(2, 1)))), "1 keys with 0 values"},
		"nodes without places": {data(table.bytes(2, message{}.bytes(2, message{}.packed(1, 2)))), "0 latitudes"},
		"outside the world":    {data(table.bytes(2, message{}.bytes(1, message{}.varint(8, zz(1<<62)).varint(9, 0)))), "outside the world"},
		"odd tags": {
			data(table.bytes(2, message{}.bytes(2, message{}.packed(1, 2).packed(8, 2).packed(9, 2).packed(10, 1)))), "tags of node",
		},
		"members without roles": {data(table.bytes(2, message{}.bytes(4, message{}.packed(9, 2)))), "members of relation"},
		"no such role":          {data(table.bytes(2, message{}.bytes(4, message{}.packed(8, 9).packed(9, 2).packed(10, 1)))), "member 0"},
		"no such kind":          {data(table.bytes(2, message{}.bytes(4, message{}.packed(8, 0).packed(9, 2).packed(10, 7)))), "member 0"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := collect(bytes.NewReader(tt.data))
			if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %v, want one of kind ErrMalformed that says %q", err, tt.says)
			}
		})
	}
}

// What is not the file's fault is passed on as it is.
func TestOtherErrors(t *testing.T) {
	lost := errors.New("connection lost")
	for _, data := range [][]byte{[]byte(sampleXML), samplePBF()} {
		_, err := collect(io.MultiReader(bytes.NewReader(data[:len(data)-20]), iotest.ErrReader(lost)))
		if !errors.Is(err, lost) || errors.Is(err, ErrMalformed) {
			t.Errorf("error %v, want %v", err, lost)
		}
		err = Read(t.Context(), bytes.NewReader(data), Handler{Way: func(*Way) error { return lost }})
		if !errors.Is(err, lost) || errors.Is(err, ErrMalformed) {
			t.Errorf("error %v, want that of the handler", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := Read(ctx, bytes.NewReader(data), Handler{}); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want that of the context", err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(sampleXML))
	f.Add(samplePBF())
	f.Add(gz(samplePBF()))
	f.Add([]byte("BZh91AY&SY"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := collect(bytes.NewReader(data))
		if err != nil && !errors.Is(err, ErrMalformed) {
			t.Fatalf("error %v is not of kind ErrMalformed", err)
		}
		for i := range c.Nodes {
			if n := &c.Nodes[i]; n.Lat < -90e7 || n.Lat > 90e7 || n.Lon < -180e7 || n.Lon > 180e7 {
				t.Fatalf("node outside the world: %+v", n)
			}
		}
	})
}
