"""Tests of raster.generate where one process draws for others: the same bytes, killed and resumed too, and what fails is told.

As on a GPU, with gl.pipeline=true.
"""

import json
import os
import signal
from pathlib import Path

import pytest
from programs import (
    ROOT,
    begin_held,
    complaint,
    data,
    drawn,
    finish,
    generate,
    generate_here,
    let_go,
    wait_for,
    wait_until,
)  # fmt: skip

pytestmark = pytest.mark.slow
PIPELINE = ("gl.pipeline=true", "workers=2")
SMALL = ("preset=fast", "n=60", "size=48", "batch=5", "out=set")
HELD = 45  # a run that is disturbed stops before this image


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, bytes]:
    """The data of the ordinary way."""
    folder = tmp_path_factory.mktemp("whole")
    generate_here(folder, *SMALL, "workers=1")
    return data(folder / "set")


def feeders(pid: int) -> list[int]:
    """Processes that this one started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def completed(folder: Path, whole: dict[str, bytes]) -> str:
    """Run the command again: it has to end with what the ordinary way gives. What it said last."""
    said = generate(folder, *SMALL, *PIPELINE)
    assert data(folder / "set") == whole
    assert not list((folder / "set").rglob("*.tmp"))
    return said.splitlines()[-1]


@pytest.mark.parametrize(
    "words",
    [
        ("n=24", "size=48", "preset=fast", "batch=7", "layers=[instance_id,depth,normal]", "annotations=[boxes,amodal]"),
        ("n=12", "size=32", "preset=realistic", "batch=8"),
        ("n=20", "size=32", "preset=fast", "batch=8", "views_per_layout=4", "layers=[flow]"),
        ("n=30", "size=32", "preset=fast", "batch=8", "writers=[webdataset]", "shard=10"),
    ],
)
def test_the_same_bytes_as_the_ordinary_way(words, tmp_path):
    ordinary = json.loads(generate_here(tmp_path, *words, "workers=1", "out=ordinary", "--json"))
    made = json.loads(generate(tmp_path, *words, *PIPELINE, "out=pipeline", "--json"))
    assert made["digest"] == ordinary["digest"]
    assert made["workers"] == 2


def test_two_processes_that_draw(tmp_path, whole):
    """As for two GPUs, but twice the same device."""
    said = generate(tmp_path, *SMALL, "workers=3", "gl.device=0", "gl.also=[0]").splitlines()[-1]
    assert "3 workers on" in said
    assert data(tmp_path / "set") == whole


def test_a_second_device_that_there_is_not(tmp_path):
    line = complaint(generate(tmp_path, *SMALL, "workers=2", "gl.also=[77]", code=2))
    assert line.startswith("error: gl.device=77: EGL lists ")


WRITER = """
import os
from raster import InputError, write_file
class Sizes:
    needs = ("class_id",)
    def __init__(self, out, threads): self.out = out
    def write(self, frames):
        if os.path.exists("full") and frames.index[-1] >= 6: raise InputError("no room left")
        return [write_file(self.out, f"sizes/{i:06d}.txt", str((m > 0).sum()).encode())
                for i, m in zip(frames.index, frames.layers["class_id"])]
    def close(self): pass
"""


def test_feeders_with_a_writer_of_ones_own_are_spawned_and_its_failure_is_told(tmp_path):
    (tmp_path / "own" / "writers").mkdir(parents=True)
    (tmp_path / "own" / "sizes.py").write_text(WRITER)
    (tmp_path / "own" / "writers" / "sizes.yaml").write_text("# @package writers.sizes\n_target_: sizes.Sizes\n")
    words = ("--config-dir", "own", "writers=[camvid,sizes]", "n=12", "size=32", "preset=fast", "batch=3")
    generate_here(tmp_path, *words, "workers=1", "out=ordinary")
    (tmp_path / "full").touch()
    assert complaint(generate(tmp_path, *words, *PIPELINE, "out=pipeline", code=2)) == "error: no room left"
    (tmp_path / "full").unlink()
    generate(tmp_path, *words, *PIPELINE, "out=pipeline")
    assert data(tmp_path / "pipeline") == data(tmp_path / "ordinary")
    assert len(list((tmp_path / "pipeline" / "sizes").iterdir())) == 12


def test_killed_and_resumed(tmp_path, whole):
    run = begin_held(tmp_path, *SMALL, *PIPELINE, hold=HELD)
    wait_for(run, tmp_path / "set", 20)
    started = feeders(run.pid)
    assert len(started) == 2
    run.kill()
    run.communicate()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started), f"the end of {started}")
    kept = drawn(tmp_path / "set")
    again = int(completed(tmp_path, whole).split()[1])
    assert 60 - kept <= again <= 60 - kept + 30  # three batches of each process at most are drawn twice


def test_interrupted_and_resumed(tmp_path, whole):
    """By Ctrl-C, which all processes get."""
    run = begin_held(tmp_path, *SMALL, *PIPELINE, hold=HELD)
    wait_for(run, tmp_path / "set", 30)
    os.killpg(run.pid, signal.SIGINT)
    let_go(tmp_path)
    line = complaint(finish(run, 128 + signal.SIGINT))
    assert line.startswith("interrupted with ")
    assert line.endswith(" of 60 images done; the same command does the rest")
    assert completed(tmp_path, whole).startswith(f"done: {60 - int(line.split()[2])} frames")


def test_a_feeder_that_dies_is_told(tmp_path, whole):
    run = begin_held(tmp_path, *SMALL, *PIPELINE, hold=HELD)
    wait_for(run, tmp_path / "set", 10)
    os.kill(feeders(run.pid)[0], signal.SIGKILL)
    let_go(tmp_path)
    assert complaint(finish(run, 2)).startswith("error: a worker process was ended by signal 9")
    completed(tmp_path, whole)


def test_a_second_process_that_draws_and_dies_is_told(tmp_path, whole):
    run = begin_held(tmp_path, *SMALL, "workers=2", "gl.device=0", "gl.also=[0]", hold=HELD)

    def drawing() -> list[int]:
        """Processes that were spawned and have a driver's threads."""
        threads = {pid: len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in feeders(run.pid)}
        return [pid for pid, count in threads.items() if count > 1]

    wait_until(drawing, "a second process that draws", run)
    os.kill(drawing()[0], signal.SIGKILL)
    let_go(tmp_path)
    assert complaint(finish(run, 2)).startswith("error: a worker process was ended by signal 9")
    completed(tmp_path, whole)


def test_what_cannot_be_drawn_is_told(tmp_path):
    """A shader of one's own that fails where a texture of noise is shown, which the drawing process compiles late."""
    (tmp_path / "own").mkdir()
    text = (ROOT / "shaders" / "phong.frag").read_text()
    again = "vec3 voronoi_pattern(vec3 p, float w, int cells) { return p; }\nvoid main() {"
    (tmp_path / "own" / "late.frag").write_text(text.replace("void main() {", again))
    words = ("--config-dir", "own", "passes/color=phong", "passes.color.shader=late.frag")
    line = complaint(generate(tmp_path, *words, *SMALL, *PIPELINE, "randomizers.textures.kinds=[marble]", code=2))
    assert line.startswith("error: ")
    assert "late.frag:" in line
    assert "voronoi_pattern" in line
