"""Tests of data sets in which a named pipe or a link has taken the place of a file: it is named, and nobody waits for it."""

import os
from contextlib import closing

import pytest
from fakes import build, claim, contents, missing, part, stamps
from irregular import end_if_it_waits, put_link, put_pipe

from raster.dataset.checked import CHECKED
from raster.dataset.journal import Journal, journals, write_file
from raster.dataset.verify import verify
from raster.errors import InputError

FILES = ["images/000002.png", "labels/000002.png", "codes.txt", "valid.txt", "scenes.jsonl", "manifest.json"]


@pytest.mark.parametrize(("put", "kind"), [(put_pipe, "a named pipe"), (put_link, "a link")])
@pytest.mark.parametrize("name", FILES)
def test_verify_names_it(out, name, put, kind):
    put(out / name)
    with end_if_it_waits(), pytest.raises(InputError, match=rf"{out / name}.* is {kind}, and no regular file"):
        verify(out)


def test_verify_names_one_that_no_record_lists(out):
    os.mkfifo(out / "images" / "000006.png")
    with end_if_it_waits(), pytest.raises(InputError, match=r"images/000006\.png: does not belong"):
        verify(out)


def refused(out, name: str, kind: str) -> None:
    """A run has to name the file, and leave the folder as it is."""
    before = stamps(out)
    with end_if_it_waits(), pytest.raises(InputError, match=rf"{out / name}.* is {kind}"):
        claim(out, 6)
    assert stamps(out) == before


@pytest.mark.parametrize(("put", "kind"), [(put_pipe, "a named pipe"), (put_link, "a link")])
@pytest.mark.parametrize("name", FILES)
def test_a_run_names_it_in_a_complete_set(out, name, put, kind):
    put(out / name)
    refused(out, name, kind)


@pytest.mark.parametrize(("put", "kind"), [(put_pipe, "a named pipe"), (put_link, "a link")])
@pytest.mark.parametrize("name", ["images/000001.png", "labels/000004.png", "scenes.jsonl", "manifest.json", "journal"])
def test_a_run_names_it_in_an_interrupted_set(tmp_path, name, put, kind):
    out = tmp_path / "set"
    build(out, n=3)
    part(out, [3, 4])
    path = journals(out)[0] if name == "journal" else out / name
    put(path)
    refused(out, str(path.relative_to(out)), kind)


def test_a_pipe_in_place_of_the_stamps_is_replaced(out, whole):
    put_pipe(out / CHECKED)
    with end_if_it_waits(), claim(out) as dataset:
        assert dataset.complete
    assert (out / CHECKED).is_file()
    assert contents(out) == whole


def test_a_file_of_another_writer(tmp_path):
    """It lies in no folder that is listed."""
    record = {"index": 0, "split": "train", "camera": {}, "objects": [], "lights": []}
    with claim(tmp_path, 1) as dataset, closing(Journal(tmp_path)) as journal:
        journal.add([record], {"texts": [write_file(tmp_path, "texts/0.txt", b"0")]})
        dataset.finish({})
    assert missing(tmp_path, 1) == []
    put_pipe(tmp_path / "texts" / "0.txt")
    with end_if_it_waits(), pytest.raises(InputError, match=r"texts/0\.txt: it is a named pipe"):
        claim(tmp_path, 1)
