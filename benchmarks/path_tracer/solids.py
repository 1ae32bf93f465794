"""random_groups, place_groups: random solids, alone, stacked or leaning, and places for them. For benchmarks.path_tracer."""

from dataclasses import replace

import numpy as np

from benchmarks.path_tracer.integrator import Solid
from benchmarks.path_tracer.lighting import random_colour
from benchmarks.path_tracer.shapes import rotation_about_y, rotation_about_z
from benchmarks.path_tracer.textures import COATS, Paint

LABELLED = ("box", "sphere", "cylinder")  # solids of classes 1, 2 and 3
UNLABELLED = ("cone", "prism", "pyramid")
MAX_TRIES = 60  # random places for a group before it is left out


def wood_colours(random: np.random.Generator) -> list[np.ndarray]:
    """Three linear RGB colours (3,) of one wood: light, dark, light."""
    light = np.array([0.55, 0.33, 0.16]) * random.uniform(0.35, 1.3) * np.exp(random.normal(0, 0.08, 3))
    return [light.astype(np.float32), (light * random.uniform(0.3, 0.65)).astype(np.float32), light.astype(np.float32)]


def _solid(random: np.random.Generator, table: np.ndarray, kind: str, half: np.ndarray) -> Solid:
    """An upright solid over the origin, its base at z = 0, in a random material. half: (3,) half sides, world units."""
    pattern = str(random.choice(COATS))
    material = random.choice(["plastic", "paint", "matt", "metal"], p=[0.34, 0.28, 0.28, 0.10])
    rough = {"plastic": (0.12, 0.4), "paint": (0.3, 0.55), "matt": (0.7, 1.0), "metal": (0.25, 0.55)}[material]
    colours = [random_colour(random) for _ in range(3)]
    if pattern == "rings":
        colours = wood_colours(random)
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
    """Class id of a kind of solid; 0 for one that is not labelled."""
    return LABELLED.index(kind) + 1 if kind in LABELLED else 0


def _frequency(random: np.random.Generator, pattern: str, half: np.ndarray) -> float:
    """A random frequency for a pattern, per world unit; bands are fitted to the height of the solid."""
    if pattern == "bands":
        return random.uniform(0.4, 0.7) / half[2]
    low, high = {"stripes": (1.5, 4), "rings": (0.7, 2), "marble": (0.3, 0.9), "stone": (0.4, 1.5)}.get(pattern, (1, 3))
    return random.uniform(low, high) / half.mean()


def _half(random: np.random.Generator, kind: str) -> np.ndarray:
    """Random half sides (3,) of a solid. Sides of a box differ by up to 1.5; a cylinder is 0.6 to 2 times as high as wide."""
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


def moved(solid: Solid, rotation: np.ndarray, shift: np.ndarray) -> Solid:
    """A solid rotated (3, 3) about the world's origin, then shifted by (3,)."""
    return replace(solid, centre=rotation @ solid.centre + shift, rotation=rotation @ solid.rotation)


def random_groups(random: np.random.Generator, table: np.ndarray) -> list[list[Solid]]:
    """Random groups of solids, each about the origin: alone, one on another, or one leaning against a box.

    table: the noise of Paint. At least two labelled solids, and up to three unlabelled ones.
    """
    remaining, groups = int(random.integers(2, 9)), []
    while remaining > 0:
        shape = random.choice(["alone", "stack", "lean"], p=[0.66, 0.17, 0.17]) if remaining > 1 else "alone"
        if shape == "alone":
            kind = str(random.choice(LABELLED))
            groups.append([_resting(random, _solid(random, table, kind, _half(random, kind)))])
        else:
            groups.append(_stack(random, table) if shape == "stack" else _lean(random, table))
        remaining -= len(groups[-1])
    for _ in range(random.choice(4, p=[0.4, 0.3, 0.2, 0.1])):
        kind = str(random.choice(UNLABELLED))
        groups.append([_solid(random, table, kind, _half(random, kind))])
    return groups


