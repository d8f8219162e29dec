"""The results as people read them: a page of tables, and the block of them that the README shows.

Computes ratios and nothing else.
"""

from catalogue import LIMIT, OURS, ROOT, SERVERS, SHAPES

BEGIN, END = "<!-- peers: written by make bench-peers -->", "<!-- peers: end -->"


class Results:
    """The results, as peers.json has them."""

    def __init__(self, data):
        self.data = data

    def median(self, server, shape, figure):
        value = self.data["servers"].get(server, {}).get("shapes", {}).get(shape, {}).get("figures", {}).get(figure)
        return value and value["median"]

    def ratio(self, server, shape, figure, to):
        value, base = self.median(server, shape, figure), self.median(to, shape, figure)
        return value / base if value is not None and base else None

    def title(self, server):
        version = self.data["versions"].get(server)
        peer = next(peer for peer in SERVERS if peer.name == server)
        clients = f" ({peer.instead['clients']} clients)" if "clients" in peer.instead else ""
        return f"{peer.title}{f' {version}' if version else ''}{clients}"

    def measured(self, shape):
        return [peer for peer in SERVERS if shape in self.data["servers"].get(peer.name, {}).get("shapes", {})]

    def shapes(self):
        return [shape for shape in SHAPES if self.measured(shape.name)]


def number(value, digits=1, unit=""):
    return "-" if value is None else f"{value:,.{digits}f}{unit}"


def times(value):
    return "-" if value is None else f"{value:.2f}x"


def table(rows):
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def page(results):
    """All of it: benches/results/peers.md."""
    data = results.data
    parts = ["# Parlor beside other servers\n", about(data), ""]
    if data["machine"]["load_average"] > BUSY:
        parts.append("**The machine was busy with other work: take the ratios for a hint and the latencies for nothing.**\n")
    for name in (name for name, check in data["checks"].items() if not check["agree"]):
        parts.append(f"**{name}: a stock client saw something else than the load generator: see peers.json.**\n")
    for shape in results.shapes():
        parts += [f"## {shape.words}\n", idle_table(results, shape.name) if shape.rate else shape_table(results, shape.name)]
    notes = [f"- **{peer.title}** {peer.note}.\n" for peer in SERVERS if peer.note and peer.name in data["servers"]]
    parts += [NOTES + "".join(notes), "\n![CPU](cpu.svg)\n\n![Latency](latency.svg)\n\n![Memory](memory.svg)\n", commands(data)]
    return "\n".join(parts)


def about(data):
    machine, versions = data["machine"], data["versions"]
    virtual = f" ({machine['virtual']} guest)" if machine["virtual"] else ""
    return (
        f"{data['date']}, {machine['processor']}{virtual}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
        f"{machine['kernel']}; Node {versions['node']}, Python {versions['python']}, Rust {versions['rustc']}. "
        f"The server on core {data['cores'][0]}, the load on core {data['cores'][1]}; {data['seconds']} s measured, "
        f"medians of {data['repeats']} rounds in turn. Written by `{data['command']}`."
    )


def shape_table(results, shape):
    rows = [
        [
            "server",
            "CPU a state, us",
            "user + system",
            "least - most",
            "x limit",
            "x Parlor",
            "user x Parlor",
            "a message, us",
            "x Parlor",
            "delivered",
            "latency p50 / p99 / p99.9, ms",
            "KiB a connection",
            "x Parlor",
            "bytes",
        ]
    ]
    for peer in results.measured(shape):
        measured = results.data["servers"][peer.name]["shapes"][shape]
        if not measured["figures"]:
            rows.append([results.title(peer.name), f"failed: {measured['failures'][0]}", *["-"] * 12])
            continue
        total = measured["figures"]["total_us"]

        def of(figure):
            return results.median(peer.name, shape, figure)

        rows.append(
            [
                results.title(peer.name),
                number(of("total_us")),
                f"{number(of('user_us'))} + {number(of('system_us'))}",
                f"{number(total['min'])} - {number(total['max'])}",
                times(results.ratio(peer.name, shape, "total_us", LIMIT)),
                times(results.ratio(peer.name, shape, "total_us", OURS)),
                times(results.ratio(peer.name, shape, "user_us", OURS)),
                number(of("message_us")),
                times(results.ratio(peer.name, shape, "message_us", OURS)),
                number(of("delivered") * 100, 1, " %"),
                " / ".join(number(of(figure), 2) for figure in ("p50_ms", "p99_ms", "p999_ms")),
                number(of("connection_kib")),
                times(results.ratio(peer.name, shape, "connection_kib", OURS)),
                number(of("message_bytes"), 0),
            ]
        )
    return table(rows)


