"""P – people: what a text may not tell of a person (docs/norms.md 3).

Numbers are looked for in the whole file, front matter, comments and code too: what is wrong in the file may get
out of it another way. A search notice must show what it shows, so only numbers of documents and cards are
reported in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from bulletin.check.manuscript import ADDRESS, BLANK, INVISIBLE, Manuscript, Passage
from bulletin.check.office import FREE_MAIL, Office, digits
from bulletin.core.problems import Problem
from bulletin.read.bylines import DOUBLE_SURNAMES, NOT_ENDINGS, NOT_NAMES, SURNAMES

FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ＠．－（）", "0123456789Xx@.-()")
GAP = r"[ \-]?"


def numbers(text: Manuscript, office: Office) -> Iterator[Problem]:
    """Every number of a document, card or telephone; each place is reported once, as the gravest it can be."""
    shown, places = _without_invisible(text.text)
    plain = shown.translate(FULL_WIDTH) if WIDE.search(shown) else shown
    taken: list[tuple[int, int]] = []
    for long in LONG.finditer(plain):
        if MOMENT.fullmatch(long.group()):
            continue
        window = (max(0, long.start() - 4), long.end() + 2)
        for code, find in FINDERS:
            if code in ("P103", "P104") and is_search_notice(text):
                continue
            for start, end in find(plain, window, office.facts.phones):
                if not any(start < last and first < end for first, last in taken):
                    taken.append((start, end))
                    first, last = (places[start], places[end - 1] + 1) if places else (start, end)
                    yield text.found(code, first, last, words=hidden(shown[start:end]))


def _without_invisible(text: str) -> tuple[str, list[int]]:
    """A text without the signs that nobody sees and that would hide a number, and where its others stood."""
    if not INVISIBLE.search(text):
        return text, []
    places = [at for at, sign in enumerate(text) if not INVISIBLE.match(sign)]
    return "".join(text[at] for at in places), places


Window = tuple[int, int]
Spans = Iterator[tuple[int, int]]
Own = tuple[str, ...]

WIDE = re.compile(r"[０-９]")
"""Full-width digits, which a text may have; its full-width brackets the patterns know."""
LONG = re.compile(r"\d[\d \-()（）－–—]{5,}[\dXx]")
MOMENT = re.compile(r"(?:19|20)\d\d(?:-\d\d?-\d\d?(?: \d\d?)?|\d{3})")
"""What is long enough to be a number that matters; most texts have only the number and the date of the issue."""


def hidden(words: str) -> str:
    """Enough of a number to find it, and no more: reports are printed and lie in the logs of servers."""
    keep = min(6, len(words) // 3)
    return words[:keep] + "*" * (len(words) - keep)


# ── identity numbers

IDENTITY = re.compile(
    rf"(?<!\d)(?P<place>[1-9]\d{{5}}){GAP}(?P<year>(?:18|19|20)\d\d){GAP}(?P<month>\d\d){GAP}(?P<day>\d\d){GAP}"
    r"(?P<rest>\d{3}[\dXx])(?!\d)"
)
OLD_IDENTITY = re.compile(
    r"(?<![\d.])(?P<place>[1-9]\d{5})(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)\d{3}(?![\d.]\d|\d)"
)
PROVINCES = frozenset(
    f"{area}{place}"
    for area, places in enumerate(("12345", "123", "1234567", "123456", "01234", "12345", "1", "123"), 1)
    for place in places
)
"""First two digits: GB/T 2260."""
SAID = re.compile(r"(?:身份证|身份号码|证件号)[^\n]{0,8}$")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"


def identity_numbers(plain: str, window: Window, own: Own = ()) -> Spans:  # noqa: ARG001
    """18 signs with a day that exists and the right last sign (GB 11643-1999), or with words before that say so."""
    for found in IDENTITY.finditer(plain, *window):
        signs = re.sub(r"[ \-]", "", found.group()).upper()
        total = sum(int(sign) * weight for sign, weight in zip(signs, WEIGHTS, strict=False))
        right = CHECK[total % 11] == signs[17] or SAID.search(plain[max(0, found.start() - 16) : found.start()])
        if right and is_day(found["year"], found["month"], found["day"]):
            yield found.span()


def old_identity_numbers(plain: str, window: Window, own: Own = ()) -> Spans:  # noqa: ARG001
    """15 digits: a province, then a day of the last century; they have no check sign."""
    for found in OLD_IDENTITY.finditer(plain, *window):
        if found["place"][:2] in PROVINCES and is_day("19" + found["year"], found["month"], found["day"]):
            yield found.span()


def is_day(year: str, month: str, day: str) -> bool:
    """Whether such a day exists."""
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


# ── cards

CARD = re.compile(r"(?<![\d.])[1-9]\d{3}(?:[ \-]?\d{4}){3}(?:[ \-]?\d{1,3})?(?![\d.]\d|\d)")
CARD_STARTS = ("62", "4", "5", "60", "35", "37", "9", "3")
NO_CARD = re.compile(r"(?:信用代码|许可证|登记证|标识码|订单|单号|流水|编号|证号|文号|ISBN|ISSN)[^\n]{0,8}$")
BANK = re.compile(r"(?:卡号|账号|帐号|银行|储蓄|信用社|卡)[^\n]{0,12}$")


def card_numbers(plain: str, window: Window, own: Own = ()) -> Spans:  # noqa: ARG001
    """16 to 19 digits with the right last one (Luhn, ISO/IEC 7812-1); not where the words before say otherwise."""
    for found in CARD.finditer(plain, *window):
        before = plain[max(0, found.start() - 24) : found.start()]
        number = re.sub(r"\D", "", found.group())
        likely = number.startswith(CARD_STARTS) or BANK.search(before)
        if luhn(number) and likely and not NO_CARD.search(before):
            yield found.span()


def luhn(number: str) -> bool:
    """Whether the last digit is right."""
    doubled = [int(d) * 2 for d in number[-2::-2]]
    return (sum(map(int, number[-1::-2])) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0 and int(number) > 0


# ── telephones

MOBILE = re.compile(r"(?<![\d.])(?:\+?86[ \-]?)?1[3-9]\d(?:[ \-]?\d{4}){2}(?![\d.]\d|\d|[元万亿])")
LANDLINE = re.compile(
    r"(?<![\d.])(?:\+?86[ \-]?)?[(（]?0(?:10|2\d|[3-9]\d{2})[)）]?[\-—–－ ]{0,2}[1-9]\d{2,3}[ \-]?\d{4}(?![\d.]\d|\d)"
)


def mobiles(plain: str, window: Window, own: Own = ()) -> Spans:
    """Eleven digits from 13 to 19, parted or not, that are not the station's own; not inside an address."""
    yield from _telephones(MOBILE, plain, window, own)


