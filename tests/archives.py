"""Archives with the shapes that large real ones have, from a small vocabulary; always the same for the same seed.

Each kind is a way in which some office or editor writes all its issues: lists of links under a head of ``Title:``
lines, Chinese issues with ``**1、item**`` and pictures from elsewhere, lists with raw HTML, texts pasted from Word.
`WHOLE` says how many issues of each there are in the whole form. With each issue comes what it says, sentence by
sentence in the order of the text, so that a test can look for every one of them on the page.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import NamedTuple

from PIL import Image

WHO = ("值班员", "夜巡小组", "后勤股", "业务股", "两名志愿者", "驻站医生", "带班干部", "护送组", "食堂师傅", "门卫老周")
WHERE = ("在汽车东站", "在北门桥下", "在人民广场", "在滨江菜场旁", "在旧货市场口", "在火车站候车厅", "在医院急诊楼前")
DID = (
    "核对了登记表",
    "送去棉被和热粥",
    "问清了来处",
    "联系上家里人",
    "检查了消防器材",
    "清点了被褥",
    "补录了资料",
    "换了门锁",
)
THEN = ("当天录入系统", "次日由亲属接回", "情况稳定", "又去看过两回", "已报主管部门", "没有再发现险情", "记在值班本上")
SUBJECTS = (
    "冬季送温暖",
    "消防演练",
    "护送返乡",
    "被褥换洗",
    "岗位练兵",
    "寻亲比对",
    "夜间巡查",
    "食堂账目",
    "档案整理",
)
KINDS_OF_TEXT = ("简讯", "小结", "纪要", "通报", "心得", "安排")
OFFICES = ("临江市救助站", "临江市民政局办公室", "救助站业务股")
NAMES = ("陈望舒", "李未央", "周敬亭", "何小满", "吴长河")
LATIN = (
    "Weekly",
    "Notes",
    "release",
    "parser",
    "queue",
    "Vec",
    "station",
    "archive",
    "reader",
    "index",
    "night",
    "watch",
)
HOSTS = ("blog.example.org", "www.example.cn", "docs.example.com", "news.example.net")
KNOWN = ("站务新闻", "学习园地", "案例讨论", "通知公告")
"""Sections that the station names."""

Content = str | bytes
Files = Mapping[str, Content]


class Written(NamedTuple):
    """One issue: its files, and what it says."""

    files: dict[str, Content]
    """By path in the project; the issue's own first."""
    said: tuple[str, ...]
    """Sentences, titles and items in the order of the text, without markup."""
    notes: tuple[str, ...]
    """The same of its notes, in the order in which they are mentioned."""


class Author(Random):
    """Chance that remembers what it said. No two sentences of one author are the same: each has a number of its own."""

    def __init__(self, seed: str, index: int = 0) -> None:
        super().__init__(seed)
        self.index = index
        self.said: list[str] = []
        self.notes: list[str] = []
        self._count = 0

    def say(self, text: str) -> str:
        """Text that the page must show at this place."""
        self.said.append(text)
        return text

    def note(self, text: str) -> str:
        """Text of a note, which goes to the end."""
        self.notes.append(text)
        return text

    def fact(self) -> str:
        self._count += 1
        return f"{self.choice(WHO)}{self.choice(WHERE)}{self.choice(DID)}，共{self._count}件，{self.choice(THEN)}"

    def sentence(self) -> str:
        return self.say(f"{self.randint(1, 12)}月{self.randint(1, 28)}日，{self.fact()}。")

    def paragraph(self) -> str:
        return "".join(self.sentence() for _ in range(self.randint(1, 4)))

    def title(self) -> str:
        self._count += 1
        return self.say(f"{self.choice(SUBJECTS)}{self.choice(KINDS_OF_TEXT)}之{self._count}")

    def latin(self) -> str:
        self._count += 1
        return self.say(" ".join(self.sample(LATIN, self.randint(2, 5))) + f" {self._count}")

    def address(self) -> str:
        return f"https://{self.choice(HOSTS)}/{self.randint(2005, 2024)}/{self.randint(10**5, 10**6)}.html"


# ── the kinds, each a way to write the body of an issue


def link_list(author: Author) -> Iterator[str]:
    """A newsletter of links: a head of ``Title:`` lines, sections, nothing but items."""
    for _ in range(author.randint(3, 6)):
        yield f"## {author.latin()}"
        yield "\n".join(_link_item(author) for _ in range(author.randint(4, 12)))


