"""Tests of raster.rendering.draw_tables: tables come out of memory as they went in, and room_for() is enough."""

from dataclasses import fields

import numpy as np
import pytest

from raster.rendering.draw_tables import DrawTables, margin_px, pack, prepare, room_for, unpack
from raster.scene.requirements import Requirements
from raster.scene.sampler import Sampler


@pytest.mark.parametrize("full", [False, True])
def test_tables_go_through_memory(full, catalog, randomizers, everything):
    sampler = Sampler(catalog, everything() if full else randomizers(), 2, (64, 48))
    scenes = sampler(5, 9)
    _, tables = prepare(scenes, sampler.library, (64, 48), 9, sampler.requirements)
    assert len(tables.cameras) == len(tables.meters) == 9 * full
    memory = np.full(room_for(9, sampler.most_meshes) + 1, 255, np.uint8)
    found = unpack(memory, *pack(tables, memory[:-1]))
    for field in fields(DrawTables):
        before, after = getattr(tables, field.name), getattr(found, field.name)
        if isinstance(before, np.ndarray):
            assert after.dtype == before.dtype, field.name
            assert after.shape == before.shape, field.name
            assert after.tobytes() == before.tobytes(), field.name
            assert np.shares_memory(after, memory) or not len(after)
        else:
            assert after == before
    assert memory[-1] == 255


def test_only_a_lens_that_distorts_has_a_margin():
    assert margin_px((100, 200), Requirements(margin=0.1, effects=("sensor",))) == (0, 0)
    assert margin_px((100, 203), Requirements(margin=0.1, effects=("distortion",))) == (10, 21)
