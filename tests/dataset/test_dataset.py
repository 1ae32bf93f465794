"""Tests of raster.dataset.dataset: what a finished folder holds, and how an unfinished one is resumed."""

import json
import os
import subprocess

import numpy as np
import pytest
from fakes import (
    CLASSES,
    CONFIGURATION,
    build,
    camvid,
    claim,
    contents,
    fake_batch,
    fake_frames,
    missing,
    part,
    stamps,
)

from raster.dataset import manifest
from raster.dataset.files import file_name
from raster.dataset.journal import JOURNAL
from raster.dataset.verify import verify
from raster.errors import InputError


def test_what_is_on_disk(tmp_path, whole):
    assert sorted(whole) == sorted(
        ["codes.txt", "manifest.json", "scenes.jsonl", "valid.txt"]
        + [f"{folder}/{file_name(i)}" for folder in ("images", "labels") for i in range(6)]
    )
    assert whole["codes.txt"] == b"background\ncube\nsphere\n"
    assert whole["valid.txt"] == b"000001.png\n000004.png\n"
    records = [json.loads(line) for line in whole["scenes.jsonl"].splitlines()]
    assert [record["index"] for record in records] == list(range(6))
    held = json.loads(whole["manifest.json"])
    names = [entry["class"] for record in records for entry in record["objects"]]
    assert held["counts"] == {
        "images": 6, "train": 4, "valid": 2, "objects": {name: names.count(name) for name in CLASSES},
    }  # fmt: skip
    assert (held["complete"], held["n"], held["seed"], held["renderers"]) == (True, 6, 7, ["fake"])
    assert held["classes"] == list(CLASSES)
    assert held["configuration"] == json.loads(json.dumps(CONFIGURATION))
    assert {"raster", "python", "numpy", "moderngl"} <= set(held["versions"])


def test_the_digest_is_what_coreutils_say(tmp_path):
    digest = build(tmp_path)["digest"]
    command = "LC_ALL=C; sha256sum codes.txt images/*.png labels/*.png scenes.jsonl valid.txt | sha256sum"
    said = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stdout.split()[0] == digest


@pytest.mark.parametrize(("batch", "threads"), [(1, 0), (6, 2), (3, 3)])
def test_batches_and_threads_change_no_byte(tmp_path, whole, batch, threads):
    build(tmp_path, batch=batch, threads=threads)
    assert contents(tmp_path) == whole


def test_several_writers_in_any_order_change_no_byte(tmp_path, whole):
    with claim(tmp_path) as dataset:
        writers = [camvid(tmp_path), camvid(tmp_path, 2)]
        for turn, number in enumerate([5, 0, 3, 1, 4, 2, 2]):
            writers[turn % 2].write(fake_frames(number, 1))
        for writer in writers:
            writer.close()
        dataset.finish({})
    assert contents(tmp_path) == whole


def test_a_complete_set_is_left_alone(tmp_path, whole):
    build(tmp_path)
    before = stamps(tmp_path)
    with claim(tmp_path) as dataset:
        assert dataset.complete
        assert len(dataset.missing) == 0
        assert dataset.missing.dtype == np.int64
    assert stamps(tmp_path) == before


def test_facts_and_renderers_are_kept(tmp_path):
    with claim(tmp_path, renderer="one"):
        pass  # the run ends here
    with claim(tmp_path, renderer="other") as dataset:
        writer = camvid(tmp_path)
        writer.write(fake_frames(0, 6))
        writer.close()
        held = dataset.finish({"seconds": 1.5, "digest": "not this"})
    assert held == manifest.read(tmp_path)
    assert held["renderers"] == ["one", "other"]
    assert held["seconds"] == 1.5
    assert len(held["digest"]) == 64


def test_what_is_complete_is_kept_and_the_rest_is_missing(tmp_path, whole):
    part(tmp_path, [0, 2, 3, 5])
    kept = stamps(tmp_path)[str(tmp_path / "images" / "000002.png")]
    (tmp_path / "images" / "000000.png").unlink()
    label = tmp_path / "labels" / "000003.png"
    label.write_bytes(label.read_bytes()[:-1] + b"?")
    assert missing(tmp_path) == [0, 1, 3, 4]
    build(tmp_path)
    assert stamps(tmp_path)[str(tmp_path / "images" / "000002.png")] == kept
    assert contents(tmp_path) == whole


@pytest.mark.parametrize("cut", [1, 100, 5000])
def test_a_truncated_journal_loses_its_last_line_only(tmp_path, whole, cut):
    part(tmp_path, [0, 1, 2])
    (journal,) = (tmp_path / JOURNAL).iterdir()
    last = len(journal.read_bytes().splitlines(keepends=True)[-1])
    os.truncate(journal, journal.stat().st_size - min(cut, last))
    assert missing(tmp_path) == [2, 3, 4, 5]
    build(tmp_path)
    assert contents(tmp_path) == whole


@pytest.mark.parametrize("line", [
    b"\n", b"null\n", b"[1]\n", b"{}\n", b"\0\0\0\n", b'{"index":"1"}\n', b"\xff\xfe\n",
    b'{"index":99,"image":"images/000099.png","label":"labels/000099.png","image_sha256":"","label_sha256":""}\n',
    b'{"index":-1,"image":"images/-00001.png","label":"labels/-00001.png","image_sha256":"%b","label_sha256":"%b"}\n'
    % (b"0" * 64, b"0" * 64),
])  # fmt: skip
def test_lines_that_are_no_records_are_passed_over(tmp_path, whole, line):
    part(tmp_path, [0, 1, 2])
    (journal,) = (tmp_path / JOURNAL).iterdir()
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(lines[0] + line + b"".join(lines[1:]))
    assert missing(tmp_path) == [3, 4, 5]
    build(tmp_path)
    assert contents(tmp_path) == whole


