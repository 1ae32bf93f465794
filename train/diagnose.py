"""raster diagnose model=RUN data=DIR: a page that says why a model fails, and options that draw more of what fails.

For each true object of DIR its IoU and whether it is found are put beside what is known of it:
apparent size, contrast against what is behind, distance to the border, and, in a folder of raster
generate, distance, light and more.
"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from raster import InputError, one_line, run_hydra

from .config import is_whole
from .evaluate import folder_in_run, read_options, require_files
from .learning.require_fastai import require_torch

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from .data.folder import Folder
    from .diagnosis.diagnosis import Diagnosis

PAGE, NUMBERS = "diagnosis.html", "diagnosis.json"


def main() -> None:
    """Run the program with the options of the command line; an InputError ends it with one line and exit code 2."""
    from . import config  # noqa: F401  (registers the schema)

    with one_line():
        run_hydra(diagnose, "diagnose")


def diagnose(cfg: "DictConfig") -> dict[str, Any]:
    """Look at a model on a folder: print what costs most, write OUT/diagnosis.html and OUT/diagnosis.json.

    Returns what --json prints: the folder, and diagnosis.json.

    cfg: a DiagnoseConfig. InputError for a missing or wrong option, a damaged file, or other class names than the model's.
    """
    options: dict[str, Any] = dict(cfg)
    data, indices = read_options(options)
    folder = require_files(data, "diagnose")
    if not is_whole(options["worst"], 0) or options["worst"] > 20:
        raise InputError(f"worst={options['worst']}: expected a whole number of pictures from 0 to 20")
    require_torch()
    from .diagnosis.diagnosis import diagnose as diagnosed
    from .diagnosis.observe import observe
    from .diagnosis.sampled import SampledFactors
    from .diagnosis.write import in_words, write
    from .learning.device import prepare
    from .network.saved import load, seen_at
    from .scores.scoring import require_same_classes

    run = Path(options["model"])
    model = seen_at(load(run, prepare(options)), options)
    require_same_classes(model, folder)
    print(f"{len(indices)} images of {folder.path}", flush=True)
    sampled = SampledFactors(folder)
    seen = observe(model, folder, indices, sampled)
    if not len(seen):
        raise InputError(f"data={folder.path}: none of the {len(indices)} pictures of split={options['split']} shows an object")
    found = diagnosed(seen)
    print(in_words(found))
    focus = _focus(run, folder, found) if options["focus"] else None
    out = folder_in_run(options, "diagnose", folder)
    facts = write(out, model, folder, found, options["worst"], {"model": str(run), "focus": focus, "note": sampled.note})
    print(f"{out}: {PAGE}, {NUMBERS}")
    return {"out": str(out), **facts}


def _focus(run: Path, folder: "Folder", found: "Diagnosis") -> dict[str, Any]:
    """Write RUN/focus/focus.yaml; what it changes, for diagnosis.json."""
    from .diagnosis.focus_more import all_changes
    from .diagnosis.write_focus import FOCUS, write_focus

    changed, drawn = all_changes(found, folder, run)
    command = write_focus(run, drawn, changed)
    print(f"{run / FOCUS}: {len(changed)} options are changed; {command}")
    return {"file": str(run / FOCUS), "command": command, "changes": [asdict(each) for each in changed]}


if __name__ == "__main__":
    main()
