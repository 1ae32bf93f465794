"""benchmarks.path_tracer on triangle meshes: rays against closed forms, masks against ray casters, colours, a photograph."""

import numpy as np
import pytest
import trimesh
from ray_caster import cast, near_silhouette

from benchmarks import mug
from benchmarks.path_tracer import bvh
from benchmarks.path_tracer.camera import Camera
from benchmarks.path_tracer.draw import labels
from benchmarks.path_tracer.emitters import Sky
from benchmarks.path_tracer.integrator import Scene, Solid, surface
from benchmarks.path_tracer.meshes import corner_normals, load_mesh
from benchmarks.path_tracer.pictures import Picture, PictureSky, linear
from benchmarks.path_tracer.shapes import enter, normal

BLACK = Sky(*(np.zeros(3, np.float32),) * 3, ())
TURNED = np.linalg.qr(np.random.default_rng(8).normal(size=(3, 3)))[0]
TURNED *= np.sign(np.linalg.det(TURNED))


def rays(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Origins outside the unit solids and unit directions, (3, N) float64; about half of them hit."""
    random = np.random.default_rng(seed)
    o = random.normal(size=(3, count))
    o *= 4 / np.linalg.norm(o, axis=0)
    d = random.uniform(-1.2, 1.2, (3, count)) - o
    return o, d / np.linalg.norm(d, axis=0)


def all_of(count: int) -> np.ndarray:
    """No limit for rays."""
    return np.full(count, np.inf)


def of_file(mesh: trimesh.Trimesh, path) -> Solid:
    """A turned and moved Solid of a mesh, by way of a file."""
    mesh.export(path)
    return Solid("mesh", 1, np.array([0.3, -0.2, 0.5]), TURNED, np.full(3, 0.6), None, 0.5, 0.04, mesh=load_mesh(str(path)))


def view(size: int) -> tuple[Camera, dict]:
    """A camera, and the same as that of a record."""
    backward = np.array([0.8, 0.36, 0.48])
    right = np.array([-0.36, 0.8, 0]) / np.hypot(0.36, 0.8)
    camera = Camera(4 * backward, np.stack([right, np.cross(-backward, right), -backward], axis=1), 0.35, 0.0, 4.0)
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = camera.rotation, camera.eye
    known = {"width": size, "height": size, "cx": size / 2, "cy": size / 2, "near": 0.01, "far": 100.0}
    return camera, known | {"fx": size / 0.7, "fy": size / 0.7, "world_from_camera": pose.tolist()}


# --- Rays


@pytest.mark.parametrize("count", [1, 2, 5, 17, 300])
def test_the_tree_finds_what_every_triangle_tried_alone_finds(count):
    random = np.random.default_rng(count)
    corners = random.uniform(-1, 1, (count, 1, 3)) + random.normal(0, 0.4, (count, 3, 3))
    o, d = rays(1000, seed=count)
    d *= random.uniform(0.5, 3, 1000)  # of any length
    limit = random.uniform(2, 12, 1000)
    t, face = bvh.build(corners).intersect(o, d, limit)
    # Cramer's rule for a + u b + v c = o + t d, each triangle with each ray.
    a, b, c = corners[:, 0, None], (corners[:, 1] - corners[:, 0])[:, None], (corners[:, 2] - corners[:, 0])[:, None]
    columns = np.stack(np.broadcast_arrays(b, c, -d.T[None]), axis=-1)
    u, v, at = np.moveaxis(np.linalg.solve(columns, (o.T - a)[..., None])[..., 0], -1, 0)
    at = np.where((u >= 0) & (v >= 0) & (u + v <= 1) & (at > 0) & (at < limit), at, np.inf)
    assert np.array_equal(face, np.where(np.isfinite(at.min(axis=0)), at.argmin(axis=0), -1))
    met = face >= 0
    assert 0 < met.sum() < 1000
    assert t[met] == pytest.approx(at.min(axis=0)[met], rel=1e-9)


def test_a_fine_sphere_is_nearly_the_sphere():
    ball = trimesh.creation.icosphere(4)
    o, d = rays(3000)
    exact, (t, _) = enter("sphere", o, d), bvh.build(np.asarray(ball.triangles)).intersect(o, d, all_of(3000))
    clear = np.isfinite(exact) & (np.linalg.norm(np.cross(o, d, axis=0), axis=0) < 0.97)  # not at the outline
    assert clear.sum() > 1000
    assert np.abs(t[clear] - exact[clear]).max() < 0.02
    assert np.isinf(t[np.isinf(exact)]).all()
    assert corner_normals(np.asarray(ball.triangles)) == pytest.approx(np.asarray(ball.triangles), abs=0.01)
    single, _ = bvh.build(np.asarray(ball.triangles)).intersect(o.astype(np.float32), d.astype(np.float32), all_of(3000))
    assert single.dtype == np.float32
    assert np.abs(single[clear] - t[clear]).max() < 1e-3


def test_a_box_of_triangles_is_the_box(tmp_path):
    solid = of_file(trimesh.creation.box((2, 2, 2)), tmp_path / "box.ply")
    box = Solid("box", 1, solid.centre, TURNED, np.full(3, 0.6), None, 0.5, 0.04)
    o, d = rays(2000)
    t, _ = solid.meet(o, d, all_of(2000))
    exact = box.enter(o, d)
    assert np.array_equal(np.isfinite(t), np.isfinite(exact))
    met = np.isfinite(t)
    assert met.sum() > 300
    assert t[met] == pytest.approx(exact[met], rel=1e-9)
    o, d = o[:, met].astype(np.float32), d[:, met].astype(np.float32)
    t, what, face = Scene((solid,), (), BLACK).hit(o, d)
    p = o + t * d
    found = surface(Scene((solid,), (), BLACK), p, d, what, face)
    q = TURNED.T @ (p - solid.centre[:, None])
    flat = np.sort(np.abs(q), axis=0)[1] < 0.55  # not on the edges, which the box rounds
    assert np.abs(found.n - TURNED @ normal("box", q, np.full(3, 0.6)))[:, flat].max() < 1e-3
    again = Scene((solid,), (), BLACK).hit(p + 2e-4 * found.n, (d - 2 * (d * found.n).sum(axis=0) * found.n).astype(np.float32))
    assert np.isinf(again[0]).all()  # what is reflected does not meet the box that it leaves


def test_edges_that_are_sharp_stay_sharp():
    can = trimesh.creation.cylinder(1, 2, sections=48)
    n, flat = corner_normals(np.asarray(can.triangles)), np.asarray(can.face_normals)
    lids = np.abs(flat[:, 2]) > 0.9
    assert np.abs(n[lids] - flat[lids, None]).max() < 1e-6
    outward = np.asarray(can.triangles)[~lids] * [1, 1, 0]
    assert (n[~lids] * outward).sum(axis=-1).min() > 0.998  # round: along the radius, not along the facet


def test_a_box_may_lie_on_its_six_sides(tmp_path):
    rests = of_file(trimesh.creation.box((2, 1, 0.5)), tmp_path / "brick.stl").mesh.rests
    assert rests[0].tolist() == [0, 0, -1]
    assert {tuple(rest) for rest in np.round(rests).astype(int).tolist()} == {tuple(v) for v in [*np.eye(3), *-np.eye(3)]}


# --- Masks


@pytest.mark.slow
def test_a_mask_is_that_of_the_ray_caster(tmp_path):
    """A box by triangles before an analytic sphere; and a fine sphere, but for its outline."""
    camera, known = view(96)
    ball = Solid("sphere", 2, np.array([-0.4, 0.5, 0.2]), np.eye(3), np.full(3, 0.7), None, 0.5, 0.04)
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = TURNED * 1.2, [0.3, -0.2, 0.5]  # the solids of records have sides of 1
    behind = np.diag([1.4, 1.4, 1.4, 1.0])
    behind[:3, 3] = ball.centre
    for shape, mesh in (("cube", trimesh.creation.box((2, 2, 2))), ("sphere", trimesh.creation.icosphere(5))):
        solid = of_file(mesh, tmp_path / f"{shape}.ply")
        things = [("first", 1, shape, pose), ("second", 2, "sphere", behind)]
        objects = [
            {"instance": k, "class": name, "class_id": k, "solid": what, "world_from_object": place.tolist()}
            for name, k, what, place in things
        ]
        record = {"camera": known, "objects": objects}
        mask = labels(Scene((ball, solid), (), BLACK), camera, 96)
        truth, border = cast(record).class_id, near_silhouette(record)
        assert all((truth == k).sum() > 400 for k in (0, 1, 2))
        assert np.array_equal(mask, truth) if shape == "cube" else np.array_equal(mask[~border], truth[~border])


@pytest.mark.slow
def test_a_mug_has_the_mask_that_trimesh_sees(tmp_path):
    path = tmp_path / "mug" / "mug.glb"
    mug.write(path)
    mesh = load_mesh(str(path))
    solid = Solid("mesh", 1, np.zeros(3), TURNED, np.full(3, 0.8), None, 0.5, 0.04, mesh=mesh)
    camera, _ = view(40)
    upright = trimesh.load_scene(path).to_mesh()
    points = upright.vertices[:, [0, 2, 1]] * [1, -1, 1]  # glTF's y is up
    points = (points - (points.min(axis=0) + points.max(axis=0)) / 2) / (np.ptp(points, axis=0).max() / 2)
    placed = trimesh.Trimesh(0.8 * points @ TURNED.T, upright.faces, process=False)
    at = (np.arange(40) + 0.5) / 40 * 2 - 1
    o, d = camera.rays(np.tile(at, 40), np.repeat(at, 40))
    truth = (placed.ray.intersects_first(o.T, d.T) >= 0).reshape(40, 40)
    assert truth.sum() > 200
    assert (labels(Scene((solid,), (), BLACK), camera, 40) != truth).sum() <= 1  # a ray along an edge


# --- Colours


def seen(solid: Solid, o: tuple, d: tuple) -> np.ndarray:
    """Diffuse linear RGB (3,) where a ray meets the only solid."""
    scene = Scene((solid,), (), BLACK)
    o, d = (np.array(v, np.float32)[:, None] for v in (o, d))
    t, what, face = scene.hit(o, d)
    return surface(scene, o + t * d, d, what, face).diffuse[:, 0]


def upright(mesh: trimesh.Trimesh, path) -> Solid:
    """A Solid of a mesh as it is."""
    mesh.export(path)
    return Solid("mesh", 1, np.zeros(3), np.eye(3), np.ones(3), None, 0.5, 0.04, mesh=load_mesh(str(path)))


def test_colours_of_faces_and_of_vertices(tmp_path):
    box = trimesh.creation.box((2, 2, 2))
    sides = np.where(np.asarray(box.face_normals) > 0.5, 200, 30).astype(np.uint8)
    box.visual = trimesh.visual.ColorVisuals(box, face_colors=sides)
    assert seen(upright(box, tmp_path / "box.ply"), (0.3, 0.1, 5), (0, 0, -1)) == pytest.approx(linear([30, 30, 200]), abs=1e-5)
    ball = trimesh.creation.icosphere(4)
    codes = np.where(ball.vertices[:, 2:] > 0, (200, 100, 50), (10, 20, 30)).astype(np.uint8)
    ball.visual = trimesh.visual.ColorVisuals(ball, vertex_colors=codes)
    solid = upright(ball, tmp_path / "ball.ply")
    for z, code in ((5, (200, 100, 50)), (-5, (10, 20, 30))):
        assert seen(solid, (0.2, 0.1, z), (0, 0, -np.sign(z))) == pytest.approx(linear(code), abs=1e-5)


def test_a_picture_is_where_the_file_says(tmp_path):
    """The mug: red handle towards +x, white inside, blue foot, yellow dots above it. y is up in the file."""
    path = tmp_path / "mug.glb"
    mug.write(path)
    solid = Solid("mesh", 1, np.zeros(3), np.eye(3), np.ones(3), None, 0.5, 0.04, mesh=load_mesh(str(path)))
    assert seen(solid, (5, 0, 0), (-1, 0, 0)) == pytest.approx(np.array([165, 22, 14]) / 255, abs=0.01)  # linear in glTF
    assert seen(solid, (-0.3, 0, 5), (0, 0, -1)) == pytest.approx(np.array([225, 220, 205]) / 255, abs=0.01)
    blue, white = linear((28, 66, 140)), linear((236, 232, 220))
    assert seen(solid, (-5, 0.0, -0.75), (1, 0, 0.0)) == pytest.approx(blue, abs=0.02)
    assert seen(solid, (-5, 0.0, 0.58), (1, 0, 0.0)) == pytest.approx(white, abs=0.02)


# --- Photographs


def test_a_photograph_fills_the_view():
    """The corners of a square picture are those of the view; beyond, it goes on in mirror image."""
    pixels = np.zeros((64, 64, 3), np.float32)
    pixels[:32, :32], pixels[:32, 32:], pixels[32:, :32] = (1, 0, 0), (0, 1, 0), (0, 0, 1)
    camera, _ = view(8)
    sky = PictureSky(Picture(pixels), 2.0, camera.rotation.T, float(np.arctan(camera.tangent)), (0.0, 0.0))
    _, d = camera.rays(np.array([-0.5, 0.5, -0.5, 0.5, -1.5]), np.array([-0.5, -0.5, 0.5, 0.5, -0.5]))
    found = sky(d.astype(np.float32)).T
    assert found == pytest.approx(np.array([[2, 0, 0], [0, 2, 0], [0, 0, 2], [0, 0, 0], [2, 0, 0]]), abs=1e-5)
    assert sky.brightness() > 0