def landlines(plain: str, window: Window, own: Own = ()) -> Spans:
    """An area's code and seven or eight digits, that are not the station's own."""
    yield from _telephones(LANDLINE, plain, window, own)


def _telephones(pattern: re.Pattern[str], plain: str, window: Window, own: Own) -> Spans:
    for found in pattern.finditer(plain, *window):
        if digits(found.group()) not in own and not _in_address(plain, found.start()):
            yield found.span()


def _in_address(plain: str, at: int) -> bool:
    """Whether a place lies inside an address of the web, where a number is part of a name."""
    first = max(plain.rfind(sign, max(0, at - 200), at) for sign in "\n 　，。")
    return any(found.start() <= at < found.end() for found in ADDRESS.finditer(plain, first + 1, at + 1))


# ── passports, plates, mail

PASSPORT = re.compile(
    r"(?<![A-Za-z0-9])(?:(?P<sure>[EG]\d{8}|E[A-HJ-NP-Z]\d{7})|[DSP]\d{7,8}|[DSP]E\d{7}|[HMCWK]\d{8}|[HMC]\d{10}"
    r"|1[45]\d{7})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
PASSPORT_WORDS = re.compile(r"(?:护照|通行证|旅行证|回乡证|台胞证|passport|permit)[^\n]{0,12}$", re.IGNORECASE)


def passports(plain: str, window: Window, own: Own = ()) -> Spans:  # noqa: ARG001
    """The forms of passports in use since 1997; those that look like other numbers, only after a word that says so."""
    for found in PASSPORT.finditer(plain, *window):
        if found["sure"] or PASSPORT_WORDS.search(plain[max(0, found.start() - 24) : found.start()]):
            yield found.span()


FINDERS: tuple[tuple[str, Callable[[str, Window, Own], Spans]], ...] = (
    ("P101", identity_numbers),
    ("P102", old_identity_numbers),
    ("P105", card_numbers),
    ("P103", mobiles),
    ("P104", landlines),
    ("P107", passports),
)
"""Gravest first: what is an identity number is nothing else."""


PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•. ]?"
    r"(?P<rest>[DF]?(?:(?=[A-HJ-NP-Z]{0,2}\d)[A-HJ-NP-Z0-9]{5}|[A-HJ-NP-Z0-9]{4}[学警挂领港澳]))(?![A-Za-z0-9-])"
)


