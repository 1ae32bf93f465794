"""Tests of the renderer: what covers what, batches, samples, light, new passes, limits, and that all is given back."""

import ctypes

import numpy as np
import pytest
from catalogs import PBR
from ray_caster import cast

from raster.assets.catalog import Catalog
from raster.color import linear_from_srgb
from raster.errors import InputError
from raster.gl.context import gl_function, open_context
from raster.passes import CLASS_ID, COLOR, Pass
from raster.rendering.renderer import Renderer
from raster.scene.sampler import Sampler
from raster.scene.scenes import Scenes
from raster.solids.cube import cube
from raster.solids.pyramid import pyramid
from raster.solids.tetrahedron import tetrahedron
from raster.transforms import compose, look_at, random_rotation

INTERFACE = '#version 430\n#include "scene.glsl"\nin Surface {\n#include "surface.glsl"\n} v;\n'
DEPTH = f"""// Planar z in metres; 0 for the background.
{INTERFACE}layout(location = 0) out float depth;
void main() {{ depth = v.ids.y == 0u ? 0.0 : 1.0 / gl_FragCoord.w; }}
"""
NORMAL = f"""// Unit normals in the world.
{INTERFACE}layout(location = 0) out vec4 normal;
void main() {{ normal = vec4(normalize(v.normal), 1.0); }}
"""


def srgb(linear: np.ndarray) -> np.ndarray:
    """Code values 0..255, not rounded, of linear light (IEC 61966-2-1)."""
    c = np.clip(np.asarray(linear, float), 0, 1)
    return 255 * np.where(c <= 0.0031308, 12.92 * c, 1.055 * c ** (1 / 2.4) - 0.055)


def scene_with(catalog: Catalog, *objects: tuple, lights: int = 1, aspect: float = 1.0, batch: int = 1) -> Scenes:
    """Things (name, position, scale or (4, 4)) before a camera at (0, -4, 0) that looks along +y, sees 50 degrees."""
    scenes = Scenes.zeros(catalog, np.arange(batch), {"objects": len(objects)}, lights, aspect)
    for o, (name, position, scale) in enumerate(objects):
        scenes.set_assets(slice(o, o + 1), np.full((batch, 1), catalog.assets.index(name)))
        local = scale if np.ndim(scale) == 2 else compose(position, scale=scale)
        scenes.nodes.local[:, scenes.roots[o]] = local
    scenes.nodes.material.specular[:] = 0
    scenes.lights.ambient[:] = 0.1
    return scenes


def of(sampler: Sampler) -> dict:
    """What a renderer has to know of those that it draws the scenes of."""
    return {"library": sampler.library, "requirements": sampler.requirements}


def white(scenes: Scenes) -> Scenes:
    scenes.nodes.material.color[:] = scenes.nodes.material.color2[:] = 1
    return scenes


@pytest.fixture(scope="module")
def flat():
    """A catalog of solids that have one level of detail, so that they look the same at any size."""
    return Catalog({"cube": cube(), "pyramid": pyramid(), "tetrahedron": tetrahedron()})


@pytest.fixture(scope="module")
def made():
    """A function that makes renderers, which are released afterwards."""
    renderers = []

    def make(*arguments, **options) -> Renderer:
        renderers.append(Renderer(*arguments, **options))
        return renderers[-1]

    yield make
    for renderer in renderers:
        renderer.release()


# --- Where objects are


@pytest.mark.parametrize("size", [(96, 96), (60, 100), (100, 60), (33, 17)])
def test_a_small_object_is_in_the_pixel_derived_by_hand(size, catalog, made):
    """Row 0 is the top row: what is up (z > 0) and left (x < 0) of the camera's axis is in the upper left."""
    height, width = size
    focal = height / 2 / np.tan(np.radians(25))
    row, column = height // 4, width // 5
    x, z = (column + 0.5 - width / 2) / focal * 4, -(row + 0.5 - height / 2) / focal * 4
    ball = ("sphere", (x, 0, z), 4 / focal)  # one pixel wide
    frames = made(catalog, size, 1, layers=("instance_id",)).render(white(scene_with(catalog, ball, aspect=width / height)))
    assert frames.layers["class_id"].shape == (1, height, width)
    assert frames.layers["color"].shape == (1, height, width, 3)
    np.testing.assert_array_equal(np.argwhere(frames.layers["class_id"]), [[0, row, column]])
    assert frames.layers["class_id"][0, row, column] == catalog.assets.index("sphere") + 1
    assert frames.layers["color"][0, row, column, 1] != frames.layers["color"][0, 0, 0, 1]
    assert frames.layers["instance_id"].dtype == np.uint16
    assert frames.layers["class_id"].dtype == frames.layers["color"].dtype == np.uint8


