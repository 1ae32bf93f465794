"""Tests of training on sets in shards: the pairs are those of a folder, read file by file, in memory or as they are needed."""

import json
import shutil
from pathlib import Path
from random import Random

import numpy as np
import pytest
from programs import complaint, generate_here, run_here

from raster import require_fastai

pytestmark = pytest.mark.slow
WORDS = ("preset=fast", "n=24", "size=32", "workers=1", "views_per_layout=1", "test=2")
FORMS = ("webdataset", "parquet")
FIT = ("epochs=1", "then_size=null", "size=16", "scales=[1]", "flip=false", "threads=1")


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """The same images as files, and in shards of both forms."""
    folder = tmp_path_factory.mktemp("sets")
    generate_here(folder, *WORDS, "out=files")
    for form in FORMS:
        generate_here(folder, *WORDS, f"writers=[{form}]", "shard=6", f"out={form}")
    return folder


@pytest.mark.parametrize("form", FORMS)
def test_the_pairs_are_those_of_the_folder(home, form):
    from train.data.folder import read_folder
    from train.data.shards import ShardFolder

    files, shards = read_folder(home / "files"), ShardFolder(home / form)
    assert (len(shards), shards.codes) == (24, files.codes)
    assert shards.digest() == json.loads((home / form / "manifest.json").read_bytes())["digest"]
    places = {files.name(index): index for index in range(24)}
    assert {shards.name(index) for index in range(24)} == places.keys()
    for index in range(24):
        there = places[shards.name(index)]
        assert (shards.valid[index], shards.test[index]) == (files.valid[there], files.test[there])
        for one, other in zip(shards.pair(index), files.pair(there), strict=True):
            assert one.mode == other.mode
            assert np.array_equal(np.asarray(one), np.asarray(other))


def test_an_epoch_reads_each_file_once_where_memory_is_short(home, monkeypatch):
    require_fastai()
    from train.data import shards
    from train.data.loaders import PairLoader

    held = shards.ShardFolder(home / "webdataset")
    whole = shards.ShardPairs(held, (16, 16))
    assert whole.file_of is None
    monkeypatch.setattr(shards, "MAX_MEMORY", 0)
    monkeypatch.setattr(shards, "POOL", 2)
    read = list[int]()
    keep = held.read
    monkeypatch.setattr(held, "read", lambda number: read.append(number) or keep(number))
    pairs = shards.ShardPairs(held, (16, 16))
    assert read == []
    train = [index for index in range(24) if not held.valid[index]]
    loader = PairLoader(train, pairs, shuffle=True, bs=1, num_workers=0)
    orders = []
    for _ in range(2):
        before = len(read)
        order = loader.get_idxs()
        orders.append(order)
        assert sorted(order) == list(range(len(train)))
        for number in order:
            for one, other in zip(pairs(train[number]), whole(train[number]), strict=True):
                assert np.array_equal(one, other)
        new = read[before:]
        assert len(new) == len(set(new))
    assert orders[0] != orders[1]
    assert set(read) == {held.file_of(index) for index in train}


def test_a_random_order_mixes_few_files():
    from train.data.shards import POOL, shuffled_by_file

    order = shuffled_by_file(range(1000), lambda index: index // 50, Random(1))
    assert sorted(order) == list(range(1000))
    assert order != list(range(1000))
    for first in range(0, 1000, 50 * POOL):
        assert len({place // 50 for place in order[first : first + 50 * POOL]}) == POOL


def test_of_many_validation_images_those_of_some_files_are_scored(home, monkeypatch):
    from train.data import sources

    held = sources.read_data(home / "webdataset")
    everything = list(range(24))
    assert sources.fewer_files(held, everything) == everything
    monkeypatch.setattr(sources, "MAX_VALID", 8)
    fewer = sources.fewer_files(held, everything)
    assert 0 < len(fewer) <= 8
    files = {held.file_of(index) for index in fewer}
    assert len(files) < len(held.ends)
    assert sources.fewer_files(sources.read_data(home / "files"), everything) == everything


def test_a_network_is_trained_and_scored_on_shards(home, tmp_path, monkeypatch):
    monkeypatch.setattr("train.data.shards.MAX_MEMORY", 0)
    for name in ("webdataset", "parquet"):
        (tmp_path / name).symlink_to(home / name)
    said = run_here(tmp_path, "train.fit", "data=webdataset", "valid_data=parquet", *FIT, "out=model")
    assert "24 images an epoch" not in said  # those of test are left out
    facts = json.loads((tmp_path / "model/model.json").read_bytes())
    assert facts["digest"] == json.loads((home / "webdataset/manifest.json").read_bytes())["digest"]
    assert facts["valid_digest"] == json.loads((home / "parquet/manifest.json").read_bytes())["digest"]
    one = run_here(tmp_path, "train.evaluate", "model=model", "data=webdataset", "split=test", "out=one")
    two = run_here(tmp_path, "train.evaluate", "model=model", "data=parquet", "split=test", "out=two")
    assert "2 images of webdataset" in one
    assert one.split("\n")[1:-2] == two.split("\n")[1:-2]
    said = run_here(tmp_path, "train.diagnose", "model=model", "data=webdataset", code=2)
    assert complaint(said) == "error: data=webdataset: is in shards; raster diagnose reads folders of files"


def test_a_damaged_shard_is_told(home, tmp_path):
    shutil.copytree(home / "webdataset", tmp_path / "set")
    path = tmp_path / "set/train-000001.tar"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    said = complaint(run_here(tmp_path, "train.fit", "data=set", *FIT, "out=model", code=2))
    assert said.startswith("error: set/train-000001.tar: its sha256 is ")
    (tmp_path / "set/shards").rename(tmp_path / "elsewhere")
    said = complaint(run_here(tmp_path, "train.fit", "data=set", *FIT, "out=model", code=2))
    assert said == "error: set: shard 0 is missing; the same command draws it again"


def test_a_url_with_one_slash_is_told(tmp_path):
    said = complaint(run_here(tmp_path, "train.fit", "data=s3:/bucket/set", *FIT, "out=model", code=2))
    assert said.startswith("error: s3:/bucket/set: a URL has two slashes behind the colon: s3://bucket/set")
    assert list(tmp_path.iterdir()) == []
