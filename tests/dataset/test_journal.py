"""Tests of raster.dataset.journal: any writer's files reach the records, and only once all of an image's files are written."""

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import orjson
import pytest
from fakes import claim, contents, fake_batch, fake_frames, journal_lines

from raster.dataset.journal import Journal, journals, write_file
from raster.dataset.verify import verify
from raster.errors import InputError
from raster.run.output import Output
from raster.writers.camvid import Camvid


class Texts:
    """A writer that makes NAME/NNNNNN.txt of each image, at once or in a thread; `fail`: the image it fails at."""

    def __init__(self, name: str, out: Path, threads: int, fail: int = -1):
        self.name, self.out, self.fail = name, out, fail
        self.pool = ThreadPoolExecutor(1) if threads else None

    def write(self, frames):
        if self.pool is None:
            return [self.one(record) for record in frames.records]
        return [self.pool.submit(self.one, record) for record in frames.records]

    def one(self, record):
        if record["index"] == self.fail:
            raise InputError("no room")
        return write_file(self.out, f"{self.name}/{record['index']:06d}.txt", str(record["index"]).encode())

    def close(self):
        if self.pool:
            self.pool.shutdown()


class Nothing:
    """A writer that makes no file: it might send images elsewhere."""

    def __init__(self, out: Path, threads: int):
        pass

    def write(self, frames):
        return [{} for _ in frames.records]

    def close(self):
        pass


WRITERS = {
    "camvid": {"camvid": Camvid},
    "texts": {"texts": partial(Texts, "texts")},
    "two": {"texts": partial(Texts, "texts"), "more": partial(Texts, "more")},
    "both": {"camvid": Camvid, "texts": partial(Texts, "texts")},
    "nothing": {"nothing": Nothing},
}


def write(out: Path, writers: dict, numbers: list[int], threads: int = 0) -> None:
    """Claim, and write batches of two without finishing."""
    with claim(out), Output(out, writers, threads) as output:
        for first in range(0, len(numbers), 2):
            output.write(fake_batch(np.array(numbers[first : first + 2])))


def finished(out: Path, writers: dict, threads: int = 0) -> dict:
    """Claim, write what is missing and finish."""
    with claim(out) as dataset, Output(out, writers, threads) as output:
        for number in dataset.missing:
            output.write(fake_frames(number, 1))
        output.close()
        return dataset.finish({})


def lines(out: Path) -> list[dict]:
    return [orjson.loads(line) for line in journal_lines(out)]


@pytest.mark.parametrize("threads", [0, 2])
@pytest.mark.parametrize("case", WRITERS)
def test_any_set_of_writers_finishes_resumes_and_validates(tmp_path, case, threads):
    finished(tmp_path / "whole", WRITERS[case])
    write(tmp_path / "part", WRITERS[case], [1, 4, 5], threads)
    with claim(tmp_path / "part") as dataset:
        assert dataset.missing.tolist() == [0, 2, 3]
    digest = finished(tmp_path / "part", WRITERS[case], threads)["digest"]
    assert contents(tmp_path / "part") == contents(tmp_path / "whole")
    assert verify(tmp_path / "part")["digest"] == digest
    with claim(tmp_path / "part") as dataset:
        assert dataset.complete


