"""raster generate: draws labelled, randomized images into a folder, and completes it if it was interrupted.

raster generate n=5000 out=demo                    5,000 images and their labels
raster generate n=2400 valid=400 size=512 out=set  larger images, of which 400 are for validation
raster generate n=5000 valid=0.1 test=0.1 out=set  three splits: train, valid, test
raster generate -m seed=1,2 out=sweep              two data sets
"""

import hashlib
import json
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Helper processes import this module first: what only the main program needs is imported in its functions.
from raster.errors import one_line
from raster.system.collector import collector_stopped

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from raster.dataset.dataset import Dataset
    from raster.run.setup import Setup

CHANGED = "has been changed or removed since the set was complete, so the images are drawn again"
TOLD = ("counts", "digest", "renderers", "skipped_meshes", "smaller_meshes")  # of the manifest, by --json


def main() -> None:
    """Run the program."""
    with one_line(), collector_stopped():
        from raster.run.config import run_hydra

        run_hydra(generate)


def generate(cfg: "DictConfig") -> dict[str, Any]:
    """Draw one data set; return what --json prints. InputError for bad input, before anything is written."""
    from raster.run.config import check_config

    start, plain = time.perf_counter(), check_config(cfg)  # before what draws is imported: bad input is answered at once
    from raster.run.add_layers import finish_adding, with_held_layers
    from raster.run.generate_shards import generate_shards
    from raster.run.hydra_files import overrides_of_this_run
    from raster.run.noted_files import note_files
    from raster.run.out_store import out_store, require_folder
    from raster.run.setup import build_setup, require_writers
    from raster.run.sharded_writer import is_sharded
    from raster.run.splits import require_images
    from raster.system.local_store import LocalStore

    require_images(plain["valid"], plain["test"], plain["n"])
    store, more = out_store(plain, default_name(plain)), list[str]()
    print(f"out: {store}", flush=True)
    if isinstance(store, LocalStore):
        finish_adding(store.folder)
        plain, more = with_held_layers(store.folder, plain, overrides_of_this_run())
    setup = build_setup(plain)
    require_writers(setup)
    print_notes(setup)
    note_files(plain, setup)
    if is_sharded(setup.writers):
        return told(str(store), plain, *generate_shards(store, plain, setup, cfg, start))
    out = require_folder(store)
    return _add(out, plain, setup, more, start) if more else _draw(out, plain, setup, cfg, start)


def _draw(out: Path, plain: dict[str, Any], setup: "Setup", cfg: "DictConfig", start: float) -> dict[str, Any]:
    """Draw a data set as a folder of files; return what --json prints."""
    from raster.dataset import manifest
    from raster.run.drawing import draw_missing
    from raster.run.hydra_files import save_hydra_files
    from raster.run.open_renderer import open_renderer
    from raster.run.try_writers import try_writers
    from raster.system.local_store import LocalStore

    with ExitStack() as stack:
        # No folder is made, and none is changed, before there is a renderer. A set that is complete needs none.
        drawing = None
        if manifest.read(out) is None:
            renderer, _ = drawing = stack.enter_context(open_renderer(plain, setup))
            try_writers(setup, renderer, plain["first"])
        data = stack.enter_context(claim(out, plain, setup))
        if data.complete:
            print(f"complete: {out} holds these {plain['n']} images already")
            drawn: dict[str, Any] = {"drawn": 0}
        else:
            renderer, helpers = drawing or stack.enter_context(open_renderer(plain, setup))
            data.begin(renderer.info.name)
            save_hydra_files(LocalStore(out), cfg)
            drawn = draw_missing(data, setup, renderer, helpers, out, plain["n"], start)
    return told(str(out), plain, manifest.read(out) or {}, drawn)


def told(out: str, plain: dict[str, Any], held: dict[str, Any], drawn: dict[str, Any]) -> dict[str, Any]:
    """What --json prints: the folder, what its manifest says (`held`), and what was drawn."""
    return {"out": out, "images": plain["n"], **{key: held[key] for key in TOLD if key in held}, **drawn}


def _add(out: Path, plain: dict[str, Any], setup: "Setup", names: list[str], start: float) -> dict[str, Any]:
    """Add layers to a complete set; return what --json prints."""
    from dataclasses import replace

    from raster.dataset import manifest
    from raster.run.add_layers import add_layers, require_same_set, writers_of
    from raster.run.drawing import draw_missing
    from raster.run.open_renderer import open_renderer

    require_same_set(out, plain, plain["n"], setup.classes)
    setup = replace(setup, writers=writers_of(out, plain, names), layers=tuple(names))
    read = [drawing for drawing in setup.passes if setup.read_layers.intersection(drawing.layers)]
    setup = replace(setup, passes=tuple(read))  # without colour, which takes most of the time
    with open_renderer(plain, setup) as (renderer, helpers):

        def draw(data: "Dataset", setup: "Setup", folder: Path) -> dict[str, Any]:
            data.begin(renderer.info.name)
            return draw_missing(data, setup, renderer, helpers, folder, plain["n"], None)

        drawn = add_layers(out, plain, setup, names, draw)
    report = told(str(out), plain, manifest.read(out) or {}, drawn)
    took = f"{plain['n']} images in {time.perf_counter() - start:.1f} s"
    print(f"added: {', '.join(names)} to {took}; digest {report['digest'][:16]}; {out}")
    return report


def claim(out: Path, plain: dict[str, Any], setup: "Setup") -> "Dataset":
    """Claim the folder; shows progress while it is checked what it holds."""
    from raster.dataset.dataset import Dataset
    from raster.system.progress import Progress

    with Progress(0, "file", delay=2, title="checking") as progress:
        data = Dataset.claim(out, plain, plain["n"], setup.classes, progress.update, setup.ignore)
    if data.changed and not data.complete:
        print(f"NOTE: {out}/scenes.jsonl {CHANGED}", flush=True)
    return data


def print_notes(setup: "Setup") -> None:
    """Print what a user should know before images are drawn."""
    from raster.run.require_parts import notes_on_parts

    for note in [*setup.meshes.notes, *notes_on_parts(setup.passes, setup.annotations, setup.writers, setup.layers)]:
        print(note, flush=True)


def default_name(plain: dict[str, Any]) -> str:
    """Return a folder name that depends on the configuration alone, so that the same command continues an interrupted run."""
    from raster.dataset.manifest import bound_options

    bound = json.dumps(bound_options(plain), default=str)
    height, width = plain["size"]
    return f"{width}x{height}-seed{plain['seed']}-{hashlib.sha256(bound.encode()).hexdigest()[:8]}"


if __name__ == "__main__":
    main()
