package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
)

var (
	webClient = &http.Client{Transport: new(http.Transport)}
	errShort  = errors.New("the answer has no last plan")
)

// web sends a search by HTTP; one of three goes away before the end.
func web(ctx context.Context, c *client) {
	r := c.any()
	body, err := protojson.Marshal(r)
	if err != nil {
		c.book.note("Solve by HTTP", err, false)
		return
	}
	goes := c.IntN(3) == 0
	if goes {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(c.IntN(400))*time.Millisecond)
		defer cancel()
	}
	err = post(ctx, c.server.HTTP+"/callout.v1.PlanningService/Solve", body)
	if goes && errors.Is(err, context.DeadlineExceeded) {
		err = status.Error(codes.Canceled, "gone")
	}
	c.book.note("Solve by HTTP", err, goes)
	c.rest(err)
}

func post(ctx context.Context, url string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	res, err := webClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return err
	case res.StatusCode == http.StatusTooManyRequests:
		return status.Error(codes.ResourceExhausted, res.Status)
	case res.StatusCode != http.StatusOK:
		return fmt.Errorf("%s: %.200s", res.Status, answer)
	case !bytes.Contains(answer, []byte("SOLVE_KIND_FINAL")):
		return errShort
	}
	return nil
}
