"""The Chinese catalogue: it holds exactly the words of the code and the templates, and every one is translated.

``make catalogue`` runs this file with ``--golden``: new words are then put into the catalogue without Chinese,
words that are gone are taken out, and the .mo is compiled anew; the tests below name what is left to translate.
Neither file says when, where or by whom it was made, so that the same code always gives the same bytes.
"""

from __future__ import annotations

import ast
import gettext
import importlib.util
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from bulletin.core.catalogue_extras import CLICK_MESSAGES
from bulletin.core.i18n import DOMAIN, LOCALE

ROOT = Path(__file__).parents[1]
PO = Path(LOCALE) / "zh_CN" / "LC_MESSAGES" / f"{DOMAIN}.po"
MO = PO.with_suffix(".mo")
PAGE_WORDS = Path(LOCALE) / "page-words.txt"
"""The words of the pages, which ``labels`` of station.yml may replace; made with the catalogue."""

KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None, "translate": None}
"""What marks words in the code, besides gettext's own names."""

MAY_LEAVE_OUT = {"{value!r} is not a valid {number_type}.": {"{number_type}"}}
"""Values that click gives in English only, so that the Chinese does better without them."""

CHINESE_SIGNS = {", ", "; ", " (another website)", " (open the picture large)", " ({type}, {size})", " ({number})"}
"""Words whose spaces are part of Chinese punctuation."""

BEFORE_CLICK_8_4 = {"No such option: {name}"}

