"""raster export-scene: the scene of one image as a .glb file, for any viewer.

Camera, meshes, colours, pictures and lights, to look at in any viewer of glTF: Blender, Windows 3D
viewer, three.js. A procedural texture becomes its mean colour; environment maps, ambient light and
the background are left out.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from raster.errors import one_line
from raster.run.program_options import check_file, open_source, run_program
from raster.shards.shown import read_manifest_at


@dataclass(frozen=True)
class Options:
    """The options of export-scene, beside those of raster generate."""

    # --- Which scene
    dir: str | None = None  # a data set: a scene of it, with overrides if there are any [; a folder, or null]
    first: int | None = None  # number of the image; null: the first of the set in dir, or 0 [; 0 to 100,000,000, or null]
    # --- What is written
    file: str = "scene.glb"  # where it goes [; a file]
    quiet: bool = False  # print nothing but warnings and errors [; true, false]


def main() -> None:
    """Run the program."""
    with one_line():
        run_program(Options, export)


def export(options: Options, overrides: list[str], folder: Path | None) -> dict[str, Any]:
    """Write the file; return what --json prints. InputError for bad input."""
    from raster.dataset.manifest import images_of

    check_file(options.file, (".glb",), "a scene is written as glTF, into a file such as scene.glb")
    (number,) = images_of(read_manifest_at(options.dir), options.first, 1, options.dir)
    source = open_source(options.dir, overrides, folder, 1)
    objects, size = source.export_scene(number, options.file), os.path.getsize(options.file)
    print(f"{options.file}: image {number}, {objects} objects, {size / 1e6:.1f} MB")
    return {"file": options.file, "image": number, "objects": objects, "bytes": size}


if __name__ == "__main__":
    main()
