"""An edition that is added from outside: built, kept and made again like those of the list."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image

from bulletin.arrange.frame import Frame
from bulletin.arrange.plan import BinaryFile, OutputGroup, TemplatePage
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.build.pipeline import build
from bulletin.build.report import Options, Report
from bulletin.core.model import Value
from bulletin.editions import EDITIONS
from bulletin.editions.edition import Edition, Texts
from tests.conftest import NOW, tree, write_files


class Card(Value, frozen=True):
    number: str
    titles: tuple[str, ...]


def cards(resolved: ResolvedArchive, kind: str, templates: tuple[str, ...] = ()) -> Iterator[OutputGroup]:
    """A card for each issue, with its articles' titles."""
    for issue in resolved.archive.issues:
        titles = tuple(article.title for section in issue.sections for article in section.articles)
        path = f"issues/{issue.id}/card.{kind}"
        yield OutputGroup(f"{kind} card {issue.id}", Card(issue.number, titles), (path,), templates=templates)


def text_card(frame: Frame, card: Card) -> Iterator[TemplatePage]:
    assert frame.station.name
    yield TemplatePage(f"issues/{card.number}/card.txt", "card.txt", card)


def picture_card(_: Texts, card: Card) -> Iterator[BinaryFile]:
    data = io.BytesIO()
    Image.new("RGB", (8 * len("".join(card.titles)), 8), "#c00").save(data, "PNG")
    yield BinaryFile(f"issues/{card.number}/card.png", data.getvalue())


TEXT = Edition("text cards", lambda resolved: cards(resolved, "txt", ("card.txt",)), text_card)
PICTURE = Edition("picture cards", lambda resolved: cards(resolved, "png"), picture_card, has_shell=False)
ALL = (*EDITIONS, TEXT, PICTURE)


def built(root: Path, now: datetime = NOW, editions: tuple[Edition, ...] = ALL) -> Report:
    write_files(root, {"templates/card.txt": "{{ page.number }}: {{ page.titles | join('; ') }}\n"})
    return build(root, now, Options(), editions=editions)


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def test_editions_from_outside_are_built(station: Path) -> None:
    built(station)
    assert (station / "site/issues/2015002/card.txt").read_text(encoding="utf-8") == "2015002: 第3件事\n"
    with Image.open(station / "site/issues/2015002/card.png") as picture:
        assert picture.size == (32, 8)


def test_an_edit_changes_only_what_shows_it(station: Path) -> None:
    built(station)
    before = tree(station / "site")
    assert built(station).written == 0
    file = station / "content/issues/2015002.md"
    file.write_text(file.read_text(encoding="utf-8").replace("第3件事", "第3件大事"), encoding="utf-8")
    report = built(station)
    after = tree(station / "site")
    cards = {path for path in changed(before, after) if "card" in path}
    assert cards == {"issues/2015002/card.txt", "issues/2015002/card.png"}
    assert report.written == len(changed(before, after) & after.keys())


def test_a_text_that_no_card_shows_leaves_the_cards_alone(station: Path) -> None:
    built(station)
    before = tree(station / "site")
    file = station / "content/issues/2015002.md"
    file.write_text(file.read_text(encoding="utf-8").replace("正文", "全文"), encoding="utf-8")
    built(station)
    assert not {path for path in changed(before, tree(station / "site")) if "card" in path}


def test_a_change_of_the_shell_makes_anew_only_what_shows_it(station: Path) -> None:
    """And a file whose bytes are the same is not written again."""
    made: list[str] = []

    def watched(texts: Texts, card: Card) -> Iterator[BinaryFile]:
        made.append(card.number)
        yield from picture_card(texts, card)

    editions = (*EDITIONS, TEXT, Edition("picture cards", PICTURE.outputs, watched, has_shell=False))
    built(station, editions=editions)
    assert sorted(made) == ["2015001", "2015002", "2015003"]
    write_files(station, {"content/today.yml": f"count: 5\ndate: {NOW.date()}\n"})
    built(station, editions=editions)
    assert len(made) == 3


def test_an_edition_that_is_taken_from_the_list_takes_its_files_with_it(station: Path) -> None:
    built(station)
    assert built(station, editions=EDITIONS).removed == 6
    assert not [path for path in tree(station / "site") if "card" in path]


def test_a_file_that_somebody_changed_is_made_again(station: Path) -> None:
    built(station)
    whole = tree(station / "site")
    (station / "site/issues/2015001/card.png").write_bytes(b"")
    assert built(station, NOW + timedelta(seconds=1)).written == 1
    assert tree(station / "site") == whole
