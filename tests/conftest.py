"""Fixtures: catalogs, randomizers (of preset=fast, and all), samplers and small renderers, what scenes hold, a browser."""

import importlib.util
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import chromium, open_pages
from catalogs import PBR, arrays, everything, fast, renderer_of, solids
from fastai_tests import needs_fastai
from own_components import own_folder
from stored_models import store

from raster.assets.catalog import Catalog
from raster.assets.meshes.imported_mesh import PbrMaterial
from raster.passes import CLASS_ID
from raster.rendering.renderer import Renderer
from raster.scene.sampler import Sampler
from raster.scene.scenes import Scenes
from raster.solids.cube import cube
from raster.solids.torus import torus
from raster.transforms import compose

# A shell's background jobs ignore Ctrl-C, and so would the programs that the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)
# The tests of train/ need the extra of that name, which is large: pip install -e '.[dev,train]'.
collect_ignore_glob = [] if importlib.util.find_spec("fastai") else ["train/*"]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave what loads fastai out of `-m "not slow"`: it takes seconds. test_source_files.py checks that it is marked slow."""
    left_out = config.option.markexpr == "not slow" and collection_path.suffix == ".py" and needs_fastai(collection_path)
    return left_out or None  # None: the others decide


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory) -> Iterator[None]:
    """What is kept between runs is kept in a folder of this session, by all its processes and the programs that they start."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RASTER_CACHE", str(shared / "raster-cache"))
        yield


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
        store(folder / "painted", cube(), "box", PbrMaterial((0.9, 0.8, 0.7), 0.0, 0.3, 0)),
        store(
            folder / "pair", torus(), "pair", PbrMaterial((0.2, 0.3, 0.9), 1.0, 0.5, -1), object_from_parts=(np.eye(4), shift)
        ),
        store(folder / "other", cube(), None, PbrMaterial((0.5, 0.8, 0.1), 0.5, 0.5, -1)),
    )
    return Catalog({"cube": cube(), "torus": torus()}, {}, models)


@pytest.fixture(scope="session", name="randomizers")
def _randomizers():
    """A function: fast()."""
    return fast


@pytest.fixture(scope="session", name="everything")
def _everything():
    """A function: everything()."""
    return everything


@pytest.fixture(scope="session")
def sampler(catalog) -> Sampler:
    return Sampler(catalog, fast(), seed=0)


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


@pytest.fixture(scope="session")
def contents():
    """A function: Scenes -> copies of its arrays by dotted name."""

    def copies(scenes: Scenes) -> dict[str, np.ndarray]:
        return {name: array.copy() for name, array in arrays(scenes).items()}

    return copies


@pytest.fixture(scope="session")
def mine(tmp_path_factory) -> Path:
    """A user's folder with the same components."""
    return own_folder(tmp_path_factory.mktemp("user") / "mine")


@pytest.fixture
def modules_forgotten():
    """Python's import path and modules as they were, after a test that uses the user's folder in this process."""
    before = list(sys.path)
    yield
    sys.path[:] = before
    sys.modules.pop("my_module", None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium. The tests that need it are skipped without one."""
    with chromium() as started:
        yield started


@pytest.fixture
def open_page(browser):
    """A function: (address or path, width=1400, ...) -> Watched. None may have errors, or ask another host."""
    with open_pages(browser) as opening:
        yield opening
