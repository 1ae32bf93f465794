"""Labelled training images from a headless OpenGL rasterizer.

    >>> import raster
    >>> for frames in raster.render(n=64, seed=3, overrides=["size=128", "solids=[cube,torus]"]):
    ...     color = frames.layers["color"]  # (B, 128, 128, 3) uint8, sRGB
    ...     labels = frames.layers["class_id"]  # (B, 128, 128) uint8; 0 = background

Images of a configuration (the options of `python -m raster.generate`)
    render           yields images as Frames
    ImageSource      any image of a configuration at any time
    open             any image of a data set again, with other options too
    Frames           one batch of images: layers and records
    load_config      the configuration for overrides, as a dict
    check_config     checks a configuration that Hydra composed
    Config           its options and their defaults

Scenes by hand
    Mesh, Part, Composite    a solid, and several meshes as one object
    Catalog          what scenes can show
    Scenes           B scenes as arrays
    Pass             a fragment shader and the layers that it writes
    Renderer         draws Scenes, gives Frames

Data sets on disk
    verify           checks every file of a data set
    open_shards      reads a data set in shards, image by image
    verify_export    checks every file of an export
    SampledValues    what was drawn at random for its images, by option
    write_file       writes one file of a writer of your own
    write_atomic     writes a file whole or not at all
    open_regular     opens a file to read, and no pipe or device
    is_url           says whether a place is named as a URL
    overlay, palette    images with coloured labels
    html_page        a page of your own in the look of the report

Programs of your own
    run_hydra        runs a function under Hydra, with overrides and sweeps
    out_folder       where a run puts its files
    Arguments        the command line of a program without Hydra
    one_line         prints errors as one line
    InputError       an error that a person can put right
    Progress         how far a long piece of work is, on a terminal or in a log
    usable_cores, own_cores    CPU cores of this process, of this point of a sweep
    require_fastai   lets fastai be imported where torch and torchvision are of different builds

Programs: raster generate, raster preview, raster validate and so on; `raster` lists them. Each knows --help.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

if TYPE_CHECKING:
    from raster.assets.catalog import Catalog
    from raster.command_line import Arguments
    from raster.dataset.journal import write_file
    from raster.errors import InputError, one_line
    from raster.exporters.verify_export import verify_export
    from raster.frames import Frames
    from raster.geometry.mesh import Composite, Mesh, Part
    from raster.label_colors import overlay, palette
    from raster.passes import Pass
    from raster.rendering.renderer import Renderer
    from raster.reporting.frame import html_page
    from raster.run import opened_set
    from raster.run.config import Config, check_config, load_config, out_folder, run_hydra
    from raster.run.image_source import ImageSource, render
    from raster.run.image_source import ImageSource as Drawer
    from raster.run.sampled_values import SampledValues
    from raster.run.sweeps import own_cores
    from raster.scene.scenes import Scenes
    from raster.shards.shard_reader import open_shards
    from raster.shards.verify import verify
    from raster.system.atomic_files import write_atomic
    from raster.system.cpu import usable_cores
    from raster.system.progress import Progress
    from raster.system.regular_files import open_regular
    from raster.system.stores import is_url
    from raster.system.train_package import require_fastai

    open = opened_set.open_set

# Where each public name is. Loaded when first asked for, so that `python -m raster.doctor` runs where parts are missing.
_HOMES = {
    "Arguments": "command_line", "Catalog": "assets.catalog", "Composite": "geometry.mesh", "Config": "run.config",
    "Frames": "frames", "ImageSource": "run.image_source", "InputError": "errors", "Mesh": "geometry.mesh",
    "Part": "geometry.mesh", "Pass": "passes", "Progress": "system.progress", "Renderer": "rendering.renderer",
    "Scenes": "scene.scenes", "check_config": "run.config", "html_page": "reporting.frame",
    "load_config": "run.config", "one_line": "errors", "open": "run.opened_set",
    "open_regular": "system.regular_files", "is_url": "system.stores", "out_folder": "run.config", "overlay": "label_colors",
    "own_cores": "run.sweeps", "palette": "label_colors", "render": "run.image_source",
    "require_fastai": "system.train_package", "run_hydra": "run.config", "SampledValues": "run.sampled_values",
    "usable_cores": "system.cpu", "open_shards": "shards.shard_reader", "verify": "shards.verify",
    "verify_export": "exporters.verify_export", "write_atomic": "system.atomic_files", "write_file": "dataset.journal",
}  # fmt: skip
_OTHER_NAMES = {"Drawer": "ImageSource"}  # an older name
_INSIDE = {"open": "open_set"}  # what a name is called in its module, where open is Python's own
__all__ = [  # and open, which `from raster import *` must not put in the place of Python's own
    "Arguments", "Catalog", "Composite", "Config", "Drawer", "Frames", "ImageSource", "InputError", "Mesh", "Part", "Pass",
    "Progress", "Renderer", "SampledValues", "Scenes", "check_config", "html_page", "is_url", "load_config", "one_line",
    "open_regular", "open_shards", "out_folder", "overlay", "own_cores", "palette", "render", "require_fastai",
    "run_hydra", "usable_cores",
    "verify", "verify_export", "write_atomic", "write_file",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    known = _OTHER_NAMES.get(name, name)
    if known not in _HOMES:
        raise AttributeError(f"raster has no {name}; it has {', '.join([*__all__, 'open'])}")
    return getattr(import_module(f"raster.{_HOMES[known]}"), _INSIDE.get(known, known))


def __dir__() -> list[str]:
    return sorted({*__all__, "open", "__all__", "__doc__", "__file__", "__name__", "__path__"})
