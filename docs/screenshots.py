"""The handbook's pictures: a station is made, written in, previewed and published as staff do it, and the browser is
photographed; so is what a command says, as a page that looks like its window.

Run by ``make screenshots``. The station lives in a temporary folder; the pictures go to docs/pictures/.
"""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO, StringIO
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import docx
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

PICTURES = Path(__file__).parent / "pictures"
CHROMIUM = "/usr/bin/chromium-headless-shell"
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
A_VOICE = "speechSynthesis.getVoices = () => [{lang: 'zh-CN'}];"
"""As every reader's browser has one."""
CHINESE = {**os.environ, "LANGUAGE": "zh_CN", "LC_ALL": "C.UTF-8"}

ISSUE = """\
---
number: {number}
date: {date} 00:30
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

CASES = """\
---
number: {number}
date: {date} 00:30
---

## 站务新闻

### 夏季送清凉

7月3日，救助车分三路出发，给露宿人员送水、送药，走访12处。

### 冬衣捐赠登记办法

捐赠冬衣的市民，请先打电话登记。登记的地点是一楼值班室。
"""

WINDOW = """\
<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 18px 22px; color: {foreground}; background: {background} }}
pre {{ margin: 0; font: 15px/1.6 "Noto Sans Mono CJK SC", monospace; white-space: pre-wrap; overflow-wrap: anywhere }}
</style><pre>{code}</pre>
"""
"""For `rich.Console.export_html`."""


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


def keep(page: Page, name: str, *, whole: bool = False) -> None:
    """Save what the window shows, or the whole page; few colours, so that the pictures stay small."""
    shot = Image.open(BytesIO(page.screenshot(full_page=whole)))
    shot.convert("RGB").quantize(96).save(PICTURES / f"{name}.png", optimize=True)


def photograph(root: Path) -> None:
    """Go through the handbook's chapters in their order."""
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
        phone.click(".menu summary")
        phone.click("[data-text-size]")
        phone.click(".menu summary")
        keep(phone, "phone-large")
        browser.close()


# ── publishing


def typed(root: Path, command: str, *answers: str) -> str:
    """What a terminal shows when a command is typed in it and its questions are answered, with its colours."""
    words = [sys.executable, "-m", *command.split()]
    ours, theirs = pty.openpty()
    environment = {**CHINESE, "TERM": "dumb", "COLUMNS": "96"}
    with subprocess.Popen(words, cwd=root, env=environment, stdin=theirs, stdout=theirs, stderr=theirs):
        os.close(theirs)
        said, left = b"", list(answers)
        with suppress(OSError):  # the other end is closed
            while data := os.read(ours, 65536):
                said += data
                if left and said.endswith(b": "):
                    os.write(ours, f"{left.pop(0)}\n".encode())
    os.close(ours)
    return f"> {command}\n" + said.decode().replace("\r\n", "\n")


def show(browser: Browser, said: str, name: str) -> None:
    """Photograph a terminal."""
    console = Console(record=True, file=StringIO(), width=96)
    console.print(Text.from_ansi(said), soft_wrap=True)
    page = browser.new_page(viewport={"width": 900, "height": 100})
    page.set_content(console.export_html(theme=MONOKAI, inline_styles=True, code_format=WINDOW))
    keep(page, name, whole=True)


