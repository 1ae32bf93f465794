"""Tests of raster validate on exports: each kind of damage to what a format says is told in one line."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from made_exports import accept_sizes, refused
from PIL import Image

pyarrow = pytest.importorskip("pyarrow")


def change_json(to: Path, path: str, change: Callable[[dict], None]) -> None:
    facts = json.loads((to / path).read_text())
    change(facts)
    (to / path).write_text(json.dumps(facts))
    accept_sizes(to)


def set_first(key: str, value: object) -> Callable[[dict], None]:
    return lambda facts: facts["annotations"][0].update({key: value})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (set_first("area", 1), "annotation 1: area is 1; its mask has"),
        (set_first("bbox", [0, 0, 1, 1]), "annotation 1: bbox is [0, 0, 1, 1]; that of its mask is"),
        (set_first("id", 2), "ids of annotations are below 1, or not unique"),
        (set_first("id", 0), "ids of annotations are below 1, or not unique"),
        (set_first("image_id", 77), "an annotation is of the image 77, which is not there"),
        (set_first("category_id", 9), "annotation 1: category_id is 9"),
        (set_first("iscrowd", 2), "annotation 1: iscrowd is 2; expected 0 or 1"),
        (set_first("segmentation", {"size": [16, 24], "counts": "00"}), "annotation 1: its mask does not decode"),
        (set_first("segmentation", {"size": [1, 1], "counts": "01"}), "annotation 1: size of the mask is [1, 1]"),
        (set_first("keypoints", [1, 2, 2]), "annotation 1: has 3 numbers of keypoints; expected 9"),
        (set_first("keypoints", [1, 2, 2, 3, 4, 1, 99, 1, 1]), "annotation 1: a keypoint is outside the image"),
        (set_first("num_keypoints", 3), "annotation 1: num_keypoints is 3"),
        (lambda facts: facts["annotations"][0].pop("bbox"), "is not in the format coco: after 0 images: lacks 'bbox'"),
        (lambda facts: facts["annotations"].pop(), "objects; export.json says"),
        (lambda facts: facts["images"][0].update(id=facts["images"][1]["id"]), "ids of images are below 1, or not unique"),
        (lambda facts: facts["categories"][0].update(name="box"), "categories are {1: 'box', 2: 'sphere'}; expected"),
        (
            lambda facts: facts["annotations"].append({**facts["annotations"][0], "id": 1000}),
            "annotation 1000: its mask overlaps that of another object",
        ),
    ],
)
def test_damage_of_coco(made, change, problem):
    to = made("coco")
    change_json(to, "annotations/instances_train.json", change)
    assert problem in refused(to)


def set_segment(key: str, value: object) -> Callable[[dict], None]:
    return lambda facts: facts["annotations"][0]["segments_info"][0].update({key: value})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (set_segment("area", 1), "area is 1; the PNG file has"),
        (set_segment("bbox", [0, 0, 1, 1]), "bbox is [0, 0, 1, 1]; that of its pixels is"),
        (set_segment("category_id", 0), "category_id is 0; expected 0 for background alone"),
        (set_segment("id", 60000), "shows the ids"),
        (lambda facts: facts["annotations"].pop(), "has 0 annotations; expected 1"),
    ],
)
def test_damage_of_panoptic(made, change, problem):
    to = made("panoptic")
    change_json(to, "annotations/panoptic_train.json", change)
    assert problem in refused(to)


@pytest.mark.parametrize(
    ("name", "row", "problem"),
    [
        ("detect", "0 0.5 0.5 1.2 0.5", "a number is not from 0 to 1"),
        ("detect", "7 0.5 0.5 0.2 0.5", "class is 7; data.yaml has 2 names"),
        ("detect", "0 0.5 0.5 0.2", "has 3 numbers after the class"),
        ("detect", "0 0.5 0.5 0.2 0.5\n0 0.5 0.5 0.2 0.5", "has the same row twice"),
        ("detect", "cube 0.5 0.5 0.2 0.5", "expected numbers"),
        ("segment", "0 0.5 0.5 0.2 0.5", "has 4 numbers after the class"),
        ("obb", "0 0.5 0.5 0.2 0.5", "has 4 numbers after the class"),
        ("pose", "0 0.5 0.5 0.2 0.5 0.1 0.1 3 0.1 0.1 0 0.1 0.1 0", "the flag of a keypoint is none of 0, 1, 2"),
        ("pose", "0 0.5 0.5 0.2 0.5 0.1 1.1 2 0.1 0.1 0 0.1 0.1 0", "a number is not from 0 to 1"),
    ],
)
def test_damage_of_yolo(made, name, row, problem):
    to = made(name)
    (to / "labels/train/000000.txt").write_text(row + "\n")
    accept_sizes(to)
    assert problem in refused(to)


def test_damage_of_what_yolo_shares(made):
    to = made("semantic")
    path = to / "masks/train/000000.png"
    mask = np.asarray(Image.open(path)).copy()
    mask[0, 0] = 9
    Image.fromarray(mask).save(path)
    accept_sizes(to)
    assert "holds the value 9; data.yaml has 3 names" in refused(to)
    path.rename(path.with_name("000077.png"))
    accept_sizes(to)
    assert "000000 is there or in images/train alone" in refused(to)
    yaml = to / "data.yaml"
    yaml.write_text("path: .\n" + yaml.read_text())
    accept_sizes(to)
    assert "has path" in refused(to)
    yaml.write_text("names: [")
    accept_sizes(to)
    assert "data.yaml: is not YAML" in refused(to)


def test_damage_of_voc(made):
    to = made("voc")
    path = next(path for path in sorted((to / "Annotations").iterdir()) if "<object>" in path.read_text())
    text = path.read_text()
    for old, new, problem in (
        ("<xmin>", "<xmin>1", "object 1: bndbox is"),
        ("<width>", "<width>1", "px; its image is"),
        ("</annotation>", "", "is no annotation of Pascal VOC"),
    ):
        path.write_text(text.replace(old, new, 1))
        accept_sizes(to)
        assert problem in refused(to)
    names = {"<name>cube<": "<name>sphere<", "<name>sphere<": "<name>cube<"}
    first = min(names, key=lambda name: text.find(name) if name in text else len(text))
    path.write_text(text.replace(first, names[first], 1))
    accept_sizes(to)
    assert "but SegmentationClass shows" in refused(to)
    path.unlink()
    accept_sizes(to)
    assert path.stem in refused(to)


def test_damage_of_tars(made):
    to = made("tars")
    path = to / "train-000000.tar"
    held = path.read_bytes()
    with tarfile.open(path) as file:
        members = [(member.name, file.extractfile(member).read()) for member in file]

    def write(members):
        with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as file:
            for name, data in members:
                member = tarfile.TarInfo(name)
                member.size = len(data)
                file.addfile(member, io.BytesIO(data))
        accept_sizes(to)

    ids = io.BytesIO()
    np.save(ids, np.full((16, 24), 1, np.uint16))
    other = [(name, ids.getvalue() if name.endswith("instance_id.npy") else data) for name, data in members]
    for changed, problem in (
        (members[1:], "has the members"),
        ([members[0], *members[4:], *members[1:4]], "has the members"),
        ([(name.replace("000000", "000099"), data) for name, data in members], "its record is of the image 0"),
        (members + members, "comes twice"),
        (other, "instance_id.npy: "),
    ):
        write(changed)
        assert problem in refused(to)
    path.write_bytes(held[: len(held) // 2])
    accept_sizes(to)
    assert "is no whole tar file" in refused(to)


def test_damage_of_parquet(made):
    from pyarrow import parquet

    to = made("hub")
    path = sorted((to / "data").glob("train-*.parquet"))[0]
    table = parquet.read_table(path)
    rows = table.to_pylist()
    assert rows[0]["objects"]["id"]

    def write(change):
        changed = json.loads(json.dumps(rows[0]["objects"]))
        change(changed)
        parquet.write_table(pyarrow.Table.from_pylist([{**rows[0], "objects": changed}, *rows[1:]], table.schema), path)
        accept_sizes(to)

    for key, value, problem in (
        ("area", 1, "area is 1; instances shows"),
        ("bbox", [0, 0, 1, 1], "bbox is [0.0, 0.0, 1.0, 1.0]; that of its pixels is"),
        ("category", 0, "category is 0; expected 1 to 2"),
    ):
        write(lambda objects, key=key, value=value: objects[key].__setitem__(0, value))
        assert problem in refused(to)
    path.write_bytes(b"PAR1" + bytes(100))
    accept_sizes(to)
    assert "cannot be read" in refused(to)
