"""Tests of things strewn and stacked on a floor: nothing overlaps, what stands is carried, one is in view, sizes are kept."""

import numpy as np
import pytest
from catalogs import fast
from placed import Placed, smallest_gaps, vertices

from raster.assets.catalog import Catalog
from raster.errors import InputError
from raster.geometry.support_faces import top_facet
from raster.randomizers.camera import Camera
from raster.randomizers.distractors import Distractors
from raster.randomizers.objects import Objects
from raster.randomizers.placement import Placement
from raster.randomizers.scale import Scale
from raster.run.config import load_config
from raster.run.setup import build_setup
from raster.scene.sampler import Sampler
from raster.scene.scenes import ARRANGEMENTS
from raster.solids.cube import cube
from raster.solids.cylinder import cylinder
from raster.solids.hexagonal_prism import hexagonal_prism
from raster.solids.torus import torus

SETTINGS = {
    "default": {},
    "many": {"objects": Objects(count=(30, 50)), "distractors": Distractors(count=(0, 10))},
    "one among distractors": {"objects": Objects(count=1), "distractors": Distractors(count=20)},
    "large": {"scale": Scale(size=1, stretched=1)},
}


def on_floor(arrangement: str, **changed: object) -> Placement:
    return Placement(floor=1, arrangements=[arrangement], **changed)


@pytest.fixture(params=SETTINGS)
def setting(request) -> dict:
    return {"camera": Camera(elevation_deg=(25, 90)), **SETTINGS[request.param]}


def scenes_of(catalog: Catalog, arrangement: str, setting: dict, count: int, views: int = 1, **changed: object):
    randomizers = fast(placement=on_floor(arrangement, **changed), **setting)
    return Sampler(catalog, randomizers, seed=1, views=views)(0, count)


@pytest.mark.parametrize("half", Placement().floor_radius)
@pytest.mark.parametrize("views", [1, 3])
def test_strewn_things_do_not_touch_and_are_inside_the_square(setting, views, half, catalog):
    placed = Placed(scenes_of(catalog, "poisson", setting, 45, views, floor_radius=half))
    assert placed.present.any(axis=1).all()
    floor = placed.floor
    assert floor.mean() > 0.9
    assert smallest_gaps(placed)[floor].min() > 0.009
    beyond = np.abs(placed.position[..., :2]).max(axis=-1) + placed.radius - half
    assert np.where(placed.present & floor[:, None], beyond, -1).max() < 1e-5


@pytest.mark.parametrize("arrangement", ["poisson", "stacks"])
def test_things_keep_their_size_or_shrink_by_half_at_most_or_go(arrangement, catalog):
    """One thing alone keeps it; of many some have no room for it."""
    fixed = {"scale": Scale(size=0.8, stretched=0), "camera": Camera(elevation_deg=(40, 60), distance=8)}
    single = {**fixed, "objects": Objects(count=1), "distractors": None}
    alone = Placed(scenes_of(catalog, arrangement, single, 50, largest=0.5))
    np.testing.assert_allclose(alone.radius[alone.present], 0.2, rtol=1e-5)
    crowd = {**fixed, "objects": Objects(count=150), "distractors": None}
    placed = Placed(scenes_of(catalog, arrangement, crowd, 20, largest=0.5))
    share = placed.radius[placed.present] / 0.2
    assert share.max() < 1 + 1e-5
    # What is on top of a tower may shrink to 0.3, and the tower as a whole by half.
    assert share.min() > (0.5 if arrangement == "poisson" else 0.3 * 0.5) - 1e-5
    assert 20 < placed.present.sum(axis=1).min() < 150


@pytest.mark.parametrize("arrangement", ["poisson", "stacks"])
def test_the_first_thing_is_in_view_and_nothing_strewn_hides_it(arrangement, catalog, setting):
    scenes = scenes_of(catalog, arrangement, setting, 100)
    placed, pose = Placed(scenes), scenes.cameras.world_from_camera.astype(float)
    seen = placed.floor & placed.present[:, 0]
    assert seen.mean() > 0.9
    right, up, back = np.einsum("bij,bi->jb", pose[:, :3, :3], placed.position[:, 0] - pose[:, :3, 3])
    half = np.tan(scenes.cameras.fov_y / 2)
    inside = (-back > scenes.cameras.near) & (np.abs(up / back) < half) & (np.abs(right / back) < half * scenes.cameras.aspect)
    assert inside[seen].mean() > 0.99  # a square that the camera looks past holds it all the same
    if arrangement == "poisson":
        eye = pose[:, :3, 3]
        line, offset = placed.position[:, 0] - eye, placed.position - eye[:, None]
        along = np.clip(np.einsum("boi,bi->bo", offset, line) / (line * line).sum(axis=1)[:, None], 0, 1)
        away = np.linalg.norm(offset - along[..., None] * line[:, None], axis=-1) - placed.radius
        others = placed.present.copy()
        others[:, 0] = False
        assert np.where(others & seen[:, None], away, np.inf).min() > -1e-5


def world_points(scenes, placed: Placed, b: int, o: int) -> np.ndarray:
    return vertices(scenes.catalog, placed.asset[b, o]) @ placed.root[b, o, :3, :3].T + placed.position[b, o]


