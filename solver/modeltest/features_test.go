package modeltest

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// Every feature changes the plain problem, keeps what model promises, and is the same for the same seed.
func TestFeatures(t *testing.T) {
	plain := Plain(40, 6, 1)
	scale(plain, 1000)
	for _, name := range Features() {
		p := With(40, 6, 1, name)
		if gocmp.Equal(plain, p) {
			t.Errorf("%s changes nothing", name)
		}
		if d := gocmp.Diff(p, With(40, 6, 1, name)); d != "" {
			t.Errorf("%s differs with one seed: %s", name, d)
		}
		wellFormed(t, p)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	if d := gocmp.Diff(plain, With(40, 6, 1)); d != "" {
		t.Errorf("no feature changes something: %s", d)
	}
	wellFormed(t, With(40, 6, 1, Features()...))
}

func TestUnknownFeature(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a feature that there is not is accepted")
		}
	}()
	With(4, 1, 1, "teleport")
}
