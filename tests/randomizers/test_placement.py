"""Tests of placement over thousands of scenes: nothing overlaps, and things rest on the floor."""

import numpy as np
import pytest
from placed import Placed, smallest_gaps, vertices

from raster.arrangements.grid_cells import Grid
from raster.randomizers.camera import Camera
from raster.randomizers.distractors import Distractors
from raster.randomizers.objects import Objects
from raster.randomizers.placement import FLOOR_DEPTH, FLOOR_SIZE, Placement
from raster.randomizers.scale import Scale
from raster.randomizers.walls import THICK, Walls
from raster.scene.sampler import Sampler

# --- Nothing goes through anything


@pytest.mark.slow
def test_nothing_overlaps(setting):
    placed = Placed(setting(0, 600))
    assert placed.present.any(axis=1).all()
    assert smallest_gaps(placed).min() > -1e-5


def test_first_objects_centre_is_in_the_picture_and_not_too_near(setting):
    scenes = setting(0, 600)
    placed, cameras = Placed(scenes), scenes.cameras
    assert placed.present[:, 0].all()
    pose = cameras.world_from_camera.astype(float)
    right, up, back = np.einsum("bij,bi->jb", pose[:, :3, :3], placed.position[:, 0] - pose[:, :3, 3])
    assert (-back > cameras.near).all()
    assert (-back < cameras.far).all()
    half = np.tan(cameras.fov_y / 2)
    assert (np.abs(up / back) < half).all()
    assert (np.abs(right / back) < half * cameras.aspect).all()
    distance = np.linalg.norm(placed.position[:, 0] - pose[:, :3, 3], axis=1)
    assert (placed.radius[:, 0] < 0.5 * distance).all()  # it does not fill the picture, nor hold the camera


@pytest.mark.slow
def test_nothing_stands_between_the_camera_and_the_first_objects_centre(setting):
    """The straight line to it misses every other bounding ball."""
    scenes = setting(0, 600)
    placed, eye = Placed(scenes), scenes.cameras.world_from_camera[:, :3, 3].astype(float)
    line = placed.position[:, 0] - eye
    offset = placed.position - eye[:, None]
    along = np.clip(np.einsum("boi,bi->bo", offset, line) / (line * line).sum(axis=1)[:, None], 0, 1)
    away = np.linalg.norm(offset - along[..., None] * line[:, None], axis=-1) - placed.radius
    others = placed.present.copy()
    others[:, 0] = False
    assert np.where(others, away, np.inf).min() > -1e-5


# --- On a floor


@pytest.mark.parametrize(
    "camera", [Camera(), Camera(distance=(1.2, 1.8), elevation_deg=(70, 90), fov_deg=60)], ids=["usual", "near"]
)
def test_objects_on_a_floor_rest_on_it(camera, catalog, randomizers):
    """The lowest vertex of each is at z = 0, three or more if it is flat there, and so is the floor's top."""
    changed = {"placement": Placement(floor=1.0, lying=0.6, floor_radius=2), "scale": Scale(size=(0.7, 1))}
    scenes = Sampler(catalog, randomizers(camera=camera, **changed), seed=2)(0, 300)
    placed, seen = Placed(scenes), 0
    assert placed.floor.sum() > 200
    flat = ("cube", "cylinder", "cone", "pyramid", "tetrahedron", "triangular_prism", "hexagonal_prism", "cross")
    for kind in np.unique(placed.asset[placed.present]):
        points = vertices(catalog, kind)
        for b, o in np.argwhere((placed.asset == kind) & placed.floor[:, None]):
            z = points @ placed.root[b, o, 2, :3] + placed.root[b, o, 2, 3]
            assert abs(z.min()) < 1e-4, (catalog.assets[kind], b, o)
            if catalog.assets[kind] in flat:
                low = np.unique(np.round(points[z < 1e-5], 6), axis=0)
                assert len(low) >= (2 if catalog.assets[kind] == "cross" else 3), catalog.assets[kind]
            seen += 1
    assert seen > 1500
    floor = scenes.nodes.local[:, scenes.roots[scenes.slots["floor"]]][:, 0]
    np.testing.assert_allclose(floor[:, 2, 2] / 2 + floor[:, 2, 3], 0, atol=1e-7)
    np.testing.assert_allclose(floor[0, [0, 1, 2], [0, 1, 2]], [FLOOR_SIZE, FLOOR_SIZE, FLOOR_DEPTH], rtol=1e-6)


def test_the_share_that_lies(catalog, randomizers):
    """A cone that stands has its apex up: its axis is vertical."""
    for lying in (0.0, 0.4, 1.0):
        changed = {"placement": Placement(floor=1, lying=lying), "objects": Objects(weights=only(catalog, "cone"))}
        placed = Placed(Sampler(catalog, randomizers(**changed), seed=3)(0, 400))
        here = placed.floor[:, None] & (placed.asset == catalog.assets.index("cone"))
        upright = placed.root[..., 2, 2][here] > 0.999 * placed.scale[..., 2][here]
        assert abs(upright.mean() - (1 - lying)) <= 4 * np.sqrt(lying * (1 - lying) / here.sum())


def only(catalog, name: str) -> dict[str, float]:
    return {c: float(c == name) for c in catalog.classes[1:]}


