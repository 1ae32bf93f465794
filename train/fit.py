"""raster fit data=OUT (or stream=true): trains a segmentation network, and continues one that was interrupted.

raster fit data=demo out=model                     learns from the data set demo/
raster fit stream=true n=50000 out=streamed        draws the images while it learns
"""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from raster import InputError, check_config, one_line, out_folder, run_hydra

from .config import check_training
from .learning.require_fastai import require_fastai
from .learning.scalars import require_tensorboard
from .learning.schedule import phases
from .run_files import CHECKPOINT, FACTS, LATER

if TYPE_CHECKING:
    from omegaconf import DictConfig

# Options that change nothing that is learnt, but for rounding: a run can be continued with other values of them.
UNBOUND = (
    "out",
    "device",
    "threads",
    "workers",
    "gl",
    "export",
    "tensorboard",
    "valid_data",
    "test",
    "layers",
    "writers",
    "annotations",
    "quiet",
)
# Options of what is drawn: unused for a folder.
DRAWING = ("n", "solids", "labels", "distractors", "randomizers", "passes", "detail", "samples", "label_filter")


def main() -> None:
    """Run the program with the options of the command line; an InputError ends it with one line and exit code 2."""
    with one_line():
        run_hydra(fit, "train")


def fit(cfg: "DictConfig") -> dict[str, Any]:
    """Train one network; write it, its scores and pictures to the run's folder. Does nothing if the run is complete there.

    Returns what --json prints: the folder, class names, scores, learning rate and seconds.

    cfg: a TrainConfig. InputError for wrong options or data, KeyboardInterrupt with advice if the run was interrupted.
    """
    plain = check_config(cfg)
    check_training(plain)
    require_fastai()
    if plain["tensorboard"]:
        require_tensorboard()
    from .data.sources import FolderSource, OtherValidation, StreamSource
    from .learning.device import prepare
    from .learning.learner import train
    from .network.saved import read_facts

    device = prepare(plain)
    source: FolderSource | StreamSource | OtherValidation
    if plain["stream"]:
        source = StreamSource(plain, sum(phase.epochs for phase in phases(plain, None)))
    else:
        source = FolderSource(plain["data"], None if plain["valid_data"] else plain["valid"])
    try:
        if plain["valid_data"]:
            source = OtherValidation(source, plain["valid_data"])
        configuration = bound_configuration(plain, source.facts)
        digest = hashlib.sha256(configuration.encode()).hexdigest()[:8]
        out = out_folder(plain, f"{plain['arch']}-{plain['size'][1]}px-seed{plain['seed']}-{digest}")
        if is_complete(out, configuration):
            if plain["export"] and not (out / "export.pkl").exists():
                raise InputError(f"out={out}: is complete without export.pkl; train it again in another out to export it")
            print(f"complete: {out} holds this run already")
        else:
            train(plain, source, out, configuration, device)
        facts = read_facts(out)
        return {"out": str(out), **{key: facts.get(key) for key in ("codes", "scores", "lr", "seconds")}}
    except KeyboardInterrupt:
        raise KeyboardInterrupt("interrupted; the same command continues after the last whole epoch") from None
    finally:
        source.release()


def bound_configuration(plain: dict[str, Any], facts: dict[str, Any]) -> str:
    """The options that must be the same for a run to be continued, and the digests of the data, as JSON."""
    left_out = UNBOUND if plain["stream"] else (*UNBOUND, *DRAWING, "data")
    digests = {key: facts[key] for key in ("digest", "valid_digest") if key in facts}
    bound = {key: value for key, value in plain.items() if key not in left_out and LATER.get(key, ...) != value}
    return json.dumps({**bound, **digests}, default=str)


def is_complete(out: Path, configuration: str) -> bool:
    """Whether `out` holds this run complete; if not, the folder is made, or cleared of the temporary files of a killed run.

    InputError if it is a file, holds another run or other files, or cannot be made.
    """
    from .learning.callbacks import require_same
    from .network.saved import is_temporary, read_facts

    if out.exists() and not out.is_dir():
        raise InputError(f"out={out}: is a file; name a folder")
    if (out / FACTS).exists():
        require_same(out, read_facts(out).get("configuration", {}), json.loads(configuration))
        return True
    if out.exists() and not (out / CHECKPOINT).exists() and not all(map(is_temporary, out.iterdir())):
        raise InputError(f"out={out}: holds other files; name a new folder")
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path in filter(is_temporary, list(out.iterdir())):
            path.unlink()
    except OSError as error:
        raise InputError(f"out={out}: cannot be made ({error.strerror})") from None
    return False


if __name__ == "__main__":
    main()
