"""sampler_of: scenes whose things fall; drops_of: what is asked to be settled for them."""

import pytest
from catalogs import fast

from raster.assets.catalog import Catalog
from raster.physics import layout_cache as layouts
from raster.physics.drop import Drop
from raster.randomizers.camera import Camera
from raster.randomizers.distractors import Distractors
from raster.randomizers.objects import Objects
from raster.randomizers.placement import Placement
from raster.scene.sampler import Sampler


def sampler_of(catalog: Catalog, count: int = 12, seed: int = 1, views: int = 1, **changed: object) -> Sampler:
    own = {"placement": Placement(floor=1, arrangements=["physics"], floor_radius=1.8, **changed)}
    own |= {"objects": Objects(count=count), "distractors": Distractors(2)}
    own |= {"camera": Camera(elevation_deg=(30, 90), distance=(4, 5))}
    return Sampler(catalog, fast(**own), seed, views=views)


def drops_of(sampler: Sampler, count: int) -> list[Drop]:
    """What placement asks to be settled for the first images."""
    asked: list[Drop] = []
    with pytest.MonkeyPatch.context() as patch:
        real = layouts.settle_all
        patch.setattr("raster.arrangements.physics.settle_all", lambda drops: asked.extend(drops) or real(drops))
        sampler(0, count)
    return asked
