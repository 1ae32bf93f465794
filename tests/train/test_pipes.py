"""A named pipe in place of a model's file: it is named, and nobody waits for it."""

import pytest
from irregular import end_if_it_waits, put_pipe
from small_sets import FACTS

from raster import InputError
from train.compare import compare
from train.learning.callbacks import read_checkpoint
from train.network.networks import load_state
from train.network.saved import read_facts

pytestmark = pytest.mark.slow
READERS = {"model.pth": load_state, "checkpoint.pth": lambda path: read_checkpoint(path, "{}"),
           "model.json": lambda path: read_facts(path.parent), "scores.json": lambda path: scores_of(path)}  # fmt: skip


def scores_of(path) -> None:
    """raster compare, with this file in place of the scores."""
    (path.parent / "model.json").write_text("{}")
    (path.parent / "evaluate-x").mkdir()
    path.rename(path.parent / "evaluate-x" / path.name)
    compare([path.parent], "x")


@pytest.mark.parametrize("name", READERS)
def test_a_pipe_in_place_of_a_models_file(tmp_path, name):
    assert FACTS  # skips where the extra train is not installed
    put_pipe(tmp_path / name)
    with end_if_it_waits(), pytest.raises(InputError, match=name.replace(".", r"\.")):
        READERS[name](tmp_path / name)
