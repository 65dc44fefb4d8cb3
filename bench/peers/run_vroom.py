"""VROOM, exploration level 5 or the one named, on one thread. It takes no seed, stops by itself when its search is done, and has no price for a job
left out: it serves as many as it can, those of higher priority first, so that prices become priorities from 1 to 100."""

import datetime
import numpy as np
import vroom
import runner


def solve(problem, seconds, _seed, level="5"):
    jobs, vehicles = problem["jobs"], problem["vehicles"]
    dearest = max(1, max(j["price"] for j in jobs))
    loads = any(j["load"] for j in jobs)
    model = vroom.Input()
    model.set_durations_matrix("car", np.array(problem["durations"], dtype=np.uint32))
    for k, v in enumerate(vehicles):
        rest = []
        if b := v["break"]:
            rest = [vroom.Break(1, time_windows=[vroom.TimeWindow(b["from"], b["to"])], service=b["duration"])]
        model.add_vehicle(
            vroom.Vehicle(
                k + 1, start=v["start"], end=v["end"], capacity=[v["capacity"]] if loads else [],
                skills={s + 1 for s in v["skills"]}, time_window=vroom.TimeWindow(v["from"], v["to"]), breaks=rest,
            )
        )
    for k, j in enumerate(jobs):
        model.add_job(
            vroom.Job(
                k + 1, location=j["location"], default_service=j["service"],
                delivery=vroom.Amount([j["load"]] if loads else []), skills={s + 1 for s in j["skills"]},
                priority=0 if j["required"] else max(1, round(100 * j["price"] / dearest)),
                time_windows=[vroom.TimeWindow(j["from"], j["to"])],
            )
        )
    with runner.Clock() as clock:
        solution = model.solve(int(level), nb_threads=1, timeout=datetime.timedelta(seconds=seconds))
    routes = [[] for _ in vehicles]
    steps = solution.routes
    for vehicle, kind, job in zip(steps["vehicle_id"], steps["type"], steps["id"]):
        if kind == "job":
            routes[int(vehicle) - 1].append(int(job) - 1)
    return routes, clock, {}


runner.main("pyvroom", solve, [str(level) for level in range(6)])
