"""tar_samples: the members of each sample of a tar file. read_samples: the images of a shard of webdataset."""

import hashlib
import tarfile
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

import orjson

from raster.dataset.layer_files import LayerFile, path_of
from raster.errors import InputError
from raster.shards.sample import Sample, without_empty_keys
from raster.shards.webdataset import PICTURES, member_of

Members = dict[str, bytes]  # name without the key -> bytes


def tar_samples(path: Path, name: str) -> Iterator[tuple[str, Members]]:
    """Yield key and members of each sample: a key is a name up to its first dot, and members of one are adjacent.

    name: what messages call the file. InputError for what is no whole tar file.
    """
    try:
        with tarfile.open(path, "r:") as file:
            for key, group in groupby(_members(file), key=lambda member: member.name.partition(".")[0]):
                found = [(member.name.partition(".")[2], file.extractfile(member)) for member in group]
                if not all(stream is not None for _, stream in found):
                    raise InputError(f"{name}: {key}: holds what is no file")
                yield key, {part: stream.read() for part, stream in found if stream is not None}
    except (tarfile.TarError, OSError) as error:
        raise InputError(f"{name}: is no whole tar file: {error}") from error


def _members(file: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Yield the members, and forget them: a TarFile keeps all that it has read."""
    while (member := file.next()) is not None:
        yield member
        file.members = []  # type: ignore[attr-defined]


def layers_in_tar(layers: Mapping[str, LayerFile]) -> dict[str, LayerFile]:
    """How the layers lie in a tar file: what is no picture of 8 bits is a file of NumPy."""
    found: dict[str, LayerFile] = {}
    for name, layer in layers.items():
        found[name] = layer if layer["format"] in PICTURES else {**layer, "format": "npy"}
    return found


def read_samples(path: Path, name: str, layers: Mapping[str, LayerFile], classes: int) -> Iterator[Sample]:
    """Yield the images of a file; as raster.shards.sample.read_samples()."""
    members = {"image.png", "label.png", "json", *(member_of(layer, file) for layer, file in layers.items())}
    for key, held in tar_samples(path, name):
        if set(held) != members:
            raise InputError(f"{name}: {key}: has the members {sorted(held)}; expected {sorted(members)}")
        record = without_empty_keys(orjson.loads(held["json"]))
        if key != f"{record['index']:06d}":
            raise InputError(f"{name}: {key}: its record is of image {record['index']}")
        files = {record["image"]: held["image.png"], record["label"]: held["label.png"]}
        others = {path_of(file, record["index"]): held[member_of(layer, file)] for layer, file in layers_in_tar(layers).items()}
        hashes = {"files": {place: hashlib.sha256(data).hexdigest() for place, data in others.items()}} if others else {}
        yield Sample({**record, **hashes}, {**files, **others})
