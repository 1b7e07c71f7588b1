"""An archive as offices write it, and the site that the program made of it before issue 13.

`former.tar.xz` holds that site and its manifest. It was made by the program of commit 18418de with

    python -m tests.build.former FOLDER_OF_THAT_PROGRAM

and is data: it is not made again when the program changes, only when the archive below does.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

SITE = Path(__file__).with_suffix(".tar.xz")

STATION = """\
name: 青石县救助管理站
url: https://jiuzhu.example.cn/
sections:
  - {id: news, title: 站务新闻}
  - {id: forum, title: 学术争鸣}
  - {id: cases, title: 案例分析}
"""

_ZERO = "\u200b"
_RARE = ("防汛专刊", "读者来信", "节日值守", "案例分折", "来稿选登")
_LEADS = ("会议纪要", "值班安排", "整改要求")


def _issue(n: int) -> str:
    year, month = (2013, 2014, 2015)[n % 3], n % 12 + 1
    news = f"站务新闻{_ZERO}" if n % 7 == 3 else "站务新闻"
    study = "部\u2ed4动态" if n % 5 == 4 else "部门动态"
    sections = [
        f"## {news}\n\n### 第{n}次站务会召开\n\n本月{n}日上午，全站干部职工在二楼会议室学习了第{n}号文件。\n",
        f"## {study}\n\n第{n}周的情况记在值班室的本子上，共{n}页。\n",
    ]
    if n % 4 == 0:
        sections.append(
            f"## {_RARE[n // 4 % 5]}\n\n### 专稿之{n}\n\n汛期第{n}天，巡查组沿河走了{n}里路，劝离露宿者。\n"
        )
    if n % 6 == 1:
        sections.append(
            f"## 通报\n\n### [关于第{n}季度检查的通报](https://www.example.gov.cn/tb/{n}.html)\n\n"
            f"第{n}季度共检查{n}处，问题已经交办。\n\n"
            f"### 交办单{n}[^1]\n\n请各科室在{n}日内办结并回告。\n\n[^1]: 见附表。\n"
        )
    if n % 9 == 2:
        sections.append(
            f"## 一、工作目标{n}\n\n全年完成{n}项任务，逐月对账。\n\n## 二、工作要求{n}\n\n各科室按{n}条要求落实。\n"
        )
    if n % 10 == 5:
        sections.append(f"## 三、具体安排{n}\n\n### {_LEADS[n // 10]}\n\n第{n}批人员由业务科护送返乡，途中两人同行。\n")
    body = "\n".join(sections)
    if n % 8 == 6:
        body += f"\n# 附件\n\n附件之{n}：物资清单一份，由后勤科保管。\n"
    return f"---\nnumber: {year}{n:03}\ndate: {year}-{month:02}-10 09:00\n---\n{body}"


ISSUES = 30
CONTENT = {
    "content/station.yml": STATION,
    "content/pages/about.md": "---\ntitle: 本站简介\n---\n本站设在青石县城东。\n",
    **{f"content/issues/{n:03}.md": _issue(n) for n in range(1, ISSUES + 1)},
}
"""By path."""


def _write(root: Path) -> None:
    for name, text in CONTENT.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def unpack(root: Path) -> list[str]:
    """Lay the archive and the former program's site and manifest into a folder. Returns the addresses, as paths."""
    _write(root)
    with tarfile.open(SITE) as packed:
        packed.extractall(root, filter="data")
        names = [member.name for member in packed if member.isfile()]
    paths = (name.removeprefix("site/") for name in names if name.startswith("site/"))
    return sorted(path for path in paths if not path.startswith("."))


def _pack(program: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write(root)
        environment = {**os.environ, "PYTHONPATH": str(program), "LANGUAGE": "en"}
        subprocess.run([sys.executable, "-P", "-m", "bulletin", "build"], cwd=root, env=environment, check=False)
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w:xz", preset=9) as packed:
            wanted = [*root.glob(".bulletin/manifest-*.bin"), *sorted((root / "site").rglob("*"))]
            for path in wanted:
                name = path.relative_to(root).as_posix()
                if path.is_file() and not name.startswith("site/static/"):
                    packed.add(path, name)
    SITE.write_bytes(data.getvalue())


if __name__ == "__main__":
    _pack(Path(sys.argv[1]).resolve())
