"""Final pass over a text's HTML: fills the placeholders and moves headings to their page's level."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from bulletin.arrange.targets import Target
from bulletin.arrange.views.values import PictureView
from bulletin.core.i18n import N_, Translate
from bulletin.core.model import Picture, Value, Variant
from bulletin.read.addresses import EXTERNAL_REL, is_web

_PLACEHOLDER = re.compile("\x02(\\d+)\x03")
_FIGURE = re.compile("(<figure\\b[^>]*>\\s*)\x02(\\d+)\x03")
_CAPTIONED = re.compile(
    r"(?P<figure><figure\b[^>]*>\s*)(?P<link><a\b[^<>]*>)?\x02(?P<number>\d+)\x03(?P<end></a>)?"
    r"(?P<caption>\s*<figcaption\b[^<>]*>(?P<words>[^<]*)</figcaption>)"
)
_FILE_LINK = re.compile('<a\\b([^<>]*?) href="\x02(\\d+)\x03"([^<>]*)>(.*?)</a>', re.DOTALL)
"""Every link that holds a placeholder was written by `texts.extract_refs`, so its attributes are escaped."""
_TABLE = '<div class="table" role="group" tabindex="0">\n<table'
_DEEP_HEADING = re.compile(r"<(/?)h([456])\b")


class InsertedWords(Value, frozen=True):
    """Words that are put into a text, in the page's language."""

    file: str
    """Type and size of a file, with ``{type}`` and ``{size}``."""
    remote: str
    """In place of a picture on another website, with ``{host}``."""
    described: str
    """Likewise where it has a description, with ``{words}`` and ``{host}``."""
    enlarge: str
    """Of the link from a picture to its large form; empty where there is none, as in feeds."""
    slide: str
    """How to see the rest of a wide table; empty where there is no stylesheet of ours."""


def inserted_words(translate: Translate, *, page: bool = False) -> InsertedWords:
    """In the language of the reader; a ``page`` of the site has those that only a screen needs."""
    return InsertedWords(
        file=translate(N_(" ({type}, {size})")),
        remote=translate(N_("picture ({host})")),
        described=translate(N_("{words} (picture, {host})")),
        enlarge=translate(N_(" (open the picture large)")) if page else "",
        slide=translate(N_("Slide sideways to see the whole table")) if page else "",
    )


class TextPlace(Value, frozen=True):
    """The page that a text is on."""

    root: str
    """Way to the site's root, or its absolute address."""
    home: str
    """Path of the page; empty in a feed."""
    words: InsertedWords
    first: bool = False
    """Whether the page begins with the text, so that a picture at its beginning is loaded eagerly."""


def fill_placeholders(html: str, targets: tuple[Target, ...], place: TextPlace) -> str:
    """Put addresses and pictures where the placeholders are, and the words that a screen needs."""
    if place.words.slide and _TABLE in html:
        html = html.replace(_TABLE, f'{_TABLE} data-slide="{entities.escape(place.words.slide)}"')
    if not targets:
        return html
    if any(target.size for target in targets):
        html = _FILE_LINK.sub(lambda found: _file_link(found, targets[int(found[2])], place.words), html)
    if any(not target.picture and not target.path for target in targets):
        html = _CAPTIONED.sub(lambda found: _without_picture(found, targets[int(found["number"])], place), html)
    if any(target.picture for target in targets):
        html = _FIGURE.sub(lambda found: _figure(found, targets[int(found[2])], place), html)
    if any(target.remote for target in targets):
        html = _fill_remote(html, targets, place.words)
    return _PLACEHOLDER.sub(lambda found: _replacement(targets[int(found[1])], place), html)


def _replacement(target: Target, place: TextPlace) -> str:
    if target.picture:
        return _picture(target, target.picture, place.root)
    if not target.path:
        return entities.escape(target.alt)
    fragment = f"#{target.fragment}" if target.fragment else ""
    if fragment and target.path == place.home:
        return entities.escape(fragment)
    return entities.escape(place.root + quote(target.path) + fragment)


# ── pictures that are not here


