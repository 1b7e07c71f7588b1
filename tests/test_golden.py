"""Whole stations: the site they become, and what the commands say of them.

`pytest --golden` writes the expected files anew; read the difference before you keep it.
"""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import tree
from tests.test_cli import Run, run  # noqa: F401 - a fixture

FOLDER = Path(__file__).parent / "golden"
CASES = sorted(path.parent for path in FOLDER.glob("*/content"))
TEXTS = (".html", ".xml", ".txt")
HASH = re.compile(r"(?<=static/)[0-9a-f]{10}(?=/)")
"""Changes with every change of a style or script, in every page."""
PICTURES = (".png", ".jpg", ".webp")


def expected_files(site: dict[str, bytes]) -> dict[str, bytes]:
    """The site's texts as they are, its pictures and the theme's files by name."""
    texts = {path: data for path, data in site.items() if path.endswith(TEXTS) and not path.startswith("static/")}
    listed = [f"{path}{size(path, data)}\n" for path, data in site.items() if path not in texts]
    named = {path: HASH.sub("HASH", data.decode()).encode() for path, data in texts.items()}
    return {**named, "files.lst": "".join(sorted(HASH.sub("HASH", line) for line in listed)).encode()}


def size(path: str, data: bytes) -> str:
    """A picture's pixels; its bytes are Pillow's own affair."""
    return " {}x{}".format(*Image.open(io.BytesIO(data)).size) if path.endswith(PICTURES) else ""


def said(run: Run, root: Path) -> str:  # noqa: F811
    """What the commands print, without what is different every time."""
    blocks = []
    for language in ("en", "zh_CN"):
        for command in ("build --clean", "check"):
            code, out, err = run(*command.split(), "--root", root, language=language)
            text = re.sub(r"\d+\.\d\d(?= s\b|秒)", "0.00", (out + err).replace(str(root), "STATION"))
            blocks.append(f"$ LANGUAGE={language} bulletin {command}\n{text}({code})\n")
    return "\n".join(blocks)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_site_and_messages_are_as_expected(case: Path, tmp_path: Path, run: Run, golden: bool) -> None:  # noqa: F811
    root = tmp_path / "station"
    shutil.copytree(case / "content", root / "content")
    messages = said(run, root)
    made = expected_files(tree(root / "site"))
    expected = case / "expected"
    if golden:
        shutil.rmtree(expected, ignore_errors=True)
        for path, data in made.items():
            (expected / path).parent.mkdir(parents=True, exist_ok=True)
            (expected / path).write_bytes(data)
        (case / "expected.txt").write_bytes(messages.encode())
    assert messages == (case / "expected.txt").read_text(encoding="utf-8")
    kept = tree(expected)
    assert made.keys() == kept.keys()
    for path, data in made.items():
        assert data.decode() == kept[path].decode(), path


def test_every_kind_of_page_is_among_the_expected() -> None:
    paths = [path.relative_to(case / "expected").as_posix() for case in CASES for path in tree_of(case / "expected")]
    for kind in (
        r"index\.html",
        r"404\.html",
        r"robots\.txt",
        r"feed\.xml",
        r"sitemap\.xml",
        r"sitemap-\d{4}\.xml",
        r"\d{4}/index\.html",
        r"issues/\d{7}/index\.html",
        r"issues/\d{7}/[a-z-]+/index\.html",
        r"columns/[a-z-]+/index\.html",
        r"columns/[a-z-]+/\d{4}/index\.html",
        r"columns/[a-z-]+/feed\.xml",
        r"about/index\.html",
        r"jianbao/38\.html",
    ):
        assert any(re.fullmatch(kind, path) for path in paths), kind


def tree_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
