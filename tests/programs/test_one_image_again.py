"""Tests of drawing images of a data set again: raster.open, at another size, and what is at a pixel."""

import numpy as np
import orjson
import pytest
from drawn_sets import pixels, records, varied
from ray_caster import cast

import raster

pytestmark = pytest.mark.slow
SIZE = 32  # px, of the set `made`


def test_an_opened_set_draws_the_images_that_it_holds(made, again):
    for number in (2, 0):
        frames = next(again.frames(number, 1))
        np.testing.assert_array_equal(frames.layers["color"][0], pixels(made, "images")[number])
        np.testing.assert_array_equal(frames.layers["class_id"][0], pixels(made, "labels")[number])
        held = records(made)[number]
        drawn = orjson.loads(orjson.dumps(frames.records[0], option=orjson.OPT_SERIALIZE_NUMPY))
        assert drawn == {key: held[key] for key in drawn}
        assert set(held) - set(drawn) == {"image", "label", "split", "image_sha256", "label_sha256", "files"}
        assert isinstance(frames.records[0]["camera"]["world_from_camera"], np.ndarray)


def test_render_begins_where_it_is_told_to(again):
    (frames,) = raster.render(n=2, overrides=[f"size={SIZE}"], first=2)
    assert frames.index.tolist() == [2, 3]
    np.testing.assert_array_equal(frames.layers["class_id"][0], next(again.frames(2, 1)).layers["class_id"][0])
    with pytest.raises(raster.InputError, match=r"^first=-1: expected the number of an image, 0 or more$"):
        raster.render(first=-1)


def test_values_can_be_changed(made):
    source = raster.open(made, ["size=[48,64]", "randomizers.objects.count=[3,3]", "~randomizers.distractors"])
    frames = next(source.frames(1, 1))
    source.release()
    assert frames.layers["color"].shape == (1, 48, 64, 3)
    assert [entry["slot"] for entry in frames.records[0]["objects"]].count("objects") == 3
    assert "distractors" not in [entry["slot"] for entry in frames.records[0]["objects"]]


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory):
    """A set of two images of 48 x 64 px with the intrinsics of a camera, none of them in the middle of its range."""
    intrinsics = {"fov_deg": "null", "fx": "[70,80]", "fy": "[72,78]", "cx": "[30,36]", "cy": "25.5"}
    words = [f"randomizers.camera.{name}={value}" for name, value in intrinsics.items()]
    return varied(tmp_path_factory.mktemp("calibrated"), "n=2", "size=[48,64]", "preset=plain", *words)


def test_a_larger_picture_of_a_camera_in_px_is_the_same_picture(calibrated):
    """Three times as large, the centre of pixel (u, v) is that of pixel (3 u + 1, 3 v + 1)."""
    source = raster.open(calibrated, ["size=[144,192]"])
    frames = next(source.frames(0, 2))
    source.release()
    for label, held, larger, record in zip(
        pixels(calibrated, "labels"), records(calibrated), frames.layers["class_id"], frames.records, strict=True
    ):
        small, large = ([camera[name] for name in ("fx", "fy", "cx", "cy")] for camera in (held["camera"], record["camera"]))
        np.testing.assert_allclose(large, 3 * np.array(small), rtol=1e-9)
        pose = np.array(held["camera"]["world_from_camera"], np.float32)
        np.testing.assert_array_equal(record["camera"]["world_from_camera"], pose)
        assert label.any()
        assert (larger[1::3, 1::3] != label).mean() < 0.01  # round solids have more triangles where they are larger


def test_intrinsics_that_are_given_anew_stay_as_given(calibrated):
    anew = {"fx": 60.0, "fy": 61.0, "cx": 33.0, "cy": 31.0}
    source = raster.open(calibrated, ["size=64", *(f"randomizers.camera.{name}={value}" for name, value in anew.items())])
    camera = next(source.frames(0, 1)).records[0]["camera"]
    source.release()
    assert {name: camera[name] for name in anew} == anew
    source = raster.open(calibrated, ["size=[96,128]", "randomizers.camera.cx=70"])
    camera = next(source.frames(0, 1)).records[0]["camera"]
    source.release()
    assert (camera["cx"], camera["cy"]) == (70, 51)


