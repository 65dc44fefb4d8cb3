// Package bench measures the optimiser: it reads the instance formats that the literature publishes results for, solves them
// the way a request is solved, has solver/check judge each plan, and sets costs beside the best known ones.
//
// # What an instance becomes
//
// Every reader gives a planning request whose plans are solutions of the instance, of the same cost in currency units. Times
// count from 1970. Travel is an inline matrix.
//
//   - VRPTW ([ReadSolomon]): a vehicle is a technician, its capacity van stock of one part that customers use up. One currency unit
//     is one unit of distance by the convention of the 12th DIMACS challenge: ten times the Euclidean distance, cut off. Travel
//     takes one second per unit.
//   - TRSP ([ReadTRSP]): technician routing with skills, tools and spare parts. A time unit becomes 1000 s, rounded so that what
//     keeps the request's times keeps the instance's; the cost is working time, one currency unit per time unit, and at most a
//     thousandth per leg more than the instance's.
//   - Field-service days ([ReadFieldService]): one currency unit per second driven, and a price for each job left out.
//   - VRPLIB ([ReadVRPLIB]): VRPTW with prizes for customers, which may be left out, in the units of the first; or with a matrix, of
//     real roads and not symmetric, taken as it is.
//   - STRSP (two files, [ReadFile]): technicians with levels, tasks that may be left out at a price. A unit becomes 1000 s, and the
//     cost is the distance driven, as exact as that of TRSP, plus those prices.
//
// In VRPTW and TRSP every job has to be done: leaving one out costs more than all travel or work together. The set trsp-13 is TRSP with
// a crew that cannot serve all requests everywhere: there one left out costs [UnservedPrice].
//
// Three more sets need no files: bench/city makes up their days (vienna with all that a request may have, day and lunch cut down to
// what other solvers can be asked for).
//
// # Runs
//
// A [Series] runs instances with budgets and seeds, other solvers ([Peer]) by turns with ours, and keeps a line per run ([Record]) in a
// CSV file, which it goes on with. Another solver gets the compiled problem as JSON, with the matrix that ours uses, and gives sequences
// back; engine.Evaluate times them and solver/check judges and costs them, as it does ours. Tables and the plot are made from the file.
package bench
