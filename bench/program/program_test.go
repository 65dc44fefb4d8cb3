package program

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What is written is read back; a file that is not there has nothing, and one with a bad row says which.
func TestResults(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out.csv")
	header := []string{"number", "word"}
	parse := func(row []string) (int, error) { return strconv.Atoi(row[0]) }
	for _, name := range []string{"", file} {
		if got, err := Read(name, header, parse); len(got) > 0 || err != nil {
			t.Errorf("%q: %v, %v", name, got, err)
		}
	}
	for _, want := range [][]int{nil, {3}, {1, 2}} {
		if err := Write(file, header, want, func(n *int) []string { return []string{strconv.Itoa(*n), "x"} }); err != nil {
			t.Fatal(err)
		}
		if got, err := Read(file, header, parse); err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v, want %v", got, err, want)
		}
	}
	for text, where := range map[string]string{"number,word\n1,x\nno,x\n": ":3:", "number,word\n1\n": "line 2"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(file, header, parse); err == nil || !strings.Contains(err.Error(), where) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestPublish(t *testing.T) {
	file := filepath.Join(t.TempDir(), "doc.md")
	if err := os.WriteFile(file, []byte("a\n<!-- begin x -->\nold\n<!-- end x -->\nb\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Publish("new\n", file, "x"); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != "a\n<!-- begin x -->\n\nnew\n\n<!-- end x -->\nb\n" {
		t.Errorf("%q, %v", got, err)
	}
	if Publish("new\n", file, "y") == nil {
		t.Error("there is no such section")
	}
	if err := Publish("new\n", filepath.Join(t.TempDir(), "none"), "x"); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}
