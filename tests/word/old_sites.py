"""Old websites, made up: pages of four layouts as systems of the 2000s wrote them, and what must come out of them."""

# ruff: noqa: E501 - the pages are as long as they were

from __future__ import annotations

import base64
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFklEQVR4nGP4TwpgGFUwqmBUwagCOgMA8tP8H0q7XJcAAAAASUVORK5CYII="
)
GIF = base64.b64decode("R0lGODlhAgACAIAAAP8AAAAA/yH5BAAAAAAALAAAAAACAAIAAAIDhB0FADs=")


class OldPage(NamedTuple):
    """A page, and what it says."""

    place: str
    """Path in the folder, as wget would write it."""
    address: str
    data: bytes
    number: str
    title: str
    time: str
    hits: int
    section: str
    paragraphs: tuple[str, ...]


_WHO = ("值班员", "护送组", "站办公室", "寻亲小组", "后勤科", "街面巡查队", "社工", "医务室")
_WHERE = ("汽车西站", "火车站广场", "城东立交桥下", "解放路", "滨江公园", "南门市场", "新区工地", "人民医院")
_WHAT = (
    "劝导露宿人员入站",
    "核对身份信息",
    "清点御寒物资",
    "联系家属",
    "送去热饭和棉衣",
    "检查消防器材",
    "整理档案",
    "办理返乡手续",
)
_ENDING = ("一切顺利。", "情况已经登记在册。", "下一步将继续跟进。", "受助人员表示感谢。", "有关科室参加了会议。")
_SECTIONS = ("站务新闻", "学术争鸣", "案例分析")


def _sentence(random: random.Random) -> str:
    day = f"{random.randint(1, 12)}月{random.randint(1, 28)}日"
    count = random.randint(2, 90)
    return (
        f"{day},{random.choice(_WHO)}在{random.choice(_WHERE)}{random.choice(_WHAT)},共{count}人次,"
        f"{random.choice(_WHO)}随后{random.choice(_WHAT)},{random.choice(_ENDING)}"
    )


def _paragraphs(random: random.Random) -> list[str]:
    return ["".join(_sentence(random) for _ in range(random.randint(1, 3))) for _ in range(random.randint(3, 7))]


def _title(random: random.Random) -> str:
    return f"{random.choice(_WHO)}到{random.choice(_WHERE)}{random.choice(_WHAT)}（{random.randint(1, 999)}）"


