"""Fixtures: a catalog of every solid, plain and all randomizers, samplers and small renderers for both, what scenes hold."""

import importlib.util
import signal
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache

import numpy as np
import pytest
from hydra.utils import instantiate
from omegaconf import OmegaConf
from stored_models import store

from raster.assets.catalog import Catalog
from raster.assets.meshes.imported_mesh import Look
from raster.geometry.mesh import Composite, Part
from raster.passes import CLASS_ID, Pass
from raster.randomizers.background import Background
from raster.randomizers.camera import Camera
from raster.randomizers.distractors import Distractors
from raster.randomizers.environment import Environment
from raster.randomizers.floor import Floor
from raster.randomizers.lens import Lens
from raster.randomizers.lights import Lights
from raster.randomizers.looks import Looks
from raster.randomizers.materials import Materials
from raster.randomizers.morphs import Morphs
from raster.randomizers.objects import Objects
from raster.randomizers.placement import Placement
from raster.randomizers.rotation import Rotation
from raster.randomizers.scale import Scale
from raster.randomizers.sensor import Sensor
from raster.randomizers.textures import Textures
from raster.randomizers.walls import Walls
from raster.rendering.renderer import Renderer
from raster.run.config import compose as configuration
from raster.scene.sampler import Sampler
from raster.scene.scenes import Scenes
from raster.solids.cube import cube
from raster.solids.torus import torus
from raster.system.paths import CONF
from raster.transforms import compose, rotation_about_z

CLASSES = ("cube", "sphere", "cylinder", "cone", "capsule", "torus", "pyramid", "tetrahedron", "triangular_prism")
CLASSES += ("hexagonal_prism", "dumbbell")
RANDOMIZERS = (Objects, Distractors, Camera, Scale, Rotation, Placement, Materials, Textures, Floor, Walls, Background, Lights)
RANDOMIZERS += (Environment, Lens, Sensor, Looks, Morphs)
PBR = Pass("pbr.frag", {"color": "srgb8"}, antialias=True, background="background.frag")
# What makes preset=realistic do everything in every image where it can be, from a library that loads in a moment.
EVERYTHING = {
    "lights": {"count": (2, 4), "shadows": (1, 2), "spot": 0.5},
    "textures": {"most": 4}, "floor": {"most": 4}, "background": {"most": 4},
    "walls": {"most": 4, "share": 0.7},
    "environment": {"skies": 1, "studios": 1, "share": 0.8},
    "lens": {"distorted": 1.0, "defocused": 0.7, "moving": 0.7, "aberrated": 0.7},
    "sensor": {"jpeg": 0.7},
}  # fmt: skip

# A shell's background jobs ignore Ctrl-C, and so would the programs that the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)
# The tests of train/ need the extra of that name, which is large: pip install -e '.[dev,train]'.
collect_ignore_glob = [] if importlib.util.find_spec("fastai") else ["test_train_*.py"]


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory) -> Iterator[None]:
    """What is kept between runs is kept in a folder of this session, by programs that tests start too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASTER_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


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


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """All of solids()."""
    return Catalog(*solids())


@pytest.fixture(scope="session")
def fine_catalog() -> Catalog:
    """The same, with meshes that can bend."""
    return Catalog(*solids(), fine=True)


@pytest.fixture(scope="session")
def catalog_of_models(catalog, tmp_path_factory) -> Catalog:
    """Two classes of solids, and two of models: one with a picture, one of two parts; one more that is unlabelled."""
    folder, shift = tmp_path_factory.mktemp("models"), compose((0.1, 0.2, 0.2), scale=0.5)
    models = (
        store(folder / "painted", cube(), "box", Look((0.9, 0.8, 0.7), 0.0, 0.3, 0)),
        store(folder / "pair", torus(), "pair", Look((0.2, 0.3, 0.9), 1.0, 0.5, -1), object_from_parts=(np.eye(4), shift)),
        store(folder / "other", cube(), None, Look((0.5, 0.8, 0.1), 0.5, 0.5, -1)),
    )
    return Catalog({"cube": cube(), "torus": torus()}, {}, models)


@cache
def preset(name: str) -> dict:
    """The randomizers of conf/preset/NAME.yaml, in their order."""
    described = configuration([f"preset={name}"])["randomizers"]
    return {key: instantiate(said, _convert_="all") for key, said in described.items() if said is not None}


def plain(**replaced: object) -> dict:
    """Those of preset=fast: no library, no shadows, no steps; replaced by name, None leaves one out."""
    return {name: each for name, each in {**preset("fast"), **replaced}.items() if each is not None}


def everything(**replaced: object) -> dict:
    """Everything on, as often as can be; replaced by name, None leaves one out."""
    on = {name: replace(each, **EVERYTHING.get(name, {})) for name, each in preset("realistic").items()}
    return {name: each for name, each in {**on, **replaced}.items() if each is not None}


def renderer_of(sampler: Sampler, batch: int = 16, **options: object) -> Renderer:
    """A renderer for what a sampler draws, with instance ids."""
    options = {"layers": ("instance_id",), "library": sampler.library, "needs": sampler.needs, **options}
    return Renderer(sampler.catalog, sampler.size, batch, **options)


@pytest.fixture(scope="session", name="randomizers")
def _randomizers():
    """A function: plain()."""
    return plain


@pytest.fixture(scope="session", name="everything")
def _everything():
    """A function: everything()."""
    return everything


@pytest.fixture(scope="session")
def sampler(catalog) -> Sampler:
    return Sampler(catalog, plain(), seed=0)


@pytest.fixture(scope="session")
def renderer(catalog) -> Iterator[Renderer]:
    """96 x 96 px, up to 16 scenes, with instance ids."""
    made = Renderer(catalog, (96, 96), batch=16, layers=("instance_id",))
    yield made
    made.release()


@pytest.fixture(scope="session")
def full_sampler(catalog) -> Sampler:
    """Everything on, for 96 x 96 px."""
    return Sampler(catalog, everything(), seed=0, size=(96, 96))


@pytest.fixture(scope="session")
def full_renderer(full_sampler) -> Iterator[Renderer]:
    """Of what full_sampler draws: 96 x 96 px, up to 16 scenes, four samples, PBR."""
    made = renderer_of(full_sampler, passes=(CLASS_ID, PBR), samples=4)
    yield made
    made.release()


def arrays(value: object, path: str = "") -> dict[str, np.ndarray]:
    """Every array of a tree of dataclasses, by its dotted name, but for the library, which all scenes of a run share."""
    if isinstance(value, np.ndarray):
        return {path: value}
    found = {}
    for field in fields(value) if is_dataclass(value) else ():
        if field.name != "library":
            found |= arrays(getattr(value, field.name), f"{path}.{field.name}".strip("."))
    return found


@pytest.fixture(scope="session")
def contents():
    """A function: Scenes -> copies of its arrays by dotted name."""

    def copies(scenes: Scenes) -> dict[str, np.ndarray]:
        return {name: array.copy() for name, array in arrays(scenes).items()}

    return copies
