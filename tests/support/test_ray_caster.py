"""Tests of the ray caster that the renderer is tested against: by hand, by formula, by marching, by meshes."""

import importlib
import json
from dataclasses import replace

import numpy as np
import pytest
from ray_caster import SOLIDS, Hits, cast, chamfered_cube, chamfered_cylinder, convex, near_silhouette, torus

BEVEL = 0.1
SHAPES = {**SOLIDS, "chamfered_cube": chamfered_cube(BEVEL), "chamfered_cylinder": chamfered_cylinder(BEVEL)}
# Axes of an OpenCV camera that looks along world +y: right is +x, down is -z.
LOOK_ALONG_Y = [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]]


def camera(width: int, height: int, f: float, eye: tuple = (0, 0, 0), rotation=LOOK_ALONG_Y, **other) -> dict:
    """The camera of a record. f px, eye (3,) m, rotation (3, 3) world_from_camera; `other` overrides cx, near, ..."""
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = rotation, eye
    usual = {"width": width, "height": height, "fx": f, "fy": f, "cx": width / 2, "cy": height / 2}
    return {**usual, "near": 0.01, "far": 1000.0, "world_from_camera": pose.tolist(), **other}


def thing(instance: int, solid: str, position: tuple, matrix=1.0, class_id: int = 1) -> dict:
    """An object of a record; matrix: a scale, three, or a (3, 3) matrix."""
    pose = np.eye(4)
    pose[:3, :3] = matrix if np.ndim(matrix) == 2 else np.diag(np.broadcast_to(matrix, 3))
    pose[:3, 3] = position
    return {"instance": instance, "class_id": class_id, "solid": solid, "world_from_object": pose.tolist()}


def record(view: dict, *things: dict) -> dict:
    """A record as it comes from its line of JSON."""
    return json.loads(json.dumps({"index": 0, "camera": view, "objects": list(things), "lights": []}))


def block(height: int, width: int, rows: slice, columns: slice) -> np.ndarray:
    """(height, width) bool, true in these rows and columns."""
    mask = np.zeros((height, width), bool)
    mask[rows, columns] = True
    return mask


def rays(view: dict) -> tuple[np.ndarray, np.ndarray]:
    """Camera position (3,) and, for each pixel, the direction (H, W, 3) with z = 1 in the camera; in the world."""
    pose = np.array(view["world_from_camera"])
    d = np.empty((view["height"], view["width"], 3))
    for v in range(view["height"]):
        for u in range(view["width"]):
            d[v, u] = pose[:3, :3] @ [(u + 0.5 - view["cx"]) / view["fx"], (v + 0.5 - view["cy"]) / view["fy"], 1]
    return pose[:3, 3], d


# --- The camera, by hand


def test_a_cube_that_faces_the_camera_covers_the_pixels_derived_by_hand():
    """Its front is 1.25 m away; half a side is 0.5 / 1.25 * 10 px = 4 px. The image has 12 rows and 16 columns."""
    hits = cast(record(camera(16, 12, 10), thing(7, "cube", (0, 1.75, 0), class_id=3)))
    front = block(12, 16, slice(2, 10), slice(4, 12))
    np.testing.assert_array_equal(hits.class_id, np.where(front, 3, 0))
    np.testing.assert_array_equal(hits.instance_id, np.where(front, 7, 0))
    np.testing.assert_allclose(hits.depth, np.where(front, 1.25, np.inf), rtol=1e-12)
    assert (hits.class_id.dtype, hits.instance_id.dtype, hits.depth.dtype) == (np.uint8, np.uint16, np.float64)


def test_an_object_up_and_to_the_left_is_in_the_upper_left():
    """u = 20 * -1.125 / 5 + 8 = 3.5 and v = 20 * -0.875 / 5 + 6 = 2.5: column 3, row 2. The ball is 0.4 px wide."""
    hits = cast(record(camera(16, 12, 20, eye=(0, -4, 0)), thing(1, "sphere", (-1.125, 1, 0.875), 0.1)))
    np.testing.assert_array_equal(np.argwhere(hits.instance_id), [[2, 3]])


def test_a_camera_may_have_any_pose_focal_lengths_and_centre():
    """Straight down from z = 10 with the top of the image towards +x: world -y is to the right."""
    down = [[0.0, -1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, -1.0]]  # columns: right, down, forward
    view = camera(40, 20, 0, eye=(0, 0, 10), rotation=down, fx=30.0, fy=15.0, cx=12.0, cy=9.0)
    hits = cast(record(view, thing(1, "sphere", (3, -5.5, 0), 0.2)))  # u = 30 * 5.5 / 10 + 12, v = 15 * -3 / 10 + 9
    np.testing.assert_array_equal(np.argwhere(hits.instance_id), [[4, 28]])
    assert hits.depth[4, 28] == pytest.approx(10 - 10 * 0.1 / np.sqrt(5.5**2 + 3**2 + 10**2))


