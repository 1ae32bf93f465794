"""Whether memory grows: python -m benchmarks.memory runs raster.generate for few and for many images, prints peak and slope.

The memory of the program and its worker processes together is read from /proc: PSS (a page that several processes share counts
once), or RSS where the kernel has no PSS. The slope is that of a line fitted to memory over images, without their first
quarter, when the workers still start. Wanted: the same peak for ten times as many images, and no slope in the long run. The
program keeps some hundred bytes for each image, and no pixels.
"""

import argparse
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import machine
from benchmarks.sample_meshes import make
from benchmarks.throughput.program import Case, Run, environment, generate

INTERVAL = 0.2  # seconds between two readings


def main() -> None:
    """Run the program with the options of the command line."""
    options = parse()
    with machine.scratch(options.scratch) as folder:
        known = machine.facts(folder)
        extra: tuple[str, ...] = ()
        if options.meshes:
            make(folder / "meshes", options.meshes, options.detail)
            os.environ["RASTER_CACHE"] = str(folder / "cache")
            extra = (f"objects.meshes='{folder / 'meshes'}'", "solids=[]")
        case = Case(options.size, None, preset=options.preset, extra=extra)
        warm = generate(folder, case, 64, environment(folder))  # fills the caches of bytecode and shaders
        known["renderer"] = {"name": warm.renderer}
        print(f"renderer: {warm.renderer}", *machine.lines(known), sep="\n")
        print(f"\n{'images':>8}{'processes':>11}{'seconds':>9}{'peak MB':>9}{'MB / 1,000 images':>19}")
        rows = [measure(folder, case, n) for n in options.n]
    growth = rows[-1]["peak_mb"] - rows[0]["peak_mb"]
    print(f"peak of {rows[-1]['n']} images is {growth:+.1f} MB against {rows[0]['n']} ({rows[0]['kind']})")
    result = {
        "benchmark": "memory", "machine": known, "size": options.size, "preset": options.preset,
        "meshes": options.meshes, "runs": rows, "peak_growth_mb": growth,
    }  # fmt: skip
    name = f"memory{'-meshes' * bool(options.meshes)}-{machine.slug(warm.renderer, known)}.json"
    machine.save(options.out or machine.RESULTS / name, result)


def parse() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, nargs="+", default=[2000, 20000], help="images of each run (default 2000 20000)")
    parser.add_argument("--size", type=int, default=64, help="px (default %(default)s)")
    parser.add_argument("--preset", default="default", help="preset of the images (default %(default)s)")
    parser.add_argument("--meshes", type=int, default=0, help="files of own meshes to draw, in place of solids (default 0)")
    parser.add_argument("--detail", type=int, default=4, help="20 * 4^DETAIL triangles in each (default %(default)s)")
    parser.add_argument("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    parser.add_argument("--scratch", help="folder for the images (default: /dev/shm where there is room)")
    return parser.parse_args()


def measure(folder: Path, case: Case, n: int) -> dict[str, Any]:
    """Run the program for n images; print and return the peak and slope of its memory."""
    seen: list[tuple[float, float]] = []  # seconds, MB
    kinds: set[str] = set()

    def read(process: int, seconds: float) -> None:
        """Read the memory of all processes, then wait."""
        found = [memory(number) for number in process_tree(process)]
        kinds.update(kind for kind, held in found if held)
        seen.append((seconds, sum(held for _, held in found) / 1e6))
        time.sleep(INTERVAL)

    run = generate(folder, case, n, environment(folder), watch=read)
    times, sizes = np.array(seen).T
    row = {
        "n": n, "workers": run.workers, "seconds": run.seconds, "kind": "/".join(sorted(kinds)),
        "peak_mb": float(sizes.max()), "mb_per_1000_images": 1e3 * slope(run, times, sizes),
        "seen": [[round(second, 2), round(megabytes, 1)] for second, megabytes in seen],
    }  # fmt: skip
    print(f"{n:8}{run.workers:11}{run.seconds:9.1f}{row['peak_mb']:9.1f}{row['mb_per_1000_images']:+19.3f}")
    return row


def slope(run: Run, times: np.ndarray, sizes: np.ndarray) -> float:
    """MB an image: the slope of memory `sizes` (S,) MB at `times` (S,) seconds over images done.

    Without the first quarter of the images and the last batches. 0 for a run that is too short.
    """
    done = np.searchsorted(run.times, times)
    part = (done >= run.n // 4) & (done <= run.n - run.batch * run.workers)
    return float(np.polyfit(done[part], sizes[part], 1)[0]) if len(np.unique(done[part])) > 2 else 0.0


def process_tree(process: int) -> list[int]:
    """The ids of a process and all its descendants."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has just ended
            # After the name, which is in brackets and may hold anything: state, parent.
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            children.setdefault(int(parent), []).append(int(folder.name))
    found = [process]
    for number in found:
        found += children.get(number, [])
    return found


def memory(process: int) -> tuple[str, int]:
    """("PSS" or "RSS", bytes) of a process; 0 bytes if it has ended."""
    for kind, name, label in (("PSS", "smaps_rollup", "Pss:"), ("RSS", "status", "VmRSS:")):
        with suppress(OSError):
            text = Path(f"/proc/{process}/{name}").read_text()
            if label in text:
                return kind, 1024 * int(text.split(label)[1].split()[0])
    return "RSS", 0


if __name__ == "__main__":
    main()
