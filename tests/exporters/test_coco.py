"""Tests of format=coco against pycocotools: every mask decoded, and the truth scored against itself."""

import numpy as np
import pytest
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from sets_with_instances import bytes_of, export_here, exported, records_of, seen_of, set_with_instances, set_with_keypoints

from raster.exporters.coco import skeleton

SPLITS = {"train": "train", "valid": "val"}


def opened(to, name: str) -> COCO:
    return COCO(str(to / "annotations" / f"instances_{name}.json"))


def test_every_object_that_is_seen_has_its_mask(export, source, tmp_path):
    export("format=coco", "to=coco")
    ids = []
    for split, name in SPLITS.items():
        coco = opened(tmp_path / "coco", name)
        records = {record["index"] + 1: record for record in records_of(source) if record["split"] == split}
        assert coco.getImgIds() == sorted(records)
        assert [category["name"] for category in coco.loadCats(coco.getCatIds())] == ["cube", "sphere"]
        for number, record in records.items():
            image, seen = coco.loadImgs(number)[0], seen_of(source, record)
            assert (image["file_name"], image["width"], image["height"]) == (record["image"].split("/")[1], 24, 16)
            objects = {entry["instance"]: entry for entry in record["objects"]}
            annotations = {each["instance"]: each for each in coco.imgToAnns[number]}
            assert set(annotations) == set(seen)
            for k, each in annotations.items():
                assert (coco.annToMask(each) == seen[k]).all()
                assert (
                    each["segmentation"]["counts"] == coco_mask.encode(np.asfortranarray(seen[k], np.uint8))["counts"].decode()
                )
                assert (each["area"], each["bbox"]) == (objects[k]["visible_px"], objects[k]["bbox"])
                assert (each["category_id"], each["iscrowd"]) == (objects[k]["class_id"], 0)
        assert coco.getAnnIds() == list(range(1, len(coco.anns) + 1))
        ids += coco.getAnnIds()
    counts = exported(tmp_path / "coco")["counts"]
    assert counts["objects"] == len(ids) == sum(len(seen_of(source, record)) for record in records_of(source))
    assert counts["unseen"] == sum(bool(e["class_id"]) for r in records_of(source) for e in r["objects"]) - len(ids)


@pytest.mark.parametrize("kind", ["bbox", "segm"])
def test_the_truth_scores_one_against_itself(export, tmp_path, kind):
    export("format=coco", "to=coco")
    for name in SPLITS.values():
        coco = opened(tmp_path / "coco", name)
        found = coco.loadRes([{**each, "score": 1.0} for each in coco.dataset["annotations"]])
        scored = COCOeval(coco, found, kind)
        scored.evaluate()
        scored.accumulate()
        scored.summarize()
        assert scored.stats[0] == 1.0


def test_images_are_links_or_copies_of_the_same_bytes(export, source, tmp_path):
    export("format=coco", "to=linked")
    export("format=coco", "to=copied", "images=copy")
    pictures = {path.name: path for path in (source / "images").iterdir()}
    for name, path in pictures.items():
        assert (tmp_path / "linked/images" / name).samefile(path)
        assert not (tmp_path / "copied/images" / name).samefile(path)
        assert (tmp_path / "copied/images" / name).read_bytes() == path.read_bytes()
    assert len(list((tmp_path / "linked/images").iterdir())) == len(pictures)


def test_small_objects_are_crowds_and_counted(export, source, tmp_path):
    export("format=coco", "to=coco", "min_visible_px=20")
    found = [each for name in SPLITS.values() for each in opened(tmp_path / "coco", name).dataset["annotations"]]
    small = [each for each in found if each["iscrowd"]]
    assert {each["area"] < 20 for each in small} == {True}
    assert all(each["area"] >= 20 for each in found if not each["iscrowd"])
    counts = exported(tmp_path / "coco")["counts"]
    assert (counts["objects"], counts["iscrowd"]) == (len(found), len(small))


