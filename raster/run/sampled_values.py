"""SampledValues: what was drawn at random for images of a data set, by option, without drawing the images again."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from raster.dataset import manifest
from raster.errors import InputError
from raster.rendering.draw_list import number_objects
from raster.run.opened_set import options_of_set
from raster.run.setup import build_setup
from raster.scene.materials import TEXTURES
from raster.scene.sampler import Sampler
from raster.scene.scenes import Scenes

Value = float | bool | str
MIDDLE_GREY = 0.18  # linear: where `noise` is told


@dataclass(frozen=True)
class SampledImage:
    """What was drawn at random for one image."""

    index: int
    values: dict[str, Value]  # by option, such as "camera.distance"; and "blur_px", "noise", of white at middle grey
    # Of each labelled object, by its instance in scenes.jsonl: by option, and "solid", "texture" as shown, "class" as
    # randomizers.objects.weights names it.
    objects: dict[int, dict[str, Value]]


class SampledValues:
    """What was drawn at random for images of a data set. A call gives that of the image of a number.

    >>> import raster
    >>> sampled = raster.SampledValues("demo")(137)
    >>> sampled.values["camera.distance"], sampled.objects[1]["materials.finishes"]
    """

    def __init__(self, out: str | Path, config_dir: str | Path | None = None):
        """Build the configuration of the set in the folder `out`. No OpenGL is needed.

        `config_dir`: the user's own folder that the set was drawn with. InputError for a folder without a manifest, and for one
        whose configuration cannot be built here.
        """
        held = manifest.read(Path(out))
        if held is None:
            raise InputError(f"{out}: holds no {manifest.MANIFEST}, so it is not a data set of raster generate")
        self._sampler = build_setup(options_of_set(held["configuration"], (), config_dir), config_dir).sampler

    def __call__(self, image: int) -> SampledImage:
        """The values of an image."""
        return _of_image(self._sampler, image)


@dataclass(frozen=True)
class _Option:
    """An option that a randomizer draws, and what it drew for an image."""

    sampled: Any  # what the randomizer's property `sampled` says of it
    drawn: Any  # a value, or a list of one for each slot for objects


def _of_image(sampler: Sampler, index: int) -> SampledImage:
    scenes, options = sampler(index, 1), _options(sampler, index)
    values: dict[str, Value] = {
        key: option.drawn for key, option in options.items() if not option.sampled.objects and _counts(option, options)
    }
    sensor = scenes.sensor
    noise = np.sqrt(sensor.shot[0] ** 2 * MIDDLE_GREY + sensor.read[0] ** 2)
    return SampledImage(index, values | {"blur_px": float(sensor.blur[0]), "noise": float(noise)}, _objects(scenes, options))


def _options(sampler: Sampler, index: int) -> dict[str, _Option]:
    """By key, NAME.FIELD, the options that are drawn for an image. A randomizer of one's own may have the property too."""
    options: dict[str, _Option] = {}
    for name, randomizer in sampler.randomizers.items():
        for sampled in getattr(randomizer, "sampled", ()):
            drawn = sampled.draw(randomizer, sampler.streams_of(name, index, 1), sampler.slots["objects"])[0]
            options[f"{name}.{sampled.field}"] = _Option(sampled, drawn if isinstance(drawn, str) else drawn.tolist())
    return options


def _counts(option: _Option, options: dict[str, _Option], place: int = 0) -> bool:
    """Whether what was drawn is of effect, in the image or for the object of a place."""
    shares = [(key, True) for key in option.sampled.given] + [(key, False) for key in option.sampled.unless]
    for key, wanted in shares:
        found = options[key].drawn if key in options else False
        if (found[place] if isinstance(found, list) else found) != wanted:
            return False
    return True


def _objects(scenes: Scenes, options: dict[str, _Option]) -> dict[int, dict[str, Value]]:
    """The values of the labelled objects of the only scene, by instance."""
    catalog, objects = scenes.catalog, scenes.slots["objects"]
    instance = number_objects(scenes.nodes.mesh >= 0, scenes.nodes.object, scenes.asset.shape[1])[0, objects]
    texture = scenes.nodes.material.texture[0, scenes.roots[objects] + 1]
    own = {key: option for key, option in options.items() if option.sampled.objects}
    told: dict[int, dict[str, Value]] = {}
    for k in np.flatnonzero(instance).tolist():
        asset = scenes.asset[0, objects.start + k]
        shown = {"solid": catalog.assets[asset], "class": catalog.choices[catalog.choice[asset] - 1]}
        values = {key: option.drawn[k] for key, option in own.items() if _counts(option, options, k)}
        told[int(instance[k])] = {**shown, "texture": TEXTURES[texture[k]], **values}
    return told
