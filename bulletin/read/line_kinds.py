"""What one line of an office's text is, judged by itself: the end of a sentence, a numbered point, a `名称：…` line,
a date, the name of an office, a line of the version record.

The forms are those of GB/T 9704-2012 (7.3.3 points, 7.3.4 附件, 7.3.5 sign-off, 7.4 版记) and of the work bulletin's
last lines (docs/norms.md 2: 主送/抄送/发送范围 and 共印N份), with the blanks and half-width characters of real files.
"""

from __future__ import annotations

import re

from bulletin.read.dialect.characters import LETTERS
from bulletin.read.dialect.joining import end_of_text
from bulletin.read.dialect.points import BEGINNING

_ENDS = "。！？；：…”）"
_CLOSERS = "”’」』）)】〕》"
_SENTENCE_END = re.compile(rf"[。！？；：…!?;:][{_CLOSERS}\"']*$|[”）)]$|(?<=[{LETTERS}])\.$")
_COMMA = re.compile(r"[，、,]$")

_MARKS = re.compile(rf"{BEGINNING.pattern}|[*_]{{0,3}}(?:[0-9０-９]{{1,2}}[)）]|[①-⒛㈠-㈩➀-➓❶-❿])")
_SERIES = re.compile(
    "[*_]{0,3}(?:[一二三四五六七八九十]{1,2}(?:是|要)|其[一二三四五六七八九十]|第[一二三四五六七八九十百]{1,3}[，,、章节条])"
)
_LABEL = re.compile(
    rf"[*_]{{0,3}}[{LETTERS}][{LETTERS}A-Za-z0-9（）()、/·\u3000 ]{{0,11}}[*_]{{0,3}}(?:：|(?<!\d):|:(?!\d))(?!//)"
)
"""At most a dozen characters before a colon that is neither a clock's nor an address's."""
_WHOLE_BRACKET = re.compile(r"[（(][^（）()]*[)）]$")
_BOLD = re.compile(r"(\*\*|__)(?:(?!\1).)+\1[：:]?$")
_PICTURES = re.compile(r"(?:!\[[^\[\]]*\]\([^()]*(?:\([^()]*\)[^()]*)*\)\s*)+$")

_HAN_YEAR = "[〇○零OＯ一二三四五六七八九]{4}"
_MONTH = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九])月"
_DAY = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号]"
_DATE_PATTERN = rf"(?:(?:\d{{4}}|{_HAN_YEAR})年{_MONTH}(?:{_DAY})?|{_MONTH}{_DAY}|\d{{4}}([-./])\d{{1,2}}\1\d{{1,2}})"
_DATE = re.compile(rf"(?:{_DATE_PATTERN})(?:[（(]?(?:星期|周)[一二三四五六日天][)）]?)?")
_OFFICE = re.compile(
    rf"[{LETTERS}A-Za-z0-9（）()“”·、]{{1,40}}"
    "(?:站|室|科|股|局|处|部|队|组|所|中心|院|校|厅|社|委|办|会|府|馆|司|署|团|总支|集团|街道|镇|乡|学|园|行)"
    "(?:[（(](?:盖章|印章|公章|代章|章|印)[)）])?"
)
_SHORT_OFFICE = re.compile(
    rf"[{LETTERS}]{{1,16}}(?:站|室|科|股|局|处|部|队|组|所|中心|院|校|厅|社|政府|委员会|党委|支部|总支|办公厅|公司|协会)"
)
_RECIPIENTS = re.compile("(?:主|抄|呈|分)?(?:报送|报|送|发送|发至|发)(?:单位|范围|对象|机关)?[：:]")
_SURE_RECIPIENTS = re.compile("(?:主送|抄送|抄报|分送|呈报|呈送|发送范围|报送单位)")
_FORMS = {"*": _BOLD, "_": _BOLD, "(": _WHOLE_BRACKET, "（": _WHOLE_BRACKET, "!": _PICTURES}
_MAX_DATE, _MAX_OFFICES, _MAX_ENDING = 40, 60, 2_000
"""Characters of a line that is a date or one office, of several offices, and of the markup at the end of a line."""
_COPIES = re.compile(r"[（(]?(?:共印|印发|印制|印数|印)[：:]?[0-9０-９一二三四五六七八九十百千]{1,6}份[)）]?$")
_ISSUED = re.compile(rf"(?:{_DATE_PATTERN})印发$")


def _is_plain(character: str) -> bool:
    """Whether a character is an ordinary Han letter, as most first and last ones are: no pattern need be tried."""
    return "\u4e00" <= character <= "\u9fff"


def _compact(text: str) -> str:
    """The line without any blanks: offices space out short names and 时　间."""
    return "".join(text.split())


def ends_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does, whatever markup follows: 。！？；：… ” ）."""
    if text[-1:] in _ENDS:
        return bool(text)
    if _is_plain(text[-1]):
        return False
    text = text[-_MAX_ENDING:]
    if text.endswith("-->"):
        text = text[: text.rfind("<!--")].rstrip()
    return _SENTENCE_END.search(text[: end_of_text(text)]) is not None


def ends_with_comma(text: str) -> bool:
    text = text[-_MAX_ENDING:]
    return _COMMA.search(text[: end_of_text(text)]) is not None


def is_point(text: str) -> bool:
    """``一、`` ``（一）`` ``1、`` ``（1）`` ``1）`` ``①``."""
    return _MARKS.match(text) is not None


def may_be_point(text: str) -> bool:
    """``一是`` ``其一`` ``第一，`` and ``名称：…``, which may also begin a line in the middle of a sentence."""
    return _SERIES.match(text) is not None or is_label(text) or text.startswith("——")


def is_label(text: str) -> bool:
    """``编辑：…``."""
    return _LABEL.match(text) is not None


def is_date(text: str) -> bool:
    """Whether a line is a date and nothing else: 2024年9月20日, 二〇二四年九月二十日, 2024-09-20."""
    return len(text) <= _MAX_DATE and _DATE.fullmatch(_compact(text)) is not None


def is_office_line(text: str) -> bool:
    """Whether a line may be the names of offices and nothing else."""
    return len(text) <= _MAX_OFFICES and _OFFICE.fullmatch(_compact(text)) is not None


def split_office_and_date(text: str) -> tuple[str, str] | None:
    """``市救助管理站　　2024年9月20日`` in one line → both."""
    for found in re.finditer(r"[12１２〇○零一二]", text):
        office, date = text[: found.start()].strip(), text[found.start() :].strip()
        if is_date(date) and is_office_line(office):
            return office, date
    return None


def is_apart(text: str) -> bool:
    """Whether a line is by its form a paragraph of its own."""
    form = _FORMS.get(text[0])
    if form and form.match(text):
        return True
    return is_date(text) or (len(text) <= _MAX_DATE and _SHORT_OFFICE.fullmatch(text) is not None) or is_record(text)


def is_pictures(text: str) -> bool:
    """Whether a line is pictures and nothing else."""
    return text[:1] == "!" and _PICTURES.match(text) is not None


def is_record(text: str) -> bool:
    """Whether a line may be one of the version record: 报：… 送：… （共印50份） …印发."""
    return _RECIPIENTS.match(_compact(text[:_MAX_DATE])) is not None or is_sure_record(text)


def is_sure_record(text: str) -> bool:
    """Whether a line is one of the version record even alone."""
    if text[0] in "主抄分呈发报" and _SURE_RECIPIENTS.match(_compact(text[:_MAX_DATE])):
        return True
    if text[-1] not in "份发)）":
        return False
    end = _compact(text[-_MAX_DATE:])
    return bool(_COPIES.search(end) or _ISSUED.search(end))
