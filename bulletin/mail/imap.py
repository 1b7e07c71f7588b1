"""The mailbox that answers arrive in, over IMAP (RFC 3501): looked at, never changed.

Folders are opened with ``EXAMINE`` and read with ``BODY.PEEK``, so that a server has no occasion to set a flag; there
is no command here that marks, moves or deletes.
"""

from __future__ import annotations

import base64
import binascii
import imaplib
import re
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, TypeVar

from bulletin.core.errors import MailError
from bulletin.core.mail_settings import ImapAccount
from bulletin.core.model import Value
from bulletin.core.problems import N_

_T = TypeVar("_T")

MAX_MESSAGE_BYTES = 256 * 1024
"""Of a message that is longer no more is read: what we look for is at the beginning."""

_SECONDS = 60
_HEADERS_AT_ONCE, _MAX_SENT = 100, 5_000
_IMPLICIT_TLS = 993
_ID = '("name" "bulletin" "version" "1" "vendor" "bulletin")'
"""163 and 126 answer “Unsafe Login” to who does not say what it is (RFC 2971)."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:\\.|[^"\\])*"|NIL) ?(?P<name>.*)', re.DOTALL)
_MODIFIED = re.compile(r"&([A-Za-z0-9+,]*)-")
_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e]+")
_SENT_NAMES = ("已发送", "已发邮件", "已发送邮件", "sent messages", "sent items", "sent mail", "sent", "inbox.sent")
_JUNK_NAMES = ("垃圾邮件", "垃圾箱", "junk", "junk e-mail", "spam")
_MESSAGE_ID = re.compile(rb"<[^<>\s]{1,250}>")


class _MailFolder(Value, frozen=True):
    """A folder as the server lists it."""

    name: str
    flags: frozenset[str] = frozenset()
    """Small letters, without the backslash: ``sent``, ``junk``, ``noselect`` (RFC 6154)."""


class ReadMessage(Value, frozen=True):
    """A message, or its beginning."""

    uid: int
    data: bytes
    """At most `MAX_MESSAGE_BYTES`."""
    size: int
    """Of the whole."""


class ImapMailbox:
    """One connection, logged in. Methods raise `MailError`; what was read before stays valid."""

    def __init__(
        self, account: ImapAccount, password: str, context: ssl.SSLContext | None = None, timeout: float = _SECONDS
    ) -> None:
        self._where = f"{account.host}:{account.port}"
        self._connection: imaplib.IMAP4 = self._asked(lambda: _connect(account, context, timeout))
        try:
            self._asked(lambda: self._connection.login(account.user, password))
            with suppress(imaplib.IMAP4.error, OSError):  # one that does not know it goes on, or the next command fails
                self._connection.xatom("ID", _ID)
        except BaseException:
            self.close()
            raise

    def folders(self) -> tuple[_MailFolder, ...]:
        """All of them."""
        rows = self._answer(self._connection.list)
        return tuple(folder for row in rows if (folder := _folder(row)))

    def junk_folders(self) -> tuple[str, ...]:
        """Names of 垃圾邮件; none where there is none."""
        return tuple(f.name for f in self.folders() if "junk" in f.flags or f.name.casefold() in _JUNK_NAMES)

    def sent_folder(self) -> str:
        """Name of 已发送; empty where there is none."""
        folders = self.folders()
        flagged = [folder.name for folder in folders if "sent" in folder.flags]
        by_name = {folder.name.casefold(): folder.name for folder in folders}
        return next(iter([*flagged, *(by_name[name] for name in _SENT_NAMES if name in by_name)]), "")

    def open(self, folder: str) -> int:
        """Open a folder for reading alone; its UIDVALIDITY."""
        quoted = '"' + _encode_name(folder).replace("\\", "\\\\").replace('"', '\\"') + '"'
        self._answer(lambda: self._connection.select(quoted, readonly=True))
        found = self._connection.response("UIDVALIDITY")[1]
        return int(found[0]) if found and found[0] else 0

    def uids(self, after: int = 0, since: date | None = None) -> list[int]:
        """UIDs of the open folder, ascending: those above ``after``, of messages that came on ``since`` or later.

        Servers reckon days by a zone of their own, so the day before is looked at, too.
        """
        rule = f"UID {after + 1}:*"  # of a folder with nothing newer, servers give the last one
        if since:
            since -= timedelta(days=1)
            rule += f" SINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        rows = self._answer(lambda: self._connection.uid("SEARCH", rule))
        found = {int(word) for row in rows if isinstance(row, bytes) for word in row.split() if word.isdigit()}
        return sorted(uid for uid in found if uid > after)

    def message(self, uid: int) -> ReadMessage | None:
        """A message of the open folder; None for one that has gone."""
        wanted = f"(RFC822.SIZE BODY.PEEK[]<0.{MAX_MESSAGE_BYTES}>)"
        for row in self._answer(lambda: self._connection.uid("FETCH", str(uid), wanted)):
            if isinstance(row, tuple):
                size = re.search(rb"RFC822\.SIZE (\d+)", row[0])
                data = row[1][:MAX_MESSAGE_BYTES]
                return ReadMessage(uid, data, int(size[1]) if size else len(data))
        return None

    def sent_ids(self, message_ids: Iterable[str], since: date | None = None) -> frozenset[str]:
        """Which of these letters (``<…@…>``) are in 已发送. Raises `MailError` where there is no such folder.

        Compared here, since the search by header of some providers finds nothing.
        """
        folder = self.sent_folder()
        if not folder:
            raise MailError(N_("the mailbox at {server} has no folder of sent letters."), server=self._where)
        self.open(folder)
        wanted, found = {each.encode(): each for each in message_ids}, set[str]()
        uids = self.uids(since=since)[-_MAX_SENT:][::-1]
        for start in range(0, len(uids), _HEADERS_AT_ONCE):
            if len(found) == len(wanted):
                break
            for data in self._message_ids(uids[start : start + _HEADERS_AT_ONCE]):
                found.update(wanted[each] for each in _MESSAGE_ID.findall(data) if each in wanted)
        return frozenset(found)

    def _message_ids(self, uids: list[int]) -> Iterator[bytes]:
        those = ",".join(map(str, uids))
        wanted = "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        for row in self._answer(lambda: self._connection.uid("FETCH", those, wanted)):
            if isinstance(row, tuple):
                yield row[1]

    def close(self) -> None:
        """Log out; safe to call twice, and after the connection was lost."""
        with suppress(imaplib.IMAP4.error, OSError):
            self._connection.logout()
        with suppress(OSError):  # after a lost connection, logging out has not closed it
            self._connection.shutdown()

    def _answer(self, ask: Callable[[], tuple[str, list[Any]]]) -> list[Any]:
        """Data of a command, refused with the server's words when it was not carried out."""
        state, rows = self._asked(ask)
        if state != "OK":
            raise self._failed(b" ".join(row for row in rows if isinstance(row, bytes)).decode("utf-8", "replace"))
        return rows

    def _asked(self, ask: Callable[[], _T]) -> _T:
        try:
            return ask()
        except imaplib.IMAP4.error as error:
            raise self._failed(str(error)) from None
        except OSError as error:
            raise self._failed(error.strerror or str(error) or type(error).__name__) from None
        except UnicodeError:
            raise self._failed("user and password must be ASCII") from None

    def _failed(self, reason: str) -> MailError:
        words = " ".join(reason.removeprefix("b").strip("'\"").split())[:200]
        return MailError(N_("the mailbox at {server} cannot be read: {reason}."), server=self._where, reason=words)


