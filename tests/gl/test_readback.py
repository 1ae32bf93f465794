"""Tests of raster.gl.readback: what is read back is the same with and without what OpenGL 4.4 and 4.5 brought."""

from types import SimpleNamespace

import numpy as np
import pytest

from raster.gl import functions
from raster.gl.layer_place import LayerPlace, layers_in
from raster.rendering.renderer import Renderer
from raster.scene.sampler import Sampler


@pytest.mark.parametrize("samples", [1, 4])
def test_a_driver_without_buffers_that_stay_mapped_gives_the_same(samples, catalog, randomizers, monkeypatch):
    sampler = Sampler(catalog, randomizers(), 1, (40, 24))
    made = []
    for lacks in (False, True):
        if lacks:
            monkeypatch.setattr(functions, "optional", lambda *_: None)
        renderer = Renderer(catalog, (40, 24), 6, samples=samples, layers=("instance_id",))
        assert renderer.readbacks.all[0].persistent is not lacks
        made.append([renderer.render(sampler(0, count)).layers for count in (6, 1, 4)])
        renderer.release()
    for one, other in zip(*made, strict=True):
        assert set(one) == set(other) == {"color", "class_id", "instance_id"}
        for name, layer in one.items():
            assert layer.any()
            np.testing.assert_array_equal(layer, other[name])


def test_layers_come_out_of_memory_without_the_channels_that_are_not_kept():
    numbers = np.arange(2 * 3 * 4 * 5 * 4, dtype=np.uint8)
    places = {"color": LayerPlace(0, (4, 5, 4), np.dtype(np.uint8), 3), "id": LayerPlace(240, (4, 5), np.dtype(np.uint16), 1)}
    memory = np.concatenate([numbers[:240], np.arange(60, dtype=np.uint16).view(np.uint8)])
    layers = layers_in(memory, places, slice(1, 3))
    np.testing.assert_array_equal(layers["color"], memory[80:240].reshape(2, 4, 5, 4)[..., :3])
    np.testing.assert_array_equal(layers["id"], np.arange(20, 60, dtype=np.uint16).reshape(2, 4, 5))
    memory[:] = 0
    assert layers["color"].any()  # a copy
    assert places["id"].image_bytes == 40


def test_a_function_is_loaded_only_where_its_extension_is_there():
    """libglvnd gives an address even for functions that do not exist."""
    assert functions.optional(SimpleNamespace(extensions={"GL_ARB_other"}), "glBufferStorage", "GL_ARB_buffer_storage") is None
