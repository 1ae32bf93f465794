"""Tests of the renderer: batches, samples, streams, limits, and that all is given back."""

import numpy as np
import pytest
from catalogs import PBR
from contexts import open_context
from gl_objects import alive
from scenes_by_hand import options_of, scene_with
from srgb import srgb

from raster.color import linear_from_srgb
from raster.errors import InputError
from raster.passes import CLASS_ID, COLOR
from raster.rendering.draw_list_buffers import FEW_SCENES, MOST_SCENES
from raster.rendering.renderer import Renderer
from raster.scene.sampler import Sampler
from raster.scene.scenes import Scenes


@pytest.fixture(scope="module")
def draws(catalog, randomizers, everything):
    """Samplers for 64 x 64 px and the pass of their colour by name."""
    named = {"plain": (randomizers(), COLOR), "everything": (everything(), PBR)}
    return {name: (Sampler(catalog, each, 0, (64, 64)), color) for name, (each, color) in named.items()}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "samples"), [("plain", 1), ("plain", 4), ("everything", 1), ("everything", 4)])
def test_batches_change_no_byte(name, samples, draws, made):
    sampler, color = draws[name]
    frames = {}
    for batch in (1, 3, 16):
        drawing = made(sampler.catalog, (64, 64), batch, (CLASS_ID, color), samples, ("instance_id",), **options_of(sampler))
        frames[batch] = [drawing.render(sampler(k, min(batch, 16 - k))) for k in range(0, 16, batch)]
    whole = frames[16][0]
    assert set(whole.layers) == {"color", "class_id", "instance_id"}
    for batch in (1, 3):
        np.testing.assert_array_equal(np.concatenate([f.index for f in frames[batch]]), whole.index)
        for layer, array in whole.layers.items():
            joined = np.concatenate([f.layers[layer] for f in frames[batch]])
            assert joined.tobytes() == array.tobytes(), (batch, layer)
        records = [record for f in frames[batch] for record in f.records]
        for one, other in zip(records, whole.records, strict=True):
            assert repr(one) == repr(other)


@pytest.mark.slow
def test_more_scenes_than_a_uniform_block_holds_change_no_byte(catalog, everything, made):
    """Views and lights of such a batch are in storage buffers."""
    sampler, count = Sampler(catalog, everything(), 1, (24, 24)), MOST_SCENES + 3
    options = {"samples": 1, "layers": ("instance_id",), **options_of(sampler)}
    whole = made(catalog, (24, 24), count, (CLASS_ID, PBR), **options)
    assert not whole.buffers.scenes
    expected = whole.render(sampler(0, count)).layers
    for batch, room in ((50, MOST_SCENES), (FEW_SCENES, FEW_SCENES)):
        few = made(catalog, (24, 24), batch, (CLASS_ID, PBR), **options)
        assert few.buffers.scenes == room
        parts = [few.render(sampler(k, min(batch, count - k))).layers for k in range(0, count, batch)]
        for name, layer in expected.items():
            assert np.concatenate([part[name] for part in parts]).tobytes() == layer.tobytes(), name


def test_drawing_again_changes_no_byte(full_sampler, full_renderer):
    """Everything on: whatever lies in the buffers, maps and textures from before."""
    first = full_renderer.render(full_sampler(3, 5))
    full_renderer.render(full_sampler(77, 16))
    again = full_renderer.render(full_sampler(3, 5))
    for layer, array in first.layers.items():
        assert array.tobytes() == again.layers[layer].tobytes()


def test_stream_is_render_batch_by_batch(full_sampler, full_renderer):
    sampler, renderer = full_sampler, full_renderer
    streamed = list(renderer.stream(sampler(k, 4) for k in (0, 4, 8)))
    assert len(streamed) == 3
    for k, frames in zip((0, 4, 8), streamed, strict=True):
        one = renderer.render(sampler(k, 4))
        np.testing.assert_array_equal(frames.index, one.index)
        for layer, array in one.layers.items():
            np.testing.assert_array_equal(frames.layers[layer], array)


def test_a_stream_that_nobody_finishes_leaves_the_renderer_usable(sampler, renderer):
    expected = renderer.render(sampler(0, 4)).layers["color"]
    for _ in range(4):
        stream = renderer.stream(sampler(k, 4) for k in (0, 4, 8, 12))
        next(stream)
        stream.close()
    np.testing.assert_array_equal(renderer.render(sampler(0, 4)).layers["color"], expected)


def test_four_samples_leave_labels_alone_and_average_light(flat, randomizers, made):
    """Colour is what a picture of twice the width and height shows, 2 x 2 pixels averaged in linear light."""
    scenes = Sampler(flat, randomizers(), 3)(0, 12)
    one, four = (made(flat, (64, 64), 12, samples=n, layers=("instance_id",)).render(scenes).layers for n in (1, 4))
    for layer in ("class_id", "instance_id"):
        assert one[layer].tobytes() == four[layer].tobytes()
    large = made(flat, (128, 128), 12).render(scenes).layers["color"]
    light = linear_from_srgb(large / 255.0).reshape(12, 64, 2, 64, 2, 3).mean(axis=(2, 4))
    difference = np.abs(four["color"] - srgb(light))
    assert difference.max() < 1.5
    coded = np.abs(four["color"] - large.reshape(12, 64, 2, 64, 2, 3).mean(axis=(2, 4)))
    assert coded.max() > 10  # averaging sRGB values would differ from averaging light by so much
    assert (one["color"] != four["color"]).mean() > 0.05


