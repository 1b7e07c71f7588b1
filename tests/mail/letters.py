"""Messages as they arrive, for the tests of what is read from them."""

from __future__ import annotations

import base64
from email.charset import QP, Charset
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

TOKEN = "abcdefghijklmnopqrstuvwxyz"[:24] + "23"

CONFIRM_LETTER = f"您好：\n请确认订阅：直接回复“确认”。\n如不想订阅，不必理会。编号 {TOKEN}\n"
"""What a question of ours may look like; its words must never be taken for the reader's."""


def message(
    body: str = "",
    *,
    subject: str = "",
    sender: str = "li@example.cn",
    charset: str = "utf-8",
    kind: str = "plain",
    **headers: str,
) -> bytes:
    """One part; ``In_Reply_To="<1@x>"`` becomes the header In-Reply-To."""
    made = MIMEText(body, kind, charset)
    made["From"], made["To"] = sender, "jzz@example.cn"
    made["Subject"] = subject
    for name, value in {"Message_ID": "<own@example.cn>", **headers}.items():
        made[name.replace("_", "-")] = value
    return made.as_bytes()


def answer(words: str, quoted: str = CONFIRM_LETTER, **headers: str) -> bytes:
    """An answer as mail programs make it: own words, then the letter behind marks."""
    marks = "\n".join(f"> {line}" for line in quoted.splitlines())
    given = {"subject": "回复：请确认您的订阅", **headers}
    return message(f"{words}\n\n在 2026年11月28日 10:00，救助简报 <jzz@example.cn> 写道：\n{marks}\n", **given)


def report(
    *, status: str = "5.1.1", action: str = "failed", diagnostic: str = "", returned: str = "", recipient: str = ""
) -> bytes:
    """A delivery status notification (RFC 3464); ``returned``: Message-ID of the letter that it brings back."""
    made = MIMEMultipart("report", report_type="delivery-status")
    made["From"], made["To"] = "MAILER-DAEMON@mx.example.net", "jzz@example.cn"
    made["Subject"], made["Message-ID"] = "Undelivered Mail Returned to Sender", "<dsn@mx.example.net>"
    made.attach(MIMEText("The letter could not be delivered.\n"))
    status_part = Message()
    status_part["Content-Type"] = "message/delivery-status"
    whole, one = Message(), Message()
    whole["Reporting-MTA"] = "dns; mx.example.net"
    one["Final-Recipient"] = f"rfc822; {recipient or 'wang@example.net'}"
    one["Action"], one["Status"] = action, status
    if diagnostic:
        one["Diagnostic-Code"] = f"smtp; {diagnostic}"
    status_part.set_payload([whole, one])
    made.attach(status_part)
    if returned:
        head = MIMEText(f"From: jzz@example.cn\r\nMessage-ID: {returned}\r\n", "rfc822-headers", "us-ascii")
        made.attach(head)
    return made.as_bytes()


def prose(words: str, *, sender: str = "Postmaster@163.com", subject: str = "系统退信", kind: str = "plain") -> bytes:
    """A provider's own words, in GBK, as they are often sent."""
    charset = Charset("gbk")
    charset.body_encoding = QP
    made = Message()
    made["From"], made["To"] = sender, "jzz@example.cn"
    coded = base64.b64encode(subject.encode("gbk")).decode()
    made["Subject"], made["Message-ID"] = f"=?gb2312?B?{coded}?=", "<prose@163.com>"
    made["MIME-Version"], made["Content-Type"] = "1.0", f"text/{kind}; charset=gb2312"
    made["Content-Transfer-Encoding"] = "8bit"
    return made.as_bytes() + words.encode("gbk")
