"""Tests of reading sets in shards: raster validate and what it finds, raster.open_shards, preview, and datasets."""

import json
import os
import shutil
from pathlib import Path

import datasets
import numpy as np
import orjson
import pytest
from drawn_sets import records
from programs import complaint, generate_here, run_here

import raster

pytestmark = pytest.mark.slow
WORDS = ("preset=fast", "n=12", "size=32", "workers=1", "views_per_layout=2", "test=2")
WORDS += ("+annotations=[amodal,full,pose,keypoints]", "layers=[instance_id,depth,normal,flow,coverage]")
FORMS = {"webdataset": "tar", "parquet": "parquet"}


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """The same images as files and in shards of both forms: two shards, of 8 and of 4 images."""
    folder = tmp_path_factory.mktemp("sets")
    generate_here(folder, *WORDS, "writers.layers.flow=kitti", "out=files")
    for form in FORMS:
        generate_here(folder, *WORDS, f"writers=[{form}]", f"writers.{form}.flow=kitti", "shard=8", f"out={form}")
    return folder


@pytest.mark.parametrize("form", FORMS)
def test_a_set_is_valid(home, form):
    found = raster.verify(home / form)
    assert (found["images"], found["test"], found["shards"]) == (12, 2, 2)
    assert found["digest"] == json.loads((home / form / "manifest.json").read_bytes())["digest"]
    assert found["objects"] == raster.verify(home / "files")["objects"]
    assert raster.verify(home / form, shards=[1])["images"] == 4
    said = run_here(home, "raster.validate", form, "--shards", "0-1")
    assert said.startswith("valid: 12 images in 2 shards (")


@pytest.mark.parametrize("form", FORMS)
def test_the_records_are_those_of_the_folder(home, form):
    reader = raster.open_shards(home / form)
    samples = {sample.record["index"]: sample for file in reader.files for sample in reader.samples(file)}
    assert sorted(samples) == list(range(12))
    for expected in records(home / "files"):
        found = samples[expected["index"]]
        assert found.image == (home / "files" / expected["image"]).read_bytes()
        assert found.label == (home / "files" / expected["label"]).read_bytes()
        record = dict(found.record)
        if form == "webdataset":  # its layers are other files, with other hashes
            names = {name if "masks" in name else f"{name.split('.')[0]}.npy" for name in expected.pop("files")}
            assert set(record.pop("files")) == names
            for entry in expected["objects"]:  # what an annotation could not say is left out
                if entry.get("full_px", 0) is None:
                    del entry["full_px"], entry["full_bbox"], entry["truncation"]
        assert record == expected


def test_datasets_reads_parquet(home, tmp_path):
    found = datasets.load_dataset(str(home / "parquet"), cache_dir=str(tmp_path))
    assert {name: len(split) for name, split in found.items()} == {"train": 8, "validation": 2, "test": 2}
    row = found["train"][0]
    record = json.loads(row["record"])
    assert (row["image_id"], np.asarray(row["image"]).shape) == (record["index"], (32, 32, 3))
    assert np.asarray(row["depth"]).max() > 255
    seen = [entry for entry in record["objects"] if entry["class_id"] and entry["visible_px"]]
    assert row["objects"]["id"] == [entry["instance"] for entry in seen]
    assert row["objects"]["area"] == [int((np.asarray(row["instances"]) == entry["instance"]).sum()) for entry in seen]
    names = found["train"].features["objects"]["category"].feature.names
    assert names == ["background", "cube", "sphere", "cylinder"]


def test_datasets_reads_tars(home, tmp_path):
    found = datasets.load_dataset(str(home / "webdataset"), cache_dir=str(tmp_path))
    assert {name: len(split) for name, split in found.items()} == {"train": 8, "validation": 2, "test": 2}
    row = found["validation"][0]
    assert np.asarray(row["depth.npy"]).shape == (32, 32)
    assert row["json"]["split"] == "valid"


def test_workers_change_no_byte_of_parquet(home, tmp_path):
    generate_here(tmp_path, *WORDS, "writers=[parquet]", "writers.parquet.flow=kitti", "shard=8", "batch=4", "out=set")
    for path in sorted((home / "parquet").rglob("*")):
        if path.is_file() and path.name != "manifest.json" and ".hydra" not in path.parts:
            assert path.read_bytes() == (tmp_path / "set" / path.relative_to(home / "parquet")).read_bytes(), path


