"""Parquet: the columns of Hugging Face's datasets, and the card. image_id, image, label, instances, objects; record.

Written with pyarrow alone: datasets reads the kinds of the columns from the metadata of the schema. "Sequence" there is what
all its versions understand.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from raster.dataset.layer_files import LayerFile
from raster.errors import InputError
from raster.shards.shard_layout import HUB_NAMES

GROUP = 100  # rows to a group: the Hub's viewer reads a whole one for each row that it shows
OBJECTS = ("id", "bbox", "category", "area")  # columns of the objects of an image
RECORD = "record"
_PICTURES = ("png16", "png8", "grey8")  # formats of layers that Pillow reads whole; of 16-bit RGB it makes 8 bits
_BINARY, _TEXT = ({"dtype": kind, "_type": "Value"} for kind in ("binary", "string"))


def require_pyarrow(what: str, extra: str) -> None:
    """InputError where pyarrow is not installed: `what` needs it, and the extra brings it."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise InputError(f"{what} needs pyarrow: pip install 'raster-labels[{extra}]'") from None


def features_of(classes: Sequence[str], layers: Iterable[LayerFile] = (), record: bool = False) -> dict[str, Any]:
    """What each column is, as datasets says it. layers: those that have a column, called like their folder.

    record: whether the line of scenes.jsonl is a column.
    """
    number, image = {"dtype": "int64", "_type": "Value"}, {"_type": "Image"}
    box = {"feature": {"dtype": "float32", "_type": "Value"}, "length": 4, "_type": "Sequence"}
    category = {"names": list(classes), "_type": "ClassLabel"}  # with background: the number is the label's value
    objects = {"feature": dict(zip(OBJECTS, (number, box, category, number), strict=True)), "_type": "Sequence"}
    columns = {layer["folder"]: image if layer["format"] in _PICTURES else _BINARY for layer in layers}
    told = {RECORD: _TEXT} if record else {}
    return {"image_id": number, "image": image, "label": image, **columns, "objects": objects, **told}


def schema_of(features: Mapping[str, Any]) -> Any:
    """The pyarrow.Schema of the columns; its metadata say what datasets takes them for."""
    import pyarrow as pa

    number = pa.int64()
    columns = (number, pa.list_(pa.float32(), 4), number, number)
    objects = pa.struct({key: pa.list_(kind) for key, kind in zip(OBJECTS, columns, strict=True)})
    plain = {"Image": pa.struct({"bytes": pa.binary(), "path": pa.string()}), "Sequence": objects}
    values = {"int64": number, "binary": pa.binary(), "string": pa.string()}
    kinds = [(name, plain.get(each["_type"]) or values[each["dtype"]]) for name, each in features.items()]
    return pa.schema(kinds, {"huggingface": orjson.dumps({"info": {"features": features}}).decode()})


def row_of(number: int, files: Mapping[str, tuple[str, bytes]], objects: Mapping[str, Any], features: Any) -> dict[str, Any]:
    """A row: the number of the image; column -> path and bytes of its files, as they are; and its objects."""
    cells: dict[str, Any] = {"image_id": number}
    for column, (path, data) in files.items():
        held = {"bytes": data, "path": path.rpartition("/")[2]}
        cells[column] = held if features[column]["_type"] == "Image" else data
    return {**cells, "objects": objects}


def objects_of(objects: Sequence[Mapping[str, Any]], classes: int) -> dict[str, list[Any]]:
    """The objects with a class of which the image shows something, as lists: id, bbox [x, y, w, h] px, category, area in px."""
    seen = [entry for entry in objects if 0 < entry["class_id"] < classes and entry["visible_px"]]
    keys = zip(OBJECTS, ("instance", "bbox", "class_id", "visible_px"), strict=True)
    return {column: [entry[key] for entry in seen] for column, key in keys}


class ParquetFile:
    """A Parquet file to which rows are added one after another, in groups of GROUP, without compression: PNG files have it."""

    def __init__(self, path: str | Path | Any, schema: Any):
        """path: a path, or a file that is open for writing."""
        from pyarrow import parquet

        self._schema, self._rows = schema, list[dict[str, Any]]()
        self._writer = parquet.ParquetWriter(path, schema, compression="none", use_dictionary=False)

    def add(self, row: dict[str, Any]) -> None:
        """Add a row of row_of()."""
        self._rows.append(row)
        if len(self._rows) == GROUP:
            self._flush()

    def close(self) -> None:
        """End the file."""
        try:
            if self._rows:
                self._flush()
        finally:
            self._writer.close()

    def _flush(self) -> None:
        import pyarrow

        self._writer.write_table(pyarrow.Table.from_pylist(self._rows, self._schema), row_group_size=GROUP)
        self._rows = []


def card(paths: Mapping[str, str], classes: Sequence[str], instances: bool, more: Iterable[str] = ()) -> str:
    """The dataset card: where the files of each split are (split -> pattern), and what the columns hold."""
    files = "".join(f"  - split: {HUB_NAMES[split]}\n    path: {path}\n" for split, path in paths.items())
    told = "* `instances`: 16-bit PNG, the number of the object at each pixel, as in `objects.id`; 0: none\n"
    return f"""\
---
task_categories:
- image-segmentation
- object-detection
configs:
- config_name: default
  data_files:
{files}---

# Images with labels, made by raster

* `image`: 8-bit PNG, sRGB
* `label`: 8-bit PNG, the class at each pixel: {", ".join(f"{number} {name}" for number, name in enumerate(classes))}
{told if instances else ""}\
* `objects`: what the image shows of any class: `id`, `bbox` [x, y, w, h] in px, `category`, `area` in px
{"".join(f"{line}{chr(10)}" for line in more)}"""
