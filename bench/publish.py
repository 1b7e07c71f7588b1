"""Publishing 10,000 files: the first time, 20 changed, nothing to do, and back; ``python -m bench.publish``.

The targets are real servers on this machine (tests/publish/servers.py), so that the line is free: what is measured is
what the program and the server do. Each step is what `bulletin publish` does with a target: connect, look, decide,
send, verify nothing.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec

from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.store import ReleaseStore
from tests.publish.releases import release
from tests.publish.sender import Order, deliver
from tests.publish.servers import PASSWORD, ftp_server, ssh_server

KINDS = ("ssh", "folder", "sftp", "ftp")
BOUNDS = {"first": 12.0, "20 changed": 5.0, "nothing to do": 2.0, "back": 3.0}
"""Seconds that ssh may take, by issue."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=["ssh", "folder"])
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make_releases(Path(folder), given.files)
        print(f"{given.files} files, median of {given.rounds} rounds, seconds")
        for kind in given.kinds:
            rounds = [measure(kind, Path(folder)) for _ in range(given.rounds)]
            figures = {step: sorted(each[step] for each in rounds)[len(rounds) // 2] for step in BOUNDS}
            print(f"{kind:8}" + "  ".join(f"{step} {seconds:.2f}" for step, seconds in figures.items()))
    print("asked of ssh: " + "  ".join(f"{step} {seconds:.0f}" for step, seconds in BOUNDS.items()))


def make_releases(folder: Path, count: int) -> None:
    """Two releases; in the second twenty pages are others."""
    chance = random.Random(1)
    words = "救助管理站工作简报站务新闻学术争鸣案例分析"
    pages = {
        f"issues/{n // 8}/article-{n}/index.html": "".join(chance.choices(words, k=1500)).encode() for n in range(count)
    }
    changed = dict.fromkeys(chance.sample(sorted(pages), 20), b"changed " * 500)
    store = ReleaseStore(folder / "releases")
    for id_, files in (("20160101-1", pages), ("20160101-2", pages | changed)):
        store.add(release(id_, store.put(files)))


def measure(kind: str, folder: Path) -> dict[str, float]:
    with ExitStack() as stack:
        order = Order(_target(kind, stack), str(folder / "releases"), "", PASSWORD)
        steps = {"first": "1", "20 changed": "2", "nothing to do": "2", "back": "1"}
        return {step: timed(order, f"20160101-{number}") for step, number in steps.items()}


def _target(kind: str, stack: ExitStack) -> PublishTarget:
    if kind == "folder":
        return PublishTarget("bench", "folder", path=stack.enter_context(tempfile.TemporaryDirectory()))
    servers: dict[str, Callable[[], Any]] = {
        "ssh": ssh_server,
        "sftp": lambda: ssh_server(sftp_only=True),
        "ftp": ftp_server,
    }
    server = stack.enter_context(servers[kind]())
    target = PublishTarget(
        "bench", "ssh", host=server.host, port=server.port, user=server.login, path=server.path, tls=False
    )
    if kind == "ftp":
        return msgspec.structs.replace(target, kind="ftp")
    return msgspec.structs.replace(target, kind="ssh" if kind == "ssh" else "sftp", host_key=server.fingerprint)


def timed(order: Order, id_: str) -> float:
    began = time.monotonic()
    deliver(msgspec.structs.replace(order, release=id_))
    return time.monotonic() - began


if __name__ == "__main__":
    main()
