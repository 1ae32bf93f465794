"""Fixtures: a catalog of every solid, the default randomizers, a sampler, a small renderer, and what scenes hold."""

import importlib.util
import signal
from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from hydra.utils import instantiate
from omegaconf import OmegaConf

from raster.catalog import Catalog
from raster.mesh import Composite, Part
from raster.paths import CONF
from raster.randomizers.background import Background
from raster.randomizers.camera import Camera
from raster.randomizers.distractors import Distractors
from raster.randomizers.floor import Floor
from raster.randomizers.lights import Lights
from raster.randomizers.materials import Materials
from raster.randomizers.objects import Objects
from raster.randomizers.placement import Placement
from raster.randomizers.rotation import Rotation
from raster.randomizers.scale import Scale
from raster.randomizers.textures import Textures
from raster.renderer import Renderer
from raster.sampling import Sampler
from raster.scene import Scenes
from raster.solids.cube import cube
from raster.solids.torus import torus
from raster.transforms import compose, rotation_about_z

CLASSES = ("cube", "sphere", "cylinder", "cone", "capsule", "torus", "pyramid", "tetrahedron", "triangular_prism")
CLASSES += ("hexagonal_prism", "dumbbell")
RANDOMIZERS = (Objects, Distractors, Camera, Scale, Rotation, Placement, Materials, Textures, Floor, Background, Lights)

# A shell's background jobs ignore Ctrl-C, and so would the programs that the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)
# The tests of train/ need the extra of that name, which is large: pip install -e '.[dev,train]'.
collect_ignore_glob = [] if importlib.util.find_spec("fastai") else ["test_train_*.py"]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Eleven classes; two unlabelled things: "ring", a thin torus, and "cross", two bars of cubes, one turned."""
    labelled = {}
    for name in CLASSES:
        described = OmegaConf.to_container(OmegaConf.load(CONF / "solids" / f"{name}.yaml"))
        labelled[name] = instantiate(described[name], _convert_="all")
    bar = compose(scale=(1.0, 0.2, 0.3))
    turned = compose((0.1, 0.0, 0.05), rotation_about_z(1.0), (0.9, 0.25, 0.2))
    cross = Composite((Part("cube", cube(), bar), Part("cube", cube(), turned)))
    return Catalog(labelled, {"ring": torus(0.2), "cross": cross})


def defaults(**replaced: object) -> dict:
    """The randomizers in the order of conf/config.yaml; replaced by name, None leaves one out."""
    usual = {kind.__name__.lower(): kind() for kind in RANDOMIZERS} | replaced
    return {name: randomizer for name, randomizer in usual.items() if randomizer is not None}


@pytest.fixture(scope="session")
def randomizers():
    return defaults


@pytest.fixture(scope="session")
def sampler(catalog) -> Sampler:
    return Sampler(catalog, defaults(), seed=0)


@pytest.fixture(scope="session")
def renderer(catalog):
    """96 x 96 px, up to 16 scenes, with instance ids."""
    made = Renderer(catalog, (96, 96), batch=16, layers=("instance_id",))
    yield made
    made.release()


def arrays(value: object, path: str = "") -> dict[str, np.ndarray]:
    """Every array of a tree of dataclasses, by its dotted name."""
    if isinstance(value, np.ndarray):
        return {path: value}
    found = {}
    for field in fields(value) if is_dataclass(value) else ():
        found |= arrays(getattr(value, field.name), f"{path}.{field.name}".strip("."))
    return found


@pytest.fixture(scope="session")
def contents():
    """A function: Scenes -> copies of its arrays by dotted name."""

    def copies(scenes: Scenes) -> dict[str, np.ndarray]:
        return {name: array.copy() for name, array in arrays(scenes).items()}

    return copies
