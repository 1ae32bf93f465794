"""Which randomization matters: python -m benchmarks.ablation learns with each switched off and scores all on one held-out set.

A sweep of Hydra's over switches (conf/switch/), sizes of the training set and seeds. Each point draws a set, trains the small
network on as many images in all as any other point, and scores it on pictures that no point draws. What is done already is not
done again, so the same command continues; overrides narrow it: switch=full,no_shadows size_n=250 seed=0,1. A table and a plot
of all points of the work folder come at the end, and from python -m benchmarks.ablation.report at any time.
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
    """What one point does otherwise than the others; conf/switch/ holds one a file."""

    name: str = MISSING
    overrides: list[str] = field(default_factory=list)  # of raster.generate
    needs_module: str | None = None  # a package without which the switch is skipped
    needs_key: str | None = None  # an option of raster.generate without which it is skipped


@dataclass
class Ablation:
    """The options; what does not vary is the same for all points."""

    switch: Switch = field(default_factory=Switch)
    size_n: int = 1000  # images to learn from
    seed: int = 0  # of the training set and of learning
    base: list[str] = field(default_factory=list)  # overrides of raster.generate
    heldout: list[str] = field(default_factory=list)
    photographs: list[str] = field(default_factory=list)
    px: int = 64  # of all pictures
    seen: int = 24000  # images seen in learning, counted each time
    batch: int = 16
    lr: float = 0.005
    augment: float = 0.0  # of train.fit; it would make up for a sensor or lights that are switched off
    arch: str = "small"
    scored: int = 500  # pictures to score on
    work: str = "out/ablation"  # the folder for all of it
    keep: bool = False  # the training sets of finished points
    out: str | None = None  # the JSON file, beside which the plot is put; null: benchmarks/results/, named by the machine


ConfigStore.instance().store(name="ablation_schema", node=Ablation)
MINIMUM = {"size_n": 1, "px": 32, "seen": 1, "batch": 1, "scored": 1}


def main() -> None:
    """The program."""
    with one_line():
        failed: InputError | None = None
        try:
            run_hydra(point, "ablation")
        except InputError as error:  # of one point; the others had their turn
            failed = error
        for cfg in ablation_report.remembered:  # none after an interruption or --cfg
            if not failed or ablation_report.read(Path(cfg["work"])):
                ablation_report.report(cfg["work"], cfg["out"])
        if failed:
            raise failed


def point(cfg: DictConfig) -> None:
    """One point of the sweep, or nothing where it is done. InputError for bad input."""
    from benchmarks.ablation.point import measure

    options: dict[str, Any] = OmegaConf.to_container(cfg, resolve=True)  # type: ignore[assignment]
    for key, least in MINIMUM.items():
        if options[key] < least:
            raise InputError(f"{key}={options[key]}: expected a whole number from {least}")
    measure(options)


if __name__ == "__main__":
    main()
