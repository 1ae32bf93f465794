"""RecordFacts: what a user should know of a finished data set's records: meshes drawn smaller, images without a floor."""

from typing import Any

import numpy as np

from raster.arrangements.problem import scale_of
from raster.run.shrunk_meshes import KEPT
from raster.scene.sampler import Sampler


class RecordFacts:
    """Takes in the records of a data set of this sampler, one by one; then facts() for the manifest, and notes() in words."""

    def __init__(self, sampler: Sampler):
        catalog = sampler.catalog
        # Solids whose unit is a metre: own meshes with objects.normalize=false.
        self._metric = set(catalog.assets[catalog.first_imported : catalog.floor]) if catalog.metric.any() else set[str]()
        self._wants_floors = getattr(sampler.randomizers.get("placement"), "floor", 0) == 1
        self._images = self._floors = self._shown = 0
        self._smaller = list[tuple[float, str, int]]()

    def add(self, record: dict[str, Any]) -> None:
        """Take in one record."""
        self._images += 1
        self._floors += self._wants_floors and any(entry.get("slot") == "floor" for entry in record["objects"])
        for entry in record["objects"] if self._metric else ():
            if entry["solid"] in self._metric:
                self._shown += 1
                scale = float(scale_of(np.array(entry["world_from_object"])).max())
                if scale < KEPT:
                    self._smaller.append((scale, entry["solid"], record["index"]))

    def facts(self) -> dict[str, Any]:
        """Return {"smaller_meshes": {"shown", "smaller", "smallest": {"solid", "index", "scale"}}}, or {} without any.

        "shown": how many own meshes in metres the images have, seen or hidden; "smaller": how many of them are drawn smaller
        than they are; "smallest": the file, the image and the factor of the smallest.
        """
        if not self._smaller:
            return {}
        scale, solid, index = min(self._smaller)
        smallest = {"solid": solid, "index": index, "scale": round(scale, 4)}
        return {"smaller_meshes": {"shown": self._shown, "smaller": len(self._smaller), "smallest": smallest}}

    def notes(self) -> list[str]:
        """Return lines for the user, [] if all is as it was asked for."""
        lines = []
        if self._smaller:
            scale, solid, index = min(self._smaller)
            lines.append(
                f"NOTE: {len(self._smaller)} of {self._shown} own meshes in these images are drawn smaller than they are, "
                f"for want of room; the smallest is {solid} in image {index}, at {scale:.2g} of its size"
            )
        if self._wants_floors and self._floors < self._images:
            lines.append(
                f"NOTE: {self._images - self._floors} of {self._images} images have no floor: there the camera looks less than "
                "6 degrees down, or is lower than 0.6 placement.floor_radius; raise camera.elevation_deg or camera.distance, "
                "or lower camera.jitter or placement.floor_radius"
            )
        return lines
