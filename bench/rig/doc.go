// Package rig is what measurements of a running server share: a server process on loopback, a client that times an answer, a judge of
// plans as they come over the wire, and the server's metrics.
package rig
