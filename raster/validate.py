"""Check data sets: their files, hashes, images, labels, boxes, cameras, records, counts and digest. And exports of them."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from raster.command_line import Arguments
from raster.dataset.record import SPLITS
from raster.errors import InputError, InputErrors, one_line
from raster.exporters.verify_export import is_export, verify_export
from raster.run.json_report import FLAG, json_report
from raster.shards.verify import verify
from raster.standard_streams import quiet
from raster.system.cpu import usable_cores
from raster.system.progress import Progress
from raster.system.stores import is_url, place_of


def main() -> None:
    """Run the program."""
    with one_line(), json_report(FLAG in sys.argv) as report:
        options = parser().read()
        with quiet(options.quiet):
            if len(options.out) == 1:
                report |= check(options.out[0], shards=options.shards)
            elif options.shards is not None:
                raise InputError("--shards: goes with one data set")
            else:
                report["sets"] = []
                check_all(options.out, report["sets"])


def check(out: str, begin: str = "", shards: Sequence[int] | None = None) -> dict[str, Any]:
    """Check a data set or an export, print what was found, each line behind `begin`, and return it. InputError if wrong.

    shards: the numbers of those that are read, of a set in shards; None: all.
    """
    with Progress(0, "image", delay=2, title="checking") as progress:
        export = not is_url(out) and is_export(Path(out))
        if export and shards is not None:
            raise InputError(f"{out}: is an export, and no data set in shards; leave out --shards")
        update, cores = progress.update, usable_cores()
        found = verify_export(Path(out), update) if export else verify(out, cores, update, shards)
    if "unlabelled" in found:
        print("{}NOTE: {unlabelled} of {images} images show nothing of any class".format(begin, **found))
    splits = ", ".join(f"{found[name]} {name}" for name in SPLITS if name in found)
    of = "{format} of the set with the digest {source}" if export else "digest {digest}"
    parts = " in {shards} shards".format(**found) if found.get("shards", 1) > 1 else ""
    told = "{}valid: {images} images" + parts + " ({}), {objects} objects, " + of + ", {seconds:.1f} s"
    print(told.format(begin, splits, **found), flush=True)
    return {"out": out, **found}


def check_all(sets: Sequence[str], found: list[dict[str, Any]]) -> None:
    """Check several data sets, all of them, and append what was found of each. InputErrors for what is wrong with some."""
    wrong = []
    for out in sets:
        try:
            found.append(check(out, f"{out}: "))
        except InputError as error:
            wrong.append(" ".join(str(error).split()))
            found.append({"out": out, "error": wrong[-1]})
    if wrong:
        raise InputErrors(wrong, f"{len(wrong)} of {len(sets)} data sets are not valid")


def _numbers(text: str) -> range:
    """The numbers that a text like 3 or 0-9 names. An error of argparse for any other."""
    first, _, last = text.partition("-")
    if not first.isdecimal() or not (last or first).isdecimal() or int(last or first) < int(first):
        raise argparse.ArgumentTypeError(f"{text}: expected a number, or the first and the last, such as 0-9")
    return range(int(first), int(last or first) + 1)


def parser() -> Arguments:
    """What its command line holds."""
    made = Arguments(
        __doc__, "Exit code 0: all promises are kept. 2: one is broken, or an OUT is no complete data set; a line says why."
    )
    written = "a folder that raster generate (its out=) or raster export (its to=) wrote; or a URL of a set in shards"
    made.add_argument("out", type=place_of, nargs="+", metavar="OUT", help=written)
    alone = "read these alone, of a set in shards; or one number"
    made.add_argument("--shards", type=_numbers, metavar="FIRST-LAST", help=alone)
    made.add_argument(FLAG, action="store_true", help="print one JSON object instead of the line")
    made.add_argument("--quiet", action="store_true", help="print nothing but errors; quiet=true is the same")
    return made


if __name__ == "__main__":
    main()
