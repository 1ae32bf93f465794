"""Tests of raster validate on exports of format=bop: valid as it was written, and each kind of damage is told in one line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bop_sets import bop_of, complete_set
from PIL import Image
from programs import run_here
from sets_with_instances import exported

from raster.exporters.export_folder import contents

SCENE = "train/000000"


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    """The folder of a set, which no test changes."""
    return complete_set(tmp_path_factory.mktemp("source") / "set")


@pytest.fixture
def made(tmp_path, source) -> Path:
    """The folder of an export, whose files are its own."""
    bop_of(source, tmp_path / "bop", images="copy")
    return tmp_path / "bop"


def refused(to: Path) -> str:
    """What is said after the sizes in export.json were set right."""
    (to / "export.json").write_text(json.dumps({**exported(to), "folders": contents(to)}))
    said = run_here(to.parent, "raster.validate", to.name, code=2)
    assert said.startswith("error: bop")
    assert said.count("\n") == 1
    return said


def test_what_was_exported_is_valid(made):
    said = json.loads(run_here(made.parent, "raster.validate", "bop", "--json"))
    assert (said["images"], said["train"], said["valid"]) == (6, 4, 2)
    assert said["objects"] == exported(made)["counts"]["objects"] > 0


def of_first(table: str, key: str, value: Any, seen: bool = True) -> tuple[str, Callable[[dict], None]]:
    """A change of the first object of a scene of which something, or nothing, is seen."""

    def change(facts: dict, visibility: dict) -> None:
        image, k = next((i, k) for i in visibility for k, e in enumerate(visibility[i]) if (e["px_count_visib"] > 0) == seen)
        facts[image][k][key] = value

    return table, change


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (of_first("scene_gt", "obj_id", 9), "obj_id is 9, of which there is no model"),
        (of_first("scene_gt", "cam_R_m2c", [2, 0, 0, 0, 1, 0, 0, 0, 1]), "cam_R_m2c is no rotation"),
        (of_first("scene_gt", "cam_R_m2c", [-1, 0, 0, 0, 1, 0, 0, 0, 1]), "cam_R_m2c is no rotation"),
        (of_first("scene_gt_info", "px_count_visib", 1), "px_count_visib is 1; its masks have"),
        (of_first("scene_gt_info", "px_count_valid", 1000), "px_count_valid is 1000; its masks have"),
        (of_first("scene_gt_info", "px_count_all", 1), "px_count_all is 1; its mask has"),
        (of_first("scene_gt_info", "visib_fract", 0.001), "visib_fract is 0.001; its counts give"),
        (of_first("scene_gt_info", "bbox_visib", [0, 0, 1, 1]), "bbox_visib is [0, 0, 1, 1]; that of its mask_visib is"),
        (of_first("scene_gt_info", "bbox_visib", [0, 0, 0, 0], seen=False), "that of its mask_visib is [-1, -1, -1, -1]"),
        (of_first("scene_gt_info", "bbox_obj", [0, 0, 1, 1]), "bbox_obj is [0, 0, 1, 1], which does not hold its mask"),
        (
            of_first("scene_gt_info", "bbox_obj", [0, 0, 1, 1], seen=False),
            "expected [-1, -1, -1, -1], since nothing of it is seen",
        ),
        (("scene_gt", lambda facts, _: next(iter(facts.values())).pop()), "rows of scene_gt_info.json"),
        (("scene_gt", lambda facts, _: facts.popitem()), "are of different images"),
        (("scene_camera", lambda facts, _: facts["0"].update(cam_R_w2c=[1.0] * 9)), "image 0: cam_R_w2c is no rotation"),
        (("scene_camera", lambda facts, _: facts["0"].update(cam_K=[0.0] * 9)), "image 0: cam_K has no focal length"),
        (("scene_camera", lambda facts, _: facts["0"].pop("cam_K")), "lacks 'cam_K'"),
    ],
)
def test_tables_that_do_not_agree_with_the_masks(made, damage, problem):
    table, change = damage
    path = made / SCENE / f"{table}.json"
    facts = json.loads(path.read_text())
    change(facts, json.loads((made / SCENE / "scene_gt_info.json").read_text()))
    path.write_text(json.dumps(facts))
    assert problem in refused(made)


@pytest.mark.parametrize("folder", ["rgb", "depth", "mask", "mask_visib"])
def test_pictures_that_are_damaged_or_of_another_size(made, folder):
    path = min((made / SCENE / folder).iterdir())
    data = path.read_bytes()
    path.write_bytes(data[:45] + bytes(len(data) - 45))
    assert f"{SCENE}/{folder}/{path.name}" in refused(made)
    kind = {"rgb": np.zeros((5, 3, 3), np.uint8), "depth": np.zeros((5, 3), np.uint16)}
    Image.fromarray(kind.get(folder, np.zeros((5, 3), np.uint8))).save(path)
    assert f"{SCENE}/{folder}/{path.name}: is 3 x 5 px; camera.json says 24 x 16" in refused(made)


def test_masks_of_other_values_and_masks_that_overlap(made):
    info = json.loads((made / SCENE / "scene_gt_info.json").read_text())
    image = next(i for i in info if sum(each["px_count_visib"] > 0 for each in info[i]) > 1)
    seen = [k for k, each in enumerate(info[image]) if each["px_count_visib"]]
    paths = [made / SCENE / f"mask_visib/{int(image):06d}_{k:06d}.png" for k in seen]
    held = [np.asarray(Image.open(path)) for path in paths]
    Image.fromarray(held[0] | held[1]).save(paths[1])
    assert "its mask_visib overlaps that of another object" in refused(made)
    Image.fromarray(held[0] // 255).save(paths[0])
    assert "holds other values than 0 and 255" in refused(made)


def test_models_that_are_cut_off_or_of_another_size(made):
    path = made / "models/obj_000001.ply"
    data = path.read_bytes()
    path.write_bytes(data[:-5])
    assert "obj_000001.ply: is no PLY file of as many vertices and triangles as it says" in refused(made)
    path.write_bytes(data)
    facts = json.loads((made / "models/models_info.json").read_text())
    facts["1"]["size_x"] = 7
    (made / "models/models_info.json").write_text(json.dumps(facts))
    assert "over 1000.0 mm along x; models_info.json says -500.0 and 7" in refused(made)


def test_images_that_no_table_has(made):
    (made / SCENE / "rgb/000099.png").write_bytes((made / SCENE / "rgb/000000.png").read_bytes())
    assert f"{SCENE}: has images that its tables do not have" in refused(made)
