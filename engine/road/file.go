package road

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"unsafe"

	"callout/engine/road/hierarchy"
)

// Why a file is not opened as a network.
var (
	ErrForeign = errors.New("road: not a road network")
	ErrVersion = errors.New("road: a road network of another version")
	ErrDamaged = errors.New("road: a damaged road network")
)

// Version of the file's layout. A file of another version is to be imported again.
const Version = 1

// A file is a header, a table and sections, all little-endian, each section at a multiple of 64 bytes:
//
//	 0  magic      8 bytes
//	 8  version    4
//	12  checksum   4, CRC-32C of all other bytes: a few bytes per cycle, so that a file can be checked whenever it is opened
//	16  size       8, of the file
//	24  sections   8, their number
//	32  digest    32, SHA-256 of the sections: names the network in caches and answers, and is computed when the file is written only
//	64  table     16 per section: offset, bytes
const (
	magic      = "CALLROAD"
	headerSize = 64
	alignment  = 64
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// slices of a network, in the order of the sections. The hierarchy's are set when they are read.
func (n *Network) slices(zone *[]byte, h *[profiles][3][]int32) []any {
	list := []any{zone, &n.pointFirst, &n.points, &n.length, &n.way, &n.wayID, &n.wayClass, &n.tree.items, &n.tree.boxes}
	for p := range n.roads {
		r := &n.roads[p]
		list = append(list, &r.duration, &r.first, &r.tail, &r.head, &r.main, &h[p][0], &h[p][1], &h[p][2])
	}
	return list
}

// Write the network to a file, which is replaced as a whole.
func (n *Network) Write(name string) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temp.Name()))
		}
	}()
	w := bufio.NewWriterSize(temp, 1<<20)
	_, wrong := n.WriteTo(w)
	if err := errors.Join(wrong, w.Flush(), temp.Chmod(0o644), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), name)
}

// WriteTo writes the network as a file.
func (n *Network) WriteTo(w io.Writer) (int64, error) {
	header, sections, err := n.encode()
	if err != nil {
		return 0, err
	}
	total := int64(0)
	put := func(b []byte) {
		if err == nil {
			var k int
			k, err = w.Write(b)
			total += int64(k)
		}
	}
	put(header)
	var zeros [alignment]byte
	for _, s := range sections {
		put(zeros[:padding(int(total))])
		put(s)
	}
	return total, err
}

func padding(at int) int { return (alignment - at%alignment) % alignment }

// encode returns header and table, and the sections.
func (n *Network) encode() (header []byte, sections [][]byte, err error) {
	if !littleEndian() {
		return nil, nil, errors.ErrUnsupported
	}
	zone := []byte(n.zone)
	var h [profiles][3][]int32
	for p := range n.roads {
		g := n.roads[p].graph
		h[p] = [3][]int32{g.First, g.Head, g.Link}
	}
	list := n.slices(&zone, &h)
	header = make([]byte, headerSize+16*len(list))
	at := len(header)
	digest := sha256.New()
	for i, s := range list {
		b := asBytes(s)
		at += padding(at)
		entry := header[headerSize+16*i:]
		binary.LittleEndian.PutUint64(entry, uint64(at))
		binary.LittleEndian.PutUint64(entry[8:], uint64(len(b)))
		at += len(b)
		sections = append(sections, b)
		var length [8]byte
		binary.LittleEndian.PutUint64(length[:], uint64(len(b)))
		digest.Write(length[:])
		digest.Write(b)
	}
	copy(header, magic)
	binary.LittleEndian.PutUint32(header[8:], Version)
	binary.LittleEndian.PutUint64(header[16:], uint64(at))
	binary.LittleEndian.PutUint64(header[24:], uint64(len(list)))
	copy(header[32:], digest.Sum(nil))
	n.digest = [32]byte(header[32:64])

	sum := crc32.Update(0, castagnoli, header[:12])
	sum = crc32.Update(sum, castagnoli, header[16:])
	at = len(header)
	var zeros [alignment]byte
	for _, s := range sections {
		sum = crc32.Update(sum, castagnoli, zeros[:padding(at)])
		sum = crc32.Update(sum, castagnoli, s)
		at += padding(at) + len(s)
	}
	binary.LittleEndian.PutUint32(header[12:], sum)
	return header, sections, nil
}

// Open a network from a file by memory map. The file may be replaced by another while the network is used (as Write does), but not
// written to. An error is of kind ErrForeign, ErrVersion or ErrDamaged, or the file system's.
func Open(name string) (*Network, error) {
	data, unmap, err := mapFile(name)
	if err != nil {
		return nil, err
	}
	n, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, errors.Join(err, unmap()))
	}
	n.unmap = unmap
	return n, nil
}

