"""dead_leaves: procedural pictures with the statistics of cluttered photographs, to stand behind the objects."""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from raster.assets.fractal_noise import fractal
from raster.color import linear_from_hsv
from raster.streams import Streams
from raster.system.progress import progress

LEAVES = 240  # at most; with the ground behind them they fit 8-bit ids
CORNERS = 24  # of a leaf's outline; a multiple of 8, so that rectangles have theirs
KINDS = {"disc": 0.15, "ellipse": 0.15, "blob": 0.2, "polygon": 0.15, "rectangle": 0.25, "stroke": 0.1}  # how often
PALETTE = 6
GRAIN = 64  # pixels after which the grain repeats itself
LOWEST = 10  # leaves that are large, so that the ground shows in few places


def dead_leaves(count: int, px: int, seed: int) -> np.ndarray:
    """(count, px, px, 3) uint8 sRGB; picture k is a function of px, seed and k.

    Dead leaves: opaque shapes of power-law sizes, each over those before it (Lee, Mumford & Huang, "Occlusion models for
    natural images", 2001; for training, Baradad et al., "Learning to see by looking at noise", 2021), in colours of one
    palette a picture, shaded, with soft shadows, uneven light, 1/f noise, and sometimes out of focus.
    """
    pictures = np.empty((count, px, px, 3), np.uint8)
    for k in progress(range(count), "pictures", count, "picture"):
        pictures[k] = _picture(Streams(seed, k, 1, "clutter/"), px)
    return pictures


