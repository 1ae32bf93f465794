"""Tests of raster.system.regular_files: files are read, all else is refused at once and named."""

import os
import socket
from pathlib import Path

import pytest

from raster.system import regular_files
from raster.system.regular_files import open_regular, read_regular


def pipe(path: Path) -> None:
    os.mkfifo(path)


def bind(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


def link(path: Path) -> None:
    path.symlink_to(path.with_name("file"))


KINDS = {
    "a named pipe": pipe,
    "a socket": bind,
    "a folder": Path.mkdir,
    "a device": lambda path: path.symlink_to("/dev/null"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file_is_named_and_not_opened(tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)  # names of sockets are short
    KINDS[kind](Path("it"))
    monkeypatch.setattr(os, "open", None)
    with pytest.raises(OSError, match=f"it is {kind}, and no regular file") as caught:
        open_regular("it")
    assert caught.value.filename == "it"


def test_files_are_read_and_links_are_followed_unless_the_caller_says_no(tmp_path):
    (tmp_path / "file").write_bytes(b"ab\ncd")
    link(tmp_path / "link")
    for name in ("file", "link"):
        assert read_regular(tmp_path / name) == b"ab\ncd"
        with open_regular(str(tmp_path / name)) as file:
            assert list(file) == [b"ab\n", b"cd"]
    assert read_regular(tmp_path / "file", links=False) == b"ab\ncd"
    with pytest.raises(OSError, match="it is a link, and no regular file"):
        read_regular(tmp_path / "link", links=False)
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "gone")


def test_a_pipe_that_takes_the_place_of_a_file_makes_nobody_wait(tmp_path, monkeypatch):
    """Between the look at it and the open: that open does not wait for a writer."""
    pipe(tmp_path / "it")
    before = set(os.listdir("/proc/self/fd"))
    status = os.stat(__file__)
    monkeypatch.setattr(regular_files.os, "stat", lambda *_, **__: status)
    with pytest.raises(OSError, match="it is a named pipe"):
        open_regular(tmp_path / "it")
    monkeypatch.undo()
    assert set(os.listdir("/proc/self/fd")) == before
