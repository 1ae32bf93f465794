"""Tests of raster.writers.camvid."""

import errno
import hashlib
import os
import subprocess
import time
from pathlib import Path

import numpy as np
import orjson
import pytest
from fakes import WIDTH, camvid, contents, fake_frames, journal_lines
from hydra.utils import instantiate
from omegaconf import OmegaConf
from PIL import Image

from raster.dataset.journal import JOURNAL
from raster.errors import InputError
from raster.frames import Frames
from raster.system.paths import CONF


def written(out: Path, threads: int, batches: int = 5) -> dict[str, bytes]:
    writer = camvid(out, threads)
    for batch in range(batches):
        writer.write(fake_frames(3 * batch, 3))
    writer.close()
    return contents(out)


def lines(out: Path) -> list[bytes]:
    return sorted(journal_lines(out))


def test_files_hold_the_layers_and_lines_the_records(tmp_path):
    frames, writer = fake_frames(0, 3), camvid(tmp_path)
    writer.write(frames)
    assert len(lines(tmp_path)) == 3  # already before close()
    writer.close()
    writer.close()
    size = 0
    for b, line in enumerate(lines(tmp_path)):
        record, given = orjson.loads(line), frames.records[b]
        for key, layer in (("image", "color"), ("label", "class_id")):
            data = (tmp_path / record[key]).read_bytes()
            size += len(data)
            assert record[f"{key}_sha256"] == hashlib.sha256(data).hexdigest()
            np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / record[key])), frames.layers[layer][b])
        # float32 survives the text exactly
        read = np.float32(record["camera"]["world_from_camera"])
        np.testing.assert_array_equal(read, given["camera"]["world_from_camera"])
        assert {key: record[key] for key in ("index", "image", "label", "split")} == {
            key: given[key] for key in ("index", "image", "label", "split")
        }
    assert writer.bytes == size


def test_threads_and_batches_change_nothing(tmp_path):
    inline = written(tmp_path / "inline", 0)
    threaded = written(tmp_path / "threaded", 3)
    assert len(inline) == 2 * 15 + 1
    for name in inline:
        if name.endswith(".png"):
            assert inline[name] == threaded[name]
    assert lines(tmp_path / "inline") == lines(tmp_path / "threaded")
    writer = camvid(tmp_path / "whole")
    writer.write(fake_frames(0, 15))
    writer.close()
    assert lines(tmp_path / "whole") == lines(tmp_path / "inline")


def test_two_writers_keep_two_journals(tmp_path):
    one, other = camvid(tmp_path), camvid(tmp_path, 2)
    idle = camvid(tmp_path)
    one.write(fake_frames(0, 1))
    other.write(fake_frames(1, 1))
    for writer in (one, other, idle):
        writer.close()
    assert len(list((tmp_path / JOURNAL).iterdir())) == 2


def test_a_batch_is_one_write_to_the_journal(tmp_path, monkeypatch):
    writes, write = [], os.write

    def watched(descriptor, data):
        writes.append(bytes(data))
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", watched)
    writer = camvid(tmp_path)
    writer.write(fake_frames(0, 4))
    writer.close()
    assert [data.count(b"\n") for data in writes if data.startswith(b"{")] == [1 + 4]  # the stamps before the records


def test_views_are_taken_in_records_and_layers(tmp_path):
    frames = fake_frames(0, 2)
    for record in frames.records:
        record["camera"]["world_from_camera"] = np.asfortranarray(record["camera"]["world_from_camera"])
    layers = {name: np.asfortranarray(layer) for name, layer in frames.layers.items()}
    writer = camvid(tmp_path / "views")
    writer.write(Frames(frames.index, layers, frames.records, frames.classes))
    writer.close()
    writer = camvid(tmp_path / "plain")
    writer.write(fake_frames(0, 2))
    writer.close()
    assert lines(tmp_path / "views") == lines(tmp_path / "plain")


@pytest.mark.parametrize("threads", [0, 2])
def test_a_line_appears_only_when_both_files_are_in_place(tmp_path, monkeypatch, threads):
    replace = os.replace

    def refuse(source, target):
        if str(target).endswith("labels/000004.png"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    writer = camvid(tmp_path, threads)

    def write_all():
        for first in range(0, 12, 2):
            writer.write(fake_frames(first, 2))
        writer.close()

    with pytest.raises(InputError, match=r"labels/000004.png: No space left on device"):
        write_all()
    writer.close()  # says nothing more
    for line in lines(tmp_path):
        record = orjson.loads(line)
        assert record["index"] != 4
        assert (tmp_path / record["image"]).is_file()
        assert (tmp_path / record["label"]).is_file()
    assert len(lines(tmp_path)) >= 4
    assert not [name for name in contents(tmp_path) if name.endswith(".tmp")]


def test_the_backlog_is_bounded(tmp_path, monkeypatch):
    replace, waiting = os.replace, []

    def slow(source, target):
        time.sleep(0.005)
        replace(source, target)

    monkeypatch.setattr(os, "replace", slow)
    writer = camvid(tmp_path, 1)
    for batch in range(6):
        writer.write(fake_frames(2 * batch, 2))
        waiting.append(2 * (batch + 1) - len(list((tmp_path / "labels").glob("[0-9]*.png"))))
    writer.close()
    assert max(waiting) <= 4
    assert len(lines(tmp_path)) == 12


def test_a_full_disk(tmp_path):
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(tmp_path)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no permission to mount a small disk")
    writer = camvid(tmp_path, 2)

    def fill():
        for batch in range(100):
            writer.write(fake_frames(4 * batch, 4))

    try:
        with pytest.raises(InputError, match=rf"^cannot write {tmp_path}/.*: No space left on device$"):
            fill()
        writer.close()
        assert not [name for name in contents(tmp_path) if name.endswith(".tmp")]
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_missing_layer_is_named(tmp_path):
    frames = fake_frames(0, 1)
    writer = camvid(tmp_path)
    with pytest.raises(InputError, match="needs the layer class_id"):
        writer.write(Frames(frames.index, {"color": frames.layers["color"]}, frames.records, frames.classes))


def test_what_json_cannot_hold_is_named(tmp_path):
    frames = fake_frames(0, 1)
    frames.records[0]["camera"]["lens"] = object()
    with pytest.raises(TypeError, match="object"):
        camvid(tmp_path).write(frames)


def test_wrong_settings_and_folders_are_refused(tmp_path):
    with pytest.raises(InputError, match="threads=-1"):
        camvid(tmp_path, -1)
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="file/images: Not a directory"):
        camvid(tmp_path / "file")


def test_hydra_makes_one(tmp_path):
    group = OmegaConf.load(CONF / "writers" / "camvid.yaml")
    writer = instantiate(group.camvid, out=str(tmp_path), threads=1)
    writer.write(fake_frames(0, 1))
    writer.close()
    assert Image.open(tmp_path / "images" / "000000.png").width == WIDTH
