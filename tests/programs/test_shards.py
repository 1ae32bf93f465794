"""Tests of sets in shards: raster.generate writers=[webdataset], however many processes draw, and after interruptions."""

import hashlib
import json
import pickle
import shutil
from pathlib import Path

import pytest
import webdataset
from drawn_sets import SMALL, N, manifest
from programs import complaint, generate, generate_here, run_here

from raster import load_config
from raster.run.drawing import facts_of
from raster.run.noted_files import note_files
from raster.run.setup import build_setup
from raster.run.shard_task import ShardTask, draw_shard
from raster.run.sharded_run import ShardedRun, claim_shards
from raster.shards.merkle_tree import tree_hash
from raster.system.local_store import LocalStore

pytestmark = pytest.mark.slow
TARS = ("preset=fast", "size=32", "writers=[webdataset]", "shard=10", "valid=0.25")
FILES = ["train-000000.tar", "train-000001.tar", "train-000002.tar", "val-000000.tar", "val-000001.tar", "val-000002.tar"]


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    """24 images in three shards, the last of four images."""
    folder = tmp_path_factory.mktemp("shards")
    generate_here(folder, *SMALL, *TARS, "out=set")
    return folder / "set"


def bytes_of(out: Path) -> dict[str, bytes]:
    """What is the same for any number of processes: all but manifest.json and .hydra/."""
    paths = [path for path in out.rglob("*") if path.is_file() and path.name != "manifest.json" and ".hydra" not in path.parts]
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(paths)}


def test_the_folder_holds_what_is_promised(base):
    assert {path.name for path in base.iterdir()} == {*FILES, "shards", "codes.txt", "README.md", "manifest.json", ".hydra"}
    held = manifest(base)
    assert (held["complete"], held["n"], held["counts"]["images"], held["counts"]["train"]) == (True, N, N, 19)
    sizes = [(base / name).stat().st_size for name in FILES]
    assert {key: held["shards"][key] for key in ("format", "size", "count", "files", "bytes")} == {
        "format": "webdataset", "size": 10, "count": 3, "files": 6, "bytes": sum(sizes),
    }  # fmt: skip
    assert held["configuration"]["shard"] == 10


