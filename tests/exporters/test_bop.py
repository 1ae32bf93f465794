"""Tests of format=bop by a strict reader of the published rules, with sets without GL: tables, models, splits, units, bytes."""

import json
from pathlib import Path

import numpy as np
import pytest
from bop_rules import read_bop
from bop_sets import bop_of, complete_set
from sets_with_instances import bytes_of, export_here, ignore_spheres, instances_of, records_of

from raster.exporters import bop
from raster.frames import Frames
from raster.solids.cube import cube
from raster.solids.sphere import sphere


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """The folder of a set, which no test changes."""
    return complete_set(tmp_path_factory.mktemp("whole") / "set")


def test_every_table_says_what_the_set_says(whole, tmp_path):
    facts = bop_of(whole, tmp_path / "bop")
    models, images = read_bop(tmp_path / "bop")
    by_number = {image.number: image for image in images}
    assert len(images) == 6
    kinds = {number: facts["class"] for number, facts in json.loads((tmp_path / "bop/models/objects.json").read_text()).items()}
    assert kinds == {"1": "cube", "2": "sphere"}
    assert {len(models[1].points), len(models[2].points)} == {len(cube().positions), len(sphere(24).positions)}
    objects = unseen = 0
    for record in records_of(whole):
        image = by_number[record["index"]]
        assert image.split == {"train": "train", "valid": "val"}[record["split"]]
        assert image.rgb.samefile(whole / record["image"])
        camera, ids = record["camera"], instances_of(whole, record)
        assert image.camera.tolist() == [[camera["fx"], 0, camera["cx"]], [0, camera["fy"], camera["cy"]], [0, 0, 1]]
        world = np.array(camera["world_from_camera"])
        assert image.world[:3, :3] @ world[:3, :3] == pytest.approx(np.eye(3), abs=1e-5)
        assert image.world[:3, :3] @ (1000 * world[:3, 3]) + image.world[:3, 3] == pytest.approx(np.zeros(3), abs=1e-3)
        assert (image.depth == np.where(ids == 3, 0, 500.0 * ids)).all()
        listed = [entry for entry in record["objects"] if entry["class_id"]]
        assert len(image.poses) == len(listed)
        for k, entry in enumerate(listed):
            number, rotation, translation = image.poses[k]
            assert kinds[str(number)] == entry["class"]
            assert rotation.tolist() == entry["pose"]["rotation"]
            assert translation == pytest.approx([250, -500, 3000])
            seen = ids == entry["instance"]
            assert (image.visible[k] == seen).all()
            assert (image.masks[k] == (seen | np.roll(seen, 1, axis=1))).all()
            assert image.info[k]["px_count_all"] == (entry["full_px"] or 0)
            if seen.any():
                x, y, w, h = entry["full_bbox"]
                assert image.info[k]["bbox_obj"] == [x, y, w - 1, h - 1]
            objects, unseen = objects + bool(seen.any()), unseen + (not seen.any())
    assert facts["counts"]["objects"] == objects
    assert facts["counts"]["unseen"] == unseen > 0
    too_far = sum((instances_of(whole, record) == 3).sum() for record in records_of(whole))
    assert facts["counts"]["too_far_px"] == too_far > 0


def test_models_are_in_mm_with_their_measures_and_symmetries(whole, tmp_path):
    bop_of(whole, tmp_path / "bop")
    models, _ = read_bop(tmp_path / "bop")
    box, ball = models[1], models[2]
    assert np.ptp(box.points, axis=0) == pytest.approx([1000, 1000, 1000])
    assert box.info["diameter"] == pytest.approx(1000 * 3**0.5)
    assert len(box.info["symmetries_discrete"]) == 23
    assert [entry["axis"] for entry in ball.info["symmetries_continuous"]] == [[1, 0, 0], [0, 1, 0]]
    corners = box.points[box.triangles]
    outward = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert (np.einsum("ij,ij->i", outward, corners.mean(axis=1)) > 0).all()
    assert (np.einsum("ij,ij->i", outward, box.normals[box.triangles[:, 0]]) > 0).all()


