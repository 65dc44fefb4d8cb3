package main

import (
	"time"

	"callout/api/server"
	"callout/api/wire"
	"callout/engine/lease"
	"callout/engine/matrix"
	"callout/engine/road"
)

// admitFlags say who may work and who may wait.
type admitFlags struct {
	Workers     int           `env:"WORKERS" help:"Searchers at work at once, over all requests. Default: one per processor."`
	Queue       int           `default:"64" env:"QUEUE" help:"Solve requests that may wait for searchers; more are refused."`
	Express     int           `default:"1" env:"EXPRESS" help:"Searchers besides, that only small requests use."`
	SmallWork   time.Duration `default:"5s" env:"SMALL_WORK" help:"A request is small up to this time budget times searchers..."`
	SmallJobs   int           `default:"500" env:"SMALL_JOBS" help:"... and up to so many jobs."`
	TenantWork  int           `name:"tenant-workers" env:"TENANT_WORKERS" help:"Searchers of one tenant at once. Default: all."`
	TenantQueue int           `default:"32" env:"TENANT_QUEUE" help:"Solve requests of one tenant that may wait."`
	Checks      int           `env:"CHECKS" help:"Evaluate and Validate requests at work at once. Default: one per processor."`
	CheckQueue  int           `default:"64" env:"CHECK_QUEUE" help:"Evaluate and Validate requests that may wait."`
	FirstPlans  int           `default:"1" env:"FIRST_PLANS" help:"First plans made at once for Solve requests that wait; 0: none."`
}

func (f *admitFlags) admission() server.Admission {
	return server.Admission{
		Express: f.Express, SmallWork: f.SmallWork, SmallJobs: f.SmallJobs, TenantWork: f.TenantWork, TenantQueue: f.TenantQueue,
		Checks: f.Checks, CheckQueue: f.CheckQueue, FirstPlans: f.FirstPlans,
	}
}

// limitFlags bound what a request may ask for. Less than 1 means the default.
type limitFlags struct {
	Jobs        int           `name:"max-jobs" default:"20000" env:"MAX_JOBS" help:"Jobs of a request."`
	Technicians int           `name:"max-technicians" default:"5000" env:"MAX_TECHNICIANS" help:"Technicians of a request."`
	Locations   int           `name:"max-locations" default:"20000" env:"MAX_LOCATIONS" help:"Locations of a request."`
	MatrixCells int           `name:"max-matrix-cells" default:"36000000" env:"MAX_MATRIX_CELLS" help:"Pairs of locations, over all profiles."`
	TimeBudget  time.Duration `name:"max-time-budget" default:"1h" env:"MAX_TIME_BUDGET" help:"Longest time budget."`
	Iterations  int64         `name:"max-iterations" default:"1000000000" env:"MAX_ITERATIONS" help:"Largest iteration budget."`
	Searchers   int           `name:"max-searchers" default:"64" env:"MAX_SEARCHERS" help:"Searchers; never more than --workers."`
}

func (f *limitFlags) limits() wire.Limits {
	l := wire.DefaultLimits()
	atLeastOne(&l.Jobs, f.Jobs)
	atLeastOne(&l.Technicians, f.Technicians)
	atLeastOne(&l.Locations, f.Locations)
	atLeastOne(&l.MatrixCells, f.MatrixCells)
	atLeastOne(&l.TimeBudget, f.TimeBudget)
	atLeastOne(&l.Iterations, f.Iterations)
	atLeastOne(&l.Workers, f.Searchers)
	return l
}

func atLeastOne[T ~int | ~int64](limit *T, flag T) {
	if flag > 0 {
		*limit = flag
	}
}

