"""The bytes of a letter: a parser reads back what was given, and no text becomes a header of its own."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import NamedTuple

import pytest
from msgspec import structs

from bulletin.core.errors import MailError
from bulletin.editions.letter.letter import LEAVE_MARK, Letter
from bulletin.mail.compose import Addressee, Sender, checked_header, compose, message_id, plain_message

LETTER = Letter(
    "2014002", "工作简报2014002", f"正文\n退订：{LEAVE_MARK}\n", f'<p>正文 <a href="{LEAVE_MARK}">退订</a></p>'
)
SENDER = Sender("工作简报", "jzz@example.cn", list_id="letter.example.cn")
TO = Addressee("du@example.cn", "https://jzz.example.cn/leave?a=1&t=k", "mailto:jzz@example.cn?subject=%E9%80%80")
ID = message_id(b"key", 1, 2, "example.cn")
DATE = datetime(2026, 11, 28, 9, 0, tzinfo=timezone(timedelta(hours=8)))
NAMES = [
    *("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted", "List-Id"),
    *("List-Unsubscribe", "List-Unsubscribe-Post", "Content-Type"),
]
"""All headers of a letter, in order."""


def parsed(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


def composed(letter: Letter = LETTER, to: Addressee = TO, sender: Sender = SENDER) -> bytes:
    return compose(letter, to, sender, ID, DATE)


# ── what is given is read back


def test_a_parser_reads_back_what_was_given() -> None:
    message = parsed(composed())
    assert message.keys() == NAMES
    assert message["Subject"] == LETTER.subject
    assert message["From"].addresses[0].display_name == "工作简报"
    assert message["From"].addresses[0].addr_spec == "jzz@example.cn"
    assert message["To"] == "du@example.cn"
    assert message["Date"].datetime == DATE
    assert message["Message-ID"] == ID
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "工作简报 <letter.example.cn>"
    assert message["List-Unsubscribe"] == f"<{TO.leave_url}>, <{TO.leave_mailto}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_both_parts_are_whole_with_the_readers_own_address() -> None:
    message = parsed(composed())
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain and html
    assert message.get_content_type() == "multipart/alternative"
    assert plain.get_content().replace("\r\n", "\n") == f"正文\n退订：{TO.leave_url}\n"
    assert html.get_content() == '<p>正文 <a href="https://jzz.example.cn/leave?a=1&amp;t=k">退订</a></p>'


@pytest.mark.parametrize(
    "subject", ["第2期😀𪚥", "𪚥" * 180, "甲a" * 90, "plain", "a" * 300, "=?utf-8?B?YQ==?=", "一 二", "a  b"]
)
def test_a_subject_comes_back_whole(subject: str) -> None:
    assert parsed(composed(structs.replace(LETTER, subject=subject)))["Subject"] == subject


@pytest.mark.parametrize("name", ["甲,乙 <c@d.cn>", '"引号"', "长沙市救助管理站工作简报" * 4, "😀𪚥"])
def test_a_name_comes_back_whole(name: str) -> None:
    """By the decoder of encoded words: Python's parser of addresses puts a blank between two of them."""
    raw = email.message_from_bytes(composed(sender=structs.replace(SENDER, name=name)))["From"]
    words, _, address = raw.rpartition(" ")
    assert str(make_header(decode_header(words.strip()))) == name
    assert address == "<jzz@example.cn>"


def test_lines_are_short_ascii_and_end_with_crlf() -> None:
    letter = structs.replace(LETTER, subject="长" * 200, text="字" * 20_000, html="<p>" + "字" * 20_000)
    data = composed(letter)
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 78
    assert len(data) <= letter.wire_size


def test_the_same_values_give_the_same_bytes_and_each_letter_an_id_of_its_own() -> None:
    assert composed() == composed()
    assert message_id(b"key", 1, 2, "example.cn") == ID
    assert len({message_id(b"key", run, delivery, "example.cn") for run in range(9) for delivery in range(9)}) == 81
    assert message_id(b"other", 1, 2, "example.cn") != ID
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.cn>", ID)


def test_one_click_is_offered_only_where_a_server_answers() -> None:
    message = parsed(composed(to=Addressee("du@example.cn")))
    assert message["List-Unsubscribe"] == "<mailto:jzz@example.cn?subject=%E9%80%80%E8%AE%A2>"
    assert message["List-Unsubscribe-Post"] is None
    insecure = Addressee("du@example.cn", "http://jzz.example.cn/leave")
    assert parsed(composed(to=insecure))["List-Unsubscribe-Post"] is None


def test_there_is_no_list_id_nor_answer_address_unless_given() -> None:
    bare = parsed(composed(sender=Sender("", "jzz@example.cn")))
    assert bare["List-Id"] is None
    assert bare["From"] == "jzz@example.cn"
    assert parsed(composed(sender=structs.replace(SENDER, reply_to="a@b.cn")))["Reply-To"] == "a@b.cn"


