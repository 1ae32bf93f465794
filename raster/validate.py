"""Check a data set: its files, hashes, images, labels, boxes, cameras, records, counts and digest."""

import sys
from pathlib import Path

from raster.command_line import Arguments
from raster.dataset.verify import verify
from raster.errors import one_line
from raster.run.json_report import FLAG, json_report
from raster.standard_streams import quiet
from raster.system.cpu import usable_cores
from raster.system.progress import Progress


def main() -> None:
    """Run the program."""
    with one_line(), json_report(FLAG in sys.argv) as report:
        options = parser().read()
        with quiet(options.quiet):
            with Progress(0, "image", delay=2, title="checking") as progress:
                found = verify(options.out, usable_cores(), progress.update)
            report |= {"out": str(options.out), **found}
            if "unlabelled" in found:
                print("NOTE: {unlabelled} of {images} images show nothing of any class".format(**found))
            print("valid: {images} images ({train} train, {valid} valid), {objects} objects, digest {digest}, "
                  "{seconds:.1f} s".format(**found))  # fmt: skip


def parser() -> Arguments:
    """What its command line holds."""
    made = Arguments(
        __doc__, "Exit code 0: all promises are kept. 2: one is broken, or OUT is no complete data set; a line says why."
    )
    made.add_argument("out", type=Path, metavar="OUT", help="the folder that raster generate wrote (its out=)")
    made.add_argument(FLAG, action="store_true", help="print one JSON object instead of the line")
    made.add_argument("--quiet", action="store_true", help="print nothing but errors; quiet=true is the same")
    return made


if __name__ == "__main__":
    main()
