"""The author of an article: in brackets at its end, `(刘红兵)`, or in a line of its own at its top, `作者：刘红兵`.

The first form is that of the work bulletin (docs/norms.md 2), the second that of office texts. An author is recognised
by the form of a Chinese personal name (a surname, one or two more characters), or by a label (作者:, 供稿:). A wrong
guess loses nothing: a remark taken for a name is still at the end of the article, in brackets.
"""

from __future__ import annotations

import re

SURNAMES = frozenset(
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧肖冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范"
    "江傅付钟卢汪戴崔任陆廖姚方金邱丘夏谭韦贾邹石熊孟秦阎闫薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚汤"
    "陶黎温莫易樊乔文安殷颜庄章鲁倪庞邢俞翟蓝聂齐向申葛柴伍覃骆关焦柳欧祝纪尚毕耿芦左季管柯苗詹曲成欧古解尤游屈"
    "阮裴翁隋赫霍娄凌靳辛柏祁简甘蒙宁卓蔺冼褚娜岳米连车符阳区岑桂缪梅盛童燕鲍司容郎班佘全路涂冉苟巫"
)
DOUBLE_SURNAMES = frozenset(("欧阳", "上官", "司马", "诸葛", "东方", "夏侯", "皇甫", "尉迟", "司徒", "令狐"))

NOT_NAMES = frozenset(
    re.findall(
        "[一-龥]+",
        """
        一 龥 周一 周二 周三 周四 周五 周六 周日 周末 全文 全文完 完毕 待续
        连载 高清 方案 方法 方式 成功 关于 简报 简介 简讯 向上 向下 温馨 安全
        平安 常见 文件 文章 石油 金额 白天 万元 千元 任务 全体 全部 路上 车上
        连续 成员 成果 章程 容易 古代 古文 游客 管理 季度 解读 解释 高度 马上
        江苏 江西 江南 温州 常州 徐州 郑州 广州 陶瓷 明天 安排 向导 符合 全市
        全站 全省 全国 常务 文字 文献 全程 应急 汤药 曲目 路段 车辆 班次 区别
        阳性 梅雨 盛夏 童年 燕子 米饭 左一 左二 左三 管理科 张家界 石家庄
        """,
    )
)
"""Words that begin with a surname but are not names."""

NOT_ENDINGS = frozenset("省市县区站图页版号")
"""Last characters of places, offices and remarks, but not of personal names."""

_LABEL = r"(?:作者|供稿人?|撰稿人?|文字?|图文?|文图|摄影|通讯员|记者|执笔|整理|编辑|来稿|投稿)"
_LABELLED = re.compile(rf"^{_LABEL}(?:[/、]{_LABEL})*\s*[:：/]\s*(?P<who>.{{1,40}})$")
_LABEL_ALONE = re.compile(rf"(?:本[报站刊])?{_LABEL}")
_WRITES = re.compile(r"^(?:作者|[供撰]稿人?)\s*[:：/]\s*[^。！？；：，,:@\d<>\[\]{}&*_`!\\]{1,20}$")
"""What is an author at the beginning of an article whatever the words after it look like, if these are no markup: a
byline is plain text, and a note that it called would be lost."""
_NO_AUTHORS = ("编辑", "整理", "来稿", "投稿")
"""Labels that begin a list of who did what, or say something else, where nothing has been written yet."""
_BRACKETED = re.compile(r"^[(（](?P<inside>[^()（）]{1,44})[)）]$")
_AUTHOR = re.compile(r"^作者\s*[:：]\s*")
"""The one label that adds nothing to what the page shows."""

_TAIL = re.compile(r"^(?P<before>.*?)[ \t\xa0　]*[(（](?P<inside>[^()（）]{1,44})[)）][ \t\xa0　]*$", re.DOTALL)
_NAME = re.compile("[一-龥]{2,4}")
_JOINED_NAME = re.compile("[一-龥]{1,8}(?:·[一-龥]{1,8}){1,3}")
_BETWEEN = re.compile(r"[\s　、,，/;；]+")


