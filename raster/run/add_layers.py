"""add_layers: more layers of a complete data set, drawn again and held against its labels. finish_adding: after a kill.

The images are drawn as another data set, OUT/.added, which holds the new layers only: so an interrupted run continues. Then the
two become one: the new lists lie ready in OUT/.added/lists before the first file of the set is replaced.
"""

import functools
import hashlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from raster.dataset import manifest
from raster.dataset.checked import CHECKED
from raster.dataset.dataset import Dataset
from raster.dataset.files import SCENES, TEST
from raster.dataset.lock import lock
from raster.dataset.statistics import DatasetStatistics
from raster.errors import InputError, MachineError
from raster.run.layers_on_disk import files_of_layers
from raster.run.opened_set import options_of_set
from raster.run.same_labels import SameLabels
from raster.run.setup import Setup
from raster.system.atomic_files import write_atomic
from raster.system.regular_files import open_regular
from raster.writers.layers import Layers

ADDED, LISTS, READY = ".added", "lists", "ready"
WITHOUT = ("layers", "out", "workers", "batch", "quiet", "detail")  # options that change no image of a complete set


def with_held_layers(out: Path, plain: dict[str, Any], words: Sequence[str] | None) -> tuple[dict[str, Any], list[str]]:
    """The configuration of a run on a folder, and the layers that it adds to the complete set there.

    A complete set keeps its layers and its level of detail, whatever the configuration says, and where n is not given its
    number of images. `words`: overrides of the command line, if there is one; if they say nothing but `layers` and what
    changes no image, the set's own configuration is taken. InputError if they name another level of detail.
    """
    held = manifest.read(out)
    if held is None or not held["complete"] or not plain["writers"].get("layers"):
        return plain, []
    if words and any(word.startswith("layers=") for word in words) and all(map(_changes_no_image, words)):
        plain = {**options_of_set(held["configuration"], words, None), "n": held["n"]}
    there = held["configuration"]
    detail = there.get("detail", "outlines")
    asked = next((word.partition("=")[2] for word in words or () if word.startswith("detail=")), "auto")
    if asked not in ("auto", detail):
        raise InputError(
            f"detail={asked}: {out} was drawn with detail={detail}, which it keeps; leave it out, or choose another out"
        )
    known = [name for name, file in held.get("layers", {}).items() if "of" not in file]  # masks come with their layer
    names = list(dict.fromkeys([*known, *plain["layers"]]))
    whole = {**plain, "layers": names, "detail": detail}
    told = (plain if len(names) > len(known) else there)["writers"].get("layers")
    if told and plain["writers"].get("layers"):
        whole["writers"] = {**plain["writers"], "layers": {**told, "names": names}}
    if len(names) > len(known) and words is not None and not any(word.startswith("n=") for word in words):
        whole["n"] = held["n"]
    return whole, names[len(known) :]


def _changes_no_image(word: str) -> bool:
    return word.lstrip("+").partition("=")[0] in WITHOUT or word.lstrip("+").startswith(("gl.", "writers.layers."))


def require_same_set(out: Path, plain: dict[str, Any], n: int, classes: tuple[str, ...]) -> None:
    """InputError, which names the first difference, unless a configuration is that of the set in `out` but for its layers.

    One for more images too: either they are added, or layers.
    """
    held = manifest.read(out) or {}
    there = held.get("layers", {})
    kept = {"layers": [], **{key: held["configuration"][key] for key in ("layers", "writers") if key in held["configuration"]}}
    files = Layers.files_of(**_options(plain), names=[name for name in there if "of" not in there[name]])
    for name, file in files.items():
        if file != there[name]:
            what = f"the layer {name} is {dict(there[name])} there and would be {dict(file)} here"
            raise InputError(f"out={out}: {what}; one set has one format for depth and distance, and one for normals")
    manifest.require_same(out, held, manifest.start({**plain, **kept}, n, classes))
    if n > held["n"]:
        more = ",".join(name for name in plain["layers"] if name not in there)
        what = f"n is {held['n']} there and {n} here, and it lacks layers={more}"
        raise InputError(f"out={out}: {what}; add the layers first, with n={held['n']}, then the same command adds the images")


