"""The home page: blocks in the order of ``home`` in station.yml; no article is listed twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from bulletin.arrange import urls, views
from bulletin.arrange.columns import Column, ColumnEntry, columns_in_menu
from bulletin.arrange.frame import Frame, meta_tags
from bulletin.arrange.home import home_blocks
from bulletin.arrange.html import picture_view
from bulletin.arrange.notices import on_the_board
from bulletin.arrange.plan import OutputGroup, TemplatePage
from bulletin.arrange.rankings import PageRanking
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.arrange.targets import Links, Target
from bulletin.core.model import Issue, Page, Value
from bulletin.core.station import SectionRule
from bulletin.editions.lists import Pictures, entry_items, issue_item, pictures_of, shown_ranking
from bulletin.editions.notices import notice_item

_NOTICES = 3
"""That the home page shows."""
_LATEST = 5
"""Articles that it shows of a column of the menu."""
_BESIDE = ("today", "contact", "recent")
"""Blocks that stand beside the newest issue where they follow it."""


class _LatestInputs(Value, frozen=True):
    """For a column's latest articles."""

    rule: SectionRule
    entries: tuple[ColumnEntry, ...]
    count: int
    pictures: tuple[Pictures, ...]
    """Of each entry's issue; empty ones where none are asked for."""

    def identity(self) -> object:
        entries = [(*entry.issue.identity, entry.place) for entry in self.entries]
        return self.rule, entries, self.count, self.pictures


class HomeInputs(Value, frozen=True):
    """For the home page."""

    issues: tuple[Issue, ...]
    """The newest, and the earlier ones."""
    columns: tuple[_LatestInputs, ...]
    """Those of the menu that have no block of their own."""
    blocks: tuple[str | _LatestInputs, ...]
    """In order, by name; or a column's."""
    picture: Target | None
    """The first of the newest issue."""
    ranking: PageRanking
    notices: tuple[Page, ...]

    def identity(self) -> object:
        columns = [column.identity() for column in self.columns]
        blocks = [block if isinstance(block, str) else block.identity() for block in self.blocks]
        issues = [issue.identity for issue in self.issues]
        return issues, columns, blocks, self.picture, self.ranking, self.notices


# ── what it is made from


def home_group(resolved: ResolvedArchive) -> OutputGroup:
    """The page's inputs."""
    archive, blocks = resolved.archive, home_blocks(resolved.archive)
    recent = archive.issues[: archive.station.recent + 1]
    # what the newest issue's block lists
    listed = {issue.id for issue in recent[:1] if any(block.name == "newest" for block in blocks)}
    own = {block.column.rule.id for block in blocks if block.column}
    in_menu = columns_in_menu(archive.columns, archive.station)
    targets = (t for issue in recent[:1] for texts in resolved.links[issue.source].resolved for t in texts)
    inputs = HomeInputs(
        issues=recent,
        columns=tuple(_latest(c, listed, _LATEST, {}) for c in in_menu if c.rule.id not in own),
        blocks=tuple(
            _latest(block.column, listed, block.count, resolved.links if block.pictures else {})
            if block.column
            else block.name
            for block in blocks
        ),
        picture=next((target for target in targets if target.picture), None),
        ranking=resolved.rankings.get("", PageRanking()),
        notices=on_the_board(archive.pages)[:_NOTICES],
    )
    return OutputGroup("home", inputs, (urls.HOME,), identity=inputs.identity(), templates=("home.html",))


def _latest(column: Column, listed: Iterable[str], count: int, links: Mapping[str, Links]) -> _LatestInputs:
    """A column's articles that are not in the issues that are ``listed``."""
    entries = tuple(entry for entry in column.entries if entry.issue.id not in listed)[:count]
    pictures = (pictures_of(links[entry.issue.source]) if links else () for entry in entries)
    return _LatestInputs(column.rule, entries, count, tuple(pictures))


# ── what it shows


def home_page(frame: Frame, inputs: HomeInputs) -> Iterator[TemplatePage]:
    """The page."""
    items = [issue_item(frame, issue, "") for issue in inputs.issues]
    blocks = [_block(frame, block) for block in inputs.blocks]
    page = views.HomePage(
        site=frame.site(""),
        head=frame.head(urls.HOME, "", meta=meta_tags(ColumnType="首页")),
        newest=items[0] if items else None,
        recent=tuple(items[1:]),
        columns=tuple(item for column in inputs.columns if (item := _column_item(frame, column)).latest),
        ranking=shown_ranking(inputs.ranking, ""),
        picture=picture_view(inputs.picture, ""),
        picture_words=inputs.picture.alt if inputs.picture else "",
        notices=tuple(notice_item(notice, "") for notice in inputs.notices),
        rows=(),
    )
    if not any(_has_something(page, block) for block in blocks):
        blocks.append(views.HomeBlock("newest"))  # which at least says that there is no issue yet
    yield TemplatePage(urls.HOME, "home.html", replace(page, rows=tuple(_rows(blocks))))


def _has_something(page: views.HomePage, block: views.HomeBlock) -> bool:
    """Whether a reader sees anything of it."""
    shown: Mapping[str, object] = {
        "notices": page.notices,
        "today": page.site.today,
        "contact": page.site.station.phone or page.site.station.address,
        "columns": page.columns,
        "ranking": page.ranking.ever,
        "column": block.column and block.column.latest,
    }
    return bool(shown.get(block.kind, True))


def _block(frame: Frame, block: str | _LatestInputs) -> views.HomeBlock:
    if isinstance(block, str):
        return views.HomeBlock(block)
    return views.HomeBlock("column", _column_item(frame, block))


def _column_item(frame: Frame, column: _LatestInputs) -> views.ColumnItem:
    pairs = zip(column.entries, column.pictures, strict=True)
    articles = [item for entry, pictures in pairs for item in entry_items(frame, entry, "", pictures)]
    rule = column.rule
    return views.ColumnItem(rule.title, urls.column(rule.id), rule.description, tuple(articles[: column.count]))


def _rows(blocks: Iterable[views.HomeBlock]) -> Iterator[views.HomeRow]:
    """Blocks that stand side by side, together; without a column that has nothing to show."""
    kind = ""
    row: list[views.HomeBlock] = []
    for block in blocks:
        if block.column and not block.column.latest:
            continue
        wanted = "side" if block.kind in _BESIDE else block.kind
        if row and (wanted, kind) in (("side", "newest"), ("side", "side"), ("column", "column")):
            row.append(block)
            continue
        if row:
            yield views.HomeRow(kind, tuple(row))
        kind, row = wanted, [block]
    if row:
        yield views.HomeRow(kind, tuple(row))
