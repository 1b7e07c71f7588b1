"""The system's clipboard, behind one call: what was copied, as HTML where the other program gave it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence

_SECONDS = 15

_POWERSHELL = (
    "Add-Type -AssemblyName System.Windows.Forms;"
    "$o=[Console]::OpenStandardOutput();"
    "$t=[System.Windows.Forms.Clipboard]::GetText('Html');"
    "if(-not $t){$t=[System.Windows.Forms.Clipboard]::GetText('UnicodeText')};"
    "$b=[Text.Encoding]::UTF8.GetBytes($t);$o.Write($b,0,$b.Length)"
)
_MAC_HTML = "osascript -e 'the clipboard as «class HTML»' | sed 's/^«data HTML//; s/»$//' | xxd -r -p"

_COMMANDS: dict[str, Sequence[Sequence[str]]] = {
    "win32": (("powershell", "-NoProfile", "-STA", "-Command", _POWERSHELL),),
    "darwin": (("sh", "-c", _MAC_HTML), ("pbpaste",)),
    "linux": (
        ("wl-paste", "--no-newline", "--type", "text/html"),
        ("xclip", "-selection", "clipboard", "-out", "-target", "text/html"),
        ("wl-paste", "--no-newline"),
        ("xclip", "-selection", "clipboard", "-out"),
    ),
}
"""System → the commands that print the clipboard; the first that prints something is taken."""


def read_clipboard(platform: str = sys.platform) -> bytes | None:
    """What was copied; empty where nothing was, None where the system gives no way to it."""
    known = False
    for command in _COMMANDS.get(platform, ()):
        if not shutil.which(command[0]):
            continue
        known = True
        try:
            done = subprocess.run(command, check=False, capture_output=True, timeout=_SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0 and done.stdout.strip():
            return done.stdout
    return b"" if known else None