def test_the_nearer_one_is_seen_whatever_the_order(catalog, renderer):
    near, far = ("cube", (0.2, -1, 0), 0.5), ("sphere", (0, 1, 0), 1.5)
    seen = {}
    for order in ((near, far), (far, near)):
        frames = renderer.render(scene_with(catalog, *order))
        seen[order[0][0]] = frames.layers["class_id"]
        assert frames.layers["class_id"][0, 48, 52] == 1  # the cube is class 1
        assert frames.layers["instance_id"][0, 48, 52] == 1 + order.index(near)
        assert (frames.layers["class_id"] == 2).any()
    np.testing.assert_array_equal(seen["cube"], seen["sphere"])


@pytest.mark.parametrize("name", ["cross", "floor"])
def test_what_has_no_class_hides_what_is_behind_it(name, catalog, renderer):
    """Class 0 with an instance of its own: an occluder, not the background."""
    alone = renderer.render(scene_with(catalog, ("cube", (0, 0, 0), 1)))
    hidden = renderer.render(scene_with(catalog, ("cube", (0, 0, 0), 1), (name, (0, -1.5, 0), 0.9)))
    before = (alone.layers["class_id"] == 1)[0]
    occluder = (hidden.layers["instance_id"] == 2)[0]
    assert (occluder & before).sum() > 200
    assert not hidden.layers["class_id"][0][occluder].any()
    np.testing.assert_array_equal(hidden.layers["class_id"][0] == 1, before & ~occluder)
    np.testing.assert_array_equal(hidden.layers["instance_id"][0] == 1, before & ~occluder)


def test_surfaces_are_seen_from_outside_only(catalog, renderer):
    around = scene_with(catalog, ("cube", (0, -4, 0), 3), ("sphere", (0, 1, 0), 1))
    seen = renderer.render(around).layers["instance_id"]
    assert set(np.unique(seen)) == {0, 2}


def test_colour_covers_exactly_what_the_ids_cover(sampler, renderer):
    """What changes with the background's colour is the background; all else is an instance."""
    scenes = sampler(40, 16)
    colors = []
    for background in ([1, 0, 1], [0, 1, 0], [0, 0, 0]):
        scenes.background.texture[:] = 0
        scenes.background.color[:] = background
        frames = renderer.render(scenes)
        colors.append(frames.layers["color"].astype(int))
    changed = (colors[0] != colors[1]).any(axis=-1) | (colors[0] != colors[2]).any(axis=-1)
    np.testing.assert_array_equal(changed, frames.layers["instance_id"] == 0)
    assert 0.1 < changed.mean() < 0.9
    assert (frames.layers["class_id"][changed] == 0).all()


# --- Batches and samples


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
        drawing = made(sampler.catalog, (64, 64), batch, (CLASS_ID, color), samples, ("instance_id",), **of(sampler))
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


# --- Light


@pytest.mark.parametrize("linear", [0.0, 0.001, 0.003, 0.01, 0.18, 0.5, 0.99, 1.0])
def test_a_flat_background_is_encoded_and_not_lit(linear, catalog, renderer):
    scenes = scene_with(catalog)
    scenes.background.color[:] = [linear, linear / 2, 1 - linear]
    color = renderer.render(scenes).layers["color"]
    assert (color == color[:, :1, :1]).all()
    np.testing.assert_allclose(color[0, 0, 0], srgb([linear, linear / 2, 1 - linear]), atol=1)


def test_light_from_the_left_brightens_the_left(catalog, renderer):
    for x, brighter in ((-1, slice(30, 46)), (1, slice(50, 66))):
        scenes = white(scene_with(catalog, ("sphere", (0, 0, 0), 1.8)))
        scenes.lights.position[:] = [x, -0.3, 0, 0]
        color = renderer.render(scenes).layers["color"][0, 40:56].astype(float)
        darker = slice(50, 66) if x < 0 else slice(30, 46)
        assert color[:, brighter].mean() > color[:, darker].mean() + 20


def test_light_from_above_brightens_the_top(catalog, renderer):
    scenes = white(scene_with(catalog, ("sphere", (0, 0, 0), 1.8)))
    scenes.lights.position[:] = [0, -0.3, 1, 0]
    color = renderer.render(scenes).layers["color"][0, :, 40:56].astype(float)
    assert color[30:46].mean() > color[50:66].mean() + 20


