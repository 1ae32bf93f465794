"""scored: how a network does on several sets, kept in files so that no pair of network and set is scored twice."""

import hashlib
import json
from pathlib import Path
from typing import Any

Scored = dict[str, Any]  # train.scores.metrics.Scores.summary, with how many images


def scored(run: Path, sets: dict[str, Path], work: Path) -> dict[str, Any]:
    """Facts of a network that train.fit left in `run`, and its scores on each set by name. InputError for bad folders.

    WORK/scores.json keeps what is known, by the digests of the network and of the set's files.
    """
    from train.network.saved import FACTS, WEIGHTS, read_facts

    facts, kept = read_facts(run), work / "scores.json"
    known: dict[str, Scored] = json.loads(kept.read_text()) if kept.exists() else {}
    weights = _digest([run / WEIGHTS, run / FACTS])
    found: dict[str, Scored] = {}
    for name, path in sets.items():
        key = f"{weights} {_digest(sorted([*path.glob('codes.txt'), *path.glob('images/*'), *path.glob('labels/*')]))}"
        if key not in known:
            print(f"{run.name} on {name}", flush=True)
            known[key] = _score(run, path)
            _write(kept, known)
        found[name] = known[key]
    return {"seconds": facts.get("seconds"), "digest": facts.get("digest"), "scored_on": found}


def _score(run: Path, path: Path) -> Scored:
    """Scores on all images of a folder."""
    import torch

    from train.data.folder import read_folder
    from train.learning.device import free_cores
    from train.network.saved import load
    from train.scores.scoring import require_same_classes, score

    torch.set_num_threads(free_cores())
    model, folder = load(run), read_folder(path)
    require_same_classes(model, folder)
    scores, _ = score(model, folder.pair, range(len(folder)))
    return {"images": len(folder), **scores.summary(model.codes)}


def _digest(paths: list[Path]) -> str:
    """Of the names and contents of files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.name} {path.stat().st_size} ".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _write(path: Path, known: dict[str, Scored]) -> None:
    """Wholly or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(known) + "\n")
    part.replace(path)
