"""One program with the job, in a process of its own: python -m benchmarks.peers.worker NAME SECONDS FOLDER prints JSON.

Frames a second in arrays, and pairs of PNG files a second written by Pillow and by OpenCV, each for so many seconds.
"""

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from itertools import cycle
from pathlib import Path

import numpy as np

from benchmarks.peers.job import Draw, scenes

SCENES = 64  # which come again and again


def main() -> None:
    """Measure what the command line names."""
    name, seconds, folder = sys.argv[1], float(sys.argv[2]), Path(sys.argv[3])
    draw = import_module(f"benchmarks.peers.with_{name}").make()
    held = list(scenes(0, SCENES))
    masks = np.array([np.array(draw(scene)[1]) for scene in held[:8]])
    np.save(folder / f"{name}.npy", masks)
    found = {"arrays": rate(draw, seconds, lambda k, color, mask: None)}
    from PIL import Image

    def by_pillow(k: int, color: np.ndarray, mask: np.ndarray) -> None:
        Image.fromarray(color).save(folder / f"{k}.png")
        Image.fromarray(mask).save(folder / f"{k}.mask.png")

    found["Pillow"] = rate(draw, seconds, by_pillow)
    try:
        import cv2
    except ImportError:
        cv2 = None
    if cv2 is not None:

        def by_opencv(k: int, color: np.ndarray, mask: np.ndarray) -> None:
            cv2.imwrite(str(folder / f"{k}.png"), color[..., ::-1])
            cv2.imwrite(str(folder / f"{k}.mask.png"), mask)

        found["OpenCV"] = rate(draw, seconds, by_opencv)
    print(json.dumps(found))


def rate(draw: Draw, seconds: float, write: Callable[[int, np.ndarray, np.ndarray], None]) -> float:
    """Scenes a second."""
    began, done = time.perf_counter(), 0
    for scene in cycle(list(scenes(0, SCENES))):
        color, mask = draw(scene)
        write(done % 1000, np.ascontiguousarray(color), np.ascontiguousarray(mask))
        done += 1
        if time.perf_counter() - began > seconds:
            break
    return done / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