def test_four_lights_add_up(catalog, renderer):
    """In linear light: all four together, and each alone."""
    scenes = white(scene_with(catalog, ("sphere", (0, 0, 0), 1.8), ("floor", (0, 2, -1), (9, 9, 0.1)), lights=4))
    scenes.nodes.material.specular[:], scenes.nodes.material.shininess[:] = 0.3, 8
    scenes.background.color[:] = 0
    positions = [[-1, -1, 1, 0], [1, -1, 0.2, 0], [0.5, -2, 2, 1], [-2, -2, -0.5, 1]]
    colors = np.array([[0.2, 0.1, 0.05], [0.05, 0.15, 0.2], [0.9, 0.3, 0.5], [0.1, 0.9, 0.6]])
    scenes.lights.position[:] = positions
    scenes.lights.ambient[:] = 0
    alone = np.zeros((96, 96, 3))
    for k in range(4):
        scenes.lights.color[:] = 0
        scenes.lights.color[:, k] = colors[k]
        color = renderer.render(scenes).layers["color"][0]
        assert color.max() > 60
        alone += linear_from_srgb(color / 255.0)
    scenes.lights.color[:] = colors
    together = renderer.render(scenes).layers["color"][0]
    assert alone.max() < 1
    assert np.abs(together - srgb(alone)).max() < 4  # each of the four is rounded, and dark codes are coarse in light
    assert np.abs(together - srgb(alone))[alone > 0.05].max() < 2


def test_shading_is_blinn_and_phongs_formula(catalog, renderer):
    """On the front of a cube, y = -0.5, pixel by pixel, with one light at a point and one from a direction."""
    scenes = white(scene_with(catalog, ("cube", (0, 0, 0), (2, 1, 2)), lights=2))
    scenes.nodes.material.color[:] = albedo = np.array([0.6, 0.3, 0.8])
    scenes.nodes.material.specular[:], scenes.nodes.material.shininess[:] = 0.4, 20
    scenes.lights.position[:] = positions = np.array([[0.4, -1.5, 0.6, 1], [-0.5, -0.7, 0.3, 0]])
    scenes.lights.color[:] = colors = np.array([[0.4, 0.3, 0.2], [0.1, 0.2, 0.3]])
    scenes.lights.ambient[:] = 0.05
    offset = (np.arange(96) + 0.5 - 48) / (48 / np.tan(np.radians(25))) * 3.5
    x, z = np.meshgrid(offset, -offset)
    point = np.stack([x, np.full_like(x, -0.5), z], axis=-1)
    eye = np.array([0, -4.0, 0]) - point
    eye /= np.linalg.norm(eye, axis=-1, keepdims=True)
    light = 0.05 * albedo * np.ones((96, 96, 1))
    for (*position, w), color in zip(positions, colors, strict=True):
        towards = np.array(position) - w * point
        length = np.linalg.norm(towards, axis=-1, keepdims=True)
        towards = towards / length
        half = towards + eye
        cosine = -(half / np.linalg.norm(half, axis=-1, keepdims=True))[..., 1:2]  # the normal is -y
        highlight = 0.4 * np.maximum(cosine, 0) ** 20 * (20 + 8) / 8
        light = light + color * np.maximum(-towards[..., 1:2], 0) / np.where(w, length**2, 1) * (albedo + highlight)
    front = (np.abs(x) < 0.95) & (np.abs(z) < 0.95)  # within the bevel
    found = renderer.render(scenes).layers["color"][0]
    assert np.abs(found - srgb(light))[front].max() < 1.2
    assert 0.3 < light[front].max() < 1


def test_five_lights_are_refused(catalog, renderer):
    with pytest.raises(InputError, match="5 lights in a scene; at most 4 are drawn"):
        renderer.render(scene_with(catalog, ("cube", (0, 0, 0), 1), lights=5))


# --- Records


def test_a_record_says_what_was_drawn(catalog, renderer):
    scenes = scene_with(catalog, ("dumbbell", (0, 0, 0), 1), ("ring", (1, 0, 0), 0.5), ("cube", (0, 0, 1), 0.3), lights=3)
    scenes.lights.color[:] = [[[1, 1, 1], [0, 0.5, 0], [0, 0, 0]]]
    scenes.lights.position[0, 1] = [1, 2, 3, 1]
    record = renderer.render(scenes).records[0]
    camera = record["camera"]
    assert (camera["width"], camera["height"], camera["cx"], camera["cy"]) == (96, 96, 48, 48)
    assert camera["fx"] == camera["fy"] == pytest.approx(48 / np.tan(np.radians(25)), rel=1e-6)
    forward = camera["world_from_camera"] @ [0, 0, 4, 1]
    np.testing.assert_allclose(forward, [0, 0, 0, 1], atol=1e-5)
    solids = [(o["instance"], o["class"], o["class_id"], o["solid"]) for o in record["objects"]]
    assert solids == [(1, "dumbbell", 11, "dumbbell"), (2, "background", 0, "ring"), (3, "cube", 1, "cube")]
    assert [p["solid"] for p in record["objects"][0]["parts"]] == ["sphere", "sphere", "cylinder"]
    np.testing.assert_allclose(record["objects"][0]["parts"][0]["world_from_object"], compose((0, 0, -0.3), scale=0.4))
    np.testing.assert_allclose(record["objects"][1]["world_from_object"], compose((1, 0, 0), scale=0.5))
    assert [light["type"] for light in record["lights"]] == ["ambient", "directional", "point"]
    np.testing.assert_allclose(record["lights"][2]["position"], [1, 2, 3])
    np.testing.assert_allclose(record["lights"][1]["direction"], [-0.4, -0.6, 0.7])