HEADER = (
    ("Project-Id-Version", "bulletin"),
    ("Language", "zh_CN"),
    ("Plural-Forms", "nplurals=1; plural=0;"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Transfer-Encoding", "8bit\n"),
)


class PlainCatalog(Catalog):
    """A catalogue whose header never changes."""

    mime_headers = property(lambda _: list(HEADER))


@pytest.fixture(scope="module", autouse=True)
def _rewritten(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--golden"):
        fresh = merged(extracted(), stored())
        buffer = io.BytesIO()
        write_po(buffer, fresh, width=0, sort_output=True)
        PO.write_bytes(buffer.getvalue())
        MO.write_bytes(compiled(fresh))
        PAGE_WORDS.write_text("".join(f"{line}\n" for line in page_words_now()), encoding="utf-8")


@cache
def extracted() -> Catalog:
    """Every word of the code and the templates, as they stand now."""
    catalog = Catalog(locale="zh_CN")
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=_is_searched)
    for _, _, message, _, context in found:
        catalog.add(message, context=context)
    return catalog


def _is_searched(folder: str) -> bool:
    steps = Path(folder).relative_to(ROOT).parts
    return steps[0] in ("bulletin", "templates") and "__pycache__" not in steps


def stored() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN")


def merged(words: Catalog, known: Catalog) -> Catalog:
    """The words of the code with the Chinese that is there for them."""
    comment = "# The words of the commands and the pages, in Chinese."
    fresh = PlainCatalog(locale="zh_CN", header_comment=comment, fuzzy=False)
    for message in sorted(_messages(words), key=_msgid):
        before = known.get(_msgid(message))
        fresh.add(message.id, before.string if before and before.id == message.id else "")
    return fresh


def compiled(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _msgid(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _strings(value: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value or "",)


@cache
def words_now() -> frozenset[tuple[str, ...]]:
    return frozenset(_strings(message.id) for message in _messages(extracted()))


# ── the words of the pages

_NOT_OF_PAGES = ("reports/", "preview/")
"""Templates of what readers do not get."""
_MODULES_OF_PAGES = ("arrange/**/*.py", "build/project.py", "editions/**/*.py")
_OF_MESSAGES = (
    *("arrange/duplicates.py", "arrange/links.py", "editions/epub/packing.py", "editions/letter/hints.py"),
    *("editions/pagefind.py", "editions/wechat/rules.py"),
)
"""Modules whose words are for the office."""
_NO_LABELS = {
    *("subscribe", "unsubscribe"),  # what a reader writes to us, and a program reads (mail/answers.py)
    "the template is not a document of Word (.docx): {reason}.",
}


@cache
def page_words_now() -> list[str]:
    """Every word of the pages and the other forms, both forms of one with a number, a line each."""
    found = {_strings(word) for word in _marked_words()}
    found |= {_strings(word) for name, word in _template_words() if not name.startswith(_NOT_OF_PAGES)}
    return sorted("\t".join(words) for words in found if words[0] not in _NO_LABELS)


def _template_words() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    methods = [("**.html", "jinja2"), ("**.xml", "jinja2"), ("**.txt", "jinja2")]
    options = {pattern: {"encoding": "utf-8", "trimmed": "true"} for pattern, _ in methods}
    for name, _, message, _, _ in extract_from_dir(ROOT / "templates", methods, options, KEYWORDS):
        yield Path(name).as_posix(), message


def _marked_words() -> Iterator[str]:
    """Those of modules; not what is raised, nor what is given to a problem or an error."""
    top = ROOT / "bulletin"
    for path in sorted({path for pattern in _MODULES_OF_PAGES for path in top.glob(pattern)}):
        if path.relative_to(top).as_posix() not in _OF_MESSAGES:
            yield from _said_to_readers(ast.parse(path.read_text("utf-8")))


def _said_to_readers(tree: ast.AST) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and _is_message(ast.unparse(node.func))):
            continue
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("N_", "translate"):
            yield from (str(word.value) for word in node.args[:1] if isinstance(word, ast.Constant))
        yield from _said_to_readers(node)


def _is_message(name: str) -> bool:
    return name == "problem" or name.endswith("Error")


# ── what holds


def test_catalogue_holds_exactly_the_words_of_the_code() -> None:
    listed = {_strings(message.id) for message in _messages(stored())}
    assert sorted(words_now() - listed) == [], "missing; run: make catalogue"
    assert sorted(listed - words_now()) == [], "no longer used; run: make catalogue"
    assert not stored().obsolete


def test_page_words_are_current() -> None:
    assert PAGE_WORDS.read_text(encoding="utf-8").splitlines() == page_words_now(), "run: make catalogue"


def test_words_inside_of_f_strings_are_in_it_too() -> None:
    """The extraction does not look there."""
    trees = (ast.parse(path.read_text("utf-8")) for path in sorted((ROOT / "bulletin").rglob("*.py")))
    inside = (
        node for tree in trees for text in ast.walk(tree) if isinstance(text, ast.JoinedStr) for node in ast.walk(text)
    )
    calls = (node for node in inside if isinstance(node, ast.Call) and ast.unparse(node.func) in ("_", "translate"))
    said = {call.args[0].value for call in calls if call.args and isinstance(call.args[0], ast.Constant)}
    assert {(word,) for word in said} <= words_now()


def test_every_word_is_translated() -> None:
    assert [m.id for m in _messages(stored()) if not all(_strings(m.string)) or m.fuzzy] == []


def test_placeholders_are_the_same() -> None:
    wrong = [m.id for m in _messages(stored()) if not _placeholders_fit(m)]
    assert wrong == []


PLACEHOLDER = re.compile(r"\{\{|\}\}|\{[^{}]*\}|%\([a-z_]+\)[sd]|%[sd]")


def _placeholders_fit(message: Message) -> bool:
    wanted = [set(PLACEHOLDER.findall(text)) for text in _strings(message.id)]
    missing = MAY_LEAVE_OUT.get(_msgid(message), set())
    return all(
        set.intersection(*wanted) - missing <= set(PLACEHOLDER.findall(text)) <= set.union(*wanted)
        for text in _strings(message.string)
    )


def test_edges_are_the_same() -> None:
    """A message that begins or ends with a space or a line break, or that has several lines, does so in Chinese."""
    wrong = [m.id for m in _messages(stored()) if any(_edges(text) != _edges(_msgid(m)) for text in _strings(m.string))]
    assert sorted(set(wrong) - CHINESE_SIGNS) == []


def _edges(text: str) -> tuple[str, str, int]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :], text.count("\n")


def test_compiled_catalogue_is_current() -> None:
    fresh = gettext.GNUTranslations(io.BytesIO(compiled(merged(stored(), stored()))))
    with MO.open("rb") as file:
        assert _catalog(gettext.GNUTranslations(file)) == _catalog(fresh), "run: make catalogue"


def _catalog(translations: gettext.GNUTranslations) -> dict[object, str]:
    return dict(translations._catalog)  # type: ignore[attr-defined]


def test_catalogue_tells_nothing_about_where_it_was_made() -> None:
    text = PO.read_text(encoding="utf-8")
    assert "-Date:" not in text
    assert "@" not in re.sub(r"（制表符、@ 或|\(tab, @ or|\w@example\.cn", "", text)
    assert not re.search(r"^#:|/home/|/root/|/tmp/|[A-Z]:\\", text, re.MULTILINE)


def test_click_says_these_words() -> None:
    """A msgid that click no longer has would silently leave its message in English."""
    words = set(CLICK_MESSAGES) - BEFORE_CLICK_8_4
    assert sorted(words - _click_messages()) == []


def _click_messages() -> set[str]:
    spec = importlib.util.find_spec("click")
    assert spec and spec.origin
    texts = [path.read_text(encoding="utf-8") for path in sorted(Path(spec.origin).parent.glob("*.py"))]
    nodes = [node for text in texts for node in ast.walk(ast.parse(text))]
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
