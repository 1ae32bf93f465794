"""The same images on each OpenGL device of this machine: python -m benchmarks.devices draws and compares them.

Labels that differ and how far colours are apart, from those of the software rasterizer; images a second in arrays and as torch
tensors. Where there is no GPU the table says so.
"""

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np

import raster
from benchmarks import machine
from raster.gl import egl

PRESETS = ("default", "fast", "realistic")
FAR = 8  # of 255: what differs by more is counted


def main() -> None:
    """Run the program with the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.devices", description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=64, help="images of each preset (default %(default)s)")
    parser.add_argument("--size", type=int, default=256, help="their size in px (default %(default)s)")
    parser.add_argument("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    options = parser.parse_args()
    found = egl.devices()
    gpus = [device for device in found if not device.software]
    software = next((device for device in found if device.software), None)
    chosen = [device for device in (software, *gpus) if device is not None]
    rows = [row for preset in PRESETS for row in compare(preset, chosen, options.n, options.size)]
    print(f"\n{'':28}{'images/s':>10}{'tensors/s':>10}{'labels':>9}{'colours':>9}{'mean':>7}")
    for row in rows:
        apart = [
            f"{row[key]:{wide}}" if key in row else f"{'-':>{wide}}"
            for key, wide in (("labels", 9), ("colors", 9), ("mean", 7))
        ]
        tensors = f"{row['tensors_per_s']:10.0f}" if "tensors_per_s" in row else f"{'-':>10}"
        print(f"{row['preset'] + ', ' + row['device'][:16]:28}{row['images_per_s']:10.0f}{tensors}{''.join(apart)}")
    print("labels: pixels with another class or instance than in software; colours: pixels that differ by more than "
          f"{FAR} of 255; mean: mean difference")  # fmt: skip
    if not gpus:
        print("not measured on a GPU: there is none here")
    known = {**machine.facts(Path.cwd()), "renderer": {"name": rows[-1]["device"]}}
    result = {"benchmark": "devices", "machine": known, "n": options.n, "size": options.size, "gpu": bool(gpus), "runs": rows}
    machine.save(options.out or machine.RESULTS / f"devices-{machine.slug(rows[-1]['device'], known)}.json", result)


def compare(preset: str, devices: list[egl.Device], n: int, size: int) -> list[dict[str, Any]]:
    """A row for each device; the first one is what the others are compared with."""
    rows: list[dict[str, Any]] = []
    first: dict[str, np.ndarray] = {}
    for device in devices:
        overrides = [f"preset={preset}", f"size={size}", f"gl.device={device.number}", "seed=3"]
        source = raster.ImageSource.of(overrides)
        layers = joined(list(source.frames(0, n)))
        began = time.perf_counter()
        for _ in source.frames(n, n):
            pass
        row: dict[str, Any] = {"preset": preset, "device": source.info.name, "images_per_s": n / (time.perf_counter() - began)}
        source.release()
        if (rate := tensors(overrides, n)) is not None:
            row["tensors_per_s"] = rate
        if first:
            labels = (layers["class_id"] != first["class_id"]) | (layers["instance_id"] != first["instance_id"])
            apart = np.abs(layers["color"].astype(int) - first["color"]).max(axis=-1)
            row |= {"labels": int(labels.sum()), "colors": int((apart > FAR).sum()), "mean": round(float(apart.mean()), 3),
                    "pixels": labels.size}  # fmt: skip
        first = first or layers
        rows.append(row)
    return rows


def joined(frames: list[raster.Frames]) -> dict[str, np.ndarray]:
    """The layers of several batches in one."""
    return {name: np.concatenate([each.layers[name] for each in frames]) for name in ("color", "class_id", "instance_id")}


def tensors(overrides: list[str], n: int) -> float | None:
    """Images a second as torch tensors, once they begin to come; None without torch."""
    try:
        from raster.torch import frames
    except ImportError:
        return None
    made = frames(overrides, 5 * n)
    next(made)
    began = time.perf_counter()
    count = sum(len(batch["index"]) for batch in made)
    return count / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
