"""What messages want."""

from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.mail.answers import Answer, judge_message
from bulletin.mail.received import read_message
from tests.mail.letters import CONFIRM_LETTER, TOKEN, answer, message, report


def judged(data: bytes) -> Answer:
    return judge_message(read_message(data), ("长湖救助简报",))


@pytest.mark.parametrize(
    "words",
    [
        "订阅", "我想订阅", "您好，请给我订阅简报，谢谢！", "订 阅", "【订阅】", "訂閱", "Subscribe",
        "订阅《长湖救助简报》", "ＳＵＢＳＣＲＩＢＥ",
    ],
)  # fmt: skip
def test_who_wants_to_join(words: str) -> None:
    in_subject, in_text = judged(message(subject=words)), judged(message(f"\n{words}\n\n发自我的手机\n"))
    assert {in_subject.kind, in_text.kind} == {"join"}
    assert (in_text.sender, in_text.may_answer) == ("li@example.cn", True)


@pytest.mark.parametrize(
    "words",
    [
        "关于做好2027年度党报党刊订阅工作的通知",
        "报刊订阅",
        "订阅号运营培训",
        "您订阅的服务即将到期",
        "请问订阅的人多不多",
        "subscribe to our newsletter and save",
    ],
)
def test_other_mail_about_subscribing_is_not_ours(words: str) -> None:
    assert judged(message(words, subject=words)).kind == "other"


@pytest.mark.parametrize(
    "words",
    [
        "退订", "我要退订。", "退 订！", "取消订阅", "麻烦取消订阅，谢谢", "ｕｎｓｕｂｓｃｒｉｂｅ", "Unsubscribe",
        "請退訂", "不要再发了", "请勿再给我发送", "不想再收到", "不再订阅", "能不能退订", "我没有订阅",
    ],
)  # fmt: skip
def test_who_wants_to_leave(words: str) -> None:
    assert judged(message(subject=words)).kind == "leave"
    assert judged(message(f"您好：\n{words}\n")).kind == "leave"
    assert judged(message(f"<p>您好：</p><div>{words}</div>", kind="html")).kind == "leave"
    assert judged(answer(words, "救助简报 2026年第3期\n")).kind == "leave"


@pytest.mark.parametrize(
    "words", ["我不退订", "不要退订，谢谢", "先别取消订阅", "don't unsubscribe me", "误退订了怎么办"]
)
def test_who_wants_to_stay(words: str) -> None:
    assert judged(message(words)).kind == "other"


LEAVE_TOKEN = f"12-{TOKEN}"
QUOTED_LETTER = (
    f"救助简报 2026年第3期\n退订：回复“退订”，或 mailto:jzz@example.cn?subject=unsubscribe%20{LEAVE_TOKEN}\n退订\n"
)


@pytest.mark.parametrize(
    "body",
    [
        "写得好！\n\n> " + QUOTED_LETTER.replace("\n", "\n> "),
        "写得好！\n\n------------------ 原始邮件 ------------------\n" + QUOTED_LETTER,
        "写得好！\n\n-----Original Message-----\n" + QUOTED_LETTER,
        "写得好！\n\nOn Sat, Nov 28, 2026 at 10:00, 救助简报 wrote:\n" + QUOTED_LETTER,
        "写得好！\n________________________________\n" + QUOTED_LETTER,
        "写得好！\n发件人：救助简报\n发送时间：2026年11月28日\n" + QUOTED_LETTER,
        "写得好！\n\n---- 回复的原邮件 ----\n" + QUOTED_LETTER,
        "写得好！\n\n---------- Forwarded message ---------\n" + QUOTED_LETTER,
    ],
)
def test_quoted_words_are_not_the_sender_s(body: str) -> None:
    found = judged(message(body, subject="回复：救助简报 2026年第3期"))
    assert (found.kind, found.letters, found.questions, found.pressed) == ("other", (LEAVE_TOKEN,), (), "")
    assert judged(message(body.replace("写得好！", "退订"), subject="Re: 救助简报")).kind == "leave"


def test_quoted_words_of_an_html_part_are_not_the_sender_s() -> None:
    html = f"<style>退订</style><div>写得好！</div><blockquote><p>退订</p><p>编号 {TOKEN}</p></blockquote>"
    found = judged(message(html, kind="html", subject="回复: 救助简报"))
    assert (found.kind, found.questions) == ("unclear", (TOKEN,))


def test_an_introduction_in_two_lines_is_none_of_the_sender_s_words() -> None:
    letter = f"救助简报 <jzz@example.cn> 于2026年11月28日周六\n10:00写道：\n\n> 编号 {TOKEN}\n"
    assert judged(message(letter, subject="Re: 请确认")).kind == "confirm"


def test_words_below_the_quotation_count() -> None:
    assert (
        judged(message("On Sat, Nov 28, 简报 wrote:\n> 第3期\n> 谢谢\n\n退订\n", subject="Re: 第3期")).kind == "leave"
    )


@pytest.mark.parametrize(
    "words", ["确认", "同意", "是的", "好", "我同意订阅，谢谢", "OK", "确 认。", "", "您好：\n确认订阅"]
)
def test_who_confirms(words: str) -> None:
    found = judged(answer(words))
    assert (found.kind, found.questions) == ("confirm", (TOKEN,))
    assert judged(answer(words, "没有编号")).kind != "confirm"


