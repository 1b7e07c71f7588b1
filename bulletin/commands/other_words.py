"""What people type who come from other tools, or who think in Chinese, and the command that it means here.

The words of other generators are those of their documentation: Hugo, Hexo, Jekyll, Pelican, MkDocs, WordPress' wp-cli.
Nothing here runs a command: whoever types `deploy` sees what ours is called before anything goes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_MEANT: Mapping[str, tuple[str, ...]] = {
    "init": ("new-site", "quickstart", "create", "setup", "初始化", "建站", "新建站点", "开始"),
    "new": ("n", "post", "draft", "add", "compose", "新建", "新一期", "写", "写稿", "起草", "添加"),
    "build": (
        "b",
        "generate",
        "g",
        "gen",
        "make",
        "render",
        "compile",
        "html",
        "generator",
        "生成",
        "构建",
        "制作",
        "编译",
    ),
    "build --clean": ("clean", "cleanup", "rebuild", "重建", "清理", "重新生成"),
    "serve": (
        *("s", "server", "start", "run", "preview", "watch", "dev", "livereload", "listen", "devserver"),
        *("预览", "查看", "看", "打开", "启动", "运行"),
    ),
    "check": ("c", "lint", "test", "validate", "verify", "doctor", "检查", "校对", "审校", "查错", "自查"),
    "review": ("approve", "sign", "审核", "审签", "审阅", "复核", "签发"),
    "publish": (
        "d",
        "deploy",
        "upload",
        "push",
        "release",
        "sync",
        "gh-deploy",
        "上线",
        "发布",
        "上传",
        "推送",
        "部署",
    ),
    "withdraw": ("unpublish", "delete", "remove", "rm", "retract", "撤回", "撤稿", "撤下", "下线", "删除"),
    "correct": ("fix", "erratum", "edit", "update", "更正", "勘误", "改正", "修改"),
    "readers": ("subscribers", "subscribe", "contacts", "list", "读者", "订阅", "订户", "名单"),
    "mail": ("send", "newsletter", "email", "campaign", "broadcast", "群发", "邮件", "寄", "发送", "发信", "发邮件"),
    "tell": ("notify", "announce", "robot", "bot", "sms", "通知", "告知", "短信", "机器人"),
    "print": ("pdf", "paper", "打印", "印", "印刷", "排版"),
    "bind": ("book", "volume", "year", "合订", "装订", "合订本", "年刊"),
    "export": ("epub", "text", "txt", "out", "save", "导出", "另存", "输出"),
    "wechat": ("weixin", "mp", "wx", "微信", "公众号", "推文"),
    "theme": ("template", "templates", "theme-set", "themes", "主题", "模板", "样式"),
    "today": ("figure", "今日", "今天", "在站", "在站人数"),
    "hits": ("count", "stats", "counter", "statistics", "analytics", "点击", "统计", "访问量", "计数"),
    "word": ("docx", "wps", "office", "文档"),
    "import": ("migrate", "load", "导入", "迁移", "搬家"),
}
"""Name of a command → other words for it. Words that mean several things in other tools (`config`) are left out."""

_MEANT_IN_GROUPS: Mapping[str, tuple[str, ...]] = {
    "in": ("import", "load", "open", "read", "导入", "读入", "转入"),
    "out": ("export", "save", "write", "导出", "输出", "另存"),
    "paste": ("clipboard", "粘贴", "剪贴板"),
    "html": ("site", "web", "warc", "网页", "旧网站", "老网站"),
    "preview": ("show", "预览", "查看", "看"),
    "test": ("try", "试寄", "试发", "测试"),
    "send": ("start", "run", "寄", "发送", "群发", "发信", "发邮件"),
    "status": ("progress", "进度", "状态", "结果"),
    "stop": ("pause", "cancel", "停止", "暂停", "停"),
    "collect": ("fetch", "receive", "收信", "收取"),
    "doctor": ("check", "verify", "检查", "诊断", "自查"),
    "password": ("login", "secret", "密码", "授权码"),
    "add": ("new", "添加", "增加", "新增"),
    "list": ("ls", "show", "列表", "列出", "名单", "查看"),
    "leave": ("unsubscribe", "退订"),
    "forget": ("delete", "remove", "rm", "删除", "遗忘"),
    "report": ("stats", "statistics", "报告", "报表", "统计"),
    "top": ("ranking", "rank", "排行", "排名"),
    "adjust": ("correct", "fix", "更正", "改正", "修改"),
    "move": ("migrate", "迁移", "搬家"),
    "copy": ("cp", "复制", "拷贝"),
    "diff": ("compare", "changes", "比较", "对比"),
    "back": ("rollback", "revert", "undo", "回退", "退回", "恢复"),
    "resume": ("continue", "继续", "续传"),
}
"""The same for what stands in groups (`word in`, `mail send`), where these words go before the others."""


def meant_command(typed: str, commands: Iterable[str]) -> str:
    """Which of the commands somebody means who typed a word that is none; empty where there is no telling.

    A word of another tool first, then what is spelt like it; what a command is called here goes before other words.
    """
    from rapidfuzz import process  # only who mistypes waits for it

    names = tuple(commands)
    plain = typed.strip().casefold().replace("_", "-").lstrip("-")
    known: dict[str, str] = {}
    for table in (_MEANT, _MEANT_IN_GROUPS):
        known |= {word: meant for meant, words in table.items() if meant.split()[0] in names for word in words}
    known |= {name: name for name in names}
    if plain in known:
        return known[plain]
    alike = [word for word in known if len(word) > 2]
    best = process.extractOne(plain, alike, score_cutoff=75) if len(plain) > 2 else None
    return known[best[0]] if best else ""
