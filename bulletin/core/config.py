"""`content/station.yml` → `Station`, and `content/today.yml` → `Today`; every error names its line."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated, TypeVar

import msgspec
from msgspec.structs import replace

from bulletin.core import plainyaml
from bulletin.core.chat_robots import ChatRobot
from bulletin.core.errors import StationError
from bulletin.core.home_page import HOME_BLOCKS, HomeColumn
from bulletin.core.mail_settings import ImapAccount, MailAccount, MailSettings
from bulletin.core.model import Today, Value
from bulletin.core.nearest import nearest
from bulletin.core.print_settings import PrintSettings
from bulletin.core.problems import CODES, N_, Problem, problem
from bulletin.core.publish_targets import PublishTarget
from bulletin.core.settings_text import settings_text
from bulletin.core.station import STATION, TODAY, FriendLink, Look, SectionRule, Station, Support, ascii_url
from bulletin.core.wechat_account import WechatAccount

_T = TypeVar("_T", bound=Value)


class _TodayFile(Value, frozen=True, forbid_unknown_fields=True):
    count: Annotated[int, msgspec.Meta(ge=0, le=100_000)]
    date: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]


def read_station(data: bytes) -> Station:
    """Parse station.yml. Raises `StationError` naming file, line and remedy."""
    station = _convert(data, Station, STATION)
    _require_home(station.url, data)
    titles: set[str] = set()
    ids: set[str] = set()
    for place, rule in enumerate(station.sections):
        if rule.title in titles or rule.id in ids:
            raise StationError(
                N_("the section “{title}” is defined twice."),
                path=f"{STATION}:{plainyaml.load_yaml(_text(data)).line('sections', place)}",
                title=rule.title,
                remedy=N_("Delete one of the two, or give it another title and another id."),
            )
        titles.add(rule.title)
        ids.add(rule.id)
    _require_names(data, "publish", [target.name for target in station.publish], _SAME_TARGET)
    _require_names(data, "robots", [robot.name for robot in station.robots], _SAME_ROBOT)
    if station.mail:
        _require_names(data, "accounts", [each.name for each in station.mail.accounts], _SAME_ACCOUNT, ("mail",))
    return station


_SAME_TARGET = N_("two targets are called “{name}”.")
_SAME_ROBOT = N_("two robots are called “{name}”.")
_SAME_ACCOUNT = N_("two accounts are called “{name}”.")


def _require_names(data: bytes, key: str, names: list[str], message: str, above: tuple[str, ...] = ()) -> None:
    """Refuse a list in which two have the same name."""
    for place, name in enumerate(names):
        if name in names[:place]:
            raise StationError(
                message,
                path=f"{STATION}:{plainyaml.load_yaml(_text(data)).line(*above, key, place)}",
                name=name,
                key=key,
                remedy=N_("Give each entry under “{key}” a name of its own."),
            )


_FILE_OF_HOME = re.compile(r"/[^/]*\.(?:html?|shtml|php|aspx?|jsp)$", re.IGNORECASE)


def _require_home(url: str, data: bytes) -> None:
    """Refuse an ``url`` to which no path can be added: one with a query, a fragment or a file, or without a host."""
    plain = _FILE_OF_HOME.sub("/", url.partition("#")[0].partition("?")[0])
    try:
        ascii_url(url)
    except UnicodeError:
        plain = ""
    if plain != url:
        path = f"{STATION}:{plainyaml.load_yaml(_text(data)).line('url')}"
        if not plain:
            raise StationError(N_("“{key}” is not {expected}."), path=path, key="url", expected=_EXPECTED_VALUES["url"])
        message = N_("“url” is the folder in which the site is, without “?”, “#” or the name of a file.")
        raise StationError(message, path=path, key="url", guess=plain, remedy=N_("Write “url: {guess}”."))


def station_notices(data: bytes) -> tuple[Problem, ...]:
    """What a station.yml that can be read holds besides: an old encoding, characters that nobody sees."""
    found = settings_text(data)
    encoding = (problem("F103", STATION),) if found.gb18030 else ()
    unseen = (problem("D113", STATION, line, character=first, count=count) for line, first, count in found.unseen)
    return (*encoding, *unseen)


def entry_lines(data: bytes) -> dict[str, int]:
    """Line of each entry under ``theme``, of each under ``home`` as ``home.0`` and so on, and of each under ``labels``
    as ``labels.`` and its name, in a station.yml that can be read, for messages.
    """
    document = plainyaml.load_yaml(_text(data))
    blocks = document.value.get("home") if isinstance(document.value, dict) else None
    listed = [place for place, block in enumerate(blocks) if block is not None] if isinstance(blocks, list) else []
    home = {f"home.{index}": document.line("home", place) for index, place in enumerate(listed)}
    words = document.value.get("labels") if isinstance(document.value, dict) else None
    labels = {f"labels.{key}": document.line("labels", key) for key in words} if isinstance(words, dict) else {}
    return {name: document.line("theme", name) for name in Look.__struct_fields__} | home | labels


def address_lines(data: bytes) -> dict[str, int]:
    """Line of each address in a station.yml that can be read: by ``url``, ``support.url``, ``links.0`` and so on."""
    document = plainyaml.load_yaml(_text(data))
    plain = {name: document.line(name) for name in ("url", "conac", "error_report", "hits")}
    links = document.value.get("links") if isinstance(document.value, dict) else None
    count = len(links) if isinstance(links, list) else 0
    listed = {f"links.{place}": document.line("links", place, "url") for place in range(count)}
    return plain | {"support.url": document.line("support", "url")} | listed


def read_today(data: bytes) -> Today:
    """Parse today.yml; its digits may be full-width. Raises `StationError`, also for a day that there is not."""
    found = _convert(data, _TodayFile, TODAY)
    try:
        date.fromisoformat(found.date)
    except ValueError:
        line = plainyaml.load_yaml(_text(data, TODAY)).line("date")
        raise StationError(_NO_DAY, path=f"{TODAY}:{line}", key="date") from None
    return Today(found.count, found.date)


def today_problem(error: StationError) -> Problem:
    """F401 for a today.yml that `read_today` refuses: the figure is left out, and nothing else."""
    line = str(error.values.get("path", "")).rpartition(":")[2]
    key = str(error.values.get("key", ""))
    reason = _TODAY_REASONS.get(key, _TODAY_FORM) if error.message != _NO_DAY else N_("there is no such day")
    return problem("F401", TODAY, int(line) if line.isdecimal() else 0, reason=reason)


_NO_DAY = N_("there is no such day.")
_TODAY_FORM = N_("it does not say “count: 23” and “date: 2016-01-31”")
_TODAY_REASONS = {
    "count": N_("“count” is missing, or no whole number from 0 to 100000"),
    "date": N_("“date” is missing, or no date like 2016-01-31"),
}


def write_today(today: Today) -> bytes:
    """The bytes of today.yml."""
    return f"count: {today.count}\ndate: {today.date}\n".encode()


_REVIEWS_LINE = re.compile(rb"^reviews[ \t]*:[^\r\n]*(?P<end>\r?\n|\Z)", re.MULTILINE)


def with_reviews_from(data: bytes, day: date) -> bytes | None:
    """station.yml with the line ``reviews_from``, and every other byte as it was.

    None when it has the entry already, or is written in such a way that a line cannot simply be added.
    """
    end = b"\r\n" if b"\r\n" in data else b"\n"
    line = f"reviews_from: {day.isoformat()}".encode()
    found = _REVIEWS_LINE.search(data)
    if found and found["end"]:
        made = data[: found.end()] + line + end + data[found.end() :]
    else:
        made = data + (b"" if data.endswith(b"\n") else end) + line + end
    try:
        before, after = read_station(data), read_station(made)
    except StationError:
        return None
    return made if before.reviews_from is None and after == replace(before, reviews_from=day) else None


_UNQUOTED_COLOUR = re.compile(r"^([ \t]*[a-z]+[ \t]*:[ \t]+)(#[0-9a-fA-F]{6})(?=[ \t]*\r?$|[ \t]+#)", re.MULTILINE)
"""An unquoted colour, which YAML would parse as a comment."""


def _text(data: bytes, path: str = STATION) -> str:
    text = settings_text(data).text
    if path == TODAY:
        return unicodedata.normalize("NFKC", text)
    return _UNQUOTED_COLOUR.sub(r'\1"\2"', text)


def _convert(data: bytes, kind: type[_T], path: str) -> _T:
    try:
        document = plainyaml.load_yaml(_text(data, path))
    except UnicodeDecodeError as error:
        known = CODES["F101"]
        line = data.count(b"\n", 0, error.start) + 1
        place = f"{path}:{line}"
        raise StationError(known.message, path=place, position=error.start, remedy=known.remedy) from None
    except plainyaml.YamlError as error:
        known = CODES[error.code]
        place = f"{path}:{error.line}"
        raise StationError(known.message, path=place, remedy=known.remedy, **error.values) from None
    try:
        return msgspec.convert(_plain(document.value or {}), kind, strict=False)
    except msgspec.ValidationError as error:
        raise _explain(str(error), document, kind, path) from None


_EXPECTED_VALUES = {
    "icp": N_("a record number like 湘ICP备15004209号"),
    "police": N_("a record number like 湘公网安备 43040802000123号"),
    "site_code": N_("a site code: ten digits, or bm and eight digits"),
    "url": N_("an address that begins with https:// or http://"),
    "conac": N_("an address that begins with https:// or http://"),
    "error_report": N_("an address that begins with https:// or http://"),
    "profile": N_("one of gov, institution, plain"),
    "language": N_("one of zh-CN, en"),
    "recent": N_("a number from 1 to 100"),
    "article_pages": N_("yes or no"),
    "search": N_("yes or no"),
    "menu": N_("yes or no"),
    "other_columns": N_("a number from 0 to 20"),
    "people": N_("yes or no"),
    "hits": N_("yes, no, or the address of a counter like https://hits.example.cn"),
    "rhythm": N_("one of weekly, biweekly, monthly, bimonthly, quarterly"),
    "reviews": N_("a number from 0 to 3"),
    "reviews_from": N_("a date like 2015-04-10"),
    "internal": N_("the word public, or nothing"),
    "id": N_("a name of small letters, digits and “-”"),
    "type": N_("one of the column types of the government site guide, e.g. 工作动态"),
    "theme": N_("a list of entries like “accent: #b01218”"),
    "accent": N_("a colour like #b01218: six characters 0–9, a–f"),
    "ink": N_("a colour like #b01218: six characters 0–9, a–f"),
    "paper": N_("a colour like #b01218: six characters 0–9, a–f"),
    "font": N_("one of sans, serif, fangsong"),
    "logo": N_("the name of a picture in the content folder, e.g. logo.png"),
    "banner": N_("the name of a picture in the content folder, e.g. logo.png"),
    "publish": N_("a list of targets, each with name and kind"),
    "robots": N_("a list of robots, each with name and kind"),
    "robot kind": N_("one of wecom, dingtalk, feishu"),
    "robot url": N_("an address that begins with https://, without the key"),
    "bytes": N_("a number from 0 to 100000"),
    "per_minute": N_("a number from 0 to 1000"),
    "print": N_("a list of entries like “fonts: fonts”, each on a line, indented"),
    "copies": N_("a number from 0 to 100000"),
    "hub": N_("an address that begins with https:// or http://"),
    "editions": N_("a list of words among print, epub, text, word; with “all” behind one for all years: epub all"),
    "appid": N_("the AppID of an official account, like wx0123456789abcdef"),
    "title_limit": N_("a number from 8 to 200"),
    "digest_limit": N_("a number from 8 to 500"),
    "author_limit": N_("a number from 2 to 100"),
    "article_limit": N_("a number from 2000 to 1000000"),
    "indexnow": N_("a key of 8 to 128 letters, digits and “-”"),
    "kind": N_("one of ssh, sftp, ftp, s3, folder, usb"),
    "how": N_("one of switch, burst"),
    "keep": N_("a number from 1 to 100"),
    "port": N_("a number from 0 to 65535"),
    "tls": N_("yes or no"),
    "endpoint": N_("an address that begins with https:// or http://"),
    "mail": N_("a list of entries like “accounts”, “imap”, “form”"),
    "accounts": N_("a list of accounts, each with name, host and from"),
    "imap": N_("a list of entries like “name: value”"),
    "from": N_("an address like jzz@example.cn"),
    "a_day": N_("a number from 1 to 1000000"),
    "pause": N_("a number of seconds from 0 to 3600"),
    "hours": N_("two times like 08:00-20:00"),
    "postgresql": N_("the name of an environment variable, like BULLETIN_MAIL_DATABASE"),
    "form": N_("yes or no"),
    "count": N_("a whole number"),
    "date": N_("a date like 2015-04-10"),
    "sections": N_("a list of sections, each with id and title"),
    "links": N_("a list of links, each with name and url"),
    "home": N_("a list of blocks: newest, recent, columns and so on, or “column: …” for a column's latest articles"),
    "home count": N_("a number from 1 to 20"),
    "pictures": N_("yes or no"),
    "labels": N_("a list of words, ours and yours, each on a line, indented: “点击: 阅读”"),
    "support": N_("a name, and if you like an address: “name: …” and “url: …”, each on a line, indented"),
    "keywords": N_("a list of words, with commas"),
    "phones": N_("a list of words, with commas"),
    "staff": N_("a list of words, with commas"),
    "partners": N_("a list of words, with commas"),
    "": N_("a list of entries like “name: value”"),
}

_LIKE_OTHERS: dict[tuple[str | int, ...], str] = {
    ("publish", "name"): "id",
    ("mail", "accounts", "name"): "id",
    ("publish",): "",
    ("editions",): "editions",
    ("robots", "name"): "id",
    ("robots", "kind"): "robot kind",
    ("robots", "url"): "robot url",
    ("robots",): "",
    ("home",): "home",
    ("home", "count"): "home count",
    ("sections",): "",
    ("links",): "",
}
"""Which of these holds for an entry of a list, or for its whole line, where the name alone would say something else."""

_LIST_ENTRIES = ("editions", "keywords", "phones", "staff", "partners")
_YES_NO = {"yes": True, "no": False, "on": True, "off": False, "是": True, "否": False}
_COMMAS = re.compile(r"\s*[,，、;；]\s*")


def _plain(value: plainyaml.Plain, key: str = "") -> object:
    """Treat empty entries as missing; a list of words may be written on one line, with commas."""
    if isinstance(value, dict):
        return {k: _plain(v, k) for k, v in value.items() if v is not None}
    if isinstance(value, list) and key in _LIST_ENTRIES and all(isinstance(v, str) for v in value if v is not None):
        return [word for v in value if isinstance(v, str) for word in _COMMAS.split(v) if word]
    if isinstance(value, list):
        return [_plain(v) for v in value if v is not None]
    if key in _LIST_ENTRIES and value is not None:
        return [word for word in _COMMAS.split(value) if word]
    if key == "hits" and value is not None:
        said = _YES_NO.get(value.lower())
        return value if said is None else "yes" if said else ""
    if key == "internal" and value is not None:
        return "public" if value.strip().lower() in ("public", "公开") else value
    if key in ("article_pages", "search", "menu", "people", "tls", "form", "pictures") and value is not None:
        return _YES_NO.get(value.lower(), value)
    return value


def _explain(message: str, document: plainyaml.Document, kind: type[Value], path: str) -> StationError:
    """Translate msgspec's message into an error with file, line, entry and the expected value."""
    text, _, where = message.partition(" - at `$")
    place = _place(where.rstrip("`"))
    fault, _, name = text.partition("field `")
    name = name.rstrip("`")
    if "unknown" in fault:
        guess = nearest(name, _fields(kind, place))
        if place[:1] == ("home",) and not guess:
            message = _HOME_BLOCK_WITH_VALUE if name in HOME_BLOCKS else _HOME_COLUMN
            return StationError(message, path=f"{path}:{document.line(*place, name)}", key=name)
        return StationError(
            N_("unknown entry “{key}”. Did you mean “{guess}”?") if guess else N_("unknown entry “{key}”. Delete it."),
            path=f"{path}:{document.line(*place, name)}",
            key=name,
            guess=guess,
        )
    at = f"{path}:{document.line(*place)}"
    if "missing required" in fault:
        remedy = N_("Write it in a line of its own: “{key}: …”")
        return StationError(N_("the entry “{key}” is missing."), path=at, key=name, remedy=remedy)
    key = ".".join(str(step) for step in place)
    inner = tuple(step for step in place if isinstance(step, str)) if len(place) > 1 else ()
    last = _LIKE_OTHERS.get(inner, key.rpartition(".")[2])
    expected = _EXPECTED_VALUES.get(last, N_("one text, written after the colon"))
    return StationError(N_("“{key}” is not {expected}."), path=at, key=key or "station.yml", expected=expected)


_HOME_BLOCK_WITH_VALUE = N_("the block “{key}” has no settings. Write only “- {key}”.")
_HOME_COLUMN = N_(
    "“{key}” is nothing that a block has. A column's latest articles are written “- column: {key}”, and in the next "
    "line, under “column”, “count: 5”."
)


def _place(where: str) -> plainyaml.EntryPath:
    """``.links[0].url`` → ``("links", 0, "url")``."""
    steps = where.replace("[...]", "")  # a name that is ours to know is not said
    return tuple(int(index) if index else name for name, index in re.findall(r"\.([^.\[]+)|\[(\d+)\]", steps))


def _fields(kind: type[Value], place: plainyaml.EntryPath) -> tuple[str, ...]:
    inner = {
        "sections": SectionRule,
        "links": FriendLink,
        "home": HomeColumn,
        "support": Support,
        "theme": Look,
        "publish": PublishTarget,
        "mail": MailSettings,
        "robots": ChatRobot,
        "print": PrintSettings,
        "wechat": WechatAccount,
    }
    mail = {"accounts": MailAccount, "imap": ImapAccount}
    found = inner[str(place[0])] if place else kind
    if found is MailSettings and len(place) > 1:
        found = mail[str(place[1])]
    return found.__struct_encode_fields__
