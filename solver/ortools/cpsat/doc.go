// Package cpsat binds CP-SAT, the constraint solver of OR-Tools: whole-number models with booleans, linear constraints, intervals
// that must not overlap, and circuits.
//
// A Model is built with methods in the words of the field and is checked as it grows: what a model cannot mean (a variable of
// another model, an empty domain, sums beyond 2^60) is remembered, and Solve returns it as an error. Nothing of the kind reaches the
// C++ code, where a failed check would end the process.
//
//	m := cpsat.NewModel()
//	open, far := m.Bool(), m.Bool()
//	late := m.Int(0, 3600)
//	m.AtLeast(cpsat.Sum(late).PlusLit(600, open), 900)
//	m.Implies(far, open.Not())
//	m.Minimize(cpsat.Sum(late).PlusLit(100, open))
//	result, err := m.Solve(ctx, cpsat.Options{TimeLimit: time.Second})
//
// # How it talks to the solver
//
// The C interface takes serialised protobuf messages. They are written by hand with protowire, in one file (encode.go), which names the
// forty field numbers in use. Generated code was the other way: the wheel has no .proto files, so a subset of them would have to be
// rewritten here and kept apart from the service's own API in generation, linting, and the comparison with the last release, all for
// messages that one file writes and one function reads. By hand a constraint is encoded once, when it is added, and a model is little
// more than its bytes. A wrong number would be skipped by the solver as an unknown field; so the tests have, for every field of
// a model, one whose answer depends on it, and enumerate random ones.
//
// CP-SAT has no callbacks in C: the best solution comes at the end. Whoever wants to stream gives it slices of time, each with the last
// solution as its hint.
package cpsat
