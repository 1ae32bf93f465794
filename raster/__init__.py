"""Labelled training images from a headless OpenGL rasterizer: render() for a configuration, Renderer for scenes by hand."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from raster.assets.catalog import Catalog
    from raster.dataset.verify import validate
    from raster.errors import InputError
    from raster.frames import Frames
    from raster.geometry.mesh import Composite, Mesh, Part
    from raster.passes import Pass
    from raster.rendering.renderer import Renderer
    from raster.run.image_source import Drawer, render
    from raster.scene.scenes import Scenes

# Loaded when first asked for, so that `python -m raster.doctor` can speak of what is not installed.
_HOMES = {
    "Catalog": "assets.catalog", "Composite": "geometry.mesh", "Drawer": "run.image_source", "Frames": "frames",
    "InputError": "errors", "Mesh": "geometry.mesh", "Part": "geometry.mesh", "Pass": "passes",
    "Renderer": "rendering.renderer", "Scenes": "scene.scenes", "render": "run.image_source", "validate": "validate",
}  # fmt: skip
__all__ = [
    "Catalog", "Composite", "Drawer", "Frames", "InputError", "Mesh", "Part", "Pass", "Renderer", "Scenes", "render",
    "validate",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"raster has no {name}; it has {', '.join(__all__)}")
    return getattr(import_module(f"raster.{_HOMES[name]}"), name)
