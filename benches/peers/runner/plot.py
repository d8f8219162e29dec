"""The results as plots: SVG, on white, in colours that colour-blind people tell apart.

Shows medians, and the least and the most as whiskers.
"""

import matplotlib

matplotlib.use("svg")

from matplotlib import pyplot  # noqa: E402

from catalogue import OURS  # noqa: E402

# Okabe and Ito's.
BLUE, ORANGE, GREEN = "#0072B2", "#E69F00", "#009E73"
INK = "#222222"
# A bar that is more than so many times as long as the next one is cut, and says how long it is.
FAR = 3.0

matplotlib.rcParams.update(
    {
        "svg.hashsalt": "parlor",
        # Text stays text: smaller, sharper, and it can be read aloud.
        "svg.fonttype": "none",
        "font.family": "DejaVu Sans",
        "font.size": 10,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": "#999999",
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
)


def all_plots(results, folder):
    plots = [("cpu", cpu), ("latency", latency)] if playing(results) else []
    for name, draw in (*plots, ("memory", memory)):
        figure = draw(results)
        path = folder / f"{name}.svg"
        figure.savefig(path, metadata={"Date": None, "Creator": None}, facecolor="white")
        pyplot.close(figure)
        # Where the font is missing, one as wide.
        path.write_text(path.read_text().replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif"))


def panels(results, shapes, width=9.0):
    rows = [max(len(results.measured(shape.name)), 1) for shape in shapes]
    figure, axes = pyplot.subplots(
        len(shapes),
        1,
        squeeze=False,
        figsize=(width, sum(rows) * 0.38 + 1.1 * len(shapes) + 0.3),
        gridspec_kw={"height_ratios": rows},
        layout="constrained",
    )
    return figure, axes[:, 0]


def name_rows(axis, results, shape, peers):
    axis.set_yticks(range(len(peers)), [results.title(peer.name) for peer in peers])
    for label, peer in zip(axis.get_yticklabels(), peers):
        label.set_fontweight("bold" if peer.name == OURS else "normal")
    axis.set_ylim(len(peers) - 0.4, -0.6)
    axis.set_title(shape.words, loc="left", fontsize=10.5, fontweight="bold")
    axis.grid(axis="x", color="#E5E5E5")
    axis.set_axisbelow(True)


def drawn(results, shape, figure):
    return [peer for peer in results.measured(shape) if results.median(peer.name, shape, figure) is not None]


def cut(values):
    """Where the axis ends, so that one very long bar leaves the others to be seen."""
    longest = sorted(values, reverse=True)
    if len(longest) > 1 and longest[0] > FAR * longest[1]:
        return longest[1] * 1.15
    return longest[0]


def bars(axis, results, shape, peers, parts, total, unit):
    """Stacked bars with the total behind them."""
    values = [results.median(peer.name, shape, total) for peer in peers]
    end = cut(values)
    for row, (peer, value) in enumerate(zip(peers, values)):
        left = 0.0
        for figure, colour in parts:
            width = max(min(results.median(peer.name, shape, figure), end - left), 0)
            axis.barh(row, width, left=left, height=0.62, color=colour, edgecolor="white", linewidth=0.6)
            left += width
        over = value > end * 1.001
        words = f"{value:,.1f}{unit}"
        axis.text(left + end * 0.012, row, f"» {words}" if over else words, va="center", fontsize=9.5)
    axis.set_xlim(0, end * 1.16)


def playing(results):
    return [shape for shape in results.shapes() if not shape.rate]


def cpu(results):
    shapes = playing(results)
    figure, axes = panels(results, shapes)
    for axis, shape in zip(axes, shapes):
        peers = drawn(results, shape.name, "total_us")
        if peers:
            bars(axis, results, shape.name, peers, [("user_us", BLUE), ("system_us", ORANGE)], "total_us", "")
        name_rows(axis, results, shape, peers)
    axes[-1].set_xlabel("microseconds of the server's CPU for each state delivered (less is better)")
    handles = [pyplot.Rectangle((0, 0), 1, 1, color=colour) for colour in (BLUE, ORANGE)]
    figure.legend(handles, ["user", "system (the kernel's)"], loc="outside upper right", ncols=2, frameon=False)
    return figure


def latency(results):
    shapes = playing(results)
    figure, axes = panels(results, shapes)
    marks = (("p50_ms", BLUE, "o", "p50"), ("p99_ms", ORANGE, "s", "p99"), ("p999_ms", GREEN, "D", "p99.9"))
    for axis, shape in zip(axes, shapes):
        peers = drawn(results, shape.name, "p50_ms")
        for row, peer in enumerate(peers):
            at = [results.median(peer.name, shape.name, mark[0]) for mark in marks]
            axis.plot([min(at), max(at)], [row, row], color="#BBBBBB", linewidth=2, zorder=1)
            for value, (_, colour, marker, _) in zip(at, marks):
                axis.scatter(value, row, color=colour, marker=marker, s=42, zorder=2)
        axis.set_xscale("log")
        axis.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        name_rows(axis, results, shape, peers)
    axes[-1].set_xlabel("milliseconds from a state's due time to its arrival, logarithmic (less is better)")
    handles = [
        pyplot.Line2D([], [], color=colour, marker=marker, linestyle="", label=label)
        for _, colour, marker, label in marks
    ]
    figure.legend(handles=handles, loc="outside upper right", ncols=3, frameon=False)
    return figure


def memory(results):
    shapes = [shape for shape in results.shapes() if shape.name != "fanout"] or results.shapes()
    figure, axes = panels(results, shapes)
    for axis, shape in zip(axes, shapes):
        peers = drawn(results, shape.name, "connection_kib")
        if peers:
            bars(axis, results, shape.name, peers, [("connection_kib", BLUE)], "connection_kib", "")
        name_rows(axis, results, shape, peers)
    axes[-1].set_xlabel("KiB of resident memory for each connection (less is better)")
    return figure
