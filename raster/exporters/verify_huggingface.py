"""check: the Parquet files of format=huggingface: pictures, labels, instances and objects against one another."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from raster.dataset.decode_grey import decode_grey
from raster.dataset.mask_box import box_of
from raster.errors import InputError
from raster.exporters.exported import Exported, decode_picture, need
from raster.exporters.job import NAMES
from raster.shards.parquet import GROUP, require_pyarrow
from raster.shards.shard_layout import HUB_NAMES


def check(export: Exported) -> Iterator[tuple[str, int]]:
    """Yield split and number of objects of each image, after it was checked. InputError for the first that is wrong."""
    require_pyarrow("format=huggingface", "export")
    import pyarrow
    from pyarrow import parquet

    seen: set[int] = set()
    for split in export.facts["splits"]:
        for shard in sorted((export.folder / "data").glob(f"{HUB_NAMES[split]}-*.parquet")):
            try:
                with parquet.ParquetFile(shard) as file:
                    for batch in file.iter_batches(batch_size=GROUP):
                        for row in batch.to_pylist():
                            where = f"{shard}: image_id {row['image_id']}"
                            need(row["image_id"] not in seen, where, "comes twice")
                            seen.add(row["image_id"])
                            yield NAMES[split], _check_row(row, len(export.classes), where)
            except (pyarrow.ArrowException, OSError) as error:
                raise InputError(f"{shard}: cannot be read: {' '.join(str(error).split())}") from error


def _check_row(row: Mapping[str, Any], classes: int, where: str) -> int:
    """How many objects it has."""
    objects = row["objects"]
    picture = decode_picture(row["image"]["bytes"], f"{where}: image")
    label = decode_grey(row["label"]["bytes"], Path(f"{where}: label"))
    need(label.shape == picture.shape[:2], where, f"label is an array of {label.shape}, the image of {picture.shape}")
    ids = decode_grey(row["instances"]["bytes"], Path(f"{where}: instances")) if "instances" in row else None
    need(ids is None or ids.shape == label.shape, where, f"instances do not have the size of the label, {label.shape}")
    numbers = [objects[key] for key in ("id", "bbox", "category", "area")]
    need(len({len(column) for column in numbers}) == 1, where, "the columns of objects have not one length")
    for number, box, category, area in zip(*numbers, strict=True):
        here = f"{where}: object {number}"
        need(category in range(1, classes), here, f"category is {category}; expected 1 to {classes - 1}")
        mask = label == category if ids is None else ids == number
        found, held = int(mask.sum()), box_of(mask)
        if ids is None:  # the pixels of the class are those of several objects
            x, y, w, h = map(int, box)
            need(area <= int(mask[y : y + h, x : x + w].sum()), here, f"area is {area}; the label shows {found} pixels there")
            continue
        need(found == area, here, f"area is {area}; instances shows {found} pixels")
        need(box == held, here, f"bbox is {box}; that of its pixels is {held}")
        need(bool(np.all(label[mask] == category)), here, f"category is {category}; its label shows another class")
    return len(objects["id"])
