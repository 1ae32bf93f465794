"""Tests of format=bop by a strict reader of the published rules, with sets without GL: tables, splits, limits, bad input."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bop_rules import read_bop
from bop_sets import bop_of, complete_set, each
from sets_with_instances import bytes_of, export_here, instances_of, records_of

from raster.errors import InputError
from raster.exporters import bop
from raster.exporters.bop_models import find_models
from raster.exporters.source import open_source
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
    def ignore(frames: Frames) -> None:
        for record in frames.records:
            for entry in record["objects"]:
                if entry["class"] == "sphere":
                    entry |= {"class": "ignore", "class_id": 255}
        classes = frames.layers["class_id"]
        classes[classes == 2] = 255

    source = complete_set(tmp_path / "set", change=ignore)
    manifest = json.loads((source / "manifest.json").read_text())
    (source / "manifest.json").write_text(json.dumps({**manifest, "ignore": 255}))
    facts = bop_of(source, tmp_path / "bop")
    models, _ = read_bop(tmp_path / "bop")
    assert list(models) == [1]
    assert "No image shows: sphere." in (tmp_path / "bop/dataset_info.md").read_text()
    lines = [json.loads(line) for line in (tmp_path / "bop/left_out.jsonl").read_text().splitlines()]
    assert len(lines) == facts["counts"]["left_out"] > 0
    assert {line["class"] for line in lines} == {"ignore"}


def refused(source: Path, to: Path) -> str:
    """What is said; nothing is left behind."""
    with pytest.raises(InputError) as told:
        bop_of(source, to)
    assert not to.exists()
    assert not list(to.parent.glob(".*"))
    assert "\n" not in str(told.value)
    return str(told.value)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["instance_id"], "has no layers depth and coverage; this adds them: raster generate out={} layers=[depth,coverage]"),
        (["instance_id", "coverage"], "has no layer depth; this adds it: raster generate out={} layers=[depth]"),
        (["depth", "coverage"], "has no layer instance_id, which tells objects apart; this adds it: "
                                "raster generate out={} layers=[instance_id]"),
    ],
)  # fmt: skip
def test_layers_that_are_lacking(tmp_path, names, told):
    source = complete_set(tmp_path / "set", names=names)
    assert refused(source, tmp_path / "bop") == f"{source}: {told.format(source)}"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda entry: entry.pop("pose"), "its objects have no pose, which the annotation pose makes; draw it with "
         "layers=[instance_id,depth,coverage] annotations=[boxes,full,pose], or with preset=bop"),
        (lambda entry: entry.pop("full_px"), "its objects have no full_px, which the annotation full makes; draw it with "
         "layers=[instance_id,depth,coverage] annotations=[boxes,full,pose], or with preset=bop"),
        (lambda entry: entry.update(morph={}), "shows a {} that is deformed, and BOP knows rigid models alone; "
         "draw it with randomizers.morphs.share=0, or with preset=bop"),
    ],
)  # fmt: skip
def test_objects_that_are_no_models(tmp_path, change, told):
    source = complete_set(tmp_path / "set", change=each(change))
    said = refused(source, tmp_path / "bop")
    assert said.replace("shows a sphere", "shows a {}").replace("shows a cube", "shows a {}").endswith(told)
    assert said.startswith(f"{source}: image 0")


def test_a_lens_that_distorts(tmp_path):
    source = complete_set(tmp_path / "set", change=lambda frames: frames.records[2]["camera"].update(distortion=[0.1] * 5))
    assert refused(source, tmp_path / "bop") == (
        f"{source}: image 2 was seen through a lens that distorts, which BOP has no words for; draw it with "
        "randomizers.lens.distorted=0 and a camera without distortion, or with preset=bop"
    )


@pytest.mark.parametrize(
    ("randomizers", "more", "told"),
    [
        ({"scale": {"size": [0.5, 1], "sizes": None}}, {},
         "randomizers.scale.size=[0.5, 1] is a range; randomizers.scale.sizes=[1] fixes sizes"),
        ({"scale": {"size": [0.5, 1], "sizes": [1], "stretched": 0.3}}, {},
         "randomizers.scale.stretched=0 keeps them from being stretched"),
        ({"scale": {"size": [0.5, 1], "sizes": [1], "stretched": 0, "stretched_meshes": 0.3}}, {},
         "randomizers.scale.stretched_meshes=0 keeps own meshes from being stretched"),
        ({"scale": {"size": 1, "sizes": None}}, {"objects": {"normalize": False}},
         "it is drawn smaller where there is no room for it; a larger randomizers.placement.floor_radius gives room"),
        ({"scale": {"size": [1, 1], "sizes": None}}, {},
         "objects fill the cells of a grid; randomizers.placement.floor=1 with "
         "randomizers.placement.arrangements={grid: 0, physics: 1} keeps sizes"),
    ],
)  # fmt: skip
def test_sizes_without_number(tmp_path, randomizers, more, told):
    def grow(entry: dict[str, Any]) -> None:
        entry["size"] = [1 + 0.01 * entry["instance"]] * 3

    source = complete_set(tmp_path / "set", change=each(grow), randomizers=randomizers, **more)
    said = refused(source, tmp_path / "bop")
    solid, told_of = said.removeprefix(f"{source}: its ").split(" ", 1)
    assert solid in ("cube", "sphere")
    assert told_of == f"has 2 sizes or more, and to BOP each is another model: {told} (or preset=bop)"


def test_with_a_randomizer_of_sizes_of_the_users_own_three_hundred_models_are_the_most(tmp_path):
    def grow(frames: Frames) -> None:
        for record in frames.records:
            for entry in record["objects"]:
                if entry["class_id"]:
                    entry["size"] = [1 + 0.001 * (5 * record["index"] + entry["instance"])] * 3

    few = complete_set(tmp_path / "few", n=70, change=grow, randomizers={"scale": {"_target_": "mine.Scale"}})
    assert len(find_models(open_source(few))) == 280
    many = complete_set(tmp_path / "many", n=80, change=grow, randomizers={"scale": {"_target_": "mine.Scale"}})
    assert " sizes or more, and to BOP each is another model" in refused(many, tmp_path / "bop")


def test_a_mesh_that_is_not_the_one_that_was_drawn(tmp_path):
    source = complete_set(tmp_path / "set", change=each(lambda entry: entry.update(size=[1.0, 1.0, 1.1])))
    assert refused(source, tmp_path / "bop") == (
        "cube: is [1000.0, 1000.0, 1000.0] mm large now, but was drawn [1000.0, 1000.0, 1100.0] mm large, by another version?"
    )


def test_a_changed_file_of_depth(tmp_path):
    source = complete_set(tmp_path / "set")
    path = source / "depth/000003.png"
    path.write_bytes(path.read_bytes() + b" ")
    assert refused(source, tmp_path / "bop").startswith(f"{path}: its sha256 is ")


def test_options_of_other_formats(whole, tmp_path):
    said = export_here(tmp_path, whole, "format=bop", "to=bop", "min_visible_px=3", code=2)
    assert said == "min_visible_px=3: format=bop has no such option; it has images"
