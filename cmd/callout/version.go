package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"callout/engine"
)

// version is set when the binary is built.
var version string

// engineVersion is the version for people and answers: that of the build, else what the Go tool knows of the source.
func engineVersion() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "devel-" + s.Value[:min(12, len(s.Value))]
		}
	}
	return "devel"
}

// VersionCmd prints the version, and whether the native solvers are there.
type VersionCmd struct{}

// Run of the command.
func (*VersionCmd) Run(std streams) error {
	_, err := fmt.Fprintf(std.out, "callout %s (%s, %s/%s)\n", engineVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if err != nil {
		return err
	}
	native := "OR-Tools " + engine.NativeVersion
	if err := engine.Native(); err != nil {
		native = err.Error()
	}
	_, err = fmt.Fprintln(std.out, native)
	return err
}
