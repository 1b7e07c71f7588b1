"""Marks of secrecy in one line (secrecy.py): all the ways in which an office writes them.

All patterns run over folded lines (folding.py), look at a bounded stretch from each place, and so take linear time.
They take 20 ms to compile, so this is imported when a line may hold a mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bulletin.check.folding import CELL, FoldedLine
from bulletin.check.secrecy_entry import is_known_value

_GAP = r"[ ·・•.\-]{0,2}"
_LEVEL = rf"(?:(?:工{_GAP}作{_GAP})?秘{_GAP}密|[绝机]{_GAP}密)(?:{_GAP}级)?"
_INTERNAL = rf"(?:连续性)?内{_GAP}部{_GAP}(?:资{_GAP}料|刊{_GAP}物|文{_GAP}件|材{_GAP}料)(?:性?出版物)?"
_STAR = "[★☆⭐🌟✩✪✫✬✭✮✯✰⋆⭑⭒✦✧*]"
_DIGITS = "0-9一二三四五六七八九十百〇零两廿卅x×"
_NUMERAL = f"[{_DIGITS}]"
_TERM = (
    rf"(?:(?:至|到)? ?{_NUMERAL}{{1,8}} ?(?:周年|年|个?月|周|天|日)"
    rf"(?:{_NUMERAL}{{1,3}} ?(?:个?月|日|天)){{0,2}}(?:以内|内|前|止)?"
    r"|长 ?期|永 ?久|短 ?期|(?:启封|启用|开启|开封|拆封|公布|宣布|公开|发布|开考|考试|结束|实施|使用)前)"
)
_OPEN = "([{【〔〈《「『〖<\"“‘'"
_CLOSE = ")\\]}】〕〉》」』〗>\"”’'"
_OPENING = f"[{re.escape(_OPEN)}]"
_CLOSING = f"[{_CLOSE}]"
_LABEL = r"(?:(?:文件|文档|资料|材料)?(?:密 {0,2}[级别]|(?:保密|秘密|涉密)(?:等级|级别))(?:[和及与/]保密期限)?)"

# ── what else may be in the line of a mark

_WORDS = (
    rf"{_LABEL}(?: {{0,2}}[为是]?[:=]?)?"
    r"|(?:份号|编号|序号|文号|顺序号|份数|保密期限|保密|期限|紧急程度|解密时间|解密日期|发放范围)(?: {0,2}[:=])?"
    r"|、? ?(?:特 ?急|加 ?急|特 ?提|平 ?急|急 ?件)、?|(?:no|n[o°]\.|№)[.:]?"
    rf"|总?第 ?{_NUMERAL}{{1,9}} ?[期号份届]|共? ?(?:印 ?)?{_NUMERAL}{{1,9}} ?份|{_TERM}"
    rf"|第? ?[0-9]{{1,12}} ?[期号份年月日页]?|共 ?[0-9]{{1,4}} ?页"
    r"|(?:请|务请|敬请)?(?:注意|妥善|妥为|严格) ?(?:保存|保密|保管)"
    r"|(?:请勿|不得|严禁|切勿|不准|禁止|不可|未经许可不得)(?:外传|外借|翻印|复印|复制|转载|抄录|拍照|上网|公开|扩散|遗失|丢失|外泄|外流|泄露|传播|转发|引用)"
    r"|(?:阅|用|会)后(?:销毁|即焚|退回|归还|收回|交回)|免费(?:交流|赠阅|赠送|发放)?"
    r"|[仅只]?供(?:内部|领导|工作|参会人员|会议)?(?:参考|参阅|交流|学习|使用)"
    r"|(?:(?:仅供|仅限|限|只供|供)?内部|(?:仅供|仅限|限|只供|供)本?(?:单位|系统|机关|部门|站|局))(?:内部)?"
    r"(?:使用|传阅|参考|参阅|交流|学习|发行|掌握)"
    r"|准印证(?:号|编号)?:? ?[一-龥]?[a-z]?|[一-龥]?内资准[印字]证?字?第?|不公开"
    r"|(?:双?月|半月|旬|周|季|年|增|试)刊|创刊号"
)
_AFTER_LEVEL = r"(?:文件|资料|材料|刊物|信息|件)"
_FILLER = re.compile(rf"[^\w、。:?□&@$%]+|{_WORDS}")
_MARK = re.compile(rf"(?P<level>{_LEVEL})(?:{_GAP}{_AFTER_LEVEL})?|(?P<internal>{_INTERNAL})")
_LEAD = re.compile(r"(?:[ >#:]|[-+●○◆◇■□▪•▲△※] |[0-9]{1,3}[.)](?![0-9]))*")
"""Headings, quotations and items of lists begin with it."""


class _Found(NamedTuple):
    """A mark, at offsets of the folded line."""

    start: int
    end: int
    mark: str
    internal: bool = False
    bare: str = ""
    """The level, when it is all that the piece holds."""


def _find(piece: str, start: int) -> Iterator[_Found]:
    """All marks in a piece: a line, or a cell of one. Several finders may find the same."""
    alone = list(_alone(piece, start))
    yield from alone
    if not alone:
        yield from _at_the_edges(piece, start)
    for finder in (_starred, _labelled, _stated):
        yield from finder(piece, start)


def _alone(piece: str, start: int) -> Iterator[_Found]:
    """The marks of a piece in which nothing else is said."""
    lead = _LEAD.match(piece)
    at = lead.end() if lead else 0
    found: list[tuple[re.Match[str], bool]] = []
    only = True
    while at < len(piece):
        if token := _MARK.match(piece, at):
            found.append((token, token["level"] is None))
        elif token := _FILLER.match(piece, at):
            only = only and not re.search(r"[\w★☆⭐*]", token.group())
        else:
            return
        at = token.end()
    levels = {_level(token) for token, internal in found if not internal}
    if len(levels) > 1:
        return
    for token, internal in found:
        bare = _level(token) if only and len(found) == 1 and not internal else ""
        yield _Found(start + token.start(), start + token.end(), token.group(), internal, bare)


def _level(token: re.Match[str]) -> str:
    """绝密, 机密, 秘密 or 工作秘密, whatever is between its characters and after them."""
    return re.sub(r"[^工作绝机秘密]", "", token["level"] or "")


_STARRED = re.compile(
    rf"(?P<mark>(?P<level>{_LEVEL})(?:{_AFTER_LEVEL})? {{0,2}}{_STAR}(?: {{0,2}}(?P<term>{_TERM}|[一-龥]{{1,6}}前))?)"
)
_STAR_FIRST = re.compile(rf"{_STAR} {{0,2}}(?P<level>{_LEVEL})(?=[ ★]|{_CLOSING}|$)")
_EXPLAINED = re.compile(
    r"(?:标注|注明|标明|标为|标有|标示|印有|印着|写着|写明|写上|盖有|注有|加盖|如|即|为|是)[:,]? ?$"
)
_QUOTED = re.compile(r"[“‘\"'「『《〈]$")
_EXPLAINED_AFTER = re.compile(r" {0,2}(?:[”’\"'」』》〉]|字样|标志|标识|标记|字|的|等|这样|之类|表示)")
_UNQUOTED = re.compile(r" {0,2}[”’\"'」』》〉]")
_KINDS_OF_SECRET = ("国家", "商业", "个人", "技术", "军事", "企业")


def _starred(piece: str, start: int) -> Iterator[_Found]:
    """机密★1年, ★机密: wherever they are, but where a sentence explains or quotes them."""
    for found in _STARRED.finditer(piece):
        before = piece[max(0, found.start() - 8) : found.start()]
        explained = _EXPLAINED.search(before) or (_QUOTED.search(before) and _EXPLAINED_AFTER.match(piece, found.end()))
        kind = not found["term"] and before.rstrip().endswith(_KINDS_OF_SECRET)
        if not explained and not kind and not _EXPLAINED_AFTER.match(piece, found.end()):
            yield _Found(start + found.start(), start + found.end(), found["mark"])
    for found in _STAR_FIRST.finditer(piece):
        yield _Found(start + found.start(), start + found.end(), found.group())


_LABELLED = re.compile(
    rf"(?:{_LABEL}|等级|级别|定密) {{0,2}}为?[:=] {{0,2}}[{re.escape(_OPEN)}☑√✓■★ ]{{0,3}}"
    rf"(?P<mark>(?P<level>{_LEVEL})|(?P<internal>{_INTERNAL}|内部))(?! {{0,2}}(?:[、或和及与]|/ ?[绝机秘工]))"
)
_TICKED = re.compile(rf"[☑√✓✔☒■] ?(?:(?P<level>{_LEVEL})|(?P<internal>{_INTERNAL}))")
_LABEL_AND_VALUE = re.compile(rf"{_LABEL} {{0,2}}[:=] {{0,2}}(?P<value>[^ {CELL}]{{1,9}})(?=[ ]|$)")
_SPACED = re.compile(r"公 {1,2}开|不 {1,2}涉 {0,2}密|非 {1,2}密")
_NO_VALUE = re.compile(r"[。;、,/□]|^(?:指|是|即|按|根据|分|由|应|须|不得|请|绝 ?密|机 ?密|秘 ?密)")


def _labelled(piece: str, start: int) -> Iterator[_Found]:
    """密级：机密 wherever it is; 密级 with an unknown value, where only what belongs beside a mark precedes it."""
    for found in _LABELLED.finditer(piece):
        if _QUOTED.search(piece[max(0, found.start() - 1) : found.start()]) and _UNQUOTED.match(piece, found.end()):
            continue
        internal = found["level"] is None
        yield _Found(start + found.start("mark"), start + found.end("mark"), found["mark"], internal)
    for found in _TICKED.finditer(piece) if "□" in piece else ():
        yield _edge(found, start)
    if (unknown := _LABEL_AND_VALUE.search(piece)) and _only_fillers(piece[: unknown.start()]):
        value = unknown["value"]
        if len(value) == 1 and _SPACED.match(piece, unknown.start("value")):
            return
        said = _NO_VALUE.search(value) or re.search("[。、]", piece[unknown.end() :])
        if not said and not is_known_value(value) and not _MARK.search(value):
            yield _Found(start + unknown.start("value"), start + unknown.end("value"), value)


def _only_fillers(piece: str) -> bool:
    lead = _LEAD.match(piece)
    at = lead.end() if lead else 0
    while at < len(piece):
        token = _FILLER.match(piece, at)
        if not token:
            return False
        at = token.end()
    return True


_STATED = re.compile(
    r"(?:^|[(（。,;:!] ?)(?:此|本)"
    r"(?:件|文件|文|刊|期简报|期|简报|资料|材料|页|表|册|通知|稿|信息|文档|报告|名单)(?:内容)?"
    rf"(?:密级)?(?:定密|列|定)?(?:属于|属|为|是|系) ?(?:国家)?(?:(?P<level>{_LEVEL})|(?P<internal>{_INTERNAL}))"
    rf"(?:级|{_AFTER_LEVEL}|事项|内容){{0,2}}(?=[ ,.。;!…)、]|$)"
)


def _stated(piece: str, start: int) -> Iterator[_Found]:
    """此件为机密，不得外传; 本刊为内部资料."""
    for found in _STATED.finditer(piece):
        name = "level" if found["level"] else "internal"
        yield _Found(start + found.start(name), start + found.end(name), found[name], name == "internal")


# ── at the beginning or the end of a line that says more

_ANY = rf"(?:(?P<level>{_LEVEL})|(?P<internal>{_INTERNAL}))"
_BRACKETED = rf"[(\[【〔{{] {{0,2}}{_STAR}? ?{_ANY}[^()\[\]【】〔〕{{}}、,。;:]{{0,16}}[)\]】〕}}]"
_BRACKET_FIRST = re.compile(rf"{_BRACKETED}(?! {{0,2}}(?:[:、,]|[是为指即级和与或的等及]))")
_BRACKET_LAST = re.compile(rf"(?<![是为即称作分、和或及之叫]){_BRACKETED} {{0,2}}$")
_ORDERED = re.compile(
    rf"{_STAR}? ?(?P<level>{_LEVEL})(?P<internal>)[,;!] ?(?:务?请|不得|不准|严禁|切勿|禁止|注意|妥善|仅|限)"
)
_WIDE = re.compile(rf"{_STAR}? ?{_ANY}{_STAR}?(?P<gap> {{1,2}}[\-–—·]? ?)(?=[^ ])")
_WIDE_LAST = re.compile(rf"(?P<gap> {{1,2}}[\-–—·]? ?){_STAR}? ?{_ANY}{_STAR}?[ !]{{0,2}}$")
_PAPER = re.compile(
    r"(?:简报|文件|通报|纪要|快报|专报|信息|通讯|简讯|动态|[月周公日]报|内参|参阅|通知|请示|批复|公告|电报|函|反映|报告"
    r"|意见|方案|预案|计划|名单|清单|材料|资料|记录|总结|决定|报表|台账|登记表|汇总表|站|局|委员会|办公室|政府|中心)"
    rf"[ ({_CLOSE}\[〔第总期号{_DIGITS}]{{0,24}}$"
)
_BESIDE_FIRST = re.compile(rf"(?:{_WORDS})(?= |$)|关于")
_BESIDE_LAST = re.compile(
    r"(?:[0-9]年|[0-9]月|[0-9]日|印发|[0-9]号|[0-9]期|[0-9一二三四五六七八九十]份|[特加]急|[0-9]{3,})$"
)
_EDGE = 60
"""Characters at the end of a piece in which a mark, brackets and all, can be."""


def _at_the_edges(piece: str, start: int) -> Iterator[_Found]:
    """A mark before or after other words: in brackets, or apart from them by blanks."""
    lead = _LEAD.match(piece)
    first = lead.end() if lead else 0
    end = len(piece.rstrip(" "))
    last = max(first, end - _EDGE)
    if found := _BRACKET_FIRST.match(piece, first):
        yield _edge(found, start)
    if found := _BRACKET_LAST.search(piece[last:end]):
        yield _edge(found, start + last)
    if found := _ORDERED.match(piece, first):
        yield _edge(found, start)
    if found := _WIDE.match(piece, first):
        rest = piece[found.end() : end]
        wide = "  " in found["gap"] and "。" not in rest
        if wide or _PAPER.search(rest[-_EDGE:]) or _BESIDE_FIRST.match(rest):
            yield _edge(found, start)
    if found := _WIDE_LAST.search(piece[last:end]):
        rest = piece[first : last + found.start()]
        if "  " in found["gap"] or _PAPER.search(rest[-_EDGE:]) or _BESIDE_LAST.search(rest[-12:]):
            yield _edge(found, start + last)


def _edge(found: re.Match[str], start: int) -> _Found:
    name = "level" if found["level"] else "internal"
    return _Found(start + found.start(name), start + found.end(name), found[name], name == "internal")


# ── all of a line

_BROKEN = re.compile(rf"(?<![一-龥])[绝机秘] {{0,2}}{CELL} {{0,2}}密(?=[ 级★{CELL}]|$)")


def marks_in_line(folded: FoldedLine) -> Iterator[_Found]:
    """All of them; several finders may find the same."""
    for broken in _BROKEN.finditer(folded.text):
        yield _Found(broken.start(), broken.end(), broken.group().replace(CELL, ""))
    start = 0
    for piece in folded.text.split(CELL):
        if "密" in piece or "内" in piece:
            yield from _find(piece, start)
        start += len(piece) + 1