@pytest.mark.parametrize("size", [(61, 45), (64, 80)])
def test_a_ball_on_the_axis_shows_the_circle_of_the_formula(size):
    """Radius f r / sqrt(D**2 - r**2) px; the sum of pixels is its area but for the rim; depth D - r in its middle."""
    width, height = size
    f, distance, r = 90.0, 3.0, 0.6
    hits = cast(record(camera(width, height, f), thing(1, "sphere", (0, distance, 0), 2 * r)))
    radius = f * r / np.sqrt(distance**2 - r**2)
    u, v = np.arange(width) + 0.5 - width / 2, np.arange(height) + 0.5 - height / 2
    np.testing.assert_array_equal(hits.instance_id, u**2 + v[:, None] ** 2 < radius**2)
    assert hits.instance_id.sum() == pytest.approx(np.pi * radius**2, rel=0.02)
    if width % 2 and height % 2:
        assert hits.depth[height // 2, width // 2] == pytest.approx(distance - r)


def test_depth_is_planar_z_and_not_the_length_of_the_ray():
    hits = cast(record(camera(16, 16, 4), thing(1, "cube", (0, 3, 0), (100, 1, 100))))
    np.testing.assert_allclose(hits.depth, 2.5, rtol=1e-12)


def test_an_offset_moves_the_sample_to_the_right_and_down():
    view = record(camera(16, 12, 10), thing(1, "cube", (0, 1.75, 0)))  # columns 4..11, rows 2..9
    moved = cast(view, offset=(1, 2)).instance_id
    np.testing.assert_array_equal(moved, block(12, 16, slice(0, 8), slice(3, 11)))
    np.testing.assert_array_equal(cast(view, offset=(-0.49, 0.49)).instance_id, cast(view).instance_id)
    np.testing.assert_array_equal(cast(view, offset=(0.51, 0)).instance_id, block(12, 16, slice(2, 10), slice(3, 11)))


def test_more_pixels_show_the_same_view_finer():
    """Of 2 x 3 pixels in one, the one in column i and row j has its centre at ((i + 0.5) / 2, (j + 0.5) / 3)."""
    view = scene(5, 40, 30)
    fine = cast(view, width=80, height=90).depth
    for i in range(2):
        for j in range(3):
            coarse = cast(view, offset=((i + 0.5) / 2 - 0.5, (j + 0.5) / 3 - 0.5)).depth
            np.testing.assert_allclose(fine[j::3, i::2], coarse, rtol=1e-9)


# --- What hides what


def test_the_nearer_object_wins_in_either_order():
    near, far = thing(1, "cube", (0, 2, 0), 0.5), thing(2, "cube", (0, 5, 0), 4, class_id=2)
    for order in ((near, far), (far, near)):
        hits = cast(record(camera(32, 32, 32), *order))
        assert (hits.instance_id[16, 16], hits.class_id[16, 16], hits.depth[16, 16]) == (1, 1, pytest.approx(1.75))
        assert (hits.instance_id[16, 6], hits.class_id[16, 6], hits.depth[16, 6]) == (2, 2, pytest.approx(3))


def test_an_object_without_a_class_hides_what_is_behind_it():
    view = record(camera(8, 8, 8), thing(1, "cube", (0, 2, 0), class_id=0), thing(2, "cube", (0, 5, 0), class_id=4))
    hits = cast(view)
    assert not hits.class_id.any()
    assert set(np.unique(hits.instance_id)) == {0, 1}


def test_parts_of_a_composite_carry_its_ids_and_their_own_places():
    parts = [thing(0, "cube", (x, 4, 0), 0.5) for x in (-1, 1)]
    both = {**thing(300, "nothing that has a shape", (9, 9, 9), class_id=255), "parts": parts}
    hits = cast(record(camera(40, 20, 30), both))
    apart = [cast(record(camera(40, 20, 30), part)) for part in parts]
    either = np.isfinite(apart[0].depth) | np.isfinite(apart[1].depth)
    assert np.isfinite(apart[0].depth[:, :20]).any()
    assert np.isfinite(apart[1].depth[:, 20:]).any()
    np.testing.assert_array_equal(hits.class_id, np.where(either, 255, 0))
    np.testing.assert_array_equal(hits.instance_id, np.where(either, 300, 0))
    np.testing.assert_array_equal(hits.depth, np.minimum(apart[0].depth, apart[1].depth))


# --- The near and the far plane


def plates(near: float, far: float) -> Hits:
    """Plates that fill the image, their fronts 1, 2, 3 m away."""
    things = [thing(y, "cube", (0, y + 0.05, 0), (99, 0.1, 99)) for y in (1, 2, 3)]
    return cast(record(camera(5, 4, 4, near=near, far=far), *things))


@pytest.mark.parametrize(
    ("near", "far", "seen"),
    [(0.1, 10, 1), (0.99, 10, 1), (1.01, 10, 2), (2.01, 10, 3), (3.01, 10, 0), (1.01, 1.99, 0), (0.1, 0.99, 0)],
)
def test_surfaces_before_the_near_or_beyond_the_far_plane_are_not_seen(near, far, seen):
    assert (plates(near, far).instance_id == seen).all()


def test_the_planes_are_planes_and_not_spheres():
    """A plate 2 m away is seen out to the corners, although the way there is longer than far: 2.56 m."""
    assert (plates(1.99, 2.01).instance_id == 2).all()


def test_the_far_plane_cuts_a_ball_in_a_circle():
    """A ball of radius 1 at 3 m cut at z = 2.5: seen is a circle of radius sqrt(1 - 0.25) m, 2.5 m away."""
    view = camera(60, 60, 60, far=2.5)
    hits = cast(record(view, thing(1, "sphere", (0, 3, 0), 2)))
    u = np.arange(60) + 0.5 - 30
    np.testing.assert_array_equal(hits.instance_id, u**2 + u[:, None] ** 2 < 0.75 * (60 / 2.5) ** 2)


def test_a_solid_cut_open_by_the_near_plane_is_looked_through():
    """As with back-face culling: where the near plane took the ball's front, what is behind it shows."""
    ball, wall = thing(1, "sphere", (0, 3, 0), 2), thing(2, "cube", (0, 9, 0), (99, 1, 99))
    hits = cast(record(camera(61, 61, 60, near=2.5), ball, wall))
    assert hits.instance_id[30, 30] == 2
    assert (hits.instance_id == 1).any()
    assert hits.depth[hits.instance_id == 1].min() >= 2.5


@pytest.mark.parametrize("name", SHAPES)
def test_a_camera_in_a_solid_does_not_see_it(name):
    """It stands in the middle, or, for the torus, in its tube, and looks along it: left is the ring again."""
    behind = thing(2, "cube", (0, 5, 0), (99, 1, 99))
    place = (-0.35, 0, 0) if name == "torus" else (0, 0, 0)
    hits = cast(record(camera(9, 9, 9, near=1e-6), thing(1, name, place), behind), solids=SHAPES)
    ahead = hits.instance_id[:, 4:] if name == "torus" else hits.instance_id
    assert (ahead == 2).all()


# --- Shapes, by marching along rays


def radial(sides: int):
    """Membership in a prism, from polar coordinates: a corner is at angle 0, the apothem is cos(pi / sides) / 2."""

    def inside(x, y, z):
        from_middle = np.arctan2(y, x) % (2 * np.pi / sides) - np.pi / sides
        return (np.hypot(x, y) * np.cos(from_middle) <= 0.5 * np.cos(np.pi / sides)) & (np.abs(z) <= 0.5)

    return inside


INSIDE = {
    "cube": lambda x, y, z: np.maximum(np.maximum(abs(x), abs(y)), abs(z)) <= 0.5,
    "sphere": lambda x, y, z: np.sqrt(x * x + y * y + z * z) <= 0.5,
    "cylinder": lambda x, y, z: (np.hypot(x, y) <= 0.5) & (abs(z) <= 0.5),
    "cone": lambda x, y, z: (np.hypot(x, y) <= 0.5 * (0.5 - z)) & (z >= -0.5),
    "capsule": lambda x, y, z: np.sqrt(x * x + y * y + (z - np.clip(z, -0.25, 0.25)) ** 2) <= 0.25,
    "torus": lambda x, y, z: np.hypot(np.hypot(x, y) - 0.35, z) <= 0.15,
    "pyramid": lambda x, y, z: (np.maximum(abs(x), abs(y)) <= 0.5 * (0.5 - z)) & (z >= -0.5),
    "tetrahedron": lambda x, y, z: np.min([x + y + z, x - y - z, y - x - z, z - x - y], axis=0) >= -0.5,
    "triangular_prism": radial(3),
    "hexagonal_prism": radial(6),
    "chamfered_cube": lambda x, y, z: np.max([
        np.max([abs(x), abs(y), abs(z)], axis=0) - 0.5,
        np.max([abs(x) + abs(y), abs(y) + abs(z), abs(z) + abs(x)], axis=0) - (1 - BEVEL),
        abs(x) + abs(y) + abs(z) - (1.5 - 2 * BEVEL),
    ], axis=0) <= 0,
    "chamfered_cylinder": lambda x, y, z: (
        (np.hypot(x, y) <= 0.5) & (abs(z) <= 0.5) & (np.hypot(x, y) + abs(z) <= 1 - BEVEL)
    ),
}  # fmt: skip
# Seen from several sides, squeezed and sheared: (3, 3) world_from_object, det > 0.
POSES = [
    np.eye(3),
    np.array([[0.3, -0.9, 0.2], [0.8, 0.2, 0.5], [-0.5, 0.1, 0.9]]),
    np.array([[0.6, -0.1, 0.4], [0.2, 0.3, -1.1], [0.1, 1.0, 0.4]]),
]


def march(view: dict, place: np.ndarray, pose: np.ndarray, inside, t: np.ndarray) -> np.ndarray:
    """(H, W) the first of t, ascending, (T,) or (H, W, T), at which each pixel's ray is inside, or inf."""
    eye, d = rays(view)
    back = np.linalg.inv(pose)
    origin, d = back @ (eye - place), d @ back.T
    member = inside(*(origin[:, None, None, None] + t * d.transpose(2, 0, 1)[..., None]))
    first = np.take_along_axis(np.broadcast_to(t, member.shape), member.argmax(axis=-1, keepdims=True), axis=-1)
    return np.where(member.any(axis=-1), first[..., 0], np.inf)


@pytest.mark.slow
@pytest.mark.parametrize("pose", POSES, ids=["upright", "turned", "over"])
@pytest.mark.parametrize("name", SHAPES)
def test_rays_enter_a_solid_where_marching_first_finds_them_inside(name, pose):
    """To the width of a step, and to a hundredth of it where one looks more closely from there on.

    Rays that cut off less than a step of the solid may pass between two steps; that happens at outlines only.
    """
    assert np.linalg.det(pose) > 0
    place = np.array([0.1, 3, -0.05])
    view = camera(26, 26, 50, eye=(0, 0, 0.4), cy=6)
    shot = record(view, thing(1, name, tuple(place), pose))
    t, step = np.linspace(1.5, 4.5, 1501, retstep=True)
    marched, hit = march(view, place, pose, INSIDE[name], t), cast(shot, solids=SHAPES).depth
    found, seen = np.isfinite(marched), np.isfinite(hit)
    assert seen.sum() > 60
    late = marched[found] - hit[found]  # -inf if the ray caster finds nothing there
    assert (late >= -1e-9).all()
    assert (late <= step + 1e-9).all()
    closely = np.where(seen, hit, 0)[..., None] + step / 100 * np.arange(-3, 101)
    early = march(view, place, pose, INSIDE[name], closely)[seen] - hit[seen]  # inf if it was never inside
    assert (early >= -1e-9).all()
    assert (early > step / 100 + 1e-9).sum() <= 1
    assert not (seen & ~found)[~near_silhouette(shot, solids=SHAPES)].any()


def first_entry(shape, origin: tuple, direction: tuple) -> float:
    """The least t at which one ray enters a shape, or inf."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(shape.entries(np.array(origin, float), np.array(direction, float)[:, None]).min())


@pytest.mark.parametrize(
    ("x", "z", "depth"),
    [(0.39, 0, 0.5), (0.41, 0, 0.49), (0.45, 0, 0.45), (0, -0.45, 0.45), (0.45, 0.4, 0.45), (0.45, 0.44, 0.41),
     (0.448, -0.45, 0.402), (0.451, 0.451, np.inf), (0.499, 0, 0.401), (0.501, 0, np.inf)],
)  # fmt: skip
def test_a_chamfered_cube_by_hand(x, z, depth):
    """Rays along -y at (x, z), the bevel 0.1: y is 0.5 in the middle, 0.9 - |x| at an edge, 1.3 - |x| - |z| in a corner."""
    assert 3 - first_entry(chamfered_cube(0.1), (x, 3, z), (0, -1, 0)) == pytest.approx(depth if depth < 1 else -np.inf)


@pytest.mark.parametrize(
    ("origin", "direction", "t"),
    [
        ((0.39, 0, 3), (0, 0, -1), 2.5),  # the end
        ((0.27, 0.36, 3), (0, 0, -1), 2.55),  # the cone, at a radius of 0.45
        ((0.27, 0.36, -3), (0, 0, 1), 2.55),
        ((0.501, 0, 3), (0, 0, -1), np.inf),
        ((-3, 0, 0.39), (1, 0, 0), 2.5),  # the side
        ((-3, 0.27, -0.45), (1, 0, 0), 2.64),  # a cone, where x is 0.36
        ((-3, 0.4, 0.41), (2, 0, 0), (3 - (0.49**2 - 0.4**2) ** 0.5) / 2),
        ((-3, 0.46, 0.45), (1, 0, 0), np.inf),
        ((-2.45, 0, 2.45), (1, 0, -1), 2.0),  # at a right angle to a cone
        ((-1.401, 0, -0.5), (1, 0, 1), np.inf),  # along a cone, 1 mm outside, then 1 mm inside, by way of the side
        ((-1.399, 0, -0.5), (1, 0, 1), 0.899),
    ],
)
def test_a_chamfered_cylinder_by_hand(origin, direction, t):
    assert first_entry(chamfered_cylinder(0.1), origin, direction) == pytest.approx(t)


@pytest.mark.parametrize("ratio", [0.1, 0.3, 0.49])
def test_the_torus_has_the_tube_it_is_told(ratio):
    view, place, pose = camera(24, 24, 40), np.array([0, 3, 0]), POSES[1]
    t = np.linspace(1.5, 4.5, 3001)
    ring = 0.5 - ratio / 2
    marched = march(view, place, pose, lambda x, y, z: np.hypot(np.hypot(x, y) - ring, z) <= ratio / 2, t)
    hit = cast(record(view, thing(1, "torus", (0, 3, 0), pose)), solids={"torus": torus(ratio)}).depth
    both = np.isfinite(marched) & np.isfinite(hit)
    assert both.sum() > 30
    assert (np.isfinite(marched) != np.isfinite(hit)).sum() <= 5
    assert np.abs(marched[both] - hit[both]).max() <= t[1] - t[0] + 1e-9


def test_the_far_wall_of_a_torus_shows_where_the_near_plane_took_the_near_wall():
    """Edge-on along x = 0, the walls begin at 2.5 and 3.2 m."""
    shot = {near: cast(record(camera(9, 9, 900, near=near), thing(1, "torus", (0, 3, 0)))) for near in (1, 2.6, 3.3)}
    assert shot[1].depth[4, 4] == pytest.approx(2.5)
    assert shot[2.6].depth[4, 4] == pytest.approx(3.2)
    assert shot[3.3].instance_id[4, 4] == 0


@pytest.mark.parametrize("name", SHAPES)
def test_a_solid_ten_thousand_times_its_size_away_is_seen_as_well(name):
    """The same rays in the object's space, but the camera 10,000 further back with a lens that much longer."""
    rotation = POSES[1]
    close = cast(record(camera(32, 32, 25 * 400.0, far=2e4), thing(1, name, (0, 400.0, 0), rotation)), solids=SHAPES)
    off = cast(record(camera(32, 32, 25 * 1e4, far=2e4), thing(1, name, (0, 1e4, 0), rotation)), solids=SHAPES)
    differ = close.instance_id != off.instance_id
    assert differ.sum() <= 2  # the two perspectives differ by less than 0.02 px
    seen = (close.instance_id & off.instance_id).astype(bool)
    assert seen.sum() > 100
    np.testing.assert_allclose(off.depth[seen] - 1e4, close.depth[seen] - 400, atol=0.02)


def test_rays_along_the_axis_and_through_the_apex_enter_at_the_end():
    """The middle pixel of an odd image looks exactly along z: parallel to sides, through the tops of cones."""
    down = [[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]]
    for name in SHAPES:
        if name in ("torus", "tetrahedron"):
            continue
        for eye, rotation in (((0, 0, 3), down), ((0, 0, -3), np.eye(3))):
            shot = record(camera(31, 31, 60, eye=eye, rotation=rotation), thing(1, name, (0, 0, 0)))
            hits = cast(shot, solids=SHAPES)
            assert hits.depth[15, 15] == pytest.approx(2.5), name


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("axis", range(3))
def test_rays_beside_a_solid_and_parallel_to_its_sides_miss_it(name, axis):
    """The middle pixel of an odd image looks exactly along x, y or z, 0.6 m beside the origin or through it."""
    forward, right = np.eye(3)[axis], np.eye(3)[axis - 1]
    rotation = np.stack([right, np.cross(forward, right), forward], axis=1)
    for aside in (right, -right, rotation[:, 1], -rotation[:, 1]):
        view = camera(31, 31, 60, eye=tuple(0.6 * aside - 3 * forward), rotation=rotation)
        hits = cast(record(view, thing(1, name, (0, 0, 0))), solids=SHAPES)
        assert hits.instance_id[15, 15] == 0
        assert hits.instance_id.any()


# --- Silhouettes


def test_both_sides_of_an_outline_are_marked_one_pixel_deep():
    """The cube covers columns 4..11 and rows 2..9 to their edges: marked is the ring of width 2 on its outline."""
    view = record(camera(16, 12, 10), thing(1, "cube", (0, 1.75, 0)))
    ring = block(12, 16, slice(1, 11), slice(3, 13)) & ~block(12, 16, slice(3, 9), slice(5, 11))
    for steps in (1, 2, 3, 5):
        np.testing.assert_array_equal(near_silhouette(view, steps=steps), ring)


def test_a_sliver_that_no_centre_sees_is_marked():
    """It is 0.4 px wide about u = 8 px, between the centres of columns 7 and 8."""
    plate = thing(1, "cube", (0, 1, 0), (0.04, 1e-9, 100))
    view = record(camera(16, 12, 10), plate)
    assert not cast(view).instance_id.any()
    np.testing.assert_array_equal(near_silhouette(view), block(12, 16, slice(None), slice(7, 9)))


def test_no_mark_where_one_instance_fills_the_image_or_its_parts_meet():
    wall = thing(5, "cube", (0, 2, 0), (99, 1, 99))
    assert not near_silhouette(record(camera(7, 9, 10), wall)).any()
    split = {**wall, "parts": [thing(0, "cube", (x, 2, 0), (50, 1, 99)) for x in (-25, 25)]}
    assert not near_silhouette(record(camera(7, 9, 10), split)).any()
    two = [thing(i, "cube", (x, 2, 0), (50, 1, 99)) for i, x in ((1, -25), (2, 25))]
    marked = near_silhouette(record(camera(8, 9, 10), *two))
    np.testing.assert_array_equal(marked, block(9, 8, slice(None), slice(3, 5)))


@pytest.mark.parametrize("lens", [{}, {"distortion": [-0.2, 0.05, 0.004, -0.006, -0.01]}], ids=["pinhole", "distorted"])
def test_unmarked_pixels_keep_their_instance_under_any_shift_of_less_than_a_pixel(lens):
    view = scene(3, 60, 40)
    view["camera"] |= lens
    still, unmarked = cast(view).instance_id, ~near_silhouette(view, steps=4)
    assert 0.3 < unmarked.mean() < 0.95
    for offset in np.random.default_rng(0).uniform(-1, 1, (12, 2)):
        assert ((cast(view, offset=tuple(offset)).instance_id != still) & unmarked).sum() <= 1


# --- Whole scenes


def scene(seed: int, width: int, height: int, names=tuple(SOLIDS)) -> dict:
    """A floor and ten solids in arbitrary poses under a camera that looks down at them."""
    random = np.random.default_rng(seed)
    things = [thing(1, "cube", (0, 0, -0.6), (40, 40, 0.1), class_id=0)]
    for i, name in enumerate(names):
        turn = np.linalg.qr(random.normal(size=(3, 3)))[0]
        turn *= np.linalg.det(turn) * random.uniform(0.4, 1.2, 3)
        place = (*random.uniform(-1.6, 1.6, 2), random.uniform(-0.2, 0.4))
        things.append(thing(i + 2, name, place, turn, class_id=i + 1))
    tilt = [[1.0, 0.0, 0.0], [0.0, -0.6, 0.8], [0.0, -0.8, -0.6]]
    return record(camera(width, height, height, eye=(0, -3.2, 2.4), rotation=tilt), *things)


@pytest.mark.parametrize("seed", range(4))
def test_pixels_skipped_for_a_bounding_sphere_show_nothing(seed):
    view = scene(seed, 60, 40, names=tuple(SHAPES))
    view["camera"] |= {"distortion": [-0.1, 0.02, 0.002, -0.003, 0.0]} if seed % 2 else {}
    unbounded = {name: replace(solid, radius=1e9) for name, solid in SHAPES.items()}
    some, every = cast(view, solids=SHAPES), cast(view, solids=unbounded)
    assert len(np.unique(every.instance_id)) > 8
    np.testing.assert_array_equal(some.instance_id, every.instance_id)
    np.testing.assert_array_equal(some.depth, every.depth)


def test_a_camera_close_to_a_solid_skips_no_pixel():
    """The bounding sphere reaches behind the camera; the cube's side, 0.1 m to the right, does not."""
    view = record(camera(40, 40, 10, near=0.001), thing(1, "cube", (0.6, 0.3, 0)))
    unbounded = {"cube": replace(SOLIDS["cube"], radius=1e9)}
    hits = cast(view)
    assert hits.instance_id[20, 39] == 1
    np.testing.assert_array_equal(hits.depth, cast(view, solids=unbounded).depth)


def test_each_class_belongs_to_its_instance_and_nothing_is_infinitely_far():
    view = scene(1, 96, 96)
    hits = cast(view)
    table = {0: 0, **{entry["instance"]: entry["class_id"] for entry in view["objects"]}}
    np.testing.assert_array_equal(hits.class_id, [[table[i] for i in row] for row in hits.instance_id])
    np.testing.assert_array_equal(hits.instance_id == 0, np.isinf(hits.depth))


def test_a_solid_without_a_shape_is_named_and_can_be_given_one():
    view = record(camera(16, 12, 10), thing(1, "wedge", (0, 1.75, 0)))
    with pytest.raises(ValueError, match="no shape for solid 'wedge'"):
        cast(view)
    halves = [(x, y, z) for x, z in ((-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5)) for y in (-0.5, 0.5)]
    seen = cast(view, solids={"wedge": convex(halves)}).instance_id.astype(bool)
    v, u = np.mgrid[:12, :16]
    below = block(12, 16, slice(2, 10), slice(4, 12)) & (u - v < 2)  # its corners: (4, 2), (4, 10), (12, 10) px
    np.testing.assert_array_equal(seen & (u - v != 2), below)  # the slanted edge passes through centres


def test_a_shape_may_be_of_one_class_only():
    """As that of the cube with a class and of the floor, a cube without one; here the class's is a wedge."""
    cubes = [thing(i, "cube", (x, 1.75, 0), 0.4) | {"class": c} for i, c, x in ((1, "cube", 0.5), (2, "background", -0.5))]
    bars = {**thing(3, "cross", (0, 0, 0)), "class": "cross", "parts": [thing(0, "cube", (0, 1.75, 0.5), 0.4)]}
    view = record(camera(32, 24, 20), *cubes, bars)
    wedge = convex([(x, y, z) for x, z in ((-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5)) for y in (-0.5, 0.5)])
    sharp = np.bincount(cast(view).instance_id.ravel())
    assert sharp.min() > 20
    for name, changed in (("cube", 1), ("background", 2), ("cross", 3), ("sphere", 0)):
        found = np.bincount(cast(view, solids={(name, "cube"): wedge}).instance_id.ravel())
        np.testing.assert_array_equal(found[1:] < sharp[1:], np.arange(1, 4) == changed)


def test_a_label_that_does_not_fit_is_an_error():
    with pytest.raises(OverflowError):
        cast(record(camera(4, 4, 4), thing(1, "cube", (0, 2, 0), class_id=256)))


# --- Lenses that distort

LENSES = {
    "barrel": [-0.25, 0.06, 0.0, 0.0, -0.005],
    "pincushion": [0.2, 0.03, 0.0, 0.0, 0.01],
    "not centred": [0.0, 0.0, 0.01, -0.02, 0.0],
    "all": [-0.2, 0.05, 0.004, 0.006, 0.01],
}
FLAT = [[1.0, 0, 0], [0, 1, 0], [0, 0, 1]]  # the camera's axes are the world's
OFF_CENTRE = {"fx": 60.0, "fy": 48.0, "cx": 30.0, "cy": 33.0, "rotation": FLAT}


def seen_at(view: dict, point: np.ndarray) -> tuple[float, float]:
    """(u, v) of a point in the camera, by the formulas of OpenCV's documentation of the module calib3d."""
    k1, k2, p1, p2, k3 = view["distortion"]
    x, y = point[0] / point[2], point[1] / point[2]
    r = np.hypot(x, y)
    radial = 1 + k1 * r**2 + k2 * r**4 + k3 * r**6
    seen_x = x * radial + 2 * p1 * x * y + p2 * (r**2 + 2 * x**2)
    seen_y = y * radial + p1 * (r**2 + 2 * y**2) + 2 * p2 * x * y
    return view["fx"] * seen_x + view["cx"], view["fy"] * seen_y + view["cy"]


@pytest.mark.parametrize("none", [[0, 0, 0, 0, 0], [1e-300, 0, 0, 0, 0]], ids=["zero", "next to zero"])
def test_a_lens_that_moves_nothing_is_no_lens(none):
    """The second is a lens that the ray caster takes for one."""
    plain, view = scene(2, 60, 40), scene(2, 60, 40)
    view["camera"]["distortion"] = none
    hits, expected = cast(view, offset=(0.2, 0.3)), cast(plain, offset=(0.2, 0.3))
    np.testing.assert_array_equal(hits.instance_id, expected.instance_id)
    np.testing.assert_array_equal(hits.class_id, expected.class_id)
    np.testing.assert_allclose(hits.depth, expected.depth, rtol=1e-12)
    np.testing.assert_array_equal(near_silhouette(view), near_silhouette(plain))


@pytest.mark.slow
@pytest.mark.parametrize("name", LENSES)
def test_a_point_is_seen_at_the_pixel_to_which_the_lens_moves_it(name):
    """Balls about 3 px wide, one by one, wherever in the picture; their middle to a tenth of a pixel."""
    view, random = camera(64, 56, 0, **OFF_CENTRE, distortion=LENSES[name]), np.random.default_rng(0)
    shown, moved = 0, 0.0
    for _ in range(60):
        z = random.uniform(2, 9)
        point = z * np.array([*random.uniform(-0.7, 0.7, 2), 1.0])
        u, v = seen_at(view, point)
        if not (4 < u < 60 and 4 < v < 52):
            continue
        shot = record(view, thing(7, "sphere", tuple(point), 2 * 1.5 / 60 * z))
        hits, fine = cast(shot), cast(shot, width=5 * 64, height=5 * 56)
        assert hits.instance_id[int(v), int(u)] == 7
        assert hits.depth[int(v), int(u)] == pytest.approx(z, rel=0.03)
        middle = (np.argwhere(fine.instance_id == 7).mean(axis=0) + 0.5) / 5
        np.testing.assert_allclose(middle, [v, u], atol=0.1)
        shown += 1
        straight = seen_at({**view, "distortion": [0] * 5}, point)
        moved = max(moved, np.hypot(u - straight[0], v - straight[1]))
    assert shown > 20
    assert moved > 0.6


def test_a_small_ball_far_off_the_axis_by_hand():
    """x/z = 0.5, y/z = 0: r2 = 0.25, 1 - 0.2 * 0.25 = 0.95, u = 32 + 40 * 0.475 = 51 and not 52. It is 0.1 px wide."""
    view = record(camera(64, 16, 40, rotation=FLAT, distortion=[-0.2, 0, 0, 0, 0]), thing(1, "sphere", (2, 0, 4), 0.01))
    assert not cast(view).instance_id.any()  # it is where four pixels meet
    for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)):
        hits = cast(view, offset=(i - 0.5, j - 0.5))
        np.testing.assert_array_equal(np.argwhere(hits.instance_id), [[8 - j, 51 - i]])


