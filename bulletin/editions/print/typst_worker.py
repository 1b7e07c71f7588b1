"""The process in which Typst runs: it may hang, crash or take all memory; the caller may not.

Its root is a folder that holds nothing but a job's own files. What an author wrote is in data.json, so nothing of it
is ever evaluated, and no package is fetched, since no template of ours asks for one.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from bulletin.core.model import Value
from bulletin.read.limits import limit_memory, limit_time, private_stdout
from bulletin.read.process import answer_batches

_STANDARDS = ("a-2a", "ua-1")


class TypesettingJob(Value, frozen=True):
    """One document."""

    folder: str
    """An empty folder for the job's files, which the caller deletes."""
    main: str
    """Name of the template."""
    files: dict[str, bytes]
    """Templates and pictures by name."""
    stored: dict[str, str]
    """Further pictures by name: paths."""
    data: bytes
    """JSON; ``fonts`` is added here."""
    faces: tuple[tuple[str, int], ...]
    """Path and index of each font."""
    chains: dict[str, tuple[int, ...]]
    """Role → fonts, by their place in `faces`."""
    time: datetime
    """With its zone: what the document says of when it was made."""
    seconds: float
    """Processor time that it may take."""
    megabytes: int
    output: str = "pdf"
    """``pdf``, or ``png`` of the first page."""
    dots: float = 144.0
    """An inch, of a PNG."""


class TypesettingResult(Value, frozen=True):
    """What came of it."""

    output: bytes
    """Empty where there is none."""
    reason: str = ""
    """Why there is none, or why it does not hold to the standards: Typst's words."""


def main() -> None:
    """Serve on standard input and output, in a separate interpreter."""
    serve_typesetting(sys.stdin.buffer, private_stdout())


def serve_typesetting(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Be a worker: answer jobs until there are no more."""
    setter = _Setter()
    decode = msgspec.msgpack.Decoder(list[TypesettingJob]).decode
    answer_batches(incoming, outgoing, decode, lambda job: msgspec.msgpack.encode(setter.run(job)))


class _Setter:
    def __init__(self) -> None:
        self._limited = False
        self._fonts: dict[tuple[tuple[str, int], ...], tuple[Any, dict[int, tuple[str, int]]]] = {}

    def run(self, job: TypesettingJob) -> TypesettingResult:
        if not self._limited:
            limit_memory(job.megabytes)
            self._limited = True
        limit_time(job.seconds)
        try:
            return self._set(job)
        except (RuntimeError, MemoryError, OSError, ValueError) as error:
            return TypesettingResult(b"", _said(error))
        finally:
            limit_time(0)

    def _set(self, job: TypesettingJob) -> TypesettingResult:
        root = Path(job.folder) / "root"
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        fonts, families = self._loaded(Path(job.folder) / "fonts", job.faces)
        for name, content in job.files.items():
            (root / name).write_bytes(content)
        for name, path in job.stored.items():
            _put(Path(path), root / name)
        chains = {role: _chain(places, families) for role, places in job.chains.items()}
        (root / "data.json").write_bytes(json.dumps(json.loads(job.data) | {"fonts": chains}).encode())
        if job.output == "png":
            return TypesettingResult(self._compile(job, root, fonts, ()))
        try:
            return TypesettingResult(self._compile(job, root, fonts, _STANDARDS))
        except RuntimeError as error:
            return TypesettingResult(self._compile(job, root, fonts, ()), _said(error))

    def _compile(self, job: TypesettingJob, root: Path, fonts: Any, standards: Iterable[str]) -> bytes:
        import typst

        compiler: Any = typst  # whose types know neither a variable as a standard nor one as a format
        made = compiler.compile(
            str(root / job.main),
            root=str(root),
            font_paths=fonts,
            ignore_system_fonts=True,
            package_path=str(root),
            package_cache_path=str(root),
            format=job.output,
            ppi=job.dots,
            pdf_standards=list(standards),
            timestamp=job.time,
        )
        return bytes(made[0] if isinstance(made, list) else made)

    def _loaded(self, folder: Path, faces: tuple[tuple[str, int], ...]) -> tuple[Any, dict[int, tuple[str, int]]]:
        """The fonts, and family and weight of each, by its place."""
        import typst

        if faces not in self._fonts:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            places: dict[str, str] = {}
            for path in dict.fromkeys(path for path, _ in faces):
                link = folder / f"{len(places):04}{Path(path).suffix.lower()}"
                _put(Path(path), link)
                places[os.path.realpath(link)] = path
            fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
            found = ((places.get(os.path.realpath(font.path or "")), font) for font in fonts.fonts())
            known = {(path, font.index): (font.family, font.weight) for path, font in found if path}
            self._fonts[faces] = fonts, {place: known[face] for place, face in enumerate(faces) if face in known}
        return self._fonts[faces]


def _chain(places: Iterable[int], families: dict[int, tuple[str, int]]) -> dict[str, Any]:
    known = [families[place] for place in places if place in families]
    return {"families": list(dict.fromkeys(name for name, _ in known)), "weight": known[0][1] if known else 400}


def _put(source: Path, target: Path) -> None:
    """Only the fonts that are wanted lie in the folder: others of the same name must not be taken."""
    for way in (os.symlink, os.link, shutil.copyfile):
        try:
            way(source, target)
        except OSError:
            continue
        return


def _said(error: BaseException) -> str:
    return " ".join(str(getattr(error, "message", "") or error).split())[:500] or type(error).__name__


if __name__ == "__main__":
    main()
