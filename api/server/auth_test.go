package server_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
)

const (
	acmeToken = "acme-token-0123456789"
	anyToken  = "any-token-0123456789"
)

func tokenFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Who has no token stays outside; whose token is bound to a tenant speaks for that one only.
func TestTokens(t *testing.T) {
	tokens, err := server.ReadTokens(tokenFile(t, "# ours\n\n"+acmeToken+" acme\n"+anyToken+"\n"))
	if err != nil || tokens.Len() != 2 {
		t.Fatalf("%d tokens, %v", tokens.Len(), err)
	}
	r := startWith(t, server.Options{}, server.Transport{Tokens: tokens})
	tests := map[string]struct {
		headers []string
		tenant  string
		want    codes.Code
	}{
		"none":            {nil, "", codes.Unauthenticated},
		"wrong":           {[]string{"Bearer " + acmeToken + "x"}, "", codes.Unauthenticated},
		"empty":           {[]string{"Bearer "}, "", codes.Unauthenticated},
		"another scheme":  {[]string{"Basic " + acmeToken}, "", codes.Unauthenticated},
		"two":             {[]string{"Bearer " + acmeToken, "Bearer " + acmeToken}, "", codes.Unauthenticated},
		"very long":       {[]string{"Bearer " + strings.Repeat("x", 8000)}, "", codes.Unauthenticated},
		"bound":           {[]string{"Bearer " + acmeToken}, "", codes.OK},
		"bound, its own":  {[]string{"bearer " + acmeToken}, "acme", codes.OK},
		"bound, others":   {[]string{"Bearer " + acmeToken}, "umbrella", codes.PermissionDenied},
		"free":            {[]string{"Bearer " + anyToken}, "umbrella", codes.OK},
		"free, no tenant": {[]string{"Bearer " + anyToken}, "", codes.OK},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			for _, h := range tt.headers {
				ctx = metadata.AppendToOutgoingContext(ctx, "authorization", h) //nolint:fatcontext // one or two
			}
			_, err := r.client.Validate(ctx, &calloutv1.ValidateRequest{Tenant: tt.tenant})
			if status.Code(err) != tt.want {
				t.Errorf("%v, want %v", err, tt.want)
			}
			_, err = r.client.PutProblem(ctx, &calloutv1.PutProblemRequest{Tenant: tt.tenant, Problem: day(3, 1)})
			if status.Code(err) != tt.want {
				t.Errorf("PutProblem: %v, want %v", err, tt.want)
			}
			put, err := r.travel().PutMatrix(ctx)
			if err == nil {
				_ = put.Send(&calloutv1.PutMatrixRequest{Part: &calloutv1.PutMatrixRequest_Header{
					Header: &calloutv1.MatrixHeader{Tenant: tt.tenant, LocationIds: []string{"a"}},
				}})
				_ = put.Send(&calloutv1.PutMatrixRequest{Part: &calloutv1.PutMatrixRequest_Rows{
					Rows: &calloutv1.MatrixRows{Durations: []int32{0}},
				}})
				_, err = put.CloseAndRecv()
			}
			if status.Code(err) != tt.want {
				t.Errorf("PutMatrix: %v, want %v", err, tt.want)
			}
			stream, err := r.client.Solve(ctx, &calloutv1.SolveRequest{
				Tenant: tt.tenant, Problem: day(3, 1), Settings: &calloutv1.SolveSettings{MaxIterations: 1},
			})
			if err == nil {
				_, err = drain(stream)
			}
			if status.Code(err) != tt.want {
				t.Errorf("Solve: %v, want %v", err, tt.want)
			}
		})
	}
	// Health is for whoever looks after the process.
	if _, err := healthv1.NewHealthClient(r.conn).Check(t.Context(), &healthv1.HealthCheckRequest{}); err != nil {
		t.Errorf("health: %v", err)
	}
}

func TestTokenFiles(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "no token",
		"# nothing\n":                        "no token",
		"short\n":                            "line 1",
		anyToken + "\n" + anyToken:           "line 2: the token is there already",
		anyToken + "\tacme":                  "line 1: a space",
		strings.Repeat("x", 5000):            "line 1",
		anyToken + strings.Repeat(" x", 200): "line 1: a tenant",
	} {
		if _, err := server.ReadTokens(tokenFile(t, text)); err == nil || !strings.Contains(err.Error(), want) ||
			strings.Contains(err.Error(), anyToken) {
			t.Errorf("%.20q: %v, want %s", text, err, want)
		}
	}
	if _, err := server.ReadTokens(filepath.Join(t.TempDir(), "gone")); err == nil {
		t.Error("a file that is not there can be read")
	}
}

// A file that changes is noticed, and a bad one changes nothing.
func TestTokensReload(t *testing.T) {
	path := tokenFile(t, acmeToken+"\n")
	tokens, err := server.ReadTokens(path)
	if err != nil || tokens.Changed() {
		t.Fatalf("changed %v, %v", tokens.Changed(), err)
	}
	if err := os.WriteFile(path, []byte("bad"), 0o600); err != nil {
		t.Fatal(err)
	}
	if !tokens.Changed() || tokens.Reload() == nil || tokens.Len() != 1 {
		t.Errorf("changed %v, %d tokens", tokens.Changed(), tokens.Len())
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if !tokens.Changed() || tokens.Reload() == nil || tokens.Len() != 1 {
		t.Errorf("changed %v, %d tokens", tokens.Changed(), tokens.Len())
	}
}

// Calls beyond a number are refused when they come, and the places of those that end are given again.
func TestCallsAreBounded(t *testing.T) {
	r := startWith(t, server.Options{Workers: 1, Queue: 10}, server.Transport{Calls: 2})
	end := r.occupy(t, "", 1)
	ctx, cancel := context.WithCancel(t.Context())
	waiting := make(chan error, 1)
	go func() {
		_, err := r.brief(ctx, "", &calloutv1.SolveSettings{MaxIterations: 1})
		waiting <- err
	}()
	until(t, 10*time.Second, "one request waits", func() bool { return r.metric(t, "callout_waiting_requests") == 1 })
	_, err := r.client.Validate(t.Context(), new(calloutv1.ValidateRequest))
	if st := status.Convert(err); st.Code() != codes.ResourceExhausted || len(st.Details()) != 1 {
		t.Errorf("a third call: %v with %d details", err, len(st.Details()))
	}
	if _, err := healthv1.NewHealthClient(r.conn).Check(t.Context(), &healthv1.HealthCheckRequest{}); err != nil {
		t.Errorf("health: %v", err)
	}
	cancel()
	end()
	if err := <-waiting; status.Code(err) != codes.Canceled {
		t.Error(err)
	}
	until(t, 10*time.Second, "calls are let in again", func() bool {
		_, err := r.client.Validate(t.Context(), new(calloutv1.ValidateRequest))
		return err == nil
	})
}