@pytest.mark.parametrize("name", LENSES)
def test_every_ray_is_moved_to_its_pixel(name):
    """Two tilted walls fill the view: their depths at a pixel tell the slopes of its ray, and the lens moves these there.

    A wall's front is n @ p = c, so that 1 / z = n @ (x/z, y/z, 1) / c.
    """
    view, tilt, slopes = camera(40, 36, 0, **{**OFF_CENTRE, "cx": 19.0, "cy": 22.0}, distortion=LENSES[name]), 0.3, []
    c, s = np.cos(tilt), np.sin(tilt)
    for turn, axis in (([[c, 0, s], [0, 1, 0], [-s, 0, c]], 0), ([[1, 0, 0], [0, c, s], [0, -s, c]], 1)):
        depth = cast(record(view, thing(1, "cube", (0, 0, 5), np.array(turn) @ np.diag([99, 99, 1])))).depth
        assert np.isfinite(depth).all()
        slopes.append(((5 * c - 0.5) / depth - c) / turn[axis][2])
    for row in range(36):
        for column in range(40):
            u, v = seen_at(view, np.array([slopes[0][row, column], slopes[1][row, column], 1]))
            assert (u, v) == pytest.approx((column + 0.5, row + 0.5), abs=1e-9)


@pytest.mark.parametrize(
    ("distortion", "words"),
    [
        ([0.1, 0, 0, 0], "is not k1, k2, p1, p2, k3"),
        ([-3, 0, 0, 0, 0], "camera.distortion"),  # r (1 - 3 r**2) is 0.22 at most, and the view 0.7 wide
        ([-1.5, 0.95, 0, 0, 0], "camera.distortion"),  # it falls from r = 0.60 to 0.77, then rises again
        ([0, 0, 2, 0, 0], "camera.distortion"),
    ],
)
def test_a_lens_that_shows_no_ray_or_several_is_refused(distortion, words):
    with pytest.raises(ValueError, match=words):
        cast(record(camera(32, 32, 22, distortion=distortion), thing(1, "cube", (0, 3, 0))))


