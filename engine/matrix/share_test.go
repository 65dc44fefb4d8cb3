package matrix

import "testing"

// BenchmarkShare is what finding an inline matrix of 500 locations costs: a digest of its 2 MB.
func BenchmarkShare(b *testing.B) {
	s := newTestCache(b, 64<<20).Space("a")
	m := roadMatrix(b, 500)
	for b.Loop() {
		s.Share(m)
	}
}

// BenchmarkHit is what finding the straight lines of 500 locations costs.
func BenchmarkHit(b *testing.B) {
	s := newTestCache(b, 64<<20).Space("a")
	p := lines(500, 0)
	for b.Loop() {
		p.Profiles[0].Matrix = nil
		if err := s.Resolve(b.Context(), p); err != nil {
			b.Fatal(err)
		}
	}
}
