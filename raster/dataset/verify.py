"""verify: does a data set keep every promise about its files, records, counts and digest?"""

import multiprocessing
import os
import re
import shlex
import signal
import sys
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from raster.dataset import manifest
from raster.dataset.files import CODES, SCENES, TEST, THREADS, hash_lists
from raster.dataset.label_values import LabelValues
from raster.dataset.listing import Report, list_files, quiet, require_listed
from raster.dataset.statistics import DatasetStatistics
from raster.dataset.verify_image import check_images
from raster.errors import InputError
from raster.system.helper_process import end_with_parent
from raster.system.regular_files import open_regular, read_regular

_BLOCK = 16  # images to a task, or more: whole layouts
_SHARE = 256  # images that a process of its own is worth: it takes a second to start
_AHEAD = 3  # tasks in flight for each process or thread: enough to keep them busy, few enough for any memory


def verify(out: str | Path, processes: int = 1, report_progress: Report = quiet) -> dict[str, Any]:
    """Read and check every file of a complete data set: {"images", "train", "valid", "objects", "digest", "seconds"}.

    And "test", for a set with test images. Up to `processes` processes check, one for each 256 images; with several, a script
    needs `if __name__ == "__main__":`, as for multiprocessing. report_progress(done, total) is called with images now and
    then. Raises InputError naming the first file, by image number, that breaks a promise, what was found and expected.

        >>> import raster
        >>> print(raster.verify("out/cubes")["digest"])
    """
    began, out = time.monotonic(), Path(out)
    held = complete_manifest(out)
    classes = read_codes(out, held)
    numbers = manifest.numbers_of(held)
    lists = manifest.lists_of(held)
    tally = DatasetStatistics(numbers, classes, TEST in lists)
    processes = max(1, min(processes, len(numbers) // _SHARE))
    labels = LabelValues.of(held)
    for record in _records(out, held, labels, processes, report_progress):
        tally.add(record)
    require_listed(out, list_files(out, numbers), tally.hashes.listed())  # every listed file was there
    for split in ("valid", "test")[: 1 + (TEST in lists)]:
        path, names = out / f"{split}.txt", tally.names(split)
        if names != _read(path):
            raise InputError(f"{path}: is not the sorted list of the {names.count(10)} files with split {split} in {SCENES}")
    path, counts = out / manifest.MANIFEST, tally.counts()
    if held.get("counts") != counts:
        raise InputError(f"{path}: counts are {held.get('counts')}, expected {counts}")
    digest = tally.hashes.digest(hash_lists(out, lists))
    if held.get("digest") != digest:
        raise InputError(f"{path}: digest is {held.get('digest')}, but that of the files is {digest}")
    objects = sum(counts["objects"].values())
    return {**counts, "objects": objects, "digest": digest, "seconds": time.monotonic() - began}


def complete_manifest(out: Path) -> manifest.Manifest:
    """Return the manifest of a complete data set. InputError for any other folder."""
    held = manifest.read(out)
    if held is None:
        raise InputError(f"{out}: is not a data set: it has no {manifest.MANIFEST}")
    if not held["complete"]:
        raise InputError(f"{out}: the data set is incomplete; to finish it: {_command(out, held)}")
    return held


def read_codes(out: Path, held: manifest.Manifest) -> tuple[str, ...]:
    """Return the class names by id. InputError for a codes.txt that is not as the manifest says."""
    path, text = out / CODES, _read(out / CODES).decode(errors="replace")
    names = text.splitlines()
    if names[:1] != ["background"] or len(set(names)) < len(names) or "" in names or not text.endswith("\n"):
        raise InputError(f"{path}: holds {names}, expected background first, every name once, a line each")
    if names != held["classes"]:
        raise InputError(f"{path}: holds {names}, but the classes in {manifest.MANIFEST} are {held['classes']}")
    return tuple(names)


def _records(
    out: Path, held: manifest.Manifest, labels: LabelValues, processes: int, report_progress: Report
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Yield the records of the set in order, each after its image passed all checks, which run in threads or in processes."""
    numbers, layers = manifest.numbers_of(held), held.get("layers", {})
    views = held["configuration"].get("views_per_layout", 1)
    facts, size = (labels, numbers.start, layers, views), -(-_BLOCK // views) * views
    n, count, ahead = len(numbers), 0, _AHEAD * (THREADS if processes == 1 else processes)
    waiting: deque[tuple[list[bytes], Future[None]]] = deque()
    try:
        with open_regular(out / SCENES, links=False) as file, _pool(processes) as pool:
            lines = islice(file, n)
            try:
                while (block := list(islice(lines, size))) or waiting:
                    if block:
                        waiting.append((block, pool.submit(check_images, out, count, block, *facts)))
                        count += len(block)
                    if not block or len(waiting) > ahead:
                        checked, future = waiting.popleft()
                        future.result()
                        report_progress(count - sum(len(ahead) for ahead, _ in waiting), n)
                        yield from map(orjson.loads, checked)
            finally:
                pool.shutdown(cancel_futures=True)
            if count != n or file.readline():
                found = f"only {count}" if count != n else "more"
                raise InputError(f"{out / SCENES}: holds {found} lines, but {manifest.MANIFEST} says n={n}")
    except OSError as error:
        raise InputError(f"{out / SCENES}: cannot be read: {error.strerror}") from error
    except BrokenProcessPool as error:
        raise InputError(f"{out}: a process that checks images was ended (out of memory?); the same command again") from error


def _pool(processes: int) -> Executor:
    """Return what runs the checks: threads of this process, or processes of one thread each."""
    if processes == 1:
        return ThreadPoolExecutor(THREADS)
    return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _begin, (os.getpid(),))


def _begin(parent: int) -> None:
    """Prepare a process that checks: Ctrl-C ends the program, which ends this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not end_with_parent(parent):
        sys.exit()


def _read(path: Path) -> bytes:
    try:
        return read_regular(path, links=False)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error


def _command(out: Path, held: manifest.Manifest) -> str:
    """Return the command that completes the set, from the overrides and the --config-dir that .hydra/ keeps."""
    overrides, hydra = (_yaml(out / ".hydra" / f"{name}.yaml") for name in ("overrides", "hydra"))
    kept = [word for word in map(str, overrides or []) if not word.startswith(("out=", "n="))]
    sources = hydra["hydra"]["runtime"]["config_sources"] if hydra else []
    folders = [f"--config-dir={source['path']}" for source in sources if source["provider"] == "command-line"]
    words = " ".join(shlex.quote(word) for word in (*folders, f"out={_quoted(str(out))}", f"n={held['n']}", *kept))
    return f"python -m raster.generate {words}" + (" and the overrides it was started with" if overrides is None else "")


def _yaml(path: Path) -> Any:
    """Return what a YAML file holds, None for one that is missing or broken."""
    try:
        return OmegaConf.to_container(OmegaConf.create(read_regular(path, links=False).decode()), resolve=False)
    except (OSError, UnicodeDecodeError, YAMLError, OmegaConfBaseException):
        return None


def _quoted(text: str) -> str:
    """Quote a path for Hydra, if it has to be: a comma, say, would make it a sweep."""
    return text if re.fullmatch(r"[A-Za-z0-9_./+-]+", text) else '"' + text.replace('"', '\\"') + '"'
