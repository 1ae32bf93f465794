"""Test of adding a texture: one entry of a Python table and one formula in a GLSL file, in a copy of the project."""

import shutil

import numpy as np
import pytest
from programs import ROOT, run

from raster.color import linear_from_srgb

ENTRY = '    "zigzag": "plain",\n'
FORMULA = (
    "    if (texture_index == TEXTURE_ZIGZAG) "
    "result = 0.5 + 0.5 * square_wave(p + vec3(2.0 * abs(fract(p.y) - 0.5)), w + vec3(2.0 * w.y)).x;\n"
)
# Draws it as the background, six cells high, and lets a randomizer choose it for objects.
SCRIPT = """
import numpy as np
from raster.assets.catalog import Catalog
from raster.randomizers.textures import Textures
from raster.rendering.renderer import Renderer
from raster.scene.materials import TEXTURES
from raster.scene.sampler import Sampler
from raster.scene.scenes import Scenes
from raster.solids.cube import cube

catalog = Catalog({"cube": cube()})
renderer = Renderer(catalog, (60, 120), 1)
scenes = Scenes.zeros(catalog, [0], {"objects": 1}, aspect=2)
scenes.background.color[:], scenes.background.color2[:] = 0, 1
scenes.background.texture[:] = TEXTURES.index("zigzag")
scenes.background.texture_from_object[:] = np.diag([6.0, 6.0, 0.0, 1.0])[:3]
np.save("drawn.npy", renderer.render(scenes).layers["color"][0])
sampled = Sampler(catalog, {"textures": Textures(kinds=["zigzag"])}, seed=0)
sampled.slots["objects"] = 1
assert (sampled(0, 8).nodes.material.texture == TEXTURES.index("zigzag")).any()
"""


def insert(path, before: str, line: str) -> None:
    """Insert one line before the only place where this text stands."""
    text = path.read_text()
    assert text.count(before) == 1
    path.write_text(text.replace(before, line + before))


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The project with one texture more."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("raster", "shaders", "conf"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    insert(folder / "raster" / "scene" / "materials.py", '    "image": "image",', ENTRY)
    insert(folder / "shaders" / "include" / "paint_plain.glsl", "    return result;\n}\n\n// See paint.glsl.", FORMULA)
    return folder


@pytest.mark.slow
def test_a_new_texture_is_drawn_by_its_formula(copy):
    """Pixels that lie within one stripe are black or white, as the formula says at their centres."""
    done = run("-c", SCRIPT, cwd=copy, PYTHONPATH=str(copy))
    assert done.returncode == 0, done.stderr
    found = linear_from_srgb(np.load(copy / "drawn.npy")[..., 0] / 255.0)
    x, y = np.meshgrid((np.arange(120) + 0.5 - 60) / 10, (30 - np.arange(60) - 0.5) / 10)
    shifted = x + 2 * np.abs(y % 1 - 0.5)
    inside = np.abs(shifted % 1 - 0.5) < 0.3  # a pixel is 0.1 cells, and sees 0.3 cells of the shifted stripes
    white = np.floor(shifted) % 2 == 0
    assert inside.mean() > 0.5
    assert 0.3 < white.mean() < 0.7
    np.testing.assert_allclose(found[inside], white[inside], atol=0.01)