def test_a_ray_that_only_a_folded_view_shows_is_refused():
    """x (1 - 3 x**2) is 0.5 at x = -0.729 alone: the lens would show there what is on the other side."""
    with pytest.raises(ValueError, match=r"camera\.distortion: the lens folds the view"):
        cast(record(camera(2, 1, 1, distortion=[-3, 0, 0, 0, 0]), thing(1, "cube", (0, 3, 0))))


# --- Shapes, by the meshes that the renderer draws


def first_front(mesh, eye: np.ndarray, d: np.ndarray) -> np.ndarray:
    """(N,) least t at which rays eye + t d, d (N, 3), meet a triangle of the mesh from its front, or inf.

    All rays have one origin: a ray is within a triangle if it passes to the left of its three sides as seen from there,
    that is, if its triple product with the two ends of each side has the sign that a front has.
    """
    a, b, c = (mesh.positions.astype(np.float64)[mesh.triangles].transpose(1, 0, 2) - eye).copy()
    normal = np.cross(b - a, c - a)
    front = (normal * a).sum(axis=1) < 0
    a, b, c, normal = a[front], b[front], c[front], normal[front]
    within = np.ones((len(d), len(a)), bool)
    for start, end in ((a, b), (b, c), (c, a)):
        within &= d @ np.cross(start, end).T <= 0
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (normal * a).sum(axis=1) / (d @ normal.T)
    return np.where(within & (t > 0), t, np.inf).min(axis=1)


