"""Tests of raster.dataset.encode_png and raster.system.atomic_files."""

import errno
import io
import os
import struct
import threading
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from raster.dataset.encode_png import encode_grey, encode_rgb
from raster.errors import InputError
from raster.system import atomic_files as files


def decoded(data: bytes) -> tuple[str, np.ndarray]:
    with Image.open(io.BytesIO(data)) as image:
        return image.mode, np.asarray(image)


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (7, 1), (13, 17), (64, 64), (3, 301)])
@pytest.mark.parametrize("value", ["random", "constant", "gradient"])
def test_pillow_reads_back_the_same_pixels(size, value):
    random = np.random.default_rng(1)
    color = {
        "random": random.integers(0, 256, (*size, 3)),
        "constant": np.full((*size, 3), 200),
        "gradient": np.add.outer(np.arange(size[0]) * 5, np.arange(size[1]) * 3)[..., None] + [0, 80, 160],
    }[value].astype(np.uint8)
    mode, pixels = decoded(encode_rgb(color))
    assert mode == "RGB"
    np.testing.assert_array_equal(pixels, color)
    mode, pixels = decoded(encode_grey(color[..., 1]))
    assert mode == "L"
    np.testing.assert_array_equal(pixels, color[..., 1])


@settings(max_examples=60, deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))))
def test_any_small_image(color):
    np.testing.assert_array_equal(decoded(encode_rgb(color))[1], color)
    np.testing.assert_array_equal(decoded(encode_grey(color[..., 2]))[1], color[..., 2])


@pytest.mark.parametrize("view", [np.s_[::-1], np.s_[:, ::-1], np.s_[::2, 1::3], np.s_[2:9, 3:11], np.s_[:, :, ::-1]])
def test_views_give_the_bytes_of_their_copies(view):
    color = np.random.default_rng(2).integers(0, 256, (20, 30, 4), dtype=np.uint8)[..., :3][view]
    assert not color.flags.c_contiguous
    assert encode_rgb(color) == encode_rgb(color.copy())
    assert encode_rgb(color.transpose(1, 0, 2)) == encode_rgb(color.transpose(1, 0, 2).copy())
    assert encode_grey(color[..., 0]) == encode_grey(color[..., 0].copy())


def test_chunks_have_their_checksums_and_the_header_its_depth():
    data, names = encode_rgb(np.zeros((5, 9, 3), np.uint8)), []
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    place = 8
    while place < len(data):
        (length,), name = struct.unpack(">I", data[place : place + 4]), data[place + 4 : place + 8]
        body, crc = data[place + 8 : place + 8 + length], data[place + 8 + length : place + 12 + length]
        assert zlib.crc32(name + body) == int.from_bytes(crc, "big")
        if name == b"IHDR":
            assert body == struct.pack(">IIBBBBB", 9, 5, 8, 2, 0, 0, 0)
        names.append(name)
        place += 12 + length
    assert names == [b"IHDR", b"sRGB", b"IDAT", b"IEND"]


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 4), (4, 4, 1), (0, 4, 3), (4, 0, 3)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match=r"\(H, W, 3\)"):
        encode_rgb(np.zeros(shape, np.uint8))


def test_other_dtypes_and_grey_shapes_are_refused():
    with pytest.raises(ValueError, match="uint8"):
        encode_grey(np.zeros((4, 4), np.int32))
    with pytest.raises(ValueError, match="uint8"):
        encode_rgb(np.zeros((4, 4, 3), np.float32))
    with pytest.raises(ValueError, match=r"\(H, W\)"):
        encode_grey(np.zeros((4, 4, 3), np.uint8))


def test_write_atomic_replaces_and_leaves_nothing_else(tmp_path):
    for data in (b"", b"one", bytes(300_000)):
        files.write_atomic(tmp_path / "a", data)
        assert (tmp_path / "a").read_bytes() == data
    assert os.listdir(tmp_path) == ["a"]


def test_a_file_is_made_with_the_usual_permissions(tmp_path):
    (tmp_path / "usual").write_bytes(b"")
    files.write_atomic(tmp_path / "a", b"")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_short_writes_are_continued(tmp_path, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data)[:7]))
    files.write_atomic(tmp_path / "a", bytes(range(100)))
    assert (tmp_path / "a").read_bytes() == bytes(range(100))


@pytest.mark.parametrize("call", ["open", "write", "replace"])
def test_a_refusal_names_path_and_reason_and_keeps_the_old_file(tmp_path, monkeypatch, call):
    (tmp_path / "a").write_bytes(b"old")

    def refuse(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(InputError, match=f"^cannot write {tmp_path / 'a'}: No space left on device$"):
        files.write_atomic(tmp_path / "a", b"new")
    monkeypatch.undo()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]


def test_ctrl_c_leaves_no_temporary_file(tmp_path, monkeypatch):
    def interrupt(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        files.write_atomic(tmp_path / "a", b"new")
    assert os.listdir(tmp_path) == []


def test_real_refusals(tmp_path):
    with pytest.raises(InputError, match=r"gone/a: No such file or directory"):
        files.write_atomic(tmp_path / "gone" / "a", b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match=r"folder: Is a directory"):
        files.write_atomic(tmp_path / "folder", b"")
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"file/x: Not a directory"):
        files.make_folder(tmp_path / "file" / "x")
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def test_threads_that_write_one_path_do_not_mix(tmp_path):
    texts = [bytes([letter]) * 50_000 for letter in b"abcdef"]
    threads = [threading.Thread(target=files.write_atomic, args=(tmp_path / "a", text)) for text in texts * 5]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tmp_path / "a").read_bytes() in texts
    assert os.listdir(tmp_path) == ["a"]


def test_a_temporary_file_is_hidden_beside_its_target(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(os, "replace", lambda source, target: seen.append(Path(source)))
    files.write_atomic(tmp_path / "a.png", b"")
    assert seen[0].parent == tmp_path
    assert seen[0].name.startswith(".")
    assert seen[0].name.endswith(".tmp")
    assert str(os.getpid()) in seen[0].name
