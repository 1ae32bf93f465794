"""Tests of framing: the size and place that were drawn are those of the label; cameras stay out of floors and things."""

import numpy as np
import pytest
from catalogs import everything, fast, renderer_of
from distributions import spans
from placed import Placed

from raster.errors import InputError
from raster.randomizers.camera import Camera
from raster.randomizers.distractors import Distractors
from raster.randomizers.framing import Framing
from raster.randomizers.morphs import Morphs
from raster.randomizers.objects import Objects
from raster.randomizers.placement import Placement
from raster.randomizers.scale import Scale
from raster.scene.outline_points import outline_points
from raster.scene.sampler import Sampler

# One object of each class alone, afloat; distances and angles that leave every size as it was drawn.
ALONE = {"objects": Objects(count=1), "distractors": Distractors(count=0), "placement": Placement(floor=0)}
FREE = {"share": 1, "distance": (0.1, 100)}


def ball(catalog) -> dict:
    """A ball alone."""
    weights = {c: float(c == "sphere") for c in catalog.classes[1:]}
    return ALONE | {"objects": Objects(count=1, weights=weights), "scale": Scale(stretched=0)}


def seen(scenes, points: np.ndarray) -> np.ndarray:
    """(B, P, 2): where points (B, P, 3) are seen: right and up of the middle of the picture, in half heights."""
    pose, cameras = scenes.cameras.world_from_camera.astype(float), scenes.cameras
    own = np.einsum("bij,bpi->bpj", pose[:, :3, :3], points - pose[:, None, :3, 3])
    assert (own[..., 2] < 0).all()
    half = own[..., :2] / -own[..., 2:] / np.tan(cameras.fov_y / 2)[:, None, None]
    half[..., 0] *= cameras.pixel_aspect[:, None]
    return half + cameras.principal_point_ndc[:, None] * np.stack([cameras.aspect, np.ones_like(cameras.aspect)], 1)[:, None]


@pytest.mark.parametrize(("size", "share"), [((96, 96), 0.4), ((64, 96), 0.15), ((96, 48), 0.7)])
def test_a_balls_label_has_the_size_that_was_drawn(catalog, size, share):
    sampler = Sampler(catalog, fast(**ball(catalog), framing=Framing(size=share, offset=0, **FREE)), 0, size)
    made = renderer_of(sampler)
    labels = made.render(sampler(0, 16)).layers["class_id"] > 0
    made.release()
    high, wide = labels.any(axis=2).sum(axis=1), labels.any(axis=1).sum(axis=1)
    np.testing.assert_allclose(high, share * size[0], atol=1.5)
    np.testing.assert_allclose(wide, np.minimum(share * size[0], size[1]), atol=1.5)


@pytest.mark.parametrize("morphed", [0.0, 1.0])
def test_sizes_are_uniform_in_the_logarithm_and_true(fine_catalog, morphed):
    """Of things of every shape, from afar, where their width is that of their outline."""
    framing = Framing(size=(0.05, 1.3), fov_deg=(5, 8), offset=0, **FREE)
    kinds = ["taper", "bulge", "roundness"]
    scenes = Sampler(fine_catalog, fast(**ALONE, framing=framing, morphs=Morphs(share=morphed, kinds=kinds)), 1)(0, 300)
    xy = seen(scenes, outline_points(scenes, np.zeros(300, np.int64)))
    size = np.ptp(xy, axis=1).max(axis=1) / 2
    spans(np.log(size), np.log(0.05), np.log(1.3), slack=0.02)
    middle = (xy.min(axis=1) + xy.max(axis=1)) / 2
    assert (np.abs(middle) < 0.1 * size[:, None]).all()


