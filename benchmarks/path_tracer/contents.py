"""Contents: meshes and photographs for scenes. with_meshes, in_a_place: put them there. For benchmarks.path_tracer."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.path_tracer.camera import Camera
from benchmarks.path_tracer.emitters import Sky
from benchmarks.path_tracer.integrator import Solid
from benchmarks.path_tracer.meshes import Mesh, load_mesh, mesh_files
from benchmarks.path_tracer.pictures import PictureFloor, PictureSky, load_picture, photographs
from benchmarks.path_tracer.shapes import frame, rotation_about_z
from raster.errors import InputError

CLASSES = ("background", "cube", "sphere", "cylinder")
SOLIDS = ("labelled", "unlabelled", "none")
THICKNESS = 0.04  # of a table's top, world units


@dataclass(frozen=True)
class Contents:
    """What the scenes of a set hold."""

    mesh: str | None = None  # path of a mesh file, or of a folder that is searched for them with all folders below it
    mesh_class: str | None = None  # the class of all; None: of each the name of the folder that holds it
    solids: str | None = None  # labelled, unlabelled or none; None: unlabelled beside a mesh, else labelled
    images: str | None = None  # a folder of photographs that stand behind the scenes and light them

    def __post_init__(self) -> None:
        """InputError for options that do not fit each other, or files that cannot be read."""
        if self.solids not in (None, *SOLIDS):
            raise InputError(f"solids={self.solids}: choose one of {', '.join(SOLIDS)}")
        if self.mesh is None and (self.mesh_class is not None or self.solids not in (None, "labelled")):
            raise InputError("class= and solids= need a mesh=FILE, or a folder")
        if self.mesh is not None:
            for path in mesh_files(self.mesh):
                load_mesh(path)
            if wrong := [name for name in self.own_classes() if name == "background" or not name.isprintable()]:
                raise InputError(f"class={wrong[0]}: expected another name for the class of the mesh")
            if (many := len(self.codes())) > 256:
                raise InputError(f"mesh={self.mesh}: {many - 1} classes; at most 255 beside the background")
        if self.images is not None:
            photographs(self.images)

    def own_classes(self) -> dict[str, list[str]]:
        """The mesh files of each class, the classes sorted by name."""
        files: dict[str, list[str]] = {}
        for path in mesh_files(self.mesh) if self.mesh is not None else ():
            files.setdefault(self.mesh_class or Path(path).resolve().parent.name, []).append(path)
        return dict(sorted(files.items()))

    def codes(self) -> tuple[str, ...]:
        """The class names by id: those of the labelled solids, then those of the meshes, as raster.generate numbers them."""
        labelled = CLASSES if self.mesh is None or self.solids == "labelled" else CLASSES[:1]
        return (*labelled, *(name for name in self.own_classes() if name not in labelled))


def with_meshes(random: np.random.Generator, contents: Contents, groups: list[list[Solid]]) -> list[list[Solid]]:
    """One to three meshes, a group each, before the groups of solids, which lose their labels or are left out if so told.

    Of several files each mesh is one at random: all classes are equally frequent, and all files of a class.
    """
    codes, files = contents.codes(), contents.own_classes()
    own = []
    for _ in range(random.integers(1, 4)):
        name = _one_of(random, list(files))
        mesh = load_mesh(_one_of(random, files[name]))
        own.append([_resting(random, mesh, codes.index(name))])
    if contents.solids == "none":
        return own
    if contents.solids != "labelled":
        groups = [[replace(solid, class_id=0) for solid in group] for group in groups]
    return own + groups


def _one_of(random: np.random.Generator, names: list[str]) -> str:
    """A name at random. No random number is drawn for the only one."""
    return names[random.integers(len(names))] if len(names) > 1 else names[0]


def _resting(random: np.random.Generator, mesh: Mesh, class_id: int) -> Solid:
    """The mesh at a random size on z = 0: upright in half of all scenes, else at rest on another side, or at any angle."""
    size, way = np.exp(random.uniform(np.log(0.16), np.log(0.42))), random.choice(3, p=[0.5, 0.25, 0.25])
    rest, angle = mesh.rests[random.integers(len(mesh.rests))], random.uniform(0, 2 * np.pi)
    free = np.linalg.qr(random.normal(size=(3, 3)))[0]
    turned = (np.eye(3), _down(rest), free * np.sign(np.linalg.det(free)))[way]
    rotation = rotation_about_z(angle) @ turned
    height = -size * (rotation @ mesh.hull.T)[2].min()
    return Solid("mesh", class_id, np.array([0, 0, height]), rotation, np.full(3, size), None, 0.5, 0.04, mesh=mesh)


def _down(direction: np.ndarray) -> np.ndarray:
    """A rotation (3, 3) that turns a unit direction (3,) to (0, 0, -1)."""
    side = frame(-direction[:, None])[0][:, 0].astype(float)
    side -= (side @ direction) * direction  # frame is float32
    side /= np.linalg.norm(side)
    return np.stack([side, np.cross(-direction, side), -direction])


def in_a_place(
    random: np.random.Generator, contents: Contents, sky: Sky, floors: list[Solid], camera: Camera, extent: float
) -> tuple[PictureSky, list[Solid]]:
    """A photograph in place of the sky, and what the solids stand on before it: a table, a printed table, or nothing.

    extent: radius of a circle about the origin that holds all solids.
    """
    paths = photographs(str(contents.images))
    behind, below = (load_picture(paths[random.integers(len(paths))]) for _ in range(2))
    half = extent * np.array([*random.uniform(0.9, 1.7, 2), 0])
    half[2] = THICKNESS / 2
    gain = sky.brightness() / 2 * np.exp(random.uniform(-0.7, 0.4)) / max(float(behind.pixels.mean()), 0.05)
    shift = (float(random.random()), float(random.random()))
    place = PictureSky(behind, gain, camera.rotation.T, float(np.arctan(camera.tangent)), shift)
    kind, width = random.choice(3, p=[0.5, 0.25, 0.25]), extent * random.uniform(1, 4)
    table = replace(floors[0], kind="box", half=half, centre=np.array([0, 0, -THICKNESS / 2]))
    if kind == 1:
        table = replace(table, paint=PictureFloor(below, width))
    return place, [] if kind == 2 else [table]