def _link_item(author: Author) -> str:
    words = author.latin()
    item = f"- [{words}]({author.address()})"
    match author.randrange(4):
        case 0:
            return item
        case 1:
            return f"{item} {author.say(author.fact())}。"
        case 2:
            return f"{item}\n  {author.say(author.fact())}。"
        case _:
            return f"{item} - *{author.latin()}*"


def numbered_items(author: Author) -> Iterator[str]:
    """A Chinese weekly: ``# title``, ``## sections``, bold numbered items, pictures from elsewhere, quotations."""
    yield f"# {author.choice(SUBJECTS)}周报（第 {{number}} 期）"
    yield author.paragraph()
    for title in author.sample(("封面图", "本周话题", "科技动态", "文章", "工具", "资源", "言论"), 4):
        yield f"## {author.say(title)}"
        for number in range(1, author.randint(2, 5)):
            yield f"**{author.say(f'{number}、')}{author.title()}**"
            if author.random() < 0.4:
                host = author.choice(HOSTS)
                author.say(f"图片（{host}）")
                yield f"![](https://{host}/img/{author.randint(1, 999)}.jpg)"
            yield author.paragraph()
            if author.random() < 0.3:
                yield f"> {author.sentence()}"
            if author.random() < 0.3:
                yield f"（[{author.latin()}]({author.address()})）"
    yield f"（{author.say('完')}）"


def html_list(author: Author) -> Iterator[str]:
    """A list of links with raw HTML and ``### category``, as some editors' programs write it."""
    yield f'<p align="center"><b>{author.latin()}</b></p>'
    for _ in range(author.randint(2, 5)):
        yield f"### {author.latin()}"
        yield "\n".join(
            f'- <a href="{author.address()}" target="_blank">{author.latin()}</a><br>{author.say(author.fact())}'
            for _ in range(author.randint(2, 6))
        )
    if author.random() < 0.5:
        yield f"<table><tr><td>{author.latin()}</td><td>{author.say(author.fact())}</td></tr></table>"
    yield f"<!-- {author.choice(SUBJECTS)} --><div><em>{author.latin()}</em></div>"


def pasted(author: Author) -> Iterator[str]:
    """Pasted from Word: each line is a paragraph, no line is blank; points, short lines, a sign-off at the end."""
    for section in author.sample(KNOWN, 2):
        yield f"## {author.say(section)}"
        yield f"### {author.title()}"
        lines = [author.paragraph() for _ in range(author.randint(2, 5))]
        if author.random() < 0.5:
            lines += [f"{author.say(name)}：{author.say(what)}" for name, what in _particulars(author)]
        if author.random() < 0.5:
            lines += [f"{author.say(mark)}、{author.sentence()}" for mark in "一二三"[: author.randint(2, 3)]]
        yield "\n".join(lines)
    yield "\n".join(_sign_off(author))


def _particulars(author: Author) -> Iterator[tuple[str, str]]:
    yield "时间", f"{author.randint(1, 12)}月{author.randint(1, 28)}日上午"
    yield "地点", author.choice(("二楼会议室", "食堂", "值班室"))
    yield "主持人", author.choice(NAMES)


def _sign_off(author: Author) -> Iterator[str]:
    day = f"20{author.randint(10, 24)}年{author.randint(1, 12)}月{author.randint(1, 28)}日"
    yield "　" * 14 + author.say(author.choice(OFFICES))
    yield "　" * 15 + author.say(day)


def hard_wrapped(author: Author) -> Iterator[str]:
    """Lines broken at one width, inside sentences, as a mail program or an old editor does."""
    for section in author.sample(KNOWN, 2):
        yield f"## {author.say(section)}"
        yield f"### {author.title()}"
        yield "\n".join(_WRAPPED.findall(author.paragraph() + author.paragraph()))


_WRAPPED = re.compile(r".{30,34}(?![0-9，。])|.+")
"""Lines of nearly one width; none begins with a number or a mark that closes something."""


def rare_sections(author: Author) -> Iterator[str]:
    """Every issue names its sections anew, so that an archive of hundreds has as many that nobody knows."""
    names = (author.choice(KNOWN), *(f"{author.choice(SUBJECTS)}{way}{author.index + 1}" for way in ("札记", "侧影")))
    for name in names:
        yield f"## {author.say(name)}"
        yield f"### {author.title()}"
        yield author.paragraph()


