"""Check data sets: their files, hashes, images, labels, boxes, cameras, records, counts and digest. And exports of them."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from raster.command_line import Arguments
from raster.dataset.record import SPLITS
from raster.dataset.verify import verify
from raster.errors import InputError, InputErrors, one_line
from raster.exporters.verify_export import is_export, verify_export
from raster.run.json_report import FLAG, json_report
from raster.standard_streams import quiet
from raster.system.cpu import usable_cores
from raster.system.progress import Progress


def main() -> None:
    """Run the program."""
    with one_line(), json_report(FLAG in sys.argv) as report:
        options = parser().read()
        with quiet(options.quiet):
            if len(options.out) == 1:
                report |= check(options.out[0])
            else:
                report["sets"] = []
                check_all(options.out, report["sets"])


def check(out: Path, begin: str = "") -> dict[str, Any]:
    """Check a data set or an export, print what was found, each line behind `begin`, and return it. InputError if wrong."""
    with Progress(0, "image", delay=2, title="checking") as progress:
        export = is_export(out)
        found = verify_export(out, progress.update) if export else verify(out, usable_cores(), progress.update)
    if "unlabelled" in found:
        print("{}NOTE: {unlabelled} of {images} images show nothing of any class".format(begin, **found))
    splits = ", ".join(f"{found[name]} {name}" for name in SPLITS if name in found)
    of = "{format} of the set with the digest {source}" if export else "digest {digest}"
    told = "{}valid: {images} images ({}), {objects} objects, " + of + ", {seconds:.1f} s"
    print(told.format(begin, splits, **found), flush=True)
    return {"out": str(out), **found}


def check_all(sets: Sequence[Path], found: list[dict[str, Any]]) -> None:
    """Check several data sets, all of them, and append what was found of each. InputErrors for what is wrong with some."""
    wrong = []
    for out in sets:
        try:
            found.append(check(out, f"{out}: "))
        except InputError as error:
            wrong.append(" ".join(str(error).split()))
            found.append({"out": str(out), "error": wrong[-1]})
    if wrong:
        raise InputErrors(wrong, f"{len(wrong)} of {len(sets)} data sets are not valid")


def parser() -> Arguments:
    """What its command line holds."""
    made = Arguments(
        __doc__, "Exit code 0: all promises are kept. 2: one is broken, or an OUT is no complete data set; a line says why."
    )
    written = "a folder that raster generate (its out=) or raster export (its to=) wrote"
    made.add_argument("out", type=Path, nargs="+", metavar="OUT", help=written)
    made.add_argument(FLAG, action="store_true", help="print one JSON object instead of the line")
    made.add_argument("--quiet", action="store_true", help="print nothing but errors; quiet=true is the same")
    return made


if __name__ == "__main__":
    main()
