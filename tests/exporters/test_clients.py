"""The tools that people read exports with: torchvision, supervision, webdataset and datasets give what the data set holds."""

import hashlib
import json
from types import ModuleType

import numpy as np
import pytest
from PIL import Image
from sets_with_instances import export_here, instances_of, records_of, seen_of, set_with_instances

import raster
from raster.dataset.layer_files import encode_layer

pytestmark = pytest.mark.slow


@pytest.fixture
def torchvision() -> ModuleType:
    """Its data sets, where torch and torchvision are of different builds too."""
    pytest.importorskip("torch")
    raster.require_fastai()
    import torchvision.datasets

    return torchvision.datasets


def record_of(source, name: str) -> dict:
    return next(record for record in records_of(source) if name.startswith(f"{record['index']:06d}"))


def boxes(source, record) -> list[tuple[int, list[int]]]:
    """Class id and [x, y, w, h] of what is seen, sorted."""
    seen = seen_of(source, record)
    return sorted((entry["class_id"], entry["bbox"]) for entry in record["objects"] if entry["instance"] in seen)


def test_torchvision_reads_coco(export, source, tmp_path, torchvision):
    export("format=coco", "to=coco")
    found = torchvision.CocoDetection(tmp_path / "coco/images", str(tmp_path / "coco/annotations/instances_train.json"))
    records = [record for record in records_of(source) if record["split"] == "train"]
    assert len(found) == len(records)
    for (image, target), record in zip(found, records, strict=True):
        assert (np.asarray(image) == np.asarray(Image.open(source / record["image"]))).all()
        assert sorted((each["category_id"], each["bbox"]) for each in target) == boxes(source, record)


def test_torchvision_reads_voc(export, source, tmp_path, torchvision):
    export("format=voc", "to=VOCdevkit/VOC2012")
    for split, name in (("train", "train"), ("valid", "val")):
        records = [record for record in records_of(source) if record["split"] == split]
        masks = torchvision.VOCSegmentation(str(tmp_path), image_set=name)
        things = torchvision.VOCDetection(str(tmp_path), image_set=name)
        assert len(masks) == len(things) == len(records)
        for (_, mask), (_, target), record in zip(masks, things, records, strict=True):
            assert (np.asarray(mask) == np.asarray(Image.open(source / record["label"]))).all()
            found = target["annotation"]["object"]
            assert len(found) == len(boxes(source, record))
            assert {each["name"] for each in found} <= {"cube", "sphere"}


@pytest.mark.parametrize("format_", ["coco", "yolo", "voc"])
@pytest.mark.filterwarnings("ignore")  # that OpenCV is not installed
def test_supervision_reads_boxes(export, source, tmp_path, format_):
    import supervision as sv

    export(f"format={format_}", "to=x", *(["images=link"] if format_ == "voc" else []))
    to = tmp_path / "x"
    found = {
        "coco": lambda: sv.DetectionDataset.from_coco(
            str(to / "images"), str(to / "annotations/instances_train.json"), force_masks=True
        ),
        "yolo": lambda: sv.DetectionDataset.from_yolo(
            str(to / "images/train"), str(to / "labels/train"), str(to / "data.yaml")
        ),
        "voc": lambda: sv.DetectionDataset.from_pascal_voc(str(to / "JPEGImages"), str(to / "Annotations")),
    }[format_]()
    assert sorted(found.classes) == ["cube", "sphere"]
    assert len(found) == (6 if format_ == "voc" else 4)
    for path, image, detections in found:
        record = record_of(source, path.rpartition("/")[2])
        assert image.shape == (16, 24, 3)
        sizes = detections.xyxy.copy()
        sizes[:, 2:] -= sizes[:, :2]
        names = [found.classes[k] for k in detections.class_id]
        expected = [(["", "cube", "sphere"][k], box) for k, box in boxes(source, record)]
        assert sorted(zip(names, sizes.round(3).tolist(), strict=True)) == sorted(expected)
        if format_ == "coco":
            masks = {mask.tobytes() for mask in detections.mask}
            assert masks == {mask.tobytes() for mask in seen_of(source, record).values()}


def test_webdataset_reads_its_shards(export, source, tmp_path):
    webdataset = pytest.importorskip("webdataset")
    export("format=webdataset", "to=tars", "shard=3")
    urls = sorted(map(str, (tmp_path / "tars").glob("train-*.tar")))
    found = list(webdataset.WebDataset(urls, shardshuffle=False).decode("rgb8"))
    records = [record for record in records_of(source) if record["split"] == "train"]
    assert [sample["__key__"] for sample in found] == [f"{record['index']:06d}" for record in records]
    for sample, record in zip(found, records, strict=True):
        assert (sample["image.png"] == np.asarray(Image.open(source / record["image"]))).all()
        assert (sample["label.png"] == np.asarray(Image.open(source / record["label"]))[..., None]).all()
        assert sample["instance_id.npy"].dtype == np.uint16
        assert (sample["instance_id.npy"] == instances_of(source, record)).all()
        assert sample["json"]["camera"]["fx"] == record["camera"]["fx"]


