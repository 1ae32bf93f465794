"""Tests of raster.generate against the end of the world: killed, interrupted, out of disk, twice at once; then resumed."""

import os
import random
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

import orjson
import pytest
from fakes import stamps
from programs import (
    HANG_S,
    begin,
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

from raster.dataset.verify import verify

pytestmark = pytest.mark.slow
N = 120
HELD = 90  # a run that is disturbed stops before this image, so that it has not ended when that happens
LAYERS = "layers=[instance_id,depth,distance,normal,coverage]"
ANNOTATIONS = "annotations=[boxes,amodal,pose,keypoints]"
SMALL = ("preset=fast", f"n={N}", "size=64", "batch=5", "out=set", LAYERS, ANNOTATIONS)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, bytes]:
    """The data of a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    generate(folder, *SMALL, "workers=1")
    return data(folder / "set")


def children(pid: int) -> dict[int, str]:
    """Processes that this one started, with their command lines."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid:
                found[int(folder.name)] = (folder / "cmdline").read_text()
        except (FileNotFoundError, ProcessLookupError):  # it ended just now
            continue
    return found


def helpers(pid: int) -> list[int]:
    """Those that draw."""
    return [child for child, command in children(pid).items() if "resource_tracker" not in command]


def kill(process: subprocess.Popen) -> None:
    """As kill -9, or the kernel when memory is short, does it: this process alone."""
    process.kill()
    process.communicate(timeout=HANG_S)


def completed(folder: Path, whole: dict[str, bytes], *overrides: str) -> str:
    """Run the command again: it has to end with what an undisturbed run gives. What it said last.

    In this process, but for two that draw.
    """
    said = generate(folder, *SMALL, *overrides) if "workers=2" in overrides else generate_here(folder, *SMALL, "workers=1")
    assert data(folder / "set") == whole
    assert verify(folder / "set")["images"] == N
    assert not list((folder / "set").rglob("*.tmp"))
    assert not (folder / "set" / ".journal").exists()
    return said.splitlines()[-1]


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_at_any_moment_and_resumed(workers, tmp_path, whole):
    chance, out = random.Random(workers), tmp_path / "set"
    kept = [0]
    for _ in range(3):
        if kept[-1] > N // 2:
            break  # this machine was busy with something else, and the run got far
        run = begin_held(tmp_path, *SMALL, f"workers={workers}", hold=HELD)
        wait_for(run, out, kept[-1] + chance.randrange(1, 15))
        time.sleep(chance.uniform(0, 0.03))
        kill(run)
        kept.append(drawn(out))
    assert sorted(kept) == kept  # what is drawn stays
    assert kept[-1] < N
    assert orjson.loads((out / "manifest.json").read_bytes())["complete"] is False
    said = completed(tmp_path, whole, f"workers={workers}")
    assert said.startswith("done: ")
    again = int(said.split()[1]) - (N - kept[-1])
    assert 0 <= again <= 15 * workers * (len(kept) - 1)  # at most three batches of each process are drawn twice


def test_killed_before_the_first_image(tmp_path, whole):
    """Once it runs, once it has claimed the folder, and once a process that helps has started."""
    out = tmp_path / "set"
    moments = (lambda run: run.pid, lambda run: (out / "manifest.json").exists(), lambda run: helpers(run.pid))
    for moment in moments:
        run = begin_held(tmp_path, *SMALL, "workers=2", hold=0)
        wait_until(lambda run=run, moment=moment: moment(run), "the moment to kill it", run)
        kill(run)
    assert drawn(out) == 0
    completed(tmp_path, whole)


@pytest.mark.parametrize(
    ("workers", "everybody", "sent"),
    [
        (1, True, signal.SIGINT),
        (2, False, signal.SIGINT),
        (2, True, signal.SIGINT),
        (1, True, signal.SIGTERM),
        (2, True, signal.SIGTERM),
    ],
)
def test_interrupted_and_resumed(workers, everybody, sent, tmp_path, whole):
    """By SIGINT to the program alone, as `kill` sends it, or to all of its processes, as a terminal does on Ctrl-C; or by
    SIGTERM, as Slurm and Docker send it."""
    run = begin_held(tmp_path, *SMALL, f"workers={workers}", hold=HELD)
    wait_for(run, tmp_path / "set", 20 + 5 * workers)  # a process has yet to count a batch that it has written
    (os.killpg if everybody else os.kill)(run.pid, sent)
    let_go(tmp_path)
    line = complaint(finish(run, 128 + sent))
    assert line.startswith("interrupted with ")
    assert line.endswith(f" of {N} images done; the same command does the rest")
    done = int(line.split()[2])
    assert 20 <= done < N
    assert completed(tmp_path, whole).startswith(f"done: {N - done} frames")


