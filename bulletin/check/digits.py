"""Characters as the digits that a reader takes them for, each with its place in the text.

`fold_digits` makes one text of the many ways to type a number: other scripts and widths, all kinds of blanks, dashes
and dots, and characters that nobody sees. What can be a digit, but often is none (Han numerals, ① or a letter O), is
left for `read_as_digits`, which is for numbers that prove themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_SPECIAL = re.compile("[^\x00-\x7f一-鿿\u3001-\u3029\uff01-\uff0a\uff0c\uff1a-\uff1f“”‘’…℃□§°→×]")
"""What `fold_digits` may change; most texts hold nothing of it but blanks and dashes."""
_MIDDLE_DOTS = frozenset("·•‧・･∙⋅●⸱")
_MINUS_SIGNS = frozenset("−⁃－")
_NOT_SEEN = frozenset("\u115f\u1160\u3164\uffa0\u17b4\u17b5")
"""Fillers that are letters by category."""
_FOLDED_ASCII = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.+@/_")
"""Full-width and decorated forms of these are folded; brackets and commas stay what they are for other patterns."""


class _Folded(NamedTuple):
    """A text in one spelling."""

    text: str
    places: Sequence[int]
    """Offset of each of its characters in the original."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of what is from ``start`` to ``end`` in the folded text."""
        return self.places[start], self.places[end - 1] + 1


@lru_cache(maxsize=1)
def fold_digits(text: str) -> _Folded:
    """A text with plain digits, blanks, dashes and dots, and without what nobody sees. Linear in its length.

    Remembered for a moment: several rules look at the same text.
    """
    if not _SPECIAL.search(text):
        return _Folded(text, range(len(text)))
    table = {character: _folded(character) for character in set(text)}
    characters = [table[character] for character in text]
    if all(table.values()):
        return _Folded("".join(characters), range(len(text)))
    places = [at for at, character in enumerate(characters) if character]
    return _Folded("".join(characters), places)


def _folded(character: str) -> str:
    """One plain character for another, or nothing for one that is not seen."""
    if character <= "\x7f" or "一" <= character <= "鿿":
        return character
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category in ("Cf", "Mn", "Me") or character in _NOT_SEEN:
        return ""
    if category == "Zs" or character == "\u2800":
        return " "
    if category in ("Zl", "Zp") or character == "\x85":
        return "\n"
    if category == "Pd" or character in _MINUS_SIGNS:
        return "-"
    if character in _MIDDLE_DOTS:
        return "·"
    plain = unicodedata.normalize("NFKC", character)
    return plain if plain in _FOLDED_ASCII and category != "No" else character


# ── what may be a digit

_HAN_DIGITS = dict(zip("〇零○一壹幺二贰两三叁四肆五伍六陆七柒八捌九玖", "00011122233445566778899", strict=True))
_LETTER_DIGITS = dict(zip("OoQОоΟοlI", "000000011", strict=True))
"""Latin, Cyrillic and Greek letters that look like 0 and 1."""
_LETTERS_LIKE_X = dict.fromkeys("ХхΧχ×✕✖", "X")
_OTHER_DIGITS = {
    character: str(unicodedata.digit(character))
    for first, last in ("²³", "¹¹", "⁰⁹", "₀₉", "①⑨", "⑴⑼", "⒈⒐", "⓪⓪", "⓵⓽", "⓿⓿", "❶❾", "➀➈", "➊➒", "🄁🄊")
    for character in map(chr, range(ord(first), ord(last) + 1))
    if unicodedata.digit(character, None) is not None
}
"""Raised, circled, bracketed and dotted digits."""

LOOSE_DIGITS = "0-9" + "".join((*_HAN_DIGITS, *_LETTER_DIGITS, *_OTHER_DIGITS))
"""All that `read_as_digits` takes for a digit; inside of a character class."""
LOOSE_X = "Xx" + "".join(_LETTERS_LIKE_X)
"""What is taken for the X at the end of an identity number."""
_AS_DIGITS = str.maketrans({**_HAN_DIGITS, **_LETTER_DIGITS, **_OTHER_DIGITS, **_LETTERS_LIKE_X, "x": "X"})


def read_as_digits(text: str) -> str:
    """A text of the same length with a digit for whatever looks like one or says one."""
    return text.translate(_AS_DIGITS)


def digit_kind(character: str) -> str:
    """``0`` for a digit, ``一`` for a Han numeral, ``O`` for a letter, ``①`` for another; empty for no digit."""
    if character.isdecimal():
        return "0"
    if character in _HAN_DIGITS:
        return "一"
    if character in _LETTER_DIGITS:
        return "O"
    return "①" if character in _OTHER_DIGITS else ""


# ── the digits of a whole text

_LOOSE_DIGIT = re.compile(f"[{LOOSE_DIGITS}{LOOSE_X}]")


def digits_of(number: str) -> str:
    """The digits of a number, however it is written, and the X at its end."""
    return read_as_digits("".join(_LOOSE_DIGIT.findall(fold_digits(number).text)))


def phone_digits(text: str) -> str:
    """A telephone number's digits, without the country's code."""
    plain = re.sub(r"\D", "", text).removeprefix("00")
    return plain[2:] if plain.startswith("86") and len(plain) > 11 else plain


class DigitIndex:
    """All digits of a text in a row, to find a number in it whatever is between its digits."""

    def __init__(self, text: str, places: Sequence[int]) -> None:
        """``places`` are the offsets to report, one for each character of ``text``."""
        folded = fold_digits(text)
        found = [(character.group(), character.start()) for character in _LOOSE_DIGIT.finditer(folded.text)]
        self._digits = read_as_digits("".join(character for character, _ in found))
        self._places = [places[folded.places[at]] for _, at in found]

    def find(self, number: str, limit: int = 20) -> list[tuple[int, int]]:
        """Spans of the text that hold these digits, the shortest first; at most ``limit`` are looked at."""
        found: list[tuple[int, int]] = []
        at = self._digits.find(number)
        while at >= 0 and len(found) < limit:
            found.append((self._places[at], self._places[at + len(number) - 1] + 1))
            at = self._digits.find(number, at + 1)
        return sorted(found, key=lambda span: span[1] - span[0])
