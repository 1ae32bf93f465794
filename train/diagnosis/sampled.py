"""SampledFactors: what was drawn at random for the pictures of a folder of raster generate, as values of factors."""

from typing import Any

from raster import InputError, SampledValues

from ..data.folder import Folder
from .factors import Record, Value, Values

NOTHING: tuple[Values, dict[int, Values]] = {}, {}


class SampledFactors:
    """Values of a picture, and of its objects by instance, as the manifest of the folder lets them be told again.

    `note`: why there are none, "" while there are.
    """

    def __init__(self, folder: Folder):
        self.note = ""
        self._sampled: SampledValues | None = None
        if not (folder.path / "manifest.json").exists():
            self.note = "no manifest.json of raster generate"
            return
        try:
            self._sampled = SampledValues(folder.path)
        except InputError as error:
            self.note = f"its configuration cannot be built here: {error}"

    def __call__(self, record: Record) -> tuple[Values, dict[int, Values]]:
        """The values of a record's picture, and of its objects by instance."""
        if self._sampled is None:
            return NOTHING
        told = self._sampled(record["index"])
        recorded = {entry["instance"]: entry["solid"] for entry in record["objects"]}
        if any(recorded.get(number) != values["solid"] for number, values in told.objects.items()):
            self._sampled, self.note = None, "its manifest.json is not that of its scenes.jsonl, or another version drew it"
            return NOTHING
        objects = {number: _of_object(values) for number, values in told.objects.items()}
        return _factors(told.values) | {"drawn_blur": told.values["blur_px"], "drawn_noise": told.values["noise"]}, objects


def _of_object(values: dict[str, Any]) -> Values:
    shown = {"texture": values["texture"], "finish": values.get("materials.finishes"), "objects.weights": values["class"]}
    return _factors(values) | shown


def _factors(values: dict[str, Any]) -> Values:
    """The options among sampled values, a share as yes or no."""
    found: dict[str, Value] = {}
    for key, value in values.items():
        if "." in key:
            found[key] = value if isinstance(value, str) else ("no", "yes")[value] if isinstance(value, bool) else float(value)
    return found
