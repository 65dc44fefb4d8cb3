package osm

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
)

// maxToken bounds the bytes between two tokens of XML.
const maxToken = 1 << 20

// readXML reads element after element, by tokens, so that nothing is kept but the element at hand.
func readXML(ctx context.Context, r io.Reader, h *Handler) error {
	leash := &leash{r: r}
	x := xmlReader{dec: xml.NewDecoder(leash), leash: leash, handler: h}
	for i, depth, root := 0, 0, false; ; i++ {
		if i%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		leash.left = maxToken
		token, err := x.dec.RawToken()
		switch {
		case errors.Is(err, io.EOF) && root && depth == 0:
			return nil
		case err != nil:
			return x.wrong(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			switch {
			case depth == 1 && t.Name.Local != "osm":
				return x.wrong(fmt.Errorf("it is <%.40s>, not <osm>", t.Name.Local))
			case depth == 1:
				root = true
			case depth > 64:
				return x.wrong(errors.New("elements are nested too deeply"))
			case depth <= 3:
				err = x.begin(depth, t)
			}
		case xml.EndElement:
			if depth--; depth < 0 {
				return x.wrong(errors.New("more elements end than begin"))
			}
			if depth == 1 {
				err = x.end()
			}
		}
		if err != nil {
			return err
		}
	}
}

// leash hands out so many bytes before it is lengthened.
type leash struct {
	r    io.Reader
	left int
	err  error // of the reader, unless it came to its end
}

func (l *leash) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, fmt.Errorf("%w: a piece of XML is longer than %d bytes", ErrMalformed, maxToken)
	}
	n, err := l.r.Read(p[:min(len(p), l.left)])
	l.left -= n
	if err != nil && !errors.Is(err, io.EOF) {
		l.err = err
	}
	return n, err
}

type xmlReader struct {
	dec     *xml.Decoder
	leash   *leash
	handler *Handler

	kind     string // of the element at hand, or nothing
	node     Node
	way      Way
	relation Relation
	tags     Tags
}

// wrong with the file, at this line, or with the reader below.
func (x *xmlReader) wrong(err error) error {
	line, _ := x.dec.InputPos()
	switch {
	case errors.Is(err, ErrMalformed):
		return fmt.Errorf("%w (line %d)", err, line)
	case x.leash.err != nil:
		return broken(x.leash.err)
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%w (line %d)", broken(err), line)
	default:
		return fmt.Errorf("%w: %w (line %d)", ErrMalformed, err, line)
	}
}

// begin an element at the depth of a node, or of its tags.
func (x *xmlReader) begin(depth int, t xml.StartElement) error {
	a := attributes{list: t.Attr}
	switch t.Name.Local {
	case "node", "way", "relation":
		if depth != 2 {
			return nil
		}
		x.kind, x.tags = t.Name.Local, x.tags[:0]
		id := a.integer("id")
		switch x.kind {
		case "node":
			x.node = Node{ID: id, Lat: a.degrees("lat", 90), Lon: a.degrees("lon", 180)}
		case "way":
			x.way = Way{ID: id, Refs: x.way.Refs[:0]}
		case "relation":
			x.relation = Relation{ID: id, Members: x.relation.Members[:0]}
		}
	case "tag":
		if depth == 3 {
			x.tags = append(x.tags, Tag{Key: a.text("k"), Value: a.text("v")})
		}
	case "nd":
		if x.kind == "way" {
			x.way.Refs = append(x.way.Refs, a.integer("ref"))
		}
	case "member":
		if x.kind == "relation" {
			x.relation.Members = append(x.relation.Members, Member{Kind: a.kind(), Ref: a.integer("ref"), Role: a.text("role")})
		}
	}
	if max(len(x.tags), len(x.way.Refs), len(x.relation.Members)) > MaxParts {
		return x.wrong(errors.New("an element has too many parts"))
	}
	if a.err != nil {
		return x.wrong(a.err)
	}
	return nil
}

// end of the element at hand: it is complete.
func (x *xmlReader) end() error {
	kind := x.kind
	x.kind = ""
	switch {
	case kind == "node" && x.handler.Node != nil:
		x.node.Tags = x.tags
		return x.handler.Node(&x.node)
	case kind == "way" && x.handler.Way != nil:
		x.way.Tags = x.tags
		return x.handler.Way(&x.way)
	case kind == "relation" && x.handler.Relation != nil:
		x.relation.Tags = x.tags
		return x.handler.Relation(&x.relation)
	}
	return nil
}

// attributes of an element; the first fault stays.
type attributes struct {
	list []xml.Attr
	err  error
}

func (a *attributes) text(name string) string {
	for i := range a.list {
		if a.list[i].Name.Local == name {
			return a.list[i].Value
		}
	}
	a.fail(fmt.Errorf("no attribute %q", name))
	return ""
}

func (a *attributes) fail(err error) {
	if a.err == nil {
		a.err = err
	}
}

func (a *attributes) integer(name string) int64 {
	v, err := strconv.ParseInt(a.text(name), 10, 64)
	if err != nil {
		a.fail(fmt.Errorf("attribute %q: %w", name, err))
	}
	return v
}

func (a *attributes) degrees(name string, most float64) int32 {
	v, err := strconv.ParseFloat(a.text(name), 64)
	if err != nil {
		a.fail(fmt.Errorf("attribute %q: %w", name, err))
	}
	if !(math.Abs(v) <= most) {
		a.fail(fmt.Errorf("attribute %q: %v is outside the world", name, v))
		return 0
	}
	return int32(math.Round(v * 1e7))
}

func (a *attributes) kind() Kind {
	switch k := a.text("type"); k {
	case "node":
		return KindNode
	case "way":
		return KindWay
	case "relation":
		return KindRelation
	default:
		a.fail(fmt.Errorf("a member of type %.40q", k))
		return 0
	}
}
