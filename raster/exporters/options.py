"""ExportOptions: what raster export can be told. FORMATS: which options each format has, and which layer it needs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from raster.errors import InputError


@dataclass(frozen=True)
class ExportOptions:
    """The options of raster export, beside the data set. None: what the format has by default."""

    # --- What is written
    format: str | None = None  # the format [; coco, panoptic, yolo, voc, bop, webdataset, huggingface]
    to: str | None = None  # the folder that it makes [; a folder]
    task: str | None = None  # yolo: what is learnt; null: detect [; detect, segment, obb, pose, semantic, depth, or null]
    images: str | None = None  # hard links, or copies; voc: JPEG of quality 95 by default [; link, copy, jpeg, or null]
    shard: int | None = None  # webdataset, huggingface: images to a file; null: up to 1000 [; 1 to 1,000,000, or null]
    # --- Which objects count
    min_visible_px: int = 0  # of an object; what shows fewer is left out, and told [px; 0 to 100,000,000]
    min_visibility: float = 0.0  # of an object: visible share of what is inside the image; likewise [; 0 to 1]


@dataclass(frozen=True)
class Format:
    """What a format has beside format= and to=."""

    options: tuple[str, ...]
    layers: tuple[str, ...] = ()  # of the set, which it needs
    resumes: bool = False  # whether an interrupted export goes on where it was; the others start afresh


INSTANCES = "instance_id"  # the layer of the manifest whose files are numbers of objects
_LEFT_OUT = ("min_visible_px", "min_visibility")
FORMATS = {
    "coco": Format(("images", *_LEFT_OUT), (INSTANCES,)),
    "panoptic": Format(("images", *_LEFT_OUT), (INSTANCES,)),
    "yolo": Format(("task", "images", *_LEFT_OUT), (INSTANCES,)),
    "voc": Format(("images", *_LEFT_OUT), (INSTANCES,)),
    "bop": Format(("images",), (INSTANCES, "depth", "coverage")),
    "webdataset": Format(("shard",), resumes=True),
    "huggingface": Format(("shard", *_LEFT_OUT), resumes=True),
}
_LAYERS_OF_TASKS = {"detect": (), "pose": (), "semantic": (), "depth": ("depth",)}  # of yolo, where not those of the format
IMAGES_OF_TASKS = {"semantic": "the labels", "depth": "those of the layer depth"}  # tasks whose labels are pictures
_DEFAULTS: dict[str, Any] = {"task": "detect", "images": "link"}


def checked(options: ExportOptions) -> tuple[ExportOptions, dict[str, Any]]:
    """Return the options with the format's defaults, and those that the format has, by name.

    InputError for what is missing, and for an option that the format has not.
    """
    if options.format is None:
        raise InputError(f"format: give one, as format=coco; there are {', '.join(FORMATS)}")
    if options.format not in FORMATS:
        raise InputError(f"format={options.format}: there is no such format; choose from {', '.join(FORMATS)}")
    if not options.to:
        raise InputError(f"to: give the folder to make, as to=demo-{options.format}")
    has = FORMATS[options.format].options
    given: Mapping[str, Any] = asdict(options)
    for name, value in given.items():
        if name not in ("format", "to", *has) and value != getattr(ExportOptions, name):
            raise InputError(f"{name}={value}: format={options.format} has no such option; it has {', '.join(has)}")
    if options.images == "jpeg" and options.format != "voc":
        raise InputError(f"images=jpeg: is for format=voc alone; format={options.format} takes link or copy")
    if options.task in IMAGES_OF_TASKS and (options.min_visible_px or options.min_visibility):
        raise InputError(
            f"task={options.task}: its files are {IMAGES_OF_TASKS[options.task]} as they are, "
            "so min_visible_px and min_visibility do not count"
        )
    defaults = {**_DEFAULTS, "images": "jpeg" if options.format == "voc" else "link"}
    values: dict[str, Any] = {name: defaults.get(name) if given[name] is None else given[name] for name in has}
    return ExportOptions(options.format, options.to, **values), values


def needed_layers(options: ExportOptions) -> tuple[str, ...]:
    """Return the layers that the format, with its task, needs."""
    return _LAYERS_OF_TASKS.get(str(options.task), FORMATS[str(options.format)].layers)
