"""Tests of the seams between the copies of a picture: no pixel there has a colour that the picture does not have nearby."""

import numpy as np
import pytest
from stored_models import store

from raster.assets.catalog import Catalog
from raster.assets.library import Library
from raster.assets.meshes.imported_mesh import WRAPS, PbrMaterial
from raster.geometry.mesh import Mesh
from raster.randomizers.texture_mapping import planar_matrix
from raster.rendering.renderer import Renderer
from raster.scene.materials import MAPPINGS, TEXTURES
from raster.scene.scenes import Scenes
from raster.solids.cube import cube
from raster.transforms import compose, look_at

SIZES = (64, 75, 128, 200)  # px: sides of the images
SIDE = 128  # px: of the picture
TURN, OFFSET = 0.4, np.array([0.31, 0.17, 0.0])


def soft_spot() -> np.ndarray:
    """(SIDE, SIDE, 3) uint8: bright in the middle, black along all edges, without a step: copies meet in black."""
    away = np.abs(np.linspace(-1, 1, SIDE))
    bright = np.cos(np.pi / 2 * away) ** 2
    return np.rint(255 * (bright[:, None] * bright) ** 0.5)[..., None].repeat(3, axis=2).astype(np.uint8)


def step_from_around(color: np.ndarray) -> int:
    """How far a pixel is from the median of the 5 x 5 around it, at most. color (H, W, 3); 2 x 2 pixels sway no median."""
    grey = color[..., 1].astype(int)
    windows = np.lib.stride_tricks.sliding_window_view(grey, (5, 5))
    return int(np.abs(grey[2:-2, 2:-2] - np.median(windows, axis=(2, 3))).max())


def lit_evenly(catalog: Catalog, size: int, library: Library) -> Scenes:
    """One object that shows the only picture, in white light from everywhere."""
    scenes = Scenes.zeros(catalog, [0], {"objects": 1, "distractors": 0}, size=(size, size), library=library)
    scenes.lights.color[:], scenes.lights.ambient[:] = 0, 1
    for material in (scenes.nodes.material, scenes.background):
        material.specular[:], material.texture[:] = 0, TEXTURES.index("image")
    return scenes


def shows(scenes: Scenes, position, scale, cells: float, plane: np.ndarray) -> None:
    """The object is a cube whose texture has so many cells in a metre of a plane; plane (3, 3): object axes to its u, v, 0."""
    scenes.set_assets(slice(0, 1), np.zeros((1, 1), int))
    scenes.nodes.local[:, scenes.roots] = compose(position, scale=scale)
    scenes.nodes.material.mapping[:] = MAPPINGS.index("object")
    matrix = planar_matrix(np.array(cells), np.array(TURN), OFFSET)
    matrix[:, :3] = matrix[:, :3] @ (plane * np.array(scale))
    scenes.nodes.material.texture_from_object[:] = matrix


def background(scenes: Scenes) -> None:
    scenes.background.texture_from_object[:] = planar_matrix(np.array(2.3), np.array(TURN), OFFSET)


def floor(scenes: Scenes) -> None:
    shows(scenes, (0, 0, -0.5), (60, 60, 1), 0.35, np.array([[1, 0, 0], [0, 1, 0], [0, 0, 0]]))
    scenes.cameras.world_from_camera[:] = look_at(np.array([[0.3, -2.2, 2.6]]), np.zeros((1, 3)))


def wall(scenes: Scenes) -> None:
    shows(scenes, (0, 0.5, 0), (20, 1, 20), 0.7, np.array([[1, 0, 0], [0, 0, 1], [0, 0, 0]]))
    scenes.cameras.world_from_camera[:] = look_at(np.array([[1.9, -2.5, 0.4]]), np.array([[0.2, 0, 0]]))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("surface", [background, floor, wall])
def test_no_bright_dots_lie_along_the_seams(surface, size, made):
    library = Library(soft_spot()[None])
    renderer = made(Catalog({"cube": cube()}), (size, size), batch=1, library=library)
    scenes = lit_evenly(renderer.catalog, size, library)
    surface(scenes)
    color = renderer.render(scenes).layers["color"][0]
    assert np.ptp(color) > 150
    assert step_from_around(color) < 50, "a dot is 100 away and more"


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("wrap", range(len(WRAPS)), ids=WRAPS)
def test_no_bright_dots_lie_along_the_seams_of_an_own_mesh(wrap, size, tmp_path):
    """Beyond the edges of its picture this is repeated, drawn out, or mirrored."""
    corners = np.array([[-2, 0, -2], [2, 0, -2], [2, 0, 2], [-2, 0, 2]], np.float32)
    normals, turned = np.tile(np.float32([0, -1, 0]), (4, 1)), np.array([[1.1, 0.4], [-0.4, 1.1]], np.float32)
    sheet = Mesh(corners, normals, corners[:, [0, 2]] @ turned, np.array([[0, 1, 2], [0, 2, 3]], np.uint32))
    look = PbrMaterial((1, 1, 1), 0.0, 1.0, 0, wrap=(wrap, wrap))
    catalog = Catalog({}, {}, [store(tmp_path / "sheet", sheet, material=look, picture=soft_spot())])
    scenes = lit_evenly(catalog, size, Library(np.zeros((0, 8, 8, 3), np.uint8)))
    scenes.set_assets(slice(0, 1), np.array([[catalog.first_imported]]))
    material, texture = scenes.nodes.material, TEXTURES.index("base_color")
    material.texture[:], material.image[:], material.mapping[:] = texture, 1, MAPPINGS.index("uv")
    material.color[:], material.color2[:] = 1, 0
    scenes.cameras.world_from_camera[:] = look_at(np.array([[0.6, -1.4, 0.2]]), np.array([[0.2, 0, 0]]))
    renderer = Renderer(catalog, (size, size), 1, library=scenes.library)
    color = renderer.render(scenes).layers["color"][0]
    renderer.release()
    assert np.ptp(color) > 150
    assert step_from_around(color) < 50
