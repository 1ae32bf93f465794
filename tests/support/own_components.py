"""Components as a user adds them: their sources and YAML, and folders that hold them. tests/test_adding_things.py uses them."""

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]

WEDGE = '''"""wedge: the solid."""

from functools import lru_cache

import numpy as np

from raster import Mesh
from raster.geometry.polyhedron import prism


@lru_cache
def wedge() -> Mesh:
    """Half a cube: a right-angled triangle along z, centred, extent 1."""
    return prism(np.array([[-0.5, -0.5], [0.5, -0.5], [-0.5, 0.5]]))
'''
DIM = '''"""Dim: less light."""

from dataclasses import dataclass

from raster import Scenes
from raster.streams import Streams


@dataclass(frozen=True)
class Dim:
    """Multiplies all light of an image by a factor drawn from `level`."""

    level: tuple[float, float] = (0.2, 0.6)

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        factor = streams.uniform_between("level", self.level)
        scenes.lights.color[:] *= factor[:, None, None]
        scenes.lights.ambient[:] *= factor[:, None]
'''
COUNTS = '''"""Counts: how many objects of each class an image shows."""

from collections import Counter

from raster import Frames


class Counts:
    """Adds `counts` to each record: {class: objects with a visible pixel}."""

    needs = ("instance_id",)

    def __call__(self, frames: Frames) -> None:
        for record, ids in zip(frames.records, frames.layers["instance_id"], strict=True):
            seen = set(ids.reshape(-1).tolist())
            shown = [entry["class"] for entry in record["objects"] if entry["instance"] in seen]
            record["counts"] = dict(Counter(shown))
'''
BOXES_CSV = '''"""BoxesCsv: a CSV file of boxes for each image."""

from raster import Frames, write_file


class BoxesCsv:
    """Writes boxes/NNNNNN.csv: class, x, y, w, h of each object that is seen."""

    needs = ("instance_id",)

    def __init__(self, out, threads):
        self.out = out

    def write(self, frames: Frames) -> list:
        return [self._write(record) for record in frames.records]

    def _write(self, record: dict) -> dict:
        rows = [f"{entry['class']},{','.join(map(str, entry['bbox']))}" for entry in record["objects"] if entry["bbox"]]
        return write_file(self.out, f"boxes/{record['index']:06d}.csv", "".join(f"{row}\\n" for row in rows).encode())

    def close(self) -> None:
        pass
'''
DEPTH_NPY = '''"""DepthNpy: a format: the layer "depth" as NumPy files, written in threads."""

import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from raster import Frames, write_file


class DepthNpy:
    """Writes depth/NNNNNN.npy: (H, W) float32, metres."""

    needs = ("depth",)

    def __init__(self, out, threads):
        self.out, self.pool = out, ThreadPoolExecutor(max(1, threads))

    def write(self, frames: Frames) -> list:
        return [self.pool.submit(self._write, *pair) for pair in zip(frames.index, frames.layers["depth"], strict=True)]

    def _write(self, index: int, depth: np.ndarray) -> dict:
        file = io.BytesIO()
        np.save(file, depth)
        return write_file(self.out, f"depth/{index:06d}.npy", file.getvalue())

    def close(self) -> None:
        self.pool.shutdown()
'''
DEPTH_FRAG = """// Distance from the eye to the surface in metres; 0 where nothing is.
#version 430
#include "scene.glsl"

in Surface {
#include "surface.glsl"
} v;
layout(location = 0) out float depth;
#include "metres.glsl"

void main() {
    depth = metres(v.position, v.eye);
}
"""
METRES_GLSL = """// metres: the distance between two points of the world.
float metres(vec3 a, vec3 b) { return distance(a, b); }
"""
COMPONENTS = {  # group/name -> its Python source and the name in it
    "solids/wedge": (WEDGE, "wedge"),
    "randomizers/dim": (DIM, "Dim"),
    "annotations/counts": (COUNTS, "Counts"),
    "writers/boxes_csv": (BOXES_CSV, "BoxesCsv"),
    "writers/depth_npy": (DEPTH_NPY, "DepthNpy"),
}
DEPTH_YAML = "depth:\n  _target_: raster.passes.Pass\n  shader: depth.frag\n  layers: {depth: r32f}\n"
CHOSEN = ("+randomizers=dim", "solids=[cube,wedge]", "+annotations=counts", "+passes=depth")


def copy_of_the_package(folder: Path) -> Path:
    """raster/, shaders/ and conf/ in a folder, with every component added as the recipes say; return the folder."""
    for name in ("raster", "shaders", "conf"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path, (source, name) in COMPONENTS.items():
        (folder / "raster" / f"{path}.py").write_text(source)
        describe(folder / "conf" / f"{path}.yaml", f"raster.{path.replace('/', '.')}.{name}")
    (folder / "conf/passes/depth.yaml").write_text(f"# Distance in metres.\n{DEPTH_YAML}")
    (folder / "shaders/depth.frag").write_text(DEPTH_FRAG)
    (folder / "shaders/include/metres.glsl").write_text(METRES_GLSL)
    return folder


def own_folder(folder: Path) -> Path:
    """The same components in a user's folder, all Python in my_module.py; return the folder."""
    for path, (_, name) in COMPONENTS.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        describe(folder / f"{path}.yaml", f"my_module.{name}")
    (folder / "my_module.py").write_text("\n".join(source for source, _ in COMPONENTS.values()))
    (folder / "passes").mkdir()
    (folder / "passes/depth.yaml").write_text(DEPTH_YAML)
    (folder / "depth.frag").write_text(DEPTH_FRAG)
    (folder / "metres.glsl").write_text(METRES_GLSL)
    return folder


def describe(path: Path, target: str) -> None:
    """Write the YAML of a component that is called as its file."""
    options = "  level: [0.2, 0.6]\n" if path.stem == "dim" else ""
    path.write_text(f"# A component of a test.\n{path.stem}:\n  _target_: {target}\n{options}")
