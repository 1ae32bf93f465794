"""check: the members of each sample of format=webdataset, and their layers against their record."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from raster.dataset.files import CODES
from raster.dataset.verify_layers import check_ids
from raster.errors import InputError
from raster.exporters.exported import Exported, decode_picture, need, read_bytes
from raster.exporters.source import INSTANCES
from raster.shards.read_tar import Members, tar_samples
from raster.system.numpy_files import read_npy

NEEDED = {"image.png", "label.png", "json"}


def check(export: Exported) -> Iterator[tuple[str, int]]:
    """Yield split and number of objects of each image, after it was checked. InputError for the first that is wrong."""
    path, keys, members = export.folder / CODES, set[str](), set[str]()
    need(read_bytes(path).decode().splitlines() == export.classes, path, f"is not the list of the classes {export.classes}")
    for name in export.names:
        for shard in sorted(export.folder.glob(f"{name}-*.tar")):
            for key, sample in tar_samples(shard, str(shard)):
                where = f"{shard}: {key}"
                need(key not in keys, where, "comes twice")
                keys.add(key)
                members = members or set(sample)
                need(set(sample) == members, where, f"has the members {sorted(sample)}; others have {sorted(members)}")
                yield name, _check_sample(sample, key, len(export.classes), where)


def _check_sample(sample: Members, key: str, classes: int, where: str) -> int:
    """How many objects with a class its image shows."""
    need(set(sample) >= NEEDED, where, f"has the members {sorted(sample)}; expected {', '.join(sorted(NEEDED))} among them")
    record: dict[str, Any] = orjson.loads(sample["json"])
    need(f"{record['index']:06d}" == key, where, f"its record is of the image {record['index']}")
    size = (record["camera"]["height"], record["camera"]["width"])
    picture = decode_picture(sample["image.png"], f"{where}.image.png")
    label = decode_picture(sample["label.png"], f"{where}.label.png", "L")
    arrays = {name: _array(data, f"{where}.{name}") for name, data in sample.items() if name.endswith(".npy")}
    for name, array in {"image.png": picture, "label.png": label, **arrays}.items():
        fits = array.shape[:2] == size if name in ("image.png", "label.png", f"{INSTANCES}.npy") else array.ndim > 1
        need(fits, f"{where}.{name}", f"is an array of {array.shape}; the image is {size[1]} x {size[0]} px")
    known = {*range(classes), *(entry["class_id"] for entry in record["objects"])}
    shown = set(np.unique(label).tolist())
    need(shown <= known, f"{where}.label.png", f"holds the values {sorted(shown - known)}, which are no classes")
    ids = arrays.get(f"{INSTANCES}.npy")
    if ids is not None:
        check_ids(ids, record["objects"], label, Path(f"{where}.{INSTANCES}.npy"))
    return sum(0 < entry["class_id"] < classes and bool(entry["visible_px"]) for entry in record["objects"])


def _array(data: bytes, where: str) -> np.ndarray:
    try:
        return read_npy(io.BytesIO(data))
    except (OSError, ValueError, EOFError) as error:
        raise InputError(f"{where}: is no array of NumPy: {error}") from error
