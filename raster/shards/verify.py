"""verify: does a data set keep every promise? In a folder of files or in shards, on this machine or elsewhere."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from raster.dataset import verify as of_folder
from raster.dataset.listing import Report, quiet
from raster.errors import InputError
from raster.shards.shard_reader import read_manifest
from raster.shards.sharded_set import SHARDS
from raster.shards.verify_shards import verify_shards
from raster.system.stores import open_store


def is_in_shards(place: str | Path) -> bool:
    """Return whether a place holds a data set in shards, complete or not. InputError for a manifest that is none."""
    held = read_manifest(open_store(place))
    return held is not None and SHARDS in held


def verify(
    out: str | Path, processes: int = 1, report_progress: Report = quiet, shards: Sequence[int] | None = None
) -> dict[str, Any]:
    """Read and check every file of a complete data set: {"images", "train", "valid", "objects", "digest", "seconds"}.

    out: a folder, or for a set in shards a URL (s3://..., with the extra scale), too. And "test", for a set with test images;
    "shards" for one in shards: how many were read. shards: the numbers of those to read; None: all.

    Up to `processes` processes check, one for each 256 images or for each shard; with several, a script needs
    `if __name__ == "__main__":`, as for multiprocessing. report_progress(done, total) is called with images now and then.
    Raises InputError naming the first file, by image number, that breaks a promise, what was found and expected.

        >>> import raster
        >>> print(raster.verify("out/cubes")["digest"])
    """
    if is_in_shards(out):
        return verify_shards(out, processes, report_progress, shards)
    if shards is not None:
        raise InputError(f"{out}: is no data set in shards, so none of them can be checked alone")
    return of_folder.verify(Path(str(open_store(out))), processes, report_progress)
