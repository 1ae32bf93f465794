"""complete_set: from a configuration to a complete data set in shards, drawn by the processes of an engine."""

import shutil
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from raster.dataset.manifest import MANIFEST, Manifest
from raster.errors import InputError, InputErrors
from raster.run.drawing import facts_of, print_facts
from raster.run.record_facts import RecordFacts
from raster.run.setup import Setup
from raster.run.sharded_run import ShardedRun, claim_shards
from raster.run.sharded_writer import is_sharded
from raster.scaling.draw_shards import Outcome, Work
from raster.scaling.shard_job import Drawn, Opened, ShardJob
from raster.shards.parts import PARTS
from raster.shards.shard_target import ShardTarget
from raster.shards.sharded_set import ShardedSet
from raster.system.local_store import LocalStore
from raster.system.progress import Progress, announce, rate
from raster.system.stores import Store

Draw = Callable[[Work], Outcome]  # draws, and returns when all is drawn or has failed
Engine = Callable[[], AbstractContextManager[Draw]]  # opened for the length of a run


@dataclass(frozen=True)
class Plan:
    """What is to be drawn, and how."""

    plain: dict[str, Any]  # the checked configuration, as note_files() left it
    setup: Setup  # built of it
    folder: Path | None  # the user's own, None without one
    cores: int  # for each process
    tries: int  # how often a shard may fail


def with_writer(overrides: Sequence[str]) -> list[str]:
    """The overrides, with writers=[webdataset] unless they choose writers themselves."""
    chosen = any(word.lstrip("+~").startswith("writers=") for word in overrides)
    return [*overrides] if chosen else ["writers=[webdataset]", *overrides]


def require_shards(setup: Setup) -> None:
    """InputError for writers that write no shards."""
    if not is_sharded(setup.writers):
        raise InputError(
            f"writers=[{','.join(setup.writers)}]: raster scale writes shards: say writers=[webdataset] or [parquet]"
        )


def complete_set(store: Store, plan: Plan, engine: Engine, start: float) -> tuple[Manifest, dict[str, Any]]:
    """Draw what a data set lacks; return its manifest, and what --json prints of the drawing.

    start: time.perf_counter() at the start. InputError for bad input, before anything is written, and InputErrors that name the
    shards which failed too often, when the rest is complete.
    """
    plain, setup = plan.plain, plan.setup
    with ExitStack() as stack:
        # Nothing is changed before there is what draws. A set that is complete needs none.
        opened = stack.enter_context(engine()) if store.read(MANIFEST) is None else None
        data = stack.enter_context(claim_shards(store, plain, setup))
        if data.complete:
            print(f"complete: {store} holds these {plain['n']} images already")
            return data.manifest, {"drawn": 0}
        run = stack.enter_context(ShardedRun(data, setup))
        stack.callback(_clear_parts, store)  # while the lock is held
        draw = opened or stack.enter_context(engine())
        began = time.perf_counter()
        outcome = _draw(data, run, draw, plan)
        seconds = time.perf_counter() - began
        _require_all(outcome, data)
        facts = {"frames": outcome.images, "seconds": round(seconds, 3), "workers": outcome.processes}
        found = RecordFacts(setup.sampler)
        manifest = run.finish({"run": facts, **facts_of(setup)}, found)
    print_facts(manifest, str(store), found)
    _print_summary(outcome, seconds, start, manifest, store)
    told = {"seconds": round(seconds, 3), "bytes": outcome.bytes, "workers": outcome.processes, "failures": outcome.failures}
    return manifest, {"drawn": outcome.images, **told, "machines": sorted(outcome.seen)}


def _clear_parts(store: Store) -> None:
    """Remove what processes left that were ended in the middle of a shard."""
    if isinstance(store, LocalStore):
        shutil.rmtree(store.folder / PARTS, ignore_errors=True)


def _draw(data: ShardedSet, run: ShardedRun, draw: Draw, plan: Plan) -> Outcome:
    """Draw what is missing, with progress."""
    shards, images, n = data.missing.tolist(), run.images, plan.plain["n"]
    if not shards:
        return Outcome()
    job = ShardJob(plan.plain, plan.folder, Path.cwd(), _from_anywhere(data.target(Path("unused"))), plan.cores)
    begun: list[bool] = []

    def begin() -> None:
        if not begun:
            data.begin()
            begun.append(True)

    def opened(process: Opened) -> None:
        begin()
        if process.renderer not in data.manifest["renderers"]:
            data.add_renderer(process.renderer)
            print(f"renderer: {process.renderer}, on {process.machine}", flush=True)

    with Progress(n, "frame", n - images) as progress:

        def show(so_far: Outcome) -> None:
            progress.update(n - images + so_far.images, title=_title(so_far, len(shards)))

        def check(machine: str, drawn: Drawn) -> str:
            return _in_place(data, machine, drawn)

        try:
            return draw(Work(job, shards, plan.tries, begin, opened, check, announce, show))
        except KeyboardInterrupt:
            done = n - run.images_missing()  # not what was told: a shard may be there and not told yet
            raise KeyboardInterrupt(f"interrupted with {done} of {n} images done; the same command does the rest") from None


def _from_anywhere(target: ShardTarget) -> ShardTarget:
    """The same target for processes that stand in another folder."""
    store = target.store
    return replace(target, store=LocalStore(store.folder.absolute())) if isinstance(store, LocalStore) else target


def _in_place(data: ShardedSet, machine: str, drawn: Drawn) -> str:
    """Why a shard is not in its place, "" if it is: another machine may see another disk under the same path."""
    store = data.store
    if isinstance(store, LocalStore) and machine != socket.gethostname() and not (store.folder / drawn.record).exists():
        return f"{store} is another folder there; out= has to be on a disk that all machines share, or a URL"
    return ""


def _title(outcome: Outcome, shards: int) -> str:
    """What the progress says before the images."""
    machines = len(set(outcome.machines.values()))
    told = [
        f"{outcome.shards} of {shards} shards",
        f"{len(outcome.machines)} processes on {machines} machine{'s' * (machines != 1)}",
    ]
    told += [f"{outcome.failures} failures"] if outcome.failures else []
    return ", ".join(told)


def _require_all(outcome: Outcome, data: ShardedSet) -> None:
    """InputErrors that name the shards that were left out, if there are any."""
    if outcome.left_out:
        reasons = []
        for shard, why in sorted(outcome.left_out.items()):
            images = data.layout.images_of(shard)
            reasons.append(f"shard {shard} (images {images[0]} to {images[-1]}): {why}")
        count, of = len(reasons), len(data.layout.shards)
        rest = "the others are complete" if count < of else "none is complete"
        what = f"{count} shard{'s' * (count > 1)} failed too often; {rest}; the same command tries again"
        raise InputErrors(reasons, f"out={data.store}: {what}")


def _print_summary(outcome: Outcome, seconds: float, start: float, manifest: Manifest, store: Store) -> None:
    speed = f" ({rate(outcome.images, seconds, 'frame')} while drawing)" if outcome.images else ""
    what = f"{outcome.images} frames in {time.perf_counter() - start:.1f} s{speed}, {outcome.bytes / 1e6:.1f} MB"
    machines, processes = len(outcome.seen), outcome.processes
    by = f"{processes} process{'es' * (processes != 1)} on {machines} machine{'s' * (machines != 1)}"
    again = f"; {outcome.failures} failures, drawn again" if outcome.failures else ""
    print(f"done: {what}, {by}{again}; digest {manifest['digest'][:16]}; {store}")
