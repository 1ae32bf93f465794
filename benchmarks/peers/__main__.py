"""The same job with other programs' renderers: python -m benchmarks.peers.

Eight flat-coloured solids of three classes, three lights, 256 px, colour and class mask. For each program: frames a second in
arrays, and pairs of PNG files a second by Pillow and by OpenCV, one process on one core, the median of three rounds in turn.
Ours draws as much by `raster.generate`, with its own encoder, on one core and on all. Each program has to give the same mask as
the others, but for a hundredth of the pixels. Those that are not installed are named: pip install -e '.[peers]', and then
pip install --upgrade PyOpenGL, of which pyrender demands a version that is too old for MuJoCo.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import machine
from benchmarks.peers.job import BACKGROUND, SIZE

ROOT = Path(__file__).resolve().parents[2]
PEERS = {"moderngl": "moderngl, a draw call for each object", "pyrender": "pyrender", "pyvista": "PyVista", "mujoco": "MuJoCo",
         "panda3d": "Panda3D"}  # fmt: skip
WAYS = ("arrays", "Pillow", "OpenCV")
ALIKE = 0.99  # share of the pixels whose class is that of the first program
OURS = [
    "preset=fast", f"size={SIZE}", "solids=[cube,sphere,cylinder]", "randomizers.objects.count=8",
    "randomizers.distractors=null",
    "randomizers.floor=null", "randomizers.walls=null", "randomizers.lights.count=3", "randomizers.textures.kinds=[flat]",
    "randomizers.background.kinds=[flat]", "randomizers.surroundings=null", "randomizers.markings=null",
    "randomizers.shapes=null", "randomizers.placement.floor=0", "writers=[camvid]",
]  # fmt: skip

IN_ARRAYS = """
import sys, time, raster
source, seconds = raster.ImageSource.of(sys.argv[2:]), float(sys.argv[1])
frames = source.frames(0, 10**9)
next(frames)
began, done = time.perf_counter(), 0
while time.perf_counter() - began < seconds:
    done += len(next(frames).index)
print(done / (time.perf_counter() - began))
"""


def main() -> None:
    """Run the program with the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median counts (default %(default)s)")
    parser.add_argument("--few", type=int, default=256, help="images of ours drawn before time counts (default %(default)s)")
    parser.add_argument("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    parser.add_argument("--scratch", help="folder for the images (default: in memory, if there is room)")
    options = parser.parse_args()
    with machine.scratch(options.scratch) as folder:
        known = machine.facts(folder)
        known["renderer"] = {"name": renderer()}
        print(*machine.lines(known), sep="\n")
        rows, missing = measure(folder, options.seconds, options.rounds, options.few)
    show(rows, missing)
    result = {"benchmark": "peers", "machine": known, "size": SIZE, "background": BACKGROUND, "seconds": options.seconds,
              "rounds": options.rounds, "runs": rows, "missing": missing}  # fmt: skip
    machine.save(options.out or machine.RESULTS / f"peers-{machine.slug(known['renderer']['name'], known)}.json", result)


def measure(folder: Path, seconds: float, rounds: int, few: int) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """A row for each program and for ours; and for what could not be run the last line that it printed."""
    found: dict[str, list[dict[str, float]]] = {}
    missing: dict[str, str] = {}
    for _ in range(rounds):
        for name in PEERS:
            if name in missing:
                continue
            made, said = peer(name, seconds, folder)
            if made:
                found.setdefault(name, []).append(made)
            else:
                missing[name] = said
        for cores in sorted({1, os.cpu_count() or 1}):
            found.setdefault(f"ours, {cores} core{'s' * (cores > 1)}", []).append(ours(cores, seconds, few, folder))
    first = np.load(folder / f"{next(iter(found))}.npy")
    rows = []
    for name, runs in found.items():
        middle = {way: statistics.median(run[way] for run in runs) for way in runs[0]}
        row: dict[str, Any] = {"program": PEERS.get(name, name), **middle, "runs": runs}
        if name in PEERS:
            row["alike"] = float((np.load(folder / f"{name}.npy") == first).mean())
            assert row["alike"] >= ALIKE, f"{name} draws something else: {row['alike']}"
        rows.append(row)
    return rows, missing


def peer(name: str, seconds: float, folder: Path) -> tuple[dict[str, float], str]:
    """What a program reaches on one core; {} and its last line if it cannot be run."""
    command = [sys.executable, "-m", "benchmarks.peers.worker", name, str(seconds), str(folder)]
    one = {min(os.sched_getaffinity(0))}
    run = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "LP_NUM_THREADS": "0"}, capture_output=True, text=True, check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, one),
    )  # fmt: skip
    if run.returncode:
        return {}, (run.stderr.strip().splitlines() or ["no output"])[-1]
    return dict(json.loads(run.stdout.splitlines()[-1])), ""


def ours(cores: int, seconds: float, few: int, folder: Path) -> dict[str, float]:
    """The same job by raster.generate: pairs on disk a second, of a run of so many seconds after `few` images; in arrays."""
    out = folder / "ours"
    chosen = set(sorted(os.sched_getaffinity(0))[:cores])
    counts = [few, few + int(300 * cores * seconds)]
    spent = []
    for n in counts:  # the difference leaves the start out
        words = [*OURS, f"n={n}", f"workers={cores}", f"out={out}", "quiet=true", "--json"]
        run = subprocess.run(
            [sys.executable, "-m", "raster.generate", *words], cwd=ROOT, capture_output=True, text=True, check=True,
            preexec_fn=lambda: os.sched_setaffinity(0, chosen),
        )  # fmt: skip
        spent.append(json.loads(run.stdout)["seconds"])
        shutil.rmtree(out)
    found = {"own encoder": (counts[1] - counts[0]) / max(spent[1] - spent[0], 1e-3)}
    if cores == 1:
        run = subprocess.run(
            [sys.executable, "-c", IN_ARRAYS, str(seconds), *OURS], cwd=ROOT, env={**os.environ, "LP_NUM_THREADS": "0"},
            capture_output=True, text=True, check=True, preexec_fn=lambda: os.sched_setaffinity(0, chosen),
        )  # fmt: skip
        found["arrays"] = float(run.stdout)
    return found


def renderer() -> str:
    """What draws here, by name."""
    code = "from raster.gl.context import current_context, describe\nwith current_context() as c: print(describe(c).name)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return run.stdout.strip()


def show(rows: list[dict[str, Any]], missing: dict[str, str]) -> None:
    """Print the table."""
    print(f"\n{'':40}" + "".join(f"{way:>12}" for way in (*WAYS, "own encoder")))
    for row in rows:
        print(
            f"{row['program']:40}"
            + "".join(f"{row[way]:12.0f}" if way in row else f"{'-':>12}" for way in (*WAYS, "own encoder"))
        )
    for name, said in missing.items():
        print(f"{PEERS[name]}: not measured: {said}")


if __name__ == "__main__":
    main()
