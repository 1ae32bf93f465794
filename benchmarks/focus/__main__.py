"""Does drawing more of what fails help? python -m benchmarks.focus trains, diagnoses, draws a third anew, and trains again.

For each seed a network learns from a set; raster diagnose looks at it on another set. Then the last third of the training set
is drawn anew in two ways: as before, from images that it has not seen, and with MODEL/focus/focus.yaml, from the same image
numbers. A network learns from each, from the beginning, with as many image passes. All are scored on one more set.
Finished networks and scores stay in the work folder, so the same command continues. Prints the table as Markdown, writes a JSON
file.
"""

import argparse
from pathlib import Path

from benchmarks.focus.point import ARMS, Settings, measure
from benchmarks.focus.report import report
from raster.errors import one_line


def main() -> None:
    """Run the program with the options of the command line; an InputError ends it with one line and exit code 2."""
    settings, seeds, out = parse()
    with one_line():
        from train.learning.require_fastai import require_fastai

        require_fastai()
        points = [measure(settings, seed, arm) for seed in range(seeds) for arm in ARMS]
        report(settings, points, out)


def parse() -> tuple[Settings, int, Path | None]:
    """The settings, the number of seeds, and the JSON file, as the command line has them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.focus", description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--seeds", type=int, default=3, help="(default %(default)s)")
    add("--n", type=int, default=1200, help="images of a training set; a multiple of 30 (default %(default)s)")
    add("--seen", type=int, default=36_000, help="image passes of each training (default %(default)s)")
    add("--diagnosed", type=int, default=600, help="images that a network is diagnosed on (default %(default)s)")
    add("--scored", type=int, default=600, help="images that all networks are scored on (default %(default)s)")
    add("--size", type=int, default=128, help="px of all images (default %(default)s)")
    add("--draw", nargs="*", default=[], metavar="OVERRIDE", help="overrides of raster.generate for all sets")
    add("--fit", nargs="*", default=["threads=1", "scales=[1,2]", "flip=false"], metavar="OVERRIDE", help="those of train.fit")
    add("--work", type=Path, default=Path("out/focus"), help="the folder for all of it (default %(default)s)")
    add("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    given = parser.parse_args()
    if given.n % 30 or min(given.n, given.seen, given.seeds, given.diagnosed, given.scored) < 1:
        parser.error("--n has to be a multiple of 30, and all numbers above 0")
    names = ("n", "seen", "diagnosed", "scored", "size", "work")
    chosen = {name: getattr(given, name) for name in names}
    return Settings(**chosen, draw=tuple(given.draw), fit=tuple(given.fit)), given.seeds, given.out


if __name__ == "__main__":
    main()
