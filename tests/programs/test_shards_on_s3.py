"""Tests of out=s3://...: against a server that speaks S3, with connections that are dropped, killed runs, and bad input."""

import io
import json
import os
import re
import signal
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from programs import begin, complaint, finish, generate, generate_here, run_here, wait_until
from s3_server import S3, serve_s3
from s3fs import S3FileSystem

from raster.errors import InputError
from raster.shards.shard_layout import ShardLayout
from raster.shards.shard_listing import list_shards
from raster.shards.shard_record import ShardName
from raster.system.stores import open_store

pytestmark = pytest.mark.slow
WORDS = ("preset=fast", "n=24", "size=32", "batch=5", "writers=[webdataset]", "shard=6", "valid=0.25")


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    with serve_s3("bucket") as made:
        yield made


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory) -> Path:
    """The same set in a folder."""
    folder = tmp_path_factory.mktemp("disk")
    generate_here(folder, *WORDS, "workers=1", "out=set")
    return folder / "set"


def data_of(found: dict[str, bytes]) -> dict[str, bytes]:
    """Without what says how it was made."""
    return {name: data for name, data in found.items() if name != "manifest.json" and not name.startswith(".hydra/")}


def on_disk_files(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_the_same_bytes_as_on_disk_though_connections_drop(s3, on_disk, tmp_path):
    s3.proxy.drop = 3  # each third connection ends in the middle of its first request
    try:
        said = generate(tmp_path, *WORDS, "workers=2", "out=s3://bucket/dropped")
    finally:
        s3.proxy.drop = 0
    assert s3.proxy.dropped > 5
    found = s3.files("bucket", "dropped/")
    assert data_of(found) == data_of(on_disk_files(on_disk))
    held = json.loads(found["manifest.json"])
    assert held["digest"] == json.loads((on_disk / "manifest.json").read_bytes())["digest"]
    assert f"digest {held['digest'][:16]}; s3://bucket/dropped" in said
    assert list(tmp_path.iterdir()) == []
    again = generate_here(tmp_path, *WORDS, "out=s3://bucket/dropped")
    assert "complete: s3://bucket/dropped holds these 24 images already" in again
    said = complaint(generate_here(tmp_path, *WORDS, "seed=5", "out=s3://bucket/dropped", code=2))
    assert said.startswith("error: out=s3://bucket/dropped: seed is 0 there and 5 here")
    assert s3.files("bucket", "dropped/") == found


def test_a_killed_run_leaves_whole_shards_and_is_completed(s3, on_disk, tmp_path):
    def records() -> list[str]:
        return [name for name in s3.files("bucket", "killed/") if name.startswith("shards/")]

    process = begin(tmp_path, *WORDS, "workers=1", "batch=1", "out=s3://bucket/killed", env=s3.environment)
    wait_until(records, "a shard", process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    held = s3.files("bucket", "killed/")
    for name in (name for name in held if name.endswith(".tar")):
        with tarfile.open(fileobj=io.BytesIO(held[name])) as file:
            assert file.getnames()
    kept = {name: held[name] for name in records()}
    assert 1 <= len(kept) <= 4
    finish(begin(tmp_path, *WORDS, "workers=1", "out=s3://bucket/killed", env=s3.environment))
    assert data_of(s3.files("bucket", "killed/")) == data_of(on_disk_files(on_disk))


def test_a_listing_is_a_call_for_each_thousand_shards(s3):
    layout, client = ShardLayout(range(1001), 1), s3.client()
    names = [ShardName(shard, 1, "0" * 16, "1" * 64).path for shard in layout.shards]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: client.put_object(Bucket="bucket", Key=f"many/{name}", Body=b""), names))
    before = len(s3.proxy.requests)
    found = list_shards(open_store("s3://bucket/many"), layout, "0" * 16)
    assert len(found.names) == 1001
    assert [request.split()[0] for request in s3.proxy.requests[before:]] == ["GET", "GET"]
    with pytest.raises(InputError, match="is of a shard of another configuration"):
        list_shards(open_store("s3://bucket/many"), layout, "2" * 16)


