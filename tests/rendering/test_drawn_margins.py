"""Tests of how much is drawn around pictures whose lenses distort: all that a lens shows, and hardly more."""

import numpy as np

from raster.geometry.lens_distortion import undistorted
from raster.rendering import camera_effects, drawn_margins
from raster.rendering.camera_effects import camera_rows
from raster.rendering.draw_tables import margin_px
from raster.rendering.drawn_margins import VIEWPORTS, choose_viewports, scissors, steps_px
from raster.run.config import load_config
from raster.run.setup import Setup, build_setup

SIZE = (48, 64)
SHARP = ("randomizers.lens.defocused=0", "randomizers.lens.moving=0")  # what blurs reads beyond what a lens shows


def setup_of(*overrides: str) -> Setup:
    """Of preset=realistic, 48 x 64 px, where many lenses distort."""
    own = ("preset=realistic", "size=[48,64]", "batch=8", "samples=1", "randomizers.lens.distorted=0.7")
    return build_setup(load_config([*own, *overrides]))


def sources(row: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(H, W, 3, 2): where the red, green and blue light of each pixel of a picture comes from, px, by Newton's method."""
    px = np.stack(np.meshgrid(np.arange(size[1]) + 0.5, np.arange(size[0]) + 0.5), axis=-1)
    k1, k2, k3 = row["radial"].astype(float)
    seen = (px - row["principal"]) / row["focal"]
    came = undistorted(seen, k1, k2, *row["tangential"].astype(float), k3) * row["focal"]
    shares = 1 + row["aberration"] * np.array([1.0, 0.0, -1.0])
    return came[:, :, None] * shares[:, None] + row["principal"]


def test_steps_go_from_nothing_to_all_of_the_room():
    steps = steps_px((45, 30))
    assert steps.shape == (VIEWPORTS, 2)
    np.testing.assert_array_equal(steps[[0, -1]], [[0, 0], [45, 30]])
    assert (np.diff(steps, axis=0) >= 0).all()


def test_scissors_leave_the_picture_and_its_step_around_it():
    boxes = scissors((100, 200), (45, 30), 2)
    np.testing.assert_array_equal(boxes[0], [60, 90, 400, 200])
    np.testing.assert_array_equal(boxes[-1], [0, 0, 520, 380])
    assert scissors((100, 200), (0, 0), 2) is None


def test_a_picture_draws_what_its_lens_shows_and_little_more():
    made = setup_of()
    pad = margin_px(SIZE, made.sampler.requirements)
    rows = camera_rows(made.sampler(0, 400), SIZE, pad)
    assert 0.5 < rows["distorts"].mean() < 0.9
    steps, viewports = steps_px(pad), rows["scene"] >> 16
    np.testing.assert_array_equal(rows["margin"][:, 2:], steps[viewports, ::-1])
    assert len(np.unique(viewports)) > 5
    for row, viewport in zip(rows, viewports, strict=True):
        came = sources(row, SIZE)
        low, high = np.floor(came - 0.5).min(axis=(0, 1, 2)), np.floor(came - 0.5).max(axis=(0, 1, 2)) + 2  # texels read
        needed = np.maximum(np.maximum(-low, high - SIZE[::-1]).max(initial=0), 0)
        assert viewport == VIEWPORTS - 1 or (steps[viewport] >= needed).all()
        assert viewport == 0 or (steps[viewport - 1] < needed + 3).any()


def test_a_lens_that_needs_more_than_the_room_gets_all_of_it():
    row = camera_rows(setup_of().sampler(0, 1), SIZE, (9, 12))
    row["radial"], row["distorts"] = [[-0.9, 0, 0]], 1
    np.testing.assert_array_equal(choose_viewports(row, SIZE, (9, 12)), [VIEWPORTS - 1])
    np.testing.assert_array_equal(choose_viewports(row, SIZE, (0, 0)), [0])


def test_images_are_those_of_a_renderer_that_draws_all_of_the_room(monkeypatch):
    """With what is drawn before in the room around the pictures: a second batch follows a first one with other margins."""
    sets = []
    for whole in (False, True):
        made = setup_of(*SHARP, "layers=[instance_id,depth]")
        if whole:
            monkeypatch.setattr(drawn_margins, "choose_viewports", lambda rows, *_: np.full(len(rows), VIEWPORTS - 1))
            monkeypatch.setattr(camera_effects, "choose_viewports", drawn_margins.choose_viewports)
        drawing = made.renderer()
        sets.append([drawing.render(made.sampler(first, 8)).layers for first in (0, 8)])
        drawing.release()
    for cut, whole in zip(*sets, strict=True):
        assert {"color", "class_id", "instance_id", "depth"} <= set(cut)
        for name in cut:
            np.testing.assert_array_equal(cut[name], whole[name], err_msg=name)


def test_what_blurs_goes_on_at_the_edge_of_what_is_drawn():
    """Depth of field and motion read nothing that an earlier batch left around a picture."""
    strong = ("lens.defocused=1", "lens.aperture=2", "lens.moving=1", "lens.way=0.3", "lens.turn_deg=8")
    made = setup_of(*(f"randomizers.{word}" for word in strong))
    drawing = made.renderer()
    try:
        first, other = made.sampler(0, 8), made.sampler(8, 8)
        alone = drawing.render(first).layers
        drawing.render(other)
        again = drawing.render(first).layers
    finally:
        drawing.release()
    for name in alone:
        np.testing.assert_array_equal(alone[name], again[name], err_msg=name)
