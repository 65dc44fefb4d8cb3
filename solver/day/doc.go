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
//   - What has left before now comes, whatever becomes of the plan: it is out of the stock where its way began, and what it cost to ship is not part of the
//     costs any more. On its way to a node it is a lot there, for whom it was reserved, from when it arrives on; then it is stock, like all that was to come.
//     What a courier has for a site is off what its job needs, and the job is not released before that is there, whoever does it: what is brought in vain,
//     as the job is cancelled, moves, or needs other parts, is lost to the plan. Who is on the way to a call, or to a visit, has what is shipped for it booked:
//     nobody else may take it, and until it has left it comes back with him.
//   - What is reserved for a job is for anybody once that is cancelled. A count has what is reserved in it, and not what is to come. Until
//     their work begins, it has what those take who are on the way there, or to the visit that it is for; that is not free.
//     What was planned to leave and has not is planned anew, but for what is frozen.
//   - Pins are required technicians and windows with one start. A pinned sequence, and the frozen horizon, keep the route up to a stop:
//     as if it had been left for. A call that loads for a visit which is not frozen is not either where its technician has another shift to work in,
//     but for what is pinned.
//
// The order of jobs in both problems is: one anchor per shift, the jobs, and room for new ones; a new one may get the row of one that was cancelled. Room for new locations is kept likewise.
//
// What lies behind is not part of the costs. A cap on spells counts from the anchor on, and balance prices the rest of a shift by itself.
package day