def test_an_empty_object_that_stands_for_a_folder_is_no_file(s3, on_disk, tmp_path):
    client = s3.client()
    for key in ("marked/", "marked/shards/", "marked/train-000000.tar/"):  # as consoles and Hadoop make them
        client.put_object(Bucket="bucket", Key=key, Body=b"")
    assert open_store("s3://bucket/marked").listing() == open_store("s3://bucket/marked").listing("shards") == {}
    generate_here(tmp_path, *WORDS, "workers=1", "out=s3://bucket/marked")
    found = {name: data for name, data in s3.files("bucket", "marked/").items() if name and not name.endswith("/")}
    assert data_of(found) == data_of(on_disk_files(on_disk))
    (lost, *_) = (name for name in found if name.startswith("shards/"))
    client.delete_object(Bucket="bucket", Key=f"marked/{lost}")
    assert "done: 6 frames" in generate_here(tmp_path, *WORDS, "workers=1", "out=s3://bucket/marked/")
    assert "complete: s3://bucket/marked holds these" in generate_here(tmp_path, *WORDS, "out=s3://bucket/marked")
    assert "24 images" in run_here(tmp_path, "raster.validate", "s3://bucket/marked")


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("s3://nowhere/set", "error: out=s3://nowhere/set: there is no bucket nowhere; make it first, or name another"),
        ("gs://bucket/set", "error: out=gs://bucket/set: needs gcsfs: pip install gcsfs"),
        ("foo://bucket/set", "error: out=foo://bucket/set: there is no file system foo://"),
        ("s3:///bucket/set", "error: out=s3:///bucket/set: names no bucket; expected s3://BUCKET/PATH"),
        ("s3:/bucket/set", "error: out=s3:/bucket/set: a URL has two slashes behind the colon: s3://bucket/set"),
        ("s3://", "error: out=s3://: names no bucket; expected s3://BUCKET/PATH"),
    ],
)
def test_what_is_not_there_is_told(s3, out, said, tmp_path):
    for module in ("raster.generate", "raster.scale"):
        assert complaint(run_here(tmp_path, module, *WORDS, f"out={out}", code=2)).startswith(said)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("place", "said"), [("s3://nowhere/set", "there is no bucket nowhere"), ("s3://bucket/none", "holds no data set in shards")]
)
@pytest.mark.parametrize("words", [("raster.validate", "{}"), ("raster.preview", "dir={}"), ("train.fit", "data={}")])
def test_what_cannot_be_read_is_told(s3, words, place, said, tmp_path):
    told = complaint(run_here(tmp_path, words[0], words[1].format(place), code=2))
    assert told == f"error: {place}: {said}"
    assert list(tmp_path.iterdir()) == []


def test_files_of_images_are_for_a_disk(s3, tmp_path):
    said = complaint(generate_here(tmp_path, "n=4", "size=32", "out=s3://bucket/files", code=2))
    assert said == "error: out=s3://bucket/files: files of images are for a disk; say writers=[webdataset] or [parquet]"
    assert s3.files("bucket", "files/") == {}


@pytest.mark.parametrize(
    ("may", "said"),
    [
        ([], "error: s3://bucket/forbidden/manifest.json: cannot be read: no permission: "),
        (["s3:GetObject", "s3:ListBucket"], "error: s3://bucket/forbidden/manifest.json: cannot be written: no permission: "),
    ],
)
def test_who_may_not_write_is_told(s3, may, said, tmp_path, monkeypatch):
    for name, value in s3.user("reader" if may else "nobody", may).items():
        monkeypatch.setenv(name, value)
    S3FileSystem.clear_instance_cache()
    s3.check_permissions(True)
    try:
        told = complaint(generate_here(tmp_path, *WORDS, "out=s3://bucket/forbidden", code=2))
    finally:
        s3.check_permissions(False)
        S3FileSystem.clear_instance_cache()
    assert told.startswith(said)
    assert s3.files("bucket", "forbidden/") == {}


def test_a_url_of_a_folder_is_that_folder(on_disk, tmp_path):
    generate_here(tmp_path, *WORDS, "workers=1", f"out=file://{tmp_path}/set")
    assert data_of(on_disk_files(tmp_path / "set")) == data_of(on_disk_files(on_disk))


def test_points_of_a_sweep_are_beside_one_another(s3, tmp_path):
    generate_here(tmp_path, "-m", *WORDS, "n=6", "seed=1,2", "out=s3://bucket/sweep")
    found = s3.files("bucket", "sweep/")
    sets = {name.split("/")[0] for name in found}
    assert sorted(re.findall(r"seed-\d", " ".join(sets))) == ["seed-1", "seed-2"]
    assert list(tmp_path.iterdir()) == []
    digests = {json.loads(found[f"{name}/manifest.json"])["digest"] for name in sets}
    assert len(digests) == 2
