"""Tests of how many images are drawn at once."""

import pytest

from raster.run.config import load_config
from raster.run.setup import build_setup


@pytest.mark.slow
def test_a_batch_is_cut_to_what_fits_in_memory_and_to_the_layers_that_drivers_have():
    def batch(*overrides: str) -> int:
        return build_setup(load_config(["preset=fast", "n=1000000", "batch=1000000", *overrides])).batch

    assert batch("size=16") == 2048
    assert batch("size=1024") == 32
    assert batch("size=1024", "samples=4") == 8
    assert batch("size=16384") == 1
    assert build_setup(load_config(["preset=fast", "n=7"])).batch == 7
    shadows = batch("size=1024", "randomizers.lights.shadows=2")
    assert 4 < shadows < 32  # each map takes memory too
