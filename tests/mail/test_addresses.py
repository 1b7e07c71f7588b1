"""What people type into a list of addresses."""

from __future__ import annotations

import pytest

from bulletin.mail.addresses import find_addresses, masked_address, normal_address


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("li@qq.con", "li@qq.com"),
        ("li@qq,com", "li@qq.com"),
        ("li@qq，com", "li@qq.com"),
        ("li@qq。com", "li@qq.com"),
        ("li@163.c0m", "li@163.com"),
        ("li@qqcom", "li@qq.com"),
        ("li@163.co", "li@163.com"),
        ("ｌｉ＠ｑｑ．ｃｏｍ", "li@qq.com"),
        ("  li@qq.com \u3000\u200b", "li@qq.com"),
        ("li @ qq. com", "li@qq.com"),
        ("mailto:Li@QQ.com?subject=a", "li@qq.com"),
        ("李某 <li@qq.com>", "li@qq.com"),
        ("李某(li@qq.com)", "li@qq.com"),
        ("li@@qq.com", "li@qq.com"),
        ("li@example,gov,cn", "li@example.gov.cn"),
        ("li@example.co", "li@example.co"),
        ("li@邮局.中国", "li@xn--dgtz33j.xn--fiqs8s"),
        ("李@qq.com", ""),
        ("li", ""),
        ("li@qq", ""),
        ("", ""),
        ("li@qq.com\r\nBcc: x", "li@qq.com"),
    ],
)  # fmt: skip
def test_one_address(typed: str, address: str) -> None:
    assert normal_address(typed) == address


@pytest.mark.parametrize(
    "typed", ["a@qq.com;b@163.com", "a@qq.com、b@163.com", "a@qq.com，b@163.com", "a@qq.com\nb@163.com"]
)
def test_several_addresses(typed: str) -> None:
    assert [each.address for each in find_addresses(typed)] == ["a@qq.com", "b@163.com"]


def test_what_was_corrected_is_said() -> None:
    assert [find_addresses(typed)[0].corrected for typed in ("li@qq.con", " LI@qq.com ", "ｌｉ@qq.com")] == [
        True,
        False,
        False,
    ]


def test_a_report_shows_no_address() -> None:
    assert masked_address("李某 <zhangsan@qq.con>；wang@163.com") == "李… z***@qq.con ;w***@163.com"
    assert masked_address("13800000000") == "1…"
    assert masked_address("zhang@qq,com,张某某") == "z***@qq,com,张…"
