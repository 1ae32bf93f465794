"""Tests of raster.dataset.dataset against a full disk: whichever write is the first that does not fit, one line says so."""

import errno
import os

import pytest
from fakes import build, contents, missing

from raster.dataset.verify import verify
from raster.errors import InputError


class FullDisk:
    """Takes `calls` writes, half of the next one, and refuses all others until it is emptied."""

    def __init__(self, monkeypatch, calls: int):
        self.left = calls
        write = os.write

        def limited(descriptor: int, data: bytes) -> int:
            self.left -= 1
            if self.left == -1 and len(data) > 1:
                return write(descriptor, bytes(data)[: len(data) // 2])
            if self.left < 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return write(descriptor, data)

        monkeypatch.setattr(os, "write", limited)


def built(out, threads: int) -> str:
    """What a run says that cannot write; "" for one that ends well."""
    try:
        build(out, threads=threads)
    except InputError as error:
        return str(error)
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("threads", [0, 2])
def test_a_disk_that_is_full_at_any_write(tmp_path, monkeypatch, whole, threads):
    for calls in range(100):
        out = tmp_path / str(calls)
        with monkeypatch.context() as patch:
            disk = FullDisk(patch, calls)
            said = built(out, threads)
        if disk.left >= 0:
            break
        if said:  # only the stamps may be left out without a word
            assert said.startswith(f"cannot write {out}")
            assert said.endswith("No space left on device")
        assert not list(out.rglob("*.tmp"))
        build(out)
        assert contents(out) == whole, calls
        assert missing(out) == []
        verify(out)
    assert calls >= 20  # 12 files, journal, lists, two manifests, stamps


def test_a_disk_that_stays_full_takes_nothing_away(tmp_path, monkeypatch, whole):
    with monkeypatch.context() as patch:
        FullDisk(patch, 9)
        for _ in range(3):
            with pytest.raises(InputError, match="No space left on device"):
                build(tmp_path, batch=1)
    assert missing(tmp_path) == [2, 3, 4, 5]
    build(tmp_path)
    assert contents(tmp_path) == whole
