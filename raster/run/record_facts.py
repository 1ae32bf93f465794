"""RecordFacts: what a user should know of a finished data set's records: meshes drawn smaller, images without a floor."""

from collections.abc import Mapping
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
        self._images = self._floors = self._shown = self._smaller = 0
        self._smallest: tuple[float, str, int] | None = None  # scale, solid, image

    def add(self, record: dict[str, Any]) -> None:
        """Take in one record."""
        self._images += 1
        self._floors += self._wants_floors and any(entry.get("slot") == "floor" for entry in record["objects"])
        for entry in record["objects"] if self._metric else ():
            if entry["solid"] in self._metric:
                self._shown += 1
                scale = float(scale_of(np.array(entry["world_from_object"])).max())
                if scale < KEPT:
                    self._note(1, (scale, entry["solid"], record["index"]))

    def held(self) -> dict[str, Any]:
        """What take() needs of another part of the data set, as JSON has it."""
        numbers = {"images": self._images, "floors": self._floors, "shown": self._shown, "smaller": self._smaller}
        return {**numbers, "smallest": self._smallest}

    def take(self, held: Mapping[str, Any]) -> None:
        """Take in all records of a part of the data set, by what held() said of it."""
        self._images += held["images"]
        self._floors += held["floors"]
        self._shown += held["shown"]
        if held["smaller"]:
            scale, solid, index = held["smallest"]
            self._note(held["smaller"], (scale, solid, index))

    def _note(self, smaller: int, smallest: tuple[float, str, int]) -> None:
        """Count objects that are drawn smaller than they are, and keep the smallest."""
        self._smaller += smaller
        self._smallest = smallest if self._smallest is None else min(self._smallest, smallest)

    def facts(self) -> dict[str, Any]:
        """Return {"smaller_meshes": {"shown", "smaller", "smallest": {"solid", "index", "scale"}}}, or {} without any.

        "shown": how many own meshes in metres the images have, seen or hidden; "smaller": how many of them are drawn smaller
        than they are; "smallest": the file, the image and the factor of the smallest.
        """
        if self._smallest is None:
            return {}
        scale, solid, index = self._smallest
        smallest = {"solid": solid, "index": index, "scale": round(scale, 4)}
        return {"smaller_meshes": {"shown": self._shown, "smaller": self._smaller, "smallest": smallest}}

    def notes(self) -> list[str]:
        """Return lines for the user, [] if all is as it was asked for."""
        lines = []
        if self._smallest is not None:
            scale, solid, index = self._smallest
            lines.append(
                f"NOTE: {self._smaller} of {self._shown} own meshes in these images are drawn smaller than they are, "
                f"for want of room; the smallest is {solid} in image {index}, at {scale:.2g} of its size"
            )
        if self._wants_floors and self._floors < self._images:
            lines.append(
                f"NOTE: {self._images - self._floors} of {self._images} images have no floor: there the camera looks less than "
                "6 degrees down, or is lower than 0.6 placement.floor_radius; raise camera.elevation_deg or camera.distance, "
                "or lower camera.jitter or placement.floor_radius"
            )
        return lines
