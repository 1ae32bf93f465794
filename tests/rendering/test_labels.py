"""The labels are right: every pixel of random scenes against the ray caster, by way of the record as JSON.

With everything on, unless a test says otherwise: lenses that distort, principal points off the middle, fx and fy that differ,
walls, shadows, environments, focus, motion, sensor, JPEG, four samples.
"""

from dataclasses import replace

import numpy as np
import pytest
import ray_solids
from catalogs import PBR, renderer_of
from compared_labels import AGREE, BENT, Tally, compare

from raster.assets.catalog import Catalog
from raster.passes import CLASS_ID
from raster.randomizers.camera import Camera
from raster.randomizers.distractors import Distractors
from raster.randomizers.lens import Lens
from raster.randomizers.objects import Objects
from raster.randomizers.placement import Placement
from raster.randomizers.walls import Walls
from raster.scene.sampler import Sampler
from raster.solids.cube import cube
from raster.solids.cylinder import cylinder

BORDER = 0.25  # at most this share of an image may be excused, else the comparison says little


def intrinsics(size: tuple[int, int], **ranges: object) -> Camera:
    """Focal lengths along x and y, of a view of about 35 to 70 degrees, and a principal point off the middle, all in px."""
    height, width = size
    pinhole = {"fy": (0.75 * height, 1.5 * height), "fx": (0.7 * height, 1.6 * height)}
    centre = {"cx": (0.4 * width, 0.6 * width), "cy": (0.4 * height, 0.6 * height)}
    return Camera(**{"fov_deg": None, **pinhole, **centre, **ranges})


def check(catalog, randomizers: dict, seed: int, size: tuple[int, int], count: int) -> Tally:
    sampler, tally = Sampler(catalog, randomizers, seed, size), Tally()
    drawing = renderer_of(sampler, min(count, 12), passes=(CLASS_ID, PBR), samples=4)
    for frames in drawing.stream(sampler(k, min(12, count - k)) for k in range(0, count, 12)):
        compare(frames, tally)
    drawing.release()
    near = f"{tally.excused} near an outline, of which {tally.excused_and_differ} differ"
    print(f"{tally.images} images, {tally.pixels} pixels, {near}")
    return tally


@pytest.fixture
def straight(everything):
    """A function: everything(), but no lens distorts."""
    return lambda **changed: everything(lens=replace(everything()["lens"], distorted=0.0), **changed)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "size", "count"), [(0, (96, 96), 24), (1, (60, 112), 10), (2, (112, 60), 10)])
@pytest.mark.parametrize(("lens", "agree"), [("straight", AGREE), ("everything", BENT)])
def test_every_pixel_is_the_ray_casters(lens, agree, seed, size, count, catalog, request):
    tally = check(catalog, request.getfixturevalue(lens)(camera=intrinsics(size)), seed, size, count)
    assert tally.images == count
    assert tally.excused < BORDER * tally.pixels
    assert tally.excused_and_differ < agree * tally.excused
    if size == (96, 96):
        assert tally.seen == {*catalog.classes[1:], "ring", "cross", "cube"}  # "cube": the floor


@pytest.mark.slow
def test_every_pixel_of_more_scenes(catalog, everything):
    tally = check(catalog, everything(camera=intrinsics((128, 128))), 10, (128, 128), 32)
    assert tally.excused < BORDER * tally.pixels
    assert tally.excused_and_differ < BENT * tally.excused


@pytest.mark.slow
@pytest.mark.parametrize(
    "changed",
    [
        {"camera": Camera(distance=(0.3, 1.5), fov_deg=(60, 110))},  # inside objects, and cut by the near plane
        {"camera": Camera(distance=(8, 20), fov_deg=(8, 20), roll_deg=(-180, 180))},
        {"camera": Camera(elevation_deg=(-90, 90), jitter=(0, 2))},
        {"objects": Objects(count=(40, 60)), "distractors": Distractors(count=20)},
        {"placement": Placement(floor=1, lying=1), "walls": Walls(share=1, distance=(0.8, 1.5))},
    ],
)
@pytest.mark.parametrize(("lens", "agree"), [("straight", AGREE), ("everything", BENT)])
def test_every_pixel_of_unusual_scenes(lens, agree, changed, catalog, request):
    tally = check(catalog, request.getfixturevalue(lens)(**changed), 20, (128, 160), 12)
    assert tally.excused_and_differ < agree * tally.excused
    assert tally.pixels - tally.excused > 50_000


