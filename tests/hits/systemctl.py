"""What `systemctl` does with our units, for a machine without systemd: the directories, the user, the command.

It stands in for systemd in test_deploy_walk.py, in a namespace of processes of its own. Timers run their service once.
"""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import signal
import subprocess
import sys
import time
from configparser import ConfigParser
from pathlib import Path

PIDS = Path("/run/pids")


def unit(name: str) -> ConfigParser:
    read = ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    assert read.read(f"/etc/systemd/system/{name}"), name
    return read


def start(name: str) -> None:
    service = unit(f"{name}.service")["Service"]
    user, mask = service["User"], service.get("UMask", "0022")
    for key, parent in (("RuntimeDirectory", "/run"), ("StateDirectory", "/var/lib")):
        if key in service:
            folder = Path(parent, service[key])
            folder.mkdir(exist_ok=True)
            folder.chmod(int(service[f"{key}Mode"], 8))
            shutil.chown(folder, user, service["Group"])
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": pwd.getpwnam(user).pw_dir}
    given = Path(service.get("EnvironmentFile", "-/none").removeprefix("-"))
    words = given.read_text().split("\n") if given.exists() else []
    environment |= dict(word.split("=", 1) for word in [*words, service.get("Environment", "")] if "=" in word)
    command = ["setpriv", f"--reuid={user}", f"--regid={service['Group']}", "--clear-groups", "--no-new-privs"]
    command += ["sh", "-c", f"umask {mask}; exec {service['ExecStart']}"]
    oneshot = service.get("Type") == "oneshot"
    started = subprocess.Popen(command, env=environment, cwd="/", start_new_session=True)
    if oneshot:
        assert started.wait(120) == 0, name
        return
    PIDS.mkdir(exist_ok=True)
    (PIDS / name).write_text(str(started.pid))
    socket = next(word.removeprefix("unix:") for word in shlex.split(service["ExecStart"]) if word.startswith("unix:"))
    end = time.monotonic() + 60
    while not Path(socket).is_socket():
        assert started.poll() is None, f"{name} ended"
        assert time.monotonic() < end, f"{name} does not listen"
        time.sleep(0.05)


def stop(name: str) -> None:
    pid = int((PIDS / name).read_text())
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + 60
    while Path(f"/proc/{pid}").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z":
        assert time.monotonic() < end, f"{name} does not end"
        time.sleep(0.05)


def main(words: list[str]) -> None:
    action, *names = (word for word in words if not word.startswith("--"))
    if action == "reload" and names == ["nginx"]:
        running = Path("/run/nginx.pid")
        subprocess.run(
            ["nginx", *(["-s", "reload"] if running.exists() and running.read_text().strip() else [])], check=True
        )
    elif action in ("enable", "start"):
        for name in names:
            start(name.removesuffix(".timer").removesuffix(".service"))
    elif action == "stop":
        for name in names:
            stop(name)
    else:
        assert action == "daemon-reload", words


if __name__ == "__main__":
    main(sys.argv[1:])