# --- Passes of one's own


def test_a_depth_pass_needs_a_shader_and_no_python(flat, randomizers, made, tmp_path):
    """Planar z of solids that are exact, against the ray caster's, at every pixel where both see the same instance."""
    (tmp_path / "depth.frag").write_text(DEPTH)
    passes = (CLASS_ID, Pass(str(tmp_path / "depth.frag"), {"depth": "r32f"}))
    scenes = Sampler(flat, randomizers(), 1, size=(48, 64))(0, 6)
    frames = made(flat, (48, 64), 6, passes=passes, layers=("instance_id",)).render(scenes)
    depth = frames.layers["depth"]
    assert (depth.shape, depth.dtype) == ((6, 48, 64), np.float32)
    np.testing.assert_array_equal(depth == 0, frames.layers["instance_id"] == 0)
    compared = 0
    for b, record in enumerate(frames.records):
        hits = cast(record)
        same = (hits.instance_id == frames.layers["instance_id"][b]) & (hits.instance_id > 0)
        np.testing.assert_allclose(depth[b][same], hits.depth[same], rtol=2e-4)
        compared += same.sum()
    assert compared > 6000


def test_normals_are_perpendicular_to_stretched_surfaces(flat, made, tmp_path):
    """Against the plane through points that the ray caster finds on the same face."""
    (tmp_path / "normal.frag").write_text(NORMAL)
    drawing = made(flat, (64, 64), 1, passes=(Pass(str(tmp_path / "normal.frag"), {"normal": "rgba32f"}), CLASS_ID))
    turn = random_rotation(np.array([0.3, 0.8, 0.1]))
    scenes = scene_with(flat, ("tetrahedron", (), compose((0, 0, 0), turn, (2.0, 0.7, 1.3))))
    frames = drawing.render(scenes)
    normal, seen = frames.layers["normal"][0, ..., :3].astype(float), frames.layers["class_id"][0] > 0
    np.testing.assert_allclose(np.linalg.norm(normal[seen], axis=-1), 1, atol=1e-5)
    depth = cast(frames.records[0]).depth
    tangent = (np.arange(64) + 0.5 - 32) / frames.records[0]["camera"]["fx"]
    with np.errstate(invalid="ignore"):  # where there is nothing depth is inf
        point = depth[..., None] * np.stack(np.broadcast_arrays(tangent, 1, -tangent[:, None]), axis=-1)
    checked = 0
    for axis in (0, 1):
        a, b = (slice(1, None), slice(None, -1))
        here, there = ((a, slice(None)), (b, slice(None))) if axis == 0 else ((slice(None), a), (slice(None), b))
        same = seen[here] & seen[there] & (np.abs(normal[here] - normal[there]).max(axis=-1) < 1e-6)
        along = point[here][same] - point[there][same]
        np.testing.assert_allclose((along * normal[here][same]).sum(axis=-1), 0, atol=1e-5)
        checked += same.sum()
    assert checked > 500
    assert (normal[seen][:, 1] < 0).all()  # towards the camera, roughly: outwards


def test_layers_that_nobody_asked_for_are_not_drawn_and_move_no_other(catalog, made):
    """Also when they are not the shader's last outputs."""
    scenes = scene_with(catalog, ("cube", (0, 0, 0), 1), ("torus", (0.9, 0, 0), 0.5))
    usual = made(catalog, (64, 64), 1, layers=("instance_id",)).render(scenes).layers
    assert "instance_id" not in made(catalog, (64, 64), 1).render(scenes).layers
    for optional, left in ((("class_id",), "instance_id"), (("instance_id",), "class_id")):
        drawing = Pass("class_id.frag", {"class_id": "r8ui", "instance_id": "r16ui"}, optional=optional)
        found = made(catalog, (64, 64), 1, passes=(drawing, COLOR)).render(scenes).layers
        assert set(found) == {left, "color"}
        np.testing.assert_array_equal(found[left], usual[left])
        np.testing.assert_array_equal(found["color"], usual["color"])


