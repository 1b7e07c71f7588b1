"""A letter → the bytes that go over the wire: headers checked, bodies in base64, the same bytes for the same values.

RFC 5322 (form), 2045 and 2047 (words that are not ASCII), 2369 and 8058 (how to leave), 2919 (List-Id), 3834
(Auto-Submitted). There is no ``Precedence``, which RFC 3834 calls obsolete, and no header that counts readers.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.charset import BASE64, Charset
from email.header import Header
from email.utils import format_datetime
from html import escape
from urllib.parse import quote

from email_validator import EmailNotValidError, validate_email

from bulletin.core.errors import MailError
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.editions.letter.letter import LEAVE_MARK, Letter

_EOL = "\r\n"
_LINE_WIDTH = 76
_MAX_HEADER = 400
"""Characters of a text in a header; RFC 5322, 2.1.1 limits its lines, which are folded, and nothing limits the whole:
this is more than any title that fits on a screen."""
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""What ends a line for some program, what no line shows, and what shows a line in another order than it is in."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_LIST_ID = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
_LINK = re.compile(r"(?:https?://|mailto:)[!#-;=?-~]{1,900}")
"""ASCII without blanks, quotes and angle brackets: what may stand between ``<`` and ``>`` in List-Unsubscribe."""
_UTF8 = Charset("utf-8")
_UTF8.header_encoding = BASE64


class Addressee(Value, frozen=True):
    """To whom a letter goes, and how that reader leaves."""

    address: str
    leave_url: str = ""
    """Of the form's page, with the reader's token; https, since a mail program posts there by itself (RFC 8058)."""
    leave_mailto: str = ""
    """``mailto:…`` with the reader's token; a letter that says 退订 to the sender where it is empty."""


class Sender(Value, frozen=True):
    """From whom it comes."""

    name: str
    """What readers see; may be empty."""
    address: str
    reply_to: str = ""
    list_id: str = ""
    """``letter.example.cn`` (RFC 2919); without one the header is left out."""


def compose(letter: Letter, to: Addressee, sender: Sender, message_id: str, date: datetime) -> bytes:
    """A letter for one reader: lines end with CRLF, all is ASCII, no line is longer than 998 bytes.

    ``date`` with its zone. Raises `MailError` for an address or a text that cannot stand in a header.
    """
    head = [*_head(letter.subject, to.address, sender, message_id, date), "Auto-Submitted: auto-generated"]
    if sender.list_id:
        head.append(f"List-Id: {_list_id(sender)}")
    leave = _leave_links(to, sender)
    text = letter.text.replace(LEAVE_MARK, leave[0])
    html = letter.html.replace(LEAVE_MARK, escape(leave[0]))
    boundary = hashlib.sha256(f"{message_id}\0{letter.hash}".encode()).hexdigest()[:32]
    lines = [
        *head,
        *_leave_headers(leave),
        f'Content-Type: multipart/alternative;{_EOL} boundary="{boundary}"',
        "",
        f"--{boundary}",
        *_part("plain", text),
        f"--{boundary}",
        *_part("html", html),
        f"--{boundary}--",
        "",
    ]
    return _EOL.join(lines).encode("ascii")