def with_notes(author: Author) -> Iterator[str]:
    """Two articles whose notes have the same names, mentioned in another order than they are defined."""
    for section in author.sample(KNOWN, 2):
        yield f"## {author.say(section)}"
        yield f"### {author.title()}"
        count = author.randint(2, 4)
        yield "".join(f"{author.sentence()[:-1]}[^{n}]。" for n in range(1, count + 1))
        notes = [f"[^{n}]: {author.note(author.fact())}。" for n in range(1, count + 1)]
        author.shuffle(notes)
        yield "\n".join(notes)


def with_tables(author: Author) -> Iterator[str]:
    """Tables as they are written, and as they come out of a spreadsheet: with tabs, or with bars and no rule."""
    yield f"## {author.say('通知公告')}"
    for rule in author.sample(("|---|---|---|", "", "\t"), 3):
        yield f"### {author.title()}"
        yield author.sentence()
        rows = [[author.say(cell) for cell in row] for row in _cells(author)]
        if rule == "\t":
            yield "\n".join("\t".join(row) for row in rows)
            continue
        lines = [f"| {' | '.join(row)} |" for row in rows]
        yield "\n".join([lines[0], rule, *lines[1:]] if rule else lines)


def _cells(author: Author) -> Iterator[tuple[str, str, str]]:
    yield "事项", "人次", "说明"
    for subject in author.sample(SUBJECTS, 3):
        yield subject, str(author.randint(1, 400)), f"比上月多{author.randint(1, 40)}次"


def with_records(author: Author) -> Iterator[str]:
    """An issue with attachments, a sign-off and a version record at its end, as a printed one has them."""
    yield f"## {author.say('通知公告')}"
    yield f"### {author.title()}"
    yield author.paragraph()
    yield f"{author.say('附件')}：{author.say('1')}.{author.title()}\n{author.say('2')}.{author.title()}"
    yield "\n".join(_sign_off(author))
    record = f"{author.say('报')}：{author.say('市民政局')}\n{author.say('送')}：{author.say('各县区救助站')}"
    yield f"{record}\n（{author.say('共印50份')}）"


def with_bullets(author: Author) -> Iterator[str]:
    """Bullets as Word writes them, its private-use characters among them, with a tab after each."""
    yield f"## {author.say('学习园地')}"
    yield f"### {author.title()}"
    for mark in author.sample(("•\t", "● ", "\uf0b7\t", "\uf0d8 ", "- ", "- [ ] ", "◆ "), 3):
        yield f"{author.sentence()[:-1]}："
        yield "\n".join(f"{mark}{author.say(author.fact())}" for _ in range(author.randint(2, 4)))


def odd_titles(author: Author) -> Iterator[str]:
    """Titles that are links, or have a note, emphasis or a picture."""
    yield f"## {author.say('站务新闻')}"
    for number in author.sample(range(4), 3):
        title = author.title()
        yield (
            f"### [{title}]({author.address()})",
            f"### {title}[^1]",
            f"### **{title[:4]}**{title[4:]}",
            f"### {title} {{#ti-{author.index}}}",
        )[number]
        yield author.paragraph()
        if number == 1:
            yield f"[^1]: {author.note(author.fact())}。"


def late_hash(author: Author) -> Iterator[str]:
    """Sections with ``##`` and one ``#`` after them, as in a third of some archives."""
    for section in author.sample(KNOWN, 2):
        yield f"## {author.say(section)}"
        yield f"### {author.title()}"
        yield author.paragraph()
    yield f"# {author.say('附件')}"
    yield author.paragraph()


def with_masthead(author: Author) -> Iterator[str]:
    """A line of the printed sheet before the title, or a comment, and all headings from ``#`` on."""
    if author.random() < 0.5:
        yield f"**{author.say('临江市救助站编')}　{author.say('每月两期')}**"
    else:
        yield f"<!-- {author.choice(NAMES)}校 -->"
    deep = author.random() < 0.5
    yield "# 临江通讯第{number}期"
    for section in author.sample(KNOWN, 2):
        yield f"{'##' if deep else '#'} {author.say(section)}"
        yield f"{'###' if deep else '##'} {author.title()}"
        yield author.paragraph()


def with_points(author: Author) -> Iterator[str]:
    """A notice whose points, or a regulation whose chapters, are headings like sections."""
    yield f"# {author.choice(SUBJECTS)}的通知"
    yield f"{author.say('各股室')}："
    marks = author.choice((("一、", "二、", "三、"), ("第一章 ", "第二章 ", "第三章 ")))
    for mark in marks:
        yield f"## {author.say(mark)}{author.say(author.choice(SUBJECTS))}"
        yield author.paragraph()


