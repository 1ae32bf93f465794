"""all_changes: the options to change, by what was drawn, by what is taken for an object, or of a folder not drawn here."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..data.folder import Folder
from ..run_files import FACTS, read_json
from .diagnosis import Diagnosis, Finding
from .focus import TYPICAL, WORTH, Change, changes, option_of, times, weighed
from .statistics import wilson
from .write_focus import configuration_of

DISTRACTORS = "distractors.weights"
# Of a factor that is measured, the options with which it grows (1) or shrinks (-1).
GROWS: dict[str, dict[str, int]] = {
    "size": {"camera.distance": -1, "camera.fov_deg": -1, "scale.size": 1, "framing.size": 1},
    "measured_blur": {"sensor.blur_px": 1},
    "measured_noise": {"sensor.shot": 1, "sensor.read": 1},
    "brightness": {"sensor.exposure_ev": 1, "sensor.compensation_ev": 1},
}  # fmt: skip


def all_changes(found: Diagnosis, folder: Folder, run: Path) -> tuple[list[Change], Path]:
    """The options to change, and the folder whose configuration they change: this one, or else that of the run's data."""
    own = configuration_of(folder.path)
    if own is not None:
        return [*changes(found, own["randomizers"]), *change_of_distractors(found, own["randomizers"])], folder.path
    data = Path(str(read_json(run / FACTS).get("data")))
    learnt = configuration_of(data)
    if learnt is None:
        return [], folder.path
    return changes_of_plain(found, learnt["randomizers"], learnt.get("labels")), data


def change_of_distractors(found: Diagnosis, randomizers: Mapping[str, Any]) -> list[Change]:
    """Weights of the distractors' solids, if some are taken for an object more often, for sure, than others; else nothing."""
    things = {name: count for name, count in found.seen.things.items() if count}
    taken = {name: sum(n for (_, there), n in found.seen.false.items() if there == name) for name in things}
    if not sum(taken.values()) or randomizers.get("distractors") is None:
        return []
    rate = sum(taken.values()) / sum(things.values())
    intervals = {name: wilson(min(taken[name], count), count) for name, count in things.items()}
    if all(low <= rate <= high for low, high in intervals.values()):
        return []
    each = np.array([(taken[name] + TYPICAL * rate) / (things[name] + TYPICAL) / rate for name in things])
    factor = dict(zip(things, times(np.sqrt(each)).tolist(), strict=True))  # a rate counts once, and not squared
    before = option_of(randomizers, DISTRACTORS)
    worst = max(things, key=lambda name: taken[name] / things[name])
    total = f"{sum(taken.values())} on {sum(things.values())} unlabelled things"  # one may be taken for two
    why = f"{taken[worst]} objects are seen on {things[worst]} {worst} where there are none, {total}"
    return [Change(DISTRACTORS, before, weighed(before, factor, every=True), None, why)]


def changes_of_plain(found: Diagnosis, randomizers: Mapping[str, Any], labels: Any) -> list[Change]:
    """Options to change for a folder that raster generate did not draw, such as photographs, from its factors alone.

    randomizers, labels: of the configuration that the network's training data was drawn with.
    """
    sure = [finding for finding in found.findings if finding.costs and finding.iou.cost >= WORTH]
    changed = []
    for finding in sure:
        if finding.factor.name == "class" and labels is None:
            factor = {name: float(each) for name, each in zip(finding.groups.labels, _lost(finding, found.iou), strict=True)}
            before = option_of(randomizers, "objects.weights")
            why = f"IoU {finding.iou.mean.min():.2f} of {finding.groups.labels[finding.worst_group]}, {found.iou:.2f} of all"
            changed.append(Change("objects.weights", before, weighed(before, factor, True), round(finding.iou.cost, 5), why))
        for option, sign in GROWS.get(finding.factor.name, {}).items():
            changed += _half(finding, option, sign, option_of(randomizers, option))
    return changed


def _lost(finding: Finding, mean: float) -> np.ndarray:
    return times((1 - finding.iou.mean) / max(1 - mean, 1e-6))


def _half(finding: Finding, option: str, sign: int, before: Any) -> list[Change]:
    """The half of a range at the end where a factor, with which it grows or shrinks, has its worst group."""
    if not isinstance(before, list | tuple) or len(before) != 2 or before[0] == before[1]:
        return []
    last, worst = len(finding.groups.labels) - 1, finding.worst_group
    if worst not in (0, last):
        return []
    exact = (before[0] + before[1]) / 2
    rounded = float(f"{exact:.3g}")
    middle = rounded if before[0] < rounded < before[1] else exact  # of a narrow range three digits may lie outside
    upper = (worst == last) == (sign > 0)
    why = f"IoU {finding.iou.mean[worst]:.2f} where {finding.factor.title} is {finding.groups.labels[worst]}"
    return [Change(option, before, [middle, before[1]] if upper else [before[0], middle], round(finding.iou.cost, 5), why)]
