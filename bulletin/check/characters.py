"""D110 to D115: characters that an encoding lost or that nobody sees, and words that went missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.check.manuscript import Manuscript
from bulletin.check.office import Office
from bulletin.check.patterns import HAN_RANGE, INVISIBLE
from bulletin.core.look_alikes import LOOK_ALIKE, plain_character
from bulletin.core.problems import Problem

_LOST_CHARACTERS = re.compile(rf"\ufffd+|(?:锟斤拷)+|烫{{3,}}|屯{{3,}}|(?<=[{HAN_RANGE}])\?{{2,}}(?=[{HAN_RANGE}])")
_UTF8_AS_LATIN = re.compile(r"(?:[ÃÂâäåæçèéêëìíîïð][\xa1-\xbf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]{1,2}){2,}")
_UTF8_LEADS_AS_GBK = "".join(
    bytes((lead, trail)).decode("gbk") for lead in range(0xE4, 0xEA) for trail in range(0x80, 0xA1)
)
"""What the first two bytes of a Han character in UTF-8 are in GBK: all rare, none in GB 2312."""
_UTF8_AS_GBK = re.compile(rf"[{_UTF8_LEADS_AS_GBK}]")
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_ANY_SUSPECT = re.compile(rf"[\ufffd锟烫屯?ÃÂâäåæçèéêëìíîïð{_UTF8_LEADS_AS_GBK}\ue000-\uf8ff\U000f0000-\U0010fffd]")
"""What all of these begin with: one look at a text that has none."""
_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]+")


def lost_characters(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Replacement characters, and what UTF-8 and GBK make of each other."""
    if not _ANY_SUSPECT.search(text.text):
        return
    for found in _LOST_CHARACTERS.finditer(text.text):
        yield text.found("D110", *found.span(), words=found.group()[:12])
    for found in _UTF8_AS_LATIN.finditer(text.text):
        yield text.found("D111", *found.span(), words=found.group()[:12])
    for found in _NON_ASCII.finditer(text.text) if _UTF8_AS_GBK.search(text.text) else ():
        if _UTF8_AS_GBK.search(found.group()) and _was_utf8(found.group()):
            yield text.found("D111", *found.span(), words=found.group()[:12])
    for found in _PRIVATE_USE.finditer(text.text):
        yield text.found("D112", *found.span(), character=f"U+{ord(found.group()[0]):04X}")


def _was_utf8(words: str) -> bool:
    """Whether words are UTF-8 once more when their bytes in GBK are read again; the last character may be cut."""
    data = words.encode("gb18030", "replace")
    for cut in (0, 1, 2):
        try:
            return len(data[: len(data) - cut].decode("utf-8")) > 1
        except UnicodeDecodeError:
            continue
    return False


def invisible_characters(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """No-break and zero-width spaces, soft hyphens, direction marks: once a passage."""
    if not INVISIBLE.search(text.text):
        return
    for spots in _by_area(text, INVISIBLE):
        name = f"U+{ord(text.text[spots[0]]):04X}"
        yield text.found("D113", spots[0], spots[0] + 1, character=name, count=len(spots))


def look_alikes(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Radicals and compatibility ideographs for the characters that they look like: once a passage."""
    if not LOOK_ALIKE.search(text.text):
        return
    for spots in _by_area(text, LOOK_ALIKE):
        spots = [at for at in spots if plain_character(text.text[at]) != text.text[at]]
        if spots:
            words = text.text[spots[0]]
            right = plain_character(words)
            yield text.found("D115", spots[0], spots[0] + 1, right, words=words, right=right, count=len(spots))


def _by_area(text: Manuscript, pattern: re.Pattern[str]) -> Iterator[list[int]]:
    """Where it is found: of each line of the front matter, each title, each passage."""
    areas: dict[tuple[str, int], list[int]] = {}
    for found in pattern.finditer(text.text):
        at = found.start()
        if at >= text.body and not pattern.match(text.prose, at):
            continue  # code or an address
        passage = text.passage_at(at)
        area = ("passage", passage.start) if passage else ("line", text.place(at)[0])
        if area[0] == "passage" or found.group() != "\u00a0":  # which is a plain blank in titles and entries
            areas.setdefault(area, []).append(at)
    yield from areas.values()


_MISSING_WORDS = re.compile(
    rf"《[ ]*》|“[ ]*”|【[ ]*】|（[ ]*）|(?<=[{HAN_RANGE}])\([ ]*\)"
    r"|(?<=[于从自至，。])[ ]*年[ ]*月[ ]*日|共(?:人次|余人|万元)(?=[，。、])"
    rf"|第[ ]+[期届次条号](?=[{HAN_RANGE}，。])|(?<=[{HAN_RANGE}])(?:19|20)\d\d年月(?:\d{{1,2}})?日"
)


_GAP_MARGIN = 4
"""Characters before and after a gap that may belong to the match."""
_POSSIBLE_GAP = re.compile(r"[《“【（(年共第][ ]*[》”】）)月人余万期届次条号]")


def missing_words(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Empty brackets, 于年月日, 共人次: a number or a name got lost."""
    for gap in _POSSIBLE_GAP.finditer(text.prose):
        found = _MISSING_WORDS.search(text.prose, max(0, gap.start() - _GAP_MARGIN), gap.end() + _GAP_MARGIN)
        if found:
            yield text.found("D114", *found.span(), words=found.group())
