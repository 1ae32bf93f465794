"""Sample: an image of a shard as it is read back. without_empty_keys: its record as it was drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ABSENT = {  # keys of an object that are null together where it has none of them, by the key that tells
    "visible_px": ("bbox",),
    "amodal_px": ("amodal_bbox", "visibility"),
}


@dataclass(frozen=True)
class Sample:
    """One image: its record as a line of scenes.jsonl, and its files by their paths in a folder of files.

    Layers of a tar file that are no pictures are files of NumPy, in the numbers of the files that they stand for.

        >>> import raster
        >>> shards = raster.open_shards("demo-tars")
        >>> sample = next(shards.samples(shards.files[0]))
        >>> len(sample.image), sample.record["split"]
    """

    record: dict[str, Any]
    files: Mapping[str, bytes]

    @property
    def image(self) -> bytes:
        """The PNG file of the picture."""
        return self.files[self.record["image"]]

    @property
    def label(self) -> bytes:
        """The PNG file of the mask."""
        return self.files[self.record["label"]]


def without_empty_keys(row: Mapping[str, Any]) -> dict[str, Any]:
    """The record that raster.shards.webdataset.with_all_keys() was given, but for `files`.

    What annotations could not say of an object (full_px of one that the canvas does not show) is left out, too.
    """
    record = _kept(row)
    record["camera"] = _kept(row["camera"])
    record["lights"] = [_kept(light) for light in row["lights"]]
    record["objects"] = []
    for entry in row["objects"]:
        found = _kept(entry)
        for told, others in ABSENT.items():
            if told in found:
                found |= {key: entry[key] for key in others}
        record["objects"].append({key: found[key] for key in entry if key in found})
    if not record["unlabelled"]:
        del record["unlabelled"]
    record["too_far"] = {name: count for name, count in record["too_far"].items() if count}
    if not record["too_far"]:
        del record["too_far"]
    return record


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