def test_the_digest_is_that_of_all_listed_files_in_c_order(tmp_path):
    digest = finished(tmp_path, WRITERS["both"])["digest"]
    names = sorted((name for name in contents(tmp_path) if name != "manifest.json"), key=str.encode)
    assert len(names) == 3 + 3 * 6
    listing = "".join(f"{hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    assert digest == hashlib.sha256(listing.encode()).hexdigest()


def test_a_record_lists_the_files_that_there_are(tmp_path):
    write(tmp_path / "both", WRITERS["both"], [3])
    write(tmp_path / "texts", WRITERS["texts"], [3])
    (both,), (texts,) = lines(tmp_path / "both"), lines(tmp_path / "texts")
    assert list(both)[-3:] == ["image_sha256", "label_sha256", "files"]
    assert both["files"] == texts["files"] == {"texts/000003.txt": hashlib.sha256(b"3").hexdigest()}
    assert list(texts)[:2] == ["index", "split"]
    assert not {"image", "label", "image_sha256", "label_sha256"} & set(texts)


@pytest.mark.parametrize("threads", [0, 2])
def test_no_record_before_all_writers_have_written(tmp_path, threads):
    writers = {"camvid": Camvid, "texts": partial(Texts, "texts", fail=3)}
    with pytest.raises(InputError, match=r"^no room$"):
        write(tmp_path, writers, [0, 1, 2, 3], threads)
    assert [record["index"] for record in lines(tmp_path)] == [0, 1]  # image 2 is of the batch that failed
    with claim(tmp_path) as dataset:
        assert dataset.missing.tolist() == [2, 3, 4, 5]


def test_a_damaged_file_of_another_writer_is_missing(tmp_path):
    write(tmp_path, WRITERS["both"], [0, 1, 2, 3])
    (tmp_path / "texts/000001.txt").write_text("other")
    (tmp_path / "texts/000002.txt").unlink()
    with claim(tmp_path) as dataset:
        assert dataset.missing.tolist() == [1, 2, 4, 5]


def test_a_half_written_file_of_another_writer_is_removed(tmp_path):
    write(tmp_path, WRITERS["texts"], [0])
    (tmp_path / "texts" / ".000001.txt.1.2.tmp").touch()
    claim(tmp_path).release()
    assert [path.name for path in (tmp_path / "texts").iterdir()] == ["000000.txt"]


RECORD = {"index": 3, "image": "images/000003.png", "label": "labels/000003.png"}
WRONG = {
    "nothing returned": ([None], "returned None"),
    "too few": ([[]], "returned 0 entries; expected a list of 1"),
    "absolute": ([[{"/x/3.txt": ("0" * 64, 1)}]], "the path '/x/3.txt' is not of a file in a folder of OUT"),
    "above": ([[{"a/../../3.txt": ("0" * 64, 1)}]], "is not of a file in a folder of OUT"),
    "no folder": ([[{"valid.txt": ("0" * 64, 1)}]], "the path 'valid.txt' is not of a file in a folder of OUT"),
    "hidden": ([[{".journal/3": ("0" * 64, 1)}]], "is not of a file in a folder of OUT"),
    "among images": ([[{"images/000003.jpg": ("0" * 64, 1)}]], "images/ may hold nothing of this image but 000003.png"),
    "another image": ([[{"labels/000004.png": ("0" * 64, 1)}]], "labels/ may hold nothing of this image but 000003.png"),
    "twice": ([[{"a/3": ("0" * 64, 1)}], [{"a/3": ("0" * 64, 1)}]], "another writer has written a/3 already"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_a_writer_must_not_return_is_named(tmp_path, case):
    made, message = WRONG[case]
    journal = Journal(tmp_path)
    with pytest.raises(InputError, match=message) as refused:
        journal.add([dict(RECORD)], {f"w{k}": files for k, files in enumerate(made)})
    assert str(refused.value).startswith(f"writers.w{len(made) - 1}: ")
    journal.close()
    assert not journals(tmp_path)


def test_a_file_that_two_images_list_with_different_hashes_is_refused(tmp_path):
    class Shared(Texts):
        def one(self, record):
            return write_file(self.out, "texts/all.txt", str(record["index"]).encode())

    with pytest.raises(InputError, match=r"texts/all\.txt: two images list it with different hashes"):
        finished(tmp_path, {"shared": partial(Shared, "texts")})


def test_a_journal_waits_for_futures(tmp_path):
    future: Future = Future()
    journal = Journal(tmp_path, threads=True)
    journal.add([dict(RECORD)], {"w": [future]})
    assert not journals(tmp_path)
    future.set_result({"a/3": ("0" * 64, 7)})
    journal.close()
    journal.close()
    assert journal.bytes == 7
    assert lines(tmp_path)[0]["files"] == {"a/3": "0" * 64}


def test_write_file_makes_the_folder(tmp_path):
    assert write_file(tmp_path, "a/b/3.txt", b"3") == {"a/b/3.txt": (hashlib.sha256(b"3").hexdigest(), 1)}
    assert (tmp_path / "a/b/3.txt").read_bytes() == b"3"
