"""The arithmetic of the tables, and that the documents show what was measured."""

from __future__ import annotations

import msgspec
import pytest

from bench import plot, report, results, summary
from bench.goals import goals
from bench.results import (
    GROWTH,
    NOT_MEASURED,
    TARGETS,
    Machine,
    Measurement,
    Results,
    Saves,
    Startup,
    Target,
    against,
    figures,
    growth,
    megabytes,
    save,
    seconds,
    times,
)
from tests.conftest import ROOT

MACHINE = Machine("a machine", 2, (0.1, 0.2), {"hugo": "v1"})


def measurement(tool: str, *values: float, total: int = 1_000, case: str = "cold", memory: int = 10**8) -> Measurement:
    return Measurement("prose", total, tool, case, values, values, (memory,) * len(values), 30, 20, 10**6, 20)


def measured(*measurements: Measurement) -> Results:
    return Results(MACHINE, 1, 5, measurements)


@pytest.mark.parametrize(("ours", "verdict"), [(1.5, "met"), (1.51, "not met")])
def test_a_figure_is_met_up_to_the_peers_time_times_the_factor(ours: float, verdict: str) -> None:
    found = measured(measurement("bulletin", 9, ours, 0.1), measurement("hugo", 1, 1, 7))
    figure = against(found, Target("prose", 1_000, "cold", "hugo", 1.5))
    assert (figure.wanted, figure.verdict) == ("1.50 s", verdict)
    assert figure.reached.startswith(seconds(ours))


def test_memory_is_compared_by_its_own_factor() -> None:
    found = measured(measurement("bulletin", 1, memory=3 * 10**8), measurement("hugo", 1, memory=10**9))
    figure = against(found, Target("prose", 1_000, "cold", "hugo", 1 / 5, "peak"))
    assert (figure.wanted, figure.reached, figure.verdict) == ("200 MB", "300 MB = 0.30 of Hugo's", "not met")


def test_what_was_not_measured_is_not_met() -> None:
    assert against(measured(measurement("bulletin", 1)), TARGETS[0]).verdict == NOT_MEASURED
    assert {figure.verdict for figure in figures(measured())} == {NOT_MEASURED}
    assert save(Saves("bulletin", 100, (0.1,), (0.1,))).verdict == NOT_MEASURED


@pytest.mark.parametrize(("factor", "verdict"), [(GROWTH, "met"), (GROWTH + 0.1, "not met")])
def test_growth_compares_ten_times_the_issues(factor: float, verdict: str) -> None:
    found = measured(measurement("bulletin", 2, total=100), measurement("bulletin", 2 * factor))
    assert growth(found, 100).verdict == verdict


def test_start_and_saves_have_limits_of_their_own() -> None:
    found = Results(MACHINE, 1, 5, (), Startup((0.1, 0.12, 0.5), (0.01, 0.02, 0.03)))
    (start,) = [figure for figure in figures(found) if "--help" in figure.words]
    assert (start.reached, start.verdict) == ("100 ms", "not met")
    assert save(Saves("bulletin", 1_000, (0.1,), (0.2, 0.3, 0.9))).verdict == "met"


def test_a_run_of_one_size_keeps_those_of_the_others() -> None:
    earlier = measured(measurement("hugo", 1), measurement("hugo", 1, total=100))
    now = measured(measurement("hugo", 2))
    assert [(m.total, m.seconds) for m in now.with_others(earlier).measurements] == [(100, (1,)), (1_000, (2,))]
    saves = (Saves("bulletin", 1_000, (0.1,), (0.2,)),)
    assert now.with_others(msgspec.structs.replace(earlier, saves=saves)).saves == saves


def test_a_part_that_is_measured_again_adds_its_rounds_or_takes_their_place() -> None:
    earlier, now = measured(measurement("hugo", 1), measurement("pelican", 5)), measured(measurement("hugo", 2))
    assert [m.seconds for m in now.after(earlier).measurements] == [(5,), (1, 2)]
    assert [m.seconds for m in now.with_others(earlier).measurements] == [(5,), (2,)]


