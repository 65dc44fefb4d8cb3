"""What the runners share: a problem comes as a JSON file, the answer leaves as the last line on standard output.

    python run_NAME.py FILE SECONDS SEED [SETTING]     solve
    python run_NAME.py --version [SETTING]             the solver's version

The file (written by bench/peerform.go) has durations[from][to] in seconds, jobs and vehicles. As low as possible: the time driven
plus the prices of jobs left out. The budget is given to the solver's own call: reading the file and building the model come on top,
and the clock of wall_s and cpu_s runs during that call only.
"""

import importlib.metadata
import json
import sys
import time


class Clock:
    """Wall and CPU time of the solver's call."""

    def __enter__(self):
        self.wall, self.cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_):
        self.wall = time.perf_counter() - self.wall
        self.cpu = time.process_time() - self.cpu


def main(package, solve, settings=()):
    """Calls solve(problem, seconds, seed) -> (routes, clock, extra): jobs by vehicle, numbers from 0; None where there is no plan.
    One of the settings may follow, which solve then gets as well."""
    first, *rest = sys.argv[1:]
    setting = rest if first == "--version" else rest[2:]
    if len(setting) > 1 or not set(setting) <= set(settings):
        sys.exit(f"{package} is not known with {' '.join(setting)}: expected nothing, or one of {', '.join(settings) or 'none'}")
    if first == "--version":
        print(importlib.metadata.version(package))
        return
    file, seconds, seed = first, rest[0], rest[1]
    with open(file, encoding="utf-8") as f:
        problem = json.load(f)
    routes, clock, extra = solve(problem, float(seconds), int(seed), *setting)
    print(json.dumps({"routes": routes, "wall_s": clock.wall, "cpu_s": clock.cpu, **extra}))


def cannot(what):
    """Says that the solver has no means for a part of the problem, and ends."""
    print(json.dumps({"cannot": what}))
    sys.exit(0)


def nodes(problem):
    """Durations between nodes, of which each job has one of its own and each home one after them, and the number of a home's node."""
    homes = sorted({v[end] for v in problem["vehicles"] for end in ("start", "end")})
    places = [j["location"] for j in problem["jobs"]] + homes
    durations = [[problem["durations"][a][b] for b in places] for a in places]
    return durations, {h: len(problem["jobs"]) + k for k, h in enumerate(homes)}


def able(vehicle, job):
    return set(job["skills"]) <= set(vehicle["skills"])
