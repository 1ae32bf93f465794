"""Prove that a data set keeps its promises: python -m raster.validate OUT."""

import argparse
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from raster.dataset.verify import verify
from raster.errors import one_line
from raster.run.json_report import FLAG, json_report
from raster.standard_streams import quiet
from raster.system.cpu import usable_cores
from raster.system.progress import Progress


def main() -> None:
    """Run the program."""
    parser = argparse.ArgumentParser(
        prog="python -m raster.validate",
        description="Check a data set: its files, hashes, images, labels, boxes, cameras, records, counts and digest.",
        epilog="Exit code 0: all promises are kept. 2: one is broken, or OUT is no complete data set; a line says why.",
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder that raster.generate wrote (its out=)")
    parser.add_argument(FLAG, action="store_true", help="print one JSON object instead of the line")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")
    with one_line():
        options = parser.parse_args()
        with json_report(options.json) as report, quiet(options.quiet):
            with Progress(0, "image", delay=2, title="checking") as progress:
                found = verify(options.out, usable_cores(), progress.update)
            report |= {"out": str(options.out), **found}
            if "unlabelled" in found:
                print("NOTE: {unlabelled} of {images} images show nothing of any class".format(**found))
            print("valid: {images} images ({train} train, {valid} valid), {objects} objects, digest {digest}, "
                  "{seconds:.1f} s".format(**found))  # fmt: skip


class _Validate(ModuleType):
    """Lets `raster.validate(OUT)`, the earlier name, do what raster.verify(OUT) does: this module has the name now."""

    def __call__(self, out: str | Path) -> dict[str, Any]:
        return verify(Path(out))


if __name__ == "__main__":
    main()
else:
    sys.modules[__name__].__class__ = _Validate
