"""raster export-scene [OPTION=VALUE ...] [--config-dir MINE] [any overrides]: the scene of one image as a .glb file.

    dir=OUT          a scene of this data set, from its manifest, with overrides if there are any
    first=N          number of the image; by default the first of the set in dir=, else 0
    file=scene.glb   where it goes

Camera, meshes, colours, pictures and lights, to look at in any viewer of glTF: Blender, Windows 3D viewer, three.js. A
procedural texture becomes its mean colour; environment maps, ambient light and the background are left out.
"""

import sys
from pathlib import Path

from raster.errors import one_line
from raster.run.program_options import open_source, read_options, whole_number
from raster.system.atomic_files import write_atomic

OPTIONS = {"dir": "", "first": "", "file": "scene.glb"}


def main() -> None:
    """Run the program."""
    with one_line():
        if (read := read_options(OPTIONS, sys.argv[1:], __doc__)) is None:
            return
        from raster.dataset.manifest import first_of
        from raster.run.scene_glb import scene_glb

        options, overrides, folder = read
        options["first"] = options["first"] or str(first_of(options["dir"]))
        number = whole_number(options, "first", 0, 10**8)
        source = open_source(options["dir"], overrides, folder, 1)
        record = next(source.frames(number, 1)).records[0]
        data = scene_glb(source.setup.sampler(number, 1), source.size, record)
        write_atomic(Path(options["file"]), data)
        meshes = len(record["objects"])
        print(f"{options['file']}: image {number}, {meshes} objects, {len(data) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
