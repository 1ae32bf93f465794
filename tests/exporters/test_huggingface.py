"""Tests of format=huggingface with pyarrow: rows, bytes, metadata; tests/exporters/test_clients.py has datasets."""

import builtins
import json

import pyarrow.parquet as pq
import pytest
import yaml
from sets_with_instances import bytes_of, export_here, exported, records_of, seen_of, set_with_instances

SPLITS = {"train": "train", "valid": "validation"}


def test_rows_hold_the_files_and_the_objects(export, source, tmp_path):
    export("format=huggingface", "to=hub")
    for split, name in SPLITS.items():
        records = [record for record in records_of(source) if record["split"] == split]
        rows = pq.read_table(tmp_path / f"hub/data/{name}-00000-of-00001.parquet").to_pylist()
        assert [row["image_id"] for row in rows] == [record["index"] for record in records]
        for row, record in zip(rows, records, strict=True):
            assert set(row) == {"image_id", "image", "label", "instances", "objects"}
            for key, folder in (("image", "images"), ("label", "labels"), ("instances", "instances")):
                file = f"{record['index']:06d}.png"
                assert row[key] == {"bytes": (source / folder / file).read_bytes(), "path": file}
            seen = [entry for entry in record["objects"] if entry["instance"] in seen_of(source, record)]
            assert row["objects"] == {
                "id": [entry["instance"] for entry in seen],
                "bbox": [entry["bbox"] for entry in seen],
                "category": [entry["class_id"] for entry in seen],
                "area": [entry["visible_px"] for entry in seen],
            }


def test_metadata_and_row_groups(tmp_path):
    set_with_instances(tmp_path / "set", n=320)
    export_here(tmp_path, "set", "format=huggingface", "to=hub", "shard=150")
    names = sorted(path.name for path in (tmp_path / "hub/data").iterdir())
    assert names == ["train-00000-of-00002.parquet", "train-00001-of-00002.parquet", "validation-00000-of-00001.parquet"]
    with pq.ParquetFile(tmp_path / "hub/data" / names[0]) as file:
        assert [file.metadata.row_group(k).num_rows for k in range(file.num_row_groups)] == [100, 50]
        features = json.loads(file.schema_arrow.metadata[b"huggingface"])["info"]["features"]
    assert features["objects"]["feature"]["category"] == {"names": ["background", "cube", "sphere"], "_type": "ClassLabel"}
    assert features["objects"]["_type"] == "Sequence"
    card = (tmp_path / "hub/README.md").read_text().split("---\n")[1]
    files = {each["split"]: each["path"] for each in yaml.safe_load(card)["configs"][0]["data_files"]}
    assert files == {"train": "data/train-*", "validation": "data/validation-*"}
    assert exported(tmp_path / "hub")["shard"] == 150


def test_the_same_bytes_again(export, tmp_path):
    for to in ("one", "two"):
        export("format=huggingface", f"to={to}", "shard=2")
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_what_is_left_out_is_listed(export, source, tmp_path):
    export("format=huggingface", "min_visible_px=20", "to=hub")
    rows = [row for path in (tmp_path / "hub/data").iterdir() for row in pq.read_table(path).to_pylist()]
    assert min(area for row in rows for area in row["objects"]["area"]) >= 20
    left = (tmp_path / "hub/left_out.jsonl").read_text().splitlines()
    counts = exported(tmp_path / "hub")["counts"]
    assert counts["left_out"] == len(left) > 0
    assert counts["objects"] == sum(len(row["objects"]["id"]) for row in rows)


def test_without_pyarrow_it_names_the_extra(tmp_path, monkeypatch):
    set_with_instances(tmp_path / "set")
    there = builtins.__import__

    def lacking(name, *rest, **more):
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return there(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", lacking)
    told = export_here(tmp_path, "set", "format=huggingface", "to=hub", code=2)
    assert told == "format=huggingface needs pyarrow: pip install 'raster-labels[export]'"


@pytest.mark.parametrize(("format_", "largest"), [("webdataset", 256 << 20), ("huggingface", 500_000_000)])
def test_large_images_make_smaller_shards(format_, largest):
    from types import SimpleNamespace

    from raster.exporters.shards import shard_size

    for width, height in ((256, 256), (1920, 1080), (40_000, 30_000)):
        source = SimpleNamespace(first_record=lambda w=width, h=height: {"camera": {"width": w, "height": h}})
        job = SimpleNamespace(source=source, options=SimpleNamespace(shard=None, format=format_))
        size = shard_size(job)
        assert 1 <= size <= 1000
        assert size == 1 or size * width * height * 3 <= largest
        assert size == 1000 or (size + 1) * width * height * 3 > largest
