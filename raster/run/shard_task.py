"""ShardTask, draw_shard: a shard as a function of configuration and range: the job of any scheduler."""

import multiprocessing
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from raster.run.setup import Setup
from raster.run.shard_output import ShardOutput
from raster.run.sharded_run import ShardChunks
from raster.run.workers import DrawJob, Draws, SharedProgress, draw_into
from raster.shards.shard_record import ShardRecord
from raster.shards.shard_target import ShardTarget

# Semaphores of fork, where there is one, have no names: a process that is killed leaves none behind.
_ALONE = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")


@dataclass(frozen=True)
class ShardTask:
    """What all shards of a set have in common. It can be pickled: any machine that reaches the place of the set may draw."""

    setup: Setup
    target: ShardTarget  # of ShardedSet.target(); its folder of parts is not used
    threads: int = 0  # that encode, beside the one that draws; 0: none


def draw_shard(task: ShardTask, renderer: Draws, shard: int) -> ShardRecord:
    """Draw one shard in this process, put it into its place, whole or not at all, and return what is known of it.

    It may be done twice, by two machines at once, or again after a machine has died: the bytes are the same. renderer: of
    task.setup.renderer(), for any number of shards. InputError for what the system or the place refuses.
    """
    setup, layout = task.setup, task.target.layout
    with tempfile.TemporaryDirectory(prefix="raster-", dir=task.target.scratch()) as folder:
        target = replace(task.target, parts=Path(folder))
        chunks = ShardChunks(np.array([shard]), layout, setup.batch, setup.sampler.views if setup.flows else 1)
        job = DrawJob(setup, Path(folder), chunks, task.threads, layout.numbers, target)
        with ShardOutput(target, setup, task.threads) as output:
            draw_into(output, job, renderer, SharedProgress(_ALONE))
        (record,) = output.finished
    return record
