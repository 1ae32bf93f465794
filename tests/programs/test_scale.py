"""Tests of raster scale: the same files as those of raster generate, by processes of this machine, whatever ends meanwhile."""

import json
import os
import signal
from pathlib import Path

import pytest
from drawn_sets import manifest
from programs import begin, complaint, finish, generate_here, run_here, wait_until

pytestmark = pytest.mark.slow
WORDS = ("preset=fast", "n=45", "size=32", "batch=5", "shard=10", "valid=0.25")


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Path:
    """The set as one process of raster generate draws it: four shards of 10 images, and one of 5."""
    folder = tmp_path_factory.mktemp("plain")
    generate_here(folder, *WORDS, "writers=[webdataset]", "workers=1", "out=set")
    return folder / "set"


def scale(folder: Path, *words: str, code: int = 0) -> str:
    return run_here(folder, "raster.scale", *WORDS, "out=set", *words, code=code)


def bytes_of(out: Path) -> dict[str, bytes]:
    """All that does not say how it was made."""
    paths = [path for path in out.rglob("*") if path.is_file() and path.name != "manifest.json" and ".hydra" not in path.parts]
    return {str(path.relative_to(out)): path.read_bytes() for path in paths}


def facts(out: Path) -> dict:
    """The manifest without what changes no image."""
    held = manifest(out)
    del held["run"], held["configuration"]["workers"]
    return held


def test_the_set_is_that_of_generate(plain, tmp_path):
    said = json.loads(scale(tmp_path, "processes=2", "--json"))
    assert bytes_of(tmp_path / "set") == bytes_of(plain)
    assert facts(tmp_path / "set") == facts(plain)
    assert (said["drawn"], said["failures"], said["digest"]) == (45, 0, manifest(plain)["digest"])
    assert manifest(tmp_path / "set")["run"]["workers"] == said["workers"]
    assert said["workers"] in (1, 2)  # on a busy machine all is drawn before the second one has opened
    assert "complete: set holds these 45 images already" in scale(tmp_path)
    assert "complete: set holds" in generate_here(tmp_path, *WORDS, "writers=[webdataset]", "out=set")


def test_a_run_that_is_killed_is_completed_and_leaves_no_process(plain, tmp_path):
    out = tmp_path / "set"
    run = begin(tmp_path, *WORDS, "out=set", "processes=1", module="raster.scale")
    wait_until(lambda: list(out.glob("shards/*.json")), "a shard", run)
    os.kill(run.pid, signal.SIGKILL)  # the main program alone
    run.communicate()  # until nobody holds its output: what drew has ended, too
    assert not manifest(out)["complete"]
    scale(tmp_path, "processes=1")
    assert bytes_of(out) == bytes_of(plain)


def test_an_interrupt_is_told_and_nothing_is_lost(tmp_path):
    run = begin(tmp_path, *WORDS, "n=100000", "out=set", "processes=1", module="raster.scale")
    wait_until(lambda: list(tmp_path.glob("set/shards/*.json")), "a shard", run)
    os.kill(run.pid, signal.SIGTERM)
    said = finish(run, 143)
    assert "of 100000 images done; the same command does the rest" in said
    assert "leaked" not in said  # nor are semaphores of the process that drew
    assert {path.name for path in (tmp_path / "set").glob(".*")} == set()


def test_a_shard_that_fails_is_named_and_the_rest_is_complete(plain, tmp_path):
    out = tmp_path / "set"
    (out / "train-000003.tar").mkdir(parents=True)  # nothing can be put there
    (out / "train-000003.tar" / "mine").touch()
    (out / "manifest.json").write_text((plain / "manifest.json").read_text().replace('"complete": true', '"complete": false'))
    err = scale(tmp_path, "processes=2", "tries=2", code=2).splitlines()
    lines = [line for line in err if not line.startswith("progress: ")]
    assert lines[0].startswith("shard 3 (images 30 to 39): cannot write ")
    assert lines[1] == "error: out=set: 1 shard failed too often; the others are complete; the same command tries again"
    told = [line for line in err if line.startswith("progress: shard 3 failed, ")]
    assert [line.split(":")[1] for line in told] == [" shard 3 failed, 1 of 2 times", " shard 3 failed, 2 of 2 times"]
    (out / "train-000003.tar" / "mine").unlink()
    (out / "train-000003.tar").rmdir()
    assert "done: 10 frames" in scale(tmp_path)
    assert bytes_of(out) == bytes_of(plain)


def test_a_set_of_which_no_shard_could_be_drawn_is_not_called_complete(tmp_path):
    (tmp_path / "set" / "train-000000.tar" / "mine").mkdir(parents=True)
    words = ("preset=fast", "n=4", "size=32", "valid=0", "out=set", "tries=1")
    held = json.loads(run_here(tmp_path, "raster.scale", *words[:-2], "out=held", "--json"))
    assert held["drawn"] == 4
    begun = (tmp_path / "held" / "manifest.json").read_text().replace('"complete": true', '"complete": false')
    (tmp_path / "set" / "manifest.json").write_text(begun)
    last = run_here(tmp_path, "raster.scale", *words, code=2).splitlines()[-1]
    assert last == "error: out=set: 1 shard failed too often; none is complete; the same command tries again"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("workers=2",), "workers=2: is no option here; processes= says how many draw, and cpus= how many cores each has"),
        (("address=auto",), "address=auto: goes with engine=ray, and here engine=local; leave out one"),
        (("slurm={time: 5}", "engine=ray"), "slurm={time: 5}: goes with engine=slurm, and here engine=ray; leave out one"),
        (("writers=[camvid]",), "writers=[camvid]: raster scale writes shards: say writers=[webdataset] or [parquet]"),
        (("engine=spark",), "engine=spark: expected one of local, ray, slurm"),
        (("processes=0",), "processes=0: expected a whole number from 1 to 100000"),
        (("cpus=300",), "cpus=300: expected a whole number from 1 to 256"),
        (("cpus=200",), "cpus=200: this machine has "),
        (("gpus=0.5",), "gpus=0.5: with engine=local gl.device= chooses what draws"),
        (("gl.device=99",), "gl.device=99: EGL lists "),
        (("--engine", "ray"), "--engine ray: options are written without dashes: engine=ray"),
    ],
)  # fmt: skip
def test_bad_input_is_told_in_a_line_and_leaves_nothing(words, said, tmp_path):
    assert said in complaint(scale(tmp_path, *words, code=2))
    assert not list(tmp_path.glob("set/*"))


def test_without_ray_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    said = complaint(scale(tmp_path, "engine=ray", code=2))
    assert said == "error: engine=ray: needs ray: pip install 'raster-labels[scale]'"
    assert list(tmp_path.iterdir()) == []
