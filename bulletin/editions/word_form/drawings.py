"""Pictures in a line, and the word across the page of a draft."""

from __future__ import annotations

from bulletin.editions.word_form.markup import WordElement, element, name_of, with_plain, with_related

_EMU = 36_000
"""In a millimetre."""
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"


def drawing(related: str, number: int, alt: str, width_mm: float, height_mm: float) -> WordElement:
    """``w:drawing`` of a picture in its line; ``alt`` is read aloud."""
    wide, high = max(1, round(width_mm * _EMU)), max(1, round(height_mm * _EMU))
    name = f"Picture {number}"
    picture = element(
        "pic:pic",
        element("pic:nvPicPr", with_plain(element("pic:cNvPr"), id=number, name=name), element("pic:cNvPicPr")),
        element(
            "pic:blipFill",
            with_related(element("a:blip"), "embed", related),
            element("a:stretch", element("a:fillRect")),
        ),
        element(
            "pic:spPr",
            element("a:xfrm", with_plain(element("a:off"), x=0, y=0), with_plain(element("a:ext"), cx=wide, cy=high)),
            with_plain(element("a:prstGeom", element("a:avLst")), prst="rect"),
        ),
    )
    inline = element(
        "wp:inline",
        with_plain(element("wp:extent"), cx=wide, cy=high),
        with_plain(element("wp:docPr"), id=number, name=name, descr=alt),
        element("wp:cNvGraphicFramePr", with_plain(element("a:graphicFrameLocks"), noChangeAspect="1")),
        element("a:graphic", with_plain(element("a:graphicData", picture), uri=_PICTURE)),
    )
    return element("w:drawing", with_plain(inline, distT=0, distB=0, distL=0, distR=0))


def draft_mark(word: str, number: int) -> WordElement:
    """A run for a header: the word in pale red across the page (WordArt of VML, as Word itself writes a watermark)."""
    path = with_plain(element("v:textpath"), style="font-family:黑体;font-size:1pt", string=word)
    fill = with_plain(element("v:fill"), opacity="0.13")
    shape = with_plain(
        element("v:shape", fill, path),
        id=f"draft{number}",
        type="#_x0000_t136",
        style=(
            "position:absolute;margin-left:0;margin-top:0;width:340pt;height:170pt;rotation:315;z-index:-251658752;"
            "mso-position-horizontal:center;mso-position-horizontal-relative:page;"
            "mso-position-vertical:center;mso-position-vertical-relative:page"
        ),
        fillcolor="#d9001b",
        stroked="f",
    )
    return element("w:r", element("w:pict", _word_art(), shape))


def _word_art() -> WordElement:
    """The shape on which the word lies, by its number in Office."""
    shape = with_plain(
        element(
            "v:shapetype",
            element("v:formulas", *(with_plain(element("v:f"), eqn=each) for each in _FORMULAS)),
            with_plain(element("v:path"), textpathok="t"),
            with_plain(element("v:textpath"), on="t", fitshape="t"),
        ),
        id="_x0000_t136",
        coordsize="21600,21600",
        adj="10800",
        path="m@7,l@8,m@5,21600l@6,21600e",
    )
    shape.set(name_of("o:spt"), "136")
    return shape


_FORMULAS = (
    *("sum #0 0 10800", "prod #0 2 1", "sum 21600 0 @1", "sum 0 0 @2", "sum 21600 0 @3", "if @0 @3 0"),
    *("if @0 21600 @1", "if @0 0 @2", "if @0 @4 21600", "mid @5 @6", "mid @8 @5", "mid @7 @8", "mid @6 @7"),
    "sum @6 0 @5",
)
"""Of shape 136, by ECMA-376 part 4."""
