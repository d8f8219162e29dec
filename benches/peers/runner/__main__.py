"""Measures Parlor and its peers in turn, and writes down what came of it: see docs/benchmarks.md.

Builds nothing: `make bench-peers` does, and then runs this.
"""

import argparse
import datetime
import json
import os
import statistics
import sys
import time

import check
import machine
import plot
import report
from catalogue import OURS, ROOT, SERVERS, SHAPES
from measure import Failure, measure, raise_file_limit, written

FULL = {"seconds": 8.0, "rounds": 3}
QUICK = {"seconds": 4.0, "rounds": 1}
# What starting, connecting, settling and stopping take beside the measuring.
AROUND_S = 6.0
KEPT = ROOT / "benches/results"


def arguments():
    parser = argparse.ArgumentParser(prog="make bench-peers ARGS=...", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round of each, in about 4 minutes")
    names, shapes = [peer.name for peer in SERVERS], [shape.name for shape in SHAPES]
    parser.add_argument("--only", action="append", choices=names, help="this server alone; may be given several times")
    parser.add_argument("--shape", action="append", choices=shapes, help="this shape of load alone; likewise")
    parser.add_argument("--seconds", type=float, help="how long each is measured [default: 8, quick 4]")
    parser.add_argument("--rounds", type=int, help="how often each is measured, in turn [default: 3, quick 1]")
    parser.add_argument(
        "--out",
        type=lambda path: (ROOT / path).resolve(),
        help="where to [default: benches/results, and the README; target/peers/results if not all is measured]",
    )
    given = parser.parse_args()
    defaults = QUICK if given.quick else FULL
    given.seconds = given.seconds or defaults["seconds"]
    given.rounds = given.rounds or defaults["rounds"]
    whole = not (given.quick or given.only or given.shape)
    given.out = given.out or (KEPT if whole else ROOT / "target/peers/results")
    return given


def main():
    given = arguments()
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        raise SystemExit("two cores are needed: one for the server, one for the load")
    raise_file_limit()
    peers = [peer for peer in SERVERS if not given.only or peer.name in given.only]
    shapes = [shape for shape in SHAPES if not given.shape or shape.name in given.shape]
    pairs = [(shape, peer) for shape in shapes for peer in peers if shape.name in peer.shapes]
    began, facts = time.monotonic(), machine.machine()
    about = len(pairs) * given.rounds * (given.seconds + AROUND_S) / 60
    print(f"{len(pairs)} loads, {given.rounds} rounds of them, {given.seconds:g} s each: about {about:.0f} minutes", flush=True)
    checks = {peer.name: check.works(peer, cores) for peer in peers if check.checked(peer) and plays(peer, shapes)}
    taken = {(shape.name, peer.name): ([], []) for shape, peer in pairs}
    for nth in range(given.rounds):
        # Each round begins with another one, so that none always follows the same.
        for shape, peer in pairs[nth:] + pairs[:nth]:
            took, failures = taken[shape.name, peer.name]
            # Failing takes the longest, and it would again. Memory that lies idle is the same each time.
            if (failures and not took) or (shape.rate and took):
                continue
            print(f"{nth + 1}/{given.rounds}  {shape.name:<7} {peer.name:<13}", end=" ", flush=True)
            try:
                took.append(measure(peer, shape, given.seconds, cores))
                print(f"{line(took[-1])}  [{time.monotonic() - began:.0f} s]", flush=True)
            except Failure as failure:
                failures.append(str(failure))
                print(f"failed: {failure}", flush=True)
    data = {
        "date": datetime.date.today().isoformat(),
        "command": "make bench-peers" + (f' ARGS="{" ".join(sys.argv[1:])}"' if sys.argv[1:] else ""),
        "machine": facts,
        "versions": machine.versions(),
        "cores": cores,
        "seconds": given.seconds,
        "repeats": given.rounds,
        "checks": checks,
        "servers": {peer.name: entry(peer, shapes, taken, given.seconds, cores) for peer in peers},
    }
    write(data, given.out)
    print(f"\n{report.page(report.Results(data)).partition('## Commands')[0]}")
    print(f"written to {os.path.relpath(given.out, ROOT)} after {time.monotonic() - began:.0f} s")
    # A peer that fails is reported; without our own figures there is nothing to compare.
    return 0 if all(took for (_, name), (took, _) in taken.items() if name == OURS) else 1


def plays(peer, shapes):
    return any(shape.name in peer.shapes and not shape.rate for shape in shapes)


def line(took):
    if "total_us" not in took:
        return f"{took['connection_kib']:7.1f} KiB a connection, {took['rest_kib'] / 1024:.1f} MiB at rest"
    delivered, busy = took["delivered"] * 100, took["load_cores"] > 0.9
    return (
        f"{took['total_us']:7.1f} us a state ({took['user_us']:.1f} + {took['system_us']:.1f}), {delivered:.1f} % delivered, "
        f"p99 {took['p99_ms'] or 0:.1f} ms, {took['connection_kib']:.1f} KiB a connection"
        f"{', THE LOAD GENERATOR WAS BUSY' if busy else ''}"
    )


def entry(peer, shapes, taken, seconds, cores):
    """One server's part of peers.json."""
    measured = {}
    for shape in shapes:
        if (shape.name, peer.name) not in taken:
            continue
        took, failures = taken[shape.name, peer.name]
        measured[shape.name] = {
            "figures": {name: spread([run[name] for run in took]) for name in (took[0] if took else ())},
            "failures": failures,
            "commands": {
                "server": written(peer.env, ["taskset", "-c", str(cores[0]), *peer.server_command(shape)]),
                "load": written({}, ["taskset", "-c", str(cores[1]), *peer.load_command(shape, seconds)])
                + " --addr 127.0.0.1:PORT --pid PID",
            },
        }
    return {"title": peer.title, "note": peer.note, "shapes": measured}


def spread(values):
    known = [value for value in values if value is not None]
    if not known:
        return None
    return {"median": statistics.median(known), "min": min(known), "max": max(known), "runs": values}


def write(data, out):
    results = report.Results(data)
    out.mkdir(parents=True, exist_ok=True)
    (out / "peers.json").write_text(json.dumps(data, indent=1) + "\n")
    (out / "peers.md").write_text(report.page(results))
    plot.all_plots(results, out)
    if out == KEPT:
        report.rewrite_readme(results)


if __name__ == "__main__":
    sys.exit(main())
