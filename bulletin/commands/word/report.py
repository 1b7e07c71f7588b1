"""What `bulletin word in` and `paste` say of a text: what came in, what was left out, and what to do about that."""

from __future__ import annotations

import gettext
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bulletin.commands.terminal import Session
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.word.incoming import IncomingText

_COUNTED: dict[str, Callable[[int], str]] = {
    "hidden": lambda n: gettext.ngettext("{count} hidden text", "{count} hidden texts", n),
    "deleted": lambda n: gettext.ngettext("{count} deletion", "{count} deletions", n),
    "moved": lambda n: gettext.ngettext("{count} text moved away", "{count} texts moved away", n),
    "comment": lambda n: gettext.ngettext("{count} comment", "{count} comments", n),
    "header": lambda n: gettext.ngettext("{count} header", "{count} headers", n),
    "footer": lambda n: gettext.ngettext("{count} footer", "{count} footers", n),
    "ruby": lambda n: gettext.ngettext("{count} reading above a word", "{count} readings above words", n),
    "formula": lambda n: gettext.ngettext("form of {count} formula", "form of {count} formulas", n),
    "symbol": lambda n: gettext.ngettext("{count} sign of a symbol font", "{count} signs of a symbol font", n),
    "chart": lambda n: gettext.ngettext("{count} chart", "{count} charts", n),
    "diagram": lambda n: gettext.ngettext("{count} diagram (SmartArt)", "{count} diagrams (SmartArt)", n),
    "ink": lambda n: gettext.ngettext("{count} drawing by hand", "{count} drawings by hand", n),
    "object": lambda n: gettext.ngettext("{count} embedded object", "{count} embedded objects", n),
    "embedded": lambda n: gettext.ngettext("{count} embedded document", "{count} embedded documents", n),
    "picture": lambda n: gettext.ngettext("{count} picture", "{count} pictures", n),
    "EMF": lambda n: gettext.ngettext("{count} EMF picture", "{count} EMF pictures", n),
    "WMF": lambda n: gettext.ngettext("{count} WMF picture", "{count} WMF pictures", n),
    "linked picture": lambda n: gettext.ngettext(
        "{count} picture that is not in the document", "{count} pictures that are not in the document", n
    ),
    "missing picture": lambda n: gettext.ngettext(
        "{count} picture that is missing", "{count} pictures that are missing", n
    ),
    "unusable picture": lambda n: gettext.ngettext(
        "{count} picture of another format", "{count} pictures of other formats", n
    ),
}
"""`LeftKind` → how many of it are named; the order of the report."""

_SHOOT = N_("In Word or WPS, copy it and paste it as a picture (PNG), or save it as one; put that into the draft.")
_REMEDIES: dict[str, str] = {
    **dict.fromkeys(("chart", "diagram", "ink", "object", "EMF", "WMF", "unusable picture"), _SHOOT),
    "embedded": N_("Open the document in Word or WPS, save it anew, and take that in; or take the part in by itself."),
    "linked picture": N_("Pictures elsewhere are not fetched. In Word or WPS, embed it, or put it into the draft."),
    "missing picture": N_("Put the picture into the draft."),
    "picture": N_("What is pasted holds no pictures. Save them and put them into the draft, or take in the .docx."),
    "formula": N_("Its words are in the draft in one line; look whether they still say the same."),
    "symbol": N_("Look what it is in Word, and write it into the draft."),
    "ruby": N_("The words themselves are in the draft; write the reading after them where it is needed."),
}


def report_lines(session: Session, text: IncomingText) -> Iterator[str]:
    """The first line counts; then each thing that was left out, with its first words and what to do."""
    say = session.say
    comma = say.translate(N_(", "))
    came = comma.join(_came(text))
    left = Counter(each.kind for each in text.left_out)
    out = comma.join(form(left[kind]).format(count=left[kind]) for kind, form in _COUNTED.items() if left[kind])
    yield say(N_("{came}; left out: {out}"), came=came, out=out) if out else came
    advised: set[str] = set()
    for each in text.left_out:
        what = _COUNTED[each.kind](1).format(count=1)
        remedy = _REMEDIES.get(each.kind, "") if each.kind not in advised else ""
        advised.add(each.kind)
        yield "  " + (say(N_("{what}: {words}"), what=what, words=each.text) if each.text else what)
        if remedy:
            yield f"    {say.translate(remedy)}"


def _came(text: IncomingText) -> Iterator[str]:
    count = len(re.findall(r"<(?:p|li|h[1-6])\b", text.html)) + bool(text.title)
    yield gettext.ngettext("{count} paragraph", "{count} paragraphs", count).format(count=count)
    if tables := len(re.findall(r"<table\b", text.html)):
        yield gettext.ngettext("{count} table", "{count} tables", tables).format(count=tables)
    if pictures := len(text.pictures):
        yield gettext.ngettext("{count} picture", "{count} pictures", pictures).format(count=pictures)
