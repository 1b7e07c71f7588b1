"""Issues to measure with: any number, always the same for the same seed, in the layouts of all tools.

Two kinds. *Prose* is what an office writes: about 4,000 Han characters in three sections and seven articles, with
bold words, lists, now and then a table or a small picture. *Links* is what hurts a Markdown parser most: a
newsletter of two hundred links in 23 KB. The text under the front matter is the same for every tool, byte for
byte; it uses nothing that one of them would read differently.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate, groupby
from pathlib import Path
from random import Random
from typing import Literal, NamedTuple

from PIL import Image, ImageOps

Kind = Literal["prose", "links"]
KINDS: tuple[Kind, ...] = ("prose", "links")

YEARS = 20
LAST_YEAR = 2024
"""However many issues there are, they fill these twenty years; so each year's list grows with the archive."""

PICTURE_EVERY = 20
"""One issue in so many has a picture, and lies in a folder of its own."""

COMMON = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定"
    "行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其"
    "些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建"
    "月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接"
    "知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器"
    "压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议"
    "声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复"
    "容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标"
    "写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严站救助护送"
)
"""Common characters, the commonest first; the last few are what this office's bulletins are about."""

WEIGHTS = list(accumulate(1 / (rank + 8) for rank in range(len(COMMON))))
"""Zipf's law, flattened at the top as it is among Chinese characters."""

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
SECTIONS = ("站务新闻", "学术争鸣", "案例分析", "通知公告")
ARTICLES = (3, 2, 2)
"""Articles in each section of an issue of prose."""


class Issue(NamedTuple):
    """An issue before it is put into a tool's layout."""

    number: str
    date: datetime
    body: str
    """Markdown, the same for all tools."""
    picture: bytes
    """A JPEG that the text shows as ``photo.jpg``; empty for most."""

    @property
    def title(self) -> str:
        return f"工作简报{self.date.year}年第{int(self.number[4:])}期"


def issues(kind: Kind, total: int, seed: int) -> Iterator[Issue]:
    """So many issues, oldest first."""
    return (issue(kind, index, total, seed) for index in range(total))


def issue(kind: Kind, index: int, total: int, seed: int) -> Issue:
    """One issue of an archive of ``total``; ``index`` may be ``total``, for the one that is added."""
    dice = Dice(f"{seed} {kind} {index}")
    number, date = place(index, total)
    pictured = kind == "prose" and index % PICTURE_EVERY == PICTURE_EVERY // 2
    body = prose(dice, pictured) if kind == "prose" else links(dice)
    return Issue(number, date, body, picture(dice) if pictured else b"")


