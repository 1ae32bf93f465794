"""Images by another renderer: python -m benchmarks.path_tracer [n=100] [size=256] [seed=0] [out=out/path_traced] [workers=N].

Of own meshes: mesh=FILE|FOLDER [class=NAME] [solids=unlabelled|labelled|none]; before photographs: images=FOLDER.

A test set to score a model on that has learnt from raster's images: tabletops with cubes, spheres and cylinders, drawn by a
small path tracer that shares no code with raster/: closed-form solids, soft shadows, light between objects, glossy coats,
metals, a lens, a film's curve, JPEG. With mesh= the scenes hold one to three meshes (GLB, glTF, OBJ, STL, PLY) in their own
colours: of one file, or of those below a folder, each at random. A file's class is the name of its folder, if class= does not
name one. The solids stand about without labels, keep theirs (solids=labelled) or are left out (none). With images= a photograph
stands behind and lights each scene, and may be printed on the table.

Writes images/000000.jpg, labels/000000.png (class ids, from the one ray through each pixel's centre) and codes.txt. Image i
depends on the seed, the contents and i alone.
"""

import sys
import time
from pathlib import Path

from benchmarks.path_tracer.contents import Contents
from benchmarks.path_tracer.draw import write
from raster.errors import InputError, one_line
from raster.system.cpu import usable_cores

DEFAULTS = {"n": "100", "size": "256", "seed": "0", "out": "out/path_traced", "workers": "auto"}
CONTENTS = {"mesh": "mesh", "class": "mesh_class", "solids": "solids", "images": "images"}  # options by field of Contents


def parse(words: list[str]) -> tuple[Path, int, int, int, int, Contents]:
    """The arguments of write() from KEY=VALUE words. InputError for an unknown key or a wrong value."""
    options, given = dict(DEFAULTS), {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in (*options, *CONTENTS) or not value:
            raise InputError(f"{word}: expected KEY=VALUE with a key of {', '.join((*options, *CONTENTS))}")
        if key in CONTENTS:
            given[CONTENTS[key]] = value
        else:
            options[key] = value
    limits = {"n": (1, 10**6), "size": (16, 4096), "seed": (0, 2**63 - 1), "workers": (1, 512)}
    numbers: dict[str, int] = {}
    for key, (low, high) in limits.items():
        text = str(usable_cores()) if options[key] == "auto" and key == "workers" else options[key]
        if not text.isascii() or not text.isdecimal() or not low <= int(text) <= high:
            raise InputError(f"{key}={options[key]}: expected a whole number from {low} to {high}")
        numbers[key] = int(text)
    return Path(options["out"]), numbers["n"], numbers["size"], numbers["seed"], numbers["workers"], Contents(**given)


def main() -> None:
    """Run the program with the options of the command line; an InputError ends it with one line and exit code 2."""
    with one_line():
        if {"-h", "--help"} & set(sys.argv[1:]):
            print(__doc__)
            return
        out, n, size, seed, workers, contents = parse(sys.argv[1:])
        began = time.monotonic()
        write(out, n, size, seed, workers, contents)
        print(f"{out}: {n} images of {size} px in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
