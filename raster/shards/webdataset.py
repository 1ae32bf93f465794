"""WebDataset: the members of a sample, and the card. KEY.image.png, KEY.label.png, KEY.LAYER.npy or .png, KEY.json.

The card in README.md says which types the columns have: datasets would guess them from the first samples, in which a key of
which other samples have numbers may be null throughout.
"""

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import orjson
import yaml

from raster.dataset.layer_files import LayerFile
from raster.dataset.record import CameraRecord, ImageRecord, LightRecord, ObjectRecord
from raster.shards import column_types
from raster.shards.column_types import Kind
from raster.shards.shard_layout import HUB_NAMES, NAMES
from raster.shards.tar_bytes import tar_member

PICTURES = ("png8", "grey8")  # formats of layers that stay PNG
_EMPTY = dict.fromkeys(get_type_hints(ImageRecord))
_EMPTY_PARTS = {
    key: dict.fromkeys(get_type_hints(made))
    for key, made in (("camera", CameraRecord), ("objects", ObjectRecord), ("lights", LightRecord))
}
CARD = """
A sample is `KEY.image.png` (8-bit, sRGB), `KEY.label.png` (8-bit: the class at each pixel, a line number of codes.txt from 0),
a file for each layer, and `KEY.json`: camera, objects and lights. `datasets.load_dataset(FOLDER)` takes the types of the
columns from above.
"""


def sample_bytes(record: Mapping[str, Any], image: bytes, label: bytes, layers: Mapping[str, bytes], row: Any) -> bytes:
    """The members of a sample as a tar file holds them: the same names, in the same order, for each image.

    image, label: PNG files; layers: member_of() each -> its bytes; row: row_of() of the record.
    """
    members = {"image.png": image, "label.png": label, **layers, "json": orjson.dumps(row)}
    return b"".join(tar_member(f"{key_of(record)}.{name}", data) for name, data in members.items())


def key_of(record: Mapping[str, Any]) -> str:
    """What the names of an image's members begin with: 000123."""
    return Path(record["image"]).stem


def member_of(name: str, layer: LayerFile) -> str:
    """The member that holds a layer: what decodes pictures there knows 8 bits alone, and datasets no file of several arrays."""
    return f"{name}.png" if layer["format"] in PICTURES else f"{name}.npy"


def npy_bytes(array: np.ndarray) -> bytes:
    """The bytes of NumPy's file of an array."""
    made = io.BytesIO()
    np.save(made, np.ascontiguousarray(array))
    return made.getvalue()


def row_of(record: Mapping[str, Any], layers: Mapping[str, LayerFile]) -> dict[str, Any]:
    """What the json of a sample holds: its record, as it is read from a line of scenes.jsonl, with all keys there may be."""
    return with_all_keys(record, [name for name, layer in layers.items() if "unit_m" in layer or layer["format"] == "kitti"])


def with_all_keys(record: Mapping[str, Any], metric: Iterable[str] = ()) -> dict[str, Any]:
    """Return a record with all keys that records may have, null where it has none: readers take types from the first ones.

    Without `files`, whose keys are paths in the data set. `metric`: layers of which some pixels may not fit 16 bits.
    """
    found = {**_EMPTY, **record, "unlabelled": bool(record.get("unlabelled"))}
    found["too_far"] = dict.fromkeys(metric, 0) | record.get("too_far", {})
    del found["files"]
    for key, empty in _EMPTY_PARTS.items():
        held = found[key]
        found[key] = [{**empty, **each} for each in held] if isinstance(held, list) else {**empty, **held}
    return found


def card(splits: Iterable[str], layers: Mapping[str, LayerFile], arrays: Mapping[str, Kind], rows: Kind) -> str:
    """The card of a data set: where the files of each split are, and the type of each column.

    arrays: layer -> kind_of_array() of those that are no pictures; rows: what all rows have in common.
    """
    image = {"dtype": "image"}
    columns = {"image.png": image, "label.png": image}
    for name, layer in layers.items():
        member = member_of(name, layer)
        columns[member] = column_types.as_features(arrays[name]) if name in arrays else image
    columns |= {"json": column_types.as_features(rows), "__key__": {"dtype": "string"}, "__url__": {"dtype": "string"}}
    files = [{"split": HUB_NAMES[split], "path": f"{NAMES[split]}-*.tar"} for split in splits]
    facts = {
        "configs": [{"config_name": "default", "data_files": files}],
        "dataset_info": {"features": [{"name": name, **each} for name, each in columns.items()]},
    }
    return f"---\n{yaml.safe_dump(facts, sort_keys=False)}---\n\n# Images with labels, made by raster\n{CARD}"


def kind_of_array(array: np.ndarray) -> Kind:
    """The kind of a layer's array: lists in lists of its numbers."""
    kind: Kind = array.dtype.name
    for _ in array.shape:
        kind = [kind]
    return kind
