"""Tests of draw_shards: which process draws what, and what happens to shards and processes that fail."""

import pytest

from raster.errors import InputError, MachineError
from raster.scaling import draw_shards
from raster.scaling.pool import Event, Lost
from raster.scaling.shard_job import Drawn, Opened


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(draw_shards, "PAUSE_S", 0.0)
    monkeypatch.setattr(draw_shards, "TICK_S", 0.0)


class Processes:
    """A pool whose processes do at once what they are told.

    what(process, shard, time): what comes of a shard: "", why it failed, or a Lost; time counts from 1 how often it was given.
    opens(process): what comes of opening it.
    """

    def __init__(self, most, what=lambda *_: "", opens=lambda _: Opened("here", "a renderer")):
        self.most, self.what, self.opens = most, what, opens
        self.started, self.alive, self.given = 0, set(), []
        self.events: list[Event] = []
        self.most_open = 0

    def grow(self, wanted):
        while len(self.alive) < min(wanted, self.most):
            self.alive.add(self.started)
            self.events.append(Event(self.started, self.opens(self.started)))
            self.started += 1
        return len(self.alive)

    def give(self, process, shard):
        assert process in self.alive
        self.given.append(shard)
        came = self.what(process, shard, self.given.count(shard))
        if isinstance(came, Lost):
            self.events.append(Event(process, came))
        else:
            self.events.append(Event(process, Drawn(shard, 0 if came else 10, 100, 1.0, came)))
        self.most_open = max(self.most_open, len(self.events))

    def drop(self, process):
        self.alive.remove(process)

    def wait(self, seconds):
        events = list(self.events)
        self.events.clear()
        self.alive -= {event.process for event in events if isinstance(event.told, Lost)}
        return events

    def close(self):
        self.alive.clear()


def run(pool, shards=6, tries=3, check=lambda *_: ""):
    """The outcome and the news of a run."""
    news = []
    work = draw_shards.Work(None, range(shards), tries, lambda: None, lambda _: None, check, news.append, lambda _: None)
    return draw_shards.draw_shards(pool, work), news


def test_each_shard_is_drawn_once_and_no_process_waits_with_more_than_one():
    pool = Processes(3)
    outcome, news = run(pool, 100)
    assert (sorted(pool.given), news) == (list(range(100)), [])
    assert (outcome.shards, outcome.images, outcome.bytes, outcome.processes, outcome.seen) == (100, 1000, 10000, 3, {"here"})
    assert pool.most_open <= 3  # nothing else waits, however many shards there are


def test_no_more_processes_than_shards():
    pool = Processes(8)
    assert run(pool, 2)[0].shards == 2
    assert pool.started == 2


def test_a_shard_that_fails_is_drawn_again():
    outcome, news = run(Processes(2, lambda _, shard, time: "full disk" if shard == 3 and time < 3 else ""))
    assert (outcome.shards, outcome.failures, outcome.left_out) == (6, 2, {})
    assert news == [f"shard 3 failed, {time} of 3 times: full disk (on here)" for time in (1, 2)]


def test_one_that_fails_too_often_is_left_out_and_the_rest_is_drawn():
    pool = Processes(2, lambda _, shard, time: f"bad, {time}" if shard in (0, 4) else "")
    outcome, news = run(pool, 50, tries=2)
    assert (outcome.shards, outcome.left_out) == (48, {0: "bad, 2 (on here)", 4: "bad, 2 (on here)"})
    assert (pool.given.count(0), pool.given.count(4), len(news)) == (2, 2, 4)


def test_a_process_that_dies_counts_against_its_shard_and_a_new_one_goes_on():
    pool = Processes(2, lambda _, shard, __: Lost("ended by signal 9") if shard == 1 else "")
    outcome, _ = run(pool)
    assert (outcome.shards, outcome.lost, outcome.left_out) == (5, 3, {1: "ended by signal 9 (on here)"})


def test_a_machine_that_is_lost_does_not_until_it_is_too_often():
    outcome, news = run(Processes(2, lambda _, shard, time: Lost("gone", True) if shard == 1 and time < 6 else ""))
    assert (outcome.shards, outcome.lost, outcome.failures, len(news)) == (6, 5, 0, 5)
    outcome, _ = run(Processes(2, lambda _, shard, __: Lost("gone", True) if shard == 1 else ""))
    assert (outcome.shards, outcome.lost) == (5, draw_shards.MAX_LOSSES + 2)
    assert outcome.left_out == {1: "gone (on here)"}


def test_a_shard_that_is_not_in_its_place_has_failed():
    outcome, news = run(Processes(1), 1, check=lambda machine, drawn: f"not on {machine}'s disk: {drawn.shard}")
    assert outcome.left_out == {0: "not on here's disk: 0 (on here)"}
    assert len(news) == 3


def test_some_processes_cannot_start():
    pool = Processes(3, opens=lambda process: Opened("there", failure="no driver") if process % 3 else Opened("here", "gl"))
    outcome, news = run(pool, 40)
    assert outcome.shards == 40
    assert news[0] == "there cannot draw: no driver"
    assert len(news) <= draw_shards.TOLD


@pytest.mark.parametrize("dies", [False, True])
def test_a_run_ends_where_no_process_can_start(dies):
    opens = Lost("ended with 1") if dies else Opened("there", failure="no driver")
    pool = Processes(2, opens=lambda process: opens)
    with pytest.raises(InputError, match=r"^(a process could not start: ended with 1|there cannot draw: no driver)$"):
        run(pool)
    assert pool.started == 4


def test_a_run_ends_where_everything_fails():
    pool = Processes(2, fails := lambda _, __, ___: "no such bucket")
    with pytest.raises(
        MachineError, match=r"^10 failures in a row, the last: shard .* no such bucket .on here.; the same command"
    ):
        run(pool, 1000)
    assert len(pool.given) < 30
    assert len(run(Processes(2, fails), 4)[0].left_out) == 4  # the last few are named
