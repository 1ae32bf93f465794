"""Tests of morphs: what the shader makes of points and normals, NumPy's formulas, the draw list."""

from dataclasses import fields

import moderngl
import numpy as np
import pytest
import trimesh
from contexts import open_context

from raster.geometry.deformations import ORDER, Deformations, smooth_noise
from raster.geometry.subdivide import subdivide
from raster.gl.program import define, join, load
from raster.rendering.draw_list import draw_list
from raster.rendering.gpu_structs import MORPH
from raster.rendering.shader_constants import MORPHS, SHADER_CONSTANTS
from raster.scene.scenes import Scenes
from raster.solids.cube import cube

PROGRAM = """// A point and a normal, morphed by the first row.
#version 430
#include "scene.glsl"
#include "morph.glsl"
in vec3 position;
in vec3 normal;
out vec3 moved;
out vec3 turned;

void main() {
    moved = position;
    turned = normal;
    morph(moved, turned, morphs[0]);
}
"""
MAXIMUM = {"roundness": 1, "noise": 0.045, "taper": 0.9, "bulge": 0.4, "twist": 3, "bend": 1}


def morphs(**values) -> Deformations:
    """Of one shape."""
    result = Deformations.zeros(())
    for name, value in values.items():
        getattr(result, name)[...] = value
    return result


def some(rng: np.random.Generator, names=ORDER) -> Deformations:
    drawn = {name: rng.choice([-1, 1]) * rng.uniform(0.5, 1) * MAXIMUM[name] for name in names}
    return morphs(**drawn, frequency=rng.uniform(1, 3), bend_turn=rng.uniform(0, 6.28), seed=rng.uniform(0, 64, 3))


