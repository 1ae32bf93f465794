"""Tests of what an option of raster.generate changes in the data set, and that it changes nothing else."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from drawn_sets import OBJECT, SIZE, SMALL, N, labels, manifest, pixels, records, varied
from programs import LISTS, data, generate_here, run_here

from raster.dataset.verify import verify
from raster.errors import InputError

pytestmark = pytest.mark.slow


def test_images_that_got_no_floor_are_counted(tmp_path):
    """Where the camera looks less than 6 degrees down, or is lower than 0.6 of the square's half side, of 2 m."""
    words = ["preset=plain", "randomizers.placement.floor=1", "randomizers.placement.floor_radius=2", "n=40", "size=16"]
    low = ["randomizers.camera.elevation_deg=[0,60]", "randomizers.camera.jitter=0.3"]
    said = generate_here(tmp_path, *words, *low, "out=set").splitlines()
    bare, expected = 0, 0
    for record in records(tmp_path / "set"):
        pose = np.array(record["camera"]["world_from_camera"])
        bare += "floor" not in {entry["slot"] for entry in record["objects"]}
        expected += pose[2, 2] > -0.1 or pose[2, 3] < 0.6 * 2
    assert 0 < bare == expected < 40
    (line,) = [line for line in said if "have no floor" in line]
    assert line.startswith(f"NOTE: {bare} of 40 images have no floor: ")
    high = ["randomizers.camera.elevation_deg=[40,60]", "randomizers.camera.jitter=0.3"]
    assert "have no floor" not in generate_here(tmp_path, *words, *high, "out=other")
    assert "have no floor" not in generate_here(tmp_path, *words, *low, "randomizers.placement.floor=0.5", "out=half")


def test_the_pass_of_colour_may_be_another_and_labels_stay(base, tmp_path):
    other = varied(tmp_path, "passes/color=phong")
    assert labels(other) == labels(base)
    assert records(other, "image_sha256") == records(base, "image_sha256")
    assert (pixels(other, "images") != pixels(base, "images")).mean() > 0.02


def test_a_set_that_grows_keeps_its_images_and_their_split(base, tmp_path):
    grown = tmp_path / "set"
    shutil.copytree(base, grown)
    said = generate_here(tmp_path, *SMALL, "out=set", "n=41", "batch=3")
    assert "done: 17 frames" in said
    old, new = data(base), data(grown)
    assert {name: new[name] for name in old if name not in LISTS} == {name: old[name] for name in old if name not in LISTS}
    assert new["scenes.jsonl"].startswith(old["scenes.jsonl"])
    assert new["valid.txt"].startswith(old["valid.txt"])
    (tmp_path / "fresh").mkdir()
    assert data(varied(tmp_path / "fresh", "n=41")) == new  # nothing tells it from one drawn at once
    held_out = new["valid.txt"].decode().split()
    golden = (5**0.5 - 1) / 2
    assert held_out == [f"{i:06d}.png" for i in range(41) if i * golden % 1 >= 0.8]  # a fifth, spread evenly
    assert [record["split"] == "valid" for record in records(grown)] == [i * golden % 1 >= 0.8 for i in range(41)]
    assert manifest(grown)["counts"]["train"] == 41 - len(held_out) in (32, 33, 34)


def test_a_set_from_a_later_image_on_holds_those_images(base, tmp_path):
    later = varied(tmp_path, "first=16", "n=8", "valid=3")
    assert verify(later)["valid"] == 3
    assert (later / "valid.txt").read_text().split() == [f"{i:06d}.png" for i in (16, 17, 18)]
    for folder in ("images", "labels"):
        assert sorted(path.name for path in (later / folder).iterdir()) == [f"{i:06d}.png" for i in range(16, 24)]
        for path in (later / folder).iterdir():
            assert path.read_bytes() == (base / folder / path.name).read_bytes()
    assert records(later, "split") == records(base, "split")[16:]
    sheet = tmp_path / "sheet.png"
    assert "2 images from number 16" in run_here(tmp_path, "raster.preview", f"dir={later}", "count=2", f"file={sheet}")


@pytest.mark.parametrize(("share", "count"), [(0, 0), (0.5, 12), (0.1, 2), (7, 7)])
def test_the_share_of_validation_images(share, count, base, tmp_path):
    other = varied(tmp_path, f"valid={share}")
    assert len((other / "valid.txt").read_text().splitlines()) == count == verify(other)["valid"]
    assert records(other, "split") == records(base, "split")
    pictures = [{name: content for name, content in data(out).items() if name not in LISTS} for out in (other, base)]
    assert pictures[0] == pictures[1]


