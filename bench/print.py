"""How long an issue takes to be set: ``python -m bench.print [--issues 50] [--fonts FOLDER]``."""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from bulletin.core.i18n import translations
from bulletin.core.print_settings import PrintSettings
from bulletin.editions.print.faces import find_fonts, system_font_folders
from bulletin.editions.print.issue import Printer
from bulletin.editions.print.typesetting import Typesetter
from bulletin.editions.sources import Sources
from tests.editions.leaves import leaf_of

WORDS = "救助管理站全体职工认真学习工作规程，把每一位求助人员的吃住、看病、返乡安排妥当。"


def text(number: int, articles: int = 6, paragraphs: int = 5) -> str:
    """Some ten pages, different for each number."""
    parts = (
        f"### 第{number}期第{place}篇\n\n" + "\n\n".join(f"{number}、{line}{WORDS * 6}" for line in range(paragraphs))
        for place in range(articles)
    )
    return "## 站务新闻\n\n" + "\n\n".join(parts) + "\n"


def main() -> None:
    """Print the times."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--issues", type=int, default=50)
    options.add_argument("--fonts", type=Path, default=Path("tests/print/fonts"))
    chosen = options.parse_args()
    began = time.perf_counter()
    fonts = find_fonts([chosen.fonts], system_font_folders("linux", Path.home()))
    print(f"fonts found       {time.perf_counter() - began:6.3f} s")
    leaves = [leaf_of(text(number)) for number in range(chosen.issues)]
    with Typesetter(fonts) as typesetter:
        printer = Printer(typesetter, PrintSettings(), translations("zh-CN").gettext)
        taken = []
        for leaf in leaves:
            began = time.perf_counter()
            printer.sheet(leaf, lambda *_: b"", Sources("a.md"))
            taken.append(time.perf_counter() - began)
    print(f"first issue       {taken[0]:6.3f} s")
    print(f"a further one     {statistics.median(taken[1:]):6.3f} s median, {max(taken[1:]):.3f} s longest")


if __name__ == "__main__":
    main()
