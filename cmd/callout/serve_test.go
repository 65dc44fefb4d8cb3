package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	tracev1 "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
)

// Every flag of the server has its environment variable, named after it, and says what it is for.
func TestServeFlagsByEnvironment(t *testing.T) {
	seen := make(map[string]bool)
	var walk func(reflect.Type, string)
	walk = func(typ reflect.Type, prefix string) {
		for f := range typ.Fields() {
			if _, ok := f.Tag.Lookup("embed"); ok {
				walk(f.Type, f.Tag.Get("envprefix"))
				continue
			}
			name := f.Tag.Get("name")
			if name == "" {
				name = strings.ToLower(regexp.MustCompile(`([a-z])([A-Z])`).ReplaceAllString(f.Name, "$1-$2"))
			}
			env := prefix + f.Tag.Get("env")
			if want := "CALLOUT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_")); env != want {
				t.Errorf("--%s is set by %q, want %s", name, env, want)
			}
			if seen[env] || f.Tag.Get("help") == "" {
				t.Errorf("--%s: help %q, variable %s twice: %v", name, f.Tag.Get("help"), env, seen[env])
			}
			seen[env] = true
		}
	}
	walk(reflect.TypeFor[ServeCmd](), "")
	if len(seen) < 30 {
		t.Errorf("%d flags only", len(seen))
	}
}

// The defaults of the flags are those of the packages that they are for.
func TestLimitDefaults(t *testing.T) {
	var c cli
	if err := parse(&c, "serve"); err != nil {
		t.Fatal(err)
	}
	if got := c.Serve.Limits.limits(); got != wire.DefaultLimits() {
		t.Errorf("limits %+v, want %+v", got, wire.DefaultLimits())
	}
	t.Setenv("CALLOUT_MAX_JOBS", "7")
	t.Setenv("CALLOUT_MAX_TIME_BUDGET", "9s")
	if err := parse(&c, "serve", "--max-searchers", "3"); err != nil {
		t.Fatal(err)
	}
	if got := c.Serve.Limits.limits(); got.Jobs != 7 || got.TimeBudget != 9*time.Second || got.Workers != 3 {
		t.Errorf("limits %+v", got)
	}
}

func parse(c *cli, args ...string) error {
	*c = cli{}
	parser, err := kong.New(c)
	if err != nil {
		return err
	}
	_, err = parser.Parse(args)
	return err
}

// serving runs the command until the test ends, and returns its addresses.
func serving(t *testing.T, cmd *ServeCmd, log *buffer) (address, profiles string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	cmd.Listen, cmd.Drain = "127.0.0.1:0", 10*time.Second
	go func() { ended <- cmd.serve(ctx, slog.New(slog.NewTextHandler(log, nil))) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	found := logged(t, log, `msg=serving .*grpc=(\S+) .*pprof=(\S+)`)
	return found[1], found[2]
}

// logged waits for a line.
func logged(t *testing.T, log *buffer, pattern string) []string {
	t.Helper()
	find := regexp.MustCompile(pattern)
	for begin := time.Now(); time.Since(begin) < 10*time.Second; time.Sleep(time.Millisecond) {
		if found := find.FindStringSubmatch(log.String()); found != nil {
			return found
		}
	}
	t.Fatalf("nothing like %s in the log:\n%s", pattern, log.String())
	return nil
}

// Tokens are asked for, read again on SIGHUP, and stay where the file is bad. Compressed requests are understood.
func TestServeTokens(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tokens")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const first, second = "first-0123456789abcdef", "second-0123456789abcdef"
	write("# tokens\n" + first + " acme\n")
	var log buffer
	address, profiles := serving(t, &ServeCmd{Pprof: "127.0.0.1:0", Secure: secureFlags{Tokens: file}}, &log)
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	client := calloutv1.NewPlanningServiceClient(conn)
	try := func(token string, want codes.Code) {
		t.Helper()
		for _, compressor := range []string{encoding.Identity, "gzip", "zstd"} {
			ctx := metadata.AppendToOutgoingContext(t.Context(), "authorization", "Bearer "+token)
			_, err := client.Validate(ctx, new(calloutv1.ValidateRequest), grpc.UseCompressor(compressor))
			if status.Code(err) != want {
				t.Errorf("with %s, %s: %v, want %v", token, compressor, err, want)
			}
		}
	}
	try(first, codes.OK)
	try(second, codes.Unauthenticated)

	write(second + "\n")
	hangUp(t)
	logged(t, &log, "tokens read")
	try(first, codes.Unauthenticated)
	try(second, codes.OK)

	write("short\n")
	hangUp(t)
	logged(t, &log, "the tokens stay as they were")
	try(second, codes.OK)
	if text := log.String(); strings.Contains(text, "0123456789abcdef") || !strings.Contains(text, "plain text") {
		t.Errorf("log:\n%s", text)
	}

	res, err := http.Get("http://" + profiles + "/debug/pprof/goroutine?debug=1")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(body), "goroutine profile") {
		t.Errorf("profile: %v\n%s", err, body)
	}
}

