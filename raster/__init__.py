"""Labelled training images from a headless OpenGL rasterizer: render() for a configuration, Renderer for scenes by hand."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from raster.assets.catalog import Catalog
    from raster.dataset.journal import write_file
    from raster.dataset.verify import verify
    from raster.errors import InputError, one_line
    from raster.frames import Frames
    from raster.geometry.mesh import Composite, Mesh, Part
    from raster.passes import Pass
    from raster.rendering.renderer import Renderer
    from raster.run.config import Config, check_config, load_config, out_folder, run_hydra
    from raster.run.contact_sheet import overlay, palette
    from raster.run.image_source import ImageSource, render
    from raster.run.image_source import ImageSource as Drawer
    from raster.run.sweeps import own_cores
    from raster.scene.scenes import Scenes
    from raster.system.atomic_files import write_atomic
    from raster.system.cpu import usable_cores

# Where each public name is. Loaded when first asked for, so that `python -m raster.doctor` runs where parts are missing.
_HOMES = {
    "Catalog": "assets.catalog", "Composite": "geometry.mesh", "Config": "run.config", "Frames": "frames",
    "ImageSource": "run.image_source", "InputError": "errors", "Mesh": "geometry.mesh", "Part": "geometry.mesh",
    "Pass": "passes", "Renderer": "rendering.renderer", "Scenes": "scene.scenes", "check_config": "run.config",
    "load_config": "run.config", "one_line": "errors", "out_folder": "run.config", "overlay": "run.contact_sheet",
    "own_cores": "run.sweeps", "palette": "run.contact_sheet", "render": "run.image_source", "run_hydra": "run.config",
    "usable_cores": "system.cpu", "verify": "dataset.verify", "write_atomic": "system.atomic_files",
    "write_file": "dataset.journal",
}  # fmt: skip
_OTHER_NAMES = {"Drawer": "ImageSource"}  # of before
__all__ = [
    "Catalog", "Composite", "Config", "Drawer", "Frames", "ImageSource", "InputError", "Mesh", "Part", "Pass", "Renderer",
    "Scenes", "check_config", "load_config", "one_line", "out_folder", "overlay", "own_cores", "palette", "render", "run_hydra",
    "usable_cores", "verify", "write_atomic", "write_file",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    known = _OTHER_NAMES.get(name, name)
    if known not in _HOMES:
        raise AttributeError(f"raster has no {name}; it has {', '.join(__all__)}")
    return getattr(import_module(f"raster.{_HOMES[known]}"), known)