// travelFlags bound what outlives a request.
type travelFlags struct {
	Cache  int           `name:"cache-mib" default:"256" env:"CACHE_MIB" help:"Room for travel matrices between requests; 0: none."`
	Leases int           `name:"lease-mib" default:"256" env:"LEASE_MIB" help:"Room for what is held under handles; 0: none."`
	Tenant int           `name:"lease-tenant-mib" default:"128" env:"LEASE_TENANT_MIB" help:"The same of one tenant; 0: all."`
	Time   time.Duration `name:"lease-time" default:"1h" env:"LEASE_TIME" help:"How long a handle is held, unless it is renewed."`
	Roads  []string      `name:"network" env:"NETWORK" placeholder:"FILE.road" type:"path" help:"Road networks; the first is the default."`
	States int           `name:"traffic-mib" default:"512" env:"TRAFFIC_MIB" help:"Room for road networks in states of the traffic."`
	Put    time.Duration `name:"put-timeout" default:"2m" env:"PUT_TIMEOUT" help:"Time for all parts of a matrix to come."`
}

// cache is nil where nothing is to be kept.
func (f *travelFlags) cache() (*matrix.Cache, error) {
	if f.Cache < 1 {
		return nil, nil
	}
	return matrix.NewCache(int64(f.Cache) << 20)
}

// openNetworks opens road networks, and keeps them in states of the traffic within so many bytes. They stay open until the process ends: a call that is given up may look at one for a moment longer.
func openNetworks(names []string, bytes int64) (*matrix.Networks, error) {
	var list []*road.Network
	for _, name := range names {
		n, err := road.Open(name)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return matrix.NewNetworks(bytes, list...), nil
}

func (f *travelFlags) leases() lease.Options {
	return lease.Options{Bytes: max(1, int64(f.Leases)<<20), TenantBytes: int64(f.Tenant) << 20, Time: f.Time}
}

// wireFlags bound connections and calls.
type wireFlags struct {
	MaxMiB      int           `name:"max-message-mib" default:"64" env:"MAX_MESSAGE_MIB" help:"Largest message, unpacked."`
	HeaderKiB   int           `name:"max-header-kib" default:"16" env:"MAX_HEADER_KIB" help:"Largest headers of a call."`
	Calls       int           `name:"max-calls" default:"256" env:"MAX_CALLS" help:"Calls under way at once; more are refused."`
	Streams     int           `name:"max-streams" default:"100" env:"MAX_STREAMS" help:"Of them, those on one connection."`
	Connections int           `name:"max-connections" default:"1000" env:"MAX_CONNECTIONS" help:"Connections; more are closed."`
	Receiving   int           `name:"max-receiving" default:"8" env:"MAX_RECEIVING" help:"Messages read at a time; others wait."`
	RequestMiB  int           `name:"request-mib" default:"1024" env:"REQUEST_MIB" help:"Memory for requests under way; more are refused."`
	Handshake   time.Duration `name:"handshake-timeout" default:"10s" env:"HANDSHAKE_TIMEOUT" help:"Time to set a connection up."`
	Idle        time.Duration `name:"max-connection-idle" default:"15m" env:"MAX_CONNECTION_IDLE" help:"A connection without calls closes."`
	Age         time.Duration `name:"max-connection-age" default:"1h" env:"MAX_CONNECTION_AGE" help:"A connection takes no new calls."`
	Grace       time.Duration `name:"max-connection-grace" default:"2h" env:"MAX_CONNECTION_GRACE" help:"That long after its age it closes."`
	Stall       time.Duration `name:"stall-timeout" default:"1m" env:"STALL_TIMEOUT" help:"Time for a client to send or take a message."`
	Ping        time.Duration `name:"keepalive" default:"20s" env:"KEEPALIVE" help:"A client silent for this is pinged."`
}

func (f *wireFlags) transport(t server.Transport) server.Transport {
	t.MessageSize, t.HeaderSize = f.MaxMiB<<20, f.HeaderKiB<<10
	t.Receiving, t.RequestBytes = f.Receiving, int64(f.RequestMiB)<<20
	t.Calls, t.Streams, t.Connections = f.Calls, f.Streams, f.Connections
	t.Handshake, t.Idle, t.Age, t.Grace, t.Ping, t.Stall = f.Handshake, f.Idle, f.Age, f.Grace, f.Ping, f.Stall
	return t
}
