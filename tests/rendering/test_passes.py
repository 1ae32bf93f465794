"""Tests of passes of one's own: depth, normals and integers by a shader alone, layers left out, any order."""

import numpy as np
import pytest
from catalogs import PBR
from ray_caster import cast
from scenes_by_hand import options_of, scene_with

from raster.errors import InputError
from raster.passes import CLASS_ID, COLOR, Pass
from raster.scene.sampler import Sampler
from raster.transforms import compose, random_rotation

INTERFACE = '#version 430\n#include "scene.glsl"\nin Surface {\n#include "surface.glsl"\n} v;\n'
DEPTH = f"""// Planar z in metres; 0 for the background.
{INTERFACE}layout(location = 0) out float depth;
void main() {{ depth = v.ids.y == 0u ? 0.0 : 1.0 / gl_FragCoord.w; }}
"""
NORMAL = f"""// Unit normals in the world.
{INTERFACE}layout(location = 0) out vec4 normal;
void main() {{ normal = vec4(normalize(v.normal), 1.0); }}
"""


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
    drawing = made(full_sampler.catalog, (96, 96), 4, passes, samples=4, layers=("instance_id",), **options_of(full_sampler))
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
