"""Targets that switch, for tests: a folder, and the same behind a shell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import msgspec

from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.targets.folder import open_folder
from bulletin.publish.targets.ssh import open_ssh
from bulletin.publish.targets.switching import SwitchSession
from tests.conftest import ROOT
from tests.publish.burst_target import Site
from tests.publish.servers import CLERK


class NoSecrets:
    """Nothing is stored on this computer."""

    def __init__(self, password: str | None = None, known_hosts: str = "") -> None:
        self._password = password
        self._known_hosts = known_hosts

    def password(self, target: str) -> str | None:  # noqa: ARG002
        return self._password

    def known_hosts(self) -> bytes:
        return self._known_hosts.encode()


class Place(NamedTuple):
    """A target, and where it is on this computer."""

    target: PublishTarget
    root: Path

    def open(self, **changes: object) -> SwitchSession:
        target = msgspec.structs.replace(self.target, **changes)
        if target.kind == "folder":
            return open_folder(target, Path("/"), lambda: 100.0)
        return open_ssh(target, NoSecrets(), lambda: 100.0)

    def put(self, path: str, data: bytes = b"theirs") -> Path:
        """A file that is not ours, which the server's account can read."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        if self.target.kind == "ssh":
            for each in (place, *place.parents):
                if each != self.root and each.is_relative_to(self.root):
                    os.chown(each, CLERK, CLERK, follow_symlinks=False)
        return place

    def site(self, folder: str = "current") -> dict[str, bytes]:
        """What readers get."""
        return contents((self.root / folder).resolve())  # of one release, whatever happens meanwhile

    def entries(self) -> set[str]:
        """Names in the target's folder and its `releases`, the records left out."""
        below = (f"releases/{path.name}" for path in (self.root / "releases").glob("*") if path.suffix != ".json")
        return {path.name for path in self.root.iterdir()} | set(below)

    def start(self, number: int, site: Site, *others: Site) -> subprocess.Popen[bytes]:
        """A publisher in a process of its own, which can be killed; it begins now."""
        sites = [{path: data.decode() for path, data in each.items()} for each in (site, *others)]
        words = [msgspec.json.encode(self.target).decode(), str(number)]
        command = [sys.executable, "-m", "tests.publish.switch_target", *words]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        publisher = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert publisher.stdin
        assert publisher.stdout
        assert publisher.stdout.readline() == b"ready\n"
        publisher.stdout.close()
        publisher.stdin.write(json.dumps(sites).encode())
        publisher.stdin.close()
        return publisher


def contents(folder: Path) -> dict[str, bytes]:
    """Path → content of each file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def _main() -> None:
    from tests.publish.burst_target import publish

    target = msgspec.json.decode(sys.argv[1], type=PublishTarget)
    print("ready", flush=True)
    sites = [{path: text.encode() for path, text in each.items()} for each in json.load(sys.stdin)]
    session = Place(target, Path(target.path)).open()
    publish(session, int(sys.argv[2]), *sites)
    session.close()


if __name__ == "__main__":
    _main()
