"""measure_host: how fast images are made where drawing takes no time, as for a GPU: python -m benchmarks.throughput --host.

Everything but drawing is real: processes that sample, annotate and write, the drawing process with all its calls, shared
memory, files, journal. In place of drawing, buffers hold pictures that were drawn before (stand_in), with as many objects.
"""

import argparse
import multiprocessing
import resource
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.throughput.report import heading, plural, report_progress, row, summary
from benchmarks.throughput.stages import Clock, replaced
from raster.system.cpu import usable_cores

SPAWN = multiprocessing.get_context("spawn")
# Every image shows ten things on a floor, so that the pictures have instances that the records know.
COUNTED = (
    "preset=fast", "randomizers.objects.count=[8,8]", "randomizers.distractors.count=[2,2]",
    "randomizers.placement.floor=1", "randomizers.camera.elevation_deg=[35,75]",
)  # fmt: skip
# Of a process that feeds: sample: randomizers. tables: draw list, into shared memory. read: copies from there. records: dicts.
# annotate: boxes, names. encode: PNG. write: hashes, files, journal.
STAGES = ("sample", "tables", "read", "records", "annotate", "encode", "write")
# Of the process that draws: calls: all that its interpreter and the driver do in it. copy: layers to shared memory.
DRAWING = ("calls", "copy")
WANTED_RATE, WANTED_MS = 1500, 0.10  # pairs/s with noise-free pictures at 256 px; interpreter time an image


def measure_host(options: argparse.Namespace) -> None:
    """Measure, print a table and write JSON."""
    with machine.scratch(options.scratch) as folder:
        known = {**machine.facts(folder), "renderer": {"name": "driver stand-in"}}
        print(*machine.lines(known), sep="\n")
        cases = [measure_case(size, options, folder) for size in options.sizes]
    show(cases)
    result = {"benchmark": "host", "machine": known, "overrides": COUNTED, "cases": cases}
    machine.save(options.out or machine.RESULTS / f"host-{machine.slug('driver stand-in', known)}.json", result)


