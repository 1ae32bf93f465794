"""coarse_plain, coarse_setup: the same images, smaller and with one sample a pixel, seen before the right ones are drawn."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from raster.run.setup import Setup
from raster.scene.requirements import EFFECTS

COARSE_PX = 128  # longest side
# Options in px of the image, which must shrink with it.
IN_PIXELS = (("camera", "fx"), ("camera", "fy"), ("camera", "cx"), ("camera", "cy"), ("sensor", "blur_px"))
SHADOWS, MARGIN = (0, 2, 4), 0.05  # lights with shadows, and steps of the margin, for which a renderer is made


def coarse_plain(plain: dict[str, Any], count: int) -> dict[str, Any] | None:
    """A checked configuration of the same images for `count` at once, small; None where they are as small already."""
    height, width = plain["size"]
    if max(height, width) <= COARSE_PX and plain["samples"] == 1:
        return None
    share = min(1.0, COARSE_PX / max(height, width))
    size = [max(16, round(height * share)), max(16, round(width * share))]
    made = {name: dict(said) if isinstance(said, Mapping) else said for name, said in plain["randomizers"].items()}
    for name, key in IN_PIXELS:
        if made.get(name) and made[name].get(key) is not None:
            made[name][key] = _scaled(made[name][key], share)
    layers = [layer for layer in plain["layers"] if layer == "instance_id"]
    drawn = {"size": size, "samples": 1, "batch": count, "n": max(plain["n"], count)}
    return {**plain, **drawn, "randomizers": made, "layers": layers}


def _scaled(value: Any, share: float) -> Any:
    return [each * share for each in value] if isinstance(value, list) else value * share


def coarse_setup(setup: Setup) -> Setup:
    """A setup of coarse_plain() whose renderer can draw what similar ones want too: shaders take longer to compile than to run.

    Its annotations are left out.
    """
    needed = setup.sampler.requirements
    distorts = "distortion" in needed.effects
    setup.sampler.requirements = replace(
        needed,
        shadows=next(count for count in SHADOWS if count >= needed.shadows),
        occlusion=True,
        highlights=True,
        effects=tuple(effect for effect in EFFECTS if effect != "distortion" or distorts),
        margin=MARGIN * math.ceil(needed.margin / MARGIN) if distorts else 0.0,
    )
    return replace(setup, annotations={}, label_filter=None)
