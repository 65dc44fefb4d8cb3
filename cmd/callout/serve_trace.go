package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"
	"google.golang.org/grpc"
)

// traces send a span per call to a collector. A nil one sends nothing, and costs nothing.
//
// They go out by OTLP over gRPC: gRPC is here anyway, so that the exporter adds little but its messages. Spans are made by
// otelgrpc, with the method, the code and the sizes of messages; nothing of what the messages say. Sampling, headers and
// certificates are set by the usual OTEL_… variables.
type traces struct {
	provider *sdktrace.TracerProvider
}

func startTraces(ctx context.Context, url string, log *slog.Logger) (*traces, error) {
	if url == "" {
		return nil, nil
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		log.LogAttrs(ctx, slog.LevelWarn, "traces", slog.String("error", err.Error()))
	}))
	exporter, err := otlptracegrpc.New(ctx, otlptracegrpc.WithEndpointURL(url))
	if err != nil {
		return nil, fmt.Errorf("traces: %w", err)
	}
	about := resource.NewSchemaless(semconv.ServiceName("callout"), semconv.ServiceVersion(engineVersion()))
	return &traces{sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about))}, nil
}

// options for the server whose calls are traced.
func (t *traces) options() []grpc.ServerOption {
	if t == nil {
		return nil
	}
	return []grpc.ServerOption{grpc.StatsHandler(otelgrpc.NewServerHandler(
		otelgrpc.WithTracerProvider(t.provider), otelgrpc.WithPropagators(propagation.TraceContext{}),
	))}
}

// tracesLast is how long the last spans may take to go out.
const tracesLast = 2 * time.Second

// stop sends what is left. A collector that does not answer is not a reason to fail.
func (t *traces) stop(log *slog.Logger) {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), tracesLast)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		log.LogAttrs(ctx, slog.LevelWarn, "the last traces were lost", slog.String("error", err.Error()))
	}
}