@pytest.mark.slow
@pytest.mark.parametrize("views", [1, 2])
def test_stacked_things_are_carried_by_what_is_below(setting, views, catalog):
    """Whatever overlaps, seen from above, is above the other; it stands on a flat top, its middle over that."""
    scenes = scenes_of(catalog, "stacks", setting, 10 if "objects" in setting else 30, views)
    placed, around = Placed(scenes), np.linspace(0, 2 * np.pi, 60, endpoint=False)
    ways, carried, tall = np.stack([np.cos(around), np.sin(around)]), 0, 0
    for b in np.flatnonzero(placed.floor):
        there = np.flatnonzero(placed.present[b])
        points = [world_points(scenes, placed, b, o) for o in there]
        low, high = (np.array([f(p[:, 2]) for p in points]) for f in (np.min, np.max))
        extents = np.array([(p[:, :2] @ ways).max(axis=0) for p in points])  # support in 60 directions
        for i in range(len(there)):
            carriers = 0
            for j in range(len(there)):
                overlap = (extents[i] + np.roll(extents[j], 30)).min()  # along the direction in which it is least
                if i == j or overlap < 0.002:
                    continue
                assert low[i] > high[j] - 1e-4 or low[j] > high[i] - 1e-4, (b, i, j)
                if abs(low[i] - high[j]) < 1e-4:
                    carriers += 1
                    top = points[j][points[j][:, 2] > high[j] - 1e-4]
                    assert len(np.unique(top.round(5), axis=0)) >= 3
                    middle = placed.position[b, there[i], :2]
                    assert (middle @ ways <= (top[:, :2] @ ways).max(axis=0) + 1e-6).all()
            assert carriers == (low[i] > 1e-4), (b, i)
            carried += carriers
        tall = max(tall, high.max())
    if setting.get("distractors") != Distractors(count=20):  # rings and crosses: they have no flat tops
        assert carried > 30
        assert tall > 0.5


def test_towers_have_as_many_storeys_as_are_asked_for(catalog):
    """Cubes of one size: a tower of three has three, each smaller than the one below."""
    only = {name: float(name == "cube") for name in catalog.classes[1:]}
    setting = {"objects": Objects(count=9, weights=only), "distractors": None, "scale": Scale(size=0.5, stretched=0)}
    setting["camera"] = Camera(elevation_deg=(50, 60), distance=8)
    placed = Placed(scenes_of(catalog, "stacks", setting, 40, stack=3))
    near = np.linalg.norm(placed.position[:, :, None, :2] - placed.position[:, None, :, :2], axis=-1) < 0.1
    assert (near.sum(axis=2) == 3).mean() > 0.95
    assert len(np.unique(placed.radius.round(3))) >= 3


def test_the_flat_tops_of_solids():
    apothems = [(cube(), 0.5), (cylinder(48), 0.5 * np.cos(np.pi / 48)), (hexagonal_prism(), 0.5 * np.cos(np.pi / 6))]
    for mesh, expected in apothems:
        centre, radius = top_facet(mesh.positions.astype(float), mesh.triangles, np.array([0.0, 0.0, 1.0]))
        np.testing.assert_allclose(centre, [0, 0, 0.5], atol=1e-6)
        assert radius == pytest.approx(expected, abs=1e-6)
    assert top_facet(torus().positions.astype(float), torus().triangles, np.array([0.0, 0.0, 1.0]))[1] == 0


# --- What is not asked for


def test_the_grid_is_as_it_was_whatever_else_could_be(catalog, contents):
    """A weight of another arrangement moves no scene that stays in a grid."""
    usual, mixed = (fast(placement=p) for p in (Placement(), Placement(arrangements={"grid": 1, "poisson": 1})))
    one, other = (Sampler(catalog, r, 5)(0, 40) for r in (usual, mixed))
    grid = other.arrangement.method == ARRANGEMENTS.index("grid")
    assert 10 < grid.sum() < 38
    one, other = contents(one), contents(other)
    for key in one:
        if key not in ("nodes.parent", "nodes.object"):
            np.testing.assert_array_equal(one[key][grid], other[key][grid], err_msg=key)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"arrangements": ["heaps"]}, "arrangements.heaps: there is nothing of this name; choose from grid, poisson, stacks"),
        ({"arrangements": ["poisson"], "largest": 1.6}, "largest=1.6: at most 1.5, the lowest floor_radius"),
        ({"largest": 0}, "largest="),
        ({"settle_s": 0}, "settle_s="),
        ({"settle_s": [1, 2]}, "settle_s=[1, 2]: expected one number"),
        ({"stack": [0, 3]}, "stack=[0, 3]: expected values"),
        ({"stack": [1.5, 3]}, "stack=[1.5, 3]: expected whole numbers"),
    ],
)
def test_what_is_refused(fields, said):
    with pytest.raises(InputError) as refused:
        Placement(**fields)
    assert str(refused.value).startswith(said)


def test_one_override_chooses_an_arrangement():
    words = ["randomizers.placement.arrangements={grid: 0, stacks: 1}", "randomizers.placement.floor=1"]
    scenes = build_setup(load_config(["preset=fast", "size=32", *words])).sampler(0, 40)
    floor = scenes.asset[:, scenes.slots["floor"]][:, 0] >= 0
    assert (scenes.arrangement.method[floor] == ARRANGEMENTS.index("stacks")).all()
    assert not scenes.arrangement.method[~floor].any()