def _connect(account: ImapAccount, context: ssl.SSLContext | None, timeout: float) -> imaplib.IMAP4:
    if not account.tls:
        return imaplib.IMAP4(account.host, account.port, timeout)
    context = context or ssl.create_default_context()
    if account.port == _IMPLICIT_TLS:
        return imaplib.IMAP4_SSL(account.host, account.port, ssl_context=context, timeout=timeout)
    connection = imaplib.IMAP4(account.host, account.port, timeout)
    try:
        connection.starttls(context)
    except BaseException:
        with suppress(OSError):
            connection.shutdown()
        raise
    return connection


def _folder(row: bytes | tuple[bytes, bytes] | None) -> _MailFolder | None:
    if not row:
        return None
    line = row[0].rsplit(b"{", 1)[0] + row[1] if isinstance(row, tuple) else row
    found = _LISTED.match(line)
    if not found:
        return None
    name = found["name"].decode("utf-8", "replace").strip()
    if name[:1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    flags = frozenset(flag.lstrip("\\").lower() for flag in found["flags"].decode("ascii", "replace").split())
    return _MailFolder(_decode_name(name), flags)


def _decode_name(name: str) -> str:
    """Modified UTF-7 (RFC 3501, 5.1.3): ``&XfJT0ZAB-`` → 已发送; what is none stays as it is."""

    def decoded(found: re.Match[str]) -> str:
        if not found[1]:
            return "&"
        coded = found[1].replace(",", "/")
        try:
            return base64.b64decode(coded + "=" * (-len(coded) % 4)).decode("utf-16-be")
        except (binascii.Error, UnicodeDecodeError):
            return found[0]

    return _MODIFIED.sub(decoded, name)


def _encode_name(name: str) -> str:
    def encoded(found: re.Match[str]) -> str:
        coded = base64.b64encode(found[0].encode("utf-16-be", "surrogatepass")).decode("ascii")
        return "&" + coded.rstrip("=").replace("/", ",") + "-"

    return _NOT_PRINTABLE.sub(encoded, name.replace("&", "&-"))
