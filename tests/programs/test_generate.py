"""Tests of raster.generate as a whole: what is in the folder, and that only what should changes any of it."""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from fakes import stamps
from omegaconf import OmegaConf
from PIL import Image
from programs import LISTS, data, generate

from raster.dataset.verify import verify

pytestmark = pytest.mark.slow
N, SIZE = 24, 48
SMALL = (f"n={N}", f"size={SIZE}", "batch=5", "workers=1")
REALISTIC = ("n=10", "size=64", "preset=realistic")
KEYS = ["index", "image", "label", "split", "camera", "objects", "lights", "image_sha256", "label_sha256"]
CAMERA = ["width", "height", "fx", "fy", "cx", "cy", "near", "far", "world_from_camera"]
OBJECT = ["instance", "class", "class_id", "solid", "slot", "world_from_object", "visible_px", "bbox"]
MANIFEST = ["complete", "n", "seed", "configuration", "classes", "versions", "renderers", "counts", "files", "digest", "run"]


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    """The set that others are held against."""
    folder = tmp_path_factory.mktemp("base")
    generate(folder, *SMALL, "out=set")
    return folder / "set"


def varied(folder: Path, *overrides: str) -> Path:
    """The same set with other options."""
    generate(folder, *SMALL, "out=set", *overrides)
    return folder / "set"


def pixels(out: Path, folder: str) -> np.ndarray:
    """(N, H, W, 3) or (N, H, W) uint8."""
    return np.stack([np.asarray(Image.open(path)) for path in sorted((out / folder).iterdir())])


def records(out: Path, *without: str) -> list[dict[str, Any]]:
    lines = [orjson.loads(line) for line in (out / "scenes.jsonl").read_bytes().splitlines()]
    return [{key: value for key, value in line.items() if key not in without} for line in lines]


def manifest(out: Path) -> dict[str, Any]:
    return orjson.loads((out / "manifest.json").read_bytes())


def labels(out: Path) -> dict[str, bytes]:
    return {name: content for name, content in data(out).items() if name.startswith("labels/")}


def test_the_folder_holds_what_is_promised_and_no_more(base):
    assert {path.name for path in base.iterdir()} == {"images", "labels", ".hydra", "manifest.json", *LISTS}
    for folder, mode in (("images", "RGB"), ("labels", "L")):
        assert sorted(path.name for path in (base / folder).iterdir()) == [f"{i:06d}.png" for i in range(N)]
        for path in (base / folder).iterdir():
            with Image.open(path) as image:
                assert (image.format, image.mode, image.size) == ("PNG", mode, (SIZE, SIZE))
    assert (base / "codes.txt").read_text() == "background\ncube\nsphere\ncylinder\n"
    assert verify(base)["images"] == N


def test_the_pictures_are_of_something(base):
    """A frame that was never drawn, or drawn twice, is valid too."""
    assert len(set(data(base).values())) == 2 * N + len(LISTS)
    assert (pixels(base, "images").reshape(N, -1).std(axis=1) > 5).all()
    ids = pixels(base, "labels")
    assert ids.reshape(N, -1).any(axis=1).all()  # an object in each
    assert set(np.unique(ids)) == {0, 1, 2, 3}


def test_a_line_of_scenes_for_each_image(base):
    for i, record in enumerate(records(base)):
        assert list(record) == KEYS
        assert record["index"] == i
        assert list(record["camera"]) == CAMERA
        assert [entry["instance"] for entry in record["objects"]] == list(range(1, len(record["objects"]) + 1))
        for entry in record["objects"]:
            assert list(entry) == OBJECT
            assert np.shape(entry["world_from_object"]) == (4, 4)
        assert record["lights"][0]["type"] == "ambient"
        lamps = [light for light in record["lights"] if light["type"] not in ("ambient", "environment")]
        assert len(lamps) <= 4
        assert 2 <= len(record["lights"]) <= len(lamps) + 2
        for key in ("image", "label"):
            assert record[f"{key}_sha256"] == hashlib.sha256((base / record[key]).read_bytes()).hexdigest()


def test_the_manifest(base):
    held = manifest(base)
    assert list(held) == MANIFEST
    assert held["complete"] is True
    assert (held["n"], held["seed"], held["run"]["frames"], held["run"]["workers"]) == (N, 0, N, 1)
    assert held["classes"] == (base / "codes.txt").read_text().split()
    assert set(held["versions"]) == {"python", "raster", "numpy", "moderngl", "isal", "pillow"}
    assert held["files"] == {name: hashlib.sha256((base / name).read_bytes()).hexdigest() for name in LISTS}
    listing = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in data(base).items())
    assert held["digest"] == hashlib.sha256(listing.encode()).hexdigest()
    objects = [entry["class"] for record in records(base) for entry in record["objects"]]
    assert held["counts"]["objects"] == {name: objects.count(name) for name in held["classes"]}


