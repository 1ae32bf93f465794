"""Tests of stores: a folder, an object store and a file system with folders do the same; what fails is tried again, or told."""

import sys
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from raster.errors import InputError, MachineError
from raster.system import remote_store
from raster.system.local_store import LocalStore
from raster.system.remote_store import RemoteStore
from raster.system.stores import is_url, open_store, place_of


class Shelf(MemoryFileSystem):
    """A file system with folders, as SFTP is one: what is half-written can be read, and nothing renames onto a file."""

    protocol = "shelf"
    store: dict[str, Any] = {}  # noqa: RUF012  (as fsspec's own has it)
    pseudo_dirs = [""]  # noqa: RUF012
    failing: list[Exception] = []  # noqa: RUF012  what the next calls raise
    moved: list[str] = []  # noqa: RUF012

    @classmethod
    def _fail(cls) -> None:
        if cls.failing:
            raise cls.failing.pop(0)

    def pipe_file(self, path: str, value: bytes, **options: Any) -> None:
        self._fail()
        super().pipe_file(path, value, **options)

    def cat_file(self, path: str, **options: Any) -> bytes:
        self._fail()
        return super().cat_file(path, **options)

    def ls(self, path: str, **options: Any) -> Any:
        self._fail()
        return super().ls(path, **options)

    def mv(self, path1: str, path2: str, **options: Any) -> None:
        assert not self.exists(path2)
        self.moved.append(path2)
        super().mv(path1, path2, **options)


@pytest.fixture(params=["folder", "memory", "shelf"])
def store(request, tmp_path, monkeypatch):
    fsspec.register_implementation("shelf", Shelf, clobber=True)
    monkeypatch.setattr(remote_store, "WAIT_S", 0)
    Shelf.failing.clear()
    Shelf.moved.clear()
    name = request.node.name.replace("[", "-").replace("]", "")
    made = open_store(tmp_path / "set" if request.param == "folder" else f"{request.param}://{name}/set")
    made.make()
    return made


def test_files_are_written_listed_read_and_removed(store, tmp_path):
    assert store.listing() == {}
    assert store.listing("shards") == {}
    assert store.read("a") is None
    store.write("a", b"one")
    store.write("a", b"two")
    store.write("shards/b", b"three")
    store.write(".hydra/c", b"")
    assert store.listing() == {"a": 3}
    assert store.listing("shards") == {"b": 5}
    assert list(store.read_all(["a", "shards/b", "nothing", "a"])) == [b"two", b"three", None, b"two"]
    made = (store.scratch(".parts") or tmp_path) / "made"
    made.write_bytes(b"four")
    store.put("d", made)
    assert not made.exists()
    with store.fetched("d") as path:
        assert path.read_bytes() == b"four"
    store.remove("d")
    store.remove("d")
    assert store.listing() == {"a": 3}
    store.clear(".parts")
    assert store.read("a") == b"two"


@pytest.mark.parametrize("store", ["shelf"], indirect=True)
def test_a_file_has_its_name_when_it_is_whole(store):
    store.write("a", b"one")
    store.write("a", b"two")
    assert [path.rpartition("/")[2] for path in Shelf.moved] == ["a", "a"]


@pytest.mark.parametrize("store", ["shelf"], indirect=True)
def test_connections_that_fail_are_tried_again(store):
    Shelf.failing += [ConnectionResetError("reset"), TimeoutError("late"), OSError("gone")]
    store.write("a", b"one")
    Shelf.failing += [ConnectionResetError("reset")]
    assert store.listing() == {"a": 3}
    Shelf.failing += [ConnectionResetError("reset")] * remote_store.TRIES
    with pytest.raises(MachineError, match=r"/a: cannot be read, after 5 tries: ConnectionResetError: reset; the same command"):
        store.read("a")
    assert Shelf.failing == []


@pytest.mark.parametrize("store", ["shelf"], indirect=True)
def test_what_is_refused_is_told_at_once(store):
    Shelf.failing += [PermissionError("not yours")]
    with pytest.raises(InputError, match=r"shelf://.*/set/a: cannot be written: no permission: not yours"):
        store.write("a", b"one")
    with pytest.raises(InputError, match="cannot be read: "), store.fetched("nothing"):
        pass


def test_what_a_place_is():
    assert isinstance(open_store("file:///somewhere/set"), LocalStore)
    assert str(open_store("file:///somewhere/set")) == "/somewhere/set"
    assert isinstance(open_store("memory://x/set/"), RemoteStore)
    assert str(open_store("memory://x/set/")) == "memory://x/set"
    assert [place for place in ("s3://a/b", "file:///a", "s3:/a", "a/b", "C:x", "C:/x", "./s3:/a", None) if is_url(place)] == [
        "s3://a/b", "file:///a", "s3:/a"
    ]  # fmt: skip
    assert place_of("s3://a") == "s3://a"


@pytest.mark.parametrize("place", ["s3://", "s3:///", "s3:///set"])
def test_a_url_of_an_object_store_names_a_bucket(place):
    with pytest.raises(InputError, match=rf"^{place}: names no bucket; expected s3://BUCKET/PATH$"):
        open_store(place)


def test_a_url_with_one_slash_is_no_folder():
    with pytest.raises(InputError, match=r"^s3:/a/b: a URL has two slashes behind the colon: s3://a/b; or say ./s3:/a/b$"):
        open_store("s3:/a/b")
    assert isinstance(open_store("./s3:/a/b"), LocalStore)


def test_a_file_is_no_place(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"^cannot write .*/file: it is no folder, and nothing can be put there$"):
        open_store(tmp_path / "file").make()


def test_what_is_missing_is_named(monkeypatch):
    with pytest.raises(InputError, match=r"foo://a/b: there is no file system foo://; fsspec knows s3, gs"):
        open_store("foo://a/b")
    with pytest.raises(InputError, match=r"gs://a/b: needs gcsfs: pip install gcsfs"):
        open_store("gs://a/b")
    for scheme in ("s3", "s3a"):  # of a test that used them
        monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, scheme, raising=False)
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(InputError, match=r"s3://a/b: needs s3fs: pip install 'raster-labels\[scale\]'"):
        open_store("s3://a/b")
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(InputError, match=r"s3://a/b: needs fsspec: pip install 'raster-labels\[scale\]'"):
        open_store("s3://a/b")