def plates(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Number plates (GA 36-2018); ``湘ICP备…`` and ``湘B2-2009…`` are none."""
    for found in PLATE.finditer(text.text):
        if sum(map(str.isdigit, found["rest"])) >= 2:
            yield text.found("P106", *found.span(), words=found.group()[:2] + "*" * (len(found.group()) - 2))


MAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?P<host>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")


def mails(text: Manuscript, office: Office) -> Iterator[Problem]:
    """Addresses at hosts where persons have their mail; an office's own host is an office's."""
    if "@" not in text.text and "＠" not in text.text:
        return
    for found in MAIL.finditer(text.text.translate(FULL_WIDTH)):
        own = found.group().lower() in office.facts.mails or found["host"].lower() in office.facts.mail_hosts
        if found["host"].lower() in FREE_MAIL and not own:
            yield text.found("P108", *found.span(), words=hidden(found.group()))


# ── where a person lives

LIVES = (
    r"(?:家庭住址|家庭地址|户籍地址|户籍所在地|户籍地|户籍|家住|住址|现住址|现住"
    r"|暂住|住在|居住在|居住于|老家在|老家是|原籍|祖籍|籍贯)"
)
EXACT = (
    r"(?:(?<![农乡山中本该某外邻×\*])村|屯|(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:组|号|栋|幢|单元|室|队)"
    r"|小区|社区|里弄|胡同|宿舍)"
)
HOME = re.compile(
    rf"{LIVES}[:：是为于在]?(?P<where>[一-龥A-Za-z0-9\-—]{{2,40}}?{EXACT}(?:[一-龥\d\-]{{0,12}}(?:组|号|栋|幢|单元|室|队))?)"
)
CHAIN = re.compile(
    r"[一-龥]{2,8}?(?:省|自治区|市)[一-龥]{1,8}?(?:县|区|市)[一-龥]{1,10}?(?:镇|乡|街道)[一-龥]{1,10}?"
    r"(?:(?<![农乡山中本该某外邻×])村|社区|路\d+号|街\d+号)"
)


def homes(text: Manuscript, office: Office) -> Iterator[Problem]:
    """Addresses as exact as a village or a house, after a word for living there; in cases also without one."""
    if is_search_notice(text):
        return
    seen: list[tuple[int, int]] = []
    for found in HOME.finditer(text.prose):
        if _is_exact(found["where"], office):
            seen.append(found.span())
            yield text.found("P109", *found.span("where"), words=found["where"])
    for passage in filter(lambda p: p.is_case, text.passages):
        for found in CHAIN.finditer(text.prose, passage.start, passage.end):
            inside = any(start < found.end() and found.start() < end for start, end in seen)
            if not inside and _is_exact(found.group(), office):
                yield text.found("P109", *found.span(), words=found.group())


def _is_exact(where: str, office: Office) -> bool:
    own = office.facts.address
    return not any(sign in where for sign in "某×*") and not (own and (where in own or own in where))


# ── people in cases

SURNAME = "".join(sorted(SURNAMES))
NAME = rf"(?:(?:{'|'.join(sorted(DOUBLE_SURNAMES))})[一-龥]{{1,2}}|[{SURNAME}][一-龥]{{1,2}})"
AGE = r"(?:现年|今年|时年|年龄|年仅|年满|才|已)?\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:多)?(?:周)?岁"
KIN = r"的(?:女儿|儿子|孙子|孙女|母亲|父亲|妻子|丈夫|家人|亲属|监护人|奶奶|爷爷)"
AFTER = (
    rf"[，,、（(]?(?:(?P<age>{AGE})|(?P<sex>[男女](?=[，,、。；）)]))|(?P<ill>患有|患上|患[一-龥]{{1,6}}[病症]|确诊)"
    rf"|(?P<kin>{KIN}))"
)
NAME_BEFORE = re.compile(rf"(?P<name>{NAME}){AFTER}")
CALLED = (
    r"(?:名叫|叫做|名字叫|自称|姓名[:：]?是?|患者|病人|老人|老汉|老太太|婆婆|女孩|男孩|女童|男童|儿童|少年|少女"
    r"|孩子|婴儿|受助人员|受助人|受助者"
    r"|流浪汉|流浪人员|流浪者|流浪儿童|流浪乞讨人员|乞讨人员|当事人|求助人员|求助者|男子|女子|妇女|青年|学生|村民|走失者|母亲|父亲|妻子"
    r"|岁的|丈夫|儿子|女儿|哥哥|弟弟|姐姐|妹妹|爷爷|奶奶|化名)"
)
END = (
    r"(?=[，。、；：！？“”（）(),;:的是在被说来到因患家住和与及从向对已曾就不没有一独突经走离把用打找喊拿受得很"
    r"\x00\n]|$)"
)
"""What may follow a name, so that it is not the beginning of a longer word."""
NAME_AFTER = re.compile(rf"(?P<near>{CALLED})[“：:]?(?P<name>{NAME}){END}")
SENSITIVE = re.compile(
    rf"{AGE}|精神|病|患|智力|残疾|自闭|抑郁|医院|未成年|儿童|女孩|男孩|孩子|孤儿"
    r"|学校|小学|中学|村|镇|乡(?!讨)|派出所|家庭住址"
)
NOT_IN_NAMES = frozenset(
    "的了是在有和与及或被把将让给对从向到于为以其这那该此个们人员站院所局处科区市县省镇乡村街路号楼室病症岁年月日时分后前中上下"
    "内外里间不没未无又也都就才再还很最更已经曾会能可应要想说问答叫做送来去回出入进住走跑看见听打因所虽但而且则只均某"
)
"""Signs that stand in no given name, as far as a bulletin goes."""


def names(text: Manuscript, office: Office) -> Iterator[Problem]:
    """Names in case sections beside an age, an illness or the like, each with the form in which it may stand.

    Masked as courts do: surname and 某; two that would be the same get 甲, 乙 (法释〔2016〕19号, 8 and 10).
    """
    if is_search_notice(text):
        return
    for passage in text.passages:
        if passage.is_case:
            yield from _names_in(text, passage, office)


def _names_in(text: Manuscript, passage: Passage, office: Office) -> Iterator[Problem]:
    prose = text.prose[passage.start : passage.end]
    near: dict[str, str] = {}
    for found in NAME_BEFORE.finditer(prose):
        if name := _as_name(found["name"], office):
            near.setdefault(name, (found["age"] or found["sex"] or found["ill"] or found["kin"]).strip())
    for found in NAME_AFTER.finditer(prose):
        name = _as_name(found["name"], office)
        sentence = prose[max(prose.rfind("。", 0, found.start()), found.start() - NEAR, 0) : _end(prose, found.end())]
        if name and SENSITIVE.search(sentence):
            near.setdefault(name, found["near"])
    masks = masked(near)
    for name, cue in near.items():
        for found in re.finditer(re.escape(name), prose):
            start = passage.start + found.start()
            yield text.found("P110", start, start + len(name), words=name, near=cue, masked=masks[name])


def _end(prose: str, at: int) -> int:
    end = prose.find("。", at, at + NEAR)
    return end if end >= 0 else at + NEAR


NEAR = 80
"""Signs before and after a name in which a word says that it is a case's; a sentence is seldom longer."""


PLACES = frozenset(("安徽", "宁夏", "宁波", "常德", "柳州", "梅州", "石门", "韶关", "龙岩", "汤阴", "丁字", "童子"))
"""Words that begin like a surname and stand before kin and ages: people from there."""


def _as_name(words: str, office: Office) -> str:
    """The name itself; nothing when it is a colleague's or no name."""
    if any(words.startswith(own) for own in office.facts.staff):
        return ""
    given = words[2:] if words[:2] in DOUBLE_SURNAMES else words[1:]
    if not NOT_NAMES.isdisjoint((words, words[:2])) or words[:2] in PLACES or not given or given[0] in NOT_IN_NAMES:
        return ""
    if len(given) == 2 and given[1] in NOT_IN_NAMES:
        words = words[:-1]
    return "" if words[-1] in NOT_ENDINGS or BLANK in words else words


def masked(names: Iterable[str]) -> dict[str, str]:
    """Each name's public form: 张小明 → 张某某; with 张大明 in the same text, 张某甲 and 张某乙."""
    forms: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        surname = name[:2] if name[:2] in DOUBLE_SURNAMES else name[0]
        forms.setdefault(surname + "某" * min(2, len(name) - len(surname)), []).append(name)
    result = {}
    for form, those in forms.items():
        for index, name in enumerate(those):
            result[name] = form if len(those) == 1 else form.rstrip("某") + "某" + "甲乙丙丁戊己庚辛壬癸"[index % 10]
    return result


# ── pictures of people, search notices

PICTURE = re.compile(r"!\[[^\[\]\n]*\]\(\s*<?(?P<target>[^()\s<>]+)")
SEEN = re.compile(r"<!--\s*people:\s*(?:none|masked|consent)\s*-->\s*$")


def pictures(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Pictures in cases of which nobody has said whether people can be seen on them; a machine cannot tell."""
    if "![" not in text.text or text.entries.get("people") or is_search_notice(text):
        return
    for found in PICTURE.finditer(text.text, text.body):
        passage = text.passage_at(found.start())
        line = text.place(found.start())[0]
        before = text.text[text.starts[line - 2] : text.starts[line - 1]] if line > 1 else ""
        blanked = text.prose[found.start()] == BLANK
        if passage and passage.is_case and not blanked and not SEEN.search(before.strip()):
            yield text.found("P111", *found.span("target"), target=found["target"])


NOTICE = "search-notice"


def is_search_notice(text: Manuscript) -> bool:
    """寻亲公告: it must show a picture and features, so that somebody knows the person (docs/norms.md 3)."""
    return text.entries.get("kind") in (NOTICE, "寻亲公告")


def search_notices(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """A search notice is public only as long as it is needed."""
    if is_search_notice(text) and not text.entries.get("until"):
        at = max(text.text.find("kind"), 0)
        yield text.found("P113", at, at + len("kind"))
