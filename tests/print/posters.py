"""Issues of many titles, and their posters."""

from __future__ import annotations

from typing import NamedTuple

from bulletin.editions.leaf import Leaf
from bulletin.editions.print.issue import Printed
from bulletin.editions.print.pictures import PictureBytes
from bulletin.editions.print.typesetting import Typesetter
from bulletin.editions.sources import Sources
from tests.conftest import STATION
from tests.editions.leaves import leaf_of
from tests.print.samples import HEAD
from tests.print.sheets import printer

_WORDS = "夜间巡查的三点做法与全市救助工作会议纪要寒冬送温暖"
_SECTIONS = ("站务新闻", "工作交流", "寻亲故事", "政策解读", "他山之石", "队伍建设", "案例分析", "服务之窗")


def titles(count: int, length: int = 14) -> list[str]:
    """So many, different from each other."""
    return [f"{place + 1:02}{(_WORDS[place % 9 :] + _WORDS * 9)[: length - 2]}" for place in range(count)]


def issue_of(count: int, length: int = 14, yaml: str = STATION) -> Leaf:
    """An issue of so many articles, five to a section."""
    lines = []
    for place, title in enumerate(titles(count, length)):
        if place % 5 == 0:
            lines.append(f"## {_SECTIONS[place // 5 % 8]}")
        lines.append(f"### {title}\n\n正文。")
    return leaf_of("\n\n".join(lines) + "\n", yaml, head=HEAD)


class Poster(NamedTuple):
    """In both forms."""

    printed: Printed
    png: bytes


def poster_of(typesetter: Typesetter, leaf: Leaf, picture: PictureBytes = lambda *_: b"") -> Poster:
    """Its poster."""
    return Poster(*printer(typesetter).poster(leaf, picture, Sources("content/issues/2015001.md")))