def test_files_without_a_line_count_for_nothing(tmp_path, whole):
    part(tmp_path, [0, 1, 2])
    for journal in (tmp_path / JOURNAL).iterdir():
        journal.unlink()
    assert missing(tmp_path) == [0, 1, 2, 3, 4, 5]
    build(tmp_path)
    assert contents(tmp_path) == whole


def test_a_redrawn_image_replaces_its_old_line(tmp_path, whole):
    """Another driver may draw other bytes: then the line that goes with the file counts, whichever journal is first."""
    with claim(tmp_path):
        for number in range(6):  # twelve journals with random names
            for change in (1, 0):
                frames = fake_frames(number, 1)
                frames.layers["color"][:] += np.uint8(change)
                writer = camvid(tmp_path)
                writer.write(frames)
                writer.close()
    assert missing(tmp_path) == []
    build(tmp_path)
    assert contents(tmp_path)["scenes.jsonl"] == whole["scenes.jsonl"]
    verify(tmp_path)


def test_a_line_written_since_the_claim_beats_an_older_one(tmp_path):
    part(tmp_path, list(range(6)))
    (tmp_path / "images" / "000003.png").write_bytes(b"damaged")
    with claim(tmp_path) as dataset:
        frames = fake_frames(3, 1)
        frames.layers["color"][:] += np.uint8(1)
        for journal in (tmp_path / JOURNAL).iterdir():  # so that the new journal's name is the first
            assert journal.name > "!"
        writer = camvid(tmp_path)
        writer._journal._path = str(tmp_path / JOURNAL / "!.jsonl")
        writer.write(frames)
        writer.close()
        dataset.finish({})
    verify(tmp_path)


def test_hidden_files_of_ours_do_not_make_a_folder_used(tmp_path, whole):
    (tmp_path / ".hydra").mkdir()
    (tmp_path / JOURNAL).mkdir()
    (tmp_path / JOURNAL / "old.jsonl").write_bytes(whole["scenes.jsonl"])
    (tmp_path / ".manifest.json.1.2.tmp").touch()
    assert missing(tmp_path) == [0, 1, 2, 3, 4, 5]
    build(tmp_path)
    assert contents(tmp_path) == whole


def test_n_may_grow_and_ends_as_if_drawn_at_once(tmp_path, whole):
    build(tmp_path / "grown", n=2)
    assert missing(tmp_path / "grown", 5) == [2, 3, 4]
    assert missing(tmp_path / "grown", 6) == [2, 3, 4, 5]
    build(tmp_path / "grown")
    assert contents(tmp_path / "grown") == whole


@pytest.mark.parametrize("name", ["codes.txt", "valid.txt", "scenes.jsonl"])
@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_a_damaged_list_of_a_complete_set_is_made_again(tmp_path, whole, name, damage):
    build(tmp_path)
    (tmp_path / name).unlink()
    if damage == "changed":
        (tmp_path / name).write_bytes(whole[name].replace(b"1", b"2", 1).replace(b"cube", b"cone", 1))
    with claim(tmp_path) as dataset:
        assert not dataset.complete
        # scenes.jsonl says what no other file does, so its images are drawn again
        assert len(dataset.missing) == (6 if name == "scenes.jsonl" else 0)
    build(tmp_path)
    assert contents(tmp_path) == whole


@pytest.mark.parametrize("before", ["whole", "grown", "damaged", "list", "part"])
def test_nothing_changes_before_begin(tmp_path, before):
    """A run that cannot draw, for want of a renderer, leaves a complete set complete."""
    part(tmp_path, [0, 1]) if before == "part" else build(tmp_path, n=2 if before == "grown" else 6)
    if before == "damaged":
        (tmp_path / "images" / "000001.png").unlink()
    if before == "list":
        (tmp_path / "scenes.jsonl").write_bytes(b"damaged")
    if before != "whole":
        (tmp_path / "images" / ".000001.png.1.2.tmp").touch()
    seen = stamps(tmp_path)
    with claim(tmp_path, renderer=None) as dataset:
        assert dataset.complete == (before == "whole")
    assert stamps(tmp_path) == seen


def test_finish_comes_after_begin(tmp_path):
    part(tmp_path, list(range(6)))
    with claim(tmp_path, renderer=None) as dataset, pytest.raises(RuntimeError, match="begin"):
        dataset.finish({})


def test_finish_refuses_to_leave_images_out(tmp_path):
    with claim(tmp_path) as dataset:
        writer = camvid(tmp_path)
        writer.write(fake_batch(np.array([0, 1, 3])))
        writer.close()
        with pytest.raises(InputError, match=r"3 images are missing, the first is number 2"):
            dataset.finish({})
    assert manifest.read(tmp_path)["complete"] is False
    assert missing(tmp_path) == [2, 4, 5]


def test_finish_is_for_once(tmp_path):
    part(tmp_path, list(range(6)))
    with claim(tmp_path) as dataset:
        dataset.finish({})
        with pytest.raises(RuntimeError, match="claim the folder again"):
            dataset.finish({})
