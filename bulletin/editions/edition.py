"""An edition: one of the forms in which the archive goes out.

It takes its outputs, in groups, from the resolved archive, and makes the files of a group from the group's inputs
and nothing else; so the hash of these (and of the shell, and of the templates) is a complete key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bulletin.arrange.plan import OutputFile, OutputGroup, without_collisions
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.core.model import Value
from bulletin.core.problems import Problem
from bulletin.core.station import Station
from bulletin.editions.form import Form as Form
from bulletin.editions.form import Texts as Texts


class Surroundings(Value, frozen=True):
    """What there is on this computer besides the archive, for an edition that needs some of it."""

    root: str
    """Folder of the project."""
    station: Station


class Edition(Value, frozen=True):
    """One form in which the archive goes out."""

    name: str
    outputs: Callable[[ResolvedArchive], Iterator[OutputGroup]]
    """All its groups, in the order in which their files are put into place: what others link to comes first."""
    make: Callable[[Any, Any], Iterable[OutputFile]]
    """From a `Frame` (a `Texts` for an edition without a shell) and a group's inputs to its files; pure."""
    has_shell: bool = True
    """Whether its files show what all pages share (`Shell`): then a change there rebuilds every group."""
    step: str = "render"
    """What the progress bar calls the work."""
    beside: bool = False
    """Whether its groups are made beside all others, since they mostly wait for a program of their own."""
    form: Form | None = None
    """Of an edition that is made where station.yml names it under ``editions``, of the newest year or of all
    (`chosen_issues`); None for one that is always made."""
    placed: Callable[[Surroundings], PlacedEdition] | None = None
    """For one that depends on its surroundings: the same edition with them."""


class PlacedEdition(Value, frozen=True):
    """An edition as it is made on this computer."""

    edition: Edition
    folders: tuple[str, ...] = ()
    """Folders outside the project on whose files it depends."""


def placed_editions(editions: Iterable[Edition], surroundings: Surroundings) -> tuple[PlacedEdition, ...]:
    """All of them, with the surroundings where they depend on these."""
    return tuple(each.placed(surroundings) if each.placed else PlacedEdition(each) for each in editions)


class Planned(Value, frozen=True):
    """A group with the edition that makes it."""

    edition: Edition
    group: OutputGroup


def plan(editions: Iterable[Edition], resolved: ResolvedArchive) -> tuple[tuple[Planned, ...], tuple[Problem, ...]]:
    """The groups of all editions; what would be at an address that is taken is left out and reported."""
    planned = [Planned(edition, group) for edition in editions for group in edition.outputs(resolved)]
    kept, problems = without_collisions(each.group for each in planned)
    if problems:
        names = {group.name for group in kept}
        planned = [each for each in planned if each.group.name in names]
    return tuple(planned), problems