# --- Limits


def test_what_the_driver_cannot_do_is_refused(catalog):
    info = open_context().info
    most, layers = info["GL_MAX_TEXTURE_SIZE"], info["GL_MAX_ARRAY_TEXTURE_LAYERS"]
    with pytest.raises(InputError, match=f"size: {most + 1} x 16 px is more than this driver draws; at most {most}"):
        Renderer(catalog, (16, most + 1), 1)
    with pytest.raises(InputError, match=f"at most {most // 2}$"):
        Renderer(catalog, (most // 2 + 1, 16), 1, samples=4)
    with pytest.raises(InputError, match=f"batch={layers + 1}: this driver draws at most {layers} scenes"):
        Renderer(catalog, (16, 16), layers + 1)
    with pytest.raises(InputError, match="samples=3: choose 1 or 4"):
        Renderer(catalog, (16, 16), 1, samples=3)


def test_more_objects_than_ids_are_refused(catalog, renderer):
    scenes = Scenes.zeros(catalog, [0], {"objects": 65536})
    with pytest.raises(InputError, match="65536 objects a scene; a 16-bit instance id holds 65535"):
        renderer.render(scenes)


def test_ids_beyond_8_bits_do_not_wrap(catalog, made):
    """The 300th cube, the only one in view."""
    scenes = Scenes.zeros(catalog, [0], {"objects": 300})
    scenes.set_assets(slice(0, 300), np.zeros((1, 300), int))
    scenes.nodes.local[:, scenes.roots[:299], 1, 3] = -50
    found = made(catalog, (16, 16), 1, layers=("instance_id",)).render(scenes).layers
    assert set(np.unique(found["instance_id"])) == {0, 300}


def test_scenes_that_do_not_fit_the_renderer_are_refused(catalog, renderer, sampler):
    with pytest.raises(ValueError, match="17 scenes, but this renderer was made for batch=16"):
        renderer.render(sampler(0, 17))
    with pytest.raises(ValueError, match=r"aspect=1\.5, but a picture of 96 x 96"):
        renderer.render(scene_with(catalog, ("cube", (0, 0, 0), 1), aspect=1.5))


def test_scenes_that_need_more_than_the_renderer_was_made_for_are_refused(catalog, renderer, full_sampler, full_renderer):
    scenes = scene_with(catalog, ("cube", (0, 0, 0), 1), lights=2)
    scenes.lights.shadows[:] = 2
    with pytest.raises(ValueError, match=r"lights\.shadows=2, but this renderer was made with requirements\.shadows=0"):
        renderer.render(scenes)
    scenes = full_sampler(0, 1)
    scenes.lights.shadows[:] = 0
    with pytest.raises(ValueError, match="another library"):
        renderer.render(scenes)
    with pytest.raises(ValueError, match="another library"):
        full_renderer.render(scene_with(catalog, ("cube", (0, 0, 0), 1)))


# --- What is given back


@pytest.mark.slow
@pytest.mark.parametrize(("name", "samples"), [("plain", 1), ("plain", 4), ("everything", 1), ("everything", 4)])
def test_release_frees_everything_and_a_new_renderer_draws_the_same(name, samples, draws):
    sampler, color = draws[name]
    ctx, expected = open_context(), None
    before = alive(ctx)
    for _ in range(3):
        drawing = Renderer(sampler.catalog, (64, 64), 8, (CLASS_ID, color), samples, ("instance_id",), **options_of(sampler))
        drawing.render(sampler(0, 1))
        frames = drawing.render(sampler(0, 8))  # more rows than before: buffers grow
        assert sum(alive(ctx).values()) > sum(before.values()) + 5
        drawing.release()
        assert alive(ctx) == before
        expected = frames if expected is None else expected
        for layer, array in expected.layers.items():
            np.testing.assert_array_equal(frames.layers[layer], array)


def test_frames_outlive_the_renderer(catalog, sampler):
    drawing = Renderer(catalog, (64, 64), 4)
    first = drawing.render(sampler(0, 4))
    copies = {name: array.copy() for name, array in first.layers.items()}
    drawing.render(sampler(90, 4))
    drawing.release()
    for name, array in copies.items():
        np.testing.assert_array_equal(first.layers[name], array)


def test_two_renderers_live_side_by_side(catalog, sampler, renderer, made):
    small = made(catalog, (32, 32), 16, layers=("instance_id",))
    expected = renderer.render(sampler(0, 16)).layers["class_id"], small.render(sampler(0, 16)).layers["class_id"]
    for _ in range(2):
        np.testing.assert_array_equal(renderer.render(sampler(0, 16)).layers["class_id"], expected[0])
        np.testing.assert_array_equal(small.render(sampler(0, 16)).layers["class_id"], expected[1])