@contextmanager
def public_address(folder: Path) -> Iterator[None]:
    """Let ``http://www.example.cn/`` show a folder, for the programs that are started meanwhile."""

    class Handler(SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            return super().translate_path(urlsplit(path).path)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        CHINESE["http_proxy"] = f"http://127.0.0.1:{server.server_port}"
        try:
            yield
        finally:
            del CHINESE["http_proxy"]
            server.shutdown()


def publish(root: Path) -> None:
    """Release two issues, then one more with a correction, while another waits; then withdraw an article."""
    www = root.parent / "www"
    www.mkdir()
    station = root / "content" / "station.yml"
    target = f"publish:\n  - {{name: web, kind: folder, path: {www}, how: burst}}\n"
    station.write_text(station.read_text(encoding="utf-8").replace("https://www.ex", "http://www.ex") + target, "utf-8")
    issues = sorted((root / "content" / "issues").glob("*.md"))
    own = issues[-1]
    day = own.read_text(encoding="utf-8").split("date: ")[1][:10]
    third, waiting = (own.with_name(f"{int(own.stem) + more}.md") for more in (1, 2))
    third.write_text(CASES.format(number=third.stem, date=day), encoding="utf-8")
    with public_address(www), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        bulletin(root, "publish", "--yes")
        own.write_text(own.read_text(encoding="utf-8").replace("draft: true\n", ""), encoding="utf-8")
        tomorrow = date.fromisoformat(day) + timedelta(days=1)
        waiting.write_text(CASES.format(number=waiting.stem, date=tomorrow), encoding="utf-8")
        bulletin(root, "correct", third.stem, "夏季送清凉", "--was", "走访12处", "--now", "走访21处")
        show(browser, typed(root, "bulletin publish", "y"), "publish")
        typed(root, f"bulletin withdraw {third.stem} 冬衣捐赠登记办法 --because 办法已改", "y")
        page = browser.new_page(viewport={"width": 1000, "height": 660}, locale="zh-CN")
        page.add_init_script(A_VOICE)
        page.goto(next(www.glob(f"issues/{third.stem}/*qing-liang*/index.html")).as_uri())
        keep(page, "correction")
        page.goto(next(www.glob(f"issues/{third.stem}/dong-yi*/index.html")).as_uri())
        keep(page, "withdrawn")
        browser.close()


def wechat(root: Path) -> None:
    """The page from which an issue is copied into WeChat."""
    bulletin(root, "wechat", first_issue(root))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = browser.new_page(viewport={"width": 1200, "height": 860}, locale="zh-CN")
        page.goto((root / "out" / "wechat" / first_issue(root) / "index.html").as_uri())
        page.locator("[data-copy]").first.click()
        page.locator("[data-said].good, [data-said].bad").first.wait_for()
        keep(page, "wechat")
        browser.close()


MAIL = """\
mail:
  accounts:
    - {name: office, host: smtp.example.cn, from: jzz@example.cn}
  imap: {host: imap.example.cn, user: jzz@example.cn}
"""


def letters(root: Path) -> None:
    """The letter, as a mail program shows it, and the page that says how to get it."""
    station = root / "content" / "station.yml"
    station.write_text(station.read_text(encoding="utf-8") + MAIL, encoding="utf-8")
    bulletin(root, "build")
    bulletin(root, "mail", "preview", first_issue(root))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = browser.new_page(viewport={"width": 680, "height": 900}, locale="zh-CN")
        page.goto((root / "out" / "mail" / first_issue(root) / "letter.html").as_uri())
        keep(page, "letter")
        phone = browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN", device_scale_factor=1.5)
        phone.goto((root / "site" / "subscribe" / "index.html").as_uri())
        keep(phone, "subscribe")
        browser.close()


# ── from Word


def from_word(root: Path) -> None:
    """A document with numbered points, a hidden sentence and a comment becomes a draft."""
    document = docx.Document()
    document.add_heading("关于做好汛期值班的通知", 0)
    document.add_paragraph("进入汛期，全站二十四小时有人值班。现将有关事项通知如下：")
    for point in ("值班人员提前十五分钟到岗交接", "雨情、险情随时报告值班领导", "救生衣、沙袋放在一楼东侧"):
        document.add_paragraph(point, style="List Number")
    said = document.add_paragraph("值班表另行张贴。")
    hidden = said.add_run("（第三组人手不够，再商量）")
    hidden.font.hidden = True
    document.add_comment(said.runs, "表格什么时候定？", author="", initials="")
    document.save(str(root / "通知.docx"))
    number = f"{int(max(path.stem for path in (root / 'content' / 'issues').glob('*.md'))) + 1}"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        show(browser, typed(root, f"bulletin word in 通知.docx --number {number} --section 站务新闻", "y"), "word-in")
        with preview(root) as address:
            page = browser.new_page(viewport={"width": 1000, "height": 1120}, locale="zh-CN")
            page.add_init_script(A_VOICE)
            page.goto(f"{address}issues/{number}/")
            page.wait_for_selector(".sheet-text .article")
            page.locator(".sheet-body").scroll_into_view_if_needed()
            keep(page, "word-page")
        browser.close()


FACTS = ("某市救助管理站", "某市园林路24号", "0700-1234567", "https://www.example.cn/", "")


def begin(folder: Path) -> None:
    """What the handbook's second chapter asks for."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        show(browser, typed(folder, "bulletin init mystation", *FACTS, ""), "init")
        browser.close()


TABLE = """\
---
number: {number}
date: {date} 00:30
draft: true
---

## 站务新闻

### 上半年救助情况

半年来，服务大厅和救助车一共接待求助人员 302 人次。

| 月份 | 求助 | 护送返乡 |
|---|---:|---:|
| 四月 | 92 | 11 |
| 五月 | 118 | 17 |
| 六月 | 92 | 9 |

![救助车在江边巡查](car.png "6月12日，救助车在江边巡查")
"""


def table_and_picture(root: Path) -> None:
    """An issue with a table and a picture that has a caption, in the preview."""
    number = re.findall(r"\d{7}", bulletin(root, "new"))[0]
    issue = root / "content" / "issues" / f"{number}.md"
    day = issue.read_text(encoding="utf-8").split("date: ")[1][:10]
    issue.write_text(TABLE.format(number=number, date=day), encoding="utf-8")
    picture = issue.with_name("car.png")
    drawn(picture)
    with preview(root) as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        page = browser.new_page(viewport={"width": 900, "height": 720}, locale="zh-CN")
        page.add_init_script(A_VOICE)
        page.goto(f"{address}issues/{number}/")
        page.wait_for_selector("figure img")
        page.evaluate("document.querySelector('.preview-problems')?.remove()")
        page.evaluate("const it = document.querySelector('figure img'); it.loading = 'eager'; it.decode()")
        page.evaluate("document.querySelector('.sheet-text .article').scrollIntoView({behavior: 'instant'})")
        keep(page, "table")
        browser.close()


def drawn(path: Path) -> None:
    """A picture: a car by the river, in six colours."""
    picture = Image.new("RGB", (900, 420), "#cfe3ee")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 250, 900, 420), fill="#9fb8a4")
    draw.rectangle((0, 190, 900, 250), fill="#7fa6bd")
    draw.rounded_rectangle((250, 200, 650, 340), 24, fill="#f4f4f0")
    draw.rounded_rectangle((300, 215, 430, 275), 10, fill="#4d6f86")
    draw.rounded_rectangle((450, 215, 620, 275), 10, fill="#4d6f86")
    draw.rectangle((250, 292, 650, 310), fill="#b01218")
    for x in (330, 570):
        draw.ellipse((x - 42, 300, x + 42, 384), fill="#333333")
        draw.ellipse((x - 18, 324, x + 18, 360), fill="#bbbbbb")
    picture.save(path)


def release(issue: Path) -> None:
    """It is no draft any more."""
    text = issue.read_text(encoding="utf-8")
    issue.write_text(re.sub(r"^draft: true.*\n", "", text, count=1, flags=re.MULTILINE), encoding="utf-8")


def first_issue(root: Path) -> str:
    """Number of the sample issue that `init` has put there."""
    return min(path.stem for path in (root / "content" / "issues").glob("*.md"))


def main() -> None:
    """Make the station, take the pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "mystation"
        begin(Path(folder))
        release(root / "content" / "issues" / f"{first_issue(root)}.md")
        photograph(root)
        publish(root)
        wechat(root)
        letters(root)
        from_word(root)
        table_and_picture(root)
    for picture in sorted(PICTURES.glob("*.png")):
        print(f"docs/pictures/{picture.name}: {picture.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
