"""raster evaluate model=RUN data=DIR: scores a model on any folder with images/, labels/ and codes.txt."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode

from raster import InputError, one_line, out_folder, run_hydra

from .config import check_views, is_whole
from .data.folder import Folder
from .data.shards import ShardFolder
from .data.sources import read_data
from .learning.require_fastai import require_torch
from .run_files import SCORES

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from .network.saved import Model
    from .scores.scoring import Evaluation

SPLITS = ("auto", "valid", "test", "train", "all")
NO_NAME = "point"  # of a point of a sweep that differs from others in nothing that its name would tell
SHOWN = 8  # images in worst.png, those with the lowest scores


def main() -> None:
    """Run the program with the options of the command line; an InputError ends it with one line and exit code 2."""
    from . import config  # noqa: F401  (registers the schema)

    with one_line():
        run_hydra(evaluate, "evaluate")


def evaluate(cfg: "DictConfig") -> dict[str, Any]:
    """Score a model on a folder: print a table, write OUT/scores.json, confusion.png and worst.png.

    Returns what --json prints: the folder, and scores.json without its matrix.

    cfg: an EvaluateConfig. InputError for a missing or wrong option, a damaged file, or other class names than the model's.
    """
    options: dict[str, Any] = dict(cfg)
    folder, indices = read_options(options)
    if not is_whole(options["band"], 0) or options["band"] > 100:
        raise InputError(f"band={options['band']}: expected a whole number of px from 0 to 100")
    require_torch()
    from .learning.device import prepare
    from .network.saved import load, seen_at
    from .scores.scoring import require_same_classes, score

    model = seen_at(load(Path(options["model"]), prepare(options)), options)
    require_same_classes(model, folder)
    print(f"{len(indices)} images of {folder.path}", flush=True)
    found = score(model, folder.pair, indices, options["band"])
    print(found.table(model.codes))
    out = folder_in_run(options, "evaluate", folder)
    facts = write_report(out, model, folder, indices, found)
    print(f"{out}: scores.json, confusion.png, worst.png")
    return {"out": str(out), **facts}


def read_options(options: dict[str, Any]) -> tuple[Folder | ShardFolder, list[int]]:
    """The folder of the option `data` and the indices of its `split`, of this program and of diagnose. InputError."""
    for key, what in (("model", "the folder that raster fit wrote"), ("data", "a folder with images/, labels/, codes.txt")):
        if options[key] is None:
            raise InputError(f"{key}: expected {key}=FOLDER, {what}")
    folder = read_data(options["data"])
    indices = split_indices(folder, options["split"])
    check_views(options)
    return folder, indices


def require_files(folder: Folder | ShardFolder, program: str) -> Folder:
    """The data set, if it is a folder of files, which a program needs. InputError for one in shards."""
    if isinstance(folder, ShardFolder):
        raise InputError(f"data={folder.path}: is in shards; raster {program} reads folders of files")
    return folder


def folder_in_run(options: dict[str, Any], program: str, folder: Folder | ShardFolder) -> Path:
    """`out`, else RUN/PROGRAM-DATA; in a sweep one for each point, also of those that differ in other options alone."""
    if options["out"]:
        return out_folder(options, "")
    data = Path(folder.path).resolve().name
    swept = HydraConfig.initialized() and HydraConfig.get().mode == RunMode.MULTIRUN
    point = HydraConfig.get().job.name if swept else NO_NAME
    return Path(options["model"]) / f"{program}-{data}{f'-{point}' * (point != NO_NAME)}"


def split_indices(folder: Folder | ShardFolder, split: str) -> list[int]:
    """Indices of the images of a split, one of SPLITS. InputError for an unknown split, or an empty one."""
    if split not in SPLITS:
        raise InputError(f"split={split}: choose one of {', '.join(SPLITS)}")
    if split == "auto":
        split = "valid" if folder.valid.any() else "all"
    train = ~(folder.valid | folder.test)
    mask = {"valid": folder.valid, "test": folder.test, "train": train, "all": np.ones(len(folder), bool)}[split]
    if not mask.any():
        told = "test.txt" if split == "test" else "valid.txt"
        raise InputError(f"split={split}: no image of {folder.path} is in it; see its {told}")
    return np.flatnonzero(mask).tolist()


def write_report(
    out: Path, model: "Model", folder: Folder | ShardFolder, indices: list[int], found: "Evaluation"
) -> dict[str, Any]:  # fmt: skip
    """Write scores.json, confusion.png and worst.png, which shows the images with the lowest mean IoU; return the scores.

    InputError if `out` cannot be made or written.
    """
    from .network.saved import write_text
    from .network.segment import segment
    from .scores.figures import confusion_picture, prediction_sheet

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"out={out}: cannot be made ({error.strerror})") from None
    facts = {"data": str(folder.path), "digest": folder.digest(), "images": len(indices), **found.summary(model.codes)}
    facts |= {"scales": list(model.scales), "flip": model.flip}
    write_text(out / SCORES, json.dumps({**facts, "confusion": found.scores.matrix.tolist()}, indent=2) + "\n")
    confusion_picture(found.scores, model.codes, out / "confusion.png")
    rows = []
    for k in np.argsort(found.per_image, kind="stable")[:SHOWN]:
        picture, mask = folder.pair(indices[k])
        caption = f"{folder.name(indices[k])}   mean IoU {found.per_image[k]:.2f}"
        rows.append((np.asarray(picture), np.asarray(mask), segment(model, [picture])[0], caption))
    prediction_sheet(rows, model.codes).save(out / "worst.png")
    return facts


if __name__ == "__main__":
    main()
