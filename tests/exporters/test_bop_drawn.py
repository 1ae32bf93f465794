"""Tests of format=bop with sets of preset=bop: models in their poses, drawn by NumPy, are masks, depth and counts."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import trimesh
from bop_rules import BopImage, BopModel, read_bop
from draw_model import draw_model
from programs import run_here
from sets_with_instances import export_here, exported

pytestmark = pytest.mark.slow

SMALL = ("preset=bop", "n=3", "size=[72,96]", "workers=1")


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A folder with two sets and their exports: solids, and own meshes in mm, off their origin and with a hole."""
    home = tmp_path_factory.mktemp("home")
    for folder in ("part", "ring"):
        (home / "meshes" / folder).mkdir(parents=True)
    part = trimesh.creation.box((60, 40, 25))
    part.apply_translation((10, 0, 5))
    part.export(home / "meshes/part/part.stl")
    trimesh.creation.annulus(20, 35, 50).export(home / "meshes/ring/ring.obj")
    own = ("objects.meshes=meshes", "objects.normalize=false", "objects.units=mm", "solids=[dumbbell]")
    run_here(home, "raster.generate", *SMALL, "out=solids")
    run_here(home, "raster.generate", *SMALL, *own, "out=own")
    for name in ("solids", "own"):
        run_here(home, "raster.export", name, "format=bop", f"to={name}-bop")
    return home


def drawn(image: BopImage, model: BopModel, rotation: np.ndarray, translation: np.ndarray) -> np.ndarray:
    """The depth of a model on a canvas of 3 x 3 images, mm."""
    height, width = image.depth.shape
    camera = image.camera.copy()
    camera[:2, 2] += width, height
    return draw_model(model.points, model.triangles, rotation, translation, camera, (3 * height, 3 * width))


def eroded(mask: np.ndarray) -> np.ndarray:
    """Pixels (H, W) bool whose neighbours are in the mask too."""
    return np.logical_and.reduce([np.roll(mask, (row - 1, column - 1), (0, 1)) for row, column in np.ndindex(3, 3)])


@pytest.mark.parametrize("name", ["solids", "own"])
def test_models_in_their_poses_are_the_masks_the_depth_and_the_counts(home, name):
    models, images = read_bop(home / f"{name}-bop")
    assert len(images) == 3
    facts = json.loads((home / f"{name}-bop/models/objects.json").read_text())
    objects = pixels = wrong = 0
    for image in images:
        height, width = image.depth.shape
        for k, (number, rotation, translation) in enumerate(image.poses):
            canvas = drawn(image, models[number], rotation, translation)
            inside = canvas[height : 2 * height, width : 2 * width]
            there, seen = np.isfinite(inside), image.visible[k]
            wrong += int((there != image.masks[k]).sum())
            objects, pixels = objects + 1, pixels + int(there.sum())
            assert abs(np.isfinite(canvas).sum() - image.info[k]["px_count_all"]) <= 3
            both = seen & there & (image.depth > 0)
            off = np.maximum(np.abs(image.depth - inside)[both] - 0.05, 0) / inside[both]  # beyond half a unit
            exact = facts[str(number)]["class"] in ("cube", "part")  # which have one level of detail
            assert off.max(initial=0) <= (1e-5 if exact else 5e-3)
            assert exact or off[eroded(there)[both]].max(initial=0) <= 1e-3
            if seen.any():
                rows, columns = np.nonzero(np.isfinite(canvas))
                box = [columns.min() - width, rows.min() - height, np.ptp(columns), np.ptp(rows)]
                assert np.abs(np.array(box) - image.info[k]["bbox_obj"]).max() <= 1
    assert objects >= 10
    assert wrong <= 0.5 * objects  # pixels on outlines
    assert pixels > 100 * objects


