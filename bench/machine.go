package bench

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

// Machine says in a few words where a run takes place.
func Machine() string {
	text := fmt.Sprintf("%d × %s, %s/%s", runtime.NumCPU(), processor(), runtime.GOOS, runtime.GOARCH)
	return strings.Join(strings.Fields(text), " ")
}

// processor is the model's name where the system tells it.
func processor() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "processor"
	}
	for line := range strings.Lines(string(info)) {
		if key, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "processor"
}

// Build names what runs: the version, and where that does not say it all (an uncommitted change, no version at all) the first
// digits of the program's digest, so that results of different programs are never taken for each other.
func Build(version string) (string, error) {
	if version != "" && version != "devel" && !strings.Contains(version, "dirty") {
		return version, nil
	}
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("naming the build: %w", err)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("naming the build: %w", err)
	}
	defer f.Close()
	digest := sha256.New()
	if _, err := io.Copy(digest, f); err != nil {
		return "", fmt.Errorf("naming the build: %w", err)
	}
	return version + "+" + hex.EncodeToString(digest.Sum(nil))[:8], nil
}
