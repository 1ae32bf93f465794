"""Tests of format=webdataset with tarfile: members, bytes, shards, and a run that was ended."""

import io
import json
import tarfile
from importlib import import_module

import numpy as np
import pytest
from PIL import Image
from programs import run_here
from sets_with_instances import bytes_of, export_here, exported, instances_of, records_of, set_with_instances

from raster.shards import webdataset
from raster.system.atomic_files import TEMPORARY

MEMBERS = ["image.png", "label.png", "instance_id.npy", "json"]


def samples(path) -> dict[str, dict[str, bytes]]:
    """Key -> name -> bytes, held against the rules: members of a sample stand together, no name comes twice."""
    found: dict[str, dict[str, bytes]] = {}
    with tarfile.open(path) as shard:
        assert path.read_bytes()[257:265] == b"ustar\x0000"
        for member in shard:
            assert (member.mtime, member.uid, member.gid, member.uname, member.gname, member.mode) == (0, 0, 0, "", "", 0o644)
            key, _, name = member.name.partition(".")
            assert key not in found or key == list(found)[-1], "members of a sample are apart"
            assert name not in found.setdefault(key, {})
            found[key][name] = shard.extractfile(member).read()
    return found


def test_samples_hold_the_files_of_the_set(export, source, tmp_path):
    export("format=webdataset", "to=tars")
    assert sorted(path.name for path in (tmp_path / "tars").iterdir()) == [
        "README.md", "codes.txt", "export.json", "train-000000.tar", "val-000000.tar"
    ]  # fmt: skip
    for split, name in (("train", "train"), ("valid", "val")):
        found = samples(tmp_path / f"tars/{name}-000000.tar")
        records = [record for record in records_of(source) if record["split"] == split]
        assert list(found) == [f"{record['index']:06d}" for record in records]
        for record, sample in zip(records, found.values(), strict=True):
            assert list(sample) == MEMBERS
            assert sample["image.png"] == (source / record["image"]).read_bytes()
            assert sample["label.png"] == (source / record["label"]).read_bytes()
            assert (np.load(io.BytesIO(sample["instance_id.npy"])) == instances_of(source, record)).all()
            told = json.loads(sample["json"])
            for key in ("index", "image", "label", "split", "image_sha256", "label_sha256"):
                assert told[key] == record[key]
            assert [each["world_from_object"] for each in told["objects"]] == [
                each["world_from_object"] for each in record["objects"]
            ]
    assert (tmp_path / "tars/codes.txt").read_bytes() == (source / "codes.txt").read_bytes()


def test_all_samples_have_the_same_keys():
    """Null, or false, in place of what a record has not."""
    thing, light = {"instance": 1, "parts": [{"solid": "cube"}]}, {"type": "point"}
    records = [
        {"index": 0, "camera": {"width": 3}, "objects": [thing], "lights": [light], "too_far": {"depth": 7}},
        {"index": 1, "camera": {"distortion": [0.1]}, "objects": [{"morph": {}}], "lights": [{}], "layout": {}},
    ]  # fmt: skip
    one, two = (webdataset.with_all_keys(record, ["depth"]) for record in records)
    assert set(one) == set(two)
    assert "files" not in one  # whose keys are paths
    assert (one["too_far"], two["too_far"]) == ({"depth": 7}, {"depth": 0})
    for key in ("objects", "lights"):
        assert set(one[key][0]) == set(two[key][0])
    assert set(one["camera"]) == set(two["camera"])
    assert (one["layout"], one["unlabelled"], one["camera"]["distortion"], one["objects"][0]["morph"]) == (
        None,
        False,
        None,
        None,
    )
    assert (two["camera"]["distortion"], one["objects"][0]["instance"]) == ([0.1], 1)


def test_shards_are_of_fixed_numbers_of_images(export, tmp_path):
    export("format=webdataset", "to=tars", "shard=3")
    keys = {path.name: list(samples(path)) for path in sorted((tmp_path / "tars").glob("*.tar"))}
    assert keys == {
        "train-000000.tar": ["000000", "000002", "000003"],
        "train-000001.tar": ["000005"],
        "val-000000.tar": ["000001", "000004"],
    }
    assert exported(tmp_path / "tars")["shard"] == 3


@pytest.mark.parametrize("format_", ["webdataset", "huggingface"])
def test_a_run_that_was_ended_goes_on_with_the_next_shard(export, source, tmp_path, monkeypatch, format_):
    words = (f"format={format_}", "shard=1", *(["min_visible_px=20"] if format_ == "huggingface" else []))
    export(*words, "to=whole")
    convert, made = import_module(f"raster.exporters.{format_}").convert, []

    def ended(job, lines, split, number):
        if len(made) == 3:
            raise KeyboardInterrupt
        made.append(convert(job, lines, split, number))
        return made[-1]

    monkeypatch.setattr(f"raster.exporters.{format_}.convert", ended)
    run_here(tmp_path, "raster.export", str(source), *words, "to=again", code=130)
    (left,) = tmp_path.glob(f".again.export{TEMPORARY}")
    kept = {path: path.stat().st_ino for path in left.rglob("*-0*")}
    assert len(kept) == 3
    next(iter(kept)).with_name(f".train-9.tar.123{TEMPORARY}").write_bytes(b"of a run that was killed")
    monkeypatch.setattr(f"raster.exporters.{format_}.convert", convert)
    export(*words, "to=again")
    assert bytes_of(tmp_path / "again") == bytes_of(tmp_path / "whole")
    inodes = {path.stat().st_ino for path in (tmp_path / "again").rglob("*") if path.is_file()}
    assert set(kept.values()) <= inodes


def test_a_set_without_layers_has_images_and_labels(tmp_path):
    set_with_instances(tmp_path / "set", instances=False)
    export_here(tmp_path, "set", "format=webdataset", "to=tars")
    (sample, *_) = samples(tmp_path / "tars/val-000000.tar").values()
    assert list(sample) == ["image.png", "label.png", "json"]
    assert Image.open(io.BytesIO(sample["label.png"])).mode == "L"
