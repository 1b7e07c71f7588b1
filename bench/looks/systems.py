"""The design systems beside ours: where each comes from, and how a site is made with it.

All are installed into `.bench/looks`, in exactly the versions of `bench/looks/lock`. What is theirs stays there; here
are our texts and the templates that call their components.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bench.looks.content import STATION, Content, copy_picture
from bench.looks.pages import values
from bench.looks.sources import (
    markdown_pages,
    material_home,
    material_nav,
    vitepress_home,
    vitepress_lists,
    write_pages,
)
from bench.peers import Lock, install

HERE = Path(__file__).parent
LOCK = Lock(HERE / "lock", HERE.parents[1] / ".bench" / "looks")
MODULES = LOCK.node / "node_modules"

GOVUK_CLASSES = {
    "p": "govuk-body",
    "h2": "govuk-heading-m",
    "h4": "govuk-heading-s",
    "ol": "govuk-list govuk-list--number",
    "a": "govuk-link",
    "figure": "app-picture",
    "figcaption": "govuk-body-s govuk-!-margin-top-2",
    "table": "govuk-table govuk-table--small-text-until-tablet",
    "thead": "govuk-table__head",
    "tbody": "govuk-table__body",
    "tr": "govuk-table__row",
    "th": "govuk-table__header",
    "td": "govuk-table__cell",
    "numeric": "govuk-table__cell--numeric",
}
USWDS_CLASSES = {
    "ol": "usa-list",
    "a": "usa-link",
    "table": "usa-table",
    "td": "",
    "numeric": "text-right text-tabular",
    "figure": "margin-x-0",
    "figcaption": "text-base-dark",
    "img": "width-full height-auto",
}


class System(NamedTuple):
    """One of those whose pages are looked at."""

    name: str
    """As a heading."""
    folder: str
    text: str
    """A selector of what a page is about, without menus."""
    make: Callable[[Content, Path, Path], None]
    """Build the site: from the content, in a working folder, into another."""
    package: str = ""
    """That which gives the version; ours has none."""


def make_ours(_: Content, work: Path, out: Path) -> None:
    shutil.copytree(STATION, work, dirs_exist_ok=True)
    copy_picture(work / "content")
    command = (sys.executable, "-m", "bulletin", "build", "--quiet", "--yes", "--no-check")
    _run(*command, "--root", str(work), "--out", str(out))


def make_govuk(content: Content, work: Path, out: Path) -> None:
    _nunjucks(content, work, out, GOVUK_CLASSES, MODULES / "govuk-frontend" / "dist")
    _sass(work, out, MODULES)
    shutil.copy(HERE / "govuk" / "start.js", out / "assets")
    shutil.copy(MODULES / "govuk-frontend/dist/govuk/govuk-frontend.min.js", out / "assets")


def make_uswds(content: Content, work: Path, out: Path) -> None:
    _nunjucks(content, work, out, USWDS_CLASSES)
    dist = MODULES / "@uswds/uswds/dist"
    _sass(work, out, MODULES / "@uswds/uswds/packages")
    for folder in ("fonts", "img"):
        shutil.copytree(dist / folder, out / "assets" / folder)
    for script in ("uswds.min.js", "uswds-init.min.js"):
        shutil.copy(dist / "js" / script, out / "assets")


def make_mkdocs(content: Content, work: Path, out: Path) -> None:
    write_pages(work / "docs", markdown_pages(content, material_home))
    copy_picture(work / "docs")
    shutil.copytree(HERE / "mkdocs" / "overrides", work / "overrides")
    settings = (HERE / "mkdocs" / "mkdocs.yml").read_text(encoding="utf-8")
    (work / "mkdocs.yml").write_text(settings + f"nav: {json.dumps(material_nav(content))}\n", encoding="utf-8")
    command = (str(LOCK.python / "bin" / "mkdocs"), "build", "--quiet")
    _run(*command, "--config-file", str(work / "mkdocs.yml"), "--site-dir", str(out))


def make_vitepress(content: Content, work: Path, out: Path) -> None:
    """Its folder lies beside its modules, which it looks for from there."""
    write_pages(work, markdown_pages(content, vitepress_home))
    copy_picture(work / "public")
    settings = work / ".vitepress"
    settings.mkdir()
    shutil.copy(HERE / "vitepress" / "config.mjs", settings)
    (settings / "lists.json").write_text(json.dumps(vitepress_lists(content)), encoding="utf-8")
    (work / "node_modules").symlink_to(MODULES)
    _run("node", str(MODULES / "vitepress/bin/vitepress.js"), "build", str(work), "--outDir", str(out))


OURS = System("bulletin", "ours", "main", make_ours)
SYSTEMS = (
    OURS,
    System("GOV.UK", "govuk", "main", make_govuk, "govuk-frontend"),
    System("USWDS", "uswds", "main, .usa-section--dark", make_uswds, "@uswds/uswds"),
    System("MkDocs Material", "mkdocs", ".md-content", make_mkdocs, "mkdocs-material"),
    System("VitePress", "vitepress", "main, .VPHome, .NotFound", make_vitepress, "vitepress"),
)


def _nunjucks(content: Content, work: Path, out: Path, classes: dict[str, str], *more: Path) -> None:
    data = work / "pages.json"
    data.write_text(json.dumps(values(content, classes)), encoding="utf-8")
    folders = [str(folder) for folder in (HERE / work.name, *more)]
    _run("node", str(HERE / "render.cjs"), str(data), str(out), *folders, NODE_PATH=str(MODULES))
    copy_picture(out)
    (out / "assets").mkdir()


def _sass(work: Path, out: Path, path: Path) -> None:
    program = (str(MODULES / ".bin" / "sass"), "--style=compressed", "--no-source-map", "--quiet-deps", "--quiet")
    _run(*program, f"--load-path={path}", str(HERE / work.name / "styles.scss"), str(out / "assets" / "styles.css"))


def _run(*words: str, **more: str) -> None:
    """What it says is shown only when it fails."""
    done = subprocess.run(words, env={**os.environ, **more}, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(words[:3])} …\n{done.stdout}{done.stderr}")


def make_site(system: System, content: Content, folder: Path) -> Path:
    """The site's folder, made anew."""
    work, out = folder / "work" / system.folder, folder / "sites" / system.folder
    for each in (work, out):
        shutil.rmtree(each, ignore_errors=True)
    work.mkdir(parents=True)
    system.make(content, work, out)
    return out


def install_systems() -> None:
    """Loudly without npm: pages of one alone are no comparison."""
    missing = [name for name in ("npm", "node") if shutil.which(name) is None]
    if missing:
        raise SystemExit(f"make looks needs {' and '.join(missing)}, and finds none. Run: make browser-tools")
    install(LOCK)


def version(system: System) -> str:
    """As the lock files have it."""
    if system is OURS:
        return ""
    modules = json.loads((LOCK.folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    if found := modules.get(f"node_modules/{system.package}"):
        return str(found["version"])
    lines = (LOCK.folder / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return next(line.split("==")[1].split()[0] for line in lines if line.startswith(f"{system.package}=="))
