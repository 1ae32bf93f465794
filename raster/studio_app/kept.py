"""KeptCatalogs, KeptRenderers: what takes longest to make, kept from one configuration to the next of a page."""

import json
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from raster.assets.catalog import Catalog
from raster.assets.meshes.cached_mesh import LoadedMeshes
from raster.assets.meshes.discover import find_meshes
from raster.assets.meshes.options import MeshOptions
from raster.errors import InputError
from raster.rendering.exchange import exchange
from raster.rendering.renderer import Renderer
from raster.run.build_catalog import build_catalog
from raster.run.setup import Setup
from raster.scene.requirements import Requirements
from raster.scene.sampler import mesh_picture_px

CATALOGS, RENDERERS = 6, 8  # of each, at most
SHOWN = ("solids", "distractors", "objects", "labels", "label_filter", "detail")  # options that say what a catalog holds


class KeptCatalogs:
    """build_catalog() for one page. It gives the same object for the same options and files."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[Catalog, LoadedMeshes]] = OrderedDict()

    def __call__(self, plain: dict[str, Any], needed: Requirements) -> tuple[Catalog, LoadedMeshes]:
        """As build_catalog()."""
        key = (
            json.dumps({name: plain[name] for name in SHOWN}, default=str), mesh_picture_px(tuple(plain["size"])),
            needed.subdivided_meshes, needed.shapes, tuple(needed.solids), _files(plain["objects"]),
        )  # fmt: skip
        return _kept(self._kept, key, lambda: build_catalog(plain, needed), CATALOGS)[0]


def _files(options: dict[str, Any]) -> tuple[tuple[str, int, int], ...]:
    """The user's mesh files, with their sizes and times: they may be changed while the page is open."""
    if options["meshes"] is None:
        return ()
    try:
        paths = [file.path for file in find_meshes(MeshOptions(**options))]
    except InputError:  # which building the catalog tells with its option
        return ()
    return tuple((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in paths)


class KeptRenderers:
    """Renderers by what their shaders and targets depend on. Catalogs and libraries are exchanged, which takes a moment."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Renderer] = OrderedDict()
        self.made = 0  # renderers so far: what a new one draws first takes longer, since its shaders are compiled

    def renderer(self, setup: Setup, *layers: str) -> Renderer:
        """As setup.renderer()."""
        needed, catalog = setup.sampler.requirements, setup.sampler.catalog
        wanted = tuple(sorted({*layers, *setup.drawn_layers}))
        bits = needed.slots.get("objects", 0) if {"coverage", "coverage_canvas"} & set(wanted) else 0
        key = (
            setup.size, setup.batch, repr(setup.passes), setup.samples, wanted, setup.device, catalog.fine, bits,
            needed.shadows, needed.occlusion, needed.highlights, needed.effects, needed.margin,
        )  # fmt: skip
        self.made += key not in self._kept
        renderer, dropped = _kept(self._kept, key, lambda: setup.renderer(*layers), RENDERERS)
        for each in dropped:
            each.release()
        exchange(renderer, catalog, setup.sampler.library)
        return renderer

    def device(self) -> str:
        """The name of the device of the renderer that was used last, as OpenGL gives it; "" without one."""
        return next((renderer.info.name for renderer in reversed(self._kept.values())), "")

    def release(self) -> None:
        """Free all of them."""
        for renderer in self._kept.values():
            renderer.release()
        self._kept.clear()


def _kept(kept: OrderedDict, key: Hashable, make: Any, most: int) -> tuple[Any, list[Any]]:
    """What is kept under a key, made if it is not there, and those that are dropped for it: the ones not used for longest."""
    if key not in kept:
        kept[key] = make()
    kept.move_to_end(key)
    return kept[key], [kept.popitem(last=False)[1] for _ in range(len(kept) - most)]