def place(index: int, total: int) -> tuple[str, datetime]:
    """Number and date: spread over `YEARS`; the one too many is the last year's last."""
    years = YEARS if total >= YEARS else 1
    offset = min(index * years // total, years - 1)
    first = -(-offset * total // years)
    sequence = index - first + 1
    step = timedelta(days=360) / (total // years + 2)
    date = datetime(LAST_YEAR - years + 1 + offset, 1, 1, 9, 30) + sequence * step
    return f"{date.year}{sequence:03}", date.replace(second=0, microsecond=0)


# ── words


class Dice(Random):
    """Chance, with words."""

    def han(self, least: int, most: int) -> str:
        """A run of characters without punctuation; none twice in succession, which the check would call a slip."""
        drawn = self.choices(COMMON, cum_weights=WEIGHTS, k=self.randint(least, most))
        return "".join(character for character, _ in groupby(drawn))

    def sentence(self) -> str:
        clauses = [self.han(5, 13) for _ in range(self.randint(2, 4))]
        if self.random() < 0.15:
            clauses[0] = f"{self.randint(1, 12)}月{self.randint(1, 28)}日" + clauses[0]
        if self.random() < 0.1:
            clauses[-1] += f"**{self.han(3, 8)}**{self.han(2, 5)}"
        return "，".join(clauses) + "。"

    def paragraph(self) -> str:
        return "".join(self.sentence() for _ in range(self.randint(2, 5)))

    def person(self) -> str:
        return self.choice(SURNAMES) + self.han(1, 2)


# ── prose


def prose(dice: Dice, pictured: bool) -> str:
    parts = []
    for title, articles in zip(SECTIONS, ARTICLES, strict=False):
        parts.append(f"## {title}")
        for _ in range(articles):
            parts += article(dice)
    if pictured:
        parts.insert(3, f"![{dice.han(4, 10)}](photo.jpg)")
    return "\n\n".join(parts) + "\n"


def article(dice: Dice) -> Iterator[str]:
    yield f"### {dice.han(9, 18)}"
    for _ in range(dice.randint(4, 5)):
        yield dice.paragraph()
    if dice.random() < 0.3:
        yield items(dice, dice.choice(("- ", "1. ")))
    if dice.random() < 0.1:
        yield table(dice)
    if dice.random() < 0.2:
        yield f"{dice.han(8, 16)}见[{dice.han(4, 8)}]({address(dice)})。"
    yield dice.paragraph()
    yield f"({dice.person()})"


def items(dice: Dice, mark: str) -> str:
    return "\n".join(f"{mark}{dice.han(8, 20)}；" for _ in range(dice.randint(3, 5)))


def table(dice: Dice) -> str:
    rows = [f"| {dice.han(2, 4)} | {dice.randint(1, 400)} | {dice.han(4, 10)} |" for _ in range(dice.randint(3, 6))]
    return "\n".join(["| 项目 | 人次 | 说明 |", "|---|---|---|", *rows])


def picture(dice: Dice) -> bytes:
    """A picture of three kilobytes, each its own."""
    black, white = (tuple(dice.randint(low, low + 100) for _ in range(3)) for low in (0, 150))
    shades = Image.radial_gradient("L").resize((480, 320))
    out = io.BytesIO()
    ImageOps.colorize(shades, black, white).save(out, "JPEG", quality=60)
    return out.getvalue()


# ── links


def links(dice: Dice) -> str:
    """Four sections, two articles in each, twenty-five links in each."""
    parts = []
    for title in SECTIONS:
        parts.append(f"## {title}")
        for _ in range(2):
            parts.append(f"### {dice.han(5, 10)}")
            parts.append("\n".join(link(dice) for _ in range(25)))
    return "\n\n".join(parts) + "\n"


def link(dice: Dice) -> str:
    return f"- [{dice.han(6, 14)}]({address(dice)}) {dice.han(5, 12)}。"


def address(dice: Dice) -> str:
    day = f"{dice.randint(2005, 2024)}/{dice.randint(1, 12):02}"
    return f"https://www{dice.randint(1, 60)}.example.cn/{day}/t{dice.randint(10**7, 10**8)}.html"


# ── layouts


class Layout(NamedTuple):
    """How a tool wants its sources."""

    folder: Callable[[Issue], str]
    """Where issues lie."""
    front: Callable[[Issue], str]
    """What stands above the text."""

    def path(self, issue: Issue) -> str:
        """A file of its own, or a folder when it has a picture."""
        return f"{self.folder(issue)}/{issue.number}{'/index.md' if issue.picture else '.md'}"

    def files(self, issue: Issue) -> Iterator[tuple[str, bytes]]:
        yield self.path(issue), (self.front(issue) + issue.body).encode()
        if issue.picture:
            yield f"{self.folder(issue)}/{issue.number}/photo.jpg", issue.picture

    def write(self, root: Path, issue: Issue) -> None:
        write_files(root, self.files(issue))


def write_files(root: Path, files: Iterable[tuple[str, bytes]]) -> None:
    for name, data in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)


def _bulletin_front(issue: Issue) -> str:
    return f"---\nnumber: {issue.number}\ntitle: {issue.title}\ndate: {issue.date:%Y-%m-%d %H:%M}\n---\n"


def _yaml_front(issue: Issue) -> str:
    return f"---\ntitle: {issue.title}\ndate: {issue.date:%Y-%m-%dT%H:%M:%S}+08:00\n---\n"


def _meta_front(issue: Issue) -> str:
    return f"Title: {issue.title}\nDate: {issue.date:%Y-%m-%d %H:%M}\nSlug: {issue.number}\n\n"


LAYOUTS = {
    "bulletin": Layout(lambda _: "content/issues", _bulletin_front),
    "hugo": Layout(lambda issue: f"content/{issue.date.year}", _yaml_front),
    "pelican": Layout(lambda _: "content/issues", _meta_front),
    "eleventy": Layout(lambda _: "content/issues", _yaml_front),
}
"""Hugo makes a list for each folder, so that years are folders; the others are told to make one for each year."""