@pytest.fixture(scope="module")
def shader(tmp_path_factory):
    """A function: Deformations of one shape, points (N, 3), normals (N, 3) -> what the shader makes of them, float32."""
    ctx = open_context(None)
    path = tmp_path_factory.mktemp("shaders") / "morph.vert"
    path.write_text(PROGRAM)
    source = join(define(load(path, []), SHADER_CONSTANTS))
    program = ctx.program(vertex_shader=source, varyings=["moved", "turned"])
    target = ctx.simple_framebuffer((4, 4))  # without one nothing is drawn, and so nothing captured

    def run(one: Deformations, points: np.ndarray, normals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        row = np.zeros(1, MORPH)
        for field in fields(one):
            row[field.name] = getattr(one, field.name)
        table = ctx.buffer(row.tobytes())
        table.bind_to_storage_buffer(MORPHS)
        data = np.concatenate([points, normals], axis=1).astype(np.float32)
        vertices, found = ctx.buffer(data.tobytes()), ctx.buffer(reserve=data.nbytes)
        target.use()
        array = ctx.vertex_array(program, [(vertices, "3f 3f", "position", "normal")])
        array.transform(found, moderngl.POINTS, vertices=len(data))
        result = np.frombuffer(found.read(), np.float32).reshape(-1, 6)
        for made in (array, vertices, found, table):
            made.release()
        return result[:, :3], result[:, 3:]

    yield run
    program.release()
    target.release()


def cloud(rng: np.random.Generator, count: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Points of the unit cube, not near its middle, and unit vectors."""
    points, normals = rng.uniform(-0.5, 0.5, (3 * count, 3)), rng.normal(size=(count, 3))
    points = points[np.linalg.norm(points, axis=1) > 0.2][:count].astype(np.float32)
    return points, (normals / np.linalg.norm(normals, axis=1, keepdims=True)).astype(np.float32)


# --- The shader against NumPy, and against itself


@pytest.mark.parametrize("names", [*((name,) for name in ORDER), *[ORDER] * 6])
def test_the_shader_moves_points_as_numpy_does(shader, names):
    rng = np.random.default_rng(len(names))
    points, normals = cloud(rng)
    for _ in range(4):
        one = some(rng, names)
        one.fit[...] = rng.uniform(0.5, 1)
        moved, _ = shader(one, points, normals)
        np.testing.assert_allclose(moved, one.apply(points), atol=4e-6)
        assert np.abs(moved - points).max() > 1e-3


@pytest.mark.parametrize("names", [*((name,) for name in ORDER), *[ORDER] * 3])
def test_normals_stand_on_the_surface(shader, names):
    """On the tangents, which are differences of points that the shader moved; to its outer side, at unit length."""
    rng = np.random.default_rng(len(names) + 10)
    points, normals = cloud(rng)
    one, step = some(rng, names), 4e-3
    a = np.cross(normals, rng.normal(size=normals.shape))
    a /= np.linalg.norm(a, axis=1, keepdims=True)
    b = np.cross(normals, a)
    first, second = (
        (shader(one, points + step * t, normals)[0].astype(float) - shader(one, points - step * t, normals)[0]) / (2 * step)
        for t in (a, b)
    )
    expected = np.cross(first, second)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    turned = shader(one, points, normals)[1]
    np.testing.assert_allclose(np.linalg.norm(turned, axis=1), 1, atol=1e-5)
    # The differences are wrong by float32's rounding and by the noise's third derivative.
    assert np.linalg.norm(turned - expected, axis=1).max() < 4e-3
    assert np.linalg.norm(turned - normals, axis=1).max() > 0.02


def test_a_bend_of_nearly_nothing_moves_nearly_nothing(shader):
    rng = np.random.default_rng(0)
    points, normals = cloud(rng)
    for bend in (0, 1e-12, 1e-8, 1e-6, 1e-4):
        moved, turned = shader(morphs(bend=bend, bend_turn=1.0), points, normals)
        np.testing.assert_allclose(moved, points, atol=bend + 1e-6)
        np.testing.assert_allclose(turned, normals, atol=2 * bend + 1e-6)


# --- Formulas


def ball(count: int = 500) -> np.ndarray:
    points = np.random.default_rng(0).normal(size=(count, 3))
    return 0.5 * points / np.linalg.norm(points, axis=1, keepdims=True)


def test_a_ball_of_roundness_minus_one_is_the_superquadric():
    p = morphs(roundness=-1).apply(ball())
    np.testing.assert_allclose((np.abs(p) ** 8).sum(axis=1) ** (1 / 8), 0.5, rtol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(morphs(roundness=1).apply(p), axis=1), 0.5, rtol=1e-12)  # and back


def test_volumes():
    """Of the unit cube: a twist and a bend keep it, taper t makes it 1 + t^2 / 12, bulge b 1 + 4 b / 3 + 8 b^2 / 15."""
    mesh = subdivide(cube(), longest=0.05)
    for values, volume in (
        ({"twist": 1.5}, 1), ({"bend": 0.9, "bend_turn": 0.4}, 1), ({"taper": 0.8}, 1 + 0.64 / 12),
        ({"bulge": 0.3}, 1 + 0.4 + 0.048), ({"taper": -0.4, "twist": -1.0}, 1 + 0.16 / 12),
    ):  # fmt: skip
        found = trimesh.Trimesh(morphs(**values).apply(mesh.positions), mesh.triangles).volume
        assert found == pytest.approx(volume, rel=2e-3), values


def test_a_bend_keeps_the_axis_as_long_as_it_is_and_turns_its_end_by_its_angle():
    axis = np.linspace(-0.5, 0.5, 1001)[:, None] * [0, 0, 1]
    p = morphs(bend=1.1, bend_turn=0.7).apply(axis)
    steps = np.diff(p, axis=0)
    assert np.linalg.norm(steps, axis=1).sum() == pytest.approx(1, rel=1e-6)
    first, last = steps[0], steps[-1]
    assert np.arccos(first @ last / np.linalg.norm(first) / np.linalg.norm(last)) == pytest.approx(1.1, abs=2e-3)
    np.testing.assert_allclose(p[-1, :2] / np.linalg.norm(p[-1, :2]), [np.cos(0.7), np.sin(0.7)], atol=1e-9)
    np.testing.assert_allclose(p[500], 0, atol=1e-12)


def test_noise_is_smooth_random_and_within_its_bounds():
    q = np.random.default_rng(0).uniform(-20, 20, (20000, 3))
    values = smooth_noise(q)
    assert 0.8 < np.abs(values).max() <= 1
    assert np.abs(values.mean(axis=0)).max() < 0.02
    assert np.abs(np.corrcoef(values.T) - np.eye(3)).max() < 0.05
    steps = np.abs(smooth_noise(q + np.array([1e-4, 0, 0])) - values)
    assert steps.max() < 3.75e-4 * 1.01
    whole = np.round(q)
    np.testing.assert_allclose(smooth_noise(whole - 1e-9), smooth_noise(whole + 1e-9), atol=1e-7)


@pytest.mark.parametrize("values", [{"taper": 0.5}, {"noise": 0.04, "frequency": 3}, {"bend": 0.6}])
def test_many_shapes_at_once_are_as_one_at_a_time(values):
    many = Deformations.zeros((2, 3))
    for name, value in values.items():
        getattr(many, name)[...] = np.arange(6).reshape(2, 3) * value / 5
    points = ball(20)
    together = many.apply(points)
    assert together.shape == (2, 3, 20, 3)
    for b, o in np.ndindex(2, 3):
        np.testing.assert_array_equal(together[b, o], many.at(b, o).apply(points))


# --- The draw list


def test_parts_of_a_morphed_object_stay_joined(fine_catalog):
    """A point of one part that is a point of another in object space is one in the rows that the shader reads, and the
    rest of their rows is alike."""
    scenes = Scenes.zeros(fine_catalog, [0], {"objects": 2})
    kind = fine_catalog.assets.index("dumbbell")
    scenes.set_assets(slice(0, 2), np.full((1, 2), kind))
    scenes.morphs.bend[:, 1], scenes.morphs.taper[:, 1] = 0.9, 0.4
    drawn = draw_list(scenes, 256)
    assert len(drawn.morphs) == 3
    assert np.count_nonzero(drawn.instances["morph"]) == 3
    for name in MORPH.names[1:]:
        assert (drawn.morphs[name] == drawn.morphs[name][0]).all()
    rows = drawn.instances[: 2 * 3]
    assert sorted(rows["morph"][rows["instance_id"] == 2]) == [1, 2, 3]
    assert not rows["morph"][rows["instance_id"] == 1].any()
    np.testing.assert_allclose(
        sorted(drawn.morphs["object_from_part"].tolist()), sorted(fine_catalog.part_local[kind, :, :3].tolist())
    )
