"""verify_export: is an export whole, and does what it says of its images agree with their pixels?"""

import time
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

from raster.dataset.listing import Report, quiet
from raster.errors import InputError
from raster.exporters.export_folder import EXPORT, contents, read_export
from raster.exporters.exported import Exported
from raster.exporters.job import NAMES
from raster.exporters.options import FORMATS


def is_export(folder: Path) -> bool:
    """Return whether a folder holds the export.json of an export."""
    return (folder / EXPORT).is_file()


def verify_export(folder: Path, report_progress: Report = quiet) -> dict[str, Any]:
    """Read and check every file of a complete export: {"format", "source", "images", "train", ..., "objects", "seconds"}.

    Each format is read back by its published rules, and boxes, areas and numbers are held against the masks. Nothing of the
    data set that it was made of is needed. report_progress(done, total) is called with images now and then. Raises
    InputError naming the first file that is wrong, what was found and expected.

        >>> import raster
        >>> print(raster.verify_export("out/cubes-coco")["objects"])
    """
    began, facts = time.monotonic(), _whole(folder)
    images: Counter[str] = Counter()
    objects = 0
    try:
        for split, shown in import_module(f"raster.exporters.verify_{facts['format']}").check(Exported(folder, facts)):
            images[split] += 1
            objects += shown
            report_progress(images.total(), facts["source"]["images"])
    except InputError:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        lacks = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise InputError(f"{folder}: is not in the format {facts['format']}: after {images.total()} images: {lacks}") from error
    expected = {NAMES[split]: count for split, count in facts["splits"].items()}
    if images != Counter(expected):
        raise InputError(f"{folder}: holds {dict(images)} images; {EXPORT} says {expected}")
    if facts["counts"].get("objects", objects) != objects:
        raise InputError(f"{folder}: holds {objects} objects; {EXPORT} says {facts['counts']['objects']}")
    known = {"format": facts["format"], "source": facts["source"]["digest"], "images": images.total()}
    return {**known, **facts["splits"], "objects": objects, "seconds": time.monotonic() - began}


def _whole(folder: Path) -> dict[str, Any]:
    """What export.json says. InputError unless the folder holds all files of a complete export, and no others."""
    path = folder / EXPORT
    facts = read_export(path)
    if facts is None or not facts["complete"]:
        raise InputError(f"{folder}: is not a whole export; export it again")
    if facts["format"] not in FORMATS:
        raise InputError(f"{path}: format is {facts['format']!r}; expected one of {', '.join(FORMATS)}")
    there = contents(folder)
    for name in sorted(facts["folders"].keys() | there.keys()):
        said, found = facts["folders"].get(name, [0, 0]), there.get(name, [0, 0])
        if said != found:
            what = "files, {} bytes".format
            raise InputError(f"{folder / name}: holds {found[0]} {what(found[1])}; {EXPORT} says {said[0]} {what(said[1])}")
    return facts
