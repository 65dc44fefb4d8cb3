package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// book counts what came of requests, by what they were. Any number of goroutines may write.
type book struct {
	mu     sync.Mutex
	counts map[string]*counts
	wrongs []error // the first few
}

type counts struct{ right, refused, cancelled, unknown, wrong int }

const mostWrongs = 10

func newBook() *book { return &book{counts: make(map[string]*counts)} }

// note an answer. A client that cancelled, or cut its connection, may see what it likes.
func (b *book) note(what string, err error, gone bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.counts[what]
	if c == nil {
		c = new(counts)
		b.counts[what] = c
	}
	code := status.Code(err)
	switch {
	case err == nil:
		c.right++
	case code == codes.ResourceExhausted:
		c.refused++
	case code == codes.FailedPrecondition:
		c.unknown++
	case gone && (code == codes.Canceled || code == codes.Unavailable):
		c.cancelled++
	default:
		c.wrong++
		if len(b.wrongs) < mostWrongs {
			b.wrongs = append(b.wrongs, fmt.Errorf("%s: %w", what, err))
		}
	}
}

func (b *book) wrong() bool { return len(b.wrongs) > 0 }

// full tells whether there are so many wrong answers that more would tell nothing.
func (b *book) full() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.wrongs) >= mostWrongs
}

func (b *book) print(out io.Writer) {
	fmt.Fprintf(out, "\n%-28s %8s %8s %10s %15s %6s\n", "requests", "right", "refused", "cancelled", "unknown handle", "wrong")
	for _, what := range slices.Sorted(maps.Keys(b.counts)) {
		c := b.counts[what]
		fmt.Fprintf(out, "%-28s %8d %8d %10d %15d %6d\n", what, c.right, c.refused, c.cancelled, c.unknown, c.wrong)
	}
	for _, err := range b.wrongs {
		fmt.Fprintln(out, "wrong:", err)
	}
}