@pytest.mark.parametrize("passes", [(COLOR, CLASS_ID), (COLOR,), (CLASS_ID, COLOR)])
@pytest.mark.parametrize("samples", [1, 4])
def test_passes_may_come_in_any_order(passes, samples, sampler, renderer, catalog, made):
    scenes = sampler(0, 4)
    found = made(catalog, (96, 96), 4, passes=passes, samples=samples).render(scenes).layers
    usual = renderer.render(scenes).layers
    for layer in found if samples == 1 else set(found) - {"color"}:
        np.testing.assert_array_equal(found[layer], usual[layer])


@pytest.mark.parametrize("passes", [(PBR, CLASS_ID), (PBR,), (CLASS_ID,)])
def test_passes_may_come_in_any_order_and_number_with_everything_on(passes, full_sampler, full_renderer, made):
    """Labels alone are bent by the lens as they are beside a picture."""
    scenes = full_sampler(0, 4)
    drawing = made(full_sampler.catalog, (96, 96), 4, passes, samples=4, layers=("instance_id",), **of(full_sampler))
    found, usual = drawing.render(scenes).layers, full_renderer.render(scenes).layers
    for layer in found:
        np.testing.assert_array_equal(found[layer], usual[layer])


@pytest.mark.parametrize(
    ("layers", "options", "words"),
    [
        ({"a": "r9"}, {}, "layers.a: there is no format r9; choose one of srgb8, r8, rgba8"),
        ({"ids": "r8ui"}, {"antialias": True}, "antialias: layer ids holds integers"),
        ({"c": "srgb8", "ids": "r32ui"}, {"antialias": True}, "antialias: layer ids holds integers"),
    ],
)  # fmt: skip
def test_formats_that_cannot_be_are_refused(layers, options, words):
    with pytest.raises(InputError, match=words):
        Pass("phong.frag", layers, **options)


@pytest.mark.parametrize(("form", "step"), [("r8ui", 7), ("r16ui", 1900), ("r32ui", 130_000_000)])
def test_integers_come_back_as_they_were_written(form, step, catalog, made, tmp_path):
    """Over their whole range, and at widths that are no multiple of four, which the driver would pad."""
    text = f"layout(location = 0) out uint code;\nvoid main() {{ code = uint(gl_FragCoord.x) * {step}u + v.ids.y; }}\n"
    (tmp_path / "code.frag").write_text("// A number that tells columns apart.\n" + INTERFACE + text)
    drawing = made(catalog, (17, 33), 2, passes=(Pass(str(tmp_path / "code.frag"), {"code": form}),))
    found = drawing.render(scene_with(catalog, aspect=33 / 17, batch=2)).layers["code"]
    assert found.dtype == {"r8ui": np.uint8, "r16ui": np.uint16, "r32ui": np.uint32}[form]
    np.testing.assert_array_equal(found, np.broadcast_to(np.arange(33) * step, (2, 17, 33)))


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


def alive() -> dict[str, int]:
    """How many GL objects of each kind there are."""
    ctx, found = open_context(), {}
    for kind in ("Buffer", "Texture", "VertexArray", "Framebuffer"):
        exists = gl_function(ctx, f"glIs{kind}", ctypes.c_ubyte, ctypes.c_uint)
        found[kind] = sum(exists(name) for name in range(1, 3000))
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("name", "samples"), [("plain", 1), ("plain", 4), ("everything", 1), ("everything", 4)])
def test_release_frees_everything_and_a_new_renderer_draws_the_same(name, samples, draws):
    sampler, color = draws[name]
    before, expected = alive(), None
    for _ in range(3):
        drawing = Renderer(sampler.catalog, (64, 64), 8, (CLASS_ID, color), samples, ("instance_id",), **of(sampler))
        drawing.render(sampler(0, 1))
        frames = drawing.render(sampler(0, 8))  # more rows than before: buffers grow
        assert sum(alive().values()) > sum(before.values()) + 5
        drawing.release()
        assert alive() == before
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


def test_a_camera_that_looks_elsewhere_sees_only_background(catalog, renderer):
    scenes = scene_with(catalog, ("cube", (0, 0, 0), 1))
    scenes.cameras.world_from_camera[:] = look_at([0, -4, 0], [0, -8, 0])
    found = renderer.render(scenes)
    assert not found.layers["instance_id"].any()
    assert len(found.records[0]["objects"]) == 1