def measure_case(size: int, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Pairs a second with as many processes as there are cores, and milliseconds of one core by stage."""
    overrides = [*COUNTED, f"size={size}", f"batch={options.batch}", "gl.pipeline=true", f"out={folder / 'out'}"]
    n = options.n or 40 * options.batch * 256**2 // size**2

    def run(*more: str) -> dict[str, Any]:
        shutil.rmtree(folder / "out", ignore_errors=True)
        with ProcessPoolExecutor(1, SPAWN) as pool:  # each in a process of its own: it forks before it opens OpenGL
            return pool.submit(run_once, [*overrides, *more]).result()

    runs = []
    for number in range(options.repeat):
        report_progress(f"{size} px, round {number + 1} of {options.repeat}")
        runs.append(run(f"n={n}"))
    report_progress(f"{size} px, stages")
    stages = run(f"n={max(n // 4, options.batch)}", "workers=1")["stages"]
    report_progress("")
    middle = sorted(runs, key=lambda one: one["rate"])[len(runs) // 2]
    same = {key: middle[key] for key in ("batch", "feeders", "drawing_ms", "feeding_ms")}
    core_ms = sum(middle["drawing_ms"].values()) + middle["feeding_ms"]
    rates = {"pairs_per_s": summary(one["rate"] for one in runs), "pairs_per_s_of_free_cores": 1e3 * usable_cores() / core_ms}
    return {"size": size, "n": n, **same, **rates, "stages_ms": stages}


def run_once(overrides: list[str]) -> dict[str, Any]:
    """Draw a set with the stand-in, in this process and in those that feed it; with one of them, its stages too."""
    from raster.dataset.dataset import Dataset
    from raster.run import drawing
    from raster.run.config import load_config
    from raster.run.draw_server import serve
    from raster.run.open_renderer import open_renderer
    from raster.run.setup import build_setup
    from raster.standard_streams import quiet

    plain = load_config(overrides)
    setup, spent, out, n = build_setup(plain), dict[str, float](), Path(plain["out"]), plain["n"]

    def timed_serve(*arguments: Any) -> None:
        began = time.thread_time(), time.process_time()
        serve(*arguments)
        calls, all_threads = time.thread_time() - began[0], time.process_time() - began[1]
        spent.update(calls=calls, copy=all_threads - calls)

    seconds = SPAWN.Array("d", len(STAGES))
    with (
        quiet(),
        _timed(seconds) if plain["workers"] == 1 else nullcontext(),
        open_renderer(plain, setup) as (renderer, helpers),
    ):
        from benchmarks.throughput.stand_in import stand_in  # it opens OpenGL's modules, after the fork

        stand_in(renderer, setup)
        seconds[:] = [0.0] * len(STAGES)
        with Dataset.claim(out, plain, n, setup.classes) as data, replaced(drawing, serve=timed_serve):
            data.begin(renderer.info.name)
            drawn = drawing.draw_missing(data, setup, renderer, helpers, out, n, None)
    feeding = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "rate": n / drawn["seconds"], "batch": setup.batch, "feeders": drawn["workers"],
        "drawing_ms": {name: 1e3 * spent[name] / n for name in DRAWING},
        "feeding_ms": 1e3 * (feeding.ru_utime + feeding.ru_stime) / n,
        "stages": {name: 1e3 * total / n for name, total in zip(STAGES, seconds, strict=True)},
    }  # fmt: skip


@contextmanager
def _timed(seconds: Any) -> Iterator[None]:
    """For a block, and in processes forked in it, add what is spent on each of STAGES to the shared array `seconds`."""
    from raster.dataset.journal import Journal
    from raster.run import draw_client
    from raster.run.setup import Setup
    from raster.scene.sampler import Sampler
    from raster.writers import camvid, layers

    around = Clock(STAGES, time.process_time, seconds).around
    functions: dict[Any, dict[str, str]] = {
        Sampler: {"__call__": "sample"}, Setup: {"annotate": "annotate"},
        draw_client: {"prepare": "tables", "pack": "tables", "records": "records", "layers_in": "read"},
    }  # fmt: skip
    encoders = {camvid: ("encode_rgb", "encode_grey"), layers: ("encode_layer",)}
    with ExitStack() as stack:
        for module, named in functions.items():
            timed = {name: around(getattr(module, name), stage) for name, stage in named.items()}
            stack.enter_context(replaced(module, **timed))
        for module, names in encoders.items():
            stack.enter_context(replaced(module, **{name: around(getattr(module, name), "encode", "write") for name in names}))
        for writer in (camvid.Camvid, layers.Layers):
            stack.enter_context(replaced(writer, write=around(writer.write, "write", "annotate")))
        stack.enter_context(replaced(Journal, add=around(Journal.add, "write")))
        yield


def show(cases: list[dict[str, Any]]) -> None:
    """Print the tables."""
    print("\npairs/s on disk with a driver that draws nothing; milliseconds of one core an image in each kind of process")
    heading("pairs/s", "free cores", "calls", "copy", "feeding")
    for case in cases:
        cells = [f"{case['drawing_ms'][name]:.3f}" for name in DRAWING]
        rates = [f"{rate:.0f}" for rate in (case["pairs_per_s"]["median"], case["pairs_per_s_of_free_cores"])]
        row(_name(case), *rates, *cells, f"{case['feeding_ms']:.3f}")
    print(f"wanted at 256 px on 2 cores: {WANTED_RATE} pairs/s, calls {WANTED_MS:.2f} ms. free cores: pairs/s by core time,\n"
          "where nothing else runs. calls, copy: of the process that draws; copy runs outside of Python's lock")  # fmt: skip
    print("\nof feeding, with one process")
    heading(*STAGES, "all")
    for case in cases:
        stages = case["stages_ms"]
        row(_name(case), *(f"{stages[name]:.3f}" for name in STAGES), f"{sum(stages.values()):.3f}")
    print("not measured on a GPU: no driver draws here")


def _name(case: dict[str, Any]) -> str:
    return f"{case['size']} px, {plural(case['feeders'])}"