def test_a_token_may_be_in_the_subject_or_in_the_message_id_answered() -> None:
    assert judged(message("确认", subject=f"Re: 请确认 [{TOKEN.upper()}]")).questions == (TOKEN,)
    found = judged(message("确认", subject="Re: 请确认", In_Reply_To=f"<{TOKEN}@example.cn>"))
    assert (found.kind, found.questions) == ("confirm", (TOKEN,))


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("这是什么？", "unclear"), ("我正在休假，回来再联系您", "unclear"), ("不同意", "leave"), ("不是本人", "leave"),
        ("取消", "leave"),
        ("不需要，谢谢", "unclear"),
    ],
)  # fmt: skip
def test_other_answers_to_a_question_do_not_confirm(words: str, kind: str) -> None:
    assert judged(answer(words)).kind == kind


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"X_Autoreply": "yes"},
        {"X_Auto_Response_Suppress": "All"},
        {"List_Id": "<a.example.cn>"},
        {"subject": "自动回复: 请确认您的订阅"},
        {"subject": "Re: 请确认您的订阅（自动回复）"},
        {"sender": "MAILER-DAEMON@example.cn"},
        {"sender": "Notice <no-reply@example.cn>"},
    ],
)
def test_a_program_neither_joins_nor_confirms_and_is_not_answered(headers: dict[str, str]) -> None:
    for data in (answer("确认", **headers), message("订阅", **headers), message("退订", **headers)):
        found = judged(data)
        assert (found.kind, found.may_answer) == ("automatic", False)
    assert judged(message("订阅", Auto_Submitted="no")).kind == "join"


def test_a_mail_program_may_press_the_link_for_leaving() -> None:
    found = judged(message(subject=f"unsubscribe {LEAVE_TOKEN}", Auto_Submitted="auto-generated"))
    assert (found.kind, found.pressed, found.may_answer) == ("leave", LEAVE_TOKEN, False)
    assert judged(answer("退订", QUOTED_LETTER)).pressed == ""


def test_who_is_not_one_address_is_not_answered() -> None:
    for sender in ("li@example.cn, wang@example.cn", "li", "", "Li <li@例子>", "li@qq.con"):
        assert not judged(message("订阅", sender=sender)).may_answer


# ── charsets


def raw(subject: bytes, body: bytes, charset: str) -> bytes:
    head = b"From: li@example.cn\r\nSubject: " + subject + b"\r\nContent-Type: text/plain; charset=" + charset.encode()
    return head + b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + body


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "utf-8", "us-ascii", "iso-8859-1", "x-unknown", "punycode", ""])
@pytest.mark.parametrize("real", ["gbk", "utf-8"])
def test_a_wrong_charset_does_no_harm(charset: str, real: str) -> None:
    assert judged(raw("退订".encode(real), b"", charset)).kind == "leave"
    assert judged(raw(b"", "镕先生：\r\n请取消订阅".encode(real), charset)).kind == "leave"
    word = base64.b64encode("退订".encode(real)).decode()
    assert judged(raw(f"=?{charset or 'utf-8'}?B?{word}?=".encode(), b"", charset)).kind == "leave"


# ── made to keep us busy


def _nested(depth: int, kind: str) -> bytes:
    head = b"From: li@example.cn\r\nSubject: \r\n"
    if kind == "message":
        return head + b"Content-Type: message/rfc822\r\n\r\n" * depth
    levels = (b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth))
    return head + b"".join(levels)


@pytest.mark.parametrize(
    "data",
    [
        _nested(10_000, "multipart"),
        _nested(10_000, "message"),
        _nested(59, "multipart"),
        b"Subject: " + b"=?utf-8?B?" * 25_000,
        b"From: " + b"<" * 250_000,
        b"From: " + b"(" * 250_000,
        b"A: b\r\n" * 40_000,
        b"\0" * 250_000,
        b"Content-Type: text/html\r\n\r\n" + b"<!--" * 60_000,
        b"Content-Type: text/html\r\n\r\n" + b"<div " * 50_000,
        b"Content-Type: text/html\r\n\r\n" + b"<" * 250_000,
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 50_000,
        b"Content-Type: text/plain\r\n\r\n" + b" " * 250_000,
        b"Content-Type: text/plain\r\n\r\n" + "不要".encode() * 40_000,
        b"Content-Type: text/plain\r\n\r\n" + b"-" * 250_000 + b"\n",
        b"Content-Type: multipart/report; boundary=a\r\n\r\n--a\r\nContent-Type: message/delivery-status\r\n\r\n"
        + b"Status: 5.1.1\r\n\r\n" * 14_000,
        b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a-" * 100_000,
        b"",
    ],
    ids=range(18),
)
def test_a_hostile_message_takes_little_time(data: bytes) -> None:
    began = time.process_time()
    judged(data)
    assert time.process_time() - began < 3


@given(st.binary(max_size=400), st.sampled_from([message("退订"), answer("确认"), report()]), st.integers(0, 900))
def test_no_bytes_break_it(noise: bytes, whole: bytes, place: int) -> None:
    judged(noise)
    judged(whole[:place] + noise + whole[place:])


def test_the_words_of_our_own_letters_are_never_a_wish() -> None:
    """Sent back by a program that does not say what it is, or forwarded."""
    for subject in ("转发：请确认您的订阅", "Fwd: 请确认您的订阅"):
        quoted = f"---------- 转发的邮件 ---------\n{CONFIRM_LETTER}"
        assert judged(message(quoted, subject=subject)).kind in ("unclear", "confirm")
