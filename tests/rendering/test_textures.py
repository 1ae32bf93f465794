"""Tests of procedural textures as drawn: patterns by formula, anti-aliasing, that no two are alike."""

import numpy as np
import pytest
from textured_wall import SIZE, wall

from raster.assets.catalog import Catalog
from raster.color import linear_from_srgb
from raster.randomizers.textures import Textures
from raster.rendering.renderer import Renderer
from raster.scene.materials import MAPPINGS, PROCEDURAL, TEXTURES
from raster.scene.sampler import Sampler
from raster.scene.scenes import Scenes
from raster.solids.cube import cube


@pytest.fixture(scope="module")
def walls():
    """A renderer of cubes, 128 x 128 px."""
    made = Renderer(Catalog({"cube": cube()}), (SIZE, SIZE), 8)
    yield made
    made.release()


def weights(walls: Renderer, *arguments, **options) -> np.ndarray:
    """(H, W) weight of the second colour, as drawn."""
    color = walls.render(wall(walls, *arguments, **options)).layers["color"][0]
    assert np.ptp(color.astype(int), axis=-1).max() == 0
    return linear_from_srgb(color[..., 0] / 255.0)


def coordinates(cells: float, offset=(0.0, 0.0)) -> tuple[np.ndarray, np.ndarray]:
    """x (W,) and y (H, 1) of the pixels' centres in cells."""
    along = ((np.arange(SIZE) + 0.5) / SIZE - 0.5) * cells
    return along + offset[0], -along[:, None] + offset[1]


@pytest.mark.parametrize("offset", [(0, 0, 0), (0.3, -0.6, 0), (5.7, 2.2, 1)])
def test_checker_is_black_and_white_by_parity(walls, offset):
    """The second colour where the sum of the cell's numbers along x, y and z is even, but for pixels on an edge."""
    x, y = coordinates(6, offset)
    found = weights(walls, "checker", 6, offset)
    inside = (np.abs(x % 1 - 0.5) < 0.45) & (np.abs(y % 1 - 0.5) < 0.45)
    odd = (np.floor(x) + np.floor(y) + np.floor(offset[2] + 0.25)) % 2 == 1
    np.testing.assert_allclose(found[inside & odd], 0, atol=0.01)
    np.testing.assert_allclose(found[inside & ~odd], 1, atol=0.01)
    assert inside.mean() > 0.7


def test_stripes_follow_x_alone(walls):
    x, _ = coordinates(6, (0.2, 0))
    found = weights(walls, "stripes", 6, (0.2, 0.0, 0.0))
    assert np.ptp(found, axis=0).max() < 0.02
    inside = np.abs(x % 1 - 0.5) < 0.45
    even = np.floor(x) % 2 == 0
    assert np.ptp(found[:, inside & even]) < 0.02
    assert np.ptp(found[:, inside & ~even]) < 0.02
    assert abs(found[0, inside & even].mean() - found[0, inside & ~even].mean()) > 0.98


def test_gradient_runs_once_from_one_colour_to_the_other(walls):
    x, _ = coordinates(2)
    found = weights(walls, "gradient", 2)
    np.testing.assert_allclose(found, np.broadcast_to(np.clip(x + 0.5, 0, 1), found.shape), atol=0.012)


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_dots_are_round_and_one_in_a_cell(walls, mapping):
    """Through balls of diameter 0.6 at their middle, z = 0.5; a plane of discs by uv."""
    offset = (0.1, 0.2, 0.25) if mapping == "object" else (0.1, 0.2, 0.0)
    x, y = coordinates(5, (0.1, 0.2)) if mapping == "object" else coordinates(5, (2.6, 2.7))
    away = np.hypot(x % 1 - 0.5, y % 1 - 0.5)
    found = weights(walls, "dots", 5, offset, mapping)
    assert found[away < 0.26].min() > 0.98
    assert found[away > 0.34].max() < 0.02
    assert found.mean() == pytest.approx(np.pi * 0.3**2, abs=0.02)


@pytest.mark.parametrize("texture", ["value_noise", "gradient_noise"])
def test_noise_is_smooth_and_fills_its_range(walls, texture):
    found = weights(walls, texture, 4)
    assert found.min() < 0.3
    assert found.max() > 0.7
    assert found.mean() == pytest.approx(0.5, abs=0.12)
    assert np.abs(np.diff(found, axis=0)).max() < 0.15  # a thirty-second of a cell a pixel
    moved = weights(walls, texture, 4, (1.0, 0.0, 0.0))  # the same noise, a cell to the left
    np.testing.assert_allclose(moved[:, :96], found[:, 32:], atol=0.02)
    assert np.abs(weights(walls, texture, 4, (17.0, 5.0, 3.0)) - found).mean() > 0.05


def test_flat_is_the_first_colour(walls):
    assert weights(walls, "flat", 8).max() == 0


