"""generate_shards: what raster generate does with writers=[webdataset] or [parquet]."""

from contextlib import ExitStack
from typing import Any

from omegaconf import DictConfig

from raster.dataset.manifest import MANIFEST, Manifest, parse
from raster.run.drawing import draw_missing
from raster.run.hydra_files import save_hydra_files
from raster.run.open_renderer import open_renderer
from raster.run.setup import Setup
from raster.run.sharded_run import ShardedRun, claim_shards
from raster.system.stores import Store


def generate_shards(
    store: Store, plain: dict[str, Any], setup: Setup, cfg: DictConfig, start: float
) -> tuple[Manifest, dict[str, Any]]:
    """Draw a data set in shards, or complete it; return its manifest, and what was drawn.

    start: time.perf_counter() at the start. InputError for bad input, before anything is written.
    """
    with ExitStack() as stack:
        # Nothing is changed before there is a renderer. A set that is complete needs none.
        text = store.read(MANIFEST)
        drawing = stack.enter_context(open_renderer(plain, setup)) if text is None else None
        data = stack.enter_context(claim_shards(store, plain, setup))
        if text is not None and data.complete:
            print(f"complete: {store} holds these {plain['n']} images already")
            return parse(text, MANIFEST), {"drawn": 0}
        run = stack.enter_context(ShardedRun(data, setup))
        renderer, helpers = drawing or stack.enter_context(open_renderer(plain, setup))
        run.begin(renderer.info.name)
        save_hydra_files(store, cfg)
        drawn = draw_missing(run, setup, renderer, helpers, str(store), plain["n"], start)
        return data.manifest, drawn
