"""data: a small data set. run: the folder of a network that was not trained."""

from pathlib import Path

import pytest


@pytest.fixture
def data(tmp_path) -> Path:
    from small_sets import data_set

    return data_set(tmp_path / "set", count=5, valid=1)


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    from small_sets import FACTS

    from train.network.networks import build
    from train.network.saved import save

    out = tmp_path_factory.mktemp("run")
    save(out, build("small", 3), FACTS)
    return out
