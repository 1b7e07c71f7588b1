"""`#` without a space after it: many type headings so, but `#3楼` is a number and `#平安春运#` a topic.

Two or more of them make a heading whatever follows, and one does before a title; before a digit it means “No.”,
except where the digit is a heading's own number (`#1、`) or begins a year (`#2014年工作总结`).
"""

from __future__ import annotations

import re

HASH = "#"
_NUMBER = re.compile(r"#(?!(?:19|20)[0-9]{2}年|[0-9]{1,2}(?:、|[.．](?![0-9])))[0-9０-９]")
_TOPIC = re.compile(r"#(?![#\s])[^#]*[^#\s]#(?![#{])")


def is_hash_text(text: str) -> bool:
    """Whether a line that begins with `#` is text; ``text`` has no indent."""
    return text[:1] == HASH and text[1:2] not in "# \t" and (_NUMBER.match(text) or _TOPIC.match(text)) is not None
