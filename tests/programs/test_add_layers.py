"""Layers that are added to a complete set: the bytes of one drawn with them; refused where they would not fit."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from programs import complaint, data, generate_here

from raster.dataset.verify import verify
from raster.run import add_layers

pytestmark = pytest.mark.slow
SMALL = ("n=10", "size=48", "preset=fast", "seed=3", "workers=1", "out=set")
MORE = "layers=[depth,normal,coverage]"


def manifest(out: Path) -> dict:
    return json.loads((out / "manifest.json").read_text())


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("plain")
    generate_here(folder, *SMALL)
    return folder


@pytest.fixture
def folder(plain, tmp_path) -> Path:
    shutil.copytree(plain / "set", tmp_path / "set")
    return tmp_path


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, bytes]:
    """The set drawn with all layers at once, at the level of detail of one without depth."""
    folder = tmp_path_factory.mktemp("whole")
    generate_here(folder, *SMALL, "layers=[instance_id,depth,normal,coverage]", "detail=outlines")
    return data(folder / "set")


def test_the_folder_and_the_layers_are_enough(folder, whole):
    generate_here(folder, "out=set", MORE)
    assert data(folder / "set") == whole
    assert verify(folder / "set")["images"] == 10
    assert manifest(folder / "set")["configuration"]["detail"] == "outlines"
    assert manifest(folder / "set")["surface_error"] is None
    assert not (folder / "set/.added").exists()


def test_the_manifest_says_how_right_surfaces_are(tmp_path):
    generate_here(tmp_path, *SMALL, "n=1", "layers=[depth]")
    assert manifest(tmp_path / "set")["surface_error"] == {"depth": 0.002, "normal_deg": 0.5, "up_to_px": 500}


def test_n_may_be_left_out_beside_other_options(folder, whole):
    said = generate_here(folder, *SMALL[1:], MORE)
    assert "added: depth, normal, coverage to 10 images in " in said
    assert ".added" not in said
    assert data(folder / "set") == whole


def test_the_first_command_still_finds_the_set_complete_and_can_grow_it(folder):
    generate_here(folder, *SMALL, MORE)
    assert "complete" in generate_here(folder, *SMALL)
    generate_here(folder, *SMALL[1:], "n=13")
    assert len(list((folder / "set/depth").iterdir())) == 13
    assert verify(folder / "set")["images"] == 13


def test_a_set_without_a_layer_and_with_filtered_labels_and_test_images_gets_some(tmp_path):
    words = (*SMALL, "labels={cube: box, sphere: ignore}", "label_filter.min_visible_px=60", "test=0.3")
    generate_here(tmp_path, *words, "layers=[]")
    generate_here(tmp_path, "out=set", "layers=[instance_id]")
    assert "complete" in generate_here(tmp_path, *words)
    held = manifest(tmp_path / "set")
    assert (held["ignore"], list(held["layers"])) == (255, ["instance_id"])
    assert held["counts"]["test"] > 0 < held["counts"]["filtered"]
    assert verify(tmp_path / "set")["digest"] == held["digest"]
    (tmp_path / "again").mkdir()
    generate_here(tmp_path / "again", *words)
    assert data(tmp_path / "again/set") == data(tmp_path / "set")


def test_labels_that_differ_are_refused_and_nothing_is_changed(folder):
    path = folder / "set/labels/000007.png"
    label = np.array(Image.open(path))
    label[0, 0] ^= 1
    Image.fromarray(label).save(path)
    before = data(folder / "set")
    said = complaint(generate_here(folder, "out=set", MORE, code=2))
    assert "set/labels/000007.png: the image drawn again has 1 other pixels" in said
    assert data(folder / "set") == before
    assert not (folder / "set" / add_layers.ADDED).exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("size=64", MORE), "size is [48,48] there and [64,64] here"),
        (("seed=4", MORE), "seed is 3 there and 4 here"),
        (
            ("n=12", MORE),
            "n is 10 there and 12 here, and it lacks layers=depth,normal,coverage; add the layers first",
        ),
    ],
)
def test_another_configuration_is_refused(folder, words, said):
    assert said in complaint(generate_here(folder, *SMALL, *words, code=2))
    assert not (folder / "set/depth").exists()


def test_a_folder_of_the_user_s_own_is_not_touched(folder):
    (folder / "set/depth").mkdir()
    (folder / "set/depth/mine.txt").write_text("mine")
    said = complaint(generate_here(folder, "out=set", MORE, code=2))
    assert said == "error: out=set: holds depth/ already, which is no layer of this set; move it away"
    assert (folder / "set/depth/mine.txt").read_text() == "mine"


def test_one_format_for_depth_and_distance(folder):
    generate_here(folder, "out=set", "layers=[depth]")
    said = complaint(generate_here(folder, "out=set", "layers=[distance]", "writers.layers.depth=npy", code=2))
    assert "the layer depth is {'folder': 'depth', 'format': 'png16', 'unit_m': 0.001} there" in said


@pytest.mark.parametrize("moves", [1, 2, 4])
def test_a_run_that_was_killed_while_it_moved_files_is_finished_by_the_next(folder, whole, moves, monkeypatch):
    replace, left = add_layers.os.replace, [moves]

    def killed(*paths: object) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        replace(*paths)

    with monkeypatch.context() as patch:
        patch.setattr(add_layers.os, "replace", killed)
        with pytest.raises(BaseException):  # noqa: B017, PT011
            generate_here(folder, "out=set", MORE)
    generate_here(folder, "out=set", MORE)
    assert data(folder / "set") == whole
    assert verify(folder / "set")["images"] == 10


@pytest.mark.parametrize("layers", ["layers=[instance_id]", MORE])
def test_another_level_of_detail_is_refused(folder, layers):
    before = data(folder / "set")
    said = generate_here(folder, *SMALL, layers, "detail=surfaces", code=2)
    keeps = "set was drawn with detail=outlines, which it keeps; leave it out, or choose another out"
    assert complaint(said) == f"error: detail=surfaces: {keeps}"
    assert data(folder / "set") == before