def add_layers(
    out: Path, plain: dict[str, Any], setup: Setup, names: list[str], draw: Callable[[Dataset, Setup, Path], dict[str, Any]]
) -> dict[str, Any]:
    """Draw the layers `names` of the complete set in `out`, and make them part of it. Returns what `draw` returns.

    plain, setup: of with_held_layers() and writers_of(). draw(data, setup, folder): draws what a data set lacks, and finishes
    it. InputError if the images that are drawn now have other labels, if there is a folder of a layer's name already, and if
    another run writes to the set.
    """
    descriptor = lock(out)
    try:
        held = manifest.read(out)
        if held is None or not held["complete"]:
            raise InputError(f"out={out}: is not complete any more; run the same command again")
        files = files_of_layers(setup.writers.values())
        if taken := [file["folder"] for file in files.values() if (out / file["folder"]).exists()]:
            raise InputError(f"out={out}: holds {taken[0]}/ already, which is no layer of this set; move it away")
        folder = out / ADDED / hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:8]
        folder.mkdir(parents=True, exist_ok=True)
        with Dataset.claim(folder, plain, held["n"], setup.classes, ignore=setup.ignore) as data:
            result = {"drawn": 0} if data.complete else draw(data, setup, folder)
        _prepare(out, folder, held, plain, {**held.get("layers", {}), **files})
        _move(out)
        return result
    except InputError as error:
        if not isinstance(error, MachineError):  # with room on the disk the same command goes on
            shutil.rmtree(out / ADDED, ignore_errors=True)
        raise
    finally:
        os.close(descriptor)


def writers_of(out: Path, plain: Mapping[str, Any], names: list[str]) -> dict[str, Callable[..., Any]]:
    """What writes the layers `names`, and what holds the class ids against the labels in `out`."""
    made = functools.partial(Layers, names=names, **_options(plain))
    return {"same": functools.partial(SameLabels, of=str(out)), "layers": made}


def _options(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the writer of layers, without their names. InputError where it is not chosen."""
    described = plain["writers"].get("layers")
    if described is None:
        raise InputError("writers.layers: is not chosen, so no layer can be added; leave writers= out")
    return {key: value for key, value in described.items() if key not in ("_target_", "names")}


def _prepare(out: Path, folder: Path, held: dict[str, Any], plain: dict[str, Any], layers: Mapping[str, Any]) -> None:
    """Write the new lists to OUT/.added/lists, and last a file that says which folder they belong to."""
    numbers, lists = manifest.numbers_of(held), out / ADDED / LISTS
    shutil.rmtree(lists, ignore_errors=True)
    lists.mkdir()
    tally = DatasetStatistics(numbers, tuple(held["classes"]), TEST in held["files"])
    digest = hashlib.sha256()
    with (
        open_regular(out / SCENES, links=False) as old,
        open_regular(folder / SCENES, links=False) as new,
        open(lists / SCENES, "wb") as file,
    ):
        for line, more in zip(old, new, strict=True):
            record, added = orjson.loads(line), orjson.loads(more)
            record["files"] = {**record.get("files", {}), **added["files"]}
            if too_far := {**record.get("too_far", {}), **added.get("too_far", {})}:
                record["too_far"] = too_far
            tally.add(record)
            text = orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
            digest.update(text)
            file.write(text)
    files = {**held["files"], SCENES: digest.hexdigest()}
    whole = {**held, "layers": layers, "files": files, "digest": tally.hashes.digest(files)}
    whole["configuration"] = {**held["configuration"], "layers": plain["layers"], "writers": plain["writers"]}
    manifest.write(lists, whole)
    write_atomic(out / ADDED / READY, folder.name.encode())


def finish_adding(out: Path) -> None:
    """Do what is left of an add_layers() that was killed while it moved files. InputError if another run does it now."""
    if (out / ADDED / READY).exists():
        descriptor = lock(out)
        try:
            if (out / ADDED / READY).exists():  # else another run has just done it
                _move(out)
        finally:
            os.close(descriptor)


def _move(out: Path) -> None:
    """Move what _prepare() has made ready into the set, or what a killed run left of it; the caller holds the lock."""
    added = out / ADDED
    folder = added / (added / READY).read_text()
    for each in sorted(folder.iterdir()) if folder.exists() else ():
        if each.is_dir() and not each.name.startswith("."):
            shutil.rmtree(out / each.name, ignore_errors=True)  # of a run that was killed
            os.replace(each, out / each.name)
    (out / CHECKED).unlink(missing_ok=True)  # it is of the old state
    for name in (SCENES, manifest.MANIFEST):
        if (added / LISTS / name).exists():
            os.replace(added / LISTS / name, out / name)
    (added / READY).unlink()
    shutil.rmtree(added)
