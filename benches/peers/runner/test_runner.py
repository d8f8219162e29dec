"""What the runner computes and writes, without a server: python3 -m unittest discover -s benches/peers/runner"""

import tempfile
import unittest
from pathlib import Path
from unittest import mock

import report
from catalogue import LIMIT, OURS, SERVERS, SHAPES
from measure import Failure, figures, written

SAID = {
    "clients": 2,
    "joined": 2,
    "failed": 0,
    "closed": 0,
    "fault": None,
    "delivered": 90,
    "expected": 100,
    "messages": 150,
    "states": 100,
    "bytes_per_message": 400.0,
    "latency": {"p50_ms": 1.0, "p99_ms": 2.0, "p999_ms": 3.0},
    "server": {"user_us_per_message": 2.0, "system_us_per_message": 4.0, "cores": 0.5, "client_kib": 6.0, "rest_kib": 1024.0},
    "generator_cores": 0.3,
}


def results(**totals):
    """Results of which these servers' totals in `rooms` are known."""
    shapes = {
        name: {"rooms": {"figures": {"total_us": {"median": total}} if total else {}, "failures": ["it broke"]}}
        for name, total in totals.items()
    }
    return report.Results(
        {
            "servers": {name: {"shapes": shape} for name, shape in shapes.items()},
            "versions": {"parlor": "0.1.0"},
            "machine": {"processor": "A Processor"},
        }
    )


class Figures(unittest.TestCase):
    def test_time_is_divided_by_states_and_apart_from_that_by_messages(self):
        found = figures(SAID)
        self.assertEqual(found["message_us"], 6.0)
        self.assertEqual((found["user_us"], found["system_us"], found["total_us"]), (3.0, 6.0, 9.0))
        self.assertEqual((found["delivered"], found["p99_ms"]), (0.9, 2.0))

    def test_without_all_clients_or_any_state_there_are_none(self):
        for wrong in ({"joined": 1}, {"states": 0}):
            with self.assertRaises(Failure):
                figures({**SAID, **wrong})

    def test_the_idle_have_memory_alone(self):
        said = {**SAID, "scenario": "idle", "states": 0, "server": {"client_kib": 5.0, "rest_kib": 2048.0}}
        self.assertEqual(figures(said), {"connection_kib": 5.0, "rest_kib": 2048.0})

    def test_states_without_a_time_have_no_latency(self):
        self.assertIsNone(figures({**SAID, "latency": None})["p50_ms"])


class Commands(unittest.TestCase):
    def test_every_server_is_given_what_its_shape_asks_for(self):
        rooms = next(shape for shape in SHAPES if shape.name == "rooms")
        by_name = {peer.name: peer for peer in SERVERS}
        limit, flask = by_name[LIMIT], by_name["flask"]
        self.assertEqual(limit.server_command(rooms)[1:], ["--hz", "30", "--rooms", "100"])
        load = limit.load_command(rooms, 8.0)
        self.assertEqual(load[load.index("--input-hz") + 1], "0")
        load = flask.load_command(rooms, 8.0)
        self.assertEqual(load[load.index("--clients") + 1], "160")

    def test_the_idle_are_told_of_no_rooms(self):
        idle = next(shape for shape in SHAPES if shape.rate)
        for peer in (peer for peer in SERVERS if idle.name in peer.shapes):
            self.assertNotIn("--hz", peer.server_command(idle) + peer.load_command(idle, 2.0))

    def test_a_command_is_written_as_it_is_typed(self):
        self.assertEqual(written({"A": "1"}, ["b", "c d"]), "A=1 b 'c d'")


class Report(unittest.TestCase):
    def test_ratios_are_of_medians_and_missing_where_one_is(self):
        found = results(limit=5.0, parlor=10.0, flask=None)
        self.assertEqual(found.ratio(OURS, "rooms", "total_us", LIMIT), 2.0)
        self.assertIsNone(found.ratio("flask", "rooms", "total_us", LIMIT))
        self.assertIsNone(found.ratio(OURS, "fanout", "total_us", LIMIT))

    def test_the_readme_is_rewritten_between_its_lines_alone(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(report, "ROOT", Path(folder)):
            readme = Path(folder, "README.md")
            readme.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
            report.rewrite_readme(results(limit=5.0, parlor=10.0))
            once = readme.read_text()
            report.rewrite_readme(results(limit=5.0, parlor=10.0))
            self.assertEqual(readme.read_text(), once)
            self.assertTrue(once.startswith("before\n") and once.endswith("\nafter\n") and "old" not in once)
            self.assertIn("**Parlor 0.1.0**", once)
            readme.write_text("no lines")
            with self.assertRaises(SystemExit):
                report.rewrite_readme(results(limit=5.0))


if __name__ == "__main__":
    unittest.main()
