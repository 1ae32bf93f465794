"""BatchLimits: how many images may be drawn at once. batch_limits: of a configuration."""

from dataclasses import dataclass
from typing import Any

from raster.dataset.flow_files import FLOWS
from raster.errors import InputError
from raster.rendering.shadow_maps import shadow_side
from raster.scene.sampler import Sampler

USUAL = 32  # images that are drawn at once in software, where more fit no cache
MAX_PIXELS = 2**25  # that are drawn at once in software: about 0.5 GB. A larger batch is cut, which changes no image
PIXEL_BYTES = 16  # of a pixel: colour, depth, labels
MAX_LAYERS = 2048  # that every driver has
MAX_OBJECTS = 2**16  # in a batch: 1 KB each while scenes are made, and 2 KB each in the records
MAX_PICTURE_BYTES, MAX_VERTICES = 2**30, 2**24  # of own meshes in a batch: pictures and mipmaps, 0.6 GB of vertices


@dataclass(frozen=True)
class BatchLimits:
    """How many images may be drawn at once."""

    asked: int | None  # None: as the device likes it
    images: int  # of the set
    most: int  # by layers, objects and meshes
    pixels: float  # of one image, with samples, margins and effects
    views: int  # images that stay together

    def fitting(self, memory: int) -> int:
        """How many fit into `memory` bytes."""
        return min(self.most, max(1, int(memory / (PIXEL_BYTES * self.pixels))))

    def size(self, memory: int, usual: int) -> int:
        """How many to draw at once: as many as were asked for, or else `usual`, but no more than fit into `memory` bytes."""
        size = min(self.asked or usual, self.images, self.fitting(memory))
        return max(self.views, size // self.views * self.views)

    def in_software(self) -> int:
        """How many to draw at once in software."""
        return self.size(PIXEL_BYTES * MAX_PIXELS, USUAL)


def batch_limits(plain: dict[str, Any], sampler: Sampler, color: bool, canvas: int = 1) -> BatchLimits:
    """The limits of a checked configuration.

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
    views = plain["views_per_layout"] if FLOWS.keys() & set(plain["layers"]) else 1
    limits = BatchLimits(plain["batch"], plain["n"], min(layers, crowd, _batch_of_models(sampler)), pixels, views)
    if views > (most := limits.fitting(PIXEL_BYTES * MAX_PIXELS)):
        what = f"flow needs the {views} images of a layout at once, and memory holds {most} of this size"
        raise InputError(f"views_per_layout={views}: {what}; lower it, or size")
    return limits


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
