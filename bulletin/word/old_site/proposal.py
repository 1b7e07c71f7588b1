"""Facts of all pages → a proposed map: pages are grouped by structure; what differs in a group is their text."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from bulletin.word.old_site.facts import PageFacts, TextNode
from bulletin.word.old_site.fields import find_time, number_on_page
from bulletin.word.old_site.map_file import Layout

_ALIKE = 0.6
"""Share of structure that pages of one layout have in common."""
_MAX_ROUNDS = 6
_SAMPLES = 40
_BODY_SHARE = 0.7
"""A body holds so much of what differs; a level deeper, one child would hold less."""
_LEAVES = re.compile(
    r"(?:^|> )(?:p|li|font|b|strong|span|a|h\d|em|i|u|center|tr|tbody)(?:\.[\w-]+)?(?::nth-of-type\(\d+\))?$"
)
_MIN_TEXT = 40
"""Characters of an average text; less, and the pages are lists or menus."""
_COMMON = 0.3
"""What more than this share of the pages of a layout have is not theirs alone."""
_MIN_SHARE = 0.5
"""Share of the pages on which a selector must find something."""


def propose(pages: Sequence[PageFacts]) -> tuple[Layout, ...]:
    """A layout for each group of pages that have a text; the largest first.

    Pages of a rare layout may be taken for those of a common one: what a layout does not cover is grouped anew.
    """
    found: list[Layout] = []
    rest = list(pages)
    for _ in range(_MAX_ROUNDS):
        fresh = [layout for group in _groups(rest) if (layout := _layout(group)) and layout.pages]
        left = [page for page in rest if not any(_covers(layout, page) for layout in fresh)]
        found += fresh
        if len(left) == len(rest):
            break
        rest = left
    found.sort(key=lambda layout: -layout.pages)
    return tuple(replace(layout, name=f"layout-{number}") for number, layout in enumerate(found, 1))


def _covers(layout: Layout, page: PageFacts) -> bool:
    """Whether the layout's body has words in the page, and its time is one."""
    inside = (layout.body, f"{layout.body} > ")
    return layout.time in page.times and any(
        node.selector == inside[0] or node.selector.startswith(inside[1]) for node in page.nodes
    )


def _groups(pages: Iterable[PageFacts]) -> list[list[PageFacts]]:
    groups: list[tuple[frozenset[str], list[PageFacts]]] = []
    for page in pages:
        own = frozenset(page.structure)
        best = max(groups, key=lambda each: _alike(each[0], own), default=None)
        if best and _alike(best[0], own) >= _ALIKE:
            best[1].append(page)
        else:
            groups.append((own, [page]))
    return [group for _, group in groups]


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0


def _layout(group: list[PageFacts]) -> Layout | None:
    step = max(1, len(group) // _SAMPLES)
    samples = group[::step][:_SAMPLES]
    common = _common_texts(samples)
    own = [[node for node in page.nodes if node.text not in common] for page in samples]
    weights = _weights(own)
    if weights["body"] < _MIN_TEXT * len(samples):
        return None
    time = _most(page.times for page in samples)
    if not time:
        return None
    body = _body(weights)
    title = _title(samples, own, body)
    number = title if _share(number_on_page(_text_of(page, title)) for page in samples) >= _MIN_SHARE else ""
    hits, section = _most(page.hits for page in samples), _most(page.sections for page in samples)
    layout = Layout("", body, title, number, time, hits, section)
    covered = [page for page in group if _covers(layout, page)]
    return replace(layout, files=_files(covered), pages=len(covered))


def _common_texts(samples: list[PageFacts]) -> set[str]:
    if len(samples) < 2:
        return set()
    counts = Counter(text for page in samples for text in {node.text for node in page.nodes})
    return {text for text, count in counts.items() if count > max(1, _COMMON * len(samples))}


def _weights(pages: list[list[TextNode]]) -> Counter[str]:
    """Characters of what is a page's own, by every selector that holds them."""
    weights: Counter[str] = Counter()
    for nodes in pages:
        for node in nodes:
            steps = node.selector.split(" > ")
            for depth in range(1, len(steps) + 1):
                weights[" > ".join(steps[:depth])] += node.length
            if steps[0] != "body":
                weights["body"] += node.length
    return weights


def _body(weights: Counter[str]) -> str:
    total = weights["body"]
    fit = [
        selector
        for selector, weight in weights.items()
        if weight >= _BODY_SHARE * total and not _LEAVES.search(selector)
    ]
    return min(fit, key=lambda selector: (weights[selector], -selector.count(" > "), len(selector)), default="body")


def _title(samples: list[PageFacts], own: list[list[TextNode]], body: str) -> str:
    scores: Counter[str] = Counter()
    for page, nodes in zip(samples, own, strict=True):
        begun = False
        for place, node in enumerate(nodes[:40]):
            in_body = node.selector.startswith(f"{body} > ")
            if not 3 <= node.length <= 80 or find_time(node.text) or (in_body and begun):
                continue
            begun |= in_body
            in_title = len(node.text) > 4 and _same(node.text, page.title)
            scores[node.selector] += 2 * node.prominence + 6 * in_title + (3 - min(place, 3)) - in_body
    found = [(score, selector) for selector, score in scores.items() if score > len(samples)]
    return max(found, key=lambda each: (each[0], -len(each[1])), default=(0, "title"))[1]


def _same(text: str, title: str) -> bool:
    return re.sub(r"\s", "", text) in re.sub(r"\s", "", title)


def _text_of(page: PageFacts, selector: str) -> str:
    if selector == "title":
        return page.title
    return next((node.text for node in page.nodes if node.selector == selector), "")


def _most(found: Iterable[tuple[str, ...]]) -> str:
    """The selector that most pages have; the first of several in a page counts most."""
    pages = list(found)
    counts: Counter[str] = Counter()
    for selectors in pages:
        counts.update(dict.fromkeys(selectors[:3], 1))
    if not counts:
        return ""
    selector, count = max(counts.items(), key=lambda each: (each[1], -_order(pages, each[0])))
    return selector if count >= _MIN_SHARE * len(pages) else ""


def _order(pages: list[tuple[str, ...]], selector: str) -> int:
    return sum(selectors.index(selector) for selectors in pages if selector in selectors)


def _share(found: Iterable[str]) -> float:
    values = [bool(each) for each in found]
    return sum(values) / len(values)


def _files(group: list[PageFacts]) -> tuple[str, ...]:
    """Names of the scripts that made the pages, where they are few; of other pages each has a name of its own."""
    names = sorted({posixpath.basename(page.address.partition("?")[0]) for page in group if "?" in page.address})
    return tuple(names) if 0 < len(names) <= 5 and all("?" in page.address for page in group) else ()
