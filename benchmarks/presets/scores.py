"""scored: the scores of a network on several sets, kept in a file so that no pair of network and set is scored twice."""

import hashlib
import json
from pathlib import Path
from typing import Any

from raster import write_atomic

Scored = dict[str, Any]  # Evaluation.summary of train.scores.scoring, and the number of images


def scored(run: Path, sets: dict[str, Path], work: Path) -> dict[str, Any]:
    """Score the network in the folder `run` of train.fit on sets by name. InputError for a wrong folder.

    Returns training seconds, the digest of the training data, and scored_on: scores by set. WORK/scores.json keeps all
    scores by the digests of network and set.
    """
    from train.network.saved import read_facts
    from train.run_files import FACTS, SCORES, WEIGHTS

    facts, kept = read_facts(run), work / SCORES
    known: dict[str, Scored] = json.loads(kept.read_text()) if kept.exists() else {}
    weights = _digest([run / WEIGHTS, run / FACTS])
    found: dict[str, Scored] = {}
    for name, path in sets.items():
        key = f"{weights} {_digest(sorted([*path.glob('codes.txt'), *path.glob('images/*'), *path.glob('labels/*')]))}"
        if key not in known:
            print(f"{run.name} on {name}", flush=True)
            known[key] = _score(run, path)
            write_atomic(kept, (json.dumps(known) + "\n").encode())
        found[name] = known[key]
    return {"seconds": facts.get("seconds"), "digest": facts.get("digest"), "scored_on": found}


def _score(run: Path, path: Path) -> Scored:
    """Scores of the network in `run` on all images of the folder `path`."""
    import torch

    from train.data.folder import read_folder
    from train.learning.device import free_cores
    from train.network.saved import load
    from train.scores.scoring import require_same_classes, score

    torch.set_num_threads(free_cores())
    model, folder = load(run), read_folder(path)
    require_same_classes(model, folder)
    found = score(model, folder.pair, range(len(folder)))
    return {"images": len(folder), **found.summary(model.codes)}


def _digest(paths: list[Path]) -> str:
    """A digest of the names and contents of files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.name} {path.stat().st_size} ".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
