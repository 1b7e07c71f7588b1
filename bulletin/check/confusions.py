"""W108: words that are right in one place and wrong in another: 截止 and 截至, 反应 and 反映.

Each pattern is narrow: it asks for the words beside that decide (现代汉语词典, 第7版; 第一批异形词整理表 for 其它).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bulletin.check.manuscript import Manuscript
from bulletin.check.office import Office
from bulletin.check.patterns import HAN_RANGE
from bulletin.core.problems import Problem


class _Confusion(NamedTuple):
    wrong: str
    """As it stands in the text; one look for it comes before the pattern."""
    right: str
    pattern: re.Pattern[str]


def _confusion(wrong: str, right: str, after: str, before: str = "") -> _Confusion:
    """``before`` and ``after`` are patterns of what must stand beside."""
    return _Confusion(wrong, right, re.compile(f"{before}(?P<wrong>{wrong}){f'(?={after})' if after else ''}", re.M))


_HAN = f"[{HAN_RANGE}]"
_DONE = "贡献|决定|指示|批示|部署|安排|规定|承诺|处理|处罚|答复|判决|裁定|解释|说明|回应|评价|让步|努力|牺牲|调整|判断"
_DAYS = (
    "节日|春节|中秋|元宵|端午|新年|除夕|国庆|周末|假期|寒假|暑假|童年|晚年|一生|余生|时光|生活|岁月|冬天|寒冬|夏天|日子"
)
_STREAMS = "难关|危机|难关期|险滩|大江|长江|黄河|湘江|大河"
_NOTICES = "招聘|寻人|征文|招领|寻亲|征稿|寻物|开业|更正|声明|招租|迁址|认领|招标|遗失"
_TOLD = "情况|问题|意见|诉求|困难|呼声|心声|需求|线索"
_TELLERS = "群众|住户|职工|居民|市民|家属|村民|家长|老人|代表|来信|来访|如实|有人|大家|积极|纷纷|普遍|多次|逐级"
_LAWS = "法律|法规|条例|规章|办法|政策|制度|章程|规定"
_CONFUSIONS = (
    _confusion(
        "截止",
        "截至",
        r"(?:到|至)?(?:\d{4}年|\d{1,2}月|今年|去年|本月|上月|昨天|昨晚|现在|年底)[^，。；\n]{0,12}，",
        r"(?:^|[，。；：　 ])",
    ),
    _confusion("截至", "截止", "日期|时间为|时间是|期限"),
    _confusion(
        "其它",
        "其他",
        "人(?!造|工)|同志|同事|干部|职工|同学|单位|部门|科室|站|受助|家属|工作|有关|相关|各|方面|地方|情况|事项|问题",
    ),
    _confusion("做出", "作出", f"(?:了|过)?{_HAN}{{0,5}}(?:{_DONE})"),
    _confusion("作出", "做出", "(?:了)?(?:样子|成绩|榜样|表率|饭菜|花样)"),
    _confusion(
        "必需", "必须", "要|在|按|由|经过|做|把|将|严|遵|坚持|认真|持有|立即|加强|提高|注意|服从|依法|落实|执行"
    ),
    _confusion("必须", "必需", "品|物品|的(?:生活|物资|用品|药品|材料|费用|资金|条件|设备)"),
    _confusion("反应", "反映", f"(?:了|的|出)?{_HAN}{{0,6}}(?:{_TOLD})", f"(?:{_TELLERS}|向{_HAN}{{1,8}})"),
    _confusion("反映", "反应", "", "(?:过敏|不良|化学|应激|连锁|应急|条件|生理|药物)"),
    _confusion("权利", "权力", "机关|运行|清单|寻租|下放"),
    _confusion("权利", "权力", "", "(?:行政|公共|国家)"),
    _confusion(
        "权力",
        "权利",
        f"(?![{HAN_RANGE}])|[和与及](?:义务|利益)|义务|受到侵害|保障",
        "(?:合法|基本|民事|人身|公民的?|人员的?|人的|享有的?|受教育的?)",
    ),
    _confusion("法制", "法治", "国家|政府|社会|思维|中国|精神|信仰|轨道|化营商"),
    _confusion("法治", "法制", "股|科(?![学技普])"),
    _confusion("渡过", "度过", f"(?:了|着)?{_HAN}{{0,6}}(?:{_DAYS})"),
    _confusion("度过", "渡过", f"(?:了)?{_HAN}{{0,4}}(?:{_STREAMS})"),
    _confusion("启示", "启事", "", f"(?:{_NOTICES})"),
    _confusion("启事", "启示", "", "(?:得到|带来|受到|深刻|重要|有益|给人|给我们)(?:了|的)?"),
    _confusion("制订", "制定", f"(?:了|出台)?{_HAN}{{0,3}}《?{_HAN}{{0,6}}(?:{_LAWS})"),
)


_WRONG = sorted({one.wrong for one in _CONFUSIONS})
_ANY = re.compile(
    f"[{''.join(word[0] for word in _WRONG)}](?:{'|'.join(f'(?<={word[0]}){word[1:]}' for word in _WRONG)})"
)


def confused_words(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Words of a pair of which the words beside ask for the other."""
    held = {*_ANY.findall(text.prose)}
    for wrong, right, pattern in _CONFUSIONS if held else ():
        for found in pattern.finditer(text.prose) if wrong in held else ():
            yield text.found("W108", *found.span("wrong"), right, words=wrong, right=right)
