package server_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
)

func (r *running) travel() calloutv1.TravelServiceClient {
	return calloutv1.NewTravelServiceClient(r.conn)
}

// putMatrix sends a matrix in parts of some entries.
func (r *running) putMatrix(tb testing.TB, h *calloutv1.MatrixHeader, durations []int32, part int) (*calloutv1.PutMatrixResponse, error) {
	tb.Helper()
	stream, err := r.travel().PutMatrix(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	send := func(p *calloutv1.PutMatrixRequest) bool { return stream.Send(p) == nil } // what went wrong comes with the answer
	ok := send(&calloutv1.PutMatrixRequest{Part: &calloutv1.PutMatrixRequest_Header{Header: h}})
	for ; ok && len(durations) > 0; durations = durations[min(part, len(durations)):] {
		ok = send(&calloutv1.PutMatrixRequest{Part: &calloutv1.PutMatrixRequest_Rows{
			Rows: &calloutv1.MatrixRows{Durations: durations[:min(part, len(durations))]},
		}})
	}
	return stream.CloseAndRecv()
}

// grid is a matrix of the problem's locations.
func grid(p *calloutv1.Problem) (ids []string, durations []int32) {
	n := len(p.GetLocations())
	for i, l := range p.GetLocations() {
		ids = append(ids, l.GetId())
		for j := range n {
			durations = append(durations, int32(60*max(i-j, j-i)))
		}
	}
	return ids, durations
}

// A matrix that does not come to its end takes no room for long, and no goroutine.
func TestPutMatrixEnds(t *testing.T) {
	r := start(t, server.Options{PutTime: 300 * time.Millisecond})
	ids, durations := grid(day(20, 2))
	open := func(ctx context.Context) calloutv1.TravelService_PutMatrixClient {
		stream, err := r.travel().PutMatrix(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := stream.Send(&calloutv1.PutMatrixRequest{Part: &calloutv1.PutMatrixRequest_Header{
			Header: &calloutv1.MatrixHeader{LocationIds: ids},
		}}); err != nil {
			t.Fatal(err)
		}
		return stream
	}
	slow := open(t.Context())
	until(t, 5*time.Second, "room is set aside", func() bool { return r.metric(t, "callout_lease_bytes") > 0 })
	if err := slow.RecvMsg(new(calloutv1.PutMatrixResponse)); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("half open: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	gone := open(ctx)
	cancel()
	if err := gone.RecvMsg(new(calloutv1.PutMatrixResponse)); status.Code(err) != codes.Canceled {
		t.Errorf("cancelled: %v", err)
	}
	for name, send := range map[string]func() error{
		"too few": func() error {
			_, err := r.putMatrix(t, &calloutv1.MatrixHeader{LocationIds: ids}, durations[1:len(durations)-1], 50)
			return err
		},
		"too many": func() error {
			_, err := r.putMatrix(t, &calloutv1.MatrixHeader{LocationIds: ids}, append(slices.Clip(durations), 1), 50)
			return err
		},
		"nothing": func() error {
			stream, err := r.travel().PutMatrix(t.Context())
			if err != nil {
				return err
			}
			_, err = stream.CloseAndRecv()
			return err
		},
	} {
		if err := send(); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
	until(t, 5*time.Second, "room is given back", func() bool { return r.metric(t, "callout_lease_bytes") == 0 })
}