def test_another_shape_needs_intrinsics_of_its_own(calibrated):
    with pytest.raises(raster.InputError) as error:
        raster.open(calibrated, ["size=128", "randomizers.camera={fx: 90, cx: 64}"])
    assert str(error.value) == (
        "size=128: the set's size is [48, 64], and randomizers.camera.fy, cy in px are of that shape; choose a size of that "
        "shape, or give randomizers.camera.fy=PX randomizers.camera.cy=PX for the new size"
    )


@pytest.mark.parametrize(
    ("override", "complaint"),
    [
        ("solids=[cube]", "solids=[cube]: a set is drawn again with the components that it was drawn with; "
         "change values, as size=512 or randomizers.lens=null"),
        ("passes/color=phong", "passes/color=phong: a set is drawn again with the components that it was drawn with; "
         "change values, as size=512 or randomizers.lens=null"),
        ("seed=1,2", "seed=1,2: several values: a list is seed=[1,2], a text with commas 'seed=\"1,2\"'; "
         "a sweep begins with -m"),
        ("+classes={cube: box}", "classes: there is no such key; did you mean objects.classes?"),
        ("randomizers.lihgts.count=1",
         "randomizers.lihgts.count: there is no such key; did you mean randomizers.lights.count?"),
        ("size=4", "size=4: expected px as a whole number or [height, width], 16 or more"),
    ],
)  # fmt: skip
def test_what_cannot_be_changed_is_named(override, complaint, made):
    with pytest.raises(raster.InputError) as error:
        raster.open(made, [override])
    assert str(error.value) == complaint


def test_a_folder_that_is_no_set_is_named(tmp_path):
    with pytest.raises(raster.InputError, match=r"holds no manifest.json, so it is not a data set of raster generate$"):
        raster.open(tmp_path)


def test_a_set_that_cannot_be_drawn_alike_is_told(made, tmp_path):
    manifest = orjson.loads((made / "manifest.json").read_bytes())
    manifest["versions"]["raster"], manifest["configuration"]["library"] = "0.0.1", "0" * 16
    (tmp_path / "manifest.json").write_bytes(orjson.dumps(manifest))
    with pytest.warns(UserWarning, match="drawn") as told:
        raster.open(tmp_path).release()
    said = [str(each.message) for each in told]
    assert any("was drawn by version 0.0.1; this is" in line for line in said)
    assert any("are not those that it was drawn with" in line for line in said)


def test_one_override_removes_all_shadows():
    """Those of suns too, which stay as lights. Without it there are some in these images."""
    casting, kinds = [], []
    for override in ([], ["randomizers.lights.shadows=0"]):
        words = [f"size={SIZE}", "randomizers.environment.share=1", "randomizers.environment.studios=0", *override]
        (frames,) = raster.render(n=8, overrides=words)
        lights = [light for record in frames.records for light in record["lights"]]
        casting.append(any(light.get("shadows") for light in lights))
        kinds.append([light["type"] for light in lights])
    assert casting == [True, False]
    assert kinds[0] == kinds[1]


def test_a_pixel_is_explained_as_a_ray_finds_it():
    """Class, instance and distance are those of the ray caster; the material is that of an object that was sampled."""
    number, source = 1, raster.ImageSource.of(["preset=plain", f"size={SIZE}", "batch=1", "randomizers.lens=null"])
    record = next(source.frames(number, 1)).records[0]
    hits, scenes = cast(record), source.setup.sampler(number, 1)
    camera, checked = record["camera"], 0
    for row, column in np.ndindex(SIZE, SIZE):
        if (row * SIZE + column) % 131:
            continue
        said = source.explain(number, column, row)
        if said["instance"] != hits.instance_id[row, column]:  # on an edge
            continue
        checked += 1
        assert said["class_id"] == hits.class_id[row, column]
        if not said["instance"]:
            assert said["object"] is said["distance"] is None
            continue
        x, y = (column + 0.5 - camera["cx"]) / camera["fx"], (row + 0.5 - camera["cy"]) / camera["fy"]
        assert said["distance"] == pytest.approx(hits.depth[row, column] * np.sqrt(x * x + y * y + 1), rel=0.02)
        assert said["object"]["instance"] == said["instance"]
        colors = scenes.nodes.material.color[0].tolist()
        assert any(np.allclose(said["material"]["color"], color, atol=1e-6) for color in colors)
    source.release()
    assert checked >= 5
