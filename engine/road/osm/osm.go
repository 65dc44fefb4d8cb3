// Package osm reads OpenStreetMap files: PBF, XML, and either of them packed by gzip or bzip2.
//
// A file may come from anybody. Whatever is in it, reading ends with an error or without, and takes a bounded amount of memory
// besides what the caller keeps: blocks of a PBF file are at most 32 MiB, as the format says, and become at most about twenty times
// that; a token of XML is at most a mebibyte, and an element has at most MaxParts parts.
package osm

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
)

// ErrMalformed is the kind of all errors that are the file's fault: damaged, truncated, or something else altogether.
var ErrMalformed = errors.New("osm: malformed file")

// MaxParts bounds the nodes of a way, the members of a relation and the tags of an element.
const MaxParts = 1 << 17

// Tag of an element.
type Tag struct{ Key, Value string }

// Tags of an element, in the order of the file.
type Tags []Tag

// Get returns the value of the first tag with a key, or nothing.
func (t Tags) Get(key string) string {
	for i := range t {
		if t[i].Key == key {
			return t[i].Value
		}
	}
	return ""
}

// Node is a point, in units of 1e-7 degrees.
type Node struct {
	ID       int64
	Lat, Lon int32
	Tags     Tags
}

// Way is a sequence of nodes.
type Way struct {
	ID   int64
	Refs []int64
	Tags Tags
}

// Kind of a member.
type Kind uint8

// The kinds, numbered as in PBF.
const (
	KindNode Kind = iota
	KindWay
	KindRelation
)

// Member of a relation.
type Member struct {
	Kind Kind
	Ref  int64
	Role string
}

// Relation is a group of elements.
type Relation struct {
	ID      int64
	Members []Member
	Tags    Tags
}

// Handler is given the elements in the order of the file. What it is given is valid until it returns, but for strings, which may be
// kept (and may hold on to a block of the file: clone what is kept for long). A kind without a function is skipped. An error ends the reading.
type Handler struct {
	Node     func(*Node) error
	Way      func(*Way) error
	Relation func(*Relation) error
}

// Read a file to its end. What it is, and how it is packed, is seen from its first bytes. It returns an error of kind ErrMalformed, that
// of the reader or of a handler, or why ctx ended.
func Read(ctx context.Context, r io.Reader, h Handler) error {
	plain, err := unpack(bufio.NewReaderSize(r, 1<<16))
	if err != nil {
		return err
	}
	start, err := plain.Peek(8)
	if err != nil && !errors.Is(err, io.EOF) {
		return broken(err)
	}
	switch {
	case len(start) == 0:
		return fmt.Errorf("%w: it is empty", ErrMalformed)
	case start[0] == '<', start[0] == '\n', start[0] == ' ', bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		return readXML(ctx, plain, &h)
	default:
		return readPBF(ctx, plain, &h)
	}
}

func unpack(r *bufio.Reader) (*bufio.Reader, error) {
	start, err := r.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(start, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, broken(err)
		}
		return bufio.NewReaderSize(z, 1<<16), nil
	case bytes.HasPrefix(start, []byte("BZh")):
		return bufio.NewReaderSize(bzip2.NewReader(r), 1<<16), nil
	default:
		return r, nil
	}
}

// broken says that what was read is at fault, if it is: an end that comes too early, or what the unpackers complain about.
func broken(err error) error {
	var structural bzip2.StructuralError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: it is truncated", ErrMalformed)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &structural), isFlate(err):
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	default:
		return err
	}
}