def test_uv_mapping_lays_the_texture_on_each_face(walls):
    """u to the right, v up, 0..1 over the face: `cells` cells along each."""
    x, y = coordinates(4, (2, 2))
    found = weights(walls, "checker", 4, mapping="uv")
    inside = (np.abs(x % 1 - 0.5) < 0.4) & (np.abs(y % 1 - 0.5) < 0.4)
    odd = (np.floor(x) + np.floor(y)) % 2 == 1
    assert np.ptp(found[inside & odd]) < 0.02
    assert np.ptp(found[inside & ~odd]) < 0.02
    assert abs(found[inside & odd].mean() - found[inside & ~odd].mean()) > 0.98


def test_a_background_counts_its_cells_over_the_height(catalog):
    """And they are square in a picture that is not."""
    made = Renderer(catalog, (60, 120), 1)
    scenes = Scenes.zeros(catalog, [0], {"objects": 1}, aspect=2)
    scenes.background.color[:], scenes.background.color2[:] = 0, 1
    scenes.background.texture[:] = TEXTURES.index("checker")
    scenes.background.texture_from_object[:] = np.diag([6.0, 6.0, 0.0, 1.0])[:3]
    found = made.render(scenes).layers["color"][0, ..., 0]
    made.release()
    cell = 10  # px
    x, y = np.meshgrid((np.arange(120) - 60) // cell, (np.arange(60) - 30) // cell)
    odd = (x + y) % 2 == 1
    inside = (np.abs(np.arange(120) % cell - 4.5) < 4) & (np.abs(np.arange(60)[:, None] % cell - 4.5) < 4)
    assert {np.ptp(found[inside & odd]), np.ptp(found[inside & ~odd])} == {0}
    assert {found[inside & odd].max(), found[inside & ~odd].max()} == {0, 255}


# --- Anti-aliasing


@pytest.mark.parametrize(
    ("texture", "mean"),
    [("checker", 0.5), ("stripes", 0.5), ("dots", 0.113), ("value_noise", 0.5), ("gradient_noise", 0.5)],
)
def test_far_away_a_texture_is_flat(walls, texture, mean):
    """At ten cells a pixel, and near at a tenth of a cell a pixel it is not."""
    far = weights(walls, texture, 10.37 * SIZE)
    assert far.std() < 0.03
    assert far.mean() == pytest.approx(mean, abs=0.03)
    assert weights(walls, texture, 0.1 * SIZE).std() > 0.1


@pytest.mark.parametrize("texture", ["checker", "stripes"])
@pytest.mark.parametrize("cells", [0.13, 0.37, 0.71, 1.3])
def test_a_pixel_shows_the_average_over_its_area(walls, texture, cells):
    """Against points: the pattern by parity, at 16 x 16 points in each pixel."""
    fine = ((np.arange(16 * SIZE) + 0.5) / (16 * SIZE) - 0.5) * cells * SIZE + 0.19
    x, y = fine, -fine[:, None] + 2 * 0.19
    parity = np.floor(x) + (np.floor(y) if texture == "checker" else 0 * y)
    average = (parity % 2).reshape(SIZE, 16, SIZE, 16).mean(axis=(1, 3))
    found = weights(walls, texture, cells * SIZE, (0.19, 0.19, 0.0))
    error = min(np.abs(found - average).max(), np.abs(1 - found - average).max())
    assert error < 0.12  # 16 points a side are a sixteenth off at an edge


# --- No two alike


def test_every_object_has_a_texture_of_its_own(catalog, randomizers):
    scenes = Sampler(catalog, randomizers(), seed=0)(0, 200)
    drawn = scenes.nodes.mesh >= 0
    drawn[:, scenes.roots[scenes.slots["floor"]][0] :] = False
    first = np.zeros(drawn.shape[1], bool)
    first[scenes.roots + 1] = True  # one part of each object
    matrices = scenes.nodes.material.texture_from_object[drawn & first].reshape(-1, 12)
    assert len(matrices) > 1000
    assert len(np.unique(matrices, axis=0)) == len(matrices)


@pytest.mark.parametrize("kind", PROCEDURAL[1:])
def test_eight_cubes_of_one_kind_look_different_and_always_the_same(walls, kind):
    """The same cube in the same place, in eight images."""

    def draw() -> np.ndarray:
        scenes = wall(walls, "flat", 1, batch=8)
        sampled = Sampler(walls.catalog, {"textures": Textures(kinds=[kind])}, seed=0)
        sampled.slots["objects"] = 1
        material = sampled(0, 8).nodes.material
        for field in ("texture", "mapping", "texture_from_object"):
            getattr(scenes.nodes.material, field)[:] = getattr(material, field)
        return walls.render(scenes).layers["color"].astype(int)

    drawn = draw()
    for a in range(8):
        for b in range(a):
            assert np.abs(drawn[a] - drawn[b]).mean() > 4, (a, b)
    np.testing.assert_array_equal(draw(), drawn)
