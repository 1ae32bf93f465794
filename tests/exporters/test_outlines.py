"""Tests of outlines and polygons: filled as Ultralytics fills them, they are the objects, with holes and pieces."""

import numpy as np
import pytest
from fill_polygon import fill_polygon

from raster.exporters.outlines import outlines, polygon
from raster.exporters.rectangle import smallest_rectangle

SHAPES = {
    "a pixel": ["#"],
    "a line": ["####"],
    "a diagonal": ["#...", ".#..", "..#.", "...#"],
    "a ring": ["######", "#....#", "#....#", "######"],
    "a thick ring": ["######", "######", "##..##", "##..##", "######", "######"],
    "a ring of corners": [".#.", "#.#", ".#."],
    "two holes": ["#########", "#..##...#", "#..##...#", "#########"],
    "a dot in a hole": ["#######", "#.....#", "#.....#", "#..#..#", "#.....#", "#.....#", "#######"],
    "a cross": ["..#..", "..#..", "#####", "..#..", "..#.."],
    "a comb": ["#.#.#", "#.#.#", "#####"],
}


def parsed(rows: list[str]) -> np.ndarray:
    return np.array([[letter == "#" for letter in row] for row in rows])


def filled(mask: np.ndarray) -> np.ndarray:
    parts = outlines(mask.astype(np.uint16), np.array([False, True]))[1]
    assert sum(part.area for part in parts) == mask.sum()
    points = polygon(parts)
    assert len(points) >= 3
    return fill_polygon(points, *mask.shape)


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_are_filled_to_the_pixel(name):
    mask = parsed(SHAPES[name])
    found = filled(mask)
    extra = found & ~mask  # a bridge to another piece
    assert (found[mask]).all()
    assert extra.sum() == (2 if name == "a dot in a hole" else 0)


def test_pieces_are_joined_by_lines_of_one_pixel():
    mask = np.zeros((20, 30), bool)
    mask[2:8, 2:9] = mask[12:18, 3:7] = mask[5:9, 20:28] = True
    found = filled(mask)
    assert found[mask].all()
    assert (found & ~mask).sum() == 4 + 11  # the shortest ways: 4 rows down, 11 columns to the right


@pytest.mark.parametrize("seed", range(4))
def test_objects_side_by_side_have_outlines_of_their_own(seed):
    """Random discs that hide one another: all pixels of each, and none but bridges beside them."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[:60, :80]
    ids = np.zeros((60, 80), np.uint16)
    for number in range(1, 15):
        ids[np.hypot(rows - random.integers(60), columns - random.integers(80)) < random.integers(2, 16)] = number
    wanted = np.ones(16, bool)
    wanted[[0, 3]] = False
    found = outlines(ids, wanted)
    assert set(found) == set(np.unique(ids).tolist()) - {0, 3}
    for number, parts in found.items():
        mask = ids == number
        assert sum(part.area for part in parts) == mask.sum()
        pixels = fill_polygon(polygon(parts), 60, 80)
        assert pixels[mask].all()
        pieces = sum(part.area > 0 for part in parts)
        assert (pixels != mask).sum() == 0 or pieces > 1


def test_straight_edges_need_no_points():
    (part,) = outlines(np.ones((30, 40), np.uint16), np.array([False, True]))[1]
    assert sorted(map(tuple, polygon([part]).tolist())) == [(0, 0), (0, 29), (39, 0), (39, 29)]


@pytest.mark.parametrize("degrees", [0, 10, 45, 80, 90])
def test_a_turned_rectangle_is_found(degrees):
    turn = np.deg2rad(degrees)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    inside = np.random.default_rng(1).uniform(0, 1, (50, 2))
    shape = np.concatenate([inside, [[0, 0], [1, 0], [1, 1], [0, 1]]]) * [9, 4] @ axes
    corners = smallest_rectangle(shape)
    sides = np.roll(corners, -1, axis=0) - corners
    assert sorted(np.hypot(*sides.T).round(6)) == [4, 4, 9, 9]
    assert (
        sides[:, 0] * np.roll(sides, -1, axis=0)[:, 1] - sides[:, 1] * np.roll(sides, -1, axis=0)[:, 0]
    ).min() > 0  # clockwise, y down
    assert {tuple(corner) for corner in corners.round(6)} == {tuple(corner) for corner in shape[-4:].round(6)}
