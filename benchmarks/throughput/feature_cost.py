"""measure_feature: the cost of a Feature: milliseconds an image without and with it, measured in this process."""

import shutil
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Feature:
    """Two configurations, as overrides of raster.generate on top of presets: without a feature, and with it."""

    name: str
    on: tuple[str, ...]
    off: tuple[str, ...] = ()
    preset: str = "fast"
    base: str = "fast"  # the preset without it


def overrides(feature: Feature, size: int, batch: int) -> tuple[list[str], list[str]]:
    """Overrides of raster.generate without and with the feature, for images of size px in batches."""
    shared = [f"size={size}", f"batch={batch}", "n=1000000"]
    return [*shared, f"preset={feature.base}", *feature.off], [*shared, f"preset={feature.preset}", *feature.on]


def measure_feature(feature: Feature, out: Path, size: int, batch: int, rounds: int) -> dict[str, Any]:
    """Milliseconds an image without and with a feature, and the difference: medians over the rounds.

    Processor time on a software rasterizer, else clock time. `out`: a folder for the images, removed afterwards.
    """
    from benchmarks.throughput.stages import measure
    from raster.run.config import load_config
    from raster.run.setup import build_setup

    setups = [build_setup(load_config(one)) for one in overrides(feature, size, batch)]
    renderers = [setup.renderer() for setup in setups]
    clock = time.process_time if renderers[0].info.software else time.perf_counter
    spent: list[list[float]] = [[], []]
    try:
        for number in range(-1, rounds):  # the first one warms up
            for which in (0, 1) if number % 2 else (1, 0):
                began = clock()
                measure(setups[which], renderers[which], out, (number + 1) * batch)
                if number >= 0:
                    spent[which].append(1e3 * (clock() - began) / setups[which].batch)  # setup.batch may be smaller than batch
                shutil.rmtree(out)
    finally:
        for renderer in renderers:
            renderer.release()
    each = [with_it - without for without, with_it in zip(*spent, strict=True)]
    return {
        "off_ms": statistics.median(spent[0]), "on_ms": statistics.median(spent[1]), "difference_ms": statistics.median(each),
        "rounds": {"off_ms": spent[0], "on_ms": spent[1]},
    }  # fmt: skip