def _resting(random: np.random.Generator, solid: Solid) -> Solid:
    """The solid resting on z = 0: a cylinder may lie on its side, a sphere gets a random rotation."""
    rotation = np.eye(3)
    if solid.kind == "cylinder" and random.random() < 0.4:
        rotation = rotation_about_y(np.pi / 2) @ rotation_about_z(random.uniform(0, 2 * np.pi))
    elif solid.kind == "sphere":
        rotation = np.linalg.qr(random.normal(size=(3, 3)))[0]
        rotation *= np.sign(np.linalg.det(rotation))
    lying = moved(solid, rotation, np.zeros(3))
    low = {"cylinder": np.hypot(*(rotation[2, :2] * solid.half[0])) + abs(rotation[2, 2]) * solid.half[2],
           "sphere": np.linalg.norm(rotation[2] * solid.half)}.get(solid.kind, solid.half[2])  # fmt: skip
    return moved(lying, np.eye(3), np.array([0, 0, low]) - lying.centre)


def _stack(random: np.random.Generator, table: np.ndarray) -> list[Solid]:
    """A solid on a box or an upright cylinder, its centre above the face that carries it."""
    under = _solid(random, table, kind := str(random.choice(("box", "cylinder"))), _half(random, kind))
    over = _solid(random, table, kind := str(random.choice(("box", "cylinder", "sphere"))), _half(random, kind))
    shift = np.array([*(random.uniform(-0.3, 0.3, 2) * under.half[:2]), 2 * under.half[2]])
    return [under, moved(_resting(random, over), rotation_about_z(random.uniform(0, 2 * np.pi)), shift)]


def _lean(random: np.random.Generator, table: np.ndarray) -> list[Solid]:
    """A box, and a cylinder or box that stands on its lower edge and leans against the box's upper edge.

    In the plane y = 0 the leaning solid is a rectangle whose lower left corner is at x = edge + height tan(angle).
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
    leaning = moved(leaning, rotation_about_y(-angle), np.zeros(3))
    centre = foot + half[0] * np.array([c, 0, s]) + half[2] * np.array([-s, 0, c])
    return [box, moved(leaning, np.eye(3), centre - leaning.centre)]


def place_groups(random: np.random.Generator, groups: list[list[Solid]]) -> tuple[list[Solid], float]:
    """Place groups so that their circles on the floor do not overlap; a group that finds no place is left out.

    Returns the placed solids and the radius of a circle about the origin that holds them.
    """
    circles: list[tuple[np.ndarray, float]] = []
    solids: list[Solid] = []
    spacing = random.uniform(0.9, 1.9)  # 1: the disc has the area of all circles together
    radius_of_all = spacing * np.sqrt(sum(_circle(group)[1] ** 2 for group in groups))
    for group in groups:
        middle, radius = _circle(group)
        for _ in range(MAX_TRIES):
            at = radius_of_all * np.sqrt(random.random()) * rotation_about_z(random.uniform(0, 2 * np.pi))[:, 0]
            if all(np.linalg.norm(at - other) > radius + apart + 0.01 for other, apart in circles):
                rotation = rotation_about_z(random.uniform(0, 2 * np.pi))
                circles.append((at, radius))
                solids += [moved(solid, rotation, at - rotation @ middle) for solid in group]
                break
    return solids, max(float(np.linalg.norm(at) + radius) for at, radius in circles)


def _circle(group: list[Solid]) -> tuple[np.ndarray, float]:
    """Centre (3,), z = 0, and radius of a circle that holds a group seen from above."""
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    points = []
    for solid in group:
        if solid.mesh is not None:
            points.append(solid.centre + 1.01 * solid.half * (solid.mesh.hull @ solid.rotation.T))
        elif solid.kind == "sphere" or (solid.kind in ("cylinder", "cone") and solid.rotation[2, 2] > 0.999):
            angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
            radius = solid.half.max() if solid.kind == "sphere" else solid.half[0]
            points.append(solid.centre + 1.01 * radius * np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1))
        else:
            points.append(solid.centre + (corners * solid.half) @ solid.rotation.T)
    flat = np.concatenate(points)[:, :2]
    middle = (flat.min(axis=0) + flat.max(axis=0)) / 2
    return np.array([*middle, 0]), float(np.linalg.norm(flat - middle, axis=1).max())
