"""The hash of the program itself: what an older engine made is made again."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from hashlib import blake2b
from pathlib import Path

_LIBRARIES = (
    "coloraide",
    "jinja2",
    "markdown",
    "markupsafe",
    "msgspec",
    "nh3",
    "pagefind",
    "PIL",
    "pypinyin",
    "rapidfuzz",
    "zint",
    "yaml",
)
"""Those whose versions show in the output."""

_DISTRIBUTIONS = (
    "coloraide",
    "jinja2",
    "markdown",
    "markupsafe",
    "msgspec",
    "nh3",
    "pagefind",
    "pillow",
    "pypinyin",
    "rapidfuzz",
    "pyyaml",
    "zint_bindings",
)


_PACKAGE = Path(__file__).parents[1]
"""The folder of the program."""

PACKAGED = next(folder for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates") if folder.is_dir())
"""The templates that come with the program: in the wheel inside the package, in the repository beside it."""

_PARTS_WITHOUT_PAGES = ("hits",)
"""Parts of the program that make no page."""


@cache
def engine_digest() -> str:
    """Hash of the package's own files, Python's version and the libraries' versions, as this process found them."""
    hashed = blake2b(f"{sys.version_info[:2]}".encode(), digest_size=12)
    for path in sorted(_PACKAGE.rglob("*")):
        if path.suffix in (".py", ".mo") and path.relative_to(_PACKAGE).parts[0] not in _PARTS_WITHOUT_PAGES:
            hashed.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    for name in sorted(_installed()):
        hashed.update(name.encode() + b"\0")
    return hashed.hexdigest()


def _installed() -> set[str]:
    """Names of the libraries' ``dist-info`` folders, which hold their versions; importing them would take longer."""
    specs = (importlib.util.find_spec(library) for library in _LIBRARIES)
    folders = {Path(spec.origin).parents[1] for spec in specs if spec and spec.origin}
    return {
        entry.name
        for folder in folders
        for entry in folder.iterdir()
        if entry.name.endswith(".dist-info") and entry.name.lower().startswith(_DISTRIBUTIONS)
    }
