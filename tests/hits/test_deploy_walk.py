"""docs/deploy.md, done literally: every line of its blocks, as root, on a machine that nothing of it touches.

The machine is this one, seen from namespaces of their own (unshare(1)): what is written to /etc, /opt, /run, /srv and
/var goes into memory, the network has a loopback only, and all processes end with the walk. What cannot be there has a
stand-in: systemd (systemctl.py), the package index (the libraries are those of the tests), a certificate authority.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, write_files

ISSUE = "---\nnumber: 2026001\ndate: 2026-01-05 09:00\n---\n## 站务新闻\n\n### 换季\n\n冬被已经发到各房间。\n"

OVERLAYS = """
set -eu
mkdir -p {upper}
mount -t tmpfs none {upper}
for folder in etc opt run srv var; do
    mkdir {upper}/$folder {upper}/$folder.work
    mount -t overlay overlay -o lowerdir=/$folder,upperdir={upper}/$folder,workdir={upper}/$folder.work /$folder
done
ip link set lo up
export PATH={stubs}:/usr/sbin:/usr/bin:/sbin:/bin LANGUAGE=en
rm -rf /etc/nginx /srv/* /opt/* && cp -a {nginx} /etc/nginx && mkdir -p /etc/systemd/system /var/log/nginx
cd {clone}
set -x
"""
"""What a fresh machine has."""

AFTER_FIRST = """
cp -r {station}/. /srv/bulletin/
mkdir -p /etc/ssl/private /etc/ssl/certs
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=www.example.cn \\
    -keyout /etc/ssl/private/www.example.cn.key -out /etc/ssl/certs/www.example.cn.pem 2>/dev/null
"""

AFTER_START = """
test -z "$(grep '^✗' /run/doctor | grep -v NTP)"
fetch() {{ curl --silent --show-error --insecure --resolve www.example.cn:443:127.0.0.1 "$@"; }}
read_it() {{ fetch --fail --user-agent 'Firefox/128.0' --data issue:2026001 https://www.example.cn/_hits/v; }}
fetch --fail https://www.example.cn/issues/2026001/ | grep -q 冬被
test "$(fetch --output /dev/null --write-out '%{{http_code}}' https://www.example.cn/hits-keys.json)" = 404
read_it | grep '"n":1,"c":1'
test "$(ls /var/backups/bulletin | wc -l)" = 1
test "$(stat -c %a /var/lib/bulletin/hits.db)" = 640
systemctl start bulletin-backup.service
systemctl start bulletin-bake.service
"""

AFTER_RESTORE = """
test "$(stat -c %a:%U /var/lib/bulletin/hits.db)" = 640:bulletin
store=sqlite:////var/lib/bulletin/hits.db
/opt/bulletin/bin/bulletin hits export --keys /srv/bulletin/site/hits-keys.json --store $store > /run/out
grep '2026001,.*,live,1' /run/out
read_it | grep '"n":2,"c":1'
echo THE WALK IS DONE
"""


def blocks() -> list[str]:
    """The shell blocks of the page, in order."""
    return re.findall(r"^```sh\n(.*?)^```", (ROOT / "docs/deploy.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)


def namespaces() -> list[str]:
    command = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    tried = subprocess.run([*command, "true"], capture_output=True, text=True) if shutil.which("unshare") else None
    if os.geteuid() or tried is None or tried.returncode:
        reason = tried.stderr.strip() if tried else "there is no unshare(1)"
        pytest.skip(f"docs/deploy.md is walked as root in namespaces of its own only: {reason}")
    return command


def stubs(folder: Path) -> None:
    """Commands that a namespace cannot have: packages are there already, systemd is systemctl.py."""
    bodies = {
        "apt": "shift; exec dpkg -s nginx-light python3-venv >/dev/null 2>&1 || exec true",
        "systemctl": f'exec {sys.executable} {ROOT}/tests/hits/systemctl.py "$@"',
    }
    for name, body in bodies.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)


INSTALL = '/opt/bulletin/bin/pip install ".[counter,search]"'


def install(folder: Path) -> str:
    """In place of pip, which would ask the index: the package from the clone, the libraries of the tests."""
    script, paths = folder / "bulletin", folder / "tests.pth"
    paths.write_text("\n".join((str(ROOT), *(path for path in sys.path if path.endswith("site-packages")))))
    script.write_text("#!/opt/bulletin/bin/python\nfrom bulletin.__main__ import main\nmain()\n")
    script.chmod(0o755)
    libraries = f"/opt/bulletin/lib/python3.{sys.version_info.minor}/site-packages/"
    return f"cp {script} /opt/bulletin/bin/\ncp {paths} {libraries}"


def test_a_machine_is_set_up_and_restored_as_the_page_says(tmp_path: Path) -> None:
    command = namespaces()
    places = {name: tmp_path / name for name in ("upper", "stubs", "station")}
    for folder in places.values():
        folder.mkdir()
    tmp_path.chmod(0o755)
    stubs(places["stubs"])
    station = "name: 示例站\nurl: https://www.example.cn/\nhits: yes\n"
    write_files(places["station"], {"content/station.yml": station, "content/issues/2026001.md": ISSUE})
    once, build, token, begin, restore = blocks()
    assert once.count(INSTALL) == 1
    once = re.sub(rf"^{re.escape(INSTALL)}.*$", lambda _: install(places["stubs"]), once, flags=re.MULTILINE)
    begin = begin.rstrip() + " | tee /run/doctor\n"  # a machine of tests may have no NTP
    restore = restore.replace("hits-2026-11-26.json.gz", "$(basename /var/backups/bulletin/*.gz)")
    given = {**places, "nginx": tmp_path / "nginx", "clone": ROOT}
    shutil.copytree("/etc/nginx", given["nginx"], symlinks=True)
    script = "\n".join(
        (
            OVERLAYS.format(**given),
            once,
            AFTER_FIRST.format(**given),
            build,
            token,
            begin,
            AFTER_START.format(),
            restore,
            AFTER_RESTORE,
        )
    )
    done = subprocess.run([*command, "sh", "-c", script], capture_output=True, text=True, timeout=300, cwd="/")
    assert (done.returncode, "THE WALK IS DONE" in done.stdout) == (0, True), done.stdout + done.stderr
