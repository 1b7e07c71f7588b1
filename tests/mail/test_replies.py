"""What servers say, and what follows."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.mail.replies import SmtpPhase, SmtpReply, meaning


def fate(phase: SmtpPhase, line: str) -> str:
    """``refused+`` where it counts against the address."""
    code, _, rest = line.partition(" ")
    enhanced, _, text = rest.partition(" ") if re.match(r"[245]\.\d+\.\d+\b", rest) else ("", "", rest)
    found = meaning(SmtpReply(phase, int(code), enhanced, text))
    assert bool(found.reason) == (found.fate in ("rest", "stop", "unknown"))
    return found.fate + ("+" if found.counts else "")


@pytest.mark.parametrize(
    ("phase", "line", "expected"),
    [
        ("dot", "250 2.0.0 queued as 1", "sent"),
        ("dot", "0 timed out", "unknown"),
        ("dot", "354 go on", "unknown"),
        ("data", "0 connection reset", "rest"),
        ("to", "0 ", "rest"),
        ("connect", "0 refused", "rest"),
        # the provider takes no more: never a word about the reader
        ("connect", "421 HL:IFC", "rest"),
        ("from", "450 4.7.1 try later", "rest"),
        ("to", "452 4.2.2 mailbox full", "rest"),
        ("to", "451 4.1.1 not now", "rest"),
        ("dot", "454 Throttling failure: daily message quota exceeded", "rest"),
        ("to", "550 Connection frequency limited", "rest"),
        ("dot", "550 发信频率过高", "rest"),
        ("dot", "554 too frequently", "rest"),
        ("to", "550 5.4.5 Daily user sending quota exceeded", "rest"),
        ("to", "550 Requested mail action not taken: too much recipient", "rest"),
        # the provider does not want the letter
        ("dot", "554 DT:SPM 163 smtp5,x", "stop"),
        ("dot", "451 DT:SPM, please try again", "stop"),
        ("to", "554 MI:STC", "stop"),
        ("to", "550 RP:TRC", "stop"),
        ("dot", "550 5.7.1 not wanted", "stop"),
        ("to", "550 5.7.26 unauthenticated", "stop"),
        ("dot", "550 Mail content denied", "stop"),
        ("to", "550 Suspected spam", "stop"),
        ("dot", "554 Reject by behaviour spam", "stop"),
        ("connect", "554 IP is rejected", "stop"),
        ("from", "553 5.1.8 sender's domain", "stop"),
        ("to", "550 5.1.7 sender's address", "stop"),
        ("from", "553 Mail from must equal authorized user", "stop"),
        ("dot", "552 5.3.4 message too big", "stop"),
        ("to", "503 5.5.1 MAIL first", "stop"),
        ("to", "503 need EHLO and AUTH first", "stop"),
        ("dot", "554 no", "stop"),
        ("data", "554 no", "stop"),
        ("hello", "502 what", "stop"),
        ("to", "354 what", "stop"),
        # the login
        ("login", "535 Login fail. Password is incorrect, login frequency limited, or system is busy.", "stop"),
        ("login", "535 DT:SPM", "stop"),
        ("login", "526 Authentication failure", "stop"),
        ("login", "454 4.7.0 later", "rest"),
        ("tls", "554 certificate", "stop"),
        # the reader's address
        ("to", "550 5.1.1 no such user", "refused+"),
        ("to", "553 5.1.3 bad syntax", "refused+"),
        ("to", "550 5.1.10 null MX", "refused+"),
        ("dot", "550 5.1.1 no such user", "refused+"),
        ("to", "550 User not found: a", "refused+"),
        ("to", "550 Mailbox not found", "refused+"),
        ("to", "550 收件人地址不存在", "refused+"),
        ("to", "552 5.2.2 over quota", "refused"),
        ("to", "550 User is over the quota", "refused"),
        ("dot", "550 Mail is rejected by recipients", "refused"),
        ("to", "550 5.4.4 no route", "refused"),
        ("to", "551 elsewhere", "refused"),
        ("to", "550 5.2.1 user not found", "refused"),
    ],
)  # fmt: skip
def test_the_table(phase: SmtpPhase, line: str, expected: str) -> None:
    assert fate(phase, line) == expected


def test_a_password_that_is_refused_says_what_to_do() -> None:
    assert "授权码" in meaning(SmtpReply("login", 535, "", "error")).reason
    assert "a_day" in meaning(SmtpReply("to", 554, "", "MI:STC")).reason


PHASES: list[SmtpPhase] = ["connect", "hello", "tls", "login", "from", "to", "data", "dot"]


@given(st.sampled_from(PHASES), st.integers(-1, 700), st.sampled_from(["", "5.1.1", "5.7.1", "4.2.2"]), st.text())
def test_whatever_is_said(phase: SmtpPhase, code: int, enhanced: str, text: str) -> None:
    """A letter is sent by a 2xx after its dot alone, unknown by silence after it, and only a 5xx refuses a reader."""
    found = meaning(SmtpReply(phase, code, enhanced, text))
    assert (found.fate == "sent") == (phase == "dot" and 200 <= code < 300)
    assert found.fate != "unknown" or phase == "dot"
    if found.fate == "refused":
        assert 500 <= code < 600 and phase in ("to", "dot")
    assert meaning(SmtpReply(phase, code, enhanced, text, held=True)).fate == "held"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("530 Must issue a STARTTLS command first", "tls: no"),
        ("530 5.7.0 Must issue a STARTTLS command first", "tls: no"),
        ("538 5.7.11 Encryption required for requested authentication mechanism", "tls: no"),
        ("530 5.7.0 Authentication required", "授权码"),
    ],
)
def test_what_a_server_wants_before_it_takes_a_letter_is_said(line: str, said: str) -> None:
    code, _, text = line.partition(" ")
    enhanced, _, rest = text.partition(" ") if text[0] == "5" else ("", "", text)
    found = meaning(SmtpReply("from", int(code), enhanced, rest))
    assert found.fate == "stop"
    assert said in found.reason