def test_the_same_source_gives_the_same_bytes(export, tmp_path):
    for to in ("one", "two"):
        export("format=coco", f"to={to}")
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_several_processes_give_the_same_bytes(tmp_path, monkeypatch, export, source):
    """Blocks of one image and a process for each, which come back in any order."""
    export("format=coco", "to=one")
    monkeypatch.setattr("raster.exporters.run._SHARE", 1)
    monkeypatch.setattr("raster.exporters.run.BLOCK", 1)
    monkeypatch.setattr("raster.export.usable_cores", lambda: 2)
    export("format=coco", "to=two")
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_what_annotations_add_is_there(tmp_path):
    """Keys that clients pass over."""

    def change(frames):
        for record in frames.records:
            for entry in record["objects"]:
                entry |= {"visibility": 0.25 * (entry["instance"] - 1), "amodal_px": 9}

    set_with_instances(tmp_path / "set", change=change)
    export_here(tmp_path, "set", "format=coco", "to=coco", "min_visibility=0.6")
    dataset = opened(tmp_path / "coco", "train").dataset
    assert dataset["images"][0]["camera"] == records_of(tmp_path / "set")[0]["camera"]
    assert {(each["instance"], each["visibility"], each["iscrowd"]) for each in dataset["annotations"]} == {
        (k, 0.25 * (k - 1), int(k < 4)) for k in (3, 4, 2, 5) if k in {each["instance"] for each in dataset["annotations"]}
    }
    assert {each["amodal_px"] for each in dataset["annotations"]} == {9}


def test_there_is_a_file_for_each_split_that_has_images(tmp_path):
    for split in ("train", "test"):

        def change(frames, split=split):
            for record in frames.records[1:]:
                record["split"] = split
            frames.records[0]["split"] = "train"

        set_with_instances(tmp_path / split, change=change, test=0.5 if split == "test" else 0)
        export_here(tmp_path, split, "format=coco", f"to={split}-coco")
    names = [sorted(path.name for path in (tmp_path / f"{split}-coco/annotations").iterdir()) for split in ("train", "test")]
    assert names == [["instances_train.json"], ["instances_test.json", "instances_train.json"]]


def test_keypoints_score_one_against_themselves(tmp_path):
    set_with_keypoints(tmp_path / "set")
    export_here(tmp_path, "set", "format=coco", "to=coco")
    coco = COCO(str(tmp_path / "coco/annotations/keypoints_train.json"))
    category, *_ = coco.loadCats(coco.getCatIds())
    assert (category["keypoints"], category["skeleton"]) == (["corner0", "handle", "corner4"], [])
    for each in coco.dataset["annotations"]:
        assert each["keypoints"] == [1.5 + each["instance"], 3.25, 2, 7.5, 8.75, 1, 0, 0, 0]
        assert each["num_keypoints"] == 2
    found = coco.loadRes([{**each, "score": 1.0} for each in coco.dataset["annotations"]])
    scored = COCOeval(coco, found, "keypoints")
    scored.params.kpt_oks_sigmas = np.full(3, 0.1)
    scored.evaluate()
    scored.accumulate()
    scored.summarize()
    assert scored.stats[0] == 1.0


def test_where_there_are_no_hard_links_files_are_copied(tmp_path, monkeypatch):
    def refuse(*paths: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    set_with_keypoints(tmp_path / "set")
    export_here(tmp_path, "set", "format=coco", "to=linked")
    monkeypatch.setattr("raster.exporters.job.os.link", refuse)
    export_here(tmp_path, "set", "format=coco", "to=copied")
    assert bytes_of(tmp_path / "linked") == bytes_of(tmp_path / "copied")


def test_a_visibility_that_is_not_known_is_told_though_the_first_image_shows_no_object(tmp_path):
    def change(frames):
        frames.records[0]["objects"] = []
        frames.layers["instance_id"][0] = frames.layers["class_id"][0] = 0

    set_with_instances(tmp_path / "set", change=change)
    said = export_here(tmp_path, "set", "format=coco", "to=x", "min_visibility=0.5", code=2)
    assert said == "min_visibility: the objects of set have no visibility; draw it with +annotations=amodal"


def test_the_skeleton_is_the_edges_of_the_box():
    names = ["center", *(f"corner{k}" for k in range(8))]
    pairs = skeleton(names)
    assert len(pairs) == len(set(map(tuple, pairs))) == 12
    numbers = [[int(names[place - 1][-1]) for place in pair] for pair in pairs]
    assert {a ^ b for a, b in numbers} == {1, 2, 4}
    assert skeleton(["center"]) == []
