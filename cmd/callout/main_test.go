package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"callout/engine"
)

// callout runs the command.
func callout(t *testing.T, in string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(args, streams{in: strings.NewReader(in), out: &o, err: &e})
	return code, o.String(), e.String()
}

func TestCommandLine(t *testing.T) {
	tests := map[string]struct {
		args []string
		code int
		want string // part of either output
	}{
		"help":            {[]string{"--help"}, 0, "Serve the planning service"},
		"version":         {[]string{"version"}, 0, "callout "},
		"no command":      {nil, exitUsage, "expected one of"},
		"unknown flag":    {[]string{"version", "--loud"}, exitUsage, "unknown flag --loud"},
		"no file":         {[]string{"solve", "testdata/gone.json"}, exitFailed, "no such file"},
		"another format":  {[]string{"solve", "testdata/day.json", "--format", "vrptw"}, exitFailed, "is a file of format unknown"},
		"no plan":         {[]string{"check", "testdata/day.json"}, exitFailed, "has no plan"},
		"no such server":  {[]string{"solve", "testdata/day.json", "--server", "127.0.0.1:1"}, exitFailed, "Unavailable"},
		"key alone":       {[]string{"serve", "--tls-key", "main_test.go"}, exitFailed, "TLS needs both"},
		"not a key":       {[]string{"serve", "--tls-key", "main_test.go", "--tls-cert", "main.go"}, exitFailed, "certificate:"},
		"address in use?": {[]string{"serve", "--listen", "nowhere"}, exitFailed, "listen:"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			code, out, errs := callout(t, "", tt.args...)
			if code != tt.code || !strings.Contains(out+errs, tt.want) {
				t.Errorf("code %d, want %d; output:\n%s%s", code, tt.code, out, errs)
			}
		})
	}
}

func TestSolveAndJudge(t *testing.T) {
	dir := t.TempDir()
	answer, page := filepath.Join(dir, "answer.json"), filepath.Join(dir, "page.html")
	code, out, errs := callout(t, "", "solve", "testdata/day.json", "-o", answer, "--report", page)
	if code != 0 || !strings.Contains(out, "3 done, 1 left out") || !strings.Contains(errs, "1 left out  plan 1") {
		t.Fatalf("code %d, output:\n%s%s", code, out, errs)
	}
	if html, err := os.ReadFile(page); err != nil || !bytes.Contains(html, []byte("boiler")) {
		t.Errorf("page: %v", err)
	}
	data, err := os.ReadFile(answer)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	stop := "STOP_REASON_ITERATION_BUDGET"
	if engine.Native() == nil {
		stop = "STOP_REASON_PROVEN"
	}
	for _, want := range []string{"SOLVE_KIND_FINAL", stop, "CONSTRAINT_CODE_SKILL_LEVEL", "VERDICT_INCOMPATIBLE"} {
		if !strings.Contains(text, want) {
			t.Errorf("the answer has no %s", want)
		}
	}

	if code, out, errs := callout(t, "", "check", "testdata/day.json", answer); code != 0 || !strings.Contains(out, "no rule") {
		t.Errorf("check: code %d, output:\n%s%s", code, out, errs)
	}
	// The plan comes in by the standard input. Leak is promised by 9:00, and boiler asks for gas.
	wrong := `{"routes": [{
		"technicianId": "boris", "shiftId": "monday", "stops": [{"visit": {"jobId": "boiler"}}, {"visit": {"jobId": "leak"}}]
	}]}`
	code, out, errs = callout(t, wrong, "check", "testdata/day.json", "-")
	if code != exitFailed || !strings.Contains(out, "technician boris, shift monday, job boiler, gas: a required skill is missing") ||
		strings.Contains(out, "promise") {
		t.Errorf("check: code %d, output:\n%s%s", code, out, errs)
	}
	code, out, errs = callout(t, wrong, "evaluate", "testdata/day.json", "-")
	if code != 0 || !strings.Contains(out, "1 rules broken, 1 soft windows missed") || !strings.Contains(out, "too late for the promise") {
		t.Errorf("evaluate: code %d, output:\n%s%s", code, out, errs)
	}
}

func TestSolveFlags(t *testing.T) {
	code, out, errs := callout(t, "", "solve", "testdata/day.json", "-o", "-", "-q", "--iterations", "7", "--seed", "9", "-w", "2")
	if code != 0 || errs != "" || !strings.Contains(out, `"9"`) || !strings.Contains(out, `"7"`) {
		t.Errorf("code %d, output:\n%s%s", code, out, errs)
	}
}

func TestSolveFaults(t *testing.T) {
	code, _, errs := callout(t, `{"jobs": [{"id": "a"}, {"id": "a"}]}`, "solve", "-")
	for _, want := range []string{"InvalidArgument:", "problem.jobs[0].location_id: ", "problem.jobs[1].id: ", "(DUPLICATE)"} {
		if code != exitFailed || !strings.Contains(errs, want) {
			t.Errorf("code %d, no %s in:\n%s", code, want, errs)
		}
	}
}

// buffer may be written and read by several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// A server answers the command, shows its metrics, and ends when told to.
func TestServe(t *testing.T) {
	var log buffer
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	cmd := &ServeCmd{Listen: "127.0.0.1:0", Metrics: "127.0.0.1:0", Drain: 10 * time.Second}
	cmd.Admit.Queue, cmd.Wire.MaxMiB = 4, 8
	go func() { ended <- cmd.serve(ctx, slog.New(slog.NewTextHandler(&log, nil))) }()
	find := regexp.MustCompile(`grpc=(\S+) metrics=(\S+)`)
	var where []string
	for begin := time.Now(); where == nil; time.Sleep(time.Millisecond) {
		if time.Since(begin) > 10*time.Second {
			t.Fatalf("log:\n%s", log.String())
		}
		where = find.FindStringSubmatch(log.String())
	}
	if code, out, errs := callout(t, "", "solve", "testdata/day.json", "--server", where[1]); code != 0 || !strings.Contains(out, "3 done") {
		t.Errorf("code %d, output:\n%s%s", code, out, errs)
	}
	res, err := http.Get("http://" + where[2] + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	metrics, err := io.ReadAll(res.Body)
	if err != nil || !bytes.Contains(metrics, []byte("callout_busy_workers 0")) || !bytes.Contains(metrics, []byte("go_goroutines")) {
		t.Errorf("metrics: %v\n%s", err, metrics)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
