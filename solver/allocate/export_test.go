package allocate

import "callout/solver/stock"

// Alone leaves the integer programme for small networks out, so that search and bound are seen for themselves.
func (o Options) Alone() Options {
	o.alone = true
	return o
}

// Values are what the proof's problems cost at the prices after some iterations, without patterns and with.
func Values(n *stock.Network, iterations int) (plain, patterns stock.Cost) {
	s := new(solver)
	s.c = compile(n, &s.stop)
	s.prepare()
	for s.dual.iterations < iterations {
		s.prove(s.search.cost)
	}
	s.dual.sharp = nil
	s.dual.evaluate()
	plain = s.dual.value
	s.dual.sharp = &sharpener{u: s.dual}
	s.dual.evaluate()
	return plain, s.dual.value
}