def old_site(pages: int, seed: int = 1) -> list[OldPage]:
    """So many pages of texts, a quarter of each layout, no two with the same text."""
    chance = random.Random(seed)
    makers = (_asp_issue, _php_news, _static_page, _aspx_article)
    return [
        makers[n % 4](n // 4 + 1, chance, datetime(2006, 1, 5, 8, 30) + timedelta(days=5 * n)) for n in range(pages)
    ]


def _asp_issue(n: int, chance: random.Random, day: datetime) -> OldPage:
    """Layout 1: an ASP page in GBK that says gb2312, tables in tables, time and count in one cell."""
    number, hits = f"{day.year}{n:03}", chance.randint(1, 99_999)
    time = day.strftime("%Y-%m-%d %H:%M:%S.") + f"{chance.randint(0, 999):03}"
    body, paragraphs = [], []
    for section in _SECTIONS:
        body.append(f"<P align=center><B><FONT face=黑体 color=#ff0000 size=4>【{section}】</FONT></B></P>")
        for text in _paragraphs(chance):
            paragraphs.append(text)
            body.append(f"<P><FONT face=宋体 size=3>　　{text}</FONT></P>\n<P>&nbsp;</P>")
    html = f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>工作简报{number}</title>
<script>function bookmark(){{window.external.AddFavorite(location.href,document.title)}}</script></head>
<body bgcolor=#ffffff topmargin=0>
<table width=778 border=0 align=center><tr><td><a href=#>收藏</a>| <a href=#>设为首页</a></td><td>今日滞站人员:{n % 9}</td></tr></table>
<table width=778 border=0 align=center><tr><td width=180 valign=top><table><tr><td><a href="index.asp">首页</a></td></tr>
<tr><td><a href="list.asp?c=1">工作简报</a></td></tr></table></td>
<td valign=top><table width=100% border=0><tr><td align=center height=40><font size=5 color=red><b>工作简报{number}</b></font></td></tr>
<tr><td align=center bgcolor=#eeeeee>发布时间:{time} &nbsp;&nbsp;&nbsp;&nbsp; 点击:{hits}</td></tr>
<tr><td style="line-height:180%">{"".join(body)}</td></tr></table></td></tr></table>
<table width=778 align=center><tr><td>友情链接: <a href="http://www.example.cn/">民政网</a></td></tr>
<tr><td align=center>版权所有:南岭市救助管理站 地址:雁北路24号 联系电话:0734-8516000</td></tr></table></body></html>"""
    return OldPage(
        f"show.asp@id={n}.html",
        f"/show.asp?id={n}",
        html.encode("gbk"),
        number,
        f"工作简报{number}",
        time,
        hits,
        "",
        tuple(paragraphs),
    )


def _php_news(n: int, chance: random.Random, day: datetime) -> OldPage:
    """Layout 2: PHP in UTF-8, crumbs, every paragraph ended by two `<br>`, the count in an element of its own."""
    title, hits, section = _title(chance), chance.randint(1, 9_999), chance.choice(_SECTIONS)
    time, paragraphs = day.strftime("%Y-%m-%d %H:%M"), _paragraphs(chance)
    text = "<br /><br />\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{each}" for each in paragraphs)
    picture = f'<div align="center"><img src="uploads/p{n}.gif" width="200" /></div>' if n % 10 == 1 else ""
    html = f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "x.dtd"><html><head>
<meta charset="utf-8" /><title>{title}-南岭市救助管理站</title><style>.a{{color:red}}</style></head><body>
<div id="header"><ul><li><a href="/">首页</a></li><li><a href="list.php">新闻</a></li></ul></div>
<div id="main"><div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="list.php?c=2">{section}</a> &gt; 正文</div>
<div class="article"><h1>{title}</h1><div class="info">发布时间：{time}　来源：本站　阅读次数：<span id="hits">{hits}</span></div>
<div id="zoom">{picture}{text}<div style="display:none">站长统计代码</div></div>
<div class="tool">【<a href="javascript:window.print()">打印本页</a>】【<a href="javascript:close()">关闭窗口</a>】</div>
<div class="near">上一篇：<a href="news.php?id={n - 1}">往期</a></div></div></div>
<div id="footer">版权所有 南岭市救助管理站 湘ICP备00000000号</div></body></html>"""
    return OldPage(
        f"news.php@id={n}.html", f"/news.php?id={n}", html.encode(), "", title, time, hits, section, tuple(paragraphs)
    )


def _static_page(n: int, chance: random.Random, day: datetime) -> OldPage:
    """Layout 3: a file in GB2312 that declares nothing; title, time and text in one cell, lines ended by `<br>`."""
    title, hits, paragraphs = _title(chance), chance.randint(1, 9_999), _paragraphs(chance)
    time = day.strftime("%Y-%m-%d")
    text = "<br>\n".join(f"　　{each}" for each in paragraphs)
    html = f"""<HTML><HEAD><TITLE>{title}</TITLE></HEAD><BODY><CENTER><IMG SRC=/images/top.jpg></CENTER>
<CENTER><TABLE WIDTH=760><TR><TD CLASS=left><A HREF=/>返回首页</A></TD>
<TD CLASS=main><CENTER><FONT SIZE=5 COLOR=#990000>{title}</FONT></CENTER>
<CENTER><FONT SIZE=2 COLOR=gray>[日期：{time}] 浏览次数：{hits}</FONT></CENTER><HR>{text}
</TD></TR></TABLE></CENTER><CENTER>Copyright 南岭市救助管理站</CENTER></BODY></HTML>"""
    address = f"/html/{day:%Y/%m%d}/{n}.html"
    return OldPage(address[1:], address, html.encode("gb2312"), "", title, time, hits, "", tuple(paragraphs))


def _aspx_article(n: int, chance: random.Random, day: datetime) -> OldPage:
    """Layout 4: ASP.NET with a form around all and text out of Word; declares a charset that it has not; attachments."""
    title, hits, section = _title(chance), chance.randint(1, 9_999), chance.choice(_SECTIONS)
    time, paragraphs = day.strftime("%Y-%m-%d %H:%M:%S"), _paragraphs(chance)
    body = "".join(
        f'<p class="MsoNormal" style="TEXT-INDENT: 28pt"><span style="FONT-SIZE: 14pt">{each}<o:p></o:p></span></p>'
        for each in paragraphs
    )
    attachment = f'<p>附件下载：<a href="../UploadFile/doc{n}.doc">登记表</a></p>' if n % 10 == 1 else ""
    shown = day.strftime("%Y/%m/%d %H:%M:%S")
    html = f"""<html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">
<title>{section} - {title}</title></head><body><form name="aspnetForm" method="post" action="View.aspx" id="aspnetForm">
<input type="hidden" name="__VIEWSTATE" value="dDwtMTA4MzE0MjEwNTs7Pg==">
<table id="top"><tr><td><img src="../images/banner.gif"></td></tr></table>
<table id="middle" width="960"><tr><td class="menu"><a href="List.aspx">栏目</a></td><td class="view">
<div class="where">您现在的位置： 首页 &gt;&gt; {section} &gt;&gt; {title}</div>
<span id="ctl_lblTitle" class="biaoti">{title}</span><br>
<span class="small">作者：办公室 更新时间：{shown} 点击数：{hits}</span>
<div class="neirong">{body}{attachment}</div></td></tr></table>
<table id="bottom"><tr><td>版权所有</td></tr></table></form></body></html>"""
    return OldPage(
        f"Article/View.aspx@ArticleID={n}&c=3.html",
        f"/Article/View.aspx?ArticleID={n}&c=3",
        html.encode("gbk"),
        "",
        title,
        time,
        hits,
        section,
        (*paragraphs, "附件下载：登记表") if attachment else tuple(paragraphs),
    )


LIST = """<html><head><title>列表</title></head><body><table>{rows}</table></body></html>"""


def write_old_site(folder: Path, pages: list[OldPage]) -> None:
    """Write the pages, a list that leads to them, and the files that they name."""
    for page in pages:
        path = folder / page.place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page.data)
    rows = "".join(f'<tr><td><a href="{page.address}">{page.title}</a></td></tr>' for page in pages[:30])
    (folder / "list.asp@c=1.html").write_bytes(LIST.format(rows=rows).encode("gbk"))
    for n in range(1, len(pages) // 4 + 2, 10):
        for name, data in ((f"uploads/p{n}.gif", GIF), (f"UploadFile/doc{n}.doc", b"\xd0\xcf\x11\xe0" + bytes(600))):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(data)


def seed_page(text: str) -> bytes:
    """A text of the old system, as it was shown, in nested tables and GBK: the first line that begins 工作简报 is the
    title, the next has time and count, then paragraphs until 友情链接.
    """
    lines = [line.strip(" \t　\xa0\r") for line in text.split("\n")]
    place = next(n for n, line in enumerate(lines) if line.startswith("工作简报"))
    end = next(n for n, line in enumerate(lines) if line.startswith("友情链接"))
    body = "".join(
        f"<P style='TEXT-INDENT: 2em'><FONT face=宋体 size=3><SPAN lang=EN-US>　　{line}</SPAN></FONT></P>\n"
        for line in lines[place + 2 : end]
        if line
    )
    head, foot = "<br>".join(lines[:place]), "<br>".join(lines[end:])
    html = f"""<html><head><title>{lines[place]}</title></head><body><table width=780><tr><td>{head}</td></tr></table>
<table width=780><tr><td><table width=100%><tr><td align=center><font size=5><b>{lines[place]}</b></font></td></tr>
<tr><td align=center>{lines[place + 1]}</td></tr><tr><td><table><tr><td class=content>{body}</td></tr></table></td></tr>
</table></td></tr></table><table><tr><td>{foot}</td></tr></table></body></html>"""
    return html.encode("gbk", "xmlcharrefreplace")


def seed_paragraphs(text: str) -> list[str]:
    """The text's lines that say something, in order, without what is carried beside it."""
    lines = [line.strip(" \t　\xa0\r") for line in text.split("\n")]
    place = next(n for n, line in enumerate(lines) if line.startswith("工作简报"))
    end = next(n for n, line in enumerate(lines) if line.startswith("友情链接"))
    return [line for line in lines[place + 2 : end] if line]
