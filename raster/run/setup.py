"""Setup: everything that a run is made of, built from its configuration: solids, randomizers, passes, annotations, writers."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from raster.assets.catalog import Catalog
from raster.assets.class_map import IGNORE_ID
from raster.assets.meshes.cached_mesh import LoadedMeshes
from raster.dataset.flow_files import FLOWS, with_masks
from raster.errors import InputError, system_refusals
from raster.frames import Frames
from raster.passes import Pass
from raster.rendering.renderer import Renderer
from raster.run.batch_size import BatchLimits, batch_limits
from raster.run.build_catalog import build_catalog
from raster.run.build_group import build_group, build_randomizers
from raster.run.give_way import give_way
from raster.run.label_filter import LabelFilter, label_filter
from raster.run.layers_on_disk import files_of_layers
from raster.run.object_extents import ObjectExtents
from raster.run.own_folder import own_folder, use_folder, with_shaders
from raster.run.require_camera import require_one_camera
from raster.run.require_parts import how_to_add, layers_of_writer, require_layers
from raster.run.sharded_writer import is_sharded, require_sharded
from raster.run.shrunk_meshes import shrunk_note
from raster.run.splits import Splits
from raster.scene.requirements import Requirements
from raster.scene.sampler import Sampler
from raster.system.platform import require_linux

Annotation = Callable[[Frames], None]  # adds to the records; its `needs` names the layers that it reads


@dataclass(frozen=True)
class Setup:
    """What a process needs to draw and write images. It can be pickled."""

    sampler: Sampler
    passes: tuple[Pass, ...]
    annotations: dict[str, Annotation]
    writers: dict[str, Callable[..., Any]]  # call with out=, threads= to open one
    size: tuple[int, int]  # (H, W) px
    batch: int  # images at once in software; raster.run.device_batch says how many on a GPU
    limits: BatchLimits
    samples: int
    splits: Splits
    prefetch: bool  # the next scenes are to be made while some are drawn
    device: int | None
    meshes: LoadedMeshes = field(default_factory=LoadedMeshes)
    layers: tuple[str, ...] = ()  # optional ones that are wanted as such
    label_filter: LabelFilter | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names by id."""
        return self.sampler.catalog.classes

    @property
    def ignore(self) -> int | None:
        """The value of labels/ that is to be left out of training and scores; None if there is none."""
        ignores = self.label_filter is not None and self.label_filter.value == IGNORE_ID
        return IGNORE_ID if ignores or (self.sampler.catalog.class_id >= len(self.classes)).any() else None

    @property
    def read_layers(self) -> set[str]:
        """Names of the layers that `layers`, an annotation, the label filter or a writer names, or that flow is made of."""
        readers = [*self.annotations.values(), *filter(None, [self.label_filter])]
        needs = {*self.layers, *(layer for made in readers for layer in getattr(made, "needs", ()))}
        if self.flows:
            needs |= {"depth", "instance_id", *(["normal_camera"] if "distortion" in self.sampler.requirements.effects else [])}
        return needs | {layer for make in self.writers.values() for layer in layers_of_writer(make) or ()}

    @property
    def flows(self) -> tuple[str, ...]:
        """The layers of FLOWS that are wanted; they are computed from those that are drawn."""
        return tuple(name for name in FLOWS if name in self.layers)

    @property
    def drawn_layers(self) -> tuple[str, ...]:
        """Names of the layers that are drawn: of optional ones those that are read."""
        needs = self.read_layers
        return tuple(name for p in self.passes for name in p.layers if name not in p.optional or name in needs)

    def annotate(self, frames: Frames) -> None:
        """Call all annotations with a batch, then the label filter."""
        for annotation in self.annotations.values():
            annotation(frames)
        if self.label_filter is not None:
            self.label_filter(frames)

    def renderer(self, *layers: str) -> Renderer:
        """Make a renderer for these scenes in this process. It draws these layers too, if a pass has them."""
        needs = [*layers, *self.drawn_layers]
        return Renderer(
            self.sampler.catalog, self.size, self.batch, self.passes, self.samples, needs, self.device,
            library=self.sampler.library, requirements=self.sampler.requirements,
        )  # fmt: skip


