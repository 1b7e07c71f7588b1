"""What guessing costs: `python -m bench.broken_links --issues 300 --broken 1500`.

Writes an archive of short issues, eight articles each, with so many broken links spread over them, no two alike: a
slip of the pen in an article's address or in an issue's, or an article that is gone. Builds it, then edits the newest
issue some times, and says what each took. To measure another version of the program, put
its folder first into PYTHONPATH.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from bench.corpus import Dice, place

ARTICLES = 8


class Run(NamedTuple):
    """What a build took, as a whole process."""

    clock: float
    """Seconds."""
    processor: float
    """Seconds of processor time, its workers' among them; steady on a machine that has other work too."""


def main() -> None:
    parser = argparse.ArgumentParser(description="What guessing the right address of broken links costs.")
    parser.add_argument("--issues", type=int, default=300)
    parser.add_argument("--broken", type=int, default=1500)
    parser.add_argument("--edits", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        newest = write_archive(root, chosen.issues, chosen.broken)
        first = build(root)
        edits = []
        for count in range(chosen.edits):
            newest.write_text(newest.read_text(encoding="utf-8") + f"\n改{count}。\n", encoding="utf-8")
            edits.append(build(root))
    print(f"{chosen.issues} issues, {chosen.broken} broken links")
    for name, run in (("first build", first), ("after an edit", sorted(edits)[len(edits) // 2])):
        print(f"{name}: {run.clock:.2f} s, {run.processor:.2f} s of processor time")


def build(root: Path) -> Run:
    """What one build took; what it reports is not looked at, only that it could go on."""
    began, before = time.perf_counter(), os.times()
    done = subprocess.run(
        [sys.executable, "-m", "bulletin", "build"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH") or str(Path(__file__).parents[1])},
        stdout=subprocess.DEVNULL,
    )
    after = os.times()
    if done.returncode not in (0, 1):
        sys.exit("The build failed.")
    own = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(time.perf_counter() - began, own)


def write_archive(root: Path, total: int, broken: int) -> Path:
    """Write the project; returns the newest issue's file."""
    dice = Dice("broken links")
    numbers = [place(index, total)[0] for index in range(total)]
    slugs = {number: [slug(dice) for _ in range(ARTICLES)] for number in numbers}
    folder = root / "content" / "issues"
    folder.mkdir(parents=True)
    (root / "content" / "station.yml").write_text("name: 某站\nurl: https://jzz.example.cn/\n", encoding="utf-8")
    targets = [wrong_address(dice, slugs) for _ in range(broken)]
    for index, number in enumerate(numbers):
        own = targets[index::total]
        parts = [f"---\nnumber: {number}\ndate: {place(index, total)[1]:%Y-%m-%d}\n---\n## 站务新闻\n"]
        for article, name in enumerate(slugs[number]):
            links = "".join(f" [{dice.han(4, 8)}]({target})" for target in own[article::ARTICLES])
            parts.append(f"### {dice.han(5, 10)} {{#{name}}}\n{dice.sentence()}{links}\n")
        (folder / f"{number}.md").write_text("\n".join(parts), encoding="utf-8")
    return folder / f"{numbers[-1]}.md"


SYLLABLES = (
    "zhan",
    "wu",
    "xin",
    "wen",
    "jiu",
    "zhu",
    "an",
    "li",
    "fen",
    "xi",
    "cai",
    "zheng",
    "diao",
    "yan",
    "gong",
    "hui",
)


def slug(dice: Dice) -> str:
    """Of an article, as pinyin makes it: `jiu-zhu-zhan-…`."""
    return "-".join(dice.choices(SYLLABLES, k=dice.randint(5, 12)))


def wrong_address(dice: Dice, slugs: dict[str, list[str]]) -> str:
    """An address that leads nowhere."""
    number = dice.choice(list(slugs))
    kind = dice.randrange(3)
    if kind == 0:
        return f"/issues/{number}/{slug(dice)}/"
    name = dice.choice(slugs[number])
    at = dice.randrange(1, len(name) - 1)
    if kind == 1:
        return f"/issues/{number}/{name[:at]}{name[at + 1]}{name[at]}q{name[at + 2 :]}/"
    return f"/issue/{number}/{name[:at]}{name[at + 1 :]}/"


if __name__ == "__main__":
    main()