def _is_name(text: str) -> bool:
    """Whether a word has the form of a Chinese personal name: 刘红兵, 欧阳修, 阿依·古丽, 张某某."""
    if "·" in text:
        return bool(_JOINED_NAME.fullmatch(text))
    if text in NOT_NAMES or not _NAME.fullmatch(text):
        return False
    if text[:2] in DOUBLE_SURNAMES:
        return len(text) >= 3
    return text[0] in SURNAMES and len(text) <= 3 and text[-1] not in NOT_ENDINGS


def is_byline(text: str) -> bool:
    """Whether the words in brackets name authors: names, an office and names, or a label and anything."""
    text = text.strip()
    if _is_name(text) or _LABELLED.match(text):
        return True
    words = _BETWEEN.split(text)
    return _is_name(words[-1]) and all(_is_name(w) or is_office(w) or _LABEL_ALONE.fullmatch(w) for w in words[:-1])


def is_office(text: str) -> bool:
    """Whether a word ends like the name of an office: 办公室, 市救助管理站."""
    return bool(re.fullmatch(r"[一-龥]{1,16}(?:站|室|科|股|局|处|部|队|组|所|中心|院|校|厅|社)", text))


def split_byline(text: str) -> tuple[str, str]:
    """``("…工作。(刘红兵)")`` → ``("…工作。", "刘红兵")``; the text unchanged and ``""`` without a byline."""
    kept = text.rstrip()
    if not kept.endswith((")", "）")):
        return text, ""
    last = kept.rfind("\n") + 1
    found = _TAIL.match(kept[last:])
    if not found or not is_byline(found["inside"]) or found["before"].endswith(("]", "!")):
        return text, ""
    return (text[:last] + found["before"]).rstrip(), _AUTHOR.sub("", found["inside"].strip())


def opening_byline(line: str) -> str:
    """The author whom the first line of an article names, and nothing else: ``作者：刘红兵`` → ``刘红兵``; or none."""
    line = line.replace("**", "").strip("*_ \t\xa0　")
    bracketed = _BRACKETED.match(line)
    words = bracketed["inside"].strip() if bracketed else line
    if words.startswith(_NO_AUTHORS):
        return ""
    labelled = _LABELLED.match(words)
    if labelled:
        named = bool(_WRITES.match(words)) or _are_authors(labelled["who"].strip())
    else:
        named = is_byline(words) and bool(_LABEL_ALONE.fullmatch(_BETWEEN.split(words)[0]))
    return _AUTHOR.sub("", words) if named else ""


def join_bylines(first: str, last: str) -> str:
    """One byline of those at the beginning and the end of an article; who is in both is named once, unless the second
    says what they did.
    """
    known, names = split_authors(first), split_authors(last)
    added = tuple(name for name in names if name not in known)
    if not first or not added:
        return first or last
    return f"{first}；{'、'.join(added) if tuple(_BETWEEN.split(last)) == names else last}"


def split_authors(byline: str) -> tuple[str, ...]:
    """The names in a byline, each once and without a label: ``供稿：办公室`` → ``办公室``."""
    return tuple(dict.fromkeys(name for part in byline.split("；") for name in _authors(part.strip())))


def _authors(byline: str) -> tuple[str, ...]:
    labelled = _LABELLED.match(byline)
    who = (labelled["who"] if labelled else byline).strip()
    if _are_authors(who):
        return tuple(word for word in _BETWEEN.split(who) if not _LABEL_ALONE.fullmatch(word))
    return (who,) if who else ()


def _are_authors(words: str) -> bool:
    """Whether all of the words are names and offices, or say what these did."""
    return all(_is_name(word) or is_office(word) or _LABEL_ALONE.fullmatch(word) for word in _BETWEEN.split(words))
