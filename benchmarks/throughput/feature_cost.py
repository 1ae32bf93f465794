"""measure_feature: what a Feature costs: milliseconds an image without and with it, in this process."""

import shutil
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Feature:
    """Two configurations of raster, by overrides on top of preset=fast: without something, and with it."""

    name: str
    on: tuple[str, ...]
    off: tuple[str, ...] = ()
    preset: str = "fast"


def overrides(feature: Feature, size: int, batch: int) -> tuple[list[str], list[str]]:
    """Those of raster: without, and with."""
    usual = [f"size={size}", f"batch={batch}", "n=1000000"]
    return [*usual, "preset=fast", *feature.off], [*usual, f"preset={feature.preset}", *feature.on]


def measure_feature(feature: Feature, out: Path, size: int, batch: int, rounds: int) -> dict[str, Any]:
    """Milliseconds an image without and with a feature, and their difference: medians over the rounds, in this process."""
    from benchmarks.throughput.stages import measure
    from raster.run.config import load_config
    from raster.run.setup import build_setup

    setups = [build_setup(load_config(told)) for told in overrides(feature, size, batch)]
    renderers = [setup.renderer() for setup in setups]
    clock = time.process_time if renderers[0].info.software else time.perf_counter
    spent: list[list[float]] = [[], []]
    try:
        for number in range(-1, rounds):  # the first one warms up
            for which in (0, 1) if number % 2 else (1, 0):
                began = clock()
                measure(setups[which], renderers[which], out, (number + 1) * batch)
                if number >= 0:
                    spent[which].append(1e3 * (clock() - began) / setups[which].batch)  # large ones have small batches
                shutil.rmtree(out)
    finally:
        for renderer in renderers:
            renderer.release()
    each = [with_it - without for without, with_it in zip(*spent, strict=True)]
    return {
        "off_ms": statistics.median(spent[0]), "on_ms": statistics.median(spent[1]), "difference_ms": statistics.median(each),
        "rounds": {"off_ms": spent[0], "on_ms": spent[1]},
    }  # fmt: skip
