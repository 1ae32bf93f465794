"""solids, fast, everything, renderer_of, arrays: every solid, usual sets of randomizers, and what scenes hold."""

from dataclasses import fields, is_dataclass, replace
from functools import cache

import numpy as np
from hydra.utils import instantiate
from omegaconf import OmegaConf

from raster.geometry.mesh import Composite, Part
from raster.passes import Pass
from raster.randomizers.background import Background
from raster.randomizers.camera import Camera
from raster.randomizers.distractors import Distractors
from raster.randomizers.environment import Environment
from raster.randomizers.floor import Floor
from raster.randomizers.framing import Framing
from raster.randomizers.lens import Lens
from raster.randomizers.lights import Lights
from raster.randomizers.looks import Looks
from raster.randomizers.markings import Markings
from raster.randomizers.materials import Materials
from raster.randomizers.morphs import Morphs
from raster.randomizers.objects import Objects
from raster.randomizers.placement import Placement
from raster.randomizers.rotation import Rotation
from raster.randomizers.scale import Scale
from raster.randomizers.sensor import Sensor
from raster.randomizers.shapes import Shapes
from raster.randomizers.surroundings import Surroundings
from raster.randomizers.textures import Textures
from raster.randomizers.walls import Walls
from raster.rendering.renderer import Renderer
from raster.run.config import load_config as configuration
from raster.scene.sampler import Sampler
from raster.solids.cube import cube
from raster.solids.torus import torus
from raster.system.paths import CONF
from raster.transforms import compose, rotation_about_z

CLASSES = ("cube", "sphere", "cylinder", "cone", "capsule", "torus", "pyramid", "tetrahedron", "triangular_prism")
CLASSES += ("hexagonal_prism", "dumbbell")
RANDOMIZERS = (Objects, Distractors, Camera, Scale, Rotation, Placement, Materials, Textures, Floor, Walls, Background, Lights)
RANDOMIZERS += (Environment, Lens, Sensor, Looks, Morphs, Surroundings, Framing, Shapes, Markings)
PBR = Pass("pbr.frag", {"color": "srgb8"}, antialias=True, background="background.frag")
GEOMETRY_LAYERS = {"depth": "r32f", "distance": "r32f", "normal": "rgb16f", "normal_camera": "rgb16f"}
GEOMETRY = Pass("geometry.frag", GEOMETRY_LAYERS, optional=tuple(GEOMETRY_LAYERS))
COVERAGE = Pass("coverage.frag", {"coverage": "r32ui"}, optional=("coverage",), combine="or")
# What makes preset=realistic do everything in every image where it can be, from a library that loads in a moment.
EVERYTHING = {
    "lights": {
        "count": (2, 4), "shadows": (1, 2), "spot": 0.5,
        "occlusion": (0.3, 1), "contact": (0, 1), "occlusion_radius": (0.1, 0.5), "bounce": (0.2, 1), "highlights": (0, 1),
    },
    "textures": {"most": 4}, "floor": {"most": 4, "polished": 0.6}, "background": {"most": 4},
    "walls": {"most": 4, "share": 0.7},
    "environment": {"skies": 1, "studios": 1, "share": 0.8},
    "lens": {"distorted": 1.0, "defocused": 0.7, "moving": 0.7, "aberrated": 0.7},
    "sensor": {"jpeg": 0.7},
}  # fmt: skip


@cache
def solids() -> tuple[dict, dict]:
    """Eleven classes; two unlabelled things: "ring", a thin torus, and "cross", two bars of cubes, one turned."""
    labelled = {}
    for name in CLASSES:
        described = OmegaConf.to_container(OmegaConf.load(CONF / "solids" / f"{name}.yaml"))
        labelled[name] = instantiate(described[name], _convert_="all")
    bar = compose(scale=(1.0, 0.2, 0.3))
    turned = compose((0.1, 0.0, 0.05), rotation_about_z(1.0), (0.9, 0.25, 0.2))
    cross = Composite((Part("cube", cube(), bar), Part("cube", cube(), turned)))
    return labelled, {"ring": torus(0.2), "cross": cross}


@cache
def preset(name: str) -> dict:
    """The randomizers of conf/preset/NAME.yaml, in their order."""
    described = configuration([f"preset={name}"])["randomizers"]
    return {key: instantiate(said, _convert_="all") for key, said in described.items() if said is not None}


def fast(**replaced: object) -> dict:
    """Those of preset=fast: no library, no shadows, no steps; replaced by name, None leaves one out."""
    return {name: each for name, each in {**preset("fast"), **replaced}.items() if each is not None}


def everything(**replaced: object) -> dict:
    """Everything on, as often as can be; replaced by name, None leaves one out."""
    on = {name: replace(each, **EVERYTHING.get(name, {})) for name, each in preset("realistic").items()}
    return {name: each for name, each in {**on, **replaced}.items() if each is not None}


def renderer_of(sampler: Sampler, batch: int = 16, **options: object) -> Renderer:
    """A renderer for what a sampler draws, with instance ids."""
    options = {"layers": ("instance_id",), "library": sampler.library, "requirements": sampler.requirements, **options}
    return Renderer(sampler.catalog, sampler.size, batch, **options)


def arrays(value: object, path: str = "") -> dict[str, np.ndarray]:
    """Every array of a tree of dataclasses, by its dotted name, but for the library, which all scenes of a run share."""
    if isinstance(value, np.ndarray):
        return {path: value}
    found = {}
    for field in fields(value) if is_dataclass(value) else ():
        if field.name != "library":
            found |= arrays(getattr(value, field.name), f"{path}.{field.name}".strip("."))
    return found