func hangUp(t *testing.T) {
	t.Helper()
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
}

// Profiles are for this machine only.
func TestProfilesOnLoopback(t *testing.T) {
	for address, ok := range map[string]bool{
		"": true, "127.0.0.1:0": true, "localhost:6060": true, "[::1]:6060": true,
		":6060": false, "0.0.0.0:6060": false, "10.0.0.1:6060": false, "example.org:6060": false,
	} {
		if err := loopbackOnly(address); (err == nil) != ok || !ok && !errors.Is(err, errNotLoopback) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// The example can be planned with nothing but HTTP.
func TestServeHTTP(t *testing.T) {
	var log buffer
	serving(t, &ServeCmd{HTTP: "127.0.0.1:0", Pprof: "127.0.0.1:0"}, &log)
	address := logged(t, &log, `msg=serving .*http=(\S+)`)[1]
	example, err := os.Open("../../examples/first.json")
	if err != nil {
		t.Fatal(err)
	}
	defer example.Close()
	res, err := http.Post("http://"+address+"/callout.v1.PlanningService/Solve", "application/json", example)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	defer http.DefaultClient.CloseIdleConnections()
	if answer, err := io.ReadAll(res.Body); err != nil || !strings.Contains(string(answer), "SOLVE_KIND_FINAL") {
		t.Errorf("%s, %v: %.300s", res.Status, err, answer)
	}
}

// collector is where traces go.
type collector struct {
	tracev1.UnimplementedTraceServiceServer

	spans chan string
}

func (c *collector) Export(_ context.Context, req *tracev1.ExportTraceServiceRequest) (*tracev1.ExportTraceServiceResponse, error) {
	for _, r := range req.GetResourceSpans() {
		for _, s := range r.GetScopeSpans() {
			for _, span := range s.GetSpans() {
				c.spans <- span.GetName()
			}
		}
	}
	return new(tracev1.ExportTraceServiceResponse), nil
}

// A call makes a span, which goes to the collector at the latest when the server ends; one that is not there does no harm.
func TestServeTraces(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &collector{spans: make(chan string, 100)}
	g := grpc.NewServer()
	tracev1.RegisterTraceServiceServer(g, c)
	go g.Serve(l) //nolint:errcheck // ends with the test
	defer g.Stop()
	t.Run("serve", func(t *testing.T) {
		var log buffer
		address, _ := serving(t, &ServeCmd{OTLP: "http://" + l.Addr().String(), Pprof: "127.0.0.1:0"}, &log)
		if code, out, errs := callout(t, "", "solve", "testdata/day.json", "--server", address); code != 0 {
			t.Errorf("code %d, output:\n%s%s", code, out, errs)
		}
	})
	select {
	case name := <-c.spans:
		if name != "callout.v1.PlanningService/Solve" {
			t.Errorf("a span named %s", name)
		}
	default:
		t.Error("no span came")
	}
	t.Run("no collector", func(t *testing.T) {
		var log buffer
		serving(t, &ServeCmd{OTLP: "http://127.0.0.1:1", Pprof: "127.0.0.1:0"}, &log)
	})
}
