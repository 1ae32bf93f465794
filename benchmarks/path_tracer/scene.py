"""make: a random tabletop as a person might photograph it: floor, solids, light and camera. For benchmarks.path_tracer."""

from dataclasses import dataclass

import numpy as np

from benchmarks.path_tracer.emitters import Ball, Panel
from benchmarks.path_tracer.integrator import Scene, Solid
from benchmarks.path_tracer.lighting import lighting, random_colour
from benchmarks.path_tracer.textures import COATS, FLOORS, Paint

CLASSES = ("background", "cube", "sphere", "cylinder")
_LABELLED, _OTHERS = ("box", "sphere", "cylinder"), ("cone", "prism", "pyramid")
_TRIES = 60  # places for a thing, before it is left away


@dataclass(frozen=True)
class Camera:
    """A thin lens. Rays go from it through the pixels."""

    eye: np.ndarray  # (3,) float64
    rotation: np.ndarray  # (3, 3) float64, world from camera: right, down, forward in its columns
    tangent: float  # of half the field of view
    aperture: float  # radius of the lens, world units
    focus: float  # distance of what is sharp

    def rays(self, x: np.ndarray, y: np.ndarray, u: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Origins and unit directions, both (3, N), for places x and y (N,) of the picture, -1..1, y downwards.

        u (2, N) picks a point of the lens; None: its middle.
        """
        ends = np.stack([x * self.tangent, y * self.tangent, np.ones_like(x)]) * self.focus
        lens = np.zeros_like(ends)
        if u is not None:
            lens[:2] = self.aperture * np.sqrt(u[0]) * np.stack([np.cos(2 * np.pi * u[1]), np.sin(2 * np.pi * u[1])])
        d = np.einsum("ij,jn->in", self.rotation, ends - lens)
        return self.eye[:, None] + np.einsum("ij,jn->in", self.rotation, lens), d / np.linalg.norm(d, axis=0)


@dataclass(frozen=True)
class Development:
    """What happens to the light behind the lens."""

    balance: np.ndarray  # (3,) float32 gains
    key: float  # what the picture's middle grey becomes
    vignette: float  # 0 none .. 1 cos^4
    width: float  # px, of the filter
    grain: float  # noise of the sensor, sRGB 0..1
    quality: int  # of the JPEG


def make(random: np.random.Generator) -> tuple[Scene, Camera, Development]:
    """One scene."""
    table = random.random((32, 32, 32), np.float32)
    groups = _groups(random, table)
    solids, spread = _placed(random, groups)
    camera = _camera(random, spread)
    sky, lights, tint = lighting(random)
    floors = _floors(random, table, camera, spread)
    floors = [floor for floor in floors if all(_before(floor, light) for light in lights)]
    strength = random.uniform(0.5, 0.95)
    development = Development(
        balance=(tint ** -np.float32(strength)).astype(np.float32),
        key=float(np.exp(random.uniform(np.log(0.15), np.log(0.42)))),
        vignette=random.uniform(0, 1.3), width=random.uniform(1.0, 1.7), grain=random.uniform(0, 0.015),
        quality=int(random.integers(85, 93)),
    )  # fmt: skip
    return Scene((*floors, *solids), lights, sky), camera, development


def _wooden(random: np.random.Generator) -> list[np.ndarray]:
    light = np.array([0.55, 0.33, 0.16]) * random.uniform(0.35, 1.3) * np.exp(random.normal(0, 0.08, 3))
    return [light.astype(np.float32), (light * random.uniform(0.3, 0.65)).astype(np.float32), light.astype(np.float32)]


def _solid(random: np.random.Generator, table: np.ndarray, kind: str, half: np.ndarray) -> Solid:
    """A solid standing upright over the origin, in a material of its own."""
    pattern = str(random.choice(COATS))
    material = random.choice(["plastic", "paint", "matt", "metal"], p=[0.34, 0.28, 0.28, 0.10])
    rough = {"plastic": (0.12, 0.4), "paint": (0.3, 0.55), "matt": (0.7, 1.0), "metal": (0.25, 0.55)}[material]
    colours = [random_colour(random) for _ in range(3)]
    if pattern == "rings":
        colours = _wooden(random)
    if pattern == "marble" or (pattern == "stripes" and random.random() < 0.5):
        colours[0] = np.full(3, random.uniform(0.5, 0.85), np.float32)
    if material == "metal":
        metals = ([0.9, 0.9, 0.88], [0.95, 0.72, 0.4], [0.9, 0.6, 0.5], [0.55, 0.55, 0.57])
        pattern, colours = "plain", [np.array(metals[random.integers(4)], np.float32)] * 3
    paint = Paint(pattern, np.stack(colours), _frequency(random, pattern, half), table)
    shine = 0.02 if material == "matt" else random.uniform(0.035, 0.06)
    centre = np.array([0, 0, half[2]])
    return Solid(kind, _class(kind), centre, np.eye(3), half, paint, random.uniform(*rough), shine, material == "metal")


def _class(kind: str) -> int:
    return _LABELLED.index(kind) + 1 if kind in _LABELLED else 0


def _frequency(random: np.random.Generator, pattern: str, half: np.ndarray) -> float:
    """Of a coat: bands need to fit, the others are as they come."""
    if pattern == "bands":
        return random.uniform(0.4, 0.7) / half[2]
    low, high = {"stripes": (1.5, 4), "rings": (0.7, 2), "marble": (0.3, 0.9), "stone": (0.4, 1.5)}.get(pattern, (1, 3))
    return random.uniform(low, high) / half.mean()


def _half(random: np.random.Generator, kind: str) -> np.ndarray:
    """Half sides (3,) by kind; sides of a box differ by up to 1.5, a cylinder is 0.6 to 2 times as high as wide."""
    size = np.exp(random.uniform(np.log(0.16), np.log(0.42)))
    if kind == "box":
        sides = np.ones(3) if random.random() < 0.5 else random.uniform(1, 1.5, 3)
        return size * sides / sides.mean()
    if kind == "sphere":
        return size * (random.uniform(0.88, 1.1, 3) if random.random() < 0.3 else np.ones(3))
    if kind == "cylinder":
        ratio = np.exp(random.uniform(np.log(0.6), np.log(2)))
        return size * np.array([1, 1, ratio]) / ratio**0.4
    return size * np.array([1, 1, random.uniform(0.7, 1.5)])


def _about_z(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def _about_y(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def moved(solid: Solid, rotation: np.ndarray, shift: np.ndarray) -> Solid:
    """A solid turned about the world's origin, then moved."""
    values = {name: getattr(solid, name) for name in ("kind", "class_id", "half", "paint", "roughness", "shine", "metal")}
    return Solid(centre=rotation @ solid.centre + shift, rotation=rotation @ solid.rotation, **values)


def _groups(random: np.random.Generator, table: np.ndarray) -> list[list[Solid]]:
    """Things that stand apart: solids alone, one on another, one that leans against a box."""
    left, groups = int(random.integers(2, 9)), []
    while left > 0:
        shape = random.choice(["alone", "stack", "lean"], p=[0.66, 0.17, 0.17]) if left > 1 else "alone"
        if shape == "alone":
            kind = str(random.choice(_LABELLED))
            groups.append([_resting(random, _solid(random, table, kind, _half(random, kind)))])
        else:
            groups.append(_stack(random, table) if shape == "stack" else _lean(random, table))
        left -= len(groups[-1])
    for _ in range(random.choice(4, p=[0.4, 0.3, 0.2, 0.1])):
        kind = str(random.choice(_OTHERS))
        groups.append([_solid(random, table, kind, _half(random, kind))])
    return groups


def _resting(random: np.random.Generator, solid: Solid) -> Solid:
    """A cylinder may lie, a ball turns as it likes."""
    spun = np.eye(3)
    if solid.kind == "cylinder" and random.random() < 0.4:
        spun = _about_y(np.pi / 2) @ _about_z(random.uniform(0, 2 * np.pi))
    elif solid.kind == "sphere":
        spun = np.linalg.qr(random.normal(size=(3, 3)))[0]
        spun *= np.sign(np.linalg.det(spun))
    lying = moved(solid, spun, np.zeros(3))
    low = {"cylinder": np.hypot(*(spun[2, :2] * solid.half[0])) + abs(spun[2, 2]) * solid.half[2],
           "sphere": np.linalg.norm(spun[2] * solid.half)}.get(solid.kind, solid.half[2])  # fmt: skip
    return moved(lying, np.eye(3), np.array([0, 0, low]) - lying.centre)


def _stack(random: np.random.Generator, table: np.ndarray) -> list[Solid]:
    """Something on a box or a standing cylinder, its middle over what carries it."""
    under = _solid(random, table, kind := str(random.choice(("box", "cylinder"))), _half(random, kind))
    over = _solid(random, table, kind := str(random.choice(("box", "cylinder", "sphere"))), _half(random, kind))
    shift = np.array([*(random.uniform(-0.3, 0.3, 2) * under.half[:2]), 2 * under.half[2]])
    return [under, moved(_resting(random, over), _about_z(random.uniform(0, 2 * np.pi)), shift)]


def _lean(random: np.random.Generator, table: np.ndarray) -> list[Solid]:
    """A cylinder or box on its lower edge, its side against a box's upper edge.

    In the plane y = 0 it is a rectangle of half width w whose lower left corner stands at x = edge + height tan(angle).
    """
    box = _solid(random, table, "box", _half(random, "box"))
    kind = str(random.choice(("box", "cylinder")))
    half = _half(random, kind)
    edge, height, angle = box.half[0], 2 * box.half[2], random.uniform(0.2, 0.6)
    if kind == "box":
        half = np.sort(half)
    reach = height / np.cos(angle)  # along the leaning side, up to the box's edge
    half = half * max(1.0, reach / (2 * half[2] * 0.93))
    c, s = np.cos(angle), np.sin(angle)
    foot = np.array([edge + height * np.tan(angle), 0, 0])
    leaning = _solid(random, table, kind, half)
    leaning = moved(leaning, _about_y(-angle), np.zeros(3))
    centre = foot + half[0] * np.array([c, 0, s]) + half[2] * np.array([-s, 0, c])
    return [box, moved(leaning, np.eye(3), centre - leaning.centre)]


def _placed(random: np.random.Generator, groups: list[list[Solid]]) -> tuple[list[Solid], float]:
    """Solids with their groups' circles on the floor apart, and the radius that holds them. What finds no place is left."""
    circles: list[tuple[np.ndarray, float]] = []
    solids: list[Solid] = []
    close = random.uniform(0.9, 1.9)  # how much room there is
    area = close * np.sqrt(sum(_circle(group)[1] ** 2 for group in groups))
    for group in groups:
        middle, radius = _circle(group)
        for _ in range(_TRIES):
            at = area * np.sqrt(random.random()) * _about_z(random.uniform(0, 2 * np.pi))[:, 0]
            if all(np.linalg.norm(at - other) > radius + apart + 0.01 for other, apart in circles):
                turned = _about_z(random.uniform(0, 2 * np.pi))
                circles.append((at, radius))
                solids += [moved(solid, turned, at - turned @ middle) for solid in group]
                break
    return solids, max(float(np.linalg.norm(at) + radius) for at, radius in circles)


def _circle(group: list[Solid]) -> tuple[np.ndarray, float]:
    """Middle (3,), on the floor, and radius of a circle about a group seen from above."""
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    points = []
    for solid in group:
        if solid.kind == "sphere" or (solid.kind in ("cylinder", "cone") and solid.rotation[2, 2] > 0.999):
            angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
            radius = solid.half.max() if solid.kind == "sphere" else solid.half[0]
            points.append(solid.centre + 1.01 * radius * np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1))
        else:
            points.append(solid.centre + (corners * solid.half) @ solid.rotation.T)
    flat = np.concatenate(points)[:, :2]
    middle = (flat.min(axis=0) + flat.max(axis=0)) / 2
    return np.array([*middle, 0]), float(np.linalg.norm(flat - middle, axis=1).max())