BuildCatalog = Callable[[dict[str, Any], Requirements], tuple[Catalog, LoadedMeshes]]


@system_refusals()
def build_setup(plain: dict[str, Any], config_dir: str | Path | None = None, catalog_of: BuildCatalog = build_catalog) -> Setup:
    """Build a checked configuration (raster.run.config). InputError names the key of what cannot be built.

    `config_dir`: the user's own folder with modules and shaders; None: the --config-dir of the running program, if any.
    `catalog_of`: what builds the catalog; one that keeps some takes most of the time away.
    """
    require_linux()
    folder = own_folder() if config_dir is None else use_folder(config_dir)
    passes = _passes(plain, folder)
    annotations = build_group(plain, "annotations")
    require_layers(passes, annotations, plain["layers"], plain["views_per_layout"])
    height, width = plain["size"]
    randomizers = build_randomizers(plain)
    require_one_camera(randomizers, plain["views_per_layout"])
    catalog, loaded = catalog_of(plain, Requirements.of(randomizers.values()))
    sampler = Sampler(catalog, randomizers, plain["seed"], (height, width), plain["views_per_layout"], plain["hold_appearance"])
    wanted = {*plain["layers"], *(layer for each in annotations.values() for layer in getattr(each, "needs", ()))}
    canvas = max((drawing.canvas for drawing in passes.values() if drawing.is_drawn(wanted)), default=1)
    limits = batch_limits(plain, sampler, any("color" in drawing.layers for drawing in passes.values()), canvas)
    sampler(0, 1)  # randomizers name what they cannot do, before anything is written
    notes = shrunk_note(sampler, plain["first"], plain["n"], plain["objects"]["units"] == "m")
    return Setup(
        sampler=sampler,
        passes=tuple(passes.values()),
        annotations=_prepared(annotations, catalog),
        writers=build_group(plain, "writers", _partial_=True),
        size=(height, width),
        batch=limits.in_software(),
        limits=limits,
        samples=plain["samples"],
        splits=Splits(plain["valid"], plain["test"], plain["first"], plain["views_per_layout"]),
        prefetch=sampler.requirements.prefetch,
        device=plain["gl"]["device"],
        layers=tuple(plain["layers"]),
        label_filter=label_filter(plain["label_filter"]),
        meshes=replace(loaded, notes=(*loaded.notes, *notes)),
    )


def _prepared(annotations: dict[str, Annotation], catalog: Catalog) -> dict[str, Annotation]:
    """The annotations, those with a method prepared() as that returns them when it is told how far objects reach."""
    extents = ObjectExtents(catalog)
    return {name: getattr(each, "prepared", lambda _, each=each: each)(extents) for name, each in annotations.items()}


def _passes(plain: dict[str, Any], folder: Path | None) -> dict[str, Pass]:
    """Build the passes, with absolute paths of shaders from the user's folder."""
    passes = {}
    for name, drawing in build_group(plain, "passes").items():
        try:
            passes[name] = with_shaders(drawing, folder)
        except InputError as error:
            raise InputError(f"passes.{name}.{error}") from None
    return give_way(passes)


def require_writers(setup: Setup) -> None:
    """InputError unless there is a writer, passes draw what each one needs, and layers can be written as their options say."""
    if not setup.writers:
        raise InputError("writers: none is chosen, so nothing would come on disk; say writers=[camvid]")
    if is_sharded(setup.writers):
        require_sharded(setup.writers, setup.annotations)
    drawn = {*with_masks(setup.flows), *(layer for drawing in setup.passes for layer in drawing.layers)}
    for name, make in setup.writers.items():
        for layer in layers_of_writer(make) or ():
            if layer not in drawn:
                raise InputError(f"writers.{name}: needs layer {layer}, which no pass draws; {how_to_add(layer)}")
    files_of_layers(setup.writers.values())


def module_of(made: object) -> str:
    """The module of a component's class or function, or of that in a functools.partial."""
    inner = getattr(made, "func", made)
    return str(getattr(inner, "__module__", ""))
