"""Codes in a post by which its program showed a part of it to some readers only: who is logged in, who paid, who knew.

No list of plug-ins is ever whole, so for codes in brackets it is the other way round: a pair around words is taken for
such a code unless it is known to be none. Whoever asks keeps the whole post back for a person to look at.
"""

from __future__ import annotations

import re

_IN_BRACKETS = re.compile(r"\[(?:/(?P<end>\w[\w-]*+)\s*+\](?P<link>\(?)|(?P<name>\w[\w-]*+)[^\[\]]*+\])")
_HARMLESS = re.compile(
    r"(?:vc|et_pb|wp|su|fusion|av)_.*|caption|gallery|embed|audio|video|playlist|contact-form-7|highlight|toc|"
    r"b|i|u|s|p|em|strong|del|sub|sup|color|size|font|align|center|left|right|indent|url|link|img|image|email|quote|"
    r"code|pre|php|html|css|js|python|sourcecode|list|table|tr|td|th|h[1-6]|hr|row|column|col|button|tab|tabs|"
    r"accordion|toggle|spoiler",
    re.IGNORECASE,
)
"""Codes that everybody was shown the inside of."""
_RESERVED = re.compile(
    r"vip|member\w*|hide|hidden|reply|comments?|log-?in|logged|sign-?in|auth|roles?|users?|user_?\w*|paid|pay\w*|"
    r"premium\w*|private|secret|protect\w*|restrict\w*|subscribers?|passw\w*|pwd|\w*encrypt\w*|if|ifdef|unless|case|"
    r"会员\w*|隐藏\w*|回复\w*|登录\w*|付费\w*|密码\w*|加密\w*",
    re.IGNORECASE,
)
"""Words of names; a part between ``_`` and ``-`` is enough, as in ``rcp-restrict``."""
_SWITCHED_OFF = re.compile(r"\[(?:vc|et_pb)_[a-z_]++[^\[\]]*?\s(?:disable_element=\"yes\"|disabled=\"on\")[^\[\]]*+\]")
"""A part that its builder hid from everybody."""
_BLOCK = re.compile(r"<!--\s*+wp:(?P<name>[\w/-]++)")
_OF_TEMPLATES = re.compile(r"(?:\{\{[<%]|\{%-?)\s*+(?P<name>[\w.-]++)")


def reserved_code(source: str) -> str:
    """The first such code, as written, at most 60 characters; empty where there is none. Linear in time."""
    opened: dict[str, str] = {}
    for found in _IN_BRACKETS.finditer(source):
        if name := found["name"]:
            opened.setdefault(name.casefold(), found.group()[:60])
            continue
        name = found["end"].casefold()
        is_markdown_link = found["link"] and name not in opened
        if not is_markdown_link and (_says_so(name) or not _HARMLESS.fullmatch(name)):
            return opened.get(name, found.group()[:60])
    if off := _SWITCHED_OFF.search(source):
        return off.group()[:60]
    names = (found for pattern in (_BLOCK, _OF_TEMPLATES) for found in pattern.finditer(source))
    return next((found.group()[:60] for found in names if _says_so(found["name"])), "")


def _says_so(name: str) -> bool:
    return any(map(_RESERVED.fullmatch, (name, *re.split(r"[_/.-]", name))))