@pytest.mark.slow
@pytest.mark.parametrize(
    "lens",
    [
        Lens(distorted=1, k1=(-0.13, -0.1), k2=(0, 0.02), tangential=0), Lens(distorted=1, k1=(0.1, 0.14), k2=0, tangential=0),
        Lens(distorted=1, k1=0, k2=0, tangential=(0.02, 0.03)), Lens(distorted=1, k1=(-0.3, -0.25), k2=(0.15, 0.2)),
    ],
    ids=["barrel", "pincushion", "off centre", "moustache"],
)  # fmt: skip
def test_every_pixel_seen_through_a_strong_lens(lens, catalog, everything):
    tally = check(catalog, everything(lens=lens, camera=intrinsics((80, 96))), 40, (80, 96), 8)
    assert tally.excused < BORDER * tally.pixels
    assert tally.excused_and_differ < 1.5 * BENT * tally.excused  # where it enlarges, half a pixel becomes more than that


@pytest.mark.slow
def test_every_pixel_where_objects_go_through_each_other(catalog, straight):
    """All at the origin. Solids with flat faces: round ones are drawn a little smaller than they are, by less than half
    a pixel across the view, but where two surfaces nearly touch that moves the line between them much farther.
    """
    weights = {"sphere": 0, "cylinder": 0, "cone": 0, "capsule": 0, "torus": 0, "dumbbell": 0}
    changed = {"objects": Objects(weights=weights), "distractors": Distractors(weights={"ring": 0}), "placement": None}
    tally = check(catalog, straight(**changed, camera=Camera(distance=4)), 20, (128, 160), 24)
    assert tally.pixels - tally.excused > 400_000
    assert tally.seen == {*catalog.classes[1:], "cross"} - set(weights)


@pytest.mark.slow
def test_every_pixel_of_large_images(catalog, everything):
    """Where the finest meshes are drawn."""
    tally = check(catalog, everything(objects=Objects(count=(2, 5))), 30, (512, 512), 1)
    assert tally.excused < 0.1 * tally.pixels


@pytest.mark.slow
def test_deep_bevels_are_the_ray_casters_and_not_sharp(everything):
    """Also that the cut of a cube with a class is not the floor's, which is a cube too."""
    meshes = {"cube": cube(0.2), "cylinder": cylinder(bevel=0.2)}
    cut = {"cube": ray_solids.chamfered_cube(0.2), "cylinder": ray_solids.chamfered_cylinder(0.2)}
    catalog = Catalog(meshes)
    sampler = Sampler(catalog, everything(distractors=None, objects=Objects(count=(3, 6))), 5, (96, 96))
    drawing = renderer_of(sampler, 12)
    frames = drawing.render(sampler(0, 12))
    drawing.release()
    compare(frames, Tally(), {(name, name): shape for name, shape in cut.items()})
    for name in meshes:
        with pytest.raises(AssertionError, match="pixels, the first"):
            compare(frames, Tally(), {(other, other): shape for other, shape in cut.items() if other != name})


# --- What must hold in any image


def test_layers_and_records_agree(full_sampler, full_renderer):
    """An instance has one class, which is its record's; a pixel without an instance has none."""
    frames = full_renderer.render(full_sampler(60, 16))
    for b, record in enumerate(frames.records):
        ids, classes = frames.layers["instance_id"][b], frames.layers["class_id"][b]
        of_instance = np.array([0] + [o["class_id"] for o in record["objects"]])
        assert [o["instance"] for o in record["objects"]] == list(range(1, len(of_instance)))
        np.testing.assert_array_equal(classes, of_instance[ids])
        for entry in record["objects"]:
            assert entry["class"] == frames.classes[entry["class_id"]]


@pytest.mark.slow
@pytest.mark.parametrize("changed", [{"sensor": None}, {"lens": "bare"}, {"sensor": None, "lens": "bare"}], ids=str)
def test_what_blurs_and_degrades_the_picture_changes_no_byte_of_labels(changed, full_sampler, full_renderer, everything):
    """Sensor, JPEG, focus, motion and aberration, on and off; the picture does change."""
    if "lens" in changed:
        off = {"defocused": 0.0, "moving": 0.0, "aberrated": 0.0, "vignette": 0.0}
        changed = {**changed, "lens": replace(everything()["lens"], **off)}
    sampler = Sampler(full_sampler.catalog, everything(**changed), full_sampler.seed, full_sampler.size)
    assert set(sampler.requirements.effects) < set(full_sampler.requirements.effects)
    drawing = renderer_of(sampler, passes=(CLASS_ID, PBR), samples=4)
    with_all, without = full_renderer.render(full_sampler(0, 16)).layers, drawing.render(sampler(0, 16)).layers
    drawing.release()
    for layer in ("class_id", "instance_id"):
        assert with_all[layer].tobytes() == without[layer].tobytes()
    assert (with_all["color"] != without["color"]).any(axis=(1, 2, 3)).mean() > 0.6
