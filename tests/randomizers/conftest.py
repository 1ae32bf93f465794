"""setting: samplers in which few or many, near or far things are placed."""

import pytest

from raster.randomizers.camera import Camera
from raster.randomizers.distractors import Distractors
from raster.randomizers.objects import Objects
from raster.randomizers.placement import Placement
from raster.randomizers.scale import Scale
from raster.scene.sampler import Sampler

# What differs from the defaults, and height and width in px.
SETTINGS = {
    "default": ({}, (96, 96)),
    "wide": ({}, (48, 144)),
    "tall": ({}, (144, 48)),
    "many": ({"objects": Objects(count=(40, 80)), "distractors": Distractors(count=(0, 20))}, (96, 96)),
    "one among distractors": ({"objects": Objects(count=1), "distractors": Distractors(count=20)}, (64, 96)),
    "tele": ({"camera": Camera(fov_deg=(8, 15))}, (96, 96)),
    "wide angle": ({"camera": Camera(fov_deg=(100, 130))}, (96, 48)),
    "near": ({"camera": Camera(distance=(0.5, 1.5))}, (96, 96)),
    "off": ({"camera": Camera(jitter=(0, 3), roll_deg=(-180, 180))}, (48, 96)),
    "any side": ({"camera": Camera(elevation_deg=(-90, 90))}, (96, 96)),
    "large": ({"placement": Placement(radius=(3, 5), floor_radius=(3, 5)), "scale": Scale(size=1, stretched=0)}, (96, 96)),
    "all floor": ({"placement": Placement(floor=1, lying=0.7), "camera": Camera(elevation_deg=(20, 90))}, (96, 96)),
}


@pytest.fixture(params=SETTINGS)
def setting(request, catalog, randomizers):
    """A sampler of one of the settings."""
    replaced, size = SETTINGS[request.param]
    return Sampler(catalog, randomizers(**replaced), seed=1, size=size)
