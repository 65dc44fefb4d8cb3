package server

import (
	"context"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
)

// A connection from within the process takes the same way as any other, but for TLS, of which there is no need.

const insideBuffer = 256 << 10

// insider is a connection from within.
type insider struct{ net.Conn }

// insiders listens for them.
type insiders struct{ *bufconn.Listener }

func newInsiders() insiders { return insiders{bufconn.Listen(insideBuffer)} }

// Accept returns the next connection.
func (l insiders) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return insider{conn}, nil
}

func (l insiders) dial(opts ...grpc.DialOption) (*grpc.ClientConn, error) {
	return grpc.NewClient("passthrough:///inside", append(opts,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }))...)
}

// outside are credentials that those from within do not need.
type outside struct {
	credentials.TransportCredentials
}

// ServerHandshake lets insiders pass.
func (c outside) ServerHandshake(conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	if _, ok := conn.(insider); ok {
		return insecure.NewCredentials().ServerHandshake(conn)
	}
	return c.TransportCredentials.ServerHandshake(conn)
}

// Clone returns a copy.
func (c outside) Clone() credentials.TransportCredentials {
	return outside{c.TransportCredentials.Clone()}
}
