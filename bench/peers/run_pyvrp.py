"""PyVRP: one vehicle type per kind of vehicle, and a profile of travel per set of skills, in which jobs that need another skill are
out of reach. Jobs that may be left out are clients with a prize. There are no breaks."""

import numpy as np
import pyvrp
import pyvrp.stop
import runner

OUT_OF_REACH = 10**8


def solve(problem, seconds, seed):
    jobs, vehicles = problem["jobs"], problem["vehicles"]
    if any(v["break"] for v in vehicles):
        runner.cannot("breaks")
    rows, node = runner.nodes(problem)
    durations = np.array(rows, dtype=np.int64)
    profiles, matrices = {}, []
    for v in vehicles:
        skills = tuple(v["skills"])
        if skills in profiles:
            continue
        profiles[skills] = len(matrices)
        m = durations.copy()
        for at, j in enumerate(jobs):
            if not runner.able(v, j):
                m[:, at] = m[at, :] = OUT_OF_REACH
                m[at, at] = 0
        matrices.append(m)
    loads = any(j["load"] for j in jobs)
    clients = [
        pyvrp.Client(
            location=k, delivery=[j["load"]] if loads else [], service_duration=j["service"],
            tw_early=j["from"], tw_late=j["to"], prize=0 if j["required"] else j["price"], required=j["required"],
        )
        for k, j in enumerate(jobs)
    ]
    homes = list(node)
    depots = [pyvrp.Depot(location=node[h]) for h in homes]
    kinds = {}
    for k, v in enumerate(vehicles):
        kind = (v["start"], v["end"], v["from"], v["to"], v["capacity"], tuple(v["skills"]))
        kinds.setdefault(kind, []).append(k)
    types = [
        pyvrp.VehicleType(
            num_available=len(members), capacity=[capacity] if loads else [], start_depot=homes.index(start),
            end_depot=homes.index(end), tw_early=early, tw_late=late, profile=profiles[skills],
        )
        for (start, end, early, late, capacity, skills), members in kinds.items()
    ]
    places = [pyvrp.Location(0, 0) for _ in rows]  # only the matrices count
    data = pyvrp.ProblemData(places, clients, depots, types, matrices, matrices)
    with runner.Clock() as clock:
        result = pyvrp.solve(data, stop=pyvrp.stop.MaxRuntime(seconds), seed=seed, display=False)
    if not result.is_feasible():
        return None, clock, {}
    routes = [[] for _ in vehicles]
    free = [list(members) for members in kinds.values()]
    for r in result.best.routes():
        routes[free[r.vehicle_type()].pop()] = [int(a.idx) for a in r if a.is_client()]
    return routes, clock, {"iterations": result.num_iterations}


runner.main("pyvrp", solve)
