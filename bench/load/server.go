package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"syscall"
	"time"
)

// process is a server at work.
type process struct {
	address string
	cmd     *exec.Cmd
	drained chan struct{} // closed when its log has ended
}

var errSilent = errors.New("the server did not say that it serves")

var serving = regexp.MustCompile(`msg=serving .*grpc=(\S+)`)

// launch starts a server on a free loopback port.
func launch(ctx context.Context, program string) (*process, error) {
	cmd := exec.CommandContext(ctx, program, "--log-format=text", "serve", "--listen=127.0.0.1:0", "--metrics=")
	log, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	p := &process{cmd: cmd, drained: make(chan struct{})}
	found := make(chan string, 1)
	go func() {
		defer close(p.drained)
		lines := bufio.NewScanner(log)
		for lines.Scan() {
			if m := serving.FindStringSubmatch(lines.Text()); m != nil {
				found <- m[1]
			}
		}
	}()
	select {
	case p.address = <-found:
		return p, nil
	case <-p.drained:
	case <-time.After(10 * time.Second):
	}
	p.stop()
	return nil, errSilent
}

// stop ends the server and waits for it.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	<-p.drained
	_ = p.cmd.Wait()
}