@pytest.mark.parametrize("form", FORMS)
def test_what_is_wrong_is_found(home, form, tmp_path):
    out, end = tmp_path / "set", FORMS[form]

    def refused(damage, said: str) -> None:
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(home / form, out)
        damage()
        assert said in complaint(run_here(tmp_path, "raster.validate", "set", code=2))

    first, record = out / f"train-000000.{end}", next((home / form / "shards").glob("000000-*")).name
    refused(lambda: first.write_bytes(first.read_bytes()[:-1] + b"x"), f"error: set/train-000000.{end}: its sha256 is ")
    refused(
        lambda: first.write_bytes(b"x" * first.stat().st_size), "; remove it, and the command that drew the set draws it again"
    )
    refused(first.unlink, f"error: set/train-000000.{end}: is not there; the record of its shard says ")
    refused(
        lambda: (out / f"train-000009.{end}").touch(), f"error: set/train-000009.{end}: has 0 bytes; no shard has such a file"
    )
    refused((out / "shards" / record).unlink, "error: set: shard 0 is missing; the same command draws it again")
    refused(lambda: (out / "README.md").write_text("x"), "error: set/README.md: is not as it was written")
    refused(lambda: (out / "shards/notes").touch(), "error: set/shards/notes: does not belong to this data set")

    def counted_wrong() -> None:
        path = out / "shards" / record
        held = orjson.loads(path.read_bytes())
        held["counts"]["train"] += 1
        path.write_bytes(orjson.dumps(held))

    refused(counted_wrong, f"error: set/shards/{record}: counts are ")


def test_a_label_that_does_not_fit_its_record_is_found(home, monkeypatch):
    """With hashes that are right: whoever made this shard drew it wrong."""
    from raster.shards.shard_reader import ShardReader
    from raster.shards.verify_shards import check_shard

    reader = raster.open_shards(home / "webdataset")
    files = tuple(file for file in reader.files if file.shard == 0)
    assert check_shard(reader, (reader.names[0], files))["images"] == 8
    keep = ShardReader.samples

    def swapped(self, file):
        for sample in keep(self, file):
            other = sample.files[sample.record["label"]][:-30] + b"\0" * 30
            yield type(sample)(sample.record, {**sample.files, sample.record["label"]: other})

    monkeypatch.setattr(ShardReader, "samples", swapped)
    with pytest.raises(raster.InputError, match=r"labels/0000\d\d.png"):
        check_shard(reader, (reader.names[0], files))


def test_a_preview_shows_what_the_folder_shows(home, tmp_path):
    for form in ("files", *FORMS):
        run_here(tmp_path, "raster.preview", f"dir={home / form}", "first=5", "count=5", f"file={form}.png")
    assert (tmp_path / "webdataset.png").read_bytes() == (tmp_path / "files.png").read_bytes()
    assert (tmp_path / "parquet.png").read_bytes() == (tmp_path / "files.png").read_bytes()


def test_an_image_is_drawn_again(home):
    source = raster.open(home / "webdataset")
    frames = next(source.frames(first=3, count=1))
    source.release()
    reader = raster.open_shards(home / "webdataset", [0])
    (label,) = (sample.label for file in reader.files for sample in reader.samples(file) if sample.record["index"] == 3)
    from raster.dataset.decode_grey import decode_grey

    assert np.array_equal(decode_grey(label, Path("label")), frames.layers["class_id"][0])


def test_what_reads_files_alone_says_so(home, tmp_path):
    os.symlink(home / "webdataset", tmp_path / "set")
    said = complaint(run_here(tmp_path, "raster.export", "set", "format=coco", "to=x", code=2))
    assert said.startswith("error: set: is in shards (webdataset), and raster export reads folders of files")
    with pytest.raises(raster.InputError, match="is no data set in shards, so none of them can be checked alone"):
        raster.verify(home / "files", shards=[0])
    for words, told in ((("--shards", "7"), "has the shards 0 to 1, and no shard 7"), (("--shards", "x"), "expected a number")):
        assert told in complaint(run_here(tmp_path, "raster.validate", "set", *words, code=2))
