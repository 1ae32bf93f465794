"""verify: does a data set keep every promise about its files, records, counts and digest?"""

import re
import shlex
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from raster.dataset import manifest
from raster.dataset.files import CODES, SCENES, THREADS, VALID, hash_lists, refuse_foreign_files
from raster.dataset.statistics import DatasetStatistics
from raster.dataset.verify_image import check_image
from raster.errors import InputError

_AHEAD = 64  # images in flight: enough to keep the threads busy, few enough for any memory


def verify(out: Path) -> dict[str, Any]:
    """Check every file of a complete data set and return {"images", "train", "valid", "objects", "digest", "seconds"}.

    Raises InputError naming the first file, by image number, that breaks a promise, what was found and expected.

        >>> import raster
        >>> from pathlib import Path
        >>> print(raster.verify(Path("out/cubes"))["digest"])
    """
    began = time.monotonic()
    held = manifest.read(out)
    if held is None:
        raise InputError(f"{out}: is not a data set: it has no {manifest.MANIFEST}")
    if not held["complete"]:
        raise InputError(f"{out}: the data set is incomplete; to finish it: {_command(out, held)}")
    classes = _codes(out, held)
    tally = DatasetStatistics(held["n"], classes)
    for record in _records(out, held["n"], classes):
        tally.add(record)
    refuse_foreign_files(out, held["n"], tally.hashes.listed())  # every listed file was there
    if (valid := tally.valid_names()) != _read(out / VALID):
        listed = f"the sorted list of the {valid.count(10)} files with split valid in {SCENES}"
        raise InputError(f"{out / VALID}: is not {listed}")
    path, counts = out / manifest.MANIFEST, tally.counts()
    if held.get("counts") != counts:
        raise InputError(f"{path}: counts are {held.get('counts')}, expected {counts}")
    digest = tally.hashes.digest(hash_lists(out))
    if held.get("digest") != digest:
        raise InputError(f"{path}: digest is {held.get('digest')}, but that of the files is {digest}")
    objects = sum(counts["objects"].values())
    return {**counts, "objects": objects, "digest": digest, "seconds": time.monotonic() - began}


def _codes(out: Path, held: manifest.Manifest) -> tuple[str, ...]:
    """Return the class names by id."""
    path, text = out / CODES, _read(out / CODES).decode(errors="replace")
    names = text.splitlines()
    if names[:1] != ["background"] or len(set(names)) < len(names) or "" in names or not text.endswith("\n"):
        raise InputError(f"{path}: holds {names}, expected background first, every name once, a line each")
    if names != held["classes"]:
        raise InputError(f"{path}: holds {names}, but the classes in {manifest.MANIFEST} are {held['classes']}")
    return tuple(names)


def _records(out: Path, n: int, classes: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield the n records in order, each after its image passed all checks, which run in a few threads."""
    count = 0
    waiting: deque[Future[dict[str, Any]]] = deque()
    try:
        with open(out / SCENES, "rb") as lines, ThreadPoolExecutor(THREADS) as pool:
            for count, line in enumerate(islice(lines, n), start=1):
                waiting.append(pool.submit(check_image, out, count - 1, line, classes))
                if len(waiting) >= _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
            if count != n or lines.readline():
                found = f"only {count}" if count != n else "more"
                raise InputError(f"{out / SCENES}: holds {found} lines, but {manifest.MANIFEST} says n={n}")
    except OSError as error:
        raise InputError(f"{out / SCENES}: cannot be read: {error.strerror}") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
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
        return OmegaConf.to_container(OmegaConf.load(path), resolve=False)
    except (OSError, YAMLError, OmegaConfBaseException):
        return None


def _quoted(text: str) -> str:
    """Quote a path for Hydra, if it has to be: a comma, say, would make it a sweep."""
    return text if re.fullmatch(r"[A-Za-z0-9_./+-]+", text) else '"' + text.replace('"', '\\"') + '"'
