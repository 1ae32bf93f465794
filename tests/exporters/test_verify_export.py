"""Tests of raster validate on exports: each format passes as it was written, and each kind of damage is told in one line."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from programs import run_here
from sets_with_instances import export_here, exported, set_with_instances, set_with_keypoints

from raster.exporters.export_folder import contents
from raster.exporters.masks import decode_mask, encode_masks

pyarrow = pytest.importorskip("pyarrow")
FORMATS = {
    "coco": "format=coco",
    "panoptic": "format=panoptic",
    "detect": "format=yolo",
    "segment": "format=yolo task=segment",
    "obb": "format=yolo task=obb",
    "pose": "format=yolo task=pose",
    "semantic": "format=yolo task=semantic",
    "voc": "format=voc images=copy",
    "tars": "format=webdataset shard=2",
    "hub": "format=huggingface shard=2",
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Path:
    """The folder of a set with keypoints, which no test changes."""
    return set_with_keypoints(tmp_path_factory.mktemp("plain") / "set")


@pytest.fixture
def made(tmp_path, plain) -> Callable[[str], Path]:
    """A function: the folder of an export in one of FORMATS, whose files are its own."""

    def make(name: str) -> Path:
        words = FORMATS[name].split()
        copies = [] if name in ("voc", "tars", "hub") else ["images=copy"]
        export_here(tmp_path, plain, *words, *copies, f"to={name}")
        return tmp_path / name

    return make


def refused(to: Path) -> str:
    said = run_here(to.parent, "raster.validate", to.name, code=2)
    assert said.startswith(f"error: {to.name}")
    assert said.count("\n") == 1
    return said


def accept_sizes(to: Path) -> None:
    """Let export.json say how many files and bytes there are now."""
    (to / "export.json").write_text(json.dumps({**exported(to), "folders": contents(to)}))


@pytest.mark.parametrize("name", FORMATS)
def test_what_was_exported_is_valid(made, name):
    to = made(name)
    said = json.loads(run_here(to.parent, "raster.validate", name, "--json"))
    counts = exported(to)["counts"]
    assert (said["images"], said["train"], said["valid"]) == (6, 4, 2)
    assert said["objects"] == counts.get("objects", 0 if name == "semantic" else said["objects"])
    assert said["objects"] > 0 or name == "semantic"
    assert said["source"] == exported(to)["source"]["digest"]


def test_the_line_that_it_says(made):
    to = made("coco")
    said = run_here(to.parent, "raster.validate", "coco")
    held = exported(to)
    begin = f"valid: 6 images (4 train, 2 valid), {held['counts']['objects']} objects, coco of the set with the digest "
    assert said.startswith(begin + held["source"]["digest"])


def test_a_set_without_boxes_has_no_objects_to_count_in_tars(tmp_path):
    def change(frames):
        for record in frames.records:
            for entry in record["objects"]:
                del entry["bbox"], entry["visible_px"]

    set_with_instances(tmp_path / "set", change=change)
    export_here(tmp_path, "set", "format=webdataset", "to=tars")
    assert json.loads(run_here(tmp_path, "raster.validate", "tars", "--json"))["objects"] == 0


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_gone_and_one_that_is_new(made, name):
    to = made(name)
    path = max((path for path in to.rglob("*") if (path.is_file() and path.parent != to) or path.suffix == ".tar"), key=str)
    held = path.read_bytes()
    path.unlink()
    assert "export.json says" in refused(to)
    path.write_bytes(held)
    path.with_name("stray.txt").touch()
    assert "export.json says" in refused(to)


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("tars", "hub")])
def test_a_picture_that_is_damaged_and_one_of_another_size(made, name):
    to = made(name)
    path = next(path for path in sorted(to.rglob("*.png")) if path.parts[-2] in ("images", "train", "JPEGImages"))
    data = path.read_bytes()
    path.write_bytes(data[:60] + bytes(len(data) - 60))
    assert "its pixels do not decode" in refused(to)
    Image.new("RGB", (3, 5)).save(path)
    accept_sizes(to)
    if name not in ("detect", "segment", "obb", "pose"):  # whose labels are shares of any size
        assert "3 x 5" in refused(to)


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


def test_a_folder_that_is_no_whole_export(made):
    to = made("coco")
    facts = exported(to)
    for changed, problem in (
        ({**facts, "complete": False}, "is not a whole export"),
        ({**facts, "format": "cocoa"}, "format is 'cocoa'; expected one of coco"),
        ({**facts, "splits": {"train": 6}}, "images; export.json says {'train': 6}"),
    ):
        (to / "export.json").write_text(json.dumps(changed))
        assert problem in refused(to)


def test_masks_decode_to_what_was_encoded():
    ids = np.random.default_rng(3).integers(0, 4, (5, 7, 9)).astype(np.uint16)
    ids[0] = 2
    ids[1] = 0
    ids[2, 3, 4] = 1
    for image, masks in zip(ids, encode_masks(ids, np.array([[False, True, True, True]] * 5)), strict=True):
        for number in range(1, 4):
            decoded = decode_mask(masks[number].counts, (7, 9)) if number in masks else np.zeros((7, 9), bool)
            assert (decoded == (image == number)).all()
