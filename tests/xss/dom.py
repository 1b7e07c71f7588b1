"""A judge of HTML that shares nothing with the sanitiser: html5lib, and a list of what a browser would run.

`executable` is stricter than a browser: it also names what cannot run today but has no business in a bulletin
(forms, frames, styles), so that a gap shows before somebody finds a use for it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from xml.etree.ElementTree import Element

import html5lib

DANGEROUS_TAGS = frozenset(
    (
        *("script", "style", "link", "base", "iframe", "frame", "frameset", "object", "embed", "applet"),
        *("svg", "math", "template", "noscript", "form", "input", "button", "textarea", "select", "isindex"),
        *(
            "audio",
            "video",
            "source",
            "track",
            "bgsound",
            "portal",
            "fencedframe",
            "marquee",
            "dialog",
            "xml",
        ),
    )
)
DANGEROUS_ATTRIBUTES = frozenset(("style", "srcdoc", "formaction", "ping", "autofocus", "popovertarget"))
URL_ATTRIBUTES = frozenset(
    (
        *(
            "href",
            "src",
            "action",
            "formaction",
            "cite",
            "data",
            "poster",
            "background",
            "longdesc",
            "usemap",
        ),
        *(
            "manifest",
            "ping",
            "codebase",
            "classid",
            "archive",
            "profile",
            "icon",
            "dynsrc",
            "lowsrc",
            "srcset",
        ),
        *("to", "from", "values", "xlink:href"),
    )
)
BAD_SCHEME = re.compile(r"(?:javascript|vbscript|livescript|mocha|data|file|blob|filesystem):")
LEADING = "".join(map(chr, range(0x21)))


def executable(html: str, allowed: Container[str] = ()) -> list[str]:
    """Every node that runs, loads or styles anything, written as its start tag, except those `allowed`.

    The text is read twice, as by a browser with scripts and by one without, since `<noscript>` differs.
    """
    found: dict[str, None] = {}
    for scripting in (True, False):
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        found |= dict.fromkeys(_findings(parser.parse(html, scripting=scripting)))
    return [node for node in found if node not in allowed]


def _findings(root: Element) -> Iterator[str]:
    for element in root.iter():
        if isinstance(element.tag, str) and _dangerous(element):
            yield _start_tag(element)


def _dangerous(element: Element) -> bool:
    tag = _local(element.tag)
    if tag in DANGEROUS_TAGS or element.tag.startswith("{"):
        return True
    if tag == "meta" and any(_local(name) == "http-equiv" for name in element.attrib):
        return True
    return any(_dangerous_attribute(_local(name), value) for name, value in element.attrib.items())


def _dangerous_attribute(name: str, value: str) -> bool:
    if name.startswith("on") or name in DANGEROUS_ATTRIBUTES:
        return True
    if name in URL_ATTRIBUTES:
        urls = value.split(",") if name == "srcset" else value.split(";") if name == "values" else [value]
        return any(bad_url(url) for url in urls)
    return False


def bad_url(url: str) -> bool:
    """Whether the address runs or reads something, after the tidying that browsers do (URL standard, 4.4)."""
    tidy = re.sub(r"[\t\n\r]", "", url.strip(LEADING)).lower()
    return BAD_SCHEME.match(tidy) is not None


def _local(name: str) -> str:
    """The name without its namespace: `{http://www.w3.org/2000/svg}svg` is `svg`."""
    return name.rpartition("}")[2].lower()


def _start_tag(element: Element) -> str:
    attributes = "".join(f' {_local(name)}="{value}"' for name, value in element.attrib.items())
    return f"<{_local(element.tag)}{attributes}>"