def _camera(random: np.random.Generator, spread: float) -> Camera:
    """15 to 60 degrees above the floor, far enough for most of what stands there."""
    elevation, half_view = np.radians(random.uniform(15, 60)), np.radians(random.uniform(14, 28))
    distance = max(spread * random.uniform(0.75, 1.25) / np.sin(half_view), spread + 0.6)
    azimuth = random.uniform(0, 2 * np.pi)
    target = np.array([*random.normal(0, 0.12 * spread, 2), random.uniform(0, 0.3)])
    away = np.array([np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation), np.sin(elevation)])
    right = np.array([-np.sin(azimuth), np.cos(azimuth), 0])
    down = np.cross(-away, right)
    rotation = np.stack([right, down, -away], axis=1) @ _about_z(random.normal(0, 0.04))
    aperture = distance * random.uniform(0, 0.012)
    return Camera(target + distance * away, rotation, float(np.tan(half_view)), aperture, distance)


def _before(plane: Solid, light: Panel | Ball) -> bool:
    """Whether a light is well in front of a plane, and so not hidden by it."""
    return float(plane.rotation[:, 2] @ (light.centre - plane.centre)) > 1


def _floors(random: np.random.Generator, table: np.ndarray, camera: Camera, spread: float) -> list[Solid]:
    """The floor, and in half of the scenes a wall behind everything, across the view."""
    pattern = str(random.choice(FLOORS))
    frequency = {"planks": (0.8, 3), "tiles": (0.7, 2.5), "cloth": (0.8, 3), "stone": (1.2, 4), "plain": (0.5, 3)}[pattern]
    colours = _wooden(random) if pattern == "planks" else [random_colour(random, 0.35) for _ in range(3)]
    if pattern == "stone":
        colours[1:] = [(colours[0] + speck) / 2 for speck in colours[1:]]
    paint = Paint(pattern, np.stack(colours), random.uniform(*frequency), table)
    turned, shine = _about_z(random.uniform(0, 2 * np.pi)), random.uniform(0.02, 0.05)
    rough = random.uniform(0.8, 1.0) if pattern == "cloth" else random.uniform(0.2, 0.9)
    floors = [Solid("plane", 0, np.zeros(3), turned, np.ones(3), paint, rough, shine)]
    if random.random() < 0.5:
        pattern = str(random.choice(["plain", "plain", "tiles", "bands", "planks"]))
        paint = Paint(pattern, np.stack([random_colour(random, 0.4) for _ in range(3)]), random.uniform(0.3, 1.2), table)
        back = np.arctan2(camera.eye[1], camera.eye[0]) + random.normal(0, 0.3)
        facing = _about_z(back) @ _about_y(np.pi / 2)  # its z, which is its normal, towards the camera
        centre = -_about_z(back)[:, 0] * spread * random.uniform(1.3, 2.5)
        floors.append(Solid("plane", 0, centre, facing, np.ones(3), paint, 0.9, 0.03))
    return floors