def _without_picture(found: re.Match[str], target: Target, place: TextPlace) -> str:
    """A figure whose picture is missing or elsewhere: what it shows is said once, though it is caption too."""
    caption, words = found["caption"], entities.escape(target.alt)
    if target.picture or target.path or entities.unescape(found["words"]).strip() != target.alt:
        return found.group()
    if found["link"]:
        words = _remote_words(target, target.alt, place.words) if target.remote else words
        return found["figure"] + found["link"] + words + (found["end"] or "")
    shown = _remote_link(target, _remote_words(target, "", place.words)) if target.remote else ""
    return found["figure"] + shown + (found["end"] or "") + caption


_LINK_OR_PLACEHOLDER = re.compile("<a[ >]|</a>|\x02(\\d+)\x03")


def _fill_remote(html: str, targets: tuple[Target, ...], words: InsertedWords) -> str:
    """Links in place of pictures on other websites; inside an author's link the words alone."""
    inside = False

    def replace(found: re.Match[str]) -> str:
        nonlocal inside
        if found[1] is None:
            inside = found.group() != "</a>"
            return found.group()
        target = targets[int(found[1])]
        if not target.remote:
            return found.group()
        shown = _remote_words(target, target.alt, words)
        return shown if inside else _remote_link(target, shown)

    return _LINK_OR_PLACEHOLDER.sub(replace, html)


def _remote_words(target: Target, described: str, words: InsertedWords) -> str:
    host = urlsplit(target.remote).hostname or ""
    return entities.escape((words.described if described else words.remote).format(words=described, host=host))


def _remote_link(target: Target, words: str) -> str:
    if not is_web(target.remote):
        return words
    return f'<a href="{entities.escape(target.remote)}"{EXTERNAL_REL}>{words}</a>'


# ── files


def _file_link(found: re.Match[str], target: Target, words: InsertedWords) -> str:
    """A link to a file says what the reader will get, inside the link, where a list of links shows it too."""
    if not target.size:
        return found.group()
    before, number, after, inside = found.groups()
    attributes = f'{before} href="\x02{number}\x03"{after}'
    own = ' class="file-link'
    attributes = attributes.replace(' class="', own + " ", 1) if ' class="' in attributes else attributes + own + '"'
    note = entities.escape(words.file.format(type=file_type(target.path), size=file_size(target.size)))
    return f'<a{attributes}>{inside}<span class="file">{note}</span></a>'


_PROGRAM_OF_ENDING = {
    "doc": "Word",
    "docx": "Word",
    "xls": "Excel",
    "xlsx": "Excel",
    "ppt": "PowerPoint",
    "pptx": "PowerPoint",
}


def file_type(path: str) -> str:
    """What people call a file: by its program where they know that better than its letters."""
    letters = path.rpartition(".")[2].lower()
    return _PROGRAM_OF_ENDING.get(letters, letters.upper())


def file_size(size: int) -> str:
    """Bytes in readable form: ``356 KB``, ``1.2 MB``, ``25 MB``; in steps of 1024, as Windows shows them."""
    kilo = max(1, round(size / 1024))
    if kilo < 1000:
        return f"{kilo} KB"
    mega = size / 1024**2
    return f"{mega:.1f}".removesuffix(".0") + " MB" if mega < 9.95 else f"{round(mega)} MB"


# ── pictures

_TEXT_COLUMN_WIDTH = 688
"""Width of the text column, 43rem, in pixels; as `--measure` in the stylesheet says."""
_SCREEN_MARGINS = 32
"""Beside it on a narrow screen, 2rem."""


def _figure(found: re.Match[str], target: Target, place: TextPlace) -> str:
    """A figure's picture, leading to its large form, so that it can be looked at closely without a script."""
    if target.picture is None:
        return found.group()
    eager = place.first and found.start() == 0
    picture = _picture(target, target.picture, place.root, eager=eager)
    forms = _plain_forms(target.picture)
    if not place.words.enlarge or len(forms) == 1 or _in_link(found.string, found.start()):
        return found[1] + picture
    large = place.root + quote(target.path) + forms[-1].suffix
    words = f'<span class="unseen">{entities.escape(place.words.enlarge)}</span>'
    return f'{found[1]}<a class="enlarge" href="{large}">{picture}{words}</a>'


