"""What a previewed page says about the last build, and how it gets into the page.

Nothing here is inline: the site's own policy forbids it, and the preview must not look better than the site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from urllib.parse import quote

from bulletin.core.problems import N_, SEVERITIES, Problem, describe, remedy
from bulletin.read.numbers import number_in_name, parse_number

SCRIPT = "/livereload.js"
STYLE = "/_preview/preview.css"
SHOWN = 5
"""So many problems are open to the eye; the others are folded away."""

Translate = Callable[[str], str]


# ── which problems come first


def is_own(found: Problem, address: str) -> bool:
    """Whether a problem lies in the source that a page is made from, as far as the names tell."""
    steps = address.strip("/").split("/")
    folder, _, rest = found.path.removeprefix("content/").partition("/")
    name = rest.split("/")[0].removesuffix(".md")
    if folder == "pages":
        return steps[0] == name
    return folder == "issues" and steps[0] == "issues" and steps[1:2] in ([name], [_issue_id(name)])


def _issue_id(name: str) -> str:
    number = parse_number(number_in_name(name))
    return number.id(number.year) if number and number.year else ""


def sort_for(problems: Iterable[Problem], address: str) -> tuple[list[Problem], list[Problem]]:
    """The problems to show at once on a page, and those to fold away.

    A page with problems of its own shows those; another shows all. Notices and what is too much are folded away.
    """
    gravity = list(SEVERITIES)
    ordered = sorted(problems, key=lambda p: (not is_own(p, address), gravity.index(p.severity)))
    own = [p for p in ordered if is_own(p, address)]
    shown = [p for p in own or ordered if p.severity != "notice"][:SHOWN]
    return shown, [p for p in ordered if p not in shown]


# ── as HTML


def panel(problems: Iterable[Problem], error: str, address: str, translate: Translate) -> str:
    """The last build's problems for the page at an address; nothing when all is well."""
    shown, folded = sort_for(problems, address)
    if error:
        title, content = translate(N_("The site cannot be built now")), f"<p>{escape(error)}</p>"
    elif shown or folded:
        title = translate(N_("Problems: {count}")).format(count=len(shown) + len(folded))
        content = _list(shown, translate) + _folded(folded, translate)
    else:
        return ""
    return (
        f'\n<aside class="preview-problems" aria-labelledby="preview-problems">'
        f'<link rel="stylesheet" href="{STYLE}">'
        f'<h2 id="preview-problems">{escape(title)}</h2>{content}</aside>\n'
    )


def _folded(problems: list[Problem], translate: Translate) -> str:
    if not problems:
        return ""
    summary = translate(N_("More: {count}")).format(count=len(problems))
    return f"<details><summary>{escape(summary)}</summary>{_list(problems, translate)}</details>"


def _list(problems: list[Problem], translate: Translate) -> str:
    return f"<ul>{''.join(_item(p, translate) for p in problems)}</ul>" if problems else ""


def _item(found: Problem, translate: Translate) -> str:
    place = f"{found.path}:{found.line}" if found.line else found.path
    link = f'<a href="{escape(text_address(found))}">{escape(place)}</a>' if is_text(found.path) else escape(place)
    return (
        f'<li class="preview-{found.severity}"><code>{link}</code> '
        f"<b>{escape(translate(SEVERITIES[found.severity]))}</b> {escape(describe(found, translate))} "
        f"<span>{escape(remedy(found, translate))}</span> <code>{found.code}</code></li>"
    )


# ── the text with its problems

TEXT = "/_preview/text/"


def is_text(path: str) -> bool:
    """Whether a problem's file can be shown: a text of the content folder."""
    return path.startswith("content/") and path.endswith((".md", ".yml", ".txt"))


def text_address(found: Problem) -> str:
    """Where the preview shows the line."""
    return f"{TEXT}{quote(found.path)}#L{max(found.line, 1)}"


def text_page(path: str, lines: list[str], problems: Iterable[Problem], translate: Translate) -> bytes:
    """A text line by line, the words concerned marked and each problem below its line."""
    by_line: dict[int, list[Problem]] = {}
    for found in problems:
        by_line.setdefault(max(found.line, 1), []).append(found)
    items = "".join(_line(number, line, by_line.get(number, []), translate) for number, line in enumerate(lines, 1))
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(path)}</title>\n<link rel="stylesheet" href="{STYLE}">\n</head>\n'
        f'<body class="preview-text">\n<main><h1>{escape(path)}</h1>\n<ol>\n{items}</ol>\n</main>\n</body>\n</html>\n'
    ).encode()


def _line(number: int, line: str, problems: list[Problem], translate: Translate) -> str:
    below = _list(problems, translate) if problems else ""
    return f'<li id="L{number}"><pre>{_marked(line, problems)}</pre>{below}</li>\n'


def _marked(line: str, problems: list[Problem]) -> str:
    """The line with the words of its problems marked; words that overlap are marked once."""
    pieces, at = [], 0
    for start, end in sorted((p.column - 1, p.column - 1 + max(1, p.length)) for p in problems if p.column):
        if start >= at:
            pieces += [escape(line[at:start]), f"<mark>{escape(line[start:end])}</mark>"]
            at = end
    return "".join([*pieces, escape(line[at:])])


def stand_in(built: bool, translate: Translate) -> bytes:
    """The page shown where there is none at all yet."""
    if built:
        title = translate(N_("There is no site to show yet"))
        words = translate(N_("Mend what is said below and save; this page follows by itself."))
    else:
        title = translate(N_("The site is being built"))
        words = translate(N_("This page follows by itself."))
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)}</title>\n<link rel="stylesheet" href="{STYLE}">\n</head>\n'
        f'<body class="preview-stand-in">\n<main><h1>{escape(title)}</h1><p>{escape(words)}</p></main>\n'
        "</body>\n</html>\n"
    ).encode()


def inject(page: bytes, panel: str, host: str) -> bytes:
    """A page of the site as the preview shows it: with the panel, and with the script that reloads it.

    Some browsers do not count the server's own web socket as ``'self'``, so the policy in the copy names it.
    """
    page = page.replace(b"connect-src 'self'", f"connect-src 'self' ws://{host}".encode(), 1)
    before, tag, after = page.rpartition(b"</body>")
    added = f'{panel}<script src="{SCRIPT}?mindelay=500&amp;maxdelay=2000" async></script>\n'.encode()
    return before + added + tag + after if tag else page + added
