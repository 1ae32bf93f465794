"""light_shares: how much of the light at a pixel comes from each lamp, from all around, and from the environment."""

from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np

from raster.color import linear_from_srgb
from raster.run.explain_pixel import ExplainedImage
from raster.run.setup import Setup
from raster.scene.cameras import Lens, Sensor
from raster.scene.lights import Lights
from raster.scene.scenes import Scenes
from raster.studio_app.kept import KeptRenderers

DIM = 0.25  # factor of all light, so that what is brighter than white is measured too
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of linear sRGB (IEC 61966-2-1)


def light_shares(explained: ExplainedImage, renderers: KeptRenderers, column: int, row: int) -> list[dict[str, Any]]:
    """For each light of an image's record, in its order: the record, and "share" of the luminance at a pixel, 0 to 1.

    Measured: the image is drawn once with each light alone, with shadows, reflections and the lens's distortion, and without
    what else lens and sensor do. Shares of what is black are 0.
    """
    setup = _plain_setup(explained.setup)
    renderer = renderers.renderer(setup)
    lights = explained.frames.records[0]["lights"]
    luminances = []
    for light in range(len(lights)):
        frames = renderer.render(_alone(explained.scenes, lights, light))
        color = frames.layers["color"][0, row, column] / 255.0
        luminances.append(float(linear_from_srgb(color) @ LUMINANCE))
    whole = sum(luminances)
    return [{**light, "share": each / whole if whole else 0.0} for light, each in zip(lights, luminances, strict=True)]


def _plain_setup(setup: Setup) -> Setup:
    """A setup that draws colour alone, with no effect but distortion."""
    needed = setup.sampler.requirements
    sampler = copy(setup.sampler)
    sampler.requirements = replace(needed, effects=tuple(effect for effect in needed.effects if effect == "distortion"))
    passes = tuple(drawing for drawing in setup.passes if "color" in drawing.layers)
    plain = replace(setup, layers=(), annotations={}, writers={}, label_filter=None)
    return replace(plain, sampler=sampler, passes=passes, samples=1, batch=1)


def _alone(scenes: Scenes, lights: list[dict[str, Any]], light: int) -> Scenes:
    """Scenes in which only one light of a record shines; lens and sensor do nothing but distort."""
    kind = lights[light]["type"]
    around = [each["type"] for each in lights].count("ambient") + [each["type"] for each in lights].count("environment")
    old = scenes.lights
    color, ambient, irradiance = (np.zeros_like(each) for each in (old.color, old.ambient, old.irradiance))
    intensity = np.zeros_like(scenes.environment.intensity)
    if kind == "ambient":
        ambient[:] = DIM * old.ambient
    elif kind == "environment":
        irradiance[:], intensity[:] = DIM * old.irradiance, DIM * scenes.environment.intensity
    else:
        color[:, light - around] = DIM * old.color[:, light - around]
    lit: Lights = replace(old, color=color, ambient=ambient, irradiance=irradiance)
    lens = replace(Lens.default(1), distortion=scenes.lens.distortion)
    environment = replace(scenes.environment, intensity=intensity)
    return replace(scenes, lights=lit, environment=environment, lens=lens, sensor=Sensor.default(1))
