"""What was measured on, and which versions: read from the system and from the lock files.

Measures nothing.
"""

import json
import os
import platform
import subprocess
import tomllib
from importlib.metadata import version

from catalogue import PARLOR, PEERS, ROOT


def said(*command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def machine():
    """The processor, its cores, memory, kernel, and how busy it was with other work."""
    facts = dict(line.split(":", 1) for line in said("lscpu").splitlines() if ":" in line)
    meminfo = dict(line.split(":", 1) for line in open("/proc/meminfo"))
    return {
        "processor": facts.get("Model name", platform.processor()).strip(),
        "virtual": facts.get("Hypervisor vendor", "").strip() or None,
        "cores": os.cpu_count(),
        "memory_gib": round(int(meminfo["MemTotal"].split()[0]) / 2**20, 1),
        "kernel": f"{platform.system()} {platform.release().split('-')[0]}",
        "load_average": os.getloadavg()[0],
    }


def crate(name):
    lock = tomllib.loads((ROOT / PEERS / "rust/Cargo.lock").read_text())
    return next(package["version"] for package in lock["package"] if package["name"] == name)


def package(name):
    return json.loads((ROOT / PEERS / "node/node_modules" / name / "package.json").read_text())["version"]


def versions():
    """Of each server, as the table shows them, and of what they run on."""
    commit = said("git", "rev-parse", "--short", "HEAD")
    return {
        "parlor": " ".join(filter(None, [said(PARLOR, "--version").removeprefix("parlor "), commit])),
        "socketioxide": crate("socketioxide"),
        "colyseus": package("@colyseus/core"),
        "socketio": package("socket.io"),
        "flask": version("flask-socketio"),
        "gevent": version("gevent"),
        "ws": package("ws"),
        "node": said("node", "--version").removeprefix("v"),
        "python": platform.python_version(),
        "rustc": said("rustc", "--version").split()[1],
    }