def test_the_subject_is_where_it_was_drawn(catalog):
    """Offsets in half pictures of a wide picture, evenly in all directions, also with a principal point off the middle."""
    camera = Camera(fov_deg=None, fy=60, fx=70, cx=80, cy=20, roll_deg=(-30, 30))
    framing = Framing(offset=(0.3, 1), fov_deg=None, size=0.1, share=1, distance=(0.1, 100))
    scenes = Sampler(catalog, fast(**ball(catalog), framing=framing, camera=camera), 1, (48, 144))(0, 2000)
    centre = scenes.nodes.local[:, :1, :3, 3].astype(float)  # the first root is the first node
    xy = seen(scenes, centre)[:, 0] / [3, 1]
    spans(np.abs(xy).max(axis=1), 0.3, 1, slack=0.005)
    np.testing.assert_allclose((np.sign(xy) / 2).mean(axis=0), 0, atol=0.05)
    np.testing.assert_allclose(scenes.cameras.focal_px((48, 144)), [[70, 60]] * 2000, rtol=1e-5)


@pytest.mark.parametrize("views", [1, 3])
def test_no_camera_is_in_a_floor_or_a_thing(catalog, views):
    """Nor is a corner of its near plane, and it is above the floor if it was below."""
    changed = {"framing": Framing(share=1, size=(0.03, 2), distance=(0.1, 12)), "camera": Camera(elevation_deg=(-40, 75))}
    changed |= {"objects": Objects(count=(1, 12), empty=0.2), "scale": Scale(size=(0.1, 1))}
    scenes = Sampler(catalog, fast(**changed, placement=Placement(floor=0.7)), 1, (64, 96), views)(0, 600)
    placed, cameras = Placed(scenes), scenes.cameras
    pose, half = cameras.world_from_camera.astype(float), np.tan(cameras.fov_y / 2)
    corner = cameras.near * np.sqrt(1 + half**2 * (1 + cameras.aspect**2))
    assert (pose[placed.floor, 2, 3] > corner[placed.floor]).all()
    assert placed.floor.mean() > 0.2
    labelled = (scenes.catalog.class_id[placed.asset] > 0) & placed.present
    assert (labelled.any(axis=1) == labelled[:, 0]).all()  # the subject is always there
    away = np.linalg.norm(outline_points(scenes, np.zeros(600, np.int64)) - pose[:, None, :3, 3], axis=-1).min(axis=1)
    assert (away > corner)[labelled[:, 0]].all()
    others, far = placed.present.copy(), np.linalg.norm(placed.position - pose[:, None, :3, 3], axis=-1)
    others[:, 0] = False
    assert (far > placed.radius + corner[:, None])[others].all()
    assert np.degrees(cameras.fov_y).max() < 75.01


def test_every_view_of_a_layout_is_framed_by_itself(catalog):
    scenes = Sampler(catalog, fast(framing=Framing(share=1)), 1, views=4)(0, 40)
    size = np.ptp(seen(scenes, outline_points(scenes, np.zeros(40, np.int64))), axis=1).max(axis=1).reshape(10, 4)
    assert (np.ptp(size, axis=1) > 0.05).all()


@pytest.mark.slow
def test_only_the_share_is_framed_and_nothing_else_is_changed(catalog, contents):
    """Cameras, what follows them, and what is left out; the same images in other batches."""
    off, on = (everything(framing=Framing(share=share)) for share in (0.0, 0.5))
    before, after = (Sampler(catalog, each, 1)(0, 100) for each in (off, on))
    framed = (before.cameras.world_from_camera != after.cameras.world_from_camera).any(axis=(1, 2))
    assert 0.3 < framed.mean() < 0.7
    before, whole, part = contents(before), contents(after), contents(Sampler(catalog, on, 1)(50, 20))
    for key, value in whole.items():
        if len(value) == 100:
            np.testing.assert_array_equal(value[~framed], before[key][~framed], err_msg=key)
            np.testing.assert_array_equal(value[50:70], part[key], err_msg=key)
    changed = {key for key, value in whole.items() if not np.array_equal(value, before[key])}
    assert changed <= {"asset", "nodes.mesh", "nodes.class_id", "nodes.local", "cameras.world_from_camera", "cameras.fov_y",
                       "lens.distortion", "lens.focus", "nodes.material.texture_from_object"}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "words"), [({"size": 0}, "size=\\[0, 0\\]: "), ({"offset": [0, 2]}, "offset="), ({"share": 2}, "share=")]
)
def test_wrong_values_are_refused(values, words):
    with pytest.raises(InputError, match=f"^{words}"):
        Framing(**values)
