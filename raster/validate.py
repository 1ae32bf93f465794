"""Prove that a data set keeps its promises: python -m raster.validate OUT."""

import argparse
from pathlib import Path

from raster.dataset.verify import verify
from raster.errors import one_line


def main() -> None:
    """Run the program."""
    parser = argparse.ArgumentParser(
        prog="python -m raster.validate",
        description="Check a data set: its files, hashes, images, labels, boxes, cameras, records, counts and digest.",
        epilog="Exit code 0: all promises are kept. 2: one is broken, or OUT is no complete data set; a line says why.",
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder that raster.generate wrote (its out=)")
    with one_line():
        found = verify(parser.parse_args().out)
        print("valid: {images} images ({train} train, {valid} valid), {objects} objects, digest {digest}, "
              "{seconds:.1f} s".format(**found))  # fmt: skip


if __name__ == "__main__":
    main()