def _picture(streams: Streams, px: int) -> np.ndarray:
    many = int(streams.log_uniform("leaves", (40, LEAVES))[0])
    stack = Image.new("L", (2 * px, 2 * px))  # the number of the leaf that is seen, 0 for the ground; 2 x 2 a pixel
    draw = ImageDraw.Draw(stack)
    for k, corners in enumerate((2 * px * _outlines(streams)[:many]).reshape(many, -1).tolist()):
        draw.polygon(corners, fill=k + 1)
    ids = np.asarray(stack)
    painted = np.minimum(_painted(streams, stack) * _shadows(streams, ids[::2, ::2])[..., None], 255)
    picture = _focus(streams, Image.fromarray(painted.astype(np.uint8)), stack, many)
    light = fractal(streams, "light", px, coarsest=2, falloff=0.55, finest=64)[0]
    light = 1 + np.float32(streams.uniform_between("uneven", (0.05, 0.2))[0]) * light
    grain = streams.uniform_between("noise", (0.0, 14.0))[0] * (streams.uniform("grain", GRAIN, GRAIN)[0] - 0.5)
    grain = np.tile(grain.astype(np.float32), (-(-px // GRAIN),) * 2)[:px, :px]
    shown = np.asarray(picture, np.float32) * light[..., None] + grain[..., None]
    return np.clip(shown, 0, 255).astype(np.uint8)


def _outlines(streams: Streams) -> np.ndarray:
    """(LEAVES, CORNERS, 2) float64 corners x, y; the picture is 0..1 both ways."""
    kind = streams.choice("kind", np.array(list(KINDS.values())), LEAVES)[0]
    is_ = {name: (kind == k)[:, None] for k, name in enumerate(KINDS)}
    aspect = streams.log_uniform("aspect", (1.0, 4.0), LEAVES)[0][:, None]
    long = np.sqrt(np.where(is_["disc"], 1.0, np.where(is_["stroke"], 6.0 * aspect, aspect)))
    radius = np.where(is_["rectangle"] | is_["stroke"], _radius(4, math.pi / 4), 1.0)
    radius = np.where(is_["polygon"], _radius(streams.integers("sides", (3, 8), LEAVES)[0][:, None], 0.0), radius)
    turn, phase = _TURN, 2 * math.pi * streams.uniform("phase", 3, LEAVES)[0][..., None]
    waves = 0.3 * np.cos(2 * turn + phase[0]) + 0.2 * np.cos(3 * turn + phase[1]) + 0.1 * np.cos(5 * turn + phase[2])
    radius = _sizes(streams) * np.where(is_["blob"], 1 + waves, radius)
    x, y = radius * np.cos(turn) * long, radius * np.sin(turn) / long
    upright = streams.bernoulli("upright", streams.uniform("order")[0], LEAVES)[0]  # what people build stands straight
    angle = np.where(upright, 0.0, math.pi * streams.uniform("angle", LEAVES)[0])[:, None]
    c, s = np.cos(angle), np.sin(angle)
    center = streams.uniform_between("center", (-0.08, 1.08), LEAVES, 2)[0]
    return np.stack([c * x - s * y, s * x + c * y], axis=-1) + center[:, None]


_TURN = 2 * math.pi * np.arange(CORNERS) / CORNERS


def _radius(sides: np.ndarray | int, start: float) -> np.ndarray:
    """(..., CORNERS): how far a regular polygon reaches at each angle, a corner at angle `start` with radius 1."""
    step = 2 * math.pi / sides
    return np.cos(step / 2) / np.cos((_TURN - start + 1e-9) % step - step / 2)


def _sizes(streams: Streams) -> np.ndarray:
    """(LEAVES, 1) radii with density r**-p, p about 3, where each octave of sizes covers as much: as in natural images."""
    p = streams.uniform_between("size_law", (2.0, 3.0))[0]
    low = streams.log_uniform("smallest", (0.015, 0.06))[0] ** (1 - p)
    high = streams.log_uniform("largest", (0.2, 0.5))[0] ** (1 - p)
    sizes = (low + streams.uniform("size", LEAVES)[0] * (high - low)) ** (1 / (1 - p))
    sizes[:LOWEST] = streams.uniform_between("lowest", (0.15, 0.6), LOWEST)[0]
    return sizes[:, None]


def _painted(streams: Streams, stack: Image.Image) -> np.ndarray:
    """(px, px, 3) float32 0..255: each leaf in its colour, with a gradient across it and perhaps stripes."""
    flat = stack.copy()
    flat.putpalette(_colors(streams).tobytes())
    ids = np.asarray(stack)[::2, ::2]
    slope = streams.uniform_between("slope", (-0.9, 0.9), LEAVES + 1, 2)[0].astype(np.float32)
    start = streams.uniform_between("start", (0.65, 1.35), LEAVES + 1)[0].astype(np.float32) - slope.sum(axis=1) / 2
    striped = streams.bernoulli("striped", 0.09, LEAVES + 1)[0] * streams.uniform_between("stripe", (0.1, 0.5), LEAVES + 1)[0]
    cycles = streams.uniform_between("cycles", (-30, 30), LEAVES + 1, 2)[0].astype(np.float32)
    at = (np.arange(len(ids), dtype=np.float32) + 0.5) / len(ids)
    shade = slope[:, 0].take(ids) * at + slope[:, 1].take(ids) * at[:, None] + start.take(ids)
    across = cycles[:, 0].take(ids) * at + cycles[:, 1].take(ids) * at[:, None]
    band = np.clip(4 * np.abs(across - np.floor(across) - 0.5) - 0.5, 0, 1)  # 0 and 1 in turn, with soft edges
    shade = np.clip(shade, 0.3, 1.7) * (1 - striped.astype(np.float32).take(ids) * band)
    return np.asarray(flat.convert("RGB").reduce(2), np.float32) * shade[..., None]


def _colors(streams: Streams) -> np.ndarray:
    """(LEAVES + 1, 3) uint8 sRGB: of a palette of few hues, most of them dull, with a light and a dark end."""
    hue = streams.uniform_between("hue", (0, 360))[0] + streams.uniform_between("spread", (20, 240))[0] * (
        streams.uniform("hues", PALETTE)[0] - 0.5
    )
    hue[-1] += 150  # one that stands out
    saturation = streams.uniform_between("saturation", (0.1, 0.9))[0] * streams.uniform("saturations", PALETTE)[0]
    value = streams.uniform_between("value", (0.15, 0.95), PALETTE)[0]
    pick = streams.choice("pick", np.array([4.0, 3.0, 2.0, 1.5, 1.5, 1.0]), LEAVES + 1)[0]
    near = streams.uniform("near", LEAVES + 1, 3)[0] - 0.5
    linear = linear_from_hsv(
        hue[pick] + 25 * near[:, 0],
        np.clip(saturation[pick] + 0.2 * near[:, 1], 0, 1),
        np.clip(value[pick] + 0.45 * near[:, 2], 0.04, 1),
    )
    return (255 * np.clip(linear, 0, 1) ** np.float32(1 / 2.2)).astype(np.uint8)


def _shadows(streams: Streams, ids: np.ndarray) -> np.ndarray:
    """(px, px) float32: darker where a leaf higher in the stack lies a little way towards the light, softly."""
    reach = np.rint(streams.uniform_between("shadow", (-0.035, 0.035), 2)[0] * len(ids)).astype(int)
    hidden = Image.fromarray((np.roll(ids, tuple(reach), (0, 1)) > ids).astype(np.uint8) * 255)
    soft = hidden.filter(ImageFilter.BoxBlur(float(0.4 * np.abs(reach).max())))
    return 1 - np.float32(streams.uniform_between("shadow_depth", (0.1, 0.6))[0] / 255) * np.asarray(soft, np.float32)


def _focus(streams: Streams, picture: Image.Image, stack: Image.Image, many: int) -> Image.Image:
    """Three in ten as they are; three blurred; four sharp in the uppermost leaves only, as a photograph with a near subject."""
    u, radius = streams.uniform("focus")[0], streams.log_uniform("blur", (0.003, 0.025))[0] * picture.width
    if u < 0.3:
        return picture
    blurred = picture.filter(ImageFilter.GaussianBlur(float(radius)))
    if u < 0.6:
        return blurred
    near = int(many * streams.uniform_between("nearest", (0.5, 0.9))[0])
    return Image.composite(picture, blurred, stack.point([255 * (k > near) for k in range(256)]).reduce(2))
