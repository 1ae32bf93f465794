"""What carries over to photographs: python -m benchmarks.carry [photos=FOLDER] trains on sets drawn in several ways.

Each network is scored on its own validation split, on pictures of benchmarks.path_tracer, and on a folder of photographs with
images/, labels/ and codes.txt; without photos= that column is left out. conf/carry.yaml names the training sets: those with
`full: true` are trained with the whole recipe and `seeds` seeds, all of them with `seen` images seen and `change_seeds` seeds.
Finished networks and scores stay in the work folder, so the same command continues, and photos= can be given later. Prints the
table as Markdown, writes a JSON file. only=[base] makes a part; predictions=FILE.jpg writes five predictions on path-traced
pictures, and worst=photographs (or "path traced", "own split") lists the worst pictures, with the last finished network.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hydra.core.config_store import ConfigStore
from omegaconf import DictConfig, OmegaConf

from raster.errors import InputError, one_line
from raster.run.config import run_hydra


@dataclass
class Row:
    """A training set: how it is drawn and trained on."""

    full: bool = False  # trained with the whole recipe too
    draw: list[str] = field(default_factory=list)  # overrides of raster.generate
    fit: list[str] = field(default_factory=list)  # overrides of train.fit


@dataclass
class Carry:
    """The options of benchmarks.carry."""

    rows: dict[str, Row] = field(default_factory=dict)
    only: list[str] | None = None  # names of rows to make; null: all
    kinds: list[str] = field(default_factory=lambda: ["full", "equal"])  # full: the whole recipe; equal: equal passes
    n: int = 3000  # images of each training set, a fifth of them for validation
    seeds: int = 3  # with the whole recipe
    change_seeds: int = 2  # with equal passes
    seen: int = 20000  # as of benchmarks.ablation: images seen in training, each counted as often as it is seen
    draw: list[str] = field(default_factory=list)  # overrides of raster.generate for all rows
    fit: list[str] = field(default_factory=list)  # overrides of train.fit for all rows, such as threads=1
    photos: str | None = None  # folder of labelled photographs
    path_traced: str | None = None  # folder of benchmarks.path_tracer; null: drawn into the work folder
    path_traced_n: int = 100
    path_traced_size: int = 256
    work: str = "out/carry"  # the folder for all of it
    keep: bool = False  # keep the training sets of finished networks
    out: str | None = None  # the JSON file; null: benchmarks/results/, named by the machine
    predictions: str | None = None  # a JPEG of five predictions on path-traced pictures
    worst: str | None = None  # the name of a set whose worst pictures are listed


ConfigStore.instance().store(name="carry_schema", node=Carry)
MINIMUM = {"n": 10, "seeds": 1, "change_seeds": 1, "seen": 1, "path_traced_n": 1, "path_traced_size": 16}


def main() -> None:
    """Run the program with the options of the command line; an InputError ends it with one line and exit code 2."""
    with one_line():
        run_hydra(run, "carry")


def run(cfg: DictConfig) -> None:
    """Make all points that are not finished, print the table, write the files. InputError for wrong options."""
    from benchmarks.carry.pictures import list_worst, write_predictions
    from benchmarks.carry.point import measure, score_sets
    from benchmarks.carry.report import report
    from train.learning.require_fastai import require_fastai

    options: dict[str, Any] = OmegaConf.to_container(cfg, resolve=True)  # type: ignore[assignment]
    check(options)
    require_fastai()
    Path(options["work"]).mkdir(parents=True, exist_ok=True)
    sets = score_sets(options)
    points = [measure(options, kind, name, seed, sets) for kind, name, seed in plan(options)]
    report(options, points)
    if options["predictions"]:
        write_predictions(points[-1]["model"], sets, Path(options["predictions"]))
    if options["worst"]:
        list_worst(points[-1], sets, options["worst"])


def check(options: dict[str, Any]) -> None:
    """InputError for the first wrong option."""
    for key, least in MINIMUM.items():
        if options[key] < least:
            raise InputError(f"{key}={options[key]}: expected a whole number from {least}")
    for key, known in (("only", options["rows"]), ("kinds", ("full", "equal"))):
        for name in options[key] or ():
            if name not in known:
                raise InputError(f"{key}={name}: choose of {', '.join(known)}")
    if not plan(options):
        raise InputError("only= and kinds= leave nothing to train")


def plan(options: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Kind, row and seed of all points; a seed of all rows comes before the next."""
    found = []
    for kind, seeds in (("full", options["seeds"]), ("equal", options["change_seeds"])):
        rows = [name for name in options["rows"] if options["only"] is None or name in options["only"]]
        rows = [name for name in rows if kind == "equal" or options["rows"][name]["full"]]
        found += [(kind, name, seed) for seed in range(seeds) for name in rows if kind in options["kinds"]]
    return found


if __name__ == "__main__":
    main()
