"""The station: who publishes, and what the whole site shares.

Field names are those of `content/station.yml`, which config.py reads; docs/handbook.zh-CN.md explains them to staff.
The rules of form come from docs/norms.md 1 (政府网站发展指引, 国办发〔2017〕47号).
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit, urlunsplit

import msgspec

from bulletin.core.chat_robots import ChatRobot
from bulletin.core.home_page import HomeColumn
from bulletin.core.mail_settings import MailSettings
from bulletin.core.model import Value
from bulletin.core.print_settings import PrintSettings
from bulletin.core.publish_targets import PublishTarget
from bulletin.core.wechat_account import WechatAccount


def ascii_url(url: str) -> str:
    """The address as programs need it: the host in punycode (RFC 3492), the path percent-encoded.

    By IDNA 2003, which Python has: Chinese names are the same in IDNA 2008. Raises `UnicodeError` where there is no
    such host.
    """
    if url.isascii():
        return url
    parts = urlsplit(url)
    user, at, place = parts.netloc.rpartition("@")
    host, colon, port = place.partition(":")
    return urlunsplit(parts._replace(netloc=user + at + _punycode(host) + colon + port, path=quote(parts.path, "/%")))


@cache
def _punycode(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode("ascii")


STATION = "content/station.yml"
TODAY = "content/today.yml"

_Profile = Literal["gov", "institution", "plain"]

_ColumnType = Literal[
    "首页",
    "概况信息",
    "机构职能",
    "负责人信息",
    "工作动态",
    "政策文件",
    "信息公开指南",
    "政策解读",
    "回应关切",
    "办事服务",
    "咨询投诉",
    "征集调查",
    "在线访谈",
]


class SectionRule(Value, frozen=True, forbid_unknown_fields=True):
    """A section that the station knows, which becomes a column."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")]
    """Folder under ``/columns/``."""
    title: str
    """As written in the issues: 站务新闻."""
    description: str = ""
    keywords: tuple[str, ...] = ()
    type: _ColumnType | None = None
    """``ColumnType`` of the meta tags."""
    menu: bool = True
    """Whether the menu and the home page show it; it has its column all the same."""
    people: bool | None = None
    """Whether its articles tell of persons in cases; guessed by its title where nothing is said."""


class FriendLink(Value, frozen=True, forbid_unknown_fields=True):
    """One of 友情链接."""

    name: str
    url: Annotated[str, msgspec.Meta(pattern=r"^https?://")]


_Colour = Annotated[str, msgspec.Meta(pattern=r"^(#[0-9a-fA-F]{6})?$")]


class Look(Value, frozen=True, forbid_unknown_fields=True):
    """The station's own look, within the theme."""

    accent: _Colour = ""
    """Of links, titles and marks; made readable where it is not (arrange/colours.py)."""
    ink: _Colour = ""
    """Of text, in the light scheme."""
    paper: _Colour = ""
    """Of the background, in the light scheme."""
    font: Literal["", "sans", "serif", "fangsong"] = ""
    logo: str = ""
    """A picture in the content folder: ``logo.png``."""
    banner: str = ""


class Support(Value, frozen=True, forbid_unknown_fields=True):
    """技术支持: who keeps the site running."""

    name: str
    url: str = ""


