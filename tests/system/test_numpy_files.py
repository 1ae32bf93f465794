"""Tests of raster.system.numpy_files."""

import gc
import io
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from raster.system.numpy_files import read_npy, read_npz

ARRAY = np.arange(12, dtype=np.float16).reshape(3, 4)


def npy() -> bytes:
    """A file of one array."""
    data = io.BytesIO()
    np.save(data, ARRAY)
    return data.getvalue()


def npz() -> bytes:
    """A file of two arrays."""
    data = io.BytesIO()
    np.savez(data, first=ARRAY, second=ARRAY[0])
    return data.getvalue()


@pytest.fixture
def busy_collector():
    """Threads change turns again and again, and the collector runs Python code wherever objects are made."""
    interval, threshold = sys.getswitchinterval(), gc.get_threshold()

    def called(*_: object) -> None:
        sum(range(20))

    sys.setswitchinterval(1e-6)
    gc.set_threshold(5)
    gc.callbacks.append(called)
    yield
    gc.callbacks.remove(called)
    gc.set_threshold(*threshold)
    sys.setswitchinterval(interval)


def test_threads_that_read_at_the_same_time(busy_collector):
    """Python's parser mixes up two threads, up to 3.11.7: np.load alone fails here some times in 4000."""
    data = npy()
    with ThreadPoolExecutor(4) as pool:
        read = pool.map(lambda _: read_npy(io.BytesIO(data)), range(4000))
        assert all(np.array_equal(array, ARRAY) for array in read)


def test_files_on_disk(tmp_path):
    (tmp_path / "one.npy").write_bytes(npy())
    (tmp_path / "two.npz").write_bytes(npz())
    assert np.array_equal(read_npy(tmp_path / "one.npy"), ARRAY)
    assert isinstance(read_npy(tmp_path / "one.npy", mmap_mode="r"), np.memmap)
    held = read_npz(tmp_path / "two.npz")
    assert list(held) == ["first", "second"]
    assert np.array_equal(held["second"], ARRAY[0])


@pytest.mark.parametrize(
    ("read", "data", "error"),
    [
        (read_npy, npz(), "several arrays"),
        (read_npz, npy(), "one array"),
        (read_npy, npy().replace(b"{'descr'", b"{{{descr"), "header"),
        (read_npy, npy().replace(b"'<f2'", b'"""f2'), "header"),
    ],
)
def test_files_of_another_kind(read, data, error):
    with pytest.raises(ValueError, match=error):
        read(io.BytesIO(data))
