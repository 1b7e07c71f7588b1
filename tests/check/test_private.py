"""The canary: what was flagged and then removed is nowhere in what is built, and a picture's place never was."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from bulletin.check.findings import GATE_CODES
from tests.check.stations import check
from tests.check.test_examine import photo
from tests.conftest import STATION, build_site, write_files

PRIVATE = {
    "P101": "11010519491231002X",
    "P102": "430405620131001",
    "P103": "13812345678",
    "P104": "0734-8123456",
    "P105": "6222021234567890128",
    "P106": "湘D12345",
    "P107": "E12345678",
    "P108": "zhangsan@qq.com",
    "P109": "南岭县清水镇大塘村",
    "P110": "张小明",
}

HEAD = """\
---
number: 2015001
date: 2015-04-10
title: 第一期
summary: {summary}
keywords: {keywords}
people: none
---
"""
BODY = """\
## 案例分析

### 一件事 {{#{id}}}

<!-- {comment} -->
{text}

![{alt}](a.jpg "{caption}")

[登记]({link})

`{code}`

脚注[^1]。

[^1]: {note}
"""


def issue(words: dict[str, str]) -> str:
    """Private words at every place that a text has."""
    people = f"{words['P110']}，男，12岁，家住{words['P109']}。护照{words['P107']}，车牌{words['P106']}。"
    head = HEAD.format(summary=f"电话{words['P103']}", keywords=f"案例, {words['P104']}")
    return head + BODY.format(
        id="yi-jian-shi",
        comment=f"身份证{words['P101']}",
        text=people,
        alt=f"卡号{words['P105']}",
        caption=f"邮箱{words['P108']}",
        link=f"http://www.example.cn/{words['P101']}",
        code=words["P102"],
        note=f"手机{words['P103']}",
    )


def contents(site: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a site, and what is packed in it, as far as it can be unpacked."""
    for path in sorted(site.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            yield path.relative_to(site).as_posix(), path.name.encode() + data + unpacked(data)


def unpacked(data: bytes) -> bytes:
    if data[:2] == b"\x1f\x8b":
        return gzip.decompress(data)
    if data[:4] in (b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1", b"\x89PNG", b"RIFF"):
        with Image.open(io.BytesIO(data)) as image:
            known = {k: v for k, v in image.info.items() if isinstance(v, bytes | str)}
            return repr((dict(image.getexif()), dict(image.getexif().get_ifd(0x8825)), known)).encode()
    try:
        return zlib.decompress(data)
    except zlib.error:
        return b""


def spellings(word: str) -> list[bytes]:
    """A word in every encoding in which it might lie there."""
    shown = "".join(f"&#{ord(sign)};" for sign in word)
    escaped = word.encode("unicode_escape")
    quoted = "".join(f"%{byte:02X}" for byte in word.encode()).encode()
    return [word.encode(), word.encode("utf-16-le"), word.encode("gb18030"), shown.encode(), escaped, quoted]


def leaks(site: Path, word: str) -> list[str]:
    return [name for name, data in contents(site) if any(spelling in data for spelling in spellings(word))]


def test_what_was_removed_is_nowhere_in_the_site(tmp_path: Path) -> None:
    station = STATION + "search: yes\n"
    path = "content/issues/2015001.md"
    write_files(tmp_path, {"content/station.yml": station, path: issue(PRIVATE)})
    write_files(tmp_path, {"content/issues/a.jpg": photo(placed=True)})
    reported = {found.code for found in check(tmp_path).problems}
    assert {*PRIVATE, "P112"} <= reported
    build_site(tmp_path)
    assert not (tmp_path / "site/issues/2015001").exists()  # the gate keeps it back
    guesses = {code: "某" if code in GATE_CODES else word for code, word in PRIVATE.items()}
    write_files(tmp_path, {path: issue(guesses)})
    build_site(tmp_path)
    assert leaks(tmp_path / "site", PRIVATE["P110"])  # the search for it works
    write_files(tmp_path, {path: issue(dict.fromkeys(PRIVATE, "某"))})
    assert not {found.code for found in check(tmp_path).problems} & set(PRIVATE)
    build_site(tmp_path)
    assert {
        code: leaks(tmp_path / "site", word) for code, word in PRIVATE.items() if leaks(tmp_path / "site", word)
    } == {}


def test_where_a_picture_was_taken_never_gets_out(tmp_path: Path) -> None:
    text = issue(dict.fromkeys(PRIVATE, "某"))
    write_files(tmp_path, {"content/station.yml": STATION, "content/issues/2015001.md": text})
    write_files(tmp_path, {"content/issues/a.jpg": photo(placed=True)})
    assert b"GPS" not in repr(build_site(tmp_path)).encode()
    pictures = [data for name, data in contents(tmp_path / "site") if name.endswith((".jpg", ".webp", ".png"))]
    assert pictures
    assert all(b"26.0" not in data and b"Exif" not in data for data in pictures)
