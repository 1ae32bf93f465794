"""How well a network generalizes: python -m benchmarks.transfer RUN scores it on images unlike those it was trained on.

Each domain is a data set that is drawn for the purpose: preset=fast, on which RUN was trained, with another seed and one
parameter beyond its range, photographs behind the objects, a worse camera, and images of another renderer
(benchmarks.path_tracer, which shares no code with raster). Prints mean IoU and the IoU of each class, writes a JSON file and a
picture with an image of each.
"""

import argparse
import importlib.util
import json
from pathlib import Path

import numpy as np

from benchmarks import machine
from benchmarks.domains import DOMAINS, draw_domains
from raster.errors import InputError, one_line
from train.learning.require_fastai import require_fastai


def main() -> None:
    """Run the program with the options of the command line; an InputError ends it with one line and exit code 2."""
    with one_line():
        transfer(parse())


def parse() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.transfer", description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="the folder that train.fit wrote")
    parser.add_argument("--n", type=int, default=300, help="images of each domain (default %(default)s)")
    parser.add_argument("--path-traced", type=Path, help="a folder of benchmarks.path_tracer (default: draw 100, for minutes)")
    parser.add_argument("--out", type=Path, help="the JSON file (default: benchmarks/results/, named by the machine)")
    parser.add_argument("--sheet", type=Path, help="a JPEG with an image of each domain (default: beside the JSON file)")
    parser.add_argument("--scratch", help="folder for the images (default: /dev/shm where there is room)")
    return parser.parse_args()


def transfer(options: argparse.Namespace) -> None:
    """Draw each domain, score the model on it, print the table, write the JSON file and the JPEG. InputError."""
    require_fastai()
    if importlib.util.find_spec("sklearn") is None:
        raise InputError("the photographs are scikit-learn's, which is not installed: pip install -e '.[dev]'")
    from train.data.folder import read_folder
    from train.learning.device import free_cores
    from train.network.saved import load, read_facts
    from train.network.segment import segment
    from train.scores.figures import prediction_sheet
    from train.scores.scoring import require_same_classes, score

    if options.n < 1:
        raise InputError(f"--n {options.n}: expected a whole number from 1")
    import torch

    torch.set_num_threads(free_cores())
    model = load(options.model)
    width = max(len(d.name) for d in DOMAINS)
    print(f"{'':<{width}}{'mIoU':>8}" + "".join(f"{code:>12}" for code in model.codes) + f"{'foreground':>12}")
    rows, shown = [], []
    with machine.scratch(options.scratch) as scratch:
        known = machine.facts(scratch)
        for name, path in draw_domains(scratch, options):
            if (path / "manifest.json").exists():
                known["renderer"] = {"name": json.loads((path / "manifest.json").read_text())["renderers"][0]}
            folder = read_folder(path)
            require_same_classes(model, folder)
            scores = score(model, folder.pair, range(len(folder))).scores
            each = "".join(f"{iou:12.3f}" for iou in scores.iou)
            print(f"{name:<{width}}{scores.miou:8.3f}{each}{scores.foreground_accuracy:12.3f}", flush=True)
            rows.append({"domain": name, "images": len(folder), **scores.summary(model.codes)})
            picture, mask = folder.pair(len(folder) // 2)
            shown.append((np.asarray(picture), np.asarray(mask), segment(model, [picture])[0], name))
    facts = read_facts(options.model)
    trained = {key: facts.get(key) for key in ("arch", "size", "digest", "seconds", "configuration", "scores")}
    out = options.out or machine.RESULTS / f"transfer-{machine.slug(facts['arch'], known)}.json"
    machine.save(out, {"benchmark": "transfer", "machine": known, "model": trained, "domains": rows})
    prediction_sheet(shown, model.codes).save(options.sheet or out.with_suffix(".jpg"), quality=80)


if __name__ == "__main__":
    main()