def test_scenes_have_a_thousand_images_at_most(tmp_path, monkeypatch):
    monkeypatch.setattr(bop, "SCENE", 40)
    source = complete_set(tmp_path / "set", n=150)
    bop_of(source, tmp_path / "bop")
    _, images = read_bop(tmp_path / "bop")
    placed = {(image.split, image.scene): 0 for image in images}
    for image in images:
        placed[image.split, image.scene] += 1
    assert placed == {("train", 0): 40, ("train", 1): 40, ("train", 2): 20, ("val", 0): 40, ("val", 1): 10}
    assert sorted(image.number for image in images) == list(range(150))


def test_the_same_set_gives_the_same_bytes_and_copies_are_no_links(whole, tmp_path):
    bop_of(whole, tmp_path / "one")
    bop_of(whole, tmp_path / "two", images="copy")
    one, two = (bytes_of(tmp_path / to) for to in ("one", "two"))
    del one["export.json"], two["export.json"]  # which tell the option images
    assert one == two
    assert (tmp_path / "one/train/000000/depth/000000.png").samefile(whole / "depth/000000.png")
    assert not (tmp_path / "two/train/000000/depth/000000.png").samefile(whole / "depth/000000.png")
    assert bop_of(whole, tmp_path / "one")["written"] is False


def test_depth_in_other_units_and_as_floats(tmp_path):
    fine = complete_set(tmp_path / "fine", depth_unit_m=0.0005)
    floats = complete_set(tmp_path / "floats", depth="npy")
    for source, scale in ((fine, 0.5), (floats, 0.1)):
        facts = bop_of(source, tmp_path / f"{source.name}-bop")
        assert json.loads((tmp_path / f"{source.name}-bop/camera.json").read_text())["depth_scale"] == scale
        _, images = read_bop(tmp_path / f"{source.name}-bop")
        for image in images:
            ids = instances_of(source, {"index": image.number})
            assert image.depth == pytest.approx(np.where(ids == 3, 0, 500.0 * ids))
        assert facts["counts"]["too_far_px"] > 0


def test_each_size_of_a_list_is_a_model(tmp_path):
    def two(frames: Frames) -> None:
        for record in frames.records:
            for entry in record["objects"]:
                if entry["class_id"] and entry["instance"] % 2:
                    entry["size"] = [0.5, 0.5, 0.5 + 4e-6]  # which is 0.5 to 1e-5 m
                    entry["world_from_object"][:3, :3] *= 0.5

    source = complete_set(tmp_path / "set", change=two)
    bop_of(source, tmp_path / "bop")
    models, images = read_bop(tmp_path / "bop")
    assert [round(float(np.ptp(models[k].points[:, 0]))) for k in (1, 2, 3, 4)] == [500, 1000, 500, 1000]
    facts = json.loads((tmp_path / "bop/models/objects.json").read_text())
    assert [(each["class"], each["size_mm"][0]) for each in facts.values()] == [
        ("cube", 500.0), ("cube", 1000.0), ("sphere", 500.0), ("sphere", 1000.0)]  # fmt: skip
    by_number = {image.number: image for image in images}
    for record in records_of(source):
        listed = [entry for entry in record["objects"] if entry["class_id"]]
        sizes = [facts[str(number)]["size_mm"][0] for number, _, _ in by_number[record["index"]].poses]
        assert sizes == [500.0 if entry["instance"] % 2 else 1000.0 for entry in listed]


def test_what_is_to_be_ignored_is_listed(tmp_path):
    source = complete_set(tmp_path / "set", change=ignore_spheres)
    manifest = json.loads((source / "manifest.json").read_text())
    (source / "manifest.json").write_text(json.dumps({**manifest, "ignore": 255}))
    facts = bop_of(source, tmp_path / "bop")
    models, _ = read_bop(tmp_path / "bop")
    assert list(models) == [1]
    assert "No image shows: sphere." in (tmp_path / "bop/dataset_info.md").read_text()
    lines = [json.loads(line) for line in (tmp_path / "bop/left_out.jsonl").read_text().splitlines()]
    assert len(lines) == facts["counts"]["left_out"] > 0
    assert {line["class"] for line in lines} == {"ignore"}


def test_options_of_other_formats(whole, tmp_path):
    said = export_here(tmp_path, whole, "format=bop", "to=bop", "min_visible_px=3", code=2)
    assert said == "min_visible_px=3: format=bop has no such option; it has images"