def with_names(author: Author) -> Iterator[str]:
    """Names in angle brackets, bare addresses, figures with stars, hashes without a blank: all of it text."""
    yield f"## {author.say('学习园地')}"
    yield f"### {author.title()}"
    host = author.choice(HOSTS)
    yield f"{author.say('先打开<打印设置>，再点<附件1>')}。{author.sentence()}"
    yield f"{author.say(f'细则见：https://{host}/a/{author.randint(1, 99)}.html')}。{author.say('仓库是3*4*5米')}。"
    yield f"{author.say(f'网址是www.{host}')}，{author.say('类型写成Vec<T>')}。"
    yield author.say(f"#{author.randint(1, 9)}号楼已经检查")


# ── issues of them

_META = "Title: {title}\nDate: {day:%Y-%m-%d}\nSlug: {number}\nAuthor: {author}\n\n"
_FRONT = "---\nnumber: {number}\ndate: {day:%Y-%m-%d} 10:00\n---\n"
_DATED = "---\ndate: {day:%Y-%m-%d}\n---\n"


class _Kind(NamedTuple):
    body: Callable[[Author], Iterator[str]]
    whole: int
    """Issues in the whole form."""
    front: str = _FRONT
    pictured: bool = False
    """Whether some issues have a folder with pictures."""


KINDS: dict[str, _Kind] = {
    "link lists": _Kind(link_list, 609, _META),
    "numbered items": _Kind(numbered_items, 407, _DATED),
    "html lists": _Kind(html_list, 248),
    "pasted": _Kind(pasted, 120, pictured=True),
    "hard-wrapped": _Kind(hard_wrapped, 60),
    "rare sections": _Kind(rare_sections, 350),
    "notes": _Kind(with_notes, 60),
    "tables": _Kind(with_tables, 40),
    "records": _Kind(with_records, 40),
    "bullets": _Kind(with_bullets, 40),
    "odd titles": _Kind(odd_titles, 60),
    "late hash": _Kind(late_hash, 204),
    "masthead": _Kind(with_masthead, 40, _DATED),
    "points": _Kind(with_points, 40),
    "names": _Kind(with_names, 40),
}
"""Every shape; 350 issues with two sections each that no other has make 700 unknown sections."""

WHOLE = {name: kind.whole for name, kind in KINDS.items()}
SHORT = dict.fromkeys(KINDS, 3)

STATION = """\
name: 临江市救助站
url: https://jiuzhu.example.cn/
sections:
  - {id: news, title: 站务新闻}
  - {id: study, title: 学习园地}
  - {id: cases, title: 案例讨论}
  - {id: notices, title: 通知公告}
"""
NAMELESS = "name: 临江市救助站\nurl: https://jiuzhu.example.cn/\n"
"""A station that names no section."""

FIRST_DAY = date(2003, 1, 6)


def issue(kind: str, index: int, seed: int) -> Written:
    """One issue of a kind, the same whatever others there are."""
    author = Author(f"{seed} {kind} {index}", index)
    made = KINDS[kind]
    day = FIRST_DAY + timedelta(days=len(KINDS) * index + list(KINDS).index(kind))
    number = f"{day.year}{day.timetuple().tm_yday:03}"
    front = made.front.format(number=number, day=day, title=f"Links of the week {index}", author=author.choice(NAMES))
    blocks = list(made.body(author))
    body = "\n\n".join(blocks).replace("{number}", str(index + 1)) + "\n"
    if not made.pictured or index % 3:
        return Written({f"content/issues/{number}.md": front + body}, tuple(author.said), tuple(author.notes))
    folder = f"content/issues/{number}"
    body += f"\n![{author.say('门前合影')}](image1.png)\n"
    files: dict[str, Content] = {f"{folder}/index.md": front + body, f"{folder}/image1.png": picture(index % 200)}
    return Written(files, tuple(author.said), tuple(author.notes))


def issues(sizes: Mapping[str, int], seed: int) -> Iterator[tuple[str, Written]]:
    """So many issues of each kind."""
    for kind, count in sizes.items():
        yield from ((kind, issue(kind, index, seed)) for index in range(count))


def archive(sizes: Mapping[str, int], seed: int, station: str = STATION) -> dict[str, Content]:
    """All files of a project."""
    files: dict[str, Content] = {"content/station.yml": station}
    for _, written in issues(sizes, seed):
        taken = files.keys() & written.files.keys()
        assert not taken, taken
        files |= written.files
    return files


@lru_cache
def picture(shade: int) -> bytes:
    """A small drawing."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (shade, 120, 255 - shade)).save(out, "PNG")
    return out.getvalue()
