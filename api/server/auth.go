package server

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// Identity is what a token says of its bearer.
type Identity struct {
	Tenant string // the only one that it may speak for; empty: any
}

type identityKey struct{}

func withIdentity(ctx context.Context, id Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, id)
}

// identityOf is the caller's identity; where no tokens are asked for, one that may speak for any tenant.
func identityOf(ctx context.Context) Identity {
	id, _ := ctx.Value(identityKey{}).(Identity)
	return id
}

// Tokens are the bearer tokens that a server accepts, as read from a file of lines "token" or "token tenant". Empty lines and those
// that begin with # say nothing. The tokens themselves are not kept, only their digests. They may be used by any number of
// goroutines at once.
type Tokens struct {
	path  string
	table atomic.Pointer[tokenTable]
}

type tokenTable struct {
	entries  []tokenEntry
	modified time.Time
	size     int64
}

type tokenEntry struct {
	digest   [sha256.Size]byte
	identity Identity
}

// Bounds of a file of tokens. A token must be hard to guess.
const (
	leastToken = 16
	mostToken  = 4096
	mostTokens = 10_000
)

// ReadTokens reads a file of tokens.
func ReadTokens(path string) (*Tokens, error) {
	t := &Tokens{path: path}
	if err := t.Reload(); err != nil {
		return nil, err
	}
	return t, nil
}

// Reload reads the file again. If that fails, the tokens stay as they were.
func (t *Tokens) Reload() error {
	f, err := os.Open(t.path)
	if err != nil {
		return fmt.Errorf("tokens: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("tokens: %w", err)
	}
	entries, err := parseTokens(f)
	if err != nil {
		return fmt.Errorf("tokens: %s: %w", t.path, err)
	}
	t.table.Store(&tokenTable{entries: entries, modified: info.ModTime(), size: info.Size()})
	return nil
}

// Changed tells whether the file looks other than when it was read.
func (t *Tokens) Changed() bool {
	info, err := os.Stat(t.path)
	if err != nil {
		return true // Reload will tell
	}
	have := t.table.Load()
	return !info.ModTime().Equal(have.modified) || info.Size() != have.size
}

// Len is how many there are.
func (t *Tokens) Len() int { return len(t.table.Load().entries) }

// Errors of a file of tokens; what a line holds is never told.
var (
	errNoTokens   = errors.New("no token in it")
	errManyTokens = fmt.Errorf("more than %d tokens", mostTokens)
)

func parseTokens(r io.Reader) ([]tokenEntry, error) {
	var out []tokenEntry
	seen := make(map[[sha256.Size]byte]bool)
	lines := bufio.NewScanner(r)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		token, tenant, _ := strings.Cut(line, " ")
		tenant = strings.TrimSpace(tenant)
		e := tokenEntry{digest: sha256.Sum256([]byte(token)), identity: Identity{Tenant: tenant}}
		switch {
		case len(token) < leastToken || len(token) > mostToken:
			return nil, fmt.Errorf("line %d: a token has %d to %d characters", number, leastToken, mostToken)
		case strings.ContainsAny(line, "\t"):
			return nil, fmt.Errorf("line %d: a space, not a tab, parts token and tenant", number)
		case len(tenant) > mostIDBytes:
			return nil, fmt.Errorf("line %d: a tenant has at most %d bytes", number, mostIDBytes)
		case seen[e.digest]:
			return nil, fmt.Errorf("line %d: the token is there already", number)
		case len(out) == mostTokens:
			return nil, errManyTokens
		}
		seen[e.digest] = true
		out = append(out, e)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, errNoTokens
	}
	return out, nil
}

// identify returns whose a token is. It takes the same time whichever of the tokens it is, or whether it is none: digests are
// compared, each of them, and in constant time.
func (t *Tokens) identify(token string) (Identity, bool) {
	if len(token) > mostToken {
		return Identity{}, false
	}
	digest := sha256.Sum256([]byte(token))
	entries := t.table.Load().entries
	found := -1
	for k := range entries {
		found = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(digest[:], entries[k].digest[:]), k, found)
	}
	if found < 0 {
		return Identity{}, false
	}
	return entries[found].identity, true
}
