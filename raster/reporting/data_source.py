"""DataSource: a data set, or a folder of photographs, that a report is about. open_set, open_other: what is in a folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from raster.assets.file_patterns import find_files
from raster.assets.images.load import ENDINGS
from raster.dataset import manifest
from raster.dataset.files import CODES, SCENES
from raster.errors import InputError
from raster.label_colors import palette
from raster.system.regular_files import read_regular


@dataclass(frozen=True)
class DataSource:
    """What a report reads."""

    out: Path
    name: str  # for a reader
    classes: tuple[str, ...] = ()  # by class id; empty of photographs
    colors: np.ndarray = field(default_factory=lambda: np.zeros((0, 3), np.uint8))  # (classes, 3) sRGB
    held: Mapping[str, Any] = field(default_factory=dict)  # the manifest; empty without one, as of joined parts
    photographs: Sequence[Path] = ()  # if it is no data set: those that are opened

    @property
    def scenes(self) -> Path:
        """The file of its records."""
        return self.out / SCENES

    @property
    def is_set(self) -> bool:
        """Whether it is a data set."""
        return bool(self.classes)

    @property
    def views(self) -> int:
        """How many images of one layout there are: they are alike."""
        return int(self.held.get("configuration", {}).get("views_per_layout", 1))


def open_set(out: Path) -> DataSource:
    """Return the data set in a folder, InputError for what is no complete one."""
    if not out.is_dir():
        raise InputError(f"{out}: {'is no folder' if out.exists() else 'there is no such folder'}; give one of raster generate")
    held = manifest.read(out)
    if held is not None and not held["complete"]:
        raise InputError(f"{out}: the data set is incomplete; the command that began it finishes it, then ask again")
    if held is not None and "shards" in held:
        form = held["shards"]["format"]
        raise InputError(f"{out}: is in shards ({form}), which the report does not read; draw a part of it as files: "
                         f"the same command with a smaller n, another out, and without writers=[{form}]")  # fmt: skip
    if not (out / SCENES).is_file():
        raise InputError(f"{out}: is not a data set: it has no {SCENES}; give a folder that raster generate wrote (its out=)")
    classes = _classes(out / CODES)
    if held is not None and held["classes"] != list(classes):
        raise InputError(
            f"{out / CODES}: holds {', '.join(classes)}, but the classes in manifest.json are {', '.join(held['classes'])}"
        )
    told = np.array((held or {}).get("colors", ()), np.int64)
    usable = told.shape == (len(classes), 3) and told.min() >= 0 and told.max() <= 255
    return DataSource(out, _name(out), classes, told.astype(np.uint8) if usable else palette(len(classes)), held or {})


def open_other(folder: str, most: int) -> DataSource:
    """Return what compare= names: a data set, or at most `most` photographs. InputError where there is neither."""
    out = Path(folder).expanduser()
    if (out / SCENES).is_file() or (out / manifest.MANIFEST).is_file():
        return open_set(out)
    if not out.is_dir():
        raise InputError(f"compare={folder}: {'is no folder' if out.exists() else 'there is no such folder'}; "
                         "give a data set or a folder of photographs")  # fmt: skip
    inside = out / "images" if (out / "images").is_dir() and (out / "labels").is_dir() else out  # labels are no photographs
    return DataSource(out, _name(out), photographs=find_files("compare", str(inside), ENDINGS, most))


def _classes(path: Path) -> tuple[str, ...]:
    """Return the class names of codes.txt."""
    try:
        names = read_regular(path).decode().splitlines()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}; it holds the class names, one a line") from error
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not text; expected the class names, one a line") from None
    if len(names) < 1 or len(set(names)) < len(names) or "" in names:
        raise InputError(f"{path}: holds {names}; expected the class names, every one once, a line each")
    return tuple(names)


def _name(out: Path) -> str:
    return out.resolve().name or str(out)
