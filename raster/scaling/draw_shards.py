"""draw_shards: give shards to processes until all are drawn, whatever fails or is lost meanwhile. Work: what is to be done."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from raster.errors import InputError, MachineError
from raster.scaling.pool import Event, Lost, Pool
from raster.scaling.shard_job import Drawn, Opened, ShardJob

TICK_S = 1.0  # between two looks at how many processes there is room for
PAUSE_S = 1.0  # before a shard is tried again: so long for each time that it has failed
MAX_LOSSES = 10  # machines that may be lost with the same shard before that counts as a failure of the shard
HOPELESS = 10  # so many shards or processes that fail without a success between them end a run; or as many as processes draw
REST_S = 60.0  # the longest time between two processes of which none could start
TOLD = 3  # failures of a machine's processes to start that are told


@dataclass
class Outcome:
    """How far the drawing is, and what it has come across."""

    images: int = 0
    bytes: int = 0
    shards: int = 0
    seconds: float = 0.0  # of all processes together
    failures: int = 0  # of shards, which may have been drawn later
    lost: int = 0  # processes, with or without their machines
    left_out: dict[int, str] = field(default_factory=dict)  # shard -> why it failed the last time
    machines: dict[int, str] = field(default_factory=dict)  # process -> machine, of those that draw now
    seen: set[str] = field(default_factory=set)  # machines that have drawn
    processes: int = 0  # the most that drew at once


@dataclass(frozen=True)
class Work:
    """What is to be drawn, and who wants to know of it."""

    job: ShardJob
    shards: Sequence[int]
    tries: int  # how often a shard may fail
    begin: Callable[[], None]  # to be called before anything is written
    opened: Callable[[Opened], None]  # a process is about to draw; calls begin()
    check: Callable[[str, Drawn], str]  # machine, shard: "" where that is in its place for this process too, else why not
    news: Callable[[str], None]  # something failed
    show: Callable[[Outcome], None]  # how far it is: after each event and now and then


class _Shards:
    """The shards to draw: first those not tried yet, in order; those that failed after a pause."""

    def __init__(self, shards: Sequence[int]):
        self._fresh: Iterator[int] = iter(shards)
        self._again: deque[tuple[float, int]] = deque()  # when, which
        self.left = len(shards)  # neither drawn nor left out

    def next(self, now: float) -> int | None:
        """A shard to draw now, None if there is none."""
        if self._again and self._again[0][0] <= now:
            return self._again.popleft()[1]
        return next(self._fresh, None)

    def again(self, shard: int, when: float) -> None:
        """Put a shard back."""
        self._again.append((when, shard))


def draw_shards(pool: Pool, work: Work) -> Outcome:
    """Draw all shards, and end the processes.

    InputError where no process can start, MachineError when nothing succeeds any more.
    """
    try:
        return _Drawing(pool, work).run()
    finally:
        pool.close()


class _Drawing:
    def __init__(self, pool: Pool, work: Work):
        self._pool, self._work, self._shards = pool, work, _Shards(work.shards)
        self._processes = 0  # that there are, with those that open
        self._busy: dict[int, int] = {}  # process -> shard
        self._idle: set[int] = set()
        self._failed: dict[int, int] = {}  # shard -> how often it failed
        self._losses: dict[int, int] = {}  # shard -> how many machines were lost with it
        self._in_a_row: set[int] = set()  # shards that failed since the last success; processes that did not start, below 0
        self._refused: dict[str, int] = {}  # machine -> how many processes could not start there
        self.outcome = Outcome()

    def run(self) -> Outcome:
        """Draw all."""
        grow_at = 0.0
        while self._shards.left:
            now = time.monotonic()
            if now >= grow_at:
                self._processes = self._pool.grow(self._shards.left)
                grow_at = now + min(REST_S, TICK_S * (1 + sum(self._refused.values())))
            self._feed(now)
            for event in self._pool.wait(TICK_S):
                self._take(event)
            self._work.show(self.outcome)
        return self.outcome

    def _feed(self, now: float) -> None:
        while self._idle and (shard := self._shards.next(now)) is not None:
            process = self._idle.pop()
            self._busy[process] = shard
            self._pool.give(process, shard)

    def _take(self, event: Event) -> None:
        process, told = event.process, event.told
        if isinstance(told, Opened):
            self._take_opened(process, told)
        elif isinstance(told, Drawn):
            del self._busy[process]
            self._idle.add(process)
            self._take_drawn(process, told)
        else:
            self._take_lost(process, told)

    def _take_opened(self, process: int, told: Opened) -> None:
        if told.failure:
            self._pool.drop(process)
            self._refuse(process, told.machine, f"{told.machine} cannot draw: {told.failure}")
            return
        self._work.opened(told)
        self.outcome.machines[process] = told.machine
        self.outcome.seen.add(told.machine)
        self.outcome.processes = max(self.outcome.processes, len(self.outcome.machines))
        self._idle.add(process)

    def _take_drawn(self, process: int, told: Drawn) -> None:
        machine = self.outcome.machines[process]
        if failure := told.failure or self._work.check(machine, told):
            self._fail(told.shard, f"{failure} (on {machine})")
            return
        self._in_a_row.clear()
        self._shards.left -= 1
        self.outcome.shards += 1
        self.outcome.images += told.images
        self.outcome.bytes += told.bytes
        self.outcome.seconds += told.seconds

    def _take_lost(self, process: int, told: Lost) -> None:
        machine = self.outcome.machines.pop(process, "")
        self._idle.discard(process)
        self.outcome.lost += 1
        shard = self._busy.pop(process, None)
        if shard is None:
            if not machine and not told.machine:  # it never opened
                self._refuse(process, "", f"a process could not start: {told.why}")
            return
        losses = self._losses[shard] = self._losses.get(shard, 0) + told.machine
        if told.machine and losses < MAX_LOSSES:
            self._work.news(f"{machine} is lost ({told.why}); shard {shard} is drawn elsewhere")
            self._shards.again(shard, time.monotonic())
        else:
            self._fail(shard, f"{told.why} (on {machine})")

    def _fail(self, shard: int, why: str) -> None:
        count = self._failed[shard] = self._failed.get(shard, 0) + 1
        self.outcome.failures += 1
        if count < self._work.tries:
            self._shards.again(shard, time.monotonic() + PAUSE_S * count)
        else:
            self.outcome.left_out[shard] = why
            self._shards.left -= 1
        self._note(shard, f"shard {shard} failed, {count} of {self._work.tries} times: {why}")

    def _refuse(self, process: int, machine: str, said: str) -> None:
        self._processes -= 1
        count = self._refused[machine] = self._refused.get(machine, 0) + 1
        self._note(-1 - process, said, count <= TOLD)

    def _note(self, what: int, said: str, tell: bool = True) -> None:
        """Say what failed. InputError or MachineError if nothing else happens."""
        if tell:
            self._work.news(said)
        self._in_a_row.add(what)
        if not self.outcome.seen and not self._processes and len(self._in_a_row) >= TOLD:
            raise InputError(said)
        if len(self._in_a_row) >= max(HOPELESS, len(self.outcome.machines)) and self._shards.left:
            count = len(self._in_a_row)
            raise MachineError(f"{count} failures in a row, the last: {said}; the same command does the rest")
