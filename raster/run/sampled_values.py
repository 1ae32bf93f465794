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
BATCH = 16  # images that are told at once


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
        self._first, self._told = 0, list[SampledImage]()  # of the images that were asked for last

    def __call__(self, image: int) -> SampledImage:
        """The values of an image. Those of its neighbours are kept: a batch takes little longer than one image."""
        if not self._first <= image < self._first + len(self._told):
            self._first = image - image % BATCH
            self._told = _of_images(self._sampler, self._first, BATCH)
        return self._told[image - self._first]


@dataclass(frozen=True)
class _Option:
    """An option that a randomizer draws, and what it drew for B images."""

    sampled: Any  # what the randomizer's property `sampled` says of it
    drawn: list[Any]  # B values, or B lists of one for each slot for objects


def _of_images(sampler: Sampler, first: int, count: int) -> list[SampledImage]:
    """The values of the images first .. first + count - 1."""
    scenes, options = sampler(first, count), _options(sampler, first, count)
    sensor, objects = scenes.sensor, _objects(scenes, options)
    noise = np.sqrt(sensor.shot.astype(np.float64) ** 2 * MIDDLE_GREY + sensor.read.astype(np.float64) ** 2)
    told = []
    for b in range(count):
        values: dict[str, Value] = {
            key: option.drawn[b]
            for key, option in options.items()
            if not option.sampled.objects and _counts(option, options, b)
        }
        values |= {"blur_px": float(sensor.blur[b]), "noise": float(noise[b])}
        told.append(SampledImage(first + b, values, objects[b]))
    return told


def _options(sampler: Sampler, first: int, count: int) -> dict[str, _Option]:
    """By key, NAME.FIELD, the options that are drawn. A randomizer of one's own may have the property `sampled` too."""
    options: dict[str, _Option] = {}
    for name, randomizer in sampler.randomizers.items():
        for sampled in getattr(randomizer, "sampled", ()):
            drawn = sampled.draw(randomizer, sampler.streams_of(name, first, count), sampler.slots["objects"])
            options[f"{name}.{sampled.field}"] = _Option(sampled, drawn.tolist())
    return options


def _counts(option: _Option, options: dict[str, _Option], image: int, place: int = 0) -> bool:
    """Whether what was drawn is of effect, in an image or for the object of a place in it."""
    shares = [(key, True) for key in option.sampled.given] + [(key, False) for key in option.sampled.unless]
    for key, wanted in shares:
        found = options[key].drawn[image] if key in options else False
        if (found[place] if isinstance(found, list) else found) != wanted:
            return False
    return True


def _objects(scenes: Scenes, options: dict[str, _Option]) -> list[dict[int, dict[str, Value]]]:
    """For each scene the values of its labelled objects, by instance."""
    catalog, objects = scenes.catalog, scenes.slots["objects"]
    instance = number_objects(scenes.nodes.mesh >= 0, scenes.nodes.object, scenes.asset.shape[1])[:, objects]
    texture = scenes.nodes.material.texture[:, scenes.roots[objects] + 1]
    own = {key: option for key, option in options.items() if option.sampled.objects}
    told: list[dict[int, dict[str, Value]]] = [{} for _ in scenes.index]
    for b, k in np.argwhere(instance).tolist():
        asset = scenes.asset[b, objects.start + k]
        shown = {"solid": catalog.assets[asset], "class": catalog.choices[catalog.choice[asset] - 1]}
        values = {key: option.drawn[b][k] for key, option in own.items() if _counts(option, options, b, k)}
        told[b][int(instance[b, k])] = {**shown, "texture": TEXTURES[texture[b, k]], **values}
    return told
