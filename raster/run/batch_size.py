"""batch_size: how many images are drawn at once."""

from typing import Any

from raster.dataset.flow_files import FLOWS
from raster.errors import InputError
from raster.rendering.shadow_maps import shadow_side
from raster.scene.sampler import Sampler

# What is drawn at once: about 0.5 GB, and the layers that every driver has. A larger batch is cut, which changes no image.
MAX_PIXELS, MAX_LAYERS = 2**25, 2048
MAX_OBJECTS = 2**16  # in a batch: 1 KB each while scenes are made, and 2 KB each in the records
MAX_PICTURE_BYTES, MAX_VERTICES = 2**30, 2**24  # of own meshes in a batch: pictures and mipmaps, 0.6 GB of vertices


def batch_size(plain: dict[str, Any], sampler: Sampler, color: bool, canvas: int = 1) -> int:
    """Return how many images to draw at once: as asked for, but no more than memory holds with samples, margins and effects.

    canvas: the largest Pass.canvas that is drawn. With flow whole layouts: InputError if memory does not hold one.
    """
    wanted, (height, width) = sampler.requirements, plain["size"]
    margins = (1 + 2 * wanted.margin) ** 2
    pixels = height * width * margins * plain["samples"]
    if color and wanted.effects:
        pixels += height * width * (margins * plain["samples"] + 2 * len(wanted.effects))  # halves, and a picture for each step
    pixels += height * width * margins * (canvas**2 - 1)
    pixels += wanted.shadows * shadow_side((height, width)) ** 2
    layers = MAX_LAYERS // max(1, wanted.shadows)
    crowd = max(1, MAX_OBJECTS // max(1, sum(sampler.slots.values())))
    most = min(layers, max(1, int(MAX_PIXELS / pixels)), crowd, _batch_of_models(sampler))
    asked = min(plain["batch"], plain["n"], most)
    if not FLOWS.keys() & set(plain["layers"]):
        return asked
    views = plain["views_per_layout"]
    if views > most:
        what = f"flow needs the {views} images of a layout at once, and memory holds {most} of this size"
        raise InputError(f"views_per_layout={views}: {what}; lower it, or size")
    return max(views, asked // views * views)


def _batch_of_models(sampler: Sampler) -> int:
    """Return how many images the GPU has room for if each shows other imported meshes. InputError if not even for one."""
    models = sampler.catalog.imported
    shown = sampler.slots["objects"] + sampler.slots["distractors"]
    if not models or not shown:
        return MAX_LAYERS
    pictures = max(len({part.material.picture for part in model.parts} - {-1}) for model in models)
    if min(shown, len(models)) * pictures >= MAX_LAYERS:
        what = f"{shown} objects of up to {pictures} pictures each in an image; at most {MAX_LAYERS - 1} pictures in all"
        raise InputError(f"objects.meshes: {what}; join materials, or lower randomizers.objects.count")
    texels = max(sum(picture.side**2 for picture in model.pictures) for model in models)
    vertices = max(sum(part.vertex_count for part in model.parts) for model in models)
    most = min(MAX_PICTURE_BYTES // max(4 * texels * 4 // 3, 1), MAX_VERTICES // vertices)
    return MAX_LAYERS if len(models) <= most else max(1, most // shown)