def test_what_hydra_was_told(base):
    hydra = base / ".hydra"
    assert {path.name for path in hydra.iterdir()} == {"config.yaml", "hydra.yaml", "overrides.yaml"}
    assert OmegaConf.to_container(OmegaConf.load(hydra / "overrides.yaml")) == [*SMALL, "out=set"]
    told = OmegaConf.to_container(OmegaConf.load(hydra / "config.yaml"))
    held = manifest(base)["configuration"]
    assert len(held.pop("library")) == 16  # a digest of pictures and environments, which a run loads or makes
    assert {**told, "size": [SIZE, SIZE]} == held


@pytest.mark.parametrize("how", [("workers=2",), ("workers=2", "batch=1"), ("batch=7",), ("batch=24",)])
def test_workers_and_batches_change_no_byte(how, base, tmp_path):
    other = varied(tmp_path, *how)
    assert data(other) == data(base)
    one, two = manifest(base), manifest(other)
    for held in (one, two):
        for key in ("workers", "batch"):
            del held["configuration"][key]
        del held["run"]
    assert one == two


@pytest.fixture(scope="module")
def realistic(tmp_path_factory) -> Path:
    """Ten images with everything on."""
    folder = tmp_path_factory.mktemp("realistic")
    generate(folder, *REALISTIC, "batch=16", "workers=1", "out=set")
    return folder / "set"


@pytest.mark.parametrize("how", [("workers=2", "batch=3"), ("workers=1", "batch=1"), ("workers=2", "batch=1")])
def test_workers_and_batches_change_no_byte_with_everything_on(how, realistic, tmp_path):
    generate(tmp_path, *REALISTIC, *how, "out=set")
    assert data(tmp_path / "set") == data(realistic)


def test_with_everything_on_a_set_is_valid_and_says_what_was_done(realistic):
    """Some of its cameras distort, some lights cast shadows, some scenes stand in an environment."""
    assert verify(realistic)["images"] == 10
    lines = records(realistic)
    bent = [line["camera"]["distortion"] for line in lines if "distortion" in line["camera"]]
    assert 0 < len(bent) < 10
    assert {len(numbers) for numbers in bent} == {5}
    lights = [light for line in lines for light in line["lights"]]
    assert {"ambient", "environment", "directional", "point"} <= {light["type"] for light in lights}
    assert {light["shadows"] for light in lights if "shadows" in light} == {False, True}
    assert {light["map"].split()[0] for light in lights if light["type"] == "environment"} <= {"sky", "studio"}


def test_the_pass_of_colour_may_be_another_and_labels_stay(base, tmp_path):
    other = varied(tmp_path, "passes/color=phong")
    assert labels(other) == labels(base)
    assert records(other, "image_sha256") == records(base, "image_sha256")
    assert (pixels(other, "images") != pixels(base, "images")).mean() > 0.02


def test_a_set_that_grows_keeps_its_images_and_their_split(base, tmp_path):
    grown = tmp_path / "set"
    shutil.copytree(base, grown)
    said = generate(tmp_path, *SMALL, "out=set", "n=41", "batch=3")
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


@pytest.mark.parametrize(("share", "count"), [(0, 0), (0.5, 12), (0.1, 2)])
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
     "environment.gain=2", "lights.shadows=0"],
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
        assert 35 <= 2 * np.degrees(np.arctan(24 / camera["fy"])) <= 70
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


def test_a_complete_set_is_left_alone(base):
    before = stamps(base)
    said = generate(base.parent, *SMALL, "out=set")
    assert said.splitlines()[-1] == f"complete: set holds these {N} images already"
    assert stamps(base) == before


def test_what_was_damaged_is_drawn_again(base, tmp_path):
    out = tmp_path / "set"
    shutil.copytree(base, out)
    (out / "images" / "000003.png").unlink()
    (out / "labels" / "000011.png").write_bytes(b"damaged")
    assert "done: 2 frames" in generate(tmp_path, *SMALL, "out=set")
    assert data(out) == data(base)


def test_without_out_the_same_command_goes_on(base, tmp_path):
    said = generate(tmp_path, *SMALL, "n=6").splitlines()
    assert said[0].startswith("out: out/48x48-seed0-")
    out = tmp_path / said[0].removeprefix("out: ")
    again = generate(tmp_path, *SMALL, "batch=4", "workers=2").splitlines()
    assert again[0] == said[0]
    assert "done: 18 frames" in again[-1]
    assert data(out) == data(base)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_asking_for_the_configuration_draws_nothing(tmp_path):
    told = OmegaConf.create(generate(tmp_path, "--cfg", "job", "size=64"))
    assert told.size == 64
    assert told.randomizers.camera.fov_deg == [35, 70]
    assert list(tmp_path.iterdir()) == []