def test_another_seed_changes_every_image(base, tmp_path):
    one, two = data(base), data(varied(tmp_path, "seed=1"))
    assert [name for name in one if name not in ("codes.txt", "valid.txt") and one[name] == two[name]] == []
    assert not set(one.values()) & {content for name, content in two.items() if name.startswith("images/")}


@pytest.mark.parametrize("boxes", ["annotations=[boxes]", "annotations=[]"])
def test_images_that_show_no_class_are_counted_and_told(boxes, tmp_path):
    said = generate_here(tmp_path, *SMALL, "preset=fast", "out=set", "randomizers.objects.empty=0.25", boxes)
    bare = ~pixels(tmp_path / "set", "labels").reshape(N, -1).any(axis=1)
    assert 6 <= bare.sum() < N
    assert [bool(record.get("unlabelled")) for record in records(tmp_path / "set")] == bare.tolist()
    assert manifest(tmp_path / "set")["counts"]["unlabelled"] == bare.sum() == verify(tmp_path / "set")["unlabelled"]
    assert f"NOTE: {bare.sum()} of {N} images show nothing of any class; " in said
    assert f"NOTE: {N} of {N} images show nothing of any class; " in generate_here(
        tmp_path, *SMALL, "out=none", "randomizers=[]"
    )


def test_nothing_is_said_of_images_that_all_show_a_class(base):
    assert "unlabelled" not in manifest(base)["counts"]
    assert not any("unlabelled" in record for record in records(base))


@pytest.fixture(scope="module")
def fast(tmp_path_factory) -> Path:
    """Without a sensor, which spreads light over neighbouring pixels."""
    return varied(tmp_path_factory.mktemp("fast"), "preset=fast")


def test_another_background_changes_only_where_nothing_stands(fast, tmp_path):
    base = fast
    other = varied(tmp_path, "preset=fast", "randomizers.background.kinds=[stripes]", "randomizers.background.frequency=20")
    assert labels(other) == labels(base)
    assert records(other, "image_sha256") == records(base, "image_sha256")
    changed = (pixels(other, "images") != pixels(base, "images")).any(axis=-1)
    assert not changed[pixels(base, "labels") > 0].any()
    for i, record in enumerate(records(base)):
        covered = sum(entry["visible_px"] for entry in record["objects"])
        assert changed[i].sum() <= SIZE**2 - covered
    assert changed.sum() > 1000


@pytest.mark.parametrize(
    "change",
    ["lights.kelvin=3000", "materials.hue_deg=20", "textures.kinds=[checker]", "floor.value=1", "sensor.exposure_ev=1",
     "environment.gain=2", "lights.shadows=0", "lights.occlusion=1", "lights.bounce=1", "lights.highlights=1",
     "sensor.metered=0", "sensor.key=0.5", "lens.defocused=1", "markings.share=0"],
)  # fmt: skip
def test_another_look_leaves_labels_alone(change, base, tmp_path):
    other = varied(tmp_path, f"randomizers.{change}")
    assert labels(other) == labels(base)
    without = ("image_sha256", "lights") if change.startswith(("lights", "environment")) else ("image_sha256",)
    assert records(other, *without) == records(base, *without)
    assert (pixels(other, "images") != pixels(base, "images")).sum() > 1000


def test_more_samples_smooth_the_picture_and_leave_labels_alone(fast, tmp_path):
    base = fast
    other = varied(tmp_path, "preset=fast", "samples=4")
    assert labels(other) == labels(base)
    assert records(other, "image_sha256") == records(base, "image_sha256")
    rough, smooth = (pixels(out, "images").astype(np.int16) for out in (base, other))
    assert (rough != smooth).any(axis=(1, 2, 3)).all()
    assert np.abs(rough - smooth).mean() < 10  # the same scenes
    assert np.abs(np.diff(smooth, axis=2)).mean() < np.abs(np.diff(rough, axis=2)).mean()


def test_without_boxes_only_their_keys_are_missing(base, tmp_path):
    other = varied(tmp_path, "annotations.boxes=null")
    one, two = data(base), data(other)
    assert {name for name in one if one[name] != two[name]} == {"scenes.jsonl"}
    expected = records(base)
    for record in expected:
        for entry in record["objects"]:
            del entry["visible_px"], entry["bbox"]
    assert records(other) == expected
    assert verify(other)["images"] == N