def plain_message(
    subject: str,
    text: str,
    to: str,
    sender: Sender,
    message_id: str,
    date: datetime,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """A small letter of text alone. ``headers``: others, such as ``Auto-Submitted`` and ``In-Reply-To``."""
    lines = [
        *_head(subject, to, sender, message_id, date),
        *(_header(_checked_name(name), value) for name, value in (headers or {}).items()),
        *_part("plain", text),
        "",
    ]
    return _EOL.join(lines).encode("ascii")


def message_id(secret: bytes, run: int, delivery: int, domain: str) -> str:
    """The Message-ID of a letter, by which it is found again in 已发送: the same for the same letter.

    It says nothing of the reader to whoever has no ``secret``.
    """
    digest = hmac.new(secret, f"{run}:{delivery}".encode(), hashlib.sha256).hexdigest()[:32]
    return _checked_id(f"<{digest}@{_checked_address(f'x@{domain}').partition('@')[2]}>")


def checked_header(text: str) -> str:
    """A text that may stand in a header, as it is; raises `MailError` for any other.

    Refused are line ends and controls, also those that only some programs know (NEL, U+2028), marks that turn the order
    of characters around, halves of characters, and what is longer than 400 characters.
    """
    if found := _FORBIDDEN.search(text):
        raise MailError(N_("a header must not hold the character {character}."), character=f"U+{ord(found[0]):04X}")
    if len(text) > _MAX_HEADER:
        raise MailError(N_("a header must not be longer than {limit} characters."), limit=_MAX_HEADER)
    return text


# ── headers


def _head(subject: str, to: str, sender: Sender, message_id: str, date: datetime) -> Iterator[str]:
    yield f"From: {_mailbox(sender.name, sender.address, 'From')}"
    yield f"To: {_checked_address(to)}"
    if sender.reply_to:
        yield f"Reply-To: {_checked_address(sender.reply_to)}"
    yield _header("Subject", subject)
    yield f"Date: {format_datetime(date)}"
    yield f"Message-ID: {_checked_id(message_id)}"
    yield "MIME-Version: 1.0"


def _header(name: str, text: str) -> str:
    return f"{name}: {_words(text, name)}"


def _words(text: str, name: str) -> str:
    """A checked text, folded; in encoded words (RFC 2047) where it could be read as anything else."""
    checked = checked_header(text)
    as_it_is = checked.isascii() and "=?" not in checked and checked == " ".join(checked.split())
    if as_it_is and all(len(word) < _LINE_WIDTH - len(name) for word in checked.split()):
        return Header(checked, "us-ascii", _LINE_WIDTH, name).encode(linesep=_EOL)
    return Header(checked, _UTF8, _LINE_WIDTH, name).encode(linesep=_EOL)


def _mailbox(name: str, address: str, header: str) -> str:
    """``name <address>``; the name always in encoded words, which cannot be mistaken for an address."""
    checked = _checked_address(address)
    if not checked_header(name).strip():
        return checked
    words = Header(name.strip(), _UTF8, _LINE_WIDTH, header).encode(linesep=_EOL)
    return f"{words}{_EOL} <{checked}>"


def _list_id(sender: Sender) -> str:
    if not _LIST_ID.fullmatch(sender.list_id):
        raise MailError(N_("“{text}” cannot be the name of a list."), text=sender.list_id)
    if not sender.name.strip():
        return f"<{sender.list_id}>"
    return f"{Header(sender.name.strip(), _UTF8, _LINE_WIDTH, 'List-Id').encode(linesep=_EOL)}{_EOL} <{sender.list_id}>"


def _leave_links(to: Addressee, sender: Sender) -> tuple[str, ...]:
    """The form's page, if there is one, and an address to write to."""
    answer = f"mailto:{_checked_address(sender.reply_to or sender.address)}?subject={quote('退订')}"
    links = tuple(filter(None, (to.leave_url, to.leave_mailto or answer)))
    for link in links:
        if not _LINK.fullmatch(link):
            raise MailError(N_("“{text}” cannot be the address for leaving."), text=link)
    return links


def _leave_headers(links: tuple[str, ...]) -> Iterator[str]:
    yield "List-Unsubscribe: " + f",{_EOL} ".join(f"<{link}>" for link in links)
    if links[0].startswith("https:"):
        yield "List-Unsubscribe-Post: List-Unsubscribe=One-Click"


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise MailError(N_("“{text}” cannot be the name of a header."), text=name)
    return name


_MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,200}@[A-Za-z0-9.-]{1,253}>")


def _checked_id(text: str) -> str:
    if not _MESSAGE_ID.fullmatch(text):
        raise MailError(N_("“{text}” cannot be a Message-ID."), text=text)
    return text


def _checked_address(text: str) -> str:
    """An address in ASCII, a Chinese domain as its A-label; no provider takes a Chinese word before the ``@``."""
    try:
        found = validate_email(
            text, check_deliverability=False, allow_smtputf8=False, globally_deliverable=False, test_environment=True
        )
    except (EmailNotValidError, UnicodeError) as error:
        raise MailError(N_("“{text}” is no address that a letter can have."), text=text) from error
    return found.ascii_email or ""


# ── bodies


def _part(kind: str, text: str) -> Iterator[str]:
    """One body: text lines end with CRLF as RFC 2045, 6.8 wants, whatever they ended with."""
    yield f"Content-Type: text/{kind}; charset=utf-8"
    yield "Content-Transfer-Encoding: base64"
    yield ""
    data = re.sub(r"\r\n|\r|\n", _EOL, text).encode("utf-8", "replace")
    yield from base64.encodebytes(data).decode("ascii").splitlines()
