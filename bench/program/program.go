// Package program is what the programs that measure have in common: how they start and end, their files of results, and the documents that their
// tables go into.
package program

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"callout/bench"
)

// Run does the work of a program, until it is interrupted or told to end, and returns the exit status: 1 after an error, which it says.
func Run(name string, work func(ctx context.Context) error) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := work(ctx)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		return 1
	}
	return 0
}

// Publish prints a text and, unless the file's name is empty, puts it into a Markdown file where the section is (bench.Splice).
func Publish(text, file, section string) error {
	fmt.Print(text)
	if file == "" {
		return nil
	}
	document, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return err
	}
	spliced, err := bench.Splice(string(document), section, text)
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(spliced), 0o644) //nolint:gosec // for everybody
}
