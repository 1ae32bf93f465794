"""write: OUT/diagnosis.html and OUT/diagnosis.json. in_words: what a terminal shows."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from raster import InputError

from ..data.folder import Folder
from ..network.saved import Model, write_text
from ..network.segment import segment
from .diagnosis import Diagnosis
from .page import page
from .pictures import data_url, worst_picture

SHOWN = 8  # factors in a terminal


def write(
    out: Path, model: Model, folder: Folder, found: Diagnosis, worst: int, told: dict[str, Any]
) -> dict[str, Any]:  # fmt: skip
    """Write both files; return what diagnosis.json holds, `told` among it. InputError if `out` cannot be made or written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"out={out}: cannot be made ({error.strerror})") from None
    facts = {**told, "data": str(folder.path), "images": len(found.seen.pictures), **found.facts(folder, worst)}
    write_text(out / "diagnosis.json", json.dumps(facts, indent=1) + "\n")
    write_text(out / "diagnosis.html", page(facts, worst_pictures(model, folder, found, worst)))
    return facts


def worst_pictures(model: Model, folder: Folder, found: Diagnosis, worst: int) -> dict[str, list[tuple[str, str]]]:
    """For each factor the worst objects of its worst group: (address of a picture, caption)."""
    shown: dict[str, list[tuple[str, str]]] = {}
    for finding in found.findings:
        members = np.flatnonzero(finding.groups.of == finding.worst_group)
        shown[finding.factor.name] = [_shown(model, folder, found, k) for k in found.worst(members, worst)]
    return shown


def _shown(model: Model, folder: Folder, found: Diagnosis, number: int) -> tuple[str, str]:
    seen = found.seen
    index = seen.pictures[seen.picture[number]]
    picture, mask = folder.pair(index)
    predicted = segment(model, [picture])[0]
    sheet = worst_picture(np.asarray(picture), np.asarray(mask), predicted, seen.bbox[number], len(folder.codes))
    what = f"{folder.images[index].name}, {seen.values['class'][number]}, IoU {seen.iou[number]:.2f}"
    return data_url(sheet), what


def in_words(found: Diagnosis) -> str:
    """The scores, and the factors that cost most."""
    seen, (low, high) = found.seen, found.iou_interval
    lines = [f"{len(seen):,} objects: IoU {found.iou:.3f} ({low:.3f} to {high:.3f}), {found.found / len(seen):.3f} found"]
    width = max((len(each.factor.title) for each in found.findings), default=0)
    for finding in found.findings[:SHOWN]:
        k = finding.worst_group
        low, high = finding.iou.cost_interval
        said = f"costs {finding.iou.cost:.3f} ({low:.3f} to {high:.3f})" if finding.costs else "no sure cost"
        lines.append(
            f"{finding.factor.title:<{width}}  {said}; worst: {finding.groups.labels[k]}, IoU {finding.iou.mean[k]:.3f}"
        )
    return "\n".join(lines)
