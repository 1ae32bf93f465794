"""Images as a data set of Ray Data, drawn where its tasks run, without the disk: images().

    >>> import raster.ray_data
    >>> drawn = raster.ray_data.images(["size=128", "solids=[cube,torus]"], n=640)
    >>> for batch in drawn.iter_batches(batch_size=64):
    ...     print(batch["index"], batch["color"].shape, batch["class_id"].shape)  # (64,), (64, 128, 128, 3), (64, 128, 128)

Needs ray, which the extra "scale" brings. Image i is that of `python -m raster.generate`, wherever it is drawn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import orjson

try:
    import ray.data
    from ray.data.block import Block, BlockAccessor, BlockMetadata
    from ray.data.datasource import Datasource, ReadTask
except ImportError as missing:
    raise ImportError("raster.ray_data needs ray and pyarrow: pip install 'raster-labels[scale]'") from missing

from raster.errors import InputError
from raster.frames import Frames
from raster.run.config import load_config
from raster.run.image_numbers import refuse_overrides, require_whole
from raster.run.image_source import ImageSource
from raster.run.own_folder import use_folder
from raster.run.setup import build_setup
from raster.scaling.ray_pool import gpus_of_this_process
from raster.scaling.shard_job import device_of


class Images(Datasource):
    """A configuration as a source of Ray Data; images() reads it. One task draws some batches, a block each."""

    def __init__(
        self, overrides: Sequence[str] = (), n: int = 1000, first: int = 0, *, config_dir: str | Path | None = None,
        records: bool = False,
    ):  # fmt: skip
        """The parameters are those of images(). InputError for bad ones."""
        super().__init__()
        require_whole(1, n=n)
        require_whole(0, first=first)
        refuse_overrides(overrides, n=n, first=first)
        self._plain = load_config(overrides, config_dir)
        self._setup = build_setup(self._plain, config_dir)
        self._folder = None if config_dir is None else str(Path(config_dir).absolute())
        self._numbers, self._records = range(first, first + n), records

    def estimate_inmemory_data_size(self) -> int:
        """How many bytes its images have, about: those of colour and labels."""
        height, width = self._setup.size
        return len(self._numbers) * height * width * 4

    def get_read_tasks(self, parallelism: int, *_: Any, **__: Any) -> list[ReadTask]:
        """The tasks, about as many as `parallelism`: each draws whole batches."""
        batch = self._setup.batch
        size = max(1, len(self._numbers) // batch // max(1, parallelism)) * batch
        tasks = []
        for start in range(self._numbers.start, self._numbers.stop, size):
            count = min(size, self._numbers.stop - start)
            read = partial(_read, orjson.dumps(self._plain, str), self._folder, start, count, self._records)
            tasks.append(ReadTask(read, BlockMetadata(num_rows=count, size_bytes=None, exec_stats=None)))
        return tasks


def images(
    overrides: Sequence[str] = (), n: int = 1000, first: int = 0, *, config_dir: str | Path | None = None,
    records: bool = False, num_cpus: float = 1, num_gpus: float = 0, concurrency: int | None = None,
) -> "ray.data.Dataset":  # fmt: skip
    """Return the images first .. first + n - 1 as a data set of Ray Data, drawn when they are read.

    Columns: "index" int64; each layer under its name: "color" (H, W, 3) uint8, "class_id" (H, W) uint8, "instance_id" (H, W)
    uint16 and so on, top row first; with records=True "record": its line of scenes.jsonl as text. Ray Data does not keep the
    order of blocks; sort by "index", or set its preserve_order.

    overrides, config_dir: as of ImageSource.of; num_cpus, num_gpus: what a task that draws takes, 0.25 for a share of a GPU;
    concurrency: how many may draw at once. A process of Ray keeps its OpenGL context from task to task. InputError for bad
    input.
    """
    require_whole(1, or_none=True, concurrency=concurrency)
    for name, value in (("num_cpus", num_cpus), ("num_gpus", num_gpus)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
            raise InputError(f"{name}={value}: expected a number, 0 or more")
    source = Images(overrides, n, first, config_dir=config_dir, records=records)
    return ray.data.read_datasource(source, num_cpus=num_cpus, num_gpus=num_gpus, concurrency=concurrency)


def _read(plain: bytes, folder: str | None, first: int, count: int, records: bool) -> Iterable[Block]:
    for frames in _source(plain, folder).frames(first, count):
        yield BlockAccessor.batch_to_block(_columns(frames, records))


@lru_cache(maxsize=1)
def _source(plain: bytes, folder: str | None) -> ImageSource:
    """What draws in this process, kept for the next task of the same configuration."""
    if folder is not None:
        use_folder(folder)
    setup = build_setup(orjson.loads(plain), folder)
    gpus = gpus_of_this_process()
    return ImageSource(replace(setup, device=device_of(gpus[0])) if gpus and setup.device is None else setup)


def _columns(frames: Frames, records: bool) -> dict[str, Any]:
    texts = {"record": [orjson.dumps(each, option=orjson.OPT_SERIALIZE_NUMPY).decode() for each in frames.records]}
    return {"index": frames.index, **frames.layers, **(texts if records else {})}
