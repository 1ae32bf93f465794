"""Tests of raster.dataset.survey and .checked: only files that have changed are read, and every change is found."""

import os
import shutil

import numpy as np
import orjson
import pytest
from fakes import CLASSES, CONFIGURATION, build, camvid, claim, contents, fake_batch, fake_frames, missing, part, stamps

from raster.dataset import file_check
from raster.dataset.checked import CHECKED
from raster.dataset.dataset import Dataset
from raster.dataset.journal import journals, write_file
from raster.dataset.verify import verify
from raster.errors import InputError
from raster.run.output import Output

IMAGE, LABEL = "images/000002.png", "labels/000004.png"


@pytest.fixture
def read(monkeypatch) -> list[str]:
    """The names of the images' files that are read to compare their hashes."""
    names: list[str] = []

    def watched(path):
        names.append("/".join(path.parts[-2:]))
        return sha256(path)

    sha256 = file_check.sha256
    monkeypatch.setattr(file_check, "sha256", watched)
    return names


def cut(path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def change(path) -> None:
    """Other bytes, as many as before."""
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))  # should both have come in one tick of the clock


def exchange(path) -> None:
    """Another file in its place, as an editor does that writes anew; its time lies before that of the old one."""
    path.with_name("new").write_bytes(path.read_bytes()[::-1])
    os.utime(path.with_name("new"), ns=(0, 10**18))
    path.with_name("new").replace(path)


CHANGES = {"deleted": lambda path: path.unlink(), "cut": cut, "changed": change, "exchanged": exchange}


def test_of_a_complete_set_no_image_is_read(out, read):
    before = stamps(out)
    with claim(out) as dataset:
        assert dataset.complete
    assert read == []
    assert stamps(out) == before


def test_of_an_interrupted_set_no_image_is_read(tmp_path, read, whole):
    build(tmp_path, n=3)
    part(tmp_path, [4])
    assert missing(tmp_path) == [3, 5]
    assert read == []
    build(tmp_path)
    assert read == []
    assert contents(tmp_path) == whole


@pytest.mark.parametrize("case", CHANGES)
@pytest.mark.parametrize("name", [IMAGE, LABEL])
@pytest.mark.parametrize("complete", [True, False])
def test_what_changed_is_found_and_only_that_is_read(tmp_path, read, whole, name, case, complete):
    build(tmp_path) if complete else part(tmp_path, list(range(6)))
    CHANGES[case](tmp_path / name)
    number = int(name[-5])
    with claim(tmp_path) as dataset:
        assert not dataset.complete
        assert dataset.missing.tolist() == [number]
    assert set(read) <= {f"{folder}/{number:06d}.png" for folder in ("images", "labels")}
    assert name in read
    build(tmp_path)
    assert contents(tmp_path) == whole
    verify(tmp_path)


@pytest.mark.parametrize("case", CHANGES)
def test_what_changed_while_the_run_was_drawing_is_found_by_the_next(tmp_path, case):
    with claim(tmp_path) as dataset:
        with camvid(tmp_path) as output:
            output.write(fake_frames(0, 6))
        CHANGES[case](tmp_path / IMAGE)
        dataset.finish({})
    assert missing(tmp_path) == [2]


def test_a_file_that_was_only_touched_is_read_once(out, read, whole):
    os.utime(out / IMAGE, ns=(0, 10**18))
    for _ in range(2):
        with claim(out) as dataset:
            assert dataset.complete
    assert read == ["images/000002.png", "labels/000002.png"]
    assert contents(out) == whole


def test_a_copy_is_read_once(tmp_path, sound, read, whole):
    shutil.copytree(sound, tmp_path / "copy", copy_function=shutil.copyfile)
    for _ in range(2):
        with claim(tmp_path / "copy") as dataset:
            assert dataset.complete
        assert len(read) == 12
    assert contents(tmp_path / "copy") == whole


def test_a_damaged_copy_is_found(tmp_path, sound, whole):
    change(shutil.copytree(sound, tmp_path / "copy", copy_function=shutil.copyfile) / IMAGE)
    assert missing(tmp_path / "copy") == [2]
    build(tmp_path / "copy")
    assert contents(tmp_path / "copy") == whole


def swapped(out) -> None:
    """The file of another set."""
    build(out.parent / "other", n=4)
    shutil.copy2(out.parent / "other" / CHECKED, out / CHECKED)


def other_arrays(**changes: np.ndarray):
    """What changes the arrays in the file."""

    def damage(out) -> None:
        with np.load(out / CHECKED) as file:
            arrays = {**file, **changes}
        np.savez(out / CHECKED, **arrays)

    return damage


