"""OR-Tools' routing library: parallel cheapest insertion, then guided local search. It takes no seed."""

import time

from ortools.constraint_solver import pywrapcp, routing_enums_pb2
import runner


def solve(problem, seconds, _seed):
    jobs, vehicles = problem["jobs"], problem["vehicles"]
    drive, node = runner.nodes(problem)
    service = [j["service"] for j in jobs] + [0] * len(node)
    manager = pywrapcp.RoutingIndexManager(
        len(drive), len(vehicles), [node[v["start"]] for v in vehicles], [node[v["end"]] for v in vehicles]
    )
    routing = pywrapcp.RoutingModel(manager)
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix(drive))
    timed = routing.RegisterTransitMatrix([[d + service[a] for d in row] for a, row in enumerate(drive)])
    last = max(v["to"] for v in vehicles)
    routing.AddDimension(timed, last, last, False, "time")
    clock_of = routing.GetDimensionOrDie("time")
    if any(j["load"] for j in jobs):
        load = routing.RegisterUnaryTransitVector([j["load"] for j in jobs] + [0] * len(node))
        routing.AddDimensionWithVehicleCapacity(load, 0, [v["capacity"] for v in vehicles], True, "load")
    for k, j in enumerate(jobs):
        index = manager.NodeToIndex(k)
        if not j["required"]:
            routing.AddDisjunction([index], j["price"])
        fit = [v for v, vehicle in enumerate(vehicles) if runner.able(vehicle, j) and j["from"] <= vehicle["to"]]
        if fit:
            clock_of.CumulVar(index).SetRange(j["from"], min(j["to"], last))
        if len(fit) < len(vehicles):
            routing.VehicleVar(index).SetValues([-1, *fit])
    visits = [service[manager.IndexToNode(i)] for i in range(routing.Size())]
    for k, v in enumerate(vehicles):
        clock_of.CumulVar(routing.Start(k)).SetRange(v["from"], v["to"])
        clock_of.CumulVar(routing.End(k)).SetRange(v["from"], v["to"])
        if b := v["break"]:
            rest = routing.solver().FixedDurationIntervalVar(b["from"], b["to"], b["duration"], False, f"break {k}")
            clock_of.SetBreakIntervalsOfVehicle([rest], k, visits)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(max(1, round(seconds * 1000)))
    first = []
    with runner.Clock() as clock:
        begin = time.perf_counter()
        routing.AddAtSolutionCallback(lambda: first or first.append(time.perf_counter() - begin))
        found = routing.SolveWithParameters(parameters)
    if not found:
        return None, clock, {}
    routes = [[] for _ in vehicles]
    for k in range(len(vehicles)):
        index = found.Value(routing.NextVar(routing.Start(k)))
        while not routing.IsEnd(index):
            routes[k].append(manager.IndexToNode(index))
            index = found.Value(routing.NextVar(index))
    return routes, clock, {"first_s": first[0] if first else None}


runner.main("ortools", solve)