def test_interrupted_at_any_moment(tmp_path, whole):
    """Once the program has said who draws, and while a helper process starts, and while both draw."""
    for moment, sent in zip((0, 0.1, 0.2, 0.3), 2 * (signal.SIGINT, signal.SIGTERM), strict=True):
        shutil.rmtree(tmp_path / "set", ignore_errors=True)
        run = begin_held(tmp_path, *SMALL, "workers=2", hold=HELD)
        for line in run.stdout:
            if line.startswith("renderer: "):
                break
        time.sleep(moment)  # any length will do
        os.killpg(run.pid, sent)
        let_go(tmp_path)
        assert complaint(finish(run, 128 + sent)).startswith("interrupted")
    completed(tmp_path, whole)


def test_a_killed_parent_leaves_no_process_behind(tmp_path):
    run = begin_held(tmp_path, *SMALL, "workers=2", hold=HELD)
    labels = tmp_path / "set" / "labels"
    wait_until(lambda: len(list(labels.glob(".*.tmp"))) == 2, "two processes that have a label to put in place", run)
    started = children(run.pid)
    assert len(helpers(run.pid)) == 1
    kill(run)
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started), f"the end of {started}")


def test_a_worker_that_dies_is_told_and_its_images_are_drawn_next_time(tmp_path, whole):
    run = begin_held(tmp_path, *SMALL, "workers=2", hold=HELD)
    wait_for(run, tmp_path / "set", 10)
    wait_until(lambda: helpers(run.pid), "a process that helps", run)
    (helper,) = helpers(run.pid)
    os.kill(helper, signal.SIGKILL)
    let_go(tmp_path)
    line = complaint(finish(run, 2))
    assert line.startswith("error: a worker process was ended by signal 9")
    completed(tmp_path, whole)


def test_two_runs_on_one_folder(tmp_path, whole):
    first = begin_held(tmp_path, *SMALL, "workers=1", hold=HELD)
    wait_for(first, tmp_path / "set", 1)
    os.kill(first.pid, signal.SIGSTOP)
    os.waitpid(first.pid, os.WUNTRACED)  # until it has stopped
    before = stamps(tmp_path)
    line = complaint(generate(tmp_path, *SMALL, code=2))
    assert line == "error: out=set: another run is writing there; wait for it or choose another out"
    assert stamps(tmp_path) == before
    os.kill(first.pid, signal.SIGCONT)
    let_go(tmp_path)
    finish(first)
    assert data(tmp_path / "set") == whole


def test_four_runs_on_one_folder_begun_at_once(tmp_path, whole):
    """One draws. The others end at once with a line, or draw the rest if they came after it, and the set is as of one."""
    runs = [begin(tmp_path, *SMALL, "workers=1") for _ in range(4)]
    ends = []
    for run in runs:
        said, complaints = run.communicate(timeout=HANG_S)
        ends.append(run.returncode)
        assert run.returncode in (0, 2), complaints
        if run.returncode == 2:
            assert complaint(complaints) == ("error: out=set: another run is writing there; wait for it or choose another out")
        else:
            assert said.splitlines()[-1].startswith(("done: ", "complete: "))
    assert 0 in ends
    assert data(tmp_path / "set") == whole
    assert verify(tmp_path / "set")["images"] == N


def test_a_file_that_the_system_refuses(tmp_path, whole):
    """A limit on the size of files, which the larger images are above; no file system has to be filled for it."""
    limit = sorted(len(content) for name, content in whole.items() if name.startswith("images/"))[N // 2]

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    line = complaint(generate(tmp_path, *SMALL, "workers=1", code=2, preexec_fn=limited))
    assert line.startswith("error: cannot write set/")
    assert line.endswith("File too large")
    completed(tmp_path, whole)


@pytest.fixture
def disk(tmp_path):
    """A file system of 600 kilobytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", folder], capture_output=True
    )
    if not mounted or mounted.returncode:
        pytest.skip("not permitted to mount")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk(disk, whole):
    line = complaint(generate(disk, *SMALL, "workers=2", code=2))
    assert line.startswith("error: cannot write set/")
    assert line.endswith("No space left on device")
    kept = drawn(disk / "set")
    assert 0 < kept < N
    line = complaint(generate(disk, *SMALL, "workers=2", code=2))  # no better the second time, and no worse
    assert line.endswith("No space left on device")
    subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
    said = completed(disk, whole, "workers=2")
    assert int(said.split()[1]) <= N - kept + 5 * 2