@pytest.fixture
def datasets(monkeypatch, tmp_path) -> ModuleType:
    """The library, which asks nobody, with its cache in the test's folder."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    import datasets

    return datasets


def test_datasets_reads_parquet(export, source, tmp_path, datasets):
    export("format=huggingface", "to=hub", "shard=3")
    found = datasets.load_dataset(str(tmp_path / "hub"), cache_dir=str(tmp_path / "cache"))
    assert {name: len(each) for name, each in found.items()} == {"train": 4, "validation": 2}
    for rows in found.values():
        for row in rows:
            record = records_of(source)[row["image_id"]]
            assert (np.asarray(row["image"]) == np.asarray(Image.open(source / record["image"]))).all()
            assert (np.asarray(row["label"]) == np.asarray(Image.open(source / record["label"]))).all()
            assert (np.asarray(row["instances"]) == instances_of(source, record)).all()
            assert sorted(zip(row["objects"]["category"], row["objects"]["bbox"], strict=True)) == boxes(source, record)
        kind = rows.features["objects"]
        names = (kind["category"] if isinstance(kind, dict) else kind.feature["category"]).feature.names
        assert names == ["background", "cube", "sphere"]


def test_datasets_reads_shards_of_webdataset(export, source, tmp_path, datasets):
    export("format=webdataset", "to=tars", "shard=3")
    files = {"train": str(tmp_path / "tars/train-*.tar"), "validation": str(tmp_path / "tars/val-*.tar")}
    found = datasets.load_dataset("webdataset", data_files=files, cache_dir=str(tmp_path / "cache"))
    assert {name: len(each) for name, each in found.items()} == {"train": 4, "validation": 2}
    for row in found["validation"]:
        record = records_of(source)[row["json"]["index"]]
        assert (np.array(row["instance_id.npy"]) == instances_of(source, record)).all()
        assert [entry["instance"] for entry in row["json"]["objects"]] == [entry["instance"] for entry in record["objects"]]


def test_datasets_reads_what_its_first_samples_lack(tmp_path, datasets):
    """Keys that are null in the first samples, and layers of every format: the card says their types."""
    layers = {"depth": {"folder": "depth", "format": "npy"}, "normal": {"folder": "normal", "format": "npz"}}

    def change(frames):
        for record in frames.records:
            for entry in record["objects"]:
                late = record["index"] >= 8
                entry |= {"visibility": 0.5 if late else None, "own": {"deep": [1.5]} if late else None}
            record["lights"] = [{"type": "spot", "axis": [0.0, 0.0, 1.0]}] if late else []

    set_with_instances(tmp_path / "set", n=12, change=change)
    manifest = json.loads((tmp_path / "set/manifest.json").read_text())
    lines = records_of(tmp_path / "set")
    for name, layer in layers.items():
        (tmp_path / "set" / name).mkdir()
        for record in lines:
            path = f"{name}/{record['index']:06d}.{layer['format']}"
            data = encode_layer(name, layer, np.full((16, 24, 3)[: 2 + (name == "normal")], 0.5, np.float16))
            (tmp_path / "set" / path).write_bytes(data)
            record["files"][path] = hashlib.sha256(data).hexdigest()
    (tmp_path / "set/scenes.jsonl").write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    manifest["layers"] |= layers
    manifest["files"]["scenes.jsonl"] = hashlib.sha256((tmp_path / "set/scenes.jsonl").read_bytes()).hexdigest()
    (tmp_path / "set/manifest.json").write_text(json.dumps(manifest))
    export_here(tmp_path, "set", "format=webdataset", "to=tars", "shard=5")
    found = datasets.load_dataset(str(tmp_path / "tars"), cache_dir=str(tmp_path / "cache"))
    assert {name: len(each) for name, each in found.items()} == {"train": 8, "validation": 4}
    last = found["train"][-1]
    assert last["json"]["lights"][0]["axis"] == [0.0, 0.0, 1.0]
    assert {entry["visibility"] for entry in last["json"]["objects"]} == {0.5}
    assert last["json"]["objects"][0]["own"] == {"deep": [1.5]}
    assert np.array(last["normal.npy"]).shape == (16, 24, 3)
    assert np.array(last["depth.npy"]).shape == (16, 24)
