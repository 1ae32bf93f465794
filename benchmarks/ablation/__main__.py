"""Which randomization matters: python -m benchmarks.ablation trains without each, and scores all networks on one held-out set.

A Hydra sweep over switches (conf/switch/), training set sizes and seeds; a point is one combination of them. Each point draws a
training set, trains the small network on it for the same total number of images, and scores it on images that no point trains
on. Finished points are not made again, so the same command continues; overrides choose a part of the sweep, such as
switch=full,no_shadows size_n=250 seed=0,1. At the end a table and a plot of all points in the work folder are made; python -m
benchmarks.ablation.report makes them at any time.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hydra.core.config_store import ConfigStore
from omegaconf import MISSING, DictConfig, OmegaConf

from benchmarks.ablation import report as ablation_report
from raster.errors import InputError, one_line
from raster.run.config import run_hydra


@dataclass
class Switch:
    """How a point differs from the full configuration; conf/switch/ has one file for each."""

    name: str = MISSING
    overrides: list[str] = field(default_factory=list)  # of raster.generate
    needs_module: str | None = None  # a package without which the switch is skipped
    needs_key: str | None = None  # an option of raster.generate without which it is skipped


@dataclass
class Ablation:
    """The options of benchmarks.ablation; those that are not swept are the same for all points."""

    switch: Switch = field(default_factory=Switch)
    size_n: int = 1000  # training images
    seed: int = 0  # of the training set and of training
    base: list[str] = field(default_factory=list)  # overrides of raster.generate
    heldout: list[str] = field(default_factory=list)  # further overrides for the held-out set that is scored on
    photographs: list[str] = field(default_factory=list)  # the same for images with photographs behind; []: none
    px: int = 64  # of all images
    seen: int = 24000  # images seen in training, each counted as often as it is seen
    batch: int = 16
    lr: float = 0.005
    augment: float = 0.0  # of train.fit; above 0 it would hide the effect of a sensor or lights that are switched off
    arch: str = "small"
    scored: int = 500  # images to score on
    work: str = "out/ablation"  # the folder for all of it
    keep: bool = False  # keep the training sets of finished points
    out: str | None = None  # the JSON file, beside which the plot is put; null: benchmarks/results/, named by the machine


ConfigStore.instance().store(name="ablation_schema", node=Ablation)
MINIMUM = {"size_n": 1, "px": 32, "seen": 1, "batch": 1, "scored": 1}


def main() -> None:
    """Run the program with the options of the command line; an InputError ends it with one line and exit code 2."""
    with one_line():
        failed: InputError | None = None
        try:
            run_hydra(point, "ablation")
        except InputError as error:  # of one point; the others have run
            failed = error
        for cfg in ablation_report.remembered:  # none after an interruption or --cfg
            if not failed or ablation_report.read(Path(cfg["work"])):
                ablation_report.report(cfg["work"], cfg["out"])
        if failed:
            raise failed


def point(cfg: DictConfig) -> None:
    """Make one point of the sweep, unless it is finished. InputError for wrong options."""
    from benchmarks.ablation.point import measure

    options: dict[str, Any] = OmegaConf.to_container(cfg, resolve=True)  # type: ignore[assignment]
    for key, least in MINIMUM.items():
        if options[key] < least:
            raise InputError(f"{key}={options[key]}: expected a whole number from {least}")
    measure(options)


if __name__ == "__main__":
    main()
