"""Tests of scale: own meshes keep their proportions, so that their poses are rigid; solids are stretched."""

import numpy as np
import pytest
from catalogs import fast

from raster.randomizers.scale import Scale
from raster.scene.sampler import Sampler


@pytest.mark.parametrize(("share", "rigid"), [(0.0, True), (1.0, False)])
def test_own_meshes_are_stretched_on_demand_only(catalog_of_models, share, rigid):
    scenes = Sampler(catalog_of_models, fast(scale=Scale(stretched=1.0, stretched_meshes=share)), 0)(0, 16)
    objects = scenes.slots["objects"]
    asset = scenes.asset[:, objects]
    matrix = scenes.nodes.local[:, scenes.roots[objects], :3, :3].astype(np.float64)
    side = np.linalg.norm(matrix, axis=-2)  # (B, O, 3) scale along each axis
    uneven = side.max(axis=-1) / side.min(axis=-1) > 1 + 1e-5
    own = catalog_of_models.is_imported[asset] & (asset >= 0)
    solid = ~catalog_of_models.is_imported[asset] & (asset >= 0)
    assert own.any()
    assert solid.any()
    assert uneven[solid].all()
    assert uneven[own].any() != rigid
