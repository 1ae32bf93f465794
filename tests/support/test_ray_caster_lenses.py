"""Tests of the ray caster's lenses: rays go where OpenCV's formulas say, and a lens that folds the view is refused."""

import numpy as np
import pytest
from ray_caster import cast, near_silhouette
from records_by_hand import camera, record, scene, thing

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
