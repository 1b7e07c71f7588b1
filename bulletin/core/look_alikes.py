"""Characters that look like others, or like nothing at all: titles and names are compared without them.

Programs that copy from PDF give radicals (⾏, ⻔) for characters (行, 门). NFKC has the Kangxi radicals and the
compatibility ideographs; what stands for the radicals supplement is in Unicode's EquivalentUnifiedIdeograph.txt.
"""

from __future__ import annotations

import re
import unicodedata

from bulletin.core.settings_text import UNSEEN

LOOK_ALIKE = re.compile("[\u2e80-\u2ef3\u2f00-\u2fd5\uf900-\ufad9]")
"""Radicals and compatibility ideographs; `plain_character` says what each looks like."""
_VARIANT = re.compile("(?<=[\u2e80-\u9fff\uf900-\ufaff])[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SUSPECT = re.compile(f"{UNSEEN.pattern}|{LOOK_ALIKE.pattern}|{_VARIANT.pattern}|\xa0")

_RADICALS = dict(
    zip(
        "⺅⺉⺋⺎⺏⺒⺓⺔⺕⺖⺗⺘⺙⺛⺞⺟⺠⺡⺢⺣⺤⺥⺦⺨⺫⺭⺯⺰⺱⺲⺹⺺⺾⺿⻀⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻍⻏⻐⻑⻒⻓⻔⻖⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "亻刂㔾兀尣巳幺彑彐忄㣺扌攵旡歺母民氵氺灬爫爫丬犭罒礻糹纟罓罒耂肀艹艹艹虎衤覀西见角讠贝车辶辶阝钅長镸长门阝青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)


_SIMPLIFIED = dict(
    zip("見貝車長門韋頁風飛馬魚鳥鹵麥黃黽齊齒龍龜", "见贝车长门韦页风飞马鱼鸟卤麦黄黾齐齿龙龟", strict=True)
)
"""The Kangxi radicals are traditional characters by their names; who types ⾨ in these texts means 门."""


def plain_character(character: str) -> str:
    """The common character that one looks like; itself where there is none."""
    plain = _RADICALS.get(character) or unicodedata.normalize("NFKC", character)
    return _SIMPLIFIED.get(plain, plain) if "\u2f00" <= character <= "\u2fd5" else plain


_BETWEEN = re.compile(r"[\W_]+")


def bare_letters(text: str) -> str:
    """Letters and digits alone: the same words compare equal, however they are set and pointed."""
    return _BETWEEN.sub("", text)


def fold_name(text: str) -> str:
    """A title or name without invisible characters and direction controls, with common characters for look-alikes."""
    if text.isascii() or not _SUSPECT.search(text):
        return text
    text = _VARIANT.sub("", UNSEEN.sub("", text)).replace("\xa0", " ")
    return LOOK_ALIKE.sub(lambda found: plain_character(found.group()), text).strip()
