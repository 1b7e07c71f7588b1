"""Tasks beside the caller: all come back in order, a failure reaches the caller, nothing goes on once it has left."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from bulletin.build.beside import TasksBeside, Turn

Tick = Callable[[int, int], None]


def test_results_come_in_the_order_of_the_tasks_and_progress_in_the_callers_thread() -> None:
    told: list[tuple[threading.Thread, int, int]] = []
    second = threading.Event()

    def slow(tick: Tick) -> str:
        tick(1, 2)
        assert second.wait(10), "both run at once"
        return "slow"

    def quick(_: Tick) -> str:
        second.set()
        return "quick"

    with TasksBeside(
        [slow, quick], lambda done, total: told.append((threading.current_thread(), done, total)), Turn()
    ) as beside:
        assert list(beside.results()) == ["slow", "quick"]
        beside.tell()
    assert {thread for thread, _, _ in told} == {threading.current_thread()}
    assert told[-1][1:] == (200, 200), "what is done is done, whatever it said last"


def test_what_a_task_raises_is_raised_where_its_result_is_wanted() -> None:
    def fail(_: Tick) -> str:
        raise LookupError

    with TasksBeside([lambda _: "well", fail], lambda *_: None, Turn()) as beside:
        results = beside.results()
        assert next(results) == "well"
        with pytest.raises(LookupError):
            next(results)


def test_once_the_caller_has_left_a_task_ends_and_none_begins() -> None:
    begun: list[str] = []
    left = threading.Event()

    def endless(tick: Tick) -> None:
        begun.append("endless")
        while True:
            left.wait(0.01)
            tick(0, 1)

    with pytest.raises(KeyboardInterrupt), TasksBeside([endless] * 9, lambda *_: None, Turn()):
        raise KeyboardInterrupt
    assert len(begun) <= 2
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ThreadPool")]


def test_no_task_is_no_progress() -> None:
    with TasksBeside[str]([], lambda *_: pytest.fail("told"), Turn()) as beside:
        beside.tell()
        assert list(beside.results()) == []


def test_a_program_is_ended_when_the_caller_leaves_and_so_is_one_that_begins_afterwards() -> None:
    turn, waits, ended = Turn(), threading.Event(), threading.Event()

    def task(_: Tick) -> bool:
        with turn as ends:
            ends(ended.set)
            waits.set()
            return ended.wait(10)

    with pytest.raises(KeyboardInterrupt), TasksBeside([task], lambda *_: None, turn) as beside:
        assert waits.wait(10)
        raise KeyboardInterrupt
    assert list(beside.results()) == [True]
    ended.clear()
    assert task(lambda *_: None)
