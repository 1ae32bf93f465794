"""SlurmArray: draws shards in an array of Slurm jobs, through submitit, until all are drawn or have failed too often."""

import io
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from functools import partial
from pathlib import Path
from typing import Any

from raster.errors import InputError
from raster.scaling.draw_shards import Outcome, Work
from raster.scaling.shard_job import Drawn, Opened, ShardDrawer, ShardJob
from raster.shards.shard_listing import list_shards

JOBS = 64  # of an array, if nothing else is said
MINUTES = 60  # that a job may take, if nothing else is said
POLL_S, LIST_S = 1.0, 10.0  # between two looks at jobs, and at the shards


class SlurmArray:
    """Each job of an array draws every so-manieth shard. What is missing afterwards is drawn by the jobs of another array."""

    def __init__(self, jobs: int | None, gpus: float, more: Mapping[str, Any], logs: Path):
        """more: options of sbatch by their names. InputError without submitit or Slurm, and for a part of a GPU."""
        if gpus != int(gpus):
            raise InputError(f"gpus={gpus:g}: expected a whole number with engine=slurm")
        if shutil.which("srun") is None or shutil.which("sbatch") is None:
            raise InputError("engine=slurm: there is no Slurm here: no srun and sbatch in PATH")
        self._submitit = submitit()
        self._jobs, self._gpus, self._more, self._logs = jobs or JOBS, int(gpus), dict(more), logs
        self._last = "it is not in its place"  # why shards are missing of which nobody says why

    def draw(self, work: Work) -> Outcome:
        """Draw all shards. InputError where Slurm takes no job, or no job can draw."""
        outcome, left, failed = Outcome(), list(work.shards), dict[int, list[str]]()
        work.begin()  # jobs may draw before this process hears of it
        rounds = 0  # since one that drew something
        while left and rounds < work.tries:
            parts = [left[k :: min(self._jobs, len(left))] for k in range(min(self._jobs, len(left)))]
            for part, answer in zip(parts, self._run(work, parts, outcome), strict=True):
                self._take(work, outcome, part, answer, failed)
            there = _count(work, outcome)
            if not outcome.seen and not there:
                raise InputError(self._last)
            given_up = {shard for shard, why in failed.items() if len(why) >= work.tries}
            rounds = 0 if there.intersection(left) else rounds + 1
            left = [shard for shard in left if shard not in there and shard not in given_up]
        missing = set(work.shards) - _count(work, outcome)
        outcome.left_out = {shard: failed.get(shard, [self._last])[-1] for shard in missing}
        return outcome

    def _take(self, work: Work, outcome: Outcome, part: Sequence[int], answer: Any, failed: dict[int, list[str]]) -> None:
        """Count what came of a job: what draw_part() returned, or why there is nothing."""
        if isinstance(answer, str):
            work.news(f"{answer}; what is missing of its {len(part)} shards is drawn again")
            outcome.lost += 1
            self._last = answer
            return
        opened, drawn = answer
        if opened.failure:
            self._last = f"{opened.machine} cannot draw: {opened.failure}"
            work.news(self._last)
            return
        work.opened(opened)
        outcome.seen.add(opened.machine)
        for each in drawn:
            if why := each.failure or work.check(opened.machine, each):
                failed.setdefault(each.shard, []).append(why)
                outcome.failures += 1
                work.news(f"shard {each.shard} failed, {len(failed[each.shard])} of {work.tries} times: {why}")
            outcome.bytes += each.bytes
            outcome.seconds += each.seconds

    def _run(self, work: Work, parts: Sequence[Sequence[int]], outcome: Outcome) -> list[Any]:
        """Run an array, show how far it is, and return what came of each job."""
        jobs = self._submit(work.job, parts)
        outcome.processes = max(outcome.processes, len(jobs))
        look_at = 0.0
        try:
            while not all(done := [job.done() for job in jobs]):
                if (now := time.monotonic()) >= look_at:
                    look_at = now + LIST_S
                    _count(work, outcome)
                    outcome.machines = {k: str(k) for k, ended in enumerate(done) if not ended}
                    work.show(outcome)
                time.sleep(POLL_S)
        except BaseException:
            for job in jobs:
                job.cancel(check=False)
            raise
        outcome.machines = {}
        return [_answer(job) for job in jobs]

    def _submit(self, job: ShardJob, parts: Sequence[Sequence[int]]) -> list[Any]:
        """Hand an array of jobs to Slurm. InputError, with what Slurm says, if it does not take them."""
        executor = self._submitit.SlurmExecutor(folder=str(self._logs.absolute()))
        known = {"job_name": "raster", "time": MINUTES, "cpus_per_task": job.cores, **self._more}
        if self._gpus:
            known.setdefault("gpus_per_node", self._gpus)
        own = set(executor._valid_parameters())  # what submitit has a word for; the rest goes to sbatch as it is
        given = {name: value for name, value in known.items() if name in own}
        rest = {name: value for name, value in known.items() if name not in own}
        try:
            executor.update_parameters(**given, **({"additional_parameters": rest} if rest else {}))
            with redirect_stderr(io.StringIO()):  # what sbatch says is in the error too
                jobs: list[Any] = executor.submit_array([partial(draw_part, job, part) for part in parts])
        except (OSError, ValueError, subprocess.CalledProcessError, self._submitit.core.utils.FailedJobError) as error:
            raise InputError(f"engine=slurm: {' '.join(str(error).split())}") from error
        return jobs


def draw_part(job: ShardJob, shards: Sequence[int]) -> tuple[Opened, list[Drawn]]:
    """Draw shards, one after another: what a job does. Those that are there, of a job that was started again, are left out."""
    drawer, drawn = ShardDrawer(job), list[Drawn]()
    opened = drawer.open()
    if not opened.failure:
        there = list_shards(job.target.store, job.target.layout, job.target.key).names
        drawn = [drawer.draw(shard) for shard in shards if shard not in there]
    return opened, drawn


def _count(work: Work, outcome: Outcome) -> set[int]:
    """The shards that are there, of those that were missing; notes how many they are."""
    target, wanted = work.job.target, set(work.shards)
    there = {
        shard: name for shard, name in list_shards(target.store, target.layout, target.key).names.items() if shard in wanted
    }
    outcome.shards, outcome.images = len(there), sum(name.images for name in there.values())
    return set(there)


def _answer(job: Any) -> tuple[Opened, list[Drawn]] | str:
    """What a job returned, or why there is nothing."""
    error = job.exception()
    if error is None:
        answer: tuple[Opened, list[Drawn]] = job.result()
        return answer
    last = [line for line in str(error).splitlines() if line.strip() and not line.startswith("---")][-1]
    return f"job {job.job_id} ended before it was done ({job.state}): {last.strip()}; see {job.paths.stderr}"


def submitit() -> Any:
    """The module submitit. InputError where it is not installed."""
    try:
        import submitit
    except ImportError:
        raise InputError("engine=slurm: needs submitit: pip install 'raster-labels[slurm]'") from None
    return submitit