class Station(Value, frozen=True, forbid_unknown_fields=True):
    """The office that publishes."""

    name: str
    """版权所有: the office's full name."""
    bulletin: str = "工作简报"
    """Name of the bulletin; issues without a title are called by it and their number."""
    short_name: str = ""
    """For the masthead on a phone; the full name when empty."""
    organizer: str = ""
    """主办单位; the office itself when empty."""
    url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s/]+(/[^\s]*)?)?$")] = ""
    """Address of the site, e.g. ``https://www.example.cn/``; feeds and sitemap need it."""
    language: Literal["zh-CN", "en"] = "zh-CN"
    """Language of the pages' labels and menus."""
    profile: _Profile = "institution"
    """Which rules apply (docs/norms.md): government organ, public institution, everyone else."""
    description: str = ""
    keywords: tuple[str, ...] = ()
    address: str = ""
    phone: str = ""
    postcode: str = ""
    email: str = ""
    icp: Annotated[str, msgspec.Meta(pattern=r"^([一-龥]ICP备\d+号(-\d+)?)?$")] = ""
    """备案号; the page links it to the ministry's register."""
    police: Annotated[str, msgspec.Meta(pattern=r"^(.{0,6}公网安备\s?\d{14}号)?$")] = ""
    """公安备案."""
    site_code: Annotated[str, msgspec.Meta(pattern=r"^(bm\d{8}|\d{10})?$")] = ""
    """网站标识码."""
    conac: Annotated[str, msgspec.Meta(pattern=r"^(https?://\S+)?$")] = ""
    """Page of the mark for party and government organs or public institutions (bszs.conac.cn)."""
    error_report: Annotated[str, msgspec.Meta(pattern=r"^(https?://\S+)?$")] = ""
    """我为政府网站找错; shown in the profile ``gov`` only."""
    support: Support | None = None
    sections: tuple[SectionRule, ...] = ()
    other_columns: Annotated[int, msgspec.Meta(ge=0, le=20)] | None = None
    """How many columns that are not among ``sections`` the menu and the home page show too, those with the most issues;
    None: none beside sections that are named, and eight where no section is."""
    links: tuple[FriendLink, ...] = ()
    home: tuple[str | HomeColumn, ...] = ()
    """Blocks of the home page in order: the name of one of its own, or a column; empty for its own, all of them."""
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    """Words that the pages show in place of ours, each by ours (labels.py)."""
    theme: Look | None = None
    """The station's own colours, font and pictures."""
    article_pages: bool = True
    """Whether each article has a page of its own."""
    recent: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10
    """How many issues the home page and the feeds contain."""
    search: bool = False
    """Whether the site can be searched."""
    hits: Annotated[str, msgspec.Meta(pattern=r"^(yes|https?://[^\s/;,'\"]+/?)?$")] = ""
    """Whether pages are counted: ``yes``, or the address of a counter on another host; empty: they are not."""
    phones: tuple[str, ...] = ()
    """Telephone numbers that are allowed in texts, besides the station's own ``phone``."""
    staff: tuple[str, ...] = ()
    """Colleagues, whose names may appear in case stories."""
    partners: tuple[str, ...] = ()
    """Hosts that friendly links may lead to, beside those of organs and institutions: ``rednet.cn``."""
    rhythm: Literal["", "weekly", "biweekly", "monthly", "bimonthly", "quarterly"] = ""
    """How often an issue appears; empty for no promise."""
    reviews: Annotated[int, msgspec.Meta(ge=0, le=3)] = 0
    """Reviews that an issue needs before it goes out (三审三校)."""
    reviews_from: date | None = None
    """Issues dated on this day or later need them; written by the first `bulletin review`."""
    internal: Literal["", "public"] = ""
    """``public``: what is marked 内部资料 or 内部刊物 may go out; empty: it is kept back (check/secrecy.py)."""
    publish: tuple[PublishTarget, ...] = ()
    """Where `bulletin publish` brings the site."""
    mail: MailSettings | None = None
    """How the letter goes out; None: there is none."""
    print: PrintSettings | None = None
    """What print needs to know."""
    editions: tuple[Annotated[str, msgspec.Meta(pattern=r"^(print|epub|text|word)( all)?$")], ...] = ()
    """Other forms that a build makes of each issue of the newest year, or of ``all``; empty: the pages alone."""
    robots: tuple[ChatRobot, ...] = ()
    """Robots of chat groups that `bulletin tell` tells of an issue."""
    wechat: WechatAccount | None = None
    """The official account, and what its editor takes; None where station.yml says nothing of it."""
    hub: Annotated[str, msgspec.Meta(pattern=r"^(https?://[!-.0-~]+(/[!-~]*)?)?$")] = ""
    """Address of a WebSub hub, in ASCII, which feeds name and `bulletin publish` tells of changes; empty for none."""
    indexnow: Annotated[str, msgspec.Meta(pattern=r"^([a-zA-Z0-9-]{8,128})?$")] = ""
    """Key by which search engines are told of changed pages (indexnow.org); empty: they are not."""

    @property
    def counter(self) -> str:
        """Address of the counter's service, with `/` at its end: the site's own, or another one; empty for none."""
        if self.hits == "yes":
            return f"{self.url.rstrip('/')}/" if self.url else ""
        return f"{self.hits.rstrip('/')}/" if self.hits else ""

    def title_of(self, title: str, number: str) -> str:
        """What an issue is called; never empty: the bulletin's name and the number where it has no title of its own."""
        between = " " if self.bulletin[-1:].isascii() else ""
        return title or f"{self.bulletin}{between}{number}"

    @property
    def base_path(self) -> str:
        """Path of the site's root, with `/` at both ends."""
        return (urlsplit(self.url).path if self.url else "").rstrip("/") + "/"
