"""Tests of recipes in docs/: flat colours are flat, and small parts fill the picture of a real camera at their size."""

import re
import shlex

import numpy as np
import pytest
import trimesh
from programs import ROOT

from raster.arrangements.problem import scale_of
from raster.run.config import load_config
from raster.run.setup import Setup, build_setup
from raster.scene.materials import TEXTURES

pytestmark = pytest.mark.slow


def built(page: str, heading: str, *more: str) -> Setup:
    """The first command below a heading of a page, but for its files, with more overrides."""
    text = (ROOT / "docs" / page).read_text().partition(f"\n{heading}\n")[2]
    command = re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)[0].replace("\\\n", " ")
    words = [word for word in shlex.split(command)[3:] if not word.startswith(("out=", "file=", "n="))]
    return build_setup(load_config([*words, "n=64", *more]))


def test_flat_colours_are_flat():
    """Every surface, drawn or not, and the background: no texture but one, no picture, no relief, no environment to be seen."""
    scenes = built("scenes.md", "### Flat colours only", "size=32").sampler(0, 64)
    shown = scenes.nodes.mesh >= 0
    assert {TEXTURES[number] for number in np.unique(scenes.nodes.material.texture[shown])} == {"flat"}
    assert not scenes.nodes.material.wear[shown].any()
    assert not scenes.nodes.material.bump[shown].any()
    assert {TEXTURES[number] for number in np.unique(scenes.background.texture)} == {"flat"}
    assert not scenes.environment.visible.any()


def test_small_parts_are_large_in_the_picture_and_as_large_as_they_are(tmp_path):
    """A bolt of 40 mm, 0.2 to 0.7 of the height where it is framed, of a camera with these intrinsics."""
    (tmp_path / "bolt").mkdir()
    trimesh.creation.cylinder(6, 40).export(tmp_path / "bolt" / "m12.stl")
    setup = built("own-meshes.md", "## Small real parts before a real camera", f"objects.meshes={tmp_path}")
    assert setup.meshes.notes == ()
    scenes = setup.sampler(0, 64)
    cameras = scenes.cameras
    np.testing.assert_allclose(cameras.intrinsics_px((480, 640)), [[615.2, 614.8, 322.6, 239.2]] * 64, rtol=1e-12)
    first = scenes.nodes.local[:, scenes.roots[0]].astype(float)
    here = scenes.asset[:, 0] >= 0
    np.testing.assert_allclose(scale_of(first)[here], 1, rtol=1e-5)
    assert (scenes.asset[:, scenes.slots["floor"]] >= 0).all()  # a table in every image
    more = setup.sampler(64, 512)
    assert (more.asset[:, more.slots["floor"]] >= 0).all()
    away = np.linalg.norm(first[:, :3, 3] - cameras.world_from_camera[:, :3, 3], axis=1)
    share = 614.8 * 0.04 / away[here] / 480  # of the height, if it is seen from the side
    assert np.median(share) > 0.1
    assert share.max() < 0.9
