"""How long and how large the volume of a year is: ``python -m bench.bind [--issues 200] [--fonts FOLDER]``."""

from __future__ import annotations

import argparse
import io
import resource
import tempfile
import time
from pathlib import Path

from pypdf import PdfReader

from bench.print import text
from bulletin.core.i18n import translations
from bulletin.core.print_settings import PrintSettings
from bulletin.editions.print.faces import find_fonts, system_font_folders
from bulletin.editions.print.issue import Printer
from bulletin.editions.print.typesetting import Typesetter
from bulletin.editions.print.volume import VolumeMaker
from tests.editions.leaves import leaf_of

_NAMES = ("安青", "曾小兰", "解文华", "单立冬", "欧阳明月", "覃秋")


def _signed(words: str) -> str:
    """With an author below each article, for the index."""
    first, *rest = words.split("\n### ")
    return "\n### ".join((first, *(f"{each}\n（{_NAMES[len(each) % 6]}）\n" for each in rest)))


def main() -> None:
    """Print time, pages and memory."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--issues", type=int, default=200)
    options.add_argument("--fonts", type=Path, default=Path("tests/print/fonts"))
    options.add_argument("--out", type=Path)
    chosen = options.parse_args()
    fonts = find_fonts([chosen.fonts], system_font_folders("linux", Path.home()))
    say = translations("zh-CN").gettext
    head = "---\nnumber: 2015年第{n}期\ndate: 2015-04-10\ntitle: 第{n}期专刊\n---\n"
    with tempfile.TemporaryDirectory() as folder, Typesetter(fonts, 300.0, 4096) as typesetter:
        typesetter.start()
        leaves = [
            leaf_of(_signed(text(number, 4, 4)), head=head.format(n=number + 1)) for number in range(chosen.issues)
        ]
        began = time.perf_counter()
        printer = Printer(typesetter, PrintSettings(), say)
        maker = VolumeMaker(2015, PrintSettings(), printer.lettering, say, lambda name, _: str(Path(folder) / name))
        for leaf in leaves:
            maker.add(leaf, lambda *_: b"")
        print(f"gathered          {time.perf_counter() - began:6.2f} s")
        done = typesetter.pdf(maker.document())
        print(f"set               {time.perf_counter() - began:6.2f} s {done.reason}")
    pages = len(PdfReader(io.BytesIO(done.output)).pages) if done.output else 0
    print(f"pages             {pages:6}   {len(done.output) / 1e6:.1f} MB")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"processor         {used.ru_utime + used.ru_stime:6.2f} s")
    print(f"memory of Typst   {used.ru_maxrss / 1024:6.0f} MB, {used.ru_maxrss / max(pages, 1):.0f} KB a page")
    own = resource.getrusage(resource.RUSAGE_SELF)
    print(f"memory of Python  {own.ru_maxrss / 1024:6.0f} MB, partly shared with it")
    if chosen.out:
        chosen.out.write_bytes(done.output)


if __name__ == "__main__":
    main()
