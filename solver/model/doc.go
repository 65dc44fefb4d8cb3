// Package model holds the immutable planning problem and the plan: plain data with dense indices, and the rules that give
// every field its meaning. It imports the standard library only. solver/route schedules it, solver/search improves it, and
// solver/check judges plans against it, each from this package alone.
//
// # Units
//
// Times and durations are whole seconds, times counted from the start of the horizon. Distances are whole metres. Costs are
// whole millionths of the request's currency unit. Rates are costs per second or per metre, weighted by the objective when
// the request is read, so that sums are exact integers and a delta equals the full recomputation to the unit.
//
// # What makes a plan feasible
//
// A plan has at most one route per shift. A route without stops is an unused shift: it costs nothing and needs no break.
//
//   - A job is visited at most once. Its technician is not excluded, is one of the required ones where there are any, holds
//     every AllOf skill and at least one of the AnyOf skills at the minimum level, holds every certificate from the shift's
//     Earliest to its LatestEnd, and covers the job's location with his service area, unless the job may be Anywhere.
//   - A visit starts at or after the job's release and, where the job has hard windows, inside one of them: the bound instant
//     (start or end of service) lies in [From, To]. It lasts Problem.ServiceTime.
//   - A technician leaves the start location at Depart, not before the shift's Earliest, drives with the shift's profile from
//     stop to stop, may arrive early and wait, and reaches the end location at Finish, not after LatestEnd. An open start
//     (NoLoc) begins at the first stop at Depart, an open end finishes with the last stop.
//   - Working time is Finish - Depart less unpaid breaks; MaxWork caps it. Driving time is the sum of travel; MaxDrive caps it.
//   - Breaks are taken in the order of the shift. A break starts inside its window and interrupts no service. It may fall into
//     a drive (which is then that much longer) or a wait, between Depart and Finish. A break is owed unless the technician
//     departs after the break's latest start or finishes at or before it: breaks left out are the first ones (their latest
//     start is before Depart) and the last ones (their latest start is not before Finish).
//   - MaxSpell caps each spell: from Depart or the end of a break to the start of the next break or Finish.
//   - A tool that the technician does not carry, and parts beyond his van stock, come from a stocking node that the same
//     route called at before. Van stock belongs to the technician and is shared by his shifts; what is picked up serves later
//     stops of the same route. The quantities taken from a node, over all routes, stay within its stock; a tool taken counts
//     once per route.
//   - Behind a pick-up of parts that take up room in a measure, and behind a visit with returns that do, what is in the van does not exceed the
//     technician's Capacity in it: his whole van stock, less what stops before have taken of it, what was picked up for later stops, and returns
//     that have not landed. What other shifts take of the stock makes
//     no room, so that a route's loads are a matter of that route alone. What comes by courier is never in the van.
//   - What a job returns is in the van from the end of the visit on until it lands: at later pick-up stops of the same route, each at one of the
//     return's Nodes, before anything is picked up there, or, without Nodes, at the end of the route.
//   - What a technician has to hand in from the start is in the van when his first shift (LandingShift) begins, and lands likewise, if that shift
//     is used. In his other shifts it counts as load throughout, so that these do not depend on whether the first one is used.
//   - A part of a job is served by the SKU that is asked for or by one of its substitutes: all of its units by one SKU.
//   - Parts may be shipped: to the node of the pick-up, whose handling then does not start before they arrive there, or by courier to
//     the site, where the visit does not start before. A shipment goes by one to MaxLegs legs, each a departure of a lane (or any
//     moment where the lane leaves at any time), not before Now, from where the one before ended, and not before that has arrived; a
//     courier is the last one. What of a lot that is to come is picked up or shipped, is so not before its From.
//   - What is taken from a lot or from a node's stock, by pick-ups and shipments of all routes, stays within its quantity. A lot that
//     is reserved for jobs is taken by them alone.
//   - Handling at a node starts inside one of its opening intervals (none: always open) and lasts Node.Handling.
//
// # Travel by the hour
//
// A profile's travel is one matrix, or a Series of them by time of departure. Let f(u) be the entry of the bucket that u lies in.
// Whoever is ready to leave at t (at Depart, or at the end of a stop) arrives at
//
//	a(t) = min over u >= t of u + f(u)
//
// and has driven a(t) - t: he leaves at once, or waits for better traffic where that gets him there earlier, and the wait counts as
// driving. So nobody gets there earlier by leaving later. f is a step function: of all u only t itself and the begins of later
// buckets count. The metres are those of the bucket of u; of several such u, the earliest. From no other u is there a way where
// f(u) is Unreachable. A break on the way makes the drive longer by its length, and the drive itself stays that of t.
//
// A straight line with Speeds is the series of the straight lines at these speeds.
//
// # What a plan costs
//
// Each term of the objective is the sum of the following, already weighted:
//
//   - Travel: driving seconds times the shift's rate. Distance: metres times rate. Fixed: per used shift.
//   - WorkingTime: working seconds times rate.
//   - Overtime: the time of Finish beyond RegularEnd, piece by piece at the rate of the tier it falls in.
//   - Lateness: per job and kind of soft window, the least over that kind's windows of early and late seconds times their
//     prices (early: bound instant before From; late: after To).
//   - ResponseTime: seconds from the job's Release to the start of service, times the job's rate.
//   - SkillSurplus: levels above the required minimum over the job's AllOf skills, times the objective's price per level.
//   - Rating: the technician's price per visit. Preference: the job's price for a technician who is not among its preferred.
//   - Balance: per used shift, worked seconds squared times the price per hour squared, divided by 3600 squared, rounded down.
//   - Parts: per pick-up stop the node's fixed price, per unit taken its unit price, and for jobs of another tier than the lot's its
//     Break; the price of each substitute that serves a part; per unit and leg the lane's Unit. Per shipment, which is all that goes by the same legs to one visit or to one pick-up
//     stop, the lanes' Fixed.
//   - Unassigned: the price of each job left out.
//   - PlanChange: of a job with a Kept, its price for another technician than the running plan has, or, with the same one, for another job
//     (or none) before it in the route; and per second by which it starts more than the slack before or after its start there.
//   - Risk: of a job with a Risk, its price at the start of the visit.
//
// Terms belong to strict tiers; tier totals are compared in order (Vec). An unreachable pair of locations is Unreachable.
package model
