"""A logo that is a drawing (SVG): pages show it, and nothing in it runs or is fetched, opened by itself either."""

from __future__ import annotations

import io
from base64 import b64encode
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser

from bulletin.read.drawings import make_drawing
from tests.browser.chromium import WIDE, Scheme, context
from tests.browser.nginx import Mount, serving
from tests.conftest import STATION, build_site, write_files
from tests.read.test_drawings import HOSTILE

LOGO = (
    (
        '<?xml version="1.0"?><?xml-stylesheet href="http://127.0.0.2:9/a.css"?>'
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 400 200" '
        'onload="alert(1)"><style>.ink{fill:url(#g)}</style><defs><linearGradient id="g"><stop offset="0" '
        f'stop-color="#000"/><stop offset="1" stop-color="#000"/></linearGradient></defs>{"".join(HOSTILE.values())}'
        '<rect id="ink" class="ink" x="0" y="0" width="200" height="200"/></svg>'
    )
    .replace("xi:include", "include")
    .replace("e.example", "127.0.0.2:9")
)


@pytest.fixture
def station(tmp_path: Path) -> Path:
    write_files(tmp_path, {"content/station.yml": STATION + "theme:\n  logo: a.svg\n", "content/a.svg": LOGO})
    build_site(tmp_path)
    return tmp_path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_show_it_in_both_schemes(scheme: Scheme, browser: Browser, station: Path) -> None:
    with context(browser, WIDE, scheme) as profile:
        page = profile.new_page()
        page.goto((station / "site/index.html").as_uri())
        logo = page.locator("picture.logo img")
        box = logo.bounding_box()
        shown = Image.open(io.BytesIO(logo.screenshot())).convert("L")
    assert box and round(box["width"] / box["height"], 1) == 2.0
    assert shown.getpixel((shown.width // 4, shown.height // 2)) < 40  # type: ignore[operator]
    assert shown.getpixel((shown.width * 3 // 4, shown.height // 2)) > 200  # type: ignore[operator]


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
EXPORTS = {
    "Illustrator": f"""<?xml version="1.0" encoding="utf-8"?>
<!-- Generator: Adobe Illustrator 24.0.1, SVG Export Plug-In . SVG Version: 6.00 Build 0)  -->
{SVG} version="1.1" id="图层_1" x="0px" y="0px" viewBox="0 0 200 100" style="enable-background:new 0 0 200 100;"
 xml:space="preserve"><style type="text/css">
.st0{{clip-path:url(#SVGID_2_);fill:url(#SVGID_3_);}} .st1{{fill:#FFFFFF;stroke:#231815;stroke-width:2;}}
.st2{{font-family:'FZXBSJW--GB1-0','SimSun';}} .st3{{font-size:24px;}} .st4{{opacity:0.5;}} .st6{{display:none;}}
</style><g><defs><circle id="SVGID_1_" cx="50" cy="50" r="40"/></defs>
<clipPath id="SVGID_2_"><use xlink:href="#SVGID_1_" style="overflow:visible;"/></clipPath>
<linearGradient id="SVGID_3_" gradientUnits="userSpaceOnUse" x1="10" y1="50" x2="90" y2="50">
<stop offset="0" style="stop-color:#E60012"/><stop offset="1" style="stop-color:#FFF100"/></linearGradient>
<rect class="st0" width="100" height="100"/></g><path class="st1 st4" d="M110,20h70v30h-70z"/>
<text transform="matrix(1 0 0 1 105 85)" class="st2 st3">救助  站</text>
<g class="st6"><rect width="200" height="100"/></g>
</svg>""",
    "Inkscape": f"""<?xml version="1.0" encoding="UTF-8" standalone="no"?>
{SVG} width="60mm" height="30mm" viewBox="0 0 60 30" sodipodi:docname="标志.svg"
 xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
 xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"><sodipodi:namedview id="v" pagecolor="#ffffff"/>
<defs><linearGradient inkscape:collect="always" id="a"><stop style="stop-color:#aa0000;stop-opacity:1" offset="0"/>
<stop style="stop-color:#aa0000;stop-opacity:0" offset="1"/></linearGradient>
<linearGradient xlink:href="#a" id="b" x1="5" y1="10" x2="25" y2="10" gradientUnits="userSpaceOnUse"
 gradientTransform="rotate(20)"/></defs><g inkscape:label="图层 1" inkscape:groupmode="layer">
<path style="fill:url(#b);stroke:#000000;stroke-width:0.5;stroke-dasharray:1, 2;paint-order:markers fill stroke"
 d="m 5,5 20,0 0,15 -20,0 z" sodipodi:nodetypes="ccccc"/><text xml:space="preserve" x="45" y="20"
 style="font-weight:bold;font-size:6px;line-height:1.25;text-anchor:middle;fill:#000080"><tspan sodipodi:role="line"
 x="45" y="20">简报  二</tspan></text></g></svg>""",
    "CorelDRAW": f"""{SVG} xml:space="preserve" width="20mm" height="10mm" viewBox="0 0 2000 1000"
 style="shape-rendering:geometricPrecision; text-rendering:geometricPrecision; fill-rule:evenodd; clip-rule:evenodd">
<defs><font id="FontID0" horiz-adv-x="1000"><font-face font-family="宋体"/></font><style type="text/css"><![CDATA[
@font-face {{ font-family:"宋体";src:url("#FontID0") format(svg)}}
.str0 {{stroke:#2B2A29;stroke-width:40;stroke-miterlimit:22.9256}} .fil0 {{fill:none;fill-rule:nonzero}}
.fil1 {{fill:#E31E24}} .fnt0 {{font-weight:normal;font-size:400px;font-family:'宋体'}}
]]></style></defs><g id="图层_x0020_1"><metadata id="CorelCorpID_0Corel-Layer"/>
<circle class="fil0 str0" cx="500" cy="500" r="400"/><polygon class="fil1" points="500,200 600,800 300,400 700,400"/>
<text x="1000" y="600" class="fil1 fnt0">标志</text></g></svg>""",
    "Figma and WPS": f"""{SVG} viewBox="0 0 200 100" fill="none" stroke-linecap="square" overflow="hidden">
<g clip-path="url(#c)">
<rect x="20" y="20" width="60" height="60" rx="8" fill="url(#p)" shape-rendering="crispEdges"/>
<mask id="m" style="mask-type:luminance" maskUnits="userSpaceOnUse" x="100" y="20" width="40" height="40">
<path d="M100 20h40v40z" fill="white"/></mask>
<g mask="url(#m)"><rect x="100" y="20" width="40" height="40" fill="#0a0"/>
</g><text style="font:bold 16px/1.2 微软雅黑,sans-serif" fill="#C55A11" transform="translate(100 80)">民政局</text>
<rect style="transform:translate(150px,10px) rotate(10deg)" width="30" height="30" fill="#ED7D31"/></g><defs>
<linearGradient id="p" x1="50" y1="20" x2="50" y2="80" gradientUnits="userSpaceOnUse"><stop stop-color="#0066FF"/>
<stop offset="1" stop-color="#00FFAA"/></linearGradient><clipPath id="c"><rect width="200" height="100" fill="white"/>
</clipPath></defs></svg>""",
}


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_what_a_program_drew_looks_the_same(export: str, browser: Browser) -> None:
    picture, (cleaned,) = make_drawing(export.encode(), "k")
    assert picture.left_out == ()
    with context(browser, WIDE) as profile:
        page = profile.new_page()
        shown = []
        for data in (export.encode(), cleaned):
            address = f"data:image/svg+xml;base64,{b64encode(data).decode()}"
            page.set_content(f'<img src="{address}" width="{picture.width}" height="{picture.height}">')
            image = page.locator("img")
            image.evaluate("(image) => image.decode()")
            shown.append(Image.open(io.BytesIO(image.screenshot())).convert("L"))
    differing = ImageChops.difference(*shown).point(lambda value: 255 if value > 40 else 0)
    assert len(set(shown[0].tobytes())) > 2, "something is drawn"
    assert differing.histogram()[255] < 20


def test_opened_by_itself_it_asks_for_nothing_and_runs_nothing(browser: Browser, station: Path, tmp_path: Path) -> None:
    (path,) = (station / "site/static").glob("logo-*.svg")
    asked: list[str] = []
    heard: list[str] = []
    with serving(tmp_path / "nginx", (Mount("/", station / "site"),)) as web, context(browser, WIDE) as profile:
        page = profile.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: heard.append(dialog.message))
        page.on("console", lambda message: heard.append(message.text))
        for address in (f"{web}/static/{path.name}", path.as_uri()):
            asked.clear()
            page.goto(address)
            page.locator("#ink").click()
            page.wait_for_timeout(300)
            assert [each for each in asked if not each.endswith("/favicon.ico")] == [address]
    assert heard == []