def test_a_chinese_domain_goes_out_in_ascii_and_a_chinese_name_before_the_at_is_refused() -> None:
    assert parsed(composed(to=Addressee("du@例子.cn")))["To"] == "du@xn--fsqu00a.cn"
    with pytest.raises(MailError, match="no address"):
        composed(to=Addressee("读者@example.cn"))


def test_a_small_letter_has_the_headers_that_it_is_given() -> None:
    headers = {"Auto-Submitted": "auto-replied", "In-Reply-To": "<a@b.cn>", "X-Words": "一二"}
    message = parsed(plain_message("确认", "正文\n", "du@example.cn", SENDER, ID, DATE, headers))
    assert {name: message[name] for name in headers} == headers
    assert message.get_content().replace("\r\n", "\n") == "正文\n"
    assert message.get_content_type() == "text/plain"


# ── nothing else becomes a header


class Attempt(NamedTuple):
    place: str
    text: str


ENDS = ["\r\n", "\n", "\r", "\x00", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\r\n ", "\n\t", "\r\n\r\n"]
FRAGMENTS = [
    *(f"题{end}Bcc: zei@example.org" for end in ENDS),
    *(f"{end}Bcc: zei@example.org" for end in ENDS[:4]),
    "=?utf-8?B?DQpCY2M6IHplaUBleGFtcGxlLm9yZw==?=",
    "=?utf-8?Q?=0D=0ABcc:_zei=40example.org?=",
    "=?us-ascii?Q?a?=\r\n Bcc: zei@example.org",
    "\u202eBcc: zei@example.org",
    "题\u2066\u2069Bcc: zei@example.org",
    "\ud800Bcc: zei@example.org",
    "长" * 5000,
    "Bcc: zei@example.org",
    "a@b.cn>, <zei@example.org",
    "a@b.cn, zei@example.org",
    '"a" <zei@example.org>',
    "a%0d%0aBcc:zei@example.org",
    "a" * 2000,
    "; boundary=x\r\n\r\n--x",
    "\ufeffBcc: zei@example.org",
]
PLACES = [
    "subject",
    "name",
    "address",
    "reply_to",
    "list_id",
    "to",
    "leave_url",
    "leave_mailto",
    "message_id",
    "header",
]
ATTEMPTS = [Attempt(place, text) for place in PLACES for text in FRAGMENTS]


def attempted(attempt: Attempt) -> Iterator[bytes]:
    """The letter with the attempt in its place; nothing where it was refused."""
    place, text = attempt
    letter, to, sender, mark, headers = LETTER, TO, SENDER, ID, {"Auto-Submitted": "no"}
    match place:
        case "subject":
            letter = structs.replace(LETTER, subject=text)
        case "name" | "address" | "reply_to" | "list_id":
            sender = structs.replace(SENDER, **{place: text})
        case "to":
            to = structs.replace(TO, address=text)
        case "leave_url" | "leave_mailto":
            to = structs.replace(TO, **{place: text})
        case "message_id":
            mark = text
        case _:
            headers = {"X-Column": text}
    try:
        yield compose(letter, to, sender, mark, DATE)
        yield plain_message(letter.subject, "正文", to.address, sender, mark, DATE, headers)
    except MailError:
        return


def test_there_are_at_least_200_attempts() -> None:
    assert len(ATTEMPTS) >= 200


@pytest.mark.parametrize("place", PLACES)
def test_no_text_becomes_a_header(place: str) -> None:
    for attempt in (each for each in ATTEMPTS if each.place == place):
        for data in attempted(attempt):
            message = parsed(data)
            assert set(message.keys()) <= {*NAMES, "Reply-To", "X-Column", "Content-Transfer-Encoding"}, attempt
            assert len(message.keys()) == len(set(message.keys())), attempt
            assert [each.addr_spec for each in message["To"].addresses] == ["du@example.cn"], attempt
            assert len(message["From"].addresses) == 1, attempt
            assert data.split(b"\r\n\r\n")[0].lower().count(b"\nbcc:") == 0, attempt
            if attempt.place == "subject":
                assert message["Subject"] == attempt.text


@pytest.mark.parametrize("name", ["Bcc: a\r\nX", "X Y", "甲", "", "X:Y"])
def test_the_name_of_a_header_is_checked_too(name: str) -> None:
    with pytest.raises(MailError, match="name of a header"):
        plain_message("一", "二", "du@example.cn", SENDER, ID, DATE, {name: "a"})


@pytest.mark.parametrize("end", ENDS)
def test_what_could_end_a_line_is_refused_by_its_number(end: str) -> None:
    with pytest.raises(MailError, match=f"U\\+{ord(end[0]):04X}"):
        checked_header(f"题{end}二")


def test_a_headers_text_may_be_of_any_script() -> None:
    assert checked_header("第二期 – “中秋” 😀𪚥 é") == "第二期 – “中秋” 😀𪚥 é"