def test_the_digest_is_a_tree_over_what_sha256sum_prints(base):
    leaves = []
    for shard in range(3):
        names = [f"{split}-{shard:06d}.tar" for split in ("train", "val")]
        printed = "".join(f"{hashlib.sha256((base / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
        leaves.append(hashlib.sha256(printed.encode()).digest())
        (record,) = (base / "shards").glob(f"{shard:06d}-{4 if shard == 2 else 10}-*-{leaves[-1].hex()}.json")
        assert json.loads(record.read_bytes())["files"].keys() == set(names)
    tree = tree_hash(leaves).hex()
    codes = hashlib.sha256((base / "codes.txt").read_bytes()).hexdigest()
    held = manifest(base)
    assert held["shards"]["tree"] == tree
    assert held["digest"] == hashlib.sha256(f"{codes}  codes.txt\n{tree}  shards\n".encode()).hexdigest()


@pytest.mark.parametrize("how", [("batch=7",), ("batch=1", "workers=2")])
def test_workers_and_batches_change_no_byte(how, base, tmp_path):
    (generate if "workers=2" in how else generate_here)(tmp_path, *SMALL, *TARS, "out=set", *how)
    assert bytes_of(tmp_path / "set") == bytes_of(base)
    assert manifest(tmp_path / "set")["digest"] == manifest(base)["digest"]


def test_the_samples_are_those_of_an_export(base, tmp_path):
    """The same functions make both; an export has its own numbers of shards, so whole files agree where there is one split."""
    words = (*SMALL, *TARS[:2], "valid=0", "n=20")
    generate_here(tmp_path, *words, "writers=[webdataset]", "shard=10", "out=direct")
    generate_here(tmp_path, *words, "out=folder")
    run_here(tmp_path, "raster.export", "folder", "format=webdataset", "to=exported", "shard=10")
    for name in ("train-000000.tar", "train-000001.tar", "README.md", "codes.txt"):
        assert (tmp_path / "direct" / name).read_bytes() == (tmp_path / "exported" / name).read_bytes(), name


def test_webdataset_reads_them(base):
    found = {}
    for split, count in (("train", 19), ("val", 5)):
        paths = [str(path) for path in sorted(base.glob(f"{split}-*.tar"))]
        samples = list(webdataset.WebDataset(paths, shardshuffle=False).decode("rgb8"))
        assert len(samples) == count
        found |= {sample["json"]["index"]: sample for sample in samples}
    assert sorted(found) == list(range(N))
    sample = found[23]
    assert (sample["__key__"], sample["image.png"].shape, sample["instance_id.npy"].dtype.name) == (
        "000023",
        (32, 32, 3),
        "uint16",
    )
    assert sample["json"]["split"] == "train"


def test_a_lost_file_is_drawn_again_and_nothing_else(base, tmp_path):
    out = tmp_path / "set"
    shutil.copytree(base, out)
    (out / "train-000001.tar").unlink()
    kept = {path: path.stat().st_ino for path in out.glob("*-000000.tar")}
    assert "done: 10 frames" in generate_here(tmp_path, *SMALL, *TARS, "out=set")
    assert bytes_of(out) == bytes_of(base)
    assert {path: path.stat().st_ino for path in kept} == kept
    assert "complete: set holds these 24 images already" in generate_here(tmp_path, *SMALL, *TARS, "out=set")


@pytest.mark.parametrize("name", ["codes.txt", "README.md"])
def test_a_list_that_is_lost_or_changed_is_written_again(name, base, tmp_path):
    out = tmp_path / "set"
    shutil.copytree(base, out)
    for damage in (Path.unlink, lambda path: path.write_text("x\n")):
        damage(out / name)
        assert "done: 0 frames" in generate_here(tmp_path, *SMALL, *TARS, "out=set")
        assert bytes_of(out) == bytes_of(base)
        assert manifest(out)["digest"] == manifest(base)["digest"]
        assert "complete: set holds these 24 images already" in generate_here(tmp_path, *SMALL, *TARS, "out=set")


def test_a_set_grows(base, tmp_path):
    generate_here(tmp_path, *SMALL, *TARS, "n=13", "out=set")
    assert "done: 14 frames" in generate_here(tmp_path, *SMALL, *TARS, "out=set")  # the shard that was cut short, and a new one
    assert bytes_of(tmp_path / "set") == bytes_of(base)


def test_a_shard_is_a_function_of_configuration_and_number(base, tmp_path):
    """In any order, by a task that was pickled, and twice."""
    plain = load_config([*SMALL, *TARS])
    setup = build_setup(plain)
    note_files(plain, setup)
    with claim_shards(LocalStore(tmp_path / "set"), plain, setup) as data, ShardedRun(data, setup) as run:
        run.begin("a renderer")
        task = pickle.loads(pickle.dumps(ShardTask(setup, data.target(Path("unused")))))
        renderer = task.setup.renderer()
        records = {shard: draw_shard(task, renderer, shard) for shard in (2, 0, 1, 2)}
        renderer.release()
        assert [records[shard].images for shard in range(3)] == [10, 10, 4]
        assert run.images_missing() == 0
        run.finish(facts_of(setup))
    assert bytes_of(tmp_path / "set") == bytes_of(base)


def test_what_cannot_be_is_told_in_a_line(base, tmp_path):
    out = tmp_path / "set"
    shutil.copytree(base, out)
    before = bytes_of(out)
    for words, said in (
        (("shard=5",), "error: out=set: shard is 10 there and 5 here"),
        (("seed=1",), "error: out=set: seed is 0 there and 1 here"),
        (("n=20",), "error: out=set: n is 24 there and 20 here; it may only grow"),
        (("writers=[webdataset,camvid]",), "error: writers: webdataset goes alone, since a set has one form; leave out camvid"),
        (("writers=[camvid]",), "error: out=set: writers.camvid is "),
        (("shard=0",), "error: shard=0: expected a whole number from 1 to 1000000, or null"),
        (("shard=9", "views_per_layout=2"), "error: shard=9: expected a multiple of views_per_layout=2"),
    ):
        assert complaint(generate_here(tmp_path, *SMALL, *TARS, "out=set", *words, code=2)).startswith(said)
    other = next((out / "shards").glob("000000-*"))
    parts = other.name.split("-")
    other.rename(other.with_name("-".join([*parts[:2], "0" * 16, parts[3]])))
    said = complaint(generate_here(tmp_path, *SMALL, *TARS, "out=set", code=2))
    assert f"is of a shard of another configuration (0000000000000000 there, {parts[2]} here)" in said
    assert {name for name in bytes_of(out) if "shards/" not in name} == {name for name in before if "shards/" not in name}
