"""Letters that come back."""

from __future__ import annotations

import pytest

from bulletin.mail.answers import judge_message
from bulletin.mail.bounces import ReturnedLetter, after_bounces, verp_address
from bulletin.mail.readers import Consent, new_reader, undeliverable, with_consent, without_consent
from bulletin.mail.received import read_message
from bulletin.mail.stores.base import Bounce
from tests.mail.letters import message, prose, report

OURS = "<0123456789abcdef@example.cn>"


def returned(data: bytes) -> ReturnedLetter:
    found = judge_message(read_message(data))
    assert found.kind == "bounce" and not found.may_answer
    assert found.returned
    return found.returned


def test_a_report_says_code_and_letter() -> None:
    found = returned(report(returned=OURS))
    assert (found.code, found.message_ids, found.recipients, found.final) == (
        "5.1.1", (OURS,), ("wang@example.net",), True
    )  # fmt: skip
    assert not returned(report(action="delayed", status="4.4.1", returned=OURS)).final


@pytest.mark.parametrize(
    ("status", "diagnostic", "code"),
    [
        ("5.1.1", "550 5.1.1 no such user", "5.1.1"),
        ("5.1.1", "550 5.1.1 rejected as spam", "5.7.1"),
        ("5.0.0", "550 User not found: wang", "5.1.1"),
        ("5.0.0", "550 Mailbox is full", "5.2.2"),
        ("5.5.0", "552 5.2.2 over quota", "5.2.2"),
        ("5.0.0", "554 MI:SPB 163 blocked, see policy", "5.7.1"),
        ("4.4.7", "delivery time expired", "4.4.7"),
        ("5.0.0", "", ""),
        ("", "connect to 5.1.2.25: timed out", "4.4.7"),
    ],
)
def test_what_a_report_means(status: str, diagnostic: str, code: str) -> None:
    assert returned(report(status=status, diagnostic=diagnostic, returned=OURS)).code == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("您的邮件未能送达 wang@example.net，原因：收件人地址不存在。", "5.1.1"),
        ("收件方邮箱空间已满，无法接收。wang@example.net", "5.2.2"),
        ("对方拒收了您的邮件（内容疑似垃圾邮件），也可能是用户不存在。wang@example.net", "5.7.1"),
        ("多次尝试连接对方服务器超时。wang@example.net", "4.4.7"),
        ("找不到 wang@example.net 的域名，域名不存在。", "5.1.2"),
        ("host mx.example.net said: 550 5.1.1 unknown user wang@example.net", "5.1.1"),
        ("您的邮件没有送到 wang@example.net。", ""),
        (
            "退信原因：\n收件人邮件地址（wang@example.net）不存在，无法送达。"
            + "\n其他。" * 100
            + "建议：请稍后重试，并检查是否被当成垃圾邮件。",
            "5.1.1",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_what_prose_means(words: str, code: str, kind: str) -> None:
    found = returned(prose(f"<p>{words}</p>" if kind == "html" else words, kind=kind))
    assert (found.code, found.recipients, found.postmaster) == (code, ("wang@example.net",), "postmaster@163.com")


def test_prose_may_name_our_letter() -> None:
    words = f"用户不存在。\n\n> Message-ID: {OURS}\n> Subject: 简报\n"
    assert OURS in returned(prose(words)).message_ids
    assert OURS in returned(prose(f"用户不存在 {OURS}")).message_ids


def test_an_envelope_sender_says_which_letter() -> None:
    address = verp_address("jzz@example.cn", OURS)
    assert address == "jzz+b-0123456789abcdef@example.cn"
    assert returned(report().replace(b"To: jzz@example.cn", f"To: {address}".encode(), 1)).message_ids == (OURS,)


@pytest.mark.parametrize(
    "data",
    [
        message("我的信退回来了，用户不存在", subject="退信"),
        message("自动回复：用户不存在", subject="自动回复：在外开会", Auto_Submitted="auto-replied"),
        message("报表已退回", subject="材料退回修改"),
    ],
)
def test_people_and_other_programs_are_no_bounce(data: bytes) -> None:
    assert judge_message(read_message(data)).kind != "bounce"


# ── what follows

NOW, LATER = "2026-11-28T08:00:00Z", "2026-12-28T08:00:00Z"
READER = new_reader("li@example.cn", NOW, Consent(NOW, "mail", "ab"))


def state_after(*codes: tuple[str, int]) -> str:
    return after_bounces(READER, [Bounce(1, run, code, LATER) for code, run in codes], LATER).state


@pytest.mark.parametrize(
    ("codes", "state"),
    [
        ([("5.1.1", 1), ("5.1.1", 1)], "active"),
        ([("5.1.1", 1), ("5.1.2", 2)], "dead"),
        ([("5.1.8", 1), ("5.1.7", 2), ("5.1.8", 3)], "active"),
        ([("5.7.1", run) for run in range(20)], "active"),
        ([("", run) for run in range(20)], "active"),
        ([("5.2.2", run) for run in range(4)], "active"),
        ([("4.4.7", 0), ("5.2.2", 1), ("4.2.1", 2), ("5.2.2", 3), ("4.4.1", 4)], "dead"),
        ([("5.2.2", 1)] * 9, "active"),
    ],
)
def test_when_an_address_is_dead(codes: list[tuple[str, int]], state: str) -> None:
    assert state_after(*codes) == state


def test_bounces_from_before_a_new_consent_do_not_count() -> None:
    bounces = [Bounce(1, 1, "5.1.1", NOW), Bounce(1, 2, "5.1.1", NOW)]
    back = with_consent(undeliverable(READER, NOW), Consent(LATER, "mail", "ab"), LATER)
    assert after_bounces(back, bounces, LATER).state == "active"
    assert after_bounces(without_consent(READER, "mail", NOW), bounces, NOW).state == "left"