def test_objects_keep_the_share_of_their_room_that_scale_gave_them(catalog, randomizers):
    """All but the first, which may have shrunk, are `size` times the largest of them, whatever their shape."""
    changed = {"scale": Scale(size=0.6, stretched=0), "objects": Objects(count=6), "distractors": Distractors(count=0)}
    placed = Placed(Sampler(catalog, randomizers(**changed), seed=4)(0, 100))
    half = Placed(Sampler(catalog, randomizers(**{**changed, "scale": Scale(size=1, stretched=0)}), seed=4)(0, 100))
    ratio = placed.radius[:, 1:6] / half.radius[:, 1:6]
    np.testing.assert_allclose(ratio, 0.6, rtol=1e-5)
    assert (np.ptp(half.radius[:, 1:6], axis=1) < 1e-5).all()


@pytest.mark.parametrize(("share", "elevation", "expected"), [(0, 40, 0), (0.5, 40, 0.5), (1, 40, 1), (1, -40, 0)])
def test_a_floor_lies_below_the_cameras_that_look_down(catalog, randomizers, share, elevation, expected):
    changed = {"placement": Placement(floor=share), "camera": Camera(elevation_deg=elevation, distance=5)}
    placed = Placed(Sampler(catalog, randomizers(**changed), seed=5)(0, 1000))
    assert abs(placed.floor.mean() - expected) <= 4 * np.sqrt(expected * (1 - expected) / 1000)


def test_afloat_objects_keep_their_rotation(catalog, randomizers):
    placement = Placement(floor=0)
    root = Placed(Sampler(catalog, randomizers(placement=placement, scale=None), seed=6)(0, 500))
    turns = (root.root[..., :3, :3] / root.scale[..., None, :])[root.present]
    np.testing.assert_allclose((turns**2).mean(axis=0), 1 / 3, atol=0.03)


# --- The grid


@pytest.mark.parametrize("floor", [False, True])
def test_cells_are_different_and_inside_the_region(floor):
    """Any number of objects: no two share a cell, also where the line of sight takes all it can."""
    rng, batch, most = np.random.default_rng(7), 300, 40
    count, radius = rng.integers(0, most + 1, batch), rng.uniform(0.5, 3, batch)
    grid = Grid.around(radius, count + 1, most + 1, np.full(batch, floor))
    first = rng.uniform(-1, 1, (batch, 3)) * radius[:, None] * [1, 1, 0 if floor else 1]
    eye = first + rng.normal(size=(batch, 3)) + [0, 0, 4 if floor else 0]
    wanted = np.arange(most) < count[:, None]
    cells = grid.assign(rng.random((batch, Grid.cells(most + 1))), wanted, eye, first, 0.5 * grid.half)
    assert (np.abs(cells) + grid.half[:, None, None] * [1, 1, not floor] <= radius[:, None, None] + 1e-9)[wanted].all()
    for b in range(batch):
        own = np.round(cells[b][wanted[b]] / grid.half[b], 6)
        assert len(np.unique(own, axis=0)) == count[b]
    near = np.linalg.norm(cells - first[:, None], axis=-1) < 1.5 * grid.half[:, None] - 1e-9
    assert not near[wanted].any()  # no cell reaches the first object


def test_cells_are_taken_at_random():
    """Each cell that is free is taken about as often as another."""
    batch, most = 4000, 3
    grid = Grid.around(np.ones(batch), np.full(batch, most + 1), most + 1, np.zeros(batch, bool))
    far = np.full((batch, 3), 50.0)
    chance = np.random.default_rng(8).random((batch, Grid.cells(most + 1)))
    cells = grid.assign(chance, np.ones((batch, most), bool), far + 1, far, np.full(batch, 0.1))
    counts = np.unique(np.round(cells.reshape(-1, 3), 6), axis=0, return_counts=True)[1]
    assert len(counts) == grid.side[0] ** 3
    expected = counts.sum() / len(counts)
    freedom = len(counts) - 1
    assert ((counts - expected) ** 2 / expected).sum() < freedom + 3.5 * np.sqrt(2 * freedom)


def test_nothing_goes_through_a_wall(catalog, everything):
    """However near the walls: every bounding ball is on the camera's side of all four."""
    changed = {"walls": Walls(share=1, distance=(0.5, 3), images=None), "placement": Placement(floor=1), "environment": None}
    scenes = Sampler(catalog, everything(**changed), seed=7)(0, 600)
    placed, walls = Placed(scenes), scenes.slots["walls"]
    room = (scenes.asset[:, walls] >= 0).all(axis=1)
    assert room.sum() > 100
    local, near = scenes.nodes.local[:, scenes.roots[walls]].astype(float), np.inf
    for k in range(4):
        normal = local[:, k, :3, 1] / np.linalg.norm(local[:, k, :3, 1], axis=-1, keepdims=True)
        normal *= np.sign((local[:, k, :3, 3] * normal).sum(axis=-1, keepdims=True))  # outward
        face = (local[:, k, :3, 3] * normal).sum(axis=-1) - THICK / 2
        gap = face[:, None] - (placed.position * normal[:, None]).sum(axis=-1) - placed.radius
        gap = gap[placed.present & room[:, None]]
        assert gap.min() > -1e-5
        near = min(near, gap.min())
    assert near < 1e-3  # some wall does stand as near as it may
