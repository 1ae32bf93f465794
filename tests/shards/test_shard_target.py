"""Tests of how a shard comes about, without OpenGL: parts, who writes the last one, files and record, whole or not at all."""

import errno
import os
from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest

from raster.dataset.record_counts import RecordCounts, total_counts
from raster.errors import InputError
from raster.shards.parts import Row, read_parts, take, write_part
from raster.shards.shard_layout import ShardLayout
from raster.shards.shard_listing import list_shards, tree_of
from raster.shards.shard_record import FOLDER, ShardName, ShardRecord
from raster.shards.shard_target import ShardTarget, finish_shard
from raster.system.local_store import LocalStore
from raster.writers.webdataset import TarFile

KEY = "0123456789abcdef"


class Words:
    """A writer of shards that writes lines."""

    suffix = ".tar"

    def open_file(self, path) -> TarFile:
        return TarFile(path)


class Indices:
    """Reads records, and tells their numbers."""

    def __init__(self):
        self.seen: list[int] = []

    def add(self, record) -> None:
        self.seen.append(record["index"])

    def held(self) -> dict:
        return {"seen": self.seen}


def row(number: int) -> Row:
    split = "valid" if number % 4 == 0 else "train"
    record = {"index": number, "split": split, "objects": [{"class": "cube"}]}
    return Row(split, orjson.dumps(record) + b"\n", bytes([number]) * 512, {"number": "int64"})


@pytest.fixture
def target(tmp_path) -> ShardTarget:
    store = LocalStore(tmp_path / "set")
    store.make()
    return ShardTarget(store, ShardLayout(range(3, 26), 10), KEY, tmp_path / "parts")


def fill(target: ShardTarget, shard: int) -> ShardRecord:
    for first in target.layout.images_of(shard)[::4]:
        rows = [row(number) for number in range(first, min(first + 4, target.layout.images_of(shard).stop))]
        write_part(target.folder_of(shard), first, rows)
    return finish_shard(target, shard, Words(), ("background", "cube"), Indices)


def test_shards_have_fixed_numbers_of_the_images_that_there_are(target):
    assert list(target.layout.shards) == [0, 1, 2]
    assert [target.layout.images_of(shard) for shard in range(3)] == [range(3, 10), range(10, 20), range(20, 26)]
    assert list(ShardLayout(range(20, 30), 10).shards) == [2]


def test_a_shard_is_files_and_a_record(target):
    record = fill(target, 1)
    assert (record.number, record.first, record.images, record.found) == (1, 10, 10, {"seen": list(range(10, 20))})
    assert {name: facts["images"] for name, facts in record.files.items()} == {"train-000001.tar": 8, "val-000001.tar": 2}
    assert (target.store.folder / "val-000001.tar").read_bytes()[:1024] == bytes([12]) * 512 + bytes([16]) * 512
    assert record.counts == {"images": 10, "train": 8, "valid": 2, "test": 0, "objects": {"background": 0, "cube": 10}}
    assert not target.folder_of(1).exists()
    found = list_shards(target.store, target.layout, KEY)
    assert found.names == {1: record.name(KEY)}
    path = found.names[1].path
    assert ShardRecord.parse(target.store.read(path), path) == record
    assert ShardName.read(path.removeprefix(f"{FOLDER}/")) == found.names[1]
    again = fill(target, 1)
    assert again == record
    assert list_shards(target.store, target.layout, KEY) == found


def test_parts_in_any_order_are_taken_once(tmp_path):
    folder = tmp_path / "000000"
    firsts = [8, 0, 4]
    for number, first in enumerate(firsts):
        write_part(folder, first, [row(index) for index in range(first, first + 4)])
        assert take(folder, 12) is (number == 2)
    assert not take(folder, 12)
    assert [orjson.loads(each.line)["index"] for each in read_parts(folder)] == list(range(12))
    assert not take(tmp_path / "nothing", 1)


def test_of_many_at_once_one_takes_a_shard(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        for shard in range(20):
            folder = tmp_path / str(shard)

            def work(number: int, folder=folder) -> bool:
                write_part(folder, number, [row(number)])
                return take(folder, 8)

            assert sum(pool.map(work, range(8))) == 1


@pytest.mark.parametrize("where", ["raster.writers.webdataset.TarFile.add", "raster.system.local_store.os.replace"])
def test_a_disk_that_is_full_leaves_the_shard_missing(target, monkeypatch, where):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    replace = os.replace
    with monkeypatch.context() as patch:
        patch.setattr(
            where, full if "add" in where else lambda made, goal: replace(made, goal) if "set" not in str(goal) else full()
        )
        with pytest.raises(InputError, match="No space left on device"):
            fill(target, 0)
    assert list_shards(target.store, target.layout, KEY).names == {}
    assert fill(target, 0).images == 7


def test_what_does_not_count(target):
    """A shard that was drawn twice to other bytes, and one of a set with fewer images."""
    one, two = fill(target, 0), fill(target, 1)
    other = ShardName(0, 7, KEY, "0" * 64)
    few = ShardName(2, 3, KEY, "1" * 64)
    for name in (other, few):
        target.store.write(name.path, b"{}")
    found = list_shards(target.store, target.layout, KEY)
    assert found.names == {1: two.name(KEY)}
    assert sorted(found.others) == sorted([one.name(KEY).path, other.path, few.path])
    assert set(found.without([1]).others) == {*found.others, two.name(KEY).path}
    for path, said in (
        (f"{FOLDER}/notes", "shards/notes: does not belong to this data set"),
        (ShardName(3, 1, KEY, "0" * 64).path, "does not belong to this data set"),
        (
            ShardName(2, 6, "f" * 16, "0" * 64).path,
            f"is of a shard of another configuration (ffffffffffffffff there, {KEY} here)",
        ),
    ):
        target.store.write(path, b"{}")
        with pytest.raises(InputError) as error:
            list_shards(target.store, target.layout, KEY)
        assert said in str(error.value)
        target.store.remove(path)
    with pytest.raises(InputError, match="is no record of a shard"):
        ShardRecord.parse(b'{"number": 1}', "x")


def test_the_tree_is_over_the_digests_in_order(target):
    names = {shard: fill(target, shard).name(KEY) for shard in (2, 0, 1)}
    assert tree_of(names, target.layout.shards) != tree_of(names, [2, 0, 1])
    assert len({name.digest for name in names.values()}) == 3


def test_counts_of_parts_are_those_of_the_whole():
    records = [orjson.loads(row(number).line) for number in range(20)]
    for number, record in enumerate(records):
        record["layout"] = {"number": number // 2, "redrawn": number // 2 % 3, "settled": number // 2 % 5 > 0}
        record |= {"unlabelled": True} if number % 7 == 0 else {}
        record["objects"] += [{"class": "ignore", "true_class": "ball"}] if number % 6 == 0 else []

    def counted(part) -> dict:
        counts = RecordCounts(("background", "cube", "ball"), test=True)
        for record in part:
            counts.add(record)
        return counts.counts()

    whole = counted(records)
    assert total_counts(map(counted, (records[:6], records[6:8], records[8:]))) == whole
    assert list(total_counts([counted(records[:1]), counted(records[1:])])) == list(whole)
    assert whole["layouts"]["number"] == 10
