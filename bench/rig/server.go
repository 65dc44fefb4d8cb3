package rig

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	calloutv1 "callout/api/callout/v1"
)

// Server is a server process at work.
type Server struct {
	Address string // of the gRPC service
	Metrics string // URL of its metrics; empty where it serves none
	HTTP    string // URL of the API over HTTP; likewise

	cmd     *exec.Cmd
	drained chan struct{} // closed when its log has ended

	mu   sync.Mutex
	tail []string // the last lines of the log
}

var errSilent = errors.New("the server did not say that it serves")

var serving = regexp.MustCompile(`msg=serving .*grpc=(\S+) metrics=(\S*) .*http=(\S*)`)

// silence is how long a server may take to serve.
const silence = 10 * time.Second

// tailLines of a log are kept.
const tailLines = 200

// Launch starts a server, on free loopback ports unless the arguments of its command say otherwise. It is killed when ctx ends.
func Launch(ctx context.Context, program string, args ...string) (*Server, error) {
	args = append([]string{"--log-format=text", "serve", "--listen=127.0.0.1:0", "--metrics=127.0.0.1:0"}, args...)
	s := &Server{cmd: exec.CommandContext(ctx, program, args...), drained: make(chan struct{})} //nolint:gosec // the caller's program
	log, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	found := make(chan []string, 1)
	go func() {
		defer close(s.drained)
		lines := bufio.NewScanner(log)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if m := serving.FindStringSubmatch(lines.Text()); m != nil {
				found <- m
			}
			s.keep(lines.Text())
		}
	}()
	select {
	case m := <-found:
		s.Address = m[1]
		if m[2] != `""` {
			s.Metrics = "http://" + m[2] + "/metrics"
		}
		if m[3] != `""` {
			s.HTTP = "http://" + m[3]
		}
		return s, nil
	case <-s.drained:
	case <-time.After(silence):
	}
	_ = s.Stop() // it has failed already
	return nil, errSilent
}

// With starts a server for as long as do takes, and gives it a client.
func With(
	ctx context.Context, program string, do func(*Server, calloutv1.PlanningServiceClient) error, args ...string,
) error {
	s, err := Launch(ctx, program, args...)
	if err != nil {
		return err
	}
	defer s.Stop() //nolint:errcheck // what was measured stands
	conn, err := s.Dial()
	if err != nil {
		return err
	}
	defer conn.Close()
	return do(s, calloutv1.NewPlanningServiceClient(conn))
}

func (s *Server) keep(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.tail) == tailLines {
		s.tail = s.tail[1:]
	}
	s.tail = append(s.tail, line)
}

// Logged returns the groups of the last line of the log that matches, of the last 200; nil if none does.
func (s *Server) Logged(pattern *regexp.Regexp) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, line := range slices.Backward(s.tail) {
		if m := pattern.FindStringSubmatch(line); m != nil {
			return m
		}
	}
	return nil
}

// Dial connects to it.
func (s *Server) Dial(opts ...grpc.DialOption) (*grpc.ClientConn, error) {
	opts = append([]grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64 << 20)),
	}, opts...)
	return grpc.NewClient(s.Address, opts...)
}

var errPeak = errors.New("the system does not say how much memory the server has had")

// Peak is the most memory that the server has had resident so far, in bytes. Linux knows.
func (s *Server) Peak() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		var kib int64
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kib); n == 1 {
			return kib << 10, nil
		}
	}
	return 0, errPeak
}

// Stop tells the server to end and waits until it has.
func (s *Server) Stop() error {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	<-s.drained
	return s.cmd.Wait()
}

// Kill ends the server without a word.
func (s *Server) Kill() {
	_ = s.cmd.Process.Kill() // likewise
	<-s.drained
	_ = s.cmd.Wait()
}
