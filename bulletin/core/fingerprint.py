"""The hash of the program itself: what an older engine made is made again."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from hashlib import blake2b
from pathlib import Path

LIBRARIES = (
    "coloraide",
    "jinja2",
    "markdown",
    "markupsafe",
    "msgspec",
    "nh3",
    "pagefind",
    "PIL",
    "pypinyin",
    "zint",
    "yaml",
)
"""Those whose versions show in the output."""

DISTRIBUTIONS = (
    "coloraide",
    "jinja2",
    "markdown",
    "markupsafe",
    "msgspec",
    "nh3",
    "pagefind",
    "pillow",
    "pypinyin",
    "pyyaml",
    "zint_bindings",
)


PACKAGE = Path(__file__).parents[1]
"""The folder of the program."""

PACKAGED = next(folder for folder in (PACKAGE / "templates", PACKAGE.parent / "templates") if folder.is_dir())
"""The templates that come with the program: in the wheel inside the package, in the repository beside it."""

ELSEWHERE = ("hits",)
"""Parts of the program that make no page."""


@cache
def engine_digest() -> str:
    """Hash of the package's own files, Python's version and the libraries' versions, as this process found them."""
    hashed = blake2b(f"{sys.version_info[:2]}".encode(), digest_size=12)
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in (".py", ".mo") and path.relative_to(PACKAGE).parts[0] not in ELSEWHERE:
            hashed.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    for name in sorted(_installed()):
        hashed.update(name.encode() + b"\0")
    return hashed.hexdigest()


def _installed() -> set[str]:
    """Names of the libraries' ``dist-info`` folders, which hold their versions; importing them would take longer."""
    specs = (importlib.util.find_spec(library) for library in LIBRARIES)
    folders = {Path(spec.origin).parents[1] for spec in specs if spec and spec.origin}
    return {
        entry.name
        for folder in folders
        for entry in folder.iterdir()
        if entry.name.endswith(".dist-info") and entry.name.lower().startswith(DISTRIBUTIONS)
    }