@pytest.mark.parametrize("name", SHAPES)
def test_the_meshes_that_are_drawn_have_the_shapes_that_are_cast(name):
    """Labels agree but within a pixel of the outline, depths but for the little by which a mesh misses the curve."""
    solid = name.removeprefix("chamfered_")
    mesh = getattr(importlib.import_module(f"raster.solids.{solid}"), solid)(**({} if solid == name else {"bevel": BEVEL}))
    for pose in POSES[1:]:
        view = camera(40, 40, 80)
        shot = record(view, thing(1, name, (0, 3, 0), pose))
        eye, d = rays(view)
        back = np.linalg.inv(pose)
        drawn = first_front(mesh, back @ (eye - [0, 3, 0]), d.reshape(-1, 3) @ back.T).reshape(40, 40)
        hit, sure = cast(shot, solids=SHAPES), ~near_silhouette(shot, solids=SHAPES)
        seen = hit.instance_id == 1
        assert (seen & sure).sum() > 100
        np.testing.assert_array_equal(np.isfinite(drawn)[sure], seen[sure])
        assert (np.isfinite(drawn) != seen).sum() <= 3  # and next to none at the outline, for so many triangles
        curved = solid in ("sphere", "cylinder", "cone", "capsule", "torus")
        np.testing.assert_allclose(drawn[seen & sure], hit.depth[seen & sure], rtol=0, atol=0.005 if curved else 1e-6)


def test_every_solid_of_the_package_has_a_shape():
    """The solids that a record can name are those of conf/solids, but for composites, whose parts it names."""
    from raster.system.paths import CONF

    files = sorted((CONF / "solids").glob("*.yaml"))
    assert files
    for path in files:
        target = path.read_text()
        assert path.stem in SOLIDS or "raster.solids.composite.composite" in target, f"tests/support/ray_caster.py: {path.stem}"
