"""write_predictions: a JPEG of predictions on path-traced pictures. list_worst: the worst pictures of a set."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.carry.point import OWN, PATH_TRACED, shares
from raster.errors import InputError

SHOWN, LISTED = 5, 20
QUALITIES = (85, 75, 60, 45, 30)
MAX_BYTES = 200_000


def write_predictions(model: str, sets: dict[str, Path], path: Path) -> None:
    """Five path-traced pictures, evenly spaced in the set, with truth, prediction and errors. InputError."""
    from train.data.folder import read_folder
    from train.network.saved import load
    from train.network.segment import segment
    from train.scores.figures import prediction_sheet

    net, folder = load(Path(model)), read_folder(sets[PATH_TRACED])
    rows = []
    for index in np.linspace(0, len(folder) - 1, min(SHOWN, len(folder))).round().astype(int).tolist():
        picture, mask = folder.pair(index)
        rows.append((np.asarray(picture), np.asarray(mask), segment(net, [picture])[0], folder.images[index].name))
    sheet = prediction_sheet(rows, net.codes)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for quality in QUALITIES:
            sheet.save(path, "jpeg", quality=quality, optimize=True)
            if path.stat().st_size < MAX_BYTES:
                break
    except OSError as error:
        raise InputError(f"predictions={path}: cannot be written ({error.strerror})") from None
    print(f"written: {path}")


def list_worst(point: dict[str, Any], sets: dict[str, Path], name: str) -> None:
    """Print the pictures of a set with the lowest mean IoU, and their shares of wrong pixels. InputError."""
    from train.data.folder import read_folder
    from train.network.saved import load
    from train.network.segment import segment
    from train.scores.metrics import Scores, confusion

    if name not in sets:
        where = "worst.png of its scores- folder has them" if name == OWN else f"choose of {', '.join(sets)}"
        raise InputError(f"worst={name}: {where}")
    net, folder = load(Path(point["model"])), read_folder(sets[name])
    found = []
    for index in range(len(folder)):
        picture, mask = folder.pair(index)
        matrix = confusion(np.asarray(mask), segment(net, [picture])[0], len(net.codes))
        found.append((Scores(matrix).miou, folder.images[index].name, shares(matrix)))
    print(f"worst of {name}, {point['row']} seed {point['seed']}: mean IoU; false, missed, confused % of its pixels")
    for miou, image, wrong in sorted(found)[:LISTED]:
        print(f"{miou:.3f}  {image}  " + ", ".join(f"{100 * share:.1f}" for share in wrong.values()))
