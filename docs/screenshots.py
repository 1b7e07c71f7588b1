"""The handbook's pictures: a station is made, written in and previewed as staff do it, and the browser is photographed.

Run by ``make screenshots``. The station lives in a temporary folder; the pictures go to docs/pictures/.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
CHROMIUM = "/usr/bin/chromium-headless-shell"
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
A_VOICE = "speechSynthesis.getVoices = () => [{lang: 'zh-CN'}];"
"""As every reader's browser has one."""
CHINESE = {**os.environ, "LANGUAGE": "zh_CN", "LC_ALL": "C.UTF-8"}

ISSUE = """\
---
number: {number}
date: {date} 09:00
draft: true
---

## 站务新闻

### 冬季救助工作会议召开

5月6日上午，全站职工开会，总结去冬今春的救助工作。会议由站长主持。

会议定了三件事：

1. 夜间值班增加一人。
2. 物资每月清点一次。
3. 求助电话{phone}

（办公室 张三）

## 案例分析

### 一次成功的寻亲

值班人员从一句方言里听出了线索。详细经过见[上一期](/issues/{link}/)。
"""


def bulletin(root: Path, *words: str) -> str:
    """Run a command in the station's folder; what it printed."""
    command = [sys.executable, "-m", "bulletin", *words]
    return subprocess.run(command, cwd=root, env=CHINESE, check=True, capture_output=True, text=True).stdout


@contextmanager
def preview(root: Path) -> Iterator[str]:
    """`bulletin serve`; yields its address."""
    command = [sys.executable, "-u", "-m", "bulletin", "serve"]
    with subprocess.Popen(command, cwd=root, env=CHINESE, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield next(found[0] for line in server.stdout or () if (found := re.search(r"http://[\d.:]+/", line)))
        finally:
            server.terminate()


def keep(page: Page, name: str) -> None:
    """Save what the window shows; few colours, so that the pictures stay small."""
    shot = Image.open(BytesIO(page.screenshot()))
    shot.convert("RGB").quantize(96).save(PICTURES / f"{name}.png", optimize=True)


def photograph(root: Path) -> None:
    """Go through the handbook's chapters in their order."""
    fill_in(root / "content" / "station.yml")
    number = re.findall(r"\d{7}", bulletin(root, "new"))[0]
    issue = root / "content" / "issues" / f"{number}.md"
    bulletin(root, "today", "23")
    day = issue.read_text(encoding="utf-8").split("date: ")[1][:10]
    good = ISSUE.format(number=number, date=day, phone="张贴在服务大厅。", link=first_issue(root))
    issue.write_text(good, encoding="utf-8")
    with preview(root) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        wide = browser.new_page(viewport={"width": 1200, "height": 900}, locale="zh-CN")
        wide.add_init_script(A_VOICE)
        wide.goto(address)
        wide.wait_for_selector(".newest")
        keep(wide, "home")
        wide.goto(f"{address}issues/{number}/")
        keep(wide, "issue")
        wide.click(".text-tools summary")
        keep(wide, "share")
        issue.write_text(good.replace("张贴在", "**张贴在").replace(first_issue(root), "2014020"), encoding="utf-8")
        wide.wait_for_selector(".preview-problems")
        keep(wide, "problems")
        issue.write_text(good, encoding="utf-8")
        wide.wait_for_selector(".preview-problems", state="detached")
        phone = browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN", device_scale_factor=1.5)
        phone.add_init_script(A_VOICE)
        phone.goto(f"{address}issues/{number}/")
        keep(phone, "phone")
        phone.click("[data-text-size]")
        keep(phone, "phone-large")
        browser.close()


def fill_in(station: Path) -> None:
    """What the handbook's third chapter asks for."""
    text = station.read_text(encoding="utf-8")
    for name, value in {"name": "某市救助管理站", "url": "https://www.example.cn/", "phone": "0700-1234567"}.items():
        text = re.sub(rf"^{name}:.*$", f"{name}: {value}", text, count=1, flags=re.MULTILINE)
    station.write_text(text, encoding="utf-8")


def first_issue(root: Path) -> str:
    """Number of the sample issue that `init` has put there."""
    return min(path.stem for path in (root / "content" / "issues").glob("*.md"))


def main() -> None:
    """Make the station, take the pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "mystation"
        bulletin(Path(folder), "init", "mystation")
        photograph(root)
    for picture in sorted(PICTURES.glob("*.png")):
        print(f"docs/pictures/{picture.name}: {picture.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
