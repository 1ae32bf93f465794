"""read_samples: the images of a shard of parquet."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from raster.dataset.layer_files import LayerFile, path_of
from raster.errors import InputError
from raster.shards.parquet import GROUP, RECORD, objects_of, require_pyarrow
from raster.shards.sample import Sample


def read_samples(path: Path, name: str, layers: Mapping[str, LayerFile], classes: int) -> Iterator[Sample]:
    """Yield the images of a file; as raster.shards.sample.read_samples(). A group of rows is in memory at a time."""
    require_pyarrow(f"{name}: to read it", "scale")
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=GROUP):
                for row in batch.to_pylist():
                    yield _sample(row, name, layers, classes)
    except (pyarrow.ArrowException, OSError) as error:
        raise InputError(f"{name}: cannot be read: {' '.join(str(error).split())}") from error


def _sample(row: Mapping[str, object], name: str, layers: Mapping[str, LayerFile], classes: int) -> Sample:
    """The image of a row, after its columns were held against its record."""
    record = orjson.loads(str(row[RECORD]))
    where = f"{name}: image_id {row['image_id']}"
    if record["index"] != row["image_id"]:
        raise InputError(f"{where}: its record is of image {record['index']}")
    files = {record[column]: _bytes(row[column]) for column in ("image", "label")}
    files |= {path_of(file, record["index"]): _bytes(row[file["folder"]]) for file in layers.values()}
    if row["objects"] != objects_of(record["objects"], classes):
        raise InputError(f"{where}: its objects are not those of its record")
    return Sample(record, files)


def _bytes(cell: object) -> bytes:
    """The bytes of a cell: of a picture, or of any file."""
    held = cell["bytes"] if isinstance(cell, dict) else cell
    if not isinstance(held, bytes):
        raise ValueError("a column holds no file")
    return held