def idle_table(results, shape):
    rows = [["server", "KiB a connection", "x Parlor", "MiB at rest"]]
    for peer in results.measured(shape):
        measured = results.data["servers"][peer.name]["shapes"][shape]
        if not measured["figures"]:
            rows.append([results.title(peer.name), f"failed: {measured['failures'][0]}", "-", "-"])
            continue
        rows.append(
            [
                results.title(peer.name),
                number(results.median(peer.name, shape, "connection_kib")),
                times(results.ratio(peer.name, shape, "connection_kib", OURS)),
                number(results.median(peer.name, shape, "rest_kib") / 1024),
            ]
        )
    return table(rows)


def commands(data):
    lines = ["## Commands\n", "From the repository's root, with PORT and PID of the server:\n", "```"]
    for name, server in data["servers"].items():
        for shape, measured in server["shapes"].items():
            lines += [f"# {name}, {shape}", measured["commands"]["server"], measured["commands"]["load"]]
    return "\n".join([*lines, "```", ""])


def block(results):
    """What the README shows."""
    rooms, crowd = "rooms", "fanout"
    rows = [["", "rooms of 8, 30 Hz", "x Parlor", "4,000 in one room, 5 Hz", "x limit", "memory a connection: playing", "idle"]]
    for peer in results.measured(rooms):
        def of(shape, figure):
            return results.median(peer.name, shape, figure)

        def cpu(shape):
            if of(shape, "total_us") is None:
                return "-"
            return f"{number(of(shape, 'total_us'))} ({number(of(shape, 'user_us'))} + {number(of(shape, 'system_us'))})"

        title = results.title(peer.name)
        rows.append(
            [
                f"**{title}**" if peer.name == OURS else title,
                cpu(rooms),
                times(results.ratio(peer.name, rooms, "total_us", OURS)),
                cpu(crowd),
                times(results.ratio(peer.name, crowd, "total_us", LIMIT)),
                number(of(rooms, "connection_kib"), 1, " KiB"),
                number(of("idle", "connection_kib"), 1, " KiB"),
            ]
        )
    return (
        f"{BEGIN}\n\n{table(rows)}\nMicroseconds of the server's CPU (user + system) for each state delivered, one core, "
        f"{results.data['machine']['processor']}.\n\n![CPU time for each state delivered](benches/results/cpu.svg)\n\n{END}"
    )


def rewrite_readme(results):
    """Puts the block where the old one was."""
    path = ROOT / "README.md"
    text = path.read_text()
    before, _, rest = text.partition(BEGIN)
    old, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"README.md has no lines {BEGIN} and {END}")
    path.write_text(before + block(results) + after)


# Others' work that leaves nothing of it, in processes that want to run.
BUSY = 0.5

NOTES = """\
- **CPU a state**: user and system time of the server's process while it was measured, divided by the states that reached
  all clients meanwhile. Whatever else a server sends and reads is in its time and not among the states.
- **a message**: the same divided by all events that reached all clients. Parlor's clients are also told which of their inputs
  a state has in it, and the score.
- **delivered**: of the states that were due. A server whose timer is fast has more than 100 %.
- **latency**: from a state's place on the timetable to its arrival. Colyseus's are counted from the making of the state.
- **KiB a connection**: what the resident memory grew by, with all clients there.
"""
