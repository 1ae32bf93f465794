"""How useful each preset is: python -m benchmarks.presets trains a network on each, and scores all on images of other kinds.

Of each preset a training set is drawn and the small network trained with the same options. It is scored on sets of all presets,
on a preset unlike them (conf/preset/heldout.yaml), on photographs behind the objects, and on images of another renderer
(benchmarks.path_tracer). Sets, networks and scores stay in the work folder, and nothing there is made twice: the same command
continues an interrupted run, and `--only NAME` does a part of it.
"""

import argparse
import importlib.util
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.domains import DOMAINS, PATH_TRACED, change_images, run_program
from benchmarks.presets.scores import Scored, scored
from raster.errors import InputError, one_line
from train.learning.require_fastai import require_fastai
from train.run_files import FACTS

TRAINED, HELD_OUT = ("fast", "default", "realistic"), "heldout"
PHOTOGRAPHS = "photographs behind"
SEED = 8_000_000  # of the sets that are scored on: no training set is likely to have it
QUICK = {"n": 40, "score": 6, "size": 64, "px": 32, "epochs": "1", "then_epochs": "1", "path_traced_n": 2}


@dataclass(frozen=True)
class ScoreSet:
    """Images to score on: a name for the table, the name of their folder, and the overrides of raster.generate."""

    name: str
    folder: str
    overrides: tuple[str, ...]


SCORE_SETS = tuple(ScoreSet(preset, f"score-{preset}", (f"preset={preset}",)) for preset in (*TRAINED, HELD_OUT))
COLUMNS = (*(one.name for one in SCORE_SETS), PHOTOGRAPHS, PATH_TRACED)


def main() -> None:
    """Run the program with the options of the command line; an InputError ends it with one line and exit code 2."""
    with one_line():
        run(parse())


