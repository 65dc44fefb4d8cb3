// Package day follows a day as it happens: it turns a problem, the plan that is followed and events into the problem as of now. It
// knows neither how plans are found nor how messages look.
//
// # What has happened
//
// Until an event says otherwise, what the plan says happens. A technician sets out when his route departs, and leaves for his next stop
// when he is done with the one before. Whoever has left goes there: stops that were left for before now are facts, with times that
// are those of the plan until something else is known. Events correct them; what follows from a correction (he is still at work, and has not
// left for the next stop) is taken back to the plan.
//
// # The problem as of now
//
// It is an ordinary model.Problem with the same shifts, nodes and technicians in the same places, so that the search, the schedule and the checker
// need no other rules:
//
//   - A shift that has begun starts where its technician is free, and when: at the end of the last fact, or now. He is on the clock, so
//     that the time until his next stop counts and breaks do not get lost: the shift has an open start, and its route begins with a stop that
//     lasts no time, its anchor, a job with just one start. Anchors are the first jobs, one per shift; those of other shifts are closed.
//   - What of the caps on work and driving is used up is taken off, as are the breaks behind; the fixed price is paid. Where the technician
//     cannot be home by the end of his shift, or within a cap, any more, the end or the cap is put off by just what it takes, and reported. A shift with
//     nothing ahead that has time for no more than the way home is over.
//   - Whoever went home, as the plan had nothing more for him and time has a price, is at home since then: his anchor is there, and a paid break until now
//     behind it, which is owed only if he goes out again.
//   - Jobs that are done, under way or cancelled are closed: their only window is over, and leaving them out costs nothing.
//   - Vans hold what they hold now, nodes what was not taken yet.
//   - Pins are required technicians and windows with one start. A pinned sequence, and the frozen horizon, keep the route up to a stop:
//     as if it had been left for.
//
// The order of jobs in both problems is: one anchor per shift, the jobs, and room for new ones; a new one may get the row of one that was cancelled. Room for new locations is kept likewise.
//
// What lies behind is not part of the costs. A cap on spells counts from the anchor on, and balance prices the rest of a shift by itself.
package day
