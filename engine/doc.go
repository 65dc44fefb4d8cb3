// Package engine does what the service offers, one file per capability: Solve searches for plans, Explain says why jobs are left
// out, Evaluate judges a person's plan. Around them stand the admission to processors (Slots) and the way of incumbents out. It
// works on the solver's model and knows neither the wire format nor the transport.
//
// Every plan that leaves the package has been judged by solver/check, which shares no code with the search: one that breaks a
// rule, or costs something else than the search believes, is never handed out; an *InternalError is.
//
// Nothing is remembered between calls but matrices, where a cache is given, which changes no result. Nothing is planned by the
// clock: it bounds how long a search may take, no more.
package engine
