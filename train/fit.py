"""python -m train.fit data=OUT (or stream=true): trains a segmentation network, and continues one that was interrupted."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from raster import InputError, check_config, one_line, out_folder, run_hydra
from train.config import check_training
from train.learning.require_fastai import require_fastai
from train.learning.schedule import phases

if TYPE_CHECKING:
    from omegaconf import DictConfig

# What changes nothing that is learnt, but for rounding.
FREE = ("out", "device", "threads", "workers", "gl", "export", "writers", "annotations")
DRAWN = ("n", "solids", "distractors", "randomizers", "passes", "samples")  # of no meaning for a folder


def main() -> None:
    """The program."""
    with one_line():
        run_hydra(fit, "train")


def fit(cfg: "DictConfig") -> None:
    """Train one network and leave it, its scores and pictures in a folder. InputError for bad input."""
    plain = check_config(cfg)
    check_training(plain)
    require_fastai()
    from train.data.sources import FolderSource, StreamSource
    from train.learning.device import prepare
    from train.learning.learner import train

    device = prepare(plain)
    material: FolderSource | StreamSource
    if plain["stream"]:
        material = StreamSource(plain, sum(r.epochs for r in phases(plain, None)))
    else:
        material = FolderSource(Path(plain["data"]), plain["valid"])
    try:
        told = bound(plain, material.facts["digest"])
        name = f"{plain['arch']}-{plain['size'][1]}px-seed{plain['seed']}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"
        out = out_folder(plain, name)
        if claim(out, told):
            if plain["export"] and not (out / "export.pkl").exists():
                raise InputError(f"out={out}: is complete without export.pkl; train it again in another out to export it")
            print(f"complete: {out} holds this run already")
            return
        train(plain, material, out, told, device)
    except KeyboardInterrupt:
        raise KeyboardInterrupt("interrupted; the same command continues after the last whole epoch") from None
    finally:
        material.release()


def bound(plain: dict[str, Any], digest: str | None) -> str:
    """As JSON, what has to be the same for a run to be continued: what is learnt, how, and from which data."""
    left_out = FREE if plain["stream"] else (*FREE, *DRAWN, "data")
    return json.dumps({**{k: v for k, v in plain.items() if k not in left_out}, "digest": digest}, default=str)


def claim(out: Path, told: str) -> bool:
    """Make the folder of the run; True if the run is complete already. InputError if it holds something else."""
    from train.learning.callbacks import CHECKPOINT, require_same
    from train.network.saved import FACTS, read_facts

    if out.exists() and not out.is_dir():
        raise InputError(f"out={out}: is a file; name a folder")
    if (out / FACTS).exists():
        require_same(out, read_facts(out).get("configuration", {}), json.loads(told))
        return True
    if out.exists() and not (out / CHECKPOINT).exists() and any(p.suffix != ".part" for p in out.iterdir()):
        raise InputError(f"out={out}: holds other files; name a new folder")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"out={out}: cannot be made ({error.strerror})") from None
    return False


if __name__ == "__main__":
    main()
