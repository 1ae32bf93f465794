"""Tests of raster.system.collector: the collector is stopped for a block, and runs afterwards as before."""

import gc

import pytest

from raster.system.collector import collector_stopped


def test_the_collector_is_stopped_for_the_block_alone():
    assert gc.isenabled()
    with collector_stopped():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(SystemExit), collector_stopped():
        raise SystemExit
    assert gc.isenabled()


def test_one_that_was_stopped_before_stays_so():
    gc.disable()
    try:
        with collector_stopped():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