def everything(tool: str, value: float, case: str = "cold", memory: int = 10**8) -> Measurement:
    return msgspec.structs.replace(measurement(tool, value, case=case, memory=memory), kind="everything")


def test_figures_with_everything_on() -> None:
    assert {figure.verdict for figure in goals(measured())} == {NOT_MEASURED}
    ours = [everything("bulletin", 3, memory=6 * 10**8), everything("bulletin", 1, "one issue edited")]
    forms = [everything("bulletin, no fork", 6.1), everything("bulletin, no fork", 1.4, "one issue edited")]
    plain = [everything("bulletin, no search", 5), everything("hugo, no search", 2)]
    found = msgspec.structs.replace(
        measured(*ours, *forms, *plain, everything("hugo", 4), everything("hugo", 19, "one issue edited")),
        saves=(Saves("bulletin", 1_000, (0.1,), (0.2, 0.24, 0.41)),),
    )
    verdicts = {figure.words: figure.verdict for figure in goals(found) if figure.verdict != NOT_MEASURED}
    assert list(verdicts.values()) == [
        *("not met", "met", "not met", "met", "not met", "met", "not met", "met", "met", "not met")
    ], verdicts


def test_rounds_that_differ_are_said() -> None:
    often, once = measurement("hugo", 1), measurement("pelican", 1)
    often = msgspec.structs.replace(often, seconds=(1.0, 2.0))
    assert report.rounds(measured(often)) == "2"
    assert report.rounds(measured(often, once)) == "2, but 1,000 issues with pelican 1"


def test_every_figure_says_itself_in_words() -> None:
    assert len({target.words() for target in TARGETS}) == len(TARGETS)
    assert TARGETS[1].words() == "cold, 1,000 issues: Pelican's / 4 or less"
    assert TARGETS[3].words() == "cold, 1,000 link lists: Hugo's × 1.5 or less"


def test_a_cell_shows_how_many_times_as_long_a_peer_takes() -> None:
    found = measured(measurement("bulletin", 0.5), measurement("hugo", 0.25), measurement("pelican", 6))
    assert report.time_table(found, "prose", 1_000)[1] == ["cold", "500 ms", "250 ms (×0.50)", "6.00 s (×12)"]


def test_an_article_page_costs_what_it_adds_to_the_time() -> None:
    plain, more = measurement("bulletin", 1), measurement("bulletin, article pages", 3)
    found = measured(plain, Measurement(**{**{f: getattr(more, f) for f in more.__struct_fields__}, "html": 1_020}))
    assert report.alone_table(found)[2][4] == "2.00 ms"


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0451, "45 ms"), (0.9996, "1.00 s"), (1.234, "1.23 s"), (9.996, "10.0 s"), (123.4, "123.4 s")],
)
def test_seconds(value: float, words: str) -> None:
    assert seconds(value) == words


def test_other_numbers() -> None:
    assert [megabytes(2_340_000), megabytes(123_400_000)] == ["2.3 MB", "123 MB"]
    assert [times(1, 3), times(30, 3)] == ["×0.33", "×10"]


# ── the plot


def test_the_plot_is_logarithmic() -> None:
    scale = plot.Scale(10, 1_000, 0, 100)
    assert [round(scale(value)) for value in (10, 100, 1_000)] == [0, 50, 100]
    assert scale.ticks() == [10, 100, 1_000]


def test_names_do_not_lie_on_one_another() -> None:
    assert plot.spread({"b": 12.0, "a": 10.0, "c": 90.0}) == {"a": 10.0, "b": 24.0, "c": 90.0}


# ── what is shown is what was measured


def test_the_document_and_the_plot_show_the_results() -> None:
    found = results.read()
    assert (ROOT / "docs/bench.md").read_text(encoding="utf-8") == report.document(
        found, results.read(results.EVERYTHING_PLACE)
    )
    for words in summary.LANGUAGES:
        text = words.place.read_text(encoding="utf-8")
        assert text == summary.with_table(text, results.read(results.EVERYTHING_PLACE), words)
    assert (ROOT / "docs/bench.svg").read_text(encoding="utf-8") == plot.draw(found)
