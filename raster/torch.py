"""Images as torch tensors, drawn while a network learns, without the disk: frames(), and Images for a DataLoader of your own.

    >>> import raster.torch
    >>> if __name__ == "__main__":  # processes that draw load this file again
    ...     for batch in raster.torch.frames(["size=128", "solids=[cube,torus]"], n=640):
    ...         images = batch["color"].permute(0, 3, 1, 2).float() / 255  # (B, 3, 128, 128)
    ...         masks = batch["class_id"].long()  # (B, 128, 128); 0 = background

Needs torch, which the extra "train" brings. Image i is that of `python -m raster.generate`, for any number of processes.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

try:
    import torch
    from torch.utils.data import DataLoader, IterableDataset, get_worker_info
except ImportError as missing:
    raise ImportError("raster.torch needs torch: pip install torch, or the extra train of this package") from missing

from raster.errors import InputError
from raster.frames import Frames
from raster.run.config import load_config
from raster.run.image_numbers import refuse_overrides, require_whole
from raster.run.image_source import ImageSource
from raster.run.open_renderer import choose_workers
from raster.run.setup import build_setup

FOR_EVER = 2**62  # images of a source that has no end


class Images(IterableDataset[dict[str, Any]]):
    """Images of a configuration for a DataLoader with any number of workers, each of which opens OpenGL for itself.

    What it yields is a dict: "index" (the image's number), and each layer under its name: "color" (H, W, 3) uint8, "class_id"
    (H, W) uint8, "instance_id" (H, W) uint16 and so on, top row first, as Frames.layers describes them; with records=True its
    "record", too. With batches=True it yields what is drawn at once: all that with an axis B in front, and "records", a list.

    overrides, config_dir: as of ImageSource.of. n: how many images, None for no end; first: the number of the first.
    rank, ranks: which part of how many this process has, as of torch.distributed, whose numbers are used if they are None.
    Blocks of as many images as are drawn at once go to ranks in turn, and in each rank to the DataLoader's workers in turn.

    InputError for bad overrides, and for what can be no number. Workers must be spawned, not forked, where this process draws:
    DataLoader(..., multiprocessing_context="spawn").

        >>> from torch.utils.data import DataLoader
        >>> loader = DataLoader(raster.torch.Images(["size=128"], n=640), batch_size=16, num_workers=2)
    """

    def __init__(
        self, overrides: Sequence[str] = (), n: int | None = None, first: int = 0, *, config_dir: str | Path | None = None,
        batches: bool = False, records: bool = False, rank: int | None = None, ranks: int | None = None,
    ):  # fmt: skip
        require_whole(0, first=first)
        require_whole(0, or_none=True, n=n, rank=rank)
        require_whole(1, or_none=True, ranks=ranks)
        refuse_overrides(overrides, n=n, first=first)
        here, there = _ranks()
        self.rank, self.ranks = here if rank is None else rank, there if ranks is None else ranks
        if self.rank >= self.ranks:
            raise InputError(f"rank={self.rank}: there are {self.ranks} ranks, and they count from 0")
        self.n, self.first, self.batches, self.records = n, first, batches, records
        self.configuration = load_config(overrides, config_dir)
        self._setup = build_setup(self.configuration, config_dir)
        self._done = self._resume = 0  # how much of its part this process has behind it; and is to leave out

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names by id: ("background", "cube", ...)."""
        return self._setup.classes

    @property
    def block(self) -> int:
        """How many images are drawn at once."""
        return self._setup.batch

    def workers(self) -> int:
        """How many processes draw fastest: one on a GPU, one for each core in software."""
        plain = {**self.configuration, "n": FOR_EVER if self.n is None else self.n}
        return choose_workers(plain, self._setup)

    def state_dict(self) -> dict[str, int]:
        """How far iteration is in this process, for load_state_dict(): {"done": images, or batches with batches=True}."""
        return {"done": self._done}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Let the next iteration begin after what a state_dict() of this configuration and as many workers says was yielded.

        InputError for what is no such state.
        """
        done: Any = state.get("done") if isinstance(state, dict) else None
        require_whole(0, done=done)
        self._done = self._resume = done

    def __iter__(self) -> Iterator[dict[str, Any]]:
        skipped, self._resume = self._resume, 0
        self._done = skipped
        return self._counted(skipped)

    def _counted(self, skipped: int) -> Iterator[dict[str, Any]]:
        for made in self._drawn(skipped):
            self._done += 1
            yield made

    def _drawn(self, skipped: int) -> Iterator[dict[str, Any]]:
        """Yield images or batches of this process's part, but the first `skipped`. Whole blocks of these are passed over."""
        worker = get_worker_info()
        number, workers = (worker.id, worker.num_workers) if worker else (0, 1)
        if workers > 1:  # beside other processes that draw; read by llvmpipe when a context is made
            os.environ.setdefault("LP_NUM_THREADS", "0")
        source, end = ImageSource(self._setup), self.first + (FOR_EVER if self.n is None else self.n)
        passed = 0
        try:
            blocks = range(self.first + (number * self.ranks + self.rank) * self.block, end, workers * self.ranks * self.block)
            for start in blocks:
                size = min(self.block, end - start)
                made = 1 if self.batches else size
                if passed + made <= skipped:
                    passed += made
                    continue
                for frames in source.frames(start, size):
                    for tensors in self._tensors(frames):
                        passed += 1
                        if passed > skipped:
                            yield tensors
        finally:
            source.release()

    def _tensors(self, frames: Frames) -> Iterator[dict[str, Any]]:
        """Frames as tensors that share their memory."""
        layers = {name: torch.from_numpy(layer) for name, layer in frames.layers.items()}
        if self.batches:
            told = {"records": frames.records} if self.records else {}
            yield {"index": torch.from_numpy(frames.index), **layers, **told}
            return
        for k, number in enumerate(frames.index.tolist()):
            one = {"record": frames.records[k]} if self.records else {}
            yield {"index": number, **{name: layer[k] for name, layer in layers.items()}, **one}


def frames(
    overrides: Sequence[str] = (), n: int | None = None, first: int = 0, *, workers: int | None = None, ahead: int = 2,
    config_dir: str | Path | None = None, records: bool = False,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Yield the images first, first + 1, ... as tensors, in batches as they are drawn, in order; n: how many, None for no end.

    Each batch is a dict as Images yields it with batches=True: "index" (B,) int64, "color" (B, H, W, 3) uint8, "class_id"
    (B, H, W) uint8 and the other layers of the configuration; with records=True "records".

    workers: processes that draw, `ahead` batches each in advance, in memory that they share with this one, so that nothing is
    copied here; 0: this process draws, which is the fastest on a GPU; None: as many as are fastest. They are spawned: a program
    that calls this must be guarded by `if __name__ == "__main__":`. InputError at the call for bad overrides.
    """
    require_whole(0, or_none=True, workers=workers)
    require_whole(1, ahead=ahead)
    images = Images(overrides, n, first, config_dir=config_dir, batches=True, records=records, rank=0, ranks=1)
    count = images.workers() if workers is None else workers
    count = 0 if workers is None and count == 1 else count
    if not count:
        return iter(images)
    return iter(DataLoader(images, batch_size=None, num_workers=count, multiprocessing_context="spawn", prefetch_factor=ahead))


def _ranks() -> tuple[int, int]:
    """Rank of this process and how many there are, by torch.distributed where that is in use."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        return torch.distributed.get_rank(), torch.distributed.get_world_size()
    return 0, 1