// parse a file. The network points into data.
func parse(data []byte) (*Network, error) {
	sections, err := table(data)
	if err != nil {
		return nil, err
	}
	n := &Network{digest: [32]byte(data[32:64])}
	var zone []byte
	var h [profiles][3][]int32
	list := n.slices(&zone, &h)
	if len(list) != len(sections) {
		return nil, fmt.Errorf("%w: %d sections, not %d", ErrDamaged, len(sections), len(list))
	}
	for i, s := range list {
		if !fromBytes(s, sections[i]) {
			return nil, fmt.Errorf("%w: section %d has %d bytes", ErrDamaged, i, len(sections[i]))
		}
	}
	if len(zone) > 64 {
		return nil, fmt.Errorf("%w: a zone's name of %d bytes", ErrDamaged, len(zone))
	}
	n.zone = string(zone)
	for p := range n.roads {
		r := &n.roads[p]
		if r.graph, err = hierarchy.Restore(h[p][0], h[p][1], h[p][2], r.tail, r.head); err != nil {
			return nil, fmt.Errorf("%w: profile %v: %w", ErrDamaged, Profile(p), err)
		}
	}
	if err := n.finish(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return n, nil
}

// table of sections of a file that is whole.
func table(data []byte) ([][]byte, error) {
	switch {
	case !littleEndian():
		return nil, errors.ErrUnsupported
	case len(data) < len(magic) || string(data[:len(magic)]) != magic:
		return nil, ErrForeign
	case len(data) < headerSize:
		return nil, fmt.Errorf("%w: it is truncated", ErrDamaged)
	}
	if v := binary.LittleEndian.Uint32(data[8:]); v != Version {
		return nil, fmt.Errorf("%w: %d, this program reads %d: import it again", ErrVersion, v, Version)
	}
	size, count := binary.LittleEndian.Uint64(data[16:]), binary.LittleEndian.Uint64(data[24:])
	switch {
	case uint64(len(data)) < size:
		return nil, fmt.Errorf("%w: it is truncated, %d bytes of %d", ErrDamaged, len(data), size)
	case uint64(len(data)) > size:
		return nil, fmt.Errorf("%w: %d bytes follow its end", ErrDamaged, uint64(len(data))-size)
	case crc32.Update(crc32.Checksum(data[:12], castagnoli), castagnoli, data[16:]) != binary.LittleEndian.Uint32(data[12:]):
		return nil, fmt.Errorf("%w: its checksum is wrong", ErrDamaged)
	case count > (size-headerSize)/16:
		return nil, fmt.Errorf("%w: %d sections", ErrDamaged, count)
	}
	sections := make([][]byte, count)
	for i := range sections {
		entry := data[headerSize+16*i:]
		from, length := binary.LittleEndian.Uint64(entry), binary.LittleEndian.Uint64(entry[8:])
		if from > size || length > size-from || from%alignment != 0 {
			return nil, fmt.Errorf("%w: section %d is outside the file", ErrDamaged, i)
		}
		sections[i] = data[from : from+length : from+length]
	}
	return sections, nil
}

func littleEndian() bool { return binary.NativeEndian.Uint16([]byte{1, 0}) == 1 }

// asBytes returns the memory of a slice that a pointer leads to.
func asBytes(slice any) []byte {
	switch s := slice.(type) {
	case *[]byte:
		return *s
	case *[]int32:
		return memory(*s)
	case *[]int64:
		return memory(*s)
	case *[]Point:
		return memory(*s)
	case *[]box:
		return memory(*s)
	default:
		panic(fmt.Sprintf("road: a section of type %T", slice))
	}
}

// fromBytes points a slice to memory, unless that is no whole number of elements.
func fromBytes(slice any, b []byte) bool {
	switch s := slice.(type) {
	case *[]byte:
		*s = b
		return true
	case *[]int32:
		return view(s, b)
	case *[]int64:
		return view(s, b)
	case *[]Point:
		return view(s, b)
	case *[]box:
		return view(s, b)
	default:
		panic(fmt.Sprintf("road: a section of type %T", slice))
	}
}

// Elements are integers of 4 or 8 bytes and structures of int32 without gaps.
func memory[T any](s []T) []byte {
	//nolint:gosec // audited: bytes of memory that s holds on to
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(*new(T))))
}

func view[T any](s *[]T, b []byte) bool {
	size := int(unsafe.Sizeof(*new(T)))
	if len(b)%size != 0 {
		return false
	}
	//nolint:gosec // audited: sections begin at multiples of 64 bytes of a map, and their length is a whole number of elements
	*s = unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/size)
	return true
}
