"""Own meshes of many triangles: python -m benchmarks.own_meshes prints their first use, and their rate against that of solids.

Each mesh is a bumpy ball in a GLB file, plain or with a picture. Its first use, which makes its levels of detail, is measured
in a process that does nothing else. Then pairs with 1 to 3 objects each are drawn and written, solids and a mesh in turn, as
benchmarks.features does it: in one process, and on a software rasterizer by processor time.
"""

import argparse
import multiprocessing
import os
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from PIL import Image
from trimesh.visual.material import PBRMaterial

from benchmarks import machine
from benchmarks.throughput.feature_cost import Feature
from benchmarks.throughput.program import PRESETS
from benchmarks.throughput.report import report_progress
from benchmarks.throughput.worker_pool import WorkerPool
from raster.assets.meshes.load import load_meshes
from raster.assets.meshes.options import MeshOptions

BATCH = 32
COUNT = "randomizers.objects.count=[1,3]"


def main() -> None:
    """Run the program with the options of the command line."""
    options = parse()
    with machine.scratch(options.scratch) as folder:
        known = machine.facts(folder)
        os.environ["RASTER_CACHE"] = str(folder / "cache")
        files = [(n, pictured, write_ball(folder, n, pictured)) for n in options.triangles for pictured in (False, True)]
        first = []
        for n, pictured, path in files:
            report_progress(f"own meshes: first use of {n} triangles")
            first.append({"triangles": n, "pictured": pictured, **in_a_process(path)})
        rows = []
        with WorkerPool(folder) as pool:
            known["renderer"] = pool.renderer
            for preset in options.presets:
                for n, pictured, path in files:
                    report_progress(f"own meshes: preset={preset}, {n} triangles")
                    on = (COUNT, "solids=[]", f"objects.meshes='{path}'")
                    cost = pool.feature(
                        Feature(path.parent.name, on, (COUNT,), preset, preset), options.size, BATCH, options.repeat
                    )
                    rows.append({"preset": preset, "triangles": n, "pictured": pictured, **cost})
        report_progress("")
    print(f"renderer: {known['renderer']['name']}", *machine.lines(known), sep="\n")
    result = {
        "benchmark": "own_meshes",
        "machine": known,
        "size": options.size,
        "batch": BATCH,
        "first_use": first,
        "drawn": rows,
    }
    show(result)
    name = f"own-meshes-{machine.slug(known['renderer']['name'], known)}.json"
    machine.save(options.out or machine.RESULTS / name, result)


def parse() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.own_meshes", description=__doc__.splitlines()[0])
    parser.add_argument("--triangles", type=int, nargs="+", default=[15_000, 998_000], help="about so many in each mesh")
    parser.add_argument("--presets", nargs="+", choices=PRESETS, default=["fast", "default"], help="(default fast default)")
    parser.add_argument("--size", type=int, default=256, help="px (default %(default)s)")
    parser.add_argument("--repeat", type=int, default=9, help="rounds of 32 images (default %(default)s)")
    parser.add_argument("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    parser.add_argument("--scratch", help="folder for the images (default: /dev/shm where there is room)")
    return parser.parse_args()


def write_ball(folder: Path, triangles: int, pictured: bool) -> Path:
    """A bumpy ball of about so many triangles, by longitude and latitude, in FOLDER/N-plain or FOLDER/N-picture."""
    rows = round(np.sqrt(triangles) / 2)
    v, u = np.mgrid[: rows + 1, : 2 * rows + 1].reshape(2, -1) / ([rows], [2 * rows])
    around, down = 2 * np.pi * (u % 1), np.pi * v
    wide = np.where(v < 1, np.sin(down), 0)  # so that all points at a pole are one
    at = np.stack([wide * np.cos(around), wide * np.sin(around), np.cos(down)], axis=1)
    rng = np.random.default_rng(0)
    at *= 1 + 0.04 * sum(np.sin(at @ rng.normal(0, 4, 3) + rng.uniform(0, 6)) for _ in range(4))[:, None]
    grid = np.arange(len(at)).reshape(rows + 1, -1)
    a, b, c, d = (part.ravel() for part in (grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]))
    faces = np.concatenate([np.stack([a, b, c], axis=1)[: -2 * rows], np.stack([a, c, d], axis=1)[2 * rows :]])
    mesh = trimesh.Trimesh(at, faces, process=False)
    if pictured:
        patches = Image.fromarray(rng.integers(30, 256, (8, 16, 3)).astype(np.uint8)).resize(
            (512, 256), Image.Resampling.NEAREST
        )
        material = PBRMaterial(baseColorTexture=patches, metallicFactor=0.0, roughnessFactor=0.6)
        mesh.visual = trimesh.visual.TextureVisuals(uv=np.stack([u, 1 - v], axis=1), material=material)
    path = folder / f"{triangles}-{'picture' if pictured else 'plain'}" / "ball.glb"
    path.parent.mkdir()
    mesh.export(path)
    return path


def first_use(path: Path) -> dict[str, float]:
    """Seconds that it takes to read a mesh file and to make its levels, and the peak of this process's memory in MB."""
    began = time.perf_counter()
    load_meshes(MeshOptions(str(path)), 256)
    return {"seconds": time.perf_counter() - began, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3}


def in_a_process(path: Path) -> dict[str, float]:
    """first_use in a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(first_use, path).result()


def show(result: dict[str, Any]) -> None:
    """Print the tables."""
    print(f"\n{'first use':36}{'seconds':>9}{'peak MB':>9}")
    for one in result["first_use"]:
        name = f"{one['triangles']} triangles{', picture' * one['pictured']}"
        print(f"{name:36}{one['seconds']:9.1f}{one['peak_mb']:9.0f}")
    print(f"\n{'ms an image of ' + str(result['size']) + ' px':36}{'solids':>9}{'mesh':>9}{'rate':>7}{'least':>7}{'most':>7}")
    for one in result["drawn"]:
        name = f"{one['preset']}, {one['triangles']} triangles{', picture' * one['pictured']}"
        rates = [off / on for off, on in zip(one["rounds"]["off_ms"], one["rounds"]["on_ms"], strict=True)]
        whole = one["off_ms"] / one["on_ms"]
        print(f"{name:36}{one['off_ms']:9.2f}{one['on_ms']:9.2f}{whole:7.2f}{min(rates):7.2f}{max(rates):7.2f}")


if __name__ == "__main__":
    main()
