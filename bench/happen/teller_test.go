package happen

import (
	"testing"

	calloutv1 "callout/api/callout/v1"
)

// Where everybody is sick, events go on.
func TestNobodyIsWell(t *testing.T) {
	p := &calloutv1.Problem{Technicians: []*calloutv1.Technician{{Id: "ann"}, {Id: "bob"}}}
	teller := NewTeller(p, 1, "e")
	for range 20 {
		for _, kind := range []string{"technician sick", "technician late"} {
			if e := teller.Event(kind, nil); e == nil {
				t.Errorf("no %s", kind)
			}
		}
	}
}
