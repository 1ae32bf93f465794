"""Tests of raster.run.output: a writer that cannot be opened is named, in one line."""

from functools import partial

import pytest

from raster.errors import InputError
from raster.run.output import Output


class NoThreads:
    """A writer without the parameter `threads`."""

    def __init__(self, out): ...


class NoFile:
    """A writer that reads a file which is missing."""

    def __init__(self, out, threads):
        (out / "palette.txt").read_text()


@pytest.mark.parametrize("make", [NoThreads, partial(NoThreads)])
def test_a_writer_without_threads(make, tmp_path):
    said = r"^writers\.mine: NoThreads\(\) is called with out= and threads=: got an unexpected keyword argument 'threads'; "
    with pytest.raises(InputError, match=said):
        Output(tmp_path, {"mine": make})


def test_a_writer_whose_file_is_missing(tmp_path):
    with pytest.raises(InputError, match=rf"^writers\.mine: {tmp_path}/palette\.txt: No such file or directory$"):
        Output(tmp_path, {"mine": NoFile})
