"""Tests of raster.generate as a whole: what is in the folder, however many processes draw it."""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest
from drawn_sets import OBJECT, SIZE, SMALL, N, manifest, pixels, records
from fakes import stamps
from omegaconf import OmegaConf
from PIL import Image
from programs import LISTS, data, generate, generate_here

from raster import palette
from raster.dataset.verify import verify

pytestmark = pytest.mark.slow
REALISTIC = ("n=10", "size=64", "preset=realistic")
KEYS = ["index", "image", "label", "split", "camera", "objects", "lights", "image_sha256", "label_sha256"]
KEYS += ["files"]
CAMERA = ["width", "height", "fx", "fy", "cx", "cy", "near", "far", "world_from_camera"]
MANIFEST = ["complete", "n", "seed", "configuration", "classes", "versions", "renderers", "counts", "files", "digest"]
MANIFEST += ["run", "colors", "surface_error", "layers"]


def test_the_folder_holds_what_is_promised_and_no_more(base):
    known = {"images", "instances", "labels", ".hydra", ".checked.npz", "manifest.json", *LISTS}
    assert {path.name for path in base.iterdir()} == known
    for folder, mode in (("images", "RGB"), ("labels", "L"), ("instances", "I;16")):
        assert sorted(path.name for path in (base / folder).iterdir()) == [f"{i:06d}.png" for i in range(N)]
        for path in (base / folder).iterdir():
            with Image.open(path) as image:
                assert (image.format, image.mode, image.size) == ("PNG", mode, (SIZE, SIZE))
    assert (base / "codes.txt").read_text() == "background\ncube\nsphere\ncylinder\n"
    assert verify(base)["images"] == N


def test_the_pictures_are_of_something(base):
    """A frame that was never drawn, or drawn twice, is valid too."""
    assert len(set(data(base).values())) == 3 * N + len(LISTS)
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
    assert held["colors"] == palette(len(held["classes"])).tolist()
    assert len({tuple(color) for color in held["colors"]}) == len(held["classes"])
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
    resolved = {key: held[key] for key in ("detail", "writers")}  # "auto", and the names of ${layers}
    assert {**told, "size": [SIZE, SIZE], **resolved} == held


@pytest.mark.parametrize("how", [("workers=2",), ("workers=2", "batch=1"), ("batch=7",), ("batch=24",)])
def test_workers_and_batches_change_no_byte(how, base, tmp_path):
    other = tmp_path / "set"
    (generate if "workers=2" in how else generate_here)(tmp_path, *SMALL, "out=set", *how)
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
    generate_here(folder, *REALISTIC, "batch=16", "workers=1", "out=set")
    return folder / "set"


@pytest.mark.parametrize("how", [("workers=2", "batch=3"), ("workers=1", "batch=1"), ("workers=2", "batch=1")])
def test_workers_and_batches_change_no_byte_with_everything_on(how, realistic, tmp_path):
    (generate if "workers=2" in how else generate_here)(tmp_path, *REALISTIC, *how, "out=set")
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


def test_a_complete_set_is_left_alone(base):
    before = stamps(base)
    said = generate_here(base.parent, *SMALL, "out=set")
    assert said.splitlines()[-1] == f"complete: set holds these {N} images already"
    assert stamps(base) == before


def test_what_was_damaged_is_drawn_again(base, tmp_path):
    out = tmp_path / "set"
    shutil.copytree(base, out)
    (out / "images" / "000003.png").unlink()
    (out / "labels" / "000011.png").write_bytes(b"damaged")
    said = generate_here(tmp_path, *SMALL, "out=set")
    assert "done: 2 frames" in said
    assert "scenes.jsonl has been changed" not in said
    assert data(out) == data(base)


def test_why_a_set_with_an_edited_list_is_drawn_again_is_told(base, tmp_path):
    out = tmp_path / "set"
    shutil.copytree(base, out)
    with open(out / "scenes.jsonl", "ab") as file:
        file.write(b"{}\n")
    said = generate_here(tmp_path, *SMALL, "out=set")
    assert (
        "NOTE: set/scenes.jsonl has been changed or removed since the set was complete, so the images are drawn again" in said
    )
    assert f"done: {N} frames" in said
    assert data(out) == data(base)


def test_without_out_the_same_command_goes_on(base, tmp_path):
    said = generate_here(tmp_path, *SMALL, "n=6").splitlines()
    assert said[0].startswith("out: out/48x48-seed0-")
    out = tmp_path / said[0].removeprefix("out: ")
    again = generate(tmp_path, *SMALL, "batch=4", "workers=2").splitlines()
    assert again[0] == said[0]
    assert "done: 18 frames" in again[-1]
    assert data(out) == data(base)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_asking_for_the_configuration_draws_nothing(tmp_path):
    told = OmegaConf.create(generate_here(tmp_path, "--cfg", "job", "size=64"))
    assert told.size == 64
    assert told.randomizers.camera.fov_deg == [22, 60]
    assert list(tmp_path.iterdir()) == []
