package server

import (
	"net"
	"sync"
	"sync/atomic"
)

// narrow is a listener that closes connections beyond a number at once, instead of letting them wait unheard: their clients see
// UNAVAILABLE and can go elsewhere.
type narrow struct {
	net.Listener

	most    int64
	open    atomic.Int64
	metrics *metrics
}

// Accept returns the next connection that there is room for.
func (n *narrow) Accept() (net.Conn, error) {
	for {
		conn, err := n.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if n.open.Add(1) <= n.most {
			return &visitor{Conn: conn, open: &n.open}, nil
		}
		n.open.Add(-1)
		n.metrics.refused(refusedConnections)
		_ = conn.Close() // it was never ours
	}
}

// visitor is a connection that counts.
type visitor struct {
	net.Conn

	open *atomic.Int64
	once sync.Once
}

// Close gives the place back.
func (c *visitor) Close() error {
	c.once.Do(func() { c.open.Add(-1) })
	return c.Conn.Close()
}
