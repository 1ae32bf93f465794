"""make: a random tabletop as a person might photograph it: floor, solids, light and camera. For benchmarks.path_tracer."""

import numpy as np

from benchmarks.path_tracer.camera import Camera, Development, random_camera
from benchmarks.path_tracer.contents import Contents, in_a_place, with_meshes
from benchmarks.path_tracer.emitters import Ball, Panel, Sky
from benchmarks.path_tracer.integrator import Scene, Solid
from benchmarks.path_tracer.lighting import lighting, random_colour
from benchmarks.path_tracer.pictures import PictureSky
from benchmarks.path_tracer.shapes import rotation_about_y, rotation_about_z
from benchmarks.path_tracer.solids import place_groups, random_groups, wood_colours
from benchmarks.path_tracer.textures import FLOORS, Paint

USUAL = Contents()


def make(random: np.random.Generator, contents: Contents = USUAL) -> tuple[Scene, Camera, Development]:
    """A random scene, the camera that looks at it, and the development of the image."""
    table = random.random((32, 32, 32), np.float32)
    groups = random_groups(random, table)
    if contents.mesh is not None:
        groups = with_meshes(random, contents, groups)
    solids, extent = place_groups(random, groups)
    camera = random_camera(random, extent)
    sky, lights, tint = lighting(random)
    floors = _floors(random, table, camera, extent)
    place: Sky | PictureSky = sky
    if contents.images is not None:
        place, floors = in_a_place(random, contents, sky, floors, camera, extent)
    floors = [floor for floor in floors if floor.kind != "plane" or all(_is_in_front(floor, light) for light in lights)]
    strength = random.uniform(0.5, 0.95)
    development = Development(
        balance=(tint ** -np.float32(strength)).astype(np.float32),
        key=float(np.exp(random.uniform(np.log(0.15), np.log(0.42)))),
        vignette=random.uniform(0, 1.3), width=random.uniform(1.0, 1.7), grain=random.uniform(0, 0.015),
        quality=int(random.integers(85, 93)),
    )  # fmt: skip
    return Scene((*floors, *solids), lights, place), camera, development


def _is_in_front(plane: Solid, light: Panel | Ball) -> bool:
    """Whether a light is more than 1 world unit in front of a plane, so that the plane does not hide it."""
    return float(plane.rotation[:, 2] @ (light.centre - plane.centre)) > 1


def _floors(random: np.random.Generator, table: np.ndarray, camera: Camera, extent: float) -> list[Solid]:
    """The floor, and in half of the scenes a wall behind all solids, across the view.

    table: the noise of Paint. extent: radius of a circle about the origin that holds all solids.
    """
    pattern = str(random.choice(FLOORS))
    frequency = {"planks": (0.8, 3), "tiles": (0.7, 2.5), "cloth": (0.8, 3), "stone": (1.2, 4), "plain": (0.5, 3)}[pattern]
    colours = wood_colours(random) if pattern == "planks" else [random_colour(random, 0.35) for _ in range(3)]
    if pattern == "stone":
        colours[1:] = [(colours[0] + speck) / 2 for speck in colours[1:]]
    paint = Paint(pattern, np.stack(colours), random.uniform(*frequency), table)
    rotation, shine = rotation_about_z(random.uniform(0, 2 * np.pi)), random.uniform(0.02, 0.05)
    rough = random.uniform(0.8, 1.0) if pattern == "cloth" else random.uniform(0.2, 0.9)
    floors = [Solid("plane", 0, np.zeros(3), rotation, np.ones(3), paint, rough, shine)]
    if random.random() < 0.5:
        pattern = str(random.choice(["plain", "plain", "tiles", "bands", "planks"]))
        paint = Paint(pattern, np.stack([random_colour(random, 0.4) for _ in range(3)]), random.uniform(0.3, 1.2), table)
        back = np.arctan2(camera.eye[1], camera.eye[0]) + random.normal(0, 0.3)
        facing = rotation_about_z(back) @ rotation_about_y(np.pi / 2)  # its z, which is its normal, towards the camera
        centre = -rotation_about_z(back)[:, 0] * extent * random.uniform(1.3, 2.5)
        floors.append(Solid("plane", 0, centre, facing, np.ones(3), paint, 0.9, 0.03))
    return floors
