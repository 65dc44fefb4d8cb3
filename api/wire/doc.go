// Package wire turns requests into the solver's model and plans into answers. It is pure: what it returns depends on its
// arguments alone, and it knows no engine.
//
// A request is judged as a whole. What is wrong with it comes back as Faults, all at once, each with the path of the field, a
// stable code and a sentence; a result that comes with faults is not to be used. What a message may hold anywhere (unknown
// fields and enum values, fields not supported yet, numbers that are none, lists and strings too long) is checked by one walk
// over its descriptors, see structure.go; the rest where it is converted.
//
// Memory is bounded by a small multiple of the decoded request: every count is checked before anything is allocated for it.
//
// # Rounding
//
// Times become whole seconds since the Context's Epoch, itself a whole second: instants that begin something are rounded up,
// those that end something down; durations up, caps down. The times of a given plan are rounded down. Prices become whole
// millionths, rates whole millionths per second or per metre, rounded to nearest after they are multiplied by the weight of
// their term.
package wire
