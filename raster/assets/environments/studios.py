"""make_studios: procedural rooms for product shots: dim or bright surroundings, soft boxes, strips and windows; no sun."""

import numpy as np

from raster.assets.environments.equirectangular import directions, upward_irradiance
from raster.color import linear_from_kelvin
from raster.streams import Streams
from raster.transforms import direction

LAMPS = 5  # at most
SHAPES = {"box": 0.45, "disc": 0.2, "strip": 0.2, "window": 0.15}  # how often each


def make_studios(streams: Streams, height: int) -> np.ndarray:
    """(B, H, 2 H, 3) float32 linear radiance, laid out as in equirectangular.py, by the streams and H.

    All in one exposure: a white horizontal surface shows 0.5 (mean of RGB).
    """
    maps = _surroundings(streams, height)
    towards = direction(
        streams.uniform_between("azimuth", (0, 2 * np.pi), LAMPS),
        np.radians(streams.uniform_between("elevation_deg", (12, 80), LAMPS)),
    )
    shape = streams.choice("shape", np.array(list(SHAPES.values())), LAMPS)
    size, aspect = streams.log_uniform("size", (0.1, 0.45), LAMPS), streams.log_uniform("aspect", (0.5, 2.0), LAMPS)
    aspect = np.where(shape == 2, streams.log_uniform("strip", (6, 16), LAMPS), np.where(shape == 1, 1.0, aspect))
    half = np.stack([size * np.sqrt(aspect), size / np.sqrt(aspect)], axis=-1)
    turn = np.where(shape == 3, 0.0, streams.uniform_between("turn", (0, np.pi), LAMPS))
    soft, panes = streams.log_uniform("soft", (0.02, 0.3), LAMPS), streams.integers("panes", (1, 4), LAMPS, 2)
    kelvin = np.clip(
        streams.uniform_between("kelvin", (2900, 7500))[:, None] + streams.uniform_between("mixed", (-900, 900), LAMPS),
        1700,
        12000,
    )
    power = streams.log_uniform("power", (2.0, 25.0), LAMPS)
    power *= np.arange(LAMPS) < streams.integers("lamps", (1, LAMPS))[:, None]
    color = (linear_from_kelvin(kelvin) * power[..., None]).astype(np.float32)
    for b in range(streams.count):
        for lamp in np.flatnonzero(power[b]):
            frame = _frame(towards[b, lamp], turn[b, lamp])
            _add(maps[b], frame, half[b, lamp], shape[b, lamp], soft[b, lamp], panes[b, lamp], color[b, lamp])
    scale = 0.5 / upward_irradiance(maps).mean(axis=-1)
    return maps * scale.astype(np.float32)[:, None, None, None]


def _surroundings(streams: Streams, height: int) -> np.ndarray:
    """(B, H, 2 H, 3) float32: floor, wall and ceiling that turn into each other, in one of four rooms bright: a cyclorama."""
    bright = streams.bernoulli("cyclorama", 0.25)[:, None]
    floor, wall, ceiling = np.moveaxis(streams.log_uniform("grey", (0.04, 0.8), 3), -1, 0)[..., None]
    sweep = streams.uniform_between("sweep", (0.7, 1.4), 2)
    floor, wall = np.where(bright, sweep[:, :1], floor), np.where(bright, sweep[:, 1:], wall)
    z = directions(height)[:, 0, 2]
    up, down = np.clip(z / streams.uniform_between("corner", (0.3, 1.0))[:, None], 0, 1), np.clip(-4 * z, 0, 1)
    rows = wall + (ceiling - wall) * up * up * (3 - 2 * up) + (floor - wall) * down * down * (3 - 2 * down)
    tint = linear_from_kelvin(streams.uniform_between("wall_kelvin", (4000, 9000)))
    side = streams.uniform_between("side", (-0.5, 0.5), 2)[..., None]  # one side of the room is brighter
    d = directions(height)
    uneven = 1 + side[:, :1] * d[..., 0].reshape(1, -1) + side[:, 1:] * d[..., 1].reshape(1, -1)
    grey = rows[..., None] * np.maximum(uneven, 0.1).reshape(-1, height, 2 * height)
    return (grey[..., None] * tint[:, None, None]).astype(np.float32)


def _frame(towards: np.ndarray, turn: float) -> np.ndarray:
    """(3, 3) float32, rows: a lamp's two axes and the direction towards it; the first axis level but for the turn."""
    level = np.array([-towards[1], towards[0], 0.0]) / np.hypot(towards[0], towards[1])
    upright = np.cross(towards, level)
    c, s = np.cos(turn), np.sin(turn)
    return np.stack([c * level + s * upright, c * upright - s * level, towards]).astype(np.float32)


def _add(
    image: np.ndarray, frame: np.ndarray, half: np.ndarray, shape: int, soft: float, panes: np.ndarray, color: np.ndarray
) -> None:
    """Put a lamp into a map (H, 2 H, 3): flat, at distance 1, of half sizes (2,), edges soft by a share of the smaller one.

    It covers what is behind it; near it the wall glows.
    """
    d = directions(len(image))
    u, v, w = (d[..., 0] * row[0] + d[..., 1] * row[1] + d[..., 2] * row[2] for row in frame)
    near = w > 0.2
    u, v, glow = u[near] / w[near], v[near] / w[near], w[near]
    blur = np.float32(soft * half.min())
    rectangle = np.minimum(half[0] - np.abs(u), half[1] - np.abs(v))
    inside = half[0] - np.sqrt(u * u + v * v) if shape == 1 else rectangle
    if shape == 3:
        blur = np.float32(0.02 * half.min())
        for at, size, many in ((u, half[0], panes[0]), (v, half[1], panes[1])):
            bars = ((at / size + 1) / 2 * many % 1.0 - 0.5) * 2 * size / many  # from the middle of each pane
            inside = np.minimum(inside, size / many * 0.92 - np.abs(bars))
    share = np.clip(inside / blur + 0.5, 0, 1).astype(np.float32)
    share = (share * share * (3 - 2 * share))[:, None]
    hot = 1 - 0.25 * np.minimum((u / half[0]) ** 2 + (v / half[1]) ** 2, 2)
    glow = 0.01 * glow**8
    seen = image[near]
    image[near] = seen + share * (hot.astype(np.float32)[:, None] * color - seen) + (1 - share) * glow[:, None] * color