def parse() -> argparse.Namespace:
    """The options of the command line; --quick replaces several of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.presets", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("out/presets"), help="folder for all of it (default %(default)s)")
    parser.add_argument("--only", nargs="+", choices=TRAINED, default=TRAINED, help="presets to train on (default: all)")
    parser.add_argument("--n", type=int, default=4000, help="images of each training set (default %(default)s)")
    parser.add_argument("--score", type=int, default=300, help="images of each set that is scored on (default %(default)s)")
    parser.add_argument("--size", type=int, default=256, help="px of all pictures (default %(default)s)")
    parser.add_argument("--px", type=int, default=64, help="px at which a network is trained at first (default %(default)s)")
    parser.add_argument("--epochs", default="auto", help="of train.fit: passes at --px (default %(default)s: 40,000 images)")
    parser.add_argument("--then-epochs", default="auto", help="and at twice --px (default %(default)s: 80,000 images)")
    parser.add_argument("--seed", type=int, default=0, help="of the training sets and of training (default %(default)s)")
    parser.add_argument("--path-traced", type=Path, help="a folder of benchmarks.path_tracer (default: draw 100, for minutes)")
    parser.add_argument("--quick", action="store_true", help="everything tiny, in about a minute, to see whether it runs")
    parser.add_argument("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    parser.set_defaults(path_traced_n=100)
    options = parser.parse_args()
    if options.quick:
        vars(options).update(QUICK)
    return options


def run(options: argparse.Namespace) -> None:
    """Draw, train and score what the work folder does not hold yet; print the table, write the JSON file. InputError."""
    for name in ("n", "score", "size", "px"):
        if getattr(options, name) < 1:
            raise InputError(f"--{name} {getattr(options, name)}: expected a whole number from 1")
    require_fastai()
    if importlib.util.find_spec("sklearn") is None:
        raise InputError("the photographs are scikit-learn's, which is not installed: pip install -e '.[dev]'")
    if options.path_traced is not None and not (options.path_traced / "codes.txt").exists():
        raise InputError(
            f"--path-traced {options.path_traced}: no codes.txt in it; expected a folder of benchmarks.path_tracer"
        )
    try:
        options.work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--work {options.work}: {error.strerror}; choose a folder that can be written") from None
    known = machine.facts(options.work.resolve())
    for preset in options.only:
        train(options, preset)
    sets = score_sets(options)
    rows = [
        {"trained_on": preset, **scored(network(options, preset), sets, options.work)}
        for preset in TRAINED
        if preset in options.only or (network(options, preset) / FACTS).exists()
    ]
    show(rows)
    settings = {name: getattr(options, name) for name in ("n", "score", "size", "px", "epochs", "then_epochs", "seed", "quick")}
    out = options.out or machine.RESULTS / f"presets-{machine.slug('small', known)}.json"
    machine.save(out, {"benchmark": "presets", "machine": known, "settings": settings, "trained": rows})


def network(options: argparse.Namespace, preset: str) -> Path:
    """The folder of the network that is trained on a preset."""
    return options.work / f"model-{preset}"


def train(options: argparse.Namespace, preset: str) -> None:
    """Draw the training set of a preset and train on it; both programs continue an interrupted run. InputError."""
    data = options.work / f"train-{preset}"
    overrides = (f"preset={preset}", f"n={options.n}", f"seed={options.seed}", f"size={options.size}", "valid=0.05")
    print(f"training set: {preset}", flush=True)
    run_program("raster.generate", *overrides, f"out={data}")
    fit(
        f"size={options.px}", f"epochs={options.epochs}", f"then_epochs={options.then_epochs}", f"seed={options.seed}",
        f"data={data}", f"out={network(options, preset)}",
    )  # fmt: skip


def fit(*words: str) -> None:
    """Run train.fit, which shows how it learns. InputError."""
    done = subprocess.run([sys.executable, "-m", "train.fit", *words], stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise InputError(f"python -m train.fit {' '.join(words)}: {done.stderr.strip()[-500:]}")


def score_sets(options: argparse.Namespace) -> dict[str, Path]:
    """The folders to score on by the names of COLUMNS; those that are not there yet are drawn."""
    print("sets to score on", flush=True)
    behind = next(domain for domain in DOMAINS if domain.change == "photograph")
    drawn = (*SCORE_SETS, ScoreSet(PHOTOGRAPHS, "score-plain", behind.overrides))
    for number, one in enumerate(drawn):
        overrides = (f"n={options.score}", f"seed={SEED + number}", f"size={options.size}", f"out={options.work / one.folder}")
        run_program("raster.generate", *overrides, *one.overrides)
    photographs = options.work / "score-photographs"  # made anew at each run: it takes seconds, the result is the same
    shutil.rmtree(photographs, ignore_errors=True)
    shutil.copytree(options.work / "score-plain", photographs)
    change_images(photographs, behind.change)
    path_traced = options.path_traced or options.work / "score-path-traced"
    if options.path_traced is None and not (path_traced / "codes.txt").exists():
        run_program("benchmarks.path_tracer", f"n={options.path_traced_n}", f"size={options.size}", f"out={path_traced}")
    presets = {one.name: options.work / one.folder for one in SCORE_SETS}
    return {**presets, PHOTOGRAPHS: photographs, PATH_TRACED: path_traced}


def show(rows: list[dict[str, Any]]) -> None:
    """Print the table as Markdown: mean IoU, and its mean over all columns except the preset's own."""
    print("\n| trained on | " + " | ".join(COLUMNS) + " | the others |\n|" + " --- |" * (len(COLUMNS) + 2))
    for row in rows:
        found: dict[str, Scored] = row["scored_on"]
        cells = [f"{found[name]['miou']:.3f}" for name in COLUMNS]
        others = [found[name]["miou"] for name in COLUMNS if name != row["trained_on"]]
        print(f"| {row['trained_on']} | {' | '.join(cells)} | {sum(others) / len(others):.3f} |")
    print("mean IoU; the others: the mean of the columns but the preset's own\n")


if __name__ == "__main__":
    main()