DAMAGE = {
    "gone": lambda out: (out / CHECKED).unlink(),
    "empty": lambda out: (out / CHECKED).write_bytes(b""),
    "cut": lambda out: os.truncate(out / CHECKED, 500),
    "bytes": lambda out: (out / CHECKED).write_bytes(bytes(range(256)) * 9),
    "swapped": swapped,
    "objects": other_arrays(stamps=np.zeros((6, 2, 2))),
    "short": other_arrays(lengths=np.arange(5)),
    "lengths": other_arrays(lengths=np.arange(6)),
    "facts": other_arrays(facts=np.frombuffer(b'{"files": 3}', np.uint8)),
    "no json": other_arrays(facts=np.frombuffer(b"\xff", np.uint8)),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_without_the_stamps_everything_is_read_and_they_are_written_again(out, read, whole, case):
    DAMAGE[case](out)
    for _ in range(2):
        with claim(out) as dataset:
            assert dataset.complete
        assert len(read) == 12
    assert contents(out) == whole
    DAMAGE[case](out)
    (out / IMAGE).unlink()
    assert missing(out) == [2]


def test_a_manifest_that_says_something_else_is_not_believed(out, whole):
    held = orjson.loads((out / "manifest.json").read_bytes())
    (out / "manifest.json").write_bytes(orjson.dumps(held | {"digest": "0" * 64}))
    with claim(out) as dataset:
        assert not dataset.complete
        assert not len(dataset.missing)
    build(out)
    assert contents(out) == whole


def test_journals_of_version_0_2_0_have_no_stamps(tmp_path, read, whole):
    part(tmp_path, [0, 1, 2])
    (journal,) = journals(tmp_path)
    journal.write_bytes(b"".join(line for line in journal.read_bytes().splitlines(True) if b'"stamps"' not in line))
    (tmp_path / IMAGE).unlink()
    assert missing(tmp_path) == [2, 3, 4, 5]
    assert len(read) == 5  # the label of the image that is gone is not looked at
    build(tmp_path)
    assert contents(tmp_path) == whole


@pytest.mark.parametrize("stamps_of_file", [3, [], [1], ["1", "2"], None, [1, 2, 3], [1.5, 2]])
def test_stamps_that_are_none_are_passed_over(tmp_path, whole, stamps_of_file):
    part(tmp_path, [0, 1, 2])
    (journal,) = journals(tmp_path)
    first, rest = journal.read_bytes().split(b"\n", 1)
    journal.write_bytes(orjson.dumps({"stamps": dict.fromkeys(orjson.loads(first)["stamps"], stamps_of_file)}) + b"\n" + rest)
    assert missing(tmp_path) == [3, 4, 5]
    journal.write_bytes(orjson.dumps({"stamps": stamps_of_file}) + b"\n" + rest)
    assert missing(tmp_path) == [3, 4, 5]
    build(tmp_path)
    assert contents(tmp_path) == whole


def test_only_verify_finds_what_leaves_size_and_time_as_they_were(out):
    """Bits that flip on the disk, or somebody who sets the time back: what a run that resumes trusts."""
    path = out / IMAGE
    status = path.stat()
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    with claim(out) as dataset:
        assert dataset.complete
    with pytest.raises(InputError, match=r"images/000002\.png: its sha256 is"):
        verify(out)


class Texts:
    """A writer that makes texts/NNNNNN.txt of each image."""

    def __init__(self, out, threads):
        self.out = out

    def write(self, frames):
        return [write_file(self.out, f"texts/{record['index']:06d}.txt", b"text") for record in frames.records]

    def close(self):
        pass


@pytest.mark.parametrize("case", CHANGES)
@pytest.mark.parametrize("complete", [True, False])
def test_files_of_other_writers(tmp_path, read, case, complete):
    with claim(tmp_path) as dataset:
        with Output(tmp_path, {"texts": Texts}) as output:
            output.write(fake_batch(np.arange(6)))
        if complete:
            dataset.finish({})
    assert missing(tmp_path) == []
    assert read == []
    CHANGES[case](tmp_path / "texts" / "000003.txt")
    assert missing(tmp_path) == [3]
    assert read == ["texts/000003.txt"]


def test_progress_is_told(out):
    (out / CHECKED).unlink()
    told: list[tuple[int, int]] = []
    with Dataset.claim(out, CONFIGURATION, 6, CLASSES, lambda done, total: told.append((done, total))) as dataset:
        assert dataset.complete
    assert told[-1] == (6, 6)