def _in_link(html: str, place: int) -> bool:
    """Whether that position is inside an author's link; nested links would break both."""
    return max(html.rfind("<a ", 0, place), html.rfind("<a>", 0, place)) > html.rfind("</a>", 0, place)


def first_picture(targets: Iterable[Target]) -> str:
    """Path of the first picture that texts show, in its widest plain form; empty when there is none."""
    found = next((target for target in targets if target.picture), None)
    return found.path + plain_form(found.picture).suffix if found and found.picture else ""


def plain_form(picture: Picture) -> Variant:
    """The widest that every program can show."""
    return _plain_forms(picture)[-1]


def _plain_forms(picture: Picture) -> list[Variant]:
    """Variants that every browser can show, narrow to wide: the forms that are not WebP, where there are any."""
    return [v for v in picture.variants if v.format != "webp"] or list(picture.variants)


def _picture(target: Target, picture: Picture, root: str, *, eager: bool = False) -> str:
    """A `<picture>` with WebP beside the original format; its size is given, so nothing jumps when it loads."""
    forms = [v for v in picture.variants if v.format == "webp"]
    plain = _plain_forms(picture)
    base = root + quote(target.path)
    title = f' title="{entities.escape(target.title)}"' if target.title else ""
    classes = " ".join(filter(None, (target.css, "transparent" if picture.transparent else "")))
    css = f' class="{entities.escape(classes)}"' if classes else ""
    loading = 'loading="eager" fetchpriority="high"' if eager else 'loading="lazy"'
    sizes = _sizes(plain[-1].width)
    webp = f'<source type="image/webp" srcset="{_srcset(base, forms)}" sizes="{sizes}">' if forms != plain else ""
    return (
        f'<picture>{webp}<img src="{base}{plain[-1].suffix}" srcset="{_srcset(base, plain)}" sizes="{sizes}" '
        f'width="{plain[-1].width}" height="{plain[-1].height}" {loading} decoding="async" '
        f'alt="{entities.escape(target.alt)}"{title}{css}></picture>'
    )


def _sizes(width: int) -> str:
    """How wide a browser will show it: the column, or the screen without margins; never wider than it is."""
    if width >= _TEXT_COLUMN_WIDTH:
        return "(min-width: 46rem) 43rem, calc(100vw - 2rem)"
    return f"(min-width: {width + _SCREEN_MARGINS}px) {width}px, calc(100vw - 2rem)"


def picture_view(target: Target | None, root: str) -> PictureView | None:
    """A picture of the station's own, for templates."""
    if target is None or target.picture is None:
        return None
    forms = [v for v in target.picture.variants if v.format == "webp"]
    plain = _plain_forms(target.picture)
    base, widest = root + quote(target.path), plain[-1]
    webp = _srcset(base, forms) if forms != plain else ""
    src, transparent = base + widest.suffix, target.picture.transparent
    srcset = "" if widest.is_drawing else _srcset(base, plain)
    return PictureView(src, srcset, webp, widest.width, widest.height, transparent)


_SMALL_WIDTH = 160
"""Pixels; a narrower picture is a sign or a stamp, and would be blurred where lists show it."""


def small_picture_view(target: Target | None, root: str) -> PictureView | None:
    """A picture in its smallest form, for lists; None for one that is too small."""
    if target is None or target.picture is None or _plain_forms(target.picture)[-1].width < _SMALL_WIDTH:
        return None
    plain, base = _plain_forms(target.picture)[0], root + quote(target.path)
    webp = next((v for v in target.picture.variants if v.format == "webp" and v != plain), None)
    small = _srcset(base, [webp]) if webp else ""
    transparent = target.picture.transparent
    return PictureView(base + plain.suffix, _srcset(base, [plain]), small, plain.width, plain.height, transparent)


def _srcset(base: str, variants: list[Variant]) -> str:
    return ", ".join(f"{base}{v.suffix} {v.width}w" for v in variants)


def raise_headings(html: str, levels: int) -> str:
    """Headings of level 4 to 6 moved up: what is h4 below an issue's article is h2 where the article is the page."""
    return _DEEP_HEADING.sub(lambda found: f"<{found[1]}h{int(found[2]) - levels}", html)
