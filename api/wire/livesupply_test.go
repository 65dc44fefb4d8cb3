package wire

import (
	"testing"

	calloutv1 "callout/api/callout/v1"
)

// A state in which shipments are taken from each other is refused: nobody could say when they come.
func TestShipmentsHaveASource(t *testing.T) {
	list := []*calloutv1.ShipmentState{
		{Id: "c", FromInboundId: "b"}, {Id: "b", FromInboundId: "a"}, {Id: "a", FromInboundId: "given"}, {FromInboundId: "a"},
	}
	r := newReader(DefaultLimits(), "state")
	if unrooted(r, list); !r.ok() {
		t.Errorf("%v", r.done())
	}
	list[2].FromInboundId = "c"
	unrooted(r, list)
	if f := r.done(); len(f) != 1 || f[0].Path != "state.shipments[0].from_inbound_id" || f[0].Code != Conflict {
		t.Errorf("%v", f)
	}
}
