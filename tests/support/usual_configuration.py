"""The usual configuration, and what tests of bad input change in it: USUAL, CUBE, NO_LIBRARY, configure."""

import copy
from typing import Any

from omegaconf import OmegaConf

from raster.run.config import load_config

SMALL = {"n": 4, "size": 32, "batch": 4, "workers": 1}
USUAL = load_config()
NO_LIBRARY: dict[str, Any] = {f"randomizers.{name}.images": None for name in ("floor", "walls", "background")}
NO_LIBRARY["randomizers.environment"] = None
CUBE = {"_target_": "raster.solids.cube.cube"}


def configure(monkeypatch, changes: dict[str, Any]) -> None:
    """Let main() find the usual configuration with some keys changed: composing it anew takes Hydra 0.2 s."""
    cfg = OmegaConf.create(copy.deepcopy(USUAL))
    for key, value in {**SMALL, **changes}.items():
        OmegaConf.update(cfg, key, value, force_add=True)
    monkeypatch.setattr("raster.run.config.run_hydra", lambda job: job(cfg))