def test_a_set_that_is_not_square(tmp_path):
    out = varied(tmp_path, "size=[48,64]", "n=6")
    assert pixels(out, "images").shape == (6, 48, 64, 3)
    assert pixels(out, "labels").shape == (6, 48, 64)
    for record in records(out):
        camera = record["camera"]
        assert (camera["width"], camera["height"], camera["cx"], camera["cy"]) == (64, 48, 32, 24)
        assert camera["fx"] == camera["fy"]  # square pixels; the vertical field of view is what the range says
        assert 22 <= 2 * np.degrees(np.arctan(24 / camera["fy"])) <= 60
    assert verify(out)["images"] == 6
    assert any(x + w > 48 for record in records(out) for x, _, w, _ in (e["bbox"] for e in record["objects"] if e["bbox"]))


def test_a_composite_is_one_object_of_several_parts(tmp_path):
    out = varied(tmp_path, "solids=[cube,dumbbell]", "n=8")
    assert (out / "codes.txt").read_text() == "background\ncube\ndumbbell\n"
    entries = [entry for record in records(out) for entry in record["objects"]]
    found = [entry for entry in entries if entry["class"] == "dumbbell"]
    assert len(found) > 5
    for entry in found:
        assert list(entry) == [*OBJECT[:6], "parts", *OBJECT[6:]]
        assert (entry["class_id"], entry["solid"]) == (2, "dumbbell")
        assert [part["solid"] for part in entry["parts"]] == ["sphere", "sphere", "cylinder"]
        world = np.array(entry["world_from_object"])
        for part, z in zip(entry["parts"], (-0.3, 0.3, 0.0), strict=True):  # as conf/solids/dumbbell.yaml places them
            centre = np.array(part["world_from_object"])[:, 3]
            np.testing.assert_allclose(centre, world @ [0, 0, z, 1], atol=1e-5)
    assert all("parts" not in entry for entry in entries if entry["class"] != "dumbbell")
    assert verify(out)["images"] == 8


def test_test_images_are_a_third_split(base, tmp_path):
    third = varied(tmp_path, "test=0.25")
    facts, held = verify(third), manifest(third)
    listed = (third / "test.txt").read_text().split()
    assert (facts["train"], facts["valid"], facts["test"]) == (N - facts["valid"] - len(listed), facts["valid"], len(listed))
    assert [held["counts"][name] for name in ("train", "valid", "test")] == [facts[k] for k in ("train", "valid", "test")]
    assert set(held["files"]) == {*LISTS, "test.txt"}
    assert [r["image"][-10:] for r in records(third) if r["split"] == "test"] == listed
    assert 4 <= len(listed) <= 8
    assert data(third) | {"scenes.jsonl": b""} == data(base) | {"scenes.jsonl": b""}  # valid.txt and pictures are as without
    said = run_here(tmp_path, "raster.validate", str(third))
    assert f"({facts['train']} train, {facts['valid']} valid, {len(listed)} test)" in said
    assert "complete: " in generate_here(tmp_path, *SMALL, "out=set", "test=0.25")
    (third / "test.txt").write_text("000000.png\n")
    with pytest.raises(InputError, match=rf"test\.txt: is not the sorted list of the {len(listed)} files with split test"):
        verify(third)
    assert "done: 0 frames" in generate_here(tmp_path, *SMALL, "out=set", "test=0.25")
    assert (third / "test.txt").read_text().split() == listed
    assert verify(third)["digest"] == facts["digest"]
    (third / "test.txt").unlink()
    assert "done: 0 frames" in generate_here(tmp_path, *SMALL, "out=set", "test=0.25")
    assert verify(third)["digest"] == facts["digest"]


def test_a_set_of_before_test_images_is_complete(base, tmp_path):
    """Its manifest does not have the option."""
    there = Path(shutil.copytree(base, tmp_path / "set"))
    held = manifest(there)
    del held["configuration"]["test"]
    (there / "manifest.json").write_text(json.dumps(held))
    assert "complete: " in generate_here(tmp_path, *SMALL, "out=set")
    error = generate_here(tmp_path, *SMALL, "out=set", "test=0.1", code=2)
    assert "test is absent there and 0.1 here" in error
    assert verify(there)["valid"] == manifest(base)["counts"]["valid"]