@pytest.mark.parametrize("name", ["solids", "own"])
def test_symmetries_leave_what_is_seen_as_it_is(home, name):
    models, images = read_bop(home / f"{name}-bop")
    tried = 0
    for number, model in models.items():
        image, pose = next((image, pose) for image in images for pose in image.poses if pose[0] == number)
        found = np.isfinite(drawn(image, model, *pose[1:]))
        for symmetry in model.symmetries():
            turned, moved = pose[1] @ symmetry[:3, :3], pose[1] @ symmetry[:3, 3] + pose[2]
            assert (np.isfinite(drawn(image, model, turned, moved)) != found).sum() <= 0.02 * found.sum() + 2
            tried += 1
    assert tried >= (24 if name == "solids" else 2)


def test_own_meshes_are_as_large_as_their_files_say_and_keep_their_origin(home):
    models, _ = read_bop(home / "own-bop")
    facts = json.loads((home / "own-bop/models/objects.json").read_text())
    part = next(models[int(number)] for number, each in facts.items() if each["class"] == "part")
    assert part.points.min(axis=0) == pytest.approx([-20, -20, -7.5], abs=1e-3)
    assert part.points.max(axis=0) == pytest.approx([40, 20, 17.5], abs=1e-3)
    assert "symmetries_discrete" not in part.info  # their pictures may tell sides apart
    ring = next(each["size_mm"] for each in facts.values() if each["class"] == "ring")
    assert ring == pytest.approx([70, 50, 70], abs=0.1)  # y is up in OBJ files
    assert {each["class"] for each in facts.values()} == {"dumbbell", "part", "ring"}


def test_a_set_of_the_preset_is_valid_and_its_objects_have_one_size_each(home):
    assert "valid: 3 images" in run_here(home, "raster.validate", "solids")
    facts = json.loads((home / "solids-bop/models/objects.json").read_text())
    assert [each["solid"] for each in facts.values()] == ["cube", "sphere", "cylinder"]
    assert exported(home / "solids-bop")["counts"]["objects"] > 0


def test_meshes_that_are_gone_or_others(home, tmp_path):
    shutil.copytree(home / "own", tmp_path / "own")
    gone = export_here(tmp_path, "own", "format=bop", "to=bop", code=2)
    assert gone.startswith("own: the meshes that it shows cannot be made here: objects.meshes=meshes: there is no such ")
    shutil.copytree(home / "meshes", tmp_path / "meshes")
    trimesh.creation.box((60, 40, 26)).export(tmp_path / "meshes/part/part.stl")
    said = export_here(tmp_path, "own", "format=bop", "to=bop", code=2)
    assert said == "own: the files of objects.meshes are not those that it was drawn with; put these back"


def test_a_set_that_was_drawn_with_coarser_meshes(tmp_path):
    run_here(tmp_path, "raster.generate", *SMALL, "solids=[sphere]", "detail=outlines", "out=set")
    assert export_here(tmp_path, "set", "format=bop", "to=bop", code=2) == (
        "set: its sphere was drawn with detail=outlines, so with fewer triangles than a model of it has; draw the set with "
        "detail=surfaces, as preset=bop does"
    )


def test_extents_of_own_meshes_are_in_the_manifest(home):
    held = json.loads((home / "own/manifest.json").read_text())
    assert held["mesh_extents"].keys() == {"part/part.stl", "ring/ring.obj"}
    low, high = np.array(held["mesh_extents"]["part/part.stl"])
    assert sorted(high - low) == pytest.approx([0.025, 0.04, 0.06], abs=1e-6)
    compared = 0
    for record in map(json.loads, (home / "own/scenes.jsonl").read_text().splitlines()):
        camera_from_world = np.linalg.inv(record["camera"]["world_from_camera"])
        for entry in record["objects"]:
            if entry["solid"] in held["mesh_extents"]:
                bounds = np.array(held["mesh_extents"][entry["solid"]])
                corners = [[*(bounds[k >> (2 - axis) & 1][axis] for axis in range(3)), 1] for k in range(8)]
                found = corners @ (camera_from_world @ entry["world_from_object"]).T
                assert entry["box3d"]["corners"] == pytest.approx(found[:, :3], abs=1e-5)
                compared += 1
    assert compared > 3
    assert "mesh_extents" not in json.loads((home / "solids/manifest.json").read_text())
