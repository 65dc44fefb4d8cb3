package server

import (
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
)

// Defaults of a Transport.
const (
	DefaultMessageSize = 64 << 20 // bytes
	DefaultHeaderSize  = 16 << 10 // bytes
	DefaultCalls       = 256
	DefaultStreams     = 100
	DefaultConnections = 1000
	DefaultReceiving   = 8
	DefaultRequests    = 1 << 30 // bytes
	DefaultHandshake   = 10 * time.Second
	DefaultIdle        = 15 * time.Minute
	DefaultAge         = time.Hour
	DefaultGrace       = 2 * time.Hour
	DefaultPing        = 20 * time.Second
	DefaultSlow        = 5 * time.Second
	DefaultStall       = time.Minute
)

// Transport says how a Server talks, and how much it listens to. The zero value talks plain text to anybody within the defaults.
// What is less than 1 has its default.
type Transport struct {
	MessageSize int // bytes of a request, decompressed, and of a message of an answer
	HeaderSize  int // bytes of a call's headers
	Calls       int // under way at once, over all connections, health checks aside
	Streams     int // calls under way at once on one connection
	Connections int // at once; those beyond are closed
	Receiving   int // messages that are read at a time; others wait
	// RequestBytes is the memory that requests under way may take, encoded and decoded together; more are refused.
	RequestBytes int64

	Handshake time.Duration // within which a connection has to be set up
	Idle      time.Duration // after which a connection without a call is asked to close
	Age       time.Duration // after which a connection is asked to close, once its calls are answered, so that load spreads anew
	Grace     time.Duration // after that, when it is closed whatever is under way; longer than any call should take
	Ping      time.Duration // of silence, after which a client is asked whether it is still there
	Slow      time.Duration // for a client to send a message, where others wait to send theirs
	Stall     time.Duration // for a client to send its request, and to take a message of the answer

	Credentials credentials.TransportCredentials // nil: plain text
	Tokens      *Tokens                          // nil: nobody is asked for one
	// More options of gRPC, such as a stats handler.
	More []grpc.ServerOption
}

func (t Transport) withDefaults() Transport {
	for _, x := range []struct {
		value *int
		plain int
	}{
		{&t.MessageSize, DefaultMessageSize},
		{&t.HeaderSize, DefaultHeaderSize},
		{&t.Calls, DefaultCalls},
		{&t.Streams, DefaultStreams},
		{&t.Connections, DefaultConnections},
		{&t.Receiving, DefaultReceiving},
	} {
		if *x.value < 1 {
			*x.value = x.plain
		}
	}
	for _, x := range []struct {
		value *time.Duration
		plain time.Duration
	}{
		{&t.Handshake, DefaultHandshake},
		{&t.Idle, DefaultIdle},
		{&t.Age, DefaultAge},
		{&t.Grace, DefaultGrace},
		{&t.Ping, DefaultPing},
		{&t.Slow, DefaultSlow},
		{&t.Stall, DefaultStall},
	} {
		if *x.value < 1 {
			*x.value = x.plain
		}
	}
	if t.RequestBytes < 1 {
		t.RequestBytes = DefaultRequests
	}
	return t
}

// connWindow is how much of all calls of a connection may be on its way to us. gRPC takes it in whether or not handlers ask.
const connWindow = 1 << 20

// pingPatience is how long a client may take to say that it is still there.
const pingPatience = 10 * time.Second

// options for a gRPC server.
func (t Transport) options(d *door) []grpc.ServerOption {
	opts := []grpc.ServerOption{
		grpc.StaticStreamWindowSize(window), grpc.StaticConnWindowSize(connWindow),
		grpc.MaxRecvMsgSize(t.MessageSize), grpc.MaxSendMsgSize(t.MessageSize),
		grpc.MaxHeaderListSize(uint32(t.HeaderSize)),
		grpc.MaxConcurrentStreams(uint32(t.Streams)),
		grpc.ConnectionTimeout(t.Handshake),
		grpc.InTapHandle(d.enter),
		// A client that is gone without a word is found out while nothing is sent, so that its search ends.
		grpc.KeepaliveParams(keepalive.ServerParameters{
			Time: t.Ping, Timeout: pingPatience, MaxConnectionIdle: t.Idle, MaxConnectionAge: t.Age, MaxConnectionAgeGrace: t.Grace,
		}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 10 * time.Second, PermitWithoutStream: true}),
	}
	if t.Credentials != nil {
		opts = append(opts, grpc.Creds(outside{t.Credentials}))
	}
	return append(opts, t.More...)
}
